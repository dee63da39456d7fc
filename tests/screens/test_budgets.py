"""Queries per page, written down in `budgets.csv`: the same for 3 rows and for 60, or as many as fill more than a page."""

from __future__ import annotations

import csv
import os
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.cast import Cast
from tests.screens.crowds import ON_PAPER, Crowd
from tests.screens.pages import enter
from wangqian.people.models import Actor

TABLE = Path(__file__).with_name("budgets.csv")
BUDGET = {
    (row["party"], row["page"]): int(row["queries"])
    for row in csv.DictReader(TABLE.read_text(encoding="utf-8").splitlines())
}
FEW, MANY = 3, 60
FEW_PAPERS, MANY_PAPERS = 3, 23  # more than stand on one page


def crowd(cast: Cast, count: int) -> None:
    """`count` cases in review and `count` open invitations, two for each graduate."""
    cast.reviewers()
    for number in range(count):
        graduate = cast.graduate_named(f"学生{number}", klass="1班")
        cast.ask_correction("major", "软件工程", graduate)
        cast.invited(cast.other_employer, graduate)
        cast.act(cast.invited(cast.employer, graduate), "accept", graduate)


def invited_by(cast: Cast, count: int) -> Actor:
    """曹文公 with that many open invitations."""
    for number in range(count):
        cast.invited(cast.employer_named(f"单位{number}"))
    return cast.graduate


def colleagues(cast: Cast, count: int) -> Actor:
    """A counsellor of everybody's class, among others without one."""
    for number in range(count // 10):
        cast.counsellor(f"辅导员{number}", f"{number + 2}班")
    return cast.counsellor("辅导员", "1班")


def queries_of(reader: Actor, page: str) -> int:
    client = enter(reader)
    client.get(page)  # what is read once per process
    with CaptureQueriesContext(connection) as queries:
        assert client.get(page).status_code == 200, page
    return len(queries)


@pytest.fixture(params=[FEW, MANY])
def counted(cast: Cast, request: pytest.FixtureRequest) -> dict[tuple[str, str], int]:
    crowd(cast, request.param)
    people = {
        "employer": cast.employer,
        "college": cast.college_reviewer,
        "counsellor": colleagues(cast, request.param),
        "school": cast.school_reviewer,
        "operator": cast.operator,
        "graduate": invited_by(cast, max(1, request.param // 10)),
    }
    found = {}
    for party, page in BUDGET:
        if (party, page) not in ON_PAPER:
            found[party, page] = queries_of(people[party], page)
    if os.environ.get("WANGQIAN_SHOW_BUDGETS"):
        print(request.param, *(f"{party},{page},{count}" for (party, page), count in found.items()), sep="\n")
    return found


def test_queries(counted: dict[tuple[str, str], int]) -> None:
    assert counted == {row: count for row, count in BUDGET.items() if row not in ON_PAPER}


CROWDS = {crowd: [row for row, of in ON_PAPER.items() if of is crowd] for crowd in ON_PAPER.values()}


@pytest.mark.parametrize("count", [FEW_PAPERS, MANY_PAPERS])
@pytest.mark.parametrize("crowd", CROWDS, ids=lambda crowd: "".join(CROWDS[crowd][0]))
def test_queries_on_paper(cast: Cast, crowd: Crowd, count: int) -> None:
    reader = crowd(cast, count)
    found = {row: queries_of(reader, row[1]) for row in CROWDS[crowd]}
    if os.environ.get("WANGQIAN_SHOW_BUDGETS"):
        print(*(f"{party},{page},{queries}" for (party, page), queries in found.items()), sep="\n")
    assert found == {row: BUDGET[row] for row in CROWDS[crowd]}


def test_a_case_page_costs_the_same_however_long_its_history(cast: Cast) -> None:
    case = cast.in_review()
    client = enter(cast.college_reviewer)

    def queries() -> int:
        client.get(f"/cases/{case.pk}/")
        with CaptureQueriesContext(connection) as found:
            assert client.get(f"/cases/{case.pk}/").status_code == 200
        return len(found)

    def asked_and_withdrawn() -> None:
        cast.ask_release(case, cast.school_reviewer, {"reason": "court", "basis": "裁决书 1 号"})
        cast.act(case, "withdraw_release", cast.second_school_user, {"reason": "撤回"})

    asked_and_withdrawn()
    few = queries()
    for _round in range(5):
        asked_and_withdrawn()
    assert queries() == few
