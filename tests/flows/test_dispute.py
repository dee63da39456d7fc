"""异议 through the door: one open, five working days, late, answered."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.cast import Cast
from tests.papers import acted, again, corrected, disputed
from tests.screens.pages import enter
from wangqian.cases.act import NotYours
from wangqian.cases.engine import perform
from wangqian.cases.forms import Invalid
from wangqian.cases.models import Case
from wangqian.cases.tick import tick
from wangqian.chart.words import CLOCK, FLOWS, Refused
from wangqian.flows.dispute import open_dispute
from wangqian.flows.parties import cases_for
from wangqian.people.clock import now
from wangqian.people.workdays import workdays_after

ANSWER = {"answer": "与单位核实，登记无误"}


def test_an_entry_that_is_no_more_needs_no_correction(cast: Cast) -> None:
    entry = cast.registered()
    case = disputed(cast, entry)
    cast.act(entry, "void", cast.graduate)
    assert acted(cast, case, "uphold", cast.school_reviewer, ANSWER).state == "upheld"


def test_one_open_which_marks_the_entry_and_lies_on_the_schools_desk(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    entry = cast.registered()
    case = disputed(cast, entry)
    assert (case.state, case.turn, case.holds) == ("open", "school", False)
    assert case.respond_by == workdays_after(case.opened_at, 5)
    assert open_dispute(entry) == case
    with pytest.raises(Refused, match="异议正在处理"):
        disputed(cast, entry)
    monkeypatch.setattr(FLOWS["dispute"].steps["dispute"], "only_if", ())
    with pytest.raises(Refused):  # the database's own guard
        disputed(cast, entry)
    assert Case.objects.filter(flow="dispute").count() == 1


@pytest.mark.parametrize(("step", "state"), [("uphold", "upheld"), ("reject", "rejected")])
def test_answered_by_the_school(cast: Cast, step: str, state: str) -> None:
    entry = cast.registered()
    case = disputed(cast, entry)
    with pytest.raises(NotYours):
        cast.act(case, step, cast.college_reviewer, ANSWER)
    if step == "uphold":
        with pytest.raises(Refused, match="请先在原登记上办理“更正”"):
            cast.act(case, step, cast.school_reviewer, ANSWER)
        corrected(cast, entry)
    with pytest.raises(Invalid):
        cast.act(case, step, cast.school_reviewer, {})
    case = acted(cast, case, step, cast.school_reviewer, ANSWER)
    assert (case.state, case.turn, case.exclusive, open_dispute(entry)) == (state, "", "", None)
    assert again(entry).state == "registered"
    assert disputed(cast, entry).state == "open"


def test_late_it_goes_on_and_is_answered(cast: Cast) -> None:
    entry = cast.signed_on_paper()
    case = disputed(cast, entry)
    with pytest.raises(Refused, match="期限还没有到"):
        perform(case, "lapse", by=CLOCK)
    cast.overdue(case)
    assert tick() == 1
    case = again(case)
    assert (case.state, case.turn, case.exclusive, case.wake_at) == ("late", "school", "dispute", None)
    with pytest.raises(Refused, match="异议正在处理"):
        disputed(cast, entry)
    corrected(cast, entry)
    assert acted(cast, case, "uphold", cast.school_reviewer, ANSWER).state == "upheld"


def test_reminded_a_day_before(cast: Cast) -> None:
    case = disputed(cast, cast.registered())
    assert case.respond_by and case.wake_at == case.respond_by - timedelta(hours=24)
    Case.objects.filter(pk=case.pk).update(wake_at=now())
    assert tick() == 1
    assert case.events.order_by("number").last().step == "remind"


def test_taken_back_and_whose_it_is(cast: Cast) -> None:
    entry = cast.signed()
    with pytest.raises(NotYours):
        cast.start("dispute", "dispute", cast.employer, {"about": "x", "reason": "y"}, parent=entry)
    case = disputed(cast, entry)
    assert acted(cast, case, "withdraw", cast.graduate).state == "withdrawn"


def test_only_what_is_registered_is_disputed(cast: Cast) -> None:
    entry = acted(cast, cast.registered(), "void", cast.graduate)
    with pytest.raises(Refused, match="不能办理“提出异议”"):
        disputed(cast, entry)


def test_proof_is_added_until_the_school_answers(cast: Cast) -> None:
    case = disputed(cast, cast.registered())
    with pytest.raises(Invalid, match="请上传证明材料"):
        cast.act(case, "add", cast.graduate)
    first = cast.hand_in(case, "proof")
    for by in (cast.school_reviewer, cast.graduate_named("刘同学")):
        with pytest.raises(NotYours):
            cast.act(case, "add", by)
    event = cast.act(case, "add", cast.graduate, {"note": "录取通知书"})
    assert (event.data["files"], event.said["note"]) == ({"proof": [first.sha256]}, "录取通知书")
    with pytest.raises(Refused, match="请先上传新的证明材料"):
        cast.act(case, "add", cast.graduate)
    second = cast.hand_in(case, "proof")
    assert cast.act(case, "add", cast.graduate).data["files"] == {"proof": [first.sha256, second.sha256]}
    case = acted(cast, case, "reject", cast.school_reviewer, ANSWER)
    cast.hand_in(case, "proof")
    with pytest.raises(Refused, match="不能再办理“补充证明材料”"):
        cast.act(case, "add", cast.graduate)


def test_an_objection_is_no_business_of_the_employer(cast: Cast) -> None:
    """Not of one with an account either, whose agreement it is about."""
    agreement = cast.signed()
    case = disputed(cast, agreement)
    assert case.employer_id is None and case not in cases_for(cast.employer.membership)
    employer = enter(cast.employer)
    assert employer.get(f"/cases/{case.pk}/").status_code == 404
    page = employer.get(f"/cases/{agreement.pk}/").content.decode()
    assert "异议" not in page and f"/cases/{case.pk}/" not in page
    for reader in (cast.graduate, cast.school_reviewer):
        assert f"/cases/{case.pk}/" in enter(reader).get(f"/cases/{agreement.pk}/").content.decode()


def test_a_flow_concerns_whom_its_chart_names() -> None:
    theirs = {slug for slug, flow in FLOWS.items() if flow.concerns("employer")}
    assert set(FLOWS) - theirs == {"activation_slip", "correction_request", "departure", "dispute", "reopening"}
