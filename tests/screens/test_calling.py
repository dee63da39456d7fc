"""电话核实: asked of who approves an employer seen for the first time, kept with his approval, never required (security.md A12)."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.cast import Cast
from tests.papers import again
from tests.screens.filled import filled
from tests.screens.pages import enter
from wangqian.cases.act import Act
from wangqian.cases.models import Case
from wangqian.people.clock import now

pytestmark = pytest.mark.django_db

Begin = Callable[[Cast], Case]
REVIEWS: dict[str, tuple[Begin, str, list[str]]] = {
    "stamped": (lambda cast: cast.stamped_review(), "approve_paper", ["called"]),
    "paper": (lambda cast: cast.paper_review(), "approve", ["called"]),
    "destination": (lambda cast: cast.destination_review("contract"), "approve", ["called"]),
    "agreement": (lambda cast: cast.offline_review(), "approve", []),
    "further study": (lambda cast: cast.destination_review(), "approve", []),
}
SAID = {"called": "yes", "call_note": "打了总机，人事部确认要人"}


def asked(cast: Cast, case: Case, step: str) -> list[str]:
    case = again(case)
    return [need.name for need in case.chart.steps[step].asks(Act(case, case.chart.steps[step], cast.college_reviewer, now()))]


@pytest.mark.parametrize("name", REVIEWS)
def test_it_is_asked_of_a_stranger_where_the_employer_is_stated(cast: Cast, name: str) -> None:
    begin, step, needs = REVIEWS[name]
    assert asked(cast, begin(cast), step) == needs


@pytest.mark.parametrize("name", REVIEWS)
def test_it_is_not_asked_of_who_is_known(cast: Cast, name: str) -> None:
    begin, step, _needs = REVIEWS[name]
    cast.offline_review(cast.graduate_named("学长"))
    assert asked(cast, begin(cast), step) == []


@pytest.mark.parametrize("name", [name for name, (_begin, _step, needs) in REVIEWS.items() if needs])
def test_it_is_never_required(cast: Cast, name: str) -> None:
    begin, step, _needs = REVIEWS[name]
    case = cast.approved(begin(cast), step)
    assert case.word.label in ("已签约", "已登记")
    assert [event.said for event in case.events.filter(step=step)] == [{}, {}]


def test_it_is_kept_with_the_approval_and_read_in_its_course(cast: Cast) -> None:
    case, reviewer = cast.stamped_review(), enter(cast.college_reviewer)
    url = f"/cases/{case.pk}/do/approve_paper/"
    page = reviewer.get(url)
    assert "已电话核实" in page.content.decode()
    assert reviewer.post(url, {**filled(page.content), **SAID})["Location"] == f"{url}confirm/"
    check = reviewer.get(f"{url}confirm/")
    assert SAID["call_note"] in check.content.decode() and "返回修改" in check.content.decode()
    assert reviewer.post(f"{url}confirm/", filled(check.content)).status_code == 302
    event = case.events.get(step="approve_paper")
    assert event.said == SAID and "call_note" not in event.data
    for who in (cast.school_reviewer, cast.graduate):
        said = enter(who).get(f"/cases/{case.pk}/").content.decode()
        assert "已电话核实：是" in said and SAID["call_note"] in said


def test_of_who_is_known_the_page_is_one(cast: Cast) -> None:
    cast.offline_review(cast.graduate_named("学长"))
    case = cast.stamped_review()
    page = enter(cast.college_reviewer).get(f"/cases/{case.pk}/do/approve_paper/").content.decode()
    assert "电话核实" not in page and "返回修改" not in page and "全文" in page
