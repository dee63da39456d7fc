"""A draft is its author's alone, and is handed in under the rules of the day it is handed in (flows.md §0)."""

from __future__ import annotations

import pytest

from tests.answers import DESTINATIONS, OFFLINE
from tests.cast import Cast
from tests.flows.laws import close_cohort
from tests.papers import acted, again
from tests.screens.pages import enter
from wangqian.cases.models import Case, Evidence
from wangqian.cases.tick import tick
from wangqian.chart.words import FLOWS, Refused
from wangqian.flows import parties
from wangqian.flows.parties import case_for, cases_for
from wangqian.people.models import Actor, School, SchoolProfile

SIGNED_ON = {"signed_on": "2026-01-01"}
GIVEN = {"offline": OFFLINE, "paper": {**OFFLINE, **SIGNED_ON}, "destination": DESTINATIONS["postgraduate"]}
WITH_DRAFTS = {"offline", "paper", "destination", "offline_termination", "correction_request"}
OTHERS = ("college_reviewer", "school_reviewer", "employer")


def unanswered(cast: Cast) -> Case:
    """An agreement signed online, of which the employer left 线上解约 unanswered: then it is ended on paper."""
    agreement = cast.signed()
    cast.overdue(cast.termination(agreement))
    tick()
    return again(agreement)


def begun(cast: Cast, flow: str) -> Case:
    if flow == "offline_termination":
        return cast.start(flow, "apply", cast.graduate, parent=unanswered(cast))
    if flow == "correction_request":
        return cast.begun(flow, topic="major")
    return cast.begun(flow, **({"topic": "postgraduate"} if flow == "destination" else {}))


def handed_in(cast: Cast, case: Case) -> Case:
    for flow, slot in (("paper", "scan"), ("destination", "evidence")):
        if case.flow == flow and not case.evidence.exists():
            cast.hand_in(case, slot)
    return acted(cast, case, "submit", cast.graduate, GIVEN[case.flow])


def read(who: Actor, case: Case) -> tuple[bool, bool, int]:
    """By the list, by the key, and the page's answer."""
    membership = who.membership
    page = enter(who).get(f"/cases/{case.pk}/").status_code
    return case in cases_for(membership), case_for(membership, case.pk) is not None, page


def test_every_flow_that_has_a_draft_is_here() -> None:
    assert {slug for slug, flow in FLOWS.items() if "draft" in flow.states} == WITH_DRAFTS


@pytest.mark.parametrize("flow", sorted(WITH_DRAFTS))
def test_nobody_else_reads_a_draft(cast: Cast, flow: str) -> None:
    case = begun(cast, flow)
    assert (case.exclusive, case.handed_in_at) == ("draft", None)
    for party in OTHERS:
        assert read(getattr(cast, party), case) == (False, False, 404), party
    assert read(cast.graduate, case) == (True, True, 200)
    case = acted(cast, case, "cancel", cast.graduate)
    assert (case.state, case.handed_in_at) == ("cancelled", None)
    for party in OTHERS:
        assert read(getattr(cast, party), case) == (False, False, 404), party


def test_nor_finds_it_on_a_page_about_him_or_his_agreement(cast: Cast) -> None:
    case = begun(cast, "offline_termination")
    agreement = case.parent
    assert agreement and case.graduate
    for who, url in (
        (cast.employer, f"/cases/{agreement.pk}/"),
        (cast.school_reviewer, f"/cases/{agreement.pk}/"),
        (cast.school_reviewer, f"/graduates/{case.graduate.pk}/"),
    ):
        page = enter(who).get(url)
        assert (page.status_code, f"/cases/{case.pk}/" in page.content.decode()) == (200, False), url
    assert f"/cases/{case.pk}/" in enter(cast.graduate).get(f"/cases/{agreement.pk}/").content.decode()


def test_nor_a_file_laid_ready_for_it(cast: Cast) -> None:
    case = begun(cast, "destination")
    cast.hand_in(case, "evidence")
    url = f"/files/{Evidence.objects.get(case=case).pk}/1.jpg"
    assert [enter(getattr(cast, party)).get(url).status_code for party in OTHERS] == [404] * 3


