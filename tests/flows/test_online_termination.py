"""Flow 2 through the door (M003 §5 图11)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.answers import TERMINATION
from tests.cast import Cast
from tests.flows.laws import again
from wangqian.cases.act import NotYours
from wangqian.cases.engine import perform
from wangqian.cases.forms import Invalid
from wangqian.cases.models import Case, CurrentDestination, LedgerEntry, broken_link
from wangqian.cases.queries import moves, openings
from wangqian.cases.tick import tick
from wangqian.chart.words import CLOCK, Refused
from wangqian.flows.models import TerminationTerms
from wangqian.people.clock import days_from, now
from wangqian.people.models import Actor, SchoolProfile

REFUSAL = {"reason": "请补充协商记录"}
each_asker = pytest.mark.parametrize("asker", ["graduate", "employer"])


def sides(cast: Cast, asker: str) -> tuple[Actor, Actor]:
    """(who asks, who answers)"""
    pair = cast.graduate, cast.employer
    return pair if asker == "graduate" else (pair[1], pair[0])


def columns(case: Case) -> dict[str, Any]:
    """Every column of the agreement, its events and its ledger."""
    row = Case.objects.filter(pk=case.pk).values().get()
    ledger = list(LedgerEntry.objects.filter(case=case).order_by("id").values())
    return {**row, "events": list(case.events.values()), "ledger": ledger, "current": current(case)}


def current(case: Case) -> list[dict[str, Any]]:
    return list(CurrentDestination.objects.filter(graduate=case.graduate_id).values())


def in_review(cast: Cast, asker: str) -> tuple[Case, Case]:
    one, other = sides(cast, asker)
    agreement = cast.signed()
    case = cast.termination(agreement, one)
    cast.act(case, "accept", other)
    return agreement, again(case)


@each_asker
def test_the_whole_way(cast: Cast, asker: str) -> None:
    one, other = sides(cast, asker)
    agreement = cast.signed()
    case = cast.termination(agreement, one)
    waiting = {"graduate": ("等待单位回应", "employer"), "employer": ("等待学生回应", "graduate")}[asker]
    assert (case.word.label, case.turn, case.holds, case.exclusive) == (*waiting, False, "termination")
    assert case.respond_by == days_from(case.opened_at, 15)
    cast.act(case, "accept", other)
    assert (again(case).state, again(case).turn, again(agreement).state) == ("review", "school", "signed")
    approval = cast.act(case, "approve", cast.school_reviewer)
    ended = again(agreement)
    assert (again(case).state, ended.state, ended.holds) == ("terminated", "terminated", False)
    assert ended.word.verify == "已解约"
    assert not CurrentDestination.objects.filter(graduate=agreement.graduate_id).exists()
    last = ended.events.order_by("number").last()
    assert last and (last.step, last.capacity, last.cause_id) == ("terminate", "system", approval.pk)
    assert [e.step for e in case.events.order_by("number")] == ["ask", "accept", "approve"]
    assert (broken_link(again(case)), broken_link(ended)) == (None, None)
    assert cast.in_review(cast.other_employer).holds, "the graduate is free again"


def test_the_request_is_typed_hashed_and_kept(cast: Cast) -> None:
    agreement = cast.signed()
    case = cast.termination(agreement)
    text = case.versions.get().content
    assert (text["agreement"], text["reason"]) == (agreement.number, "05")
    assert text["reason_name"] == "个人职业规划变化"
    row = TerminationTerms._default_manager.get(terms__case=case)
    assert (row.reason, text["explanation"]) == ("05", TERMINATION["explanation"])  # type: ignore[attr-defined]


def test_reason_and_explanation_are_required(cast: Cast) -> None:
    agreement = cast.signed()
    with pytest.raises(Invalid) as caught:
        cast.start("online_termination", "ask", cast.graduate, {"reason": "99"}, parent=agreement)
    assert {name for form in caught.value.forms for name in form.errors} == {"reason", "explanation"}
    assert not Case.objects.filter(flow="online_termination").exists()


@pytest.mark.parametrize("state", ["invited", "review", "terminated"])
def test_only_a_signed_agreement_can_be_ended(cast: Cast, state: str) -> None:
    if state == "terminated":
        case = in_review(cast, "graduate")
        cast.act(case[1], "approve", cast.school_reviewer)
        agreement = again(case[0])
    else:
        agreement = {"invited": cast.invited, "review": cast.in_review}[state]()
    assert agreement.state == state
    with pytest.raises(Refused, match=f"现在是“{agreement.word.label}”，不能办理“申请解约”"):
        cast.termination(agreement)


def test_outsiders_find_nothing(cast: Cast) -> None:
    agreement = cast.signed()
    case = cast.termination(agreement)
    for who in (cast.outsider, cast.other_employer, cast.school_reviewer, cast.graduate_named("同学")):
        with pytest.raises(NotYours):
            cast.termination(agreement, who)
        for step in ("accept", "decline", "withdraw"):
            with pytest.raises(NotYours):
                perform(case, step, by=who)


@each_asker
def test_nobody_answers_his_own_request(cast: Cast, asker: str) -> None:
    one, _ = sides(cast, asker)
    case = cast.termination(cast.signed(), one)
    for step in ("accept", "decline"):
        with pytest.raises(Refused, match="现在不由您办理"):
            cast.act(case, step, one)
    assert again(case).version == 1


@each_asker
def test_one_open_termination(cast: Cast, asker: str) -> None:
    one, other = sides(cast, asker)
    agreement = cast.signed()
    cast.termination(agreement, one)
    with pytest.raises(Refused, match=r"^对方已申请解约，请先回应。$"):
        cast.termination(agreement, other)
    with pytest.raises(Refused, match=r"^您已申请解约，正等待对方回应或学校审核。$"):
        cast.termination(agreement, one)
    assert Case.objects.filter(parent=agreement).count() == 1


@each_asker
def test_declined_the_agreement_stays_exactly_and_he_may_ask_again(cast: Cast, asker: str) -> None:
    one, other = sides(cast, asker)
    agreement = cast.signed()
    before = columns(agreement)
    case = cast.termination(agreement, one)
    with pytest.raises(Invalid):
        cast.act(case, "decline", other)
    event = cast.act(case, "decline", other, REFUSAL)
    assert (again(case).word.label, event.said) == ("解约失败（对方不同意）", REFUSAL)
    assert columns(agreement) == before
    assert cast.termination(agreement, one).version == 1


@each_asker
def test_refused_the_agreement_stays_exactly_and_he_may_ask_again(cast: Cast, asker: str) -> None:
    one, other = sides(cast, asker)
    agreement = cast.signed()
    before = columns(agreement)
    case = cast.termination(agreement, one)
    cast.act(case, "accept", other)
    with pytest.raises(Invalid):
        cast.act(case, "refuse", cast.school_reviewer)
    cast.act(case, "refuse", cast.school_reviewer, REFUSAL)
    assert again(case).word.label == "解约失败（学校审核不通过）"
    assert columns(agreement) == before
    assert cast.termination(agreement, other).version == 1


@each_asker
@pytest.mark.parametrize("days", [15, 3])
def test_lapses_after_the_dial_s_days_even_with_the_clock_down(cast: Cast, asker: str, days: int) -> None:
    _ = cast.school
    SchoolProfile.objects.update(days_to_respond=days)
    one, other = sides(cast, asker)
    agreement = cast.signed()
    before = columns(agreement)
    case = cast.termination(agreement, one)
    assert case.respond_by == days_from(case.opened_at, days)
    with pytest.raises(Refused, match="期限还没有到"):
        perform(case, "lapse", by=CLOCK)
    case = cast.overdue(case)
    for step in ("accept", "decline"):
        with pytest.raises(Refused, match="回应期限已过"):
            cast.act(case, step, other, REFUSAL)
    tick()
    assert again(case).word.label == "解约失败（逾期未回应）"
    assert columns(agreement) == before
    assert cast.termination(agreement, other).version == 1


def test_the_answerer_is_reminded(cast: Cast) -> None:
    from wangqian.flows.parties import told

    case = cast.termination(cast.signed())
    Case.objects.filter(pk=case.pk).update(respond_by=now() + timedelta(hours=23), wake_at=now())
    tick()
    event = again(case).events.order_by("number").last()
    assert event and (event.step, event.target) == ("remind", "awaiting_employer")
    (role,) = again(case).chart.steps["remind"].told(event.target)
    assert [membership.pk for membership in told(again(case), role)] == [cast.employer.membership.pk]


@each_asker
@pytest.mark.parametrize("accepted", [False, True])
def test_who_asked_withdraws_until_somebody_reviewed(cast: Cast, asker: str, accepted: bool) -> None:
    one, other = sides(cast, asker)
    agreement = cast.signed()
    before = columns(agreement)
    case = cast.termination(agreement, one)
    if accepted:
        cast.act(case, "accept", other)
    with pytest.raises(Refused, match="只有申请人可以撤回"):
        cast.act(case, "withdraw", other)
    cast.act(case, "withdraw", one)
    assert again(case).state == "withdrawn" and columns(agreement) == before
    assert cast.termination(agreement, other).version == 1


def test_not_after_a_level_acted(cast: Cast) -> None:
    _ = cast.school
    SchoolProfile.objects.update(termination_chain="college,school")
    _, case = in_review(cast, "graduate")
    assert case.turn == "college"
    cast.act(case, "approve", cast.college_reviewer)
    assert (again(case).turn, again(case).level, again(case).state) == ("school", 1, "review")
    with pytest.raises(Refused, match="学校已经开始审核，不能再撤回"):
        cast.act(case, "withdraw", cast.graduate)
    cast.act(case, "approve", cast.school_reviewer)
    assert again(case).state == "terminated"


def test_an_empty_level_is_skipped_and_withdrawing_stays_possible(cast: Cast) -> None:
    _ = cast.school
    agreement = cast.signed()
    SchoolProfile.objects.update(termination_chain="counsellor,school")
    case = cast.termination(agreement)
    cast.act(case, "accept", cast.employer)
    assert [e.step for e in case.events.order_by("number")] == ["ask", "accept", "skip"]
    assert (again(case).turn, again(case).level) == ("school", 1)
    cast.act(case, "withdraw", cast.graduate)
    assert again(case).state == "withdrawn"


def test_the_college_has_no_say_in_the_default_chain(cast: Cast) -> None:
    _, case = in_review(cast, "employer")
    for step in ("approve", "refuse"):
        with pytest.raises(Refused, match="现在不由您办理"):
            cast.act(case, step, cast.college_reviewer, REFUSAL)
    assert again(case).state == "review"


def test_buttons_of_each_party(cast: Cast) -> None:
    agreement = cast.signed()
    offered = [{m.label: m.refusal for m in openings(agreement, who)} for who in (cast.graduate, cast.employer)]
    assert offered == [{"申请解约": None, "提出异议": None}, {"申请解约": None}]
    assert openings(agreement, cast.school_reviewer) == []
    case = cast.termination(agreement)
    everybody = cast.graduate, cast.employer, cast.school_reviewer
    shown = [[move.step.name for move in moves(case, who)] for who in everybody]
    assert shown == [["withdraw"], ["accept", "decline"], []]
    assert case.word.read_by("employer", case.turn) == "待您回应解约"
    assert case.word.read_by("graduate", case.turn) == "等待单位回应"
