"""Queries of pages with files, written down in `file_budgets.csv`: the same for one file and for as many as a slot takes."""

from __future__ import annotations

import csv
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.answers import SCHOOL
from tests.cast import Cast
from tests.papers import disputed, linked, received
from tests.screens.link_stage import Sent, inside
from tests.screens.pages import enter
from wangqian.cases.models import Case

TABLE = Path(__file__).with_name("file_budgets.csv")
BUDGET = {row["page"]: int(row["queries"]) for row in csv.DictReader(TABLE.read_text(encoding="utf-8").splitlines())}
Page = tuple[Any, str]  # whose browser, which address


def more(cast: Cast, case: Case, slot: str, count: int, **who: Any) -> None:
    for _file in range(count):
        cast.hand_in(case, slot, **who)


def draft(cast: Cast, files: int) -> Case:
    case = cast.begun("destination", topic="postgraduate")
    more(cast, case, "evidence", files)
    return case


def submitted(cast: Cast, files: int) -> Case:
    case = draft(cast, files)
    cast.act(case, "submit", cast.graduate, SCHOOL)
    return case


def step(case: Case, name: str) -> str:
    return f"/cases/{case.pk}/do/{name}/"


def destination_form(cast: Cast, files: int) -> Page:
    return enter(cast.graduate), step(draft(cast, files), "submit")


def destination_page(cast: Cast, files: int) -> Page:
    return enter(cast.college_reviewer), f"/cases/{submitted(cast, files).pk}/"


def destination_approval(cast: Cast, files: int) -> Page:
    return enter(cast.college_reviewer), step(submitted(cast, files), "approve")


def destination_correction(cast: Cast, files: int) -> Page:
    case = submitted(cast, files)
    for by in (cast.college_reviewer, cast.school_reviewer):
        cast.act(case, "approve", by)
    return enter(cast.school_reviewer), step(case, "correct")


def stamped_page(cast: Cast, files: int) -> Page:
    """With all that a reviewer should notice: the contact, the link, the unit, its address, the scans."""
    case = cast.stamping()
    link, _secret = linked(cast, case)
    more(cast, case, "scan", min(files, 11), owner=None, link=link.pk)
    received(cast, case, link)
    return enter(cast.college_reviewer), f"/cases/{case.pk}/"


def asked(cast: Cast, files: int) -> Case:
    cast.reviewers()
    case = cast.begun("correction_request", topic="major")
    more(cast, case, "evidence", min(files, 6))
    cast.act(case, "apply", cast.graduate, {"major": "软件工程", "reason": "写错"})
    return case


def request_form(cast: Cast, files: int) -> Page:
    case = cast.begun("correction_request", topic="major")
    more(cast, case, "evidence", min(files, 6))
    return enter(cast.graduate), step(case, "apply")


def request_page(cast: Cast, files: int) -> Page:
    return enter(cast.school_reviewer), f"/cases/{asked(cast, files).pk}/"


def request_grant(cast: Cast, files: int) -> Page:
    return enter(cast.school_reviewer), step(asked(cast, files), "grant")


def dispute_page(cast: Cast, files: int) -> Page:
    case = disputed(cast, cast.registered())
    more(cast, case, "proof", min(files, 6))
    cast.act(case, "add", cast.graduate)
    return enter(cast.school_reviewer), f"/cases/{case.pk}/"


def release(cast: Cast, files: int) -> Page:
    case = cast.signed()
    more(cast, case, "document", min(files, 6), by=cast.school_reviewer)
    cast.act(case, "request_release", cast.school_reviewer, {"reason": "court", "basis": "裁决书 1 号"})
    return enter(cast.second_school_user), step(case, "confirm_release")


def link(cast: Cast, files: int) -> Page:
    sent = Sent(cast)
    browser = inside(sent)
    more(cast, sent.case, "scan", min(files, 12), owner=None, link=sent.link.pk)
    return browser, sent.url


PAGES: dict[str, Callable[[Cast, int], Page]] = {
    made.__name__: made
    for made in (
        destination_form, destination_page, destination_approval, destination_correction, stamped_page,
        request_form, request_page, request_grant, dispute_page, release, link,
    )
}  # fmt: skip


def test_every_page_has_its_row() -> None:
    assert list(BUDGET) == list(PAGES)


@pytest.mark.parametrize("files", [1, 20])
@pytest.mark.parametrize("name", PAGES)
def test_queries(cast: Cast, name: str, files: int) -> None:
    browser, url = PAGES[name](cast, files)
    browser.get(url)  # what is read once per process
    with CaptureQueriesContext(connection) as queries:
        assert browser.get(url).status_code == 200
    if os.environ.get("WANGQIAN_SHOW_BUDGETS"):
        print(f"{name},{len(queries)}")
    assert len(queries) == BUDGET[name]