def test_without_the_guard_a_draft_is_read(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """The red control: the place alone would let the school in."""
    case = begun(cast, "offline")
    monkeypatch.setattr(parties, "only_handed_in", lambda membership: False)
    assert read(cast.school_reviewer, case) == (True, True, 200)


def test_handed_in_it_is_read_also_when_taken_back(cast: Cast) -> None:
    case = cast.offline_review()
    moment = case.handed_in_at
    assert moment is not None and read(cast.school_reviewer, case) == (True, True, 200)
    case = acted(cast, case, "withdraw", cast.graduate)
    assert (case.exclusive, case.handed_in_at) == ("draft", moment)
    page = enter(cast.school_reviewer).get(f"/cases/{case.pk}/").content.decode()
    assert "毕业生已撤回，修改后会再提交" in page and "提交以后学校才能看到" not in page
    page = enter(cast.graduate).get(f"/cases/{case.pk}/").content.decode()
    assert "还未提交" in page and "提交以后学校才能看到" in page


@pytest.mark.parametrize("flow", sorted(GIVEN))
def test_what_was_taken_back_may_be_handed_in_after_closing(cast: Cast, flow: str) -> None:
    """Law L5: it was handed in in time; only a first submission is refused."""
    case = acted(cast, handed_in(cast, begun(cast, flow)), "withdraw", cast.graduate)
    close_cohort(cast)
    assert handed_in(cast, case).state == "review"


# --- the dials of the day ------------------------------------------------------------------------------


def dial(school: School, **dials: object) -> SchoolProfile:
    """The school saves its settings: a new row, as its page does."""
    row = SchoolProfile.of(school.pk)
    assert row
    row.pk, row.version = None, row.version + 1
    for name, value in dials.items():
        setattr(row, name, value)
    row.save(force_insert=True)
    return row


def test_the_chain_is_that_of_the_submission(cast: Cast) -> None:
    """Not of the day the draft was begun; and what was handed in goes on by the chain it was handed in under."""
    case = begun(cast, "offline")
    today = dial(cast.school, agreement_chain="school", stamped_chain="college")
    case = acted(cast, case, "submit", cast.graduate, OFFLINE)
    assert (case.chain, case.profile) == ("school", today)
    dial(cast.school, agreement_chain="college", stamped_chain="college,school")
    case = acted(cast, case, "send_back", cast.school_reviewer, {"about": "other", "fault": "wrong", "reason": "请核对"})
    case = acted(cast, case, "resubmit", cast.graduate, OFFLINE)
    assert (case.chain, case.profile) == ("school", today)
    cast.act(case, "approve", cast.school_reviewer)
    cast.hand_in(case, "scan")
    assert acted(cast, case, "hand_in", cast.graduate).chain == "college"


def test_taken_back_and_handed_in_again_is_a_new_submission(cast: Cast) -> None:
    case = acted(cast, cast.offline_review(), "withdraw", cast.graduate)
    dial(cast.school, agreement_chain="school")
    assert acted(cast, case, "submit", cast.graduate, OFFLINE).chain == "school"


@pytest.mark.parametrize("flow", sorted(GIVEN))
def test_a_draft_is_no_submission_where_the_school_offers_it_no_more(cast: Cast, flow: str) -> None:
    case = begun(cast, flow)
    dial(cast.school, offers_offline=False)
    with pytest.raises(Refused, match="学校没有开通此项登记"):
        cast.act(case, "submit", cast.graduate, GIVEN[flow])
    assert again(case).state == "draft"


def test_what_was_handed_in_goes_on_where_the_school_offers_it_no_more(cast: Cast) -> None:
    case = cast.offline_review()
    dial(cast.school, offers_offline=False)
    case = acted(cast, case, "withdraw", cast.graduate)
    assert cast.approved(acted(cast, case, "submit", cast.graduate, OFFLINE)).state == "stamping"


def test_giving_up_is_reviewed_by_the_dial_of_the_day(cast: Cast) -> None:
    case = cast.registered()
    dial(cast.school, void_needs_review=True, registration_chain="school")
    case = acted(cast, case, "void", cast.graduate)
    assert (case.state, case.turn) == ("voiding", "school")


@pytest.mark.parametrize(("topic", "kind"), [("looking", "70-03"), ("preparing", ""), ("not_now", "72-02")])
def test_a_wait_is_given_up_at_once_whatever_the_dial(cast: Cast, topic: str, kind: str) -> None:
    """Nothing that only says "nothing yet" stands in the way of an invitation while a school reviews (codes.md §1)."""
    invitation = cast.invited()
    case = cast.begun("destination", topic=topic)
    case = cast.approved(acted(cast, case, "submit", cast.graduate, {"kind": kind, "plan": "正在准备"}))
    dial(cast.school, void_needs_review=True)
    assert acted(cast, case, "void", cast.graduate).state == "voided"
    assert acted(cast, invitation, "accept", cast.graduate).state == "review"
