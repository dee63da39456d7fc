"""Laws L1–L3 on every flow: one binding case, one destination, nobody bound for ever."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from tests.cast import Cast
from tests.flows.laws import HOLDING, REACH, RELEASE, again, current, folded
from wangqian.cases.act import Act, NotYours, Stale
from wangqian.cases.engine import perform
from wangqian.cases.models import Case, LedgerEntry, broken_link, in_force
from wangqian.chart.words import FLOWS, Refused, Rule
from wangqian.flows.parties import told
from wangqian.people.clock import now

each_holding_state = pytest.mark.parametrize("place", HOLDING, ids=".".join)


def test_every_holding_state_is_reached_here() -> None:
    assert set(REACH) == set(HOLDING)


# --- L1 ---------------------------------------------------------------------------------------------


@each_holding_state
def test_l1_the_database_refuses_a_second_hold(cast: Cast, place: tuple[str, str]) -> None:
    case = REACH[place](cast)
    assert (case.flow, case.state, case.holds) == (*place, True)
    second = Case(flow=case.flow, state=case.state, graduate=case.graduate, holds=True)
    second.opened_at = second.since = second.moved_at = now()
    names = "one_hold_per_graduate" if connection.vendor == "postgresql" else "cases_case.graduate_id"
    with pytest.raises(IntegrityError, match=names), transaction.atomic():
        Case.objects.bulk_create([second])
    assert Case.objects.filter(graduate=case.graduate, holds=True).count() == 1


@each_holding_state
def test_l1_the_door_refuses_a_second_hold_and_the_rest_stays(cast: Cast, place: tuple[str, str]) -> None:
    case = REACH[place](cast)
    other = cast.invited(cast.other_employer)
    with pytest.raises(Refused, match="已有一份签约（登记）在办理或生效中"):
        cast.act(other, "accept", cast.graduate)
    assert (again(case).state, again(other).state) == (place[1], "invited")


def test_l1_holds_without_the_rule(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """The rule taken out of the chart, the database still refuses, with its own sentence."""
    cast.in_review()
    other = cast.invited(cast.other_employer)
    accept = FLOWS["online"].steps["accept"]
    monkeypatch.setattr(accept, "only_if", tuple(rule for rule in accept.only_if if rule.name != "free"))
    with pytest.raises(Refused, match="不能同时再办一份"):
        cast.act(other, "accept", cast.graduate)
    assert again(other).state == "invited"


@pytest.mark.parametrize(
    ("step", "rule", "sentence"),
    [
        ("online.invite", "no_open_invitation", "在应约有效期内不能再次邀请"),
        ("online_termination.ask", "no_open_termination", "对方已申请解约，请先回应"),
    ],
)
def test_exclusive_states_hold_without_the_rule(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, step: str, rule: str, sentence: str
) -> None:
    flow, name = step.split(".")
    start = FLOWS[flow].steps[name]
    monkeypatch.setattr(start, "only_if", tuple(each for each in start.only_if if each.name != rule))
    if flow == "online":
        cast.invited()
        with pytest.raises(Refused, match=sentence):
            cast.invited()
    else:
        agreement = cast.signed()
        cast.termination(agreement)
        with pytest.raises(Refused, match=sentence):
            cast.termination(agreement, cast.employer)
    assert Case.objects.filter(flow=flow).count() == 1


# --- L2 ---------------------------------------------------------------------------------------------


def test_l2_one_destination_and_what_was_in_force_on_any_past_moment(cast: Cast) -> None:
    graduate = cast.graduate.membership.graduate
    assert graduate and current(graduate) is folded(graduate) is None
    before = now()
    agreement = cast.signed()
    entry = LedgerEntry.objects.get()
    assert current(graduate) == folded(graduate) == entry
    assert (entry.in_force, entry.destination, entry.case) == (True, "10", agreement)
    between = now()
    ending = cast.termination(agreement)
    cast.act(ending, "accept", cast.employer)
    assert current(graduate) == folded(graduate) == entry
    cast.act(ending, "approve", cast.school_reviewer)
    after = now() + timedelta(seconds=1)
    assert current(graduate) is folded(graduate) is None
    assert [in_force(graduate, moment) for moment in (before, between, after)] == [None, entry, None]
    assert [row.in_force for row in LedgerEntry.objects.order_by("id")] == [True, False]
    next_one = cast.signed(cast.other_employer)
    found = current(graduate)
    assert found == folded(graduate) and found and found.case == next_one
    assert in_force(graduate, between) == entry


def test_l2_two_destinations_are_refused_by_the_key(cast: Cast) -> None:
    agreement = cast.signed()
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO cases_currentdestination (graduate_id, entry_id)"
            " SELECT graduate_id, entry_id FROM cases_currentdestination WHERE graduate_id IS NOT NULL"
        )
    assert current(agreement.graduate) is not None  # type: ignore[arg-type]


# --- L3 ---------------------------------------------------------------------------------------------


@each_holding_state
def test_l3_the_school_releases_from_every_holding_state(cast: Cast, place: tuple[str, str]) -> None:
    case = REACH[place](cast)
    graduate, number = case.graduate, case.number
    assert graduate
    with pytest.raises(NotYours):
        cast.ask_release(case, cast.college_reviewer, RELEASE)
    cast.ask_release(case, cast.school_reviewer, RELEASE)
    assert (again(case).state, again(case).holds) == (place[1], True)
    with pytest.raises(Refused, match="提请人不能自己确认"):
        cast.act(case, "confirm_release", cast.school_reviewer)
    for outsider in (cast.college_reviewer, cast.outsider_reviewer, cast.graduate, cast.employer):
        with pytest.raises(NotYours):
            cast.act(case, "confirm_release", outsider)
    event = cast.act(case, "confirm_release", cast.second_school_user)
    released = again(case)
    assert (released.state, released.word.label, released.word.verify) == ("released", "已解除", "已解除")
    assert (released.holds, released.turn, released.wake_at, released.number) == (False, "", None, number)
    assert current(graduate) is folded(graduate) is None
    roles = FLOWS[case.flow].steps["confirm_release"].told(event.target)
    assert {role.name: told(released, role).exists() for role in roles} == {
        "graduate": True,
        "employer": place[0] == "online",  # on paper no employer has an account
        "school": True,
    }
    assert broken_link(released) is None
    assert again(cast.in_review(cast.other_employer)).holds


@each_holding_state
def test_l3_release_needs_a_legal_cause_and_its_document(cast: Cast, place: tuple[str, str]) -> None:
    from wangqian.cases.forms import Invalid

    case = REACH[place](cast)
    with pytest.raises(Invalid) as caught:
        cast.ask_release(case, cast.school_reviewer, {"reason": "because", "basis": ""})
    assert {name for form in caught.value.forms for name in form.errors} == {"reason", "basis"}
    case.evidence.all().delete()
    with pytest.raises(Invalid, match="请上传依据文书的扫描件"):
        cast.act(case, "request_release", cast.school_reviewer, RELEASE)


def asked_anew(cast: Cast) -> Case:
    """Asked, read by a second user, taken back and asked for another cause: then he confirms what he has read."""
    case = cast.signed()
    cast.ask_release(case, cast.school_reviewer, RELEASE)
    read, proof = cast.prepare(again(case), "confirm_release", cast.second_school_user, {})
    cast.act(case, "withdraw_release", cast.school_reviewer, {"reason": "换文书"})
    cast.ask_release(case, cast.school_reviewer, {**RELEASE, "reason": "court"})
    perform(again(case), "confirm_release", by=cast.second_school_user, seen=read, proof=proof)
    return again(case)


def test_l3_nobody_confirms_a_cause_that_he_has_not_read(cast: Cast) -> None:
    with pytest.raises(Stale, match="内容在您阅读之后有更新"):
        asked_anew(cast)
    assert Case.objects.get().state == "signed"


def test_red_control_without_what_is_cited_another_cause_is_confirmed(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Act, "on_screen", lambda act, text: text)
    assert asked_anew(cast).state == "released"


@each_holding_state
def test_l3_a_withdrawn_request_leaves_everything_as_it_was(cast: Cast, place: tuple[str, str]) -> None:
    case = REACH[place](cast)
    with pytest.raises(Refused, match="还没有人提请解除"):
        cast.act(case, "confirm_release", cast.second_school_user)
    cast.ask_release(case, cast.school_reviewer, RELEASE)
    with pytest.raises(Refused, match="已有人提请解除"):
        cast.ask_release(case, cast.second_school_user, RELEASE)
    cast.act(case, "withdraw_release", cast.second_school_user, {"reason": "误提"})
    with pytest.raises(Refused, match="还没有人提请解除"):
        cast.act(case, "confirm_release", cast.second_school_user)
    assert (again(case).state, again(case).turn, again(case).level) == (case.state, case.turn, case.level)


@pytest.mark.parametrize("accepted", [False, True])
def test_l3_an_open_termination_ends_with_the_release(cast: Cast, accepted: bool) -> None:
    agreement = cast.signed()
    ending = cast.termination(agreement)
    if accepted:
        cast.act(ending, "accept", cast.employer)
    cast.ask_release(agreement, cast.school_reviewer, RELEASE)
    if accepted:
        with pytest.raises(Refused, match="学校已提请解除"):
            cast.act(ending, "approve", cast.school_reviewer)
    event = cast.act(agreement, "confirm_release", cast.second_school_user)
    assert (again(agreement).state, again(ending).state) == ("released", "released")
    last = again(ending).events.order_by("number").last()
    assert last and (last.step, last.cause_id, last.capacity) == ("overtaken", event.pk, "system")


def test_l3_every_way_out_alone_belongs_to_the_school_or_the_clock() -> None:
    """The chart's check leans on roles marked `alone`; these and no others are."""
    alone = {step.who.name for flow in FLOWS.values() for step in flow.steps.values() if step.who.alone}
    assert alone <= {"school", "clock"}


@pytest.mark.parametrize(("slug", "name"), [(s, n) for s, flow in FLOWS.items() for n in flow.steps])
def test_every_rule_has_a_sentence(slug: str, name: str) -> None:
    rules: tuple[Rule, ...] = FLOWS[slug].steps[name].only_if
    wrong: list[Any] = [rule.name for rule in rules if not rule.sentence.endswith("。")]
    assert wrong == []
