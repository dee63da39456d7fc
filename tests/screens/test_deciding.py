"""What a reviewer decides stands on the page of the case: posted from there, refused on the page of the step, nothing lost."""

from __future__ import annotations

import re

import pytest

from tests.answers import SCHOOL
from tests.cast import Cast
from tests.papers import again
from tests.screens.filled import filled
from tests.screens.pages import PageClient, enter
from wangqian.cases.models import Case
from wangqian.notices.queries import shown_code


def page_of(who: PageClient, case: Case) -> str:
    return who.get(f"/cases/{case.pk}/").content.decode()


def form_of(page: str, action: str) -> dict[str, str]:
    """What one of the folded forms would send."""
    found = re.search(rf'<form class="stack" method="post" action="{action}".*?</form>', page, re.S)
    assert found, action
    return filled(found[0].encode())


def test_without_a_proof_it_is_approved_from_the_page(cast: Cast) -> None:
    case = cast.in_review()
    who = enter(cast.college_reviewer)
    url = f"/cases/{case.pk}/do/approve/confirm/"
    given = form_of(page_of(who, case), url)
    assert who.post(url, given).status_code == 302
    assert (again(case).level, again(case).turn) == (1, "school")


def test_the_last_level_proves_it_on_the_page_and_without_a_proof_nothing_happens(cast: Cast) -> None:
    case = cast.in_review()
    cast.act(case, "approve", cast.college_reviewer)
    who = enter(cast.school_reviewer)
    url = f"/cases/{case.pk}/do/approve/confirm/"
    given = form_of(page_of(who, case), url)
    answer = who.post(url, given)
    assert (answer.status_code, again(case).state) == (422, "review")
    assert who.post(url, {**given, "send_code": "1"}).status_code in (200, 302)
    assert who.post(url, {**given, "code": shown_code(cast.school_reviewer.user)}).status_code == 302
    assert again(case).state == "signed"


@pytest.mark.parametrize(
    ("step", "given", "state"),
    [
        ("send_back", {"about": "pay", "fault": "wrong", "reason": "起薪与合同不符"}, "returned"),
        ("refuse", {"about": "pay", "reason": "与单位核实不符"}, "refused"),
    ],
)
def test_sent_back_and_refused_from_the_page(cast: Cast, step: str, given: dict[str, str], state: str) -> None:
    case = cast.offline_review()
    who = enter(cast.college_reviewer)
    url = f"/cases/{case.pk}/do/{step}/"
    hidden = form_of(page_of(who, case), url)
    nothing = who.post(url, {**hidden, "reason": ""})
    assert nothing.status_code == 422 and again(case).state == "review"
    assert who.post(url, {**hidden, **given}).status_code == 302
    assert again(case).state == state
    assert who.post(url, {**hidden, **given}).status_code == 302, "sent twice: the same answer"
    assert again(case).version == 3


def test_what_was_read_is_what_is_approved(cast: Cast) -> None:
    """Changed by somebody else since the page was opened: the approval says so and does nothing."""
    case = cast.destination_review()
    who = enter(cast.college_reviewer)
    url = f"/cases/{case.pk}/do/approve/confirm/"
    given = form_of(page_of(who, case), url)
    cast.act(case, "withdraw", cast.graduate)
    cast.act(case, "submit", cast.graduate, {**SCHOOL, "study_major": "别的专业"})
    answer = who.post(url, {**given, "agreed": "on"})
    assert answer.status_code == 409 and "有更新" in answer.content.decode()
    assert again(case).level == 0


def test_evidence_lies_beside_the_data_where_somebody_decides(cast: Cast) -> None:
    case = cast.destination_review()
    page = page_of(enter(cast.college_reviewer), case)
    beside, facts = page.index("two-beside"), page.index("<dt>录取学校全称")
    assert beside < page.index("审核意见") < page.index("data-viewer") < facts
    assert "two-beside" not in page_of(enter(cast.school_reviewer), case), "not his level yet"


def test_who_may_not_decide_sees_no_form(cast: Cast) -> None:
    case = cast.in_review()
    cast.act(case, "approve", cast.college_reviewer)
    for actor in (cast.college_reviewer, cast.graduate, cast.employer):
        assert "审核意见" not in page_of(enter(actor), case)
    assert "审核意见" in page_of(enter(cast.school_reviewer), case)
