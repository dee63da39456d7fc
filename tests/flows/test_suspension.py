"""Suspending and restoring an employer (flows.md §9): two operators, what is refused then, what ends, what goes on."""

from __future__ import annotations

import pytest

from tests.cast import Cast
from tests.flows.laws import again
from wangqian.cases.act import NotYours
from wangqian.cases.forms import Invalid
from wangqian.cases.models import Case, broken_link
from wangqian.chart.words import FLOWS, Refused
from wangqian.flows.parties import SCHOOLS, told
from wangqian.flows.suspension import end_invitations, waiting
from wangqian.people.models import Employer

WHY = {"reason": "营业执照已被吊销"}


def employer(cast: Cast) -> Employer:
    return Employer.objects.get(pk=cast.employer.membership.employer_id)


# --- two operators ------------------------------------------------------------------------------------


def test_one_asks_and_another_confirms(cast: Cast) -> None:
    case = cast.certified()
    cast.act(case, "request_suspension", cast.operator, WHY)
    assert (again(case).state, employer(cast).certified) == ("certified", True)
    with pytest.raises(Refused, match="提请人不能自己确认"):
        cast.act(case, "confirm_suspension", cast.operator)
    cast.act(case, "confirm_suspension", cast.second_operator)
    assert (again(case).state, employer(cast).certified) == ("suspended", False)
    assert broken_link(again(case)) is None


def test_red_control_without_the_rule_one_operator_is_enough(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    case = cast.certified()
    confirm = FLOWS["certification"].steps["confirm_suspension"]
    monkeypatch.setattr(confirm, "only_if", tuple(rule for rule in confirm.only_if if rule.name != "another_operator"))
    cast.act(case, "request_suspension", cast.operator, WHY)
    cast.act(case, "confirm_suspension", cast.operator)
    assert again(case).state == "suspended"


def test_nothing_is_confirmed_that_nobody_asked_or_that_was_withdrawn(cast: Cast) -> None:
    case = cast.certified()
    with pytest.raises(Refused, match="还没有人提请暂停"):
        cast.act(case, "confirm_suspension", cast.second_operator)
    cast.act(case, "request_suspension", cast.operator, WHY)
    with pytest.raises(Refused, match="已有人提请暂停"):
        cast.act(case, "request_suspension", cast.second_operator, WHY)
    cast.act(case, "withdraw_suspension", cast.second_operator, {"reason": "查明系同名单位"})
    with pytest.raises(Refused, match="还没有人提请暂停"):
        cast.act(case, "confirm_suspension", cast.second_operator)
    assert employer(cast).certified


def test_a_suspension_needs_a_reason_and_a_restored_employer_a_new_request(cast: Cast) -> None:
    case = cast.certified()
    with pytest.raises(Invalid):
        cast.act(case, "request_suspension", cast.operator, {"reason": " "})
    cast.suspended(case=case)
    with pytest.raises(Invalid):
        cast.act(case, "restore", cast.operator)
    cast.act(case, "restore", cast.operator, {"reason": "已换发营业执照"})
    assert (again(case).state, employer(cast).certified) == ("certified", True)
    with pytest.raises(Refused, match="还没有人提请暂停"):
        cast.act(case, "confirm_suspension", cast.second_operator)
    cast.suspended(case=case)
    assert not employer(cast).certified


@pytest.mark.parametrize("step", ["request_suspension", "withdraw_suspension", "confirm_suspension", "restore"])
def test_nobody_but_the_operator(cast: Cast, step: str) -> None:
    case = cast.certified()
    for who in (cast.employer, cast.graduate, cast.school_reviewer, cast.college_reviewer, cast.outsider_reviewer):
        with pytest.raises(NotYours):
            cast.act(case, step, who, WHY)
    assert again(case).version == 1


# --- what is refused, what goes on --------------------------------------------------------------------


def test_invite_accept_and_approve_are_refused_at_once(cast: Cast) -> None:
    other = cast.graduate_named("李清照")
    review, invited = cast.in_review(), cast.invited(graduate=other)
    cast.suspended()
    with pytest.raises(Refused, match="贵单位的认证已被平台暂停"):
        cast.invited(graduate=cast.graduate_named("同学"))
    with pytest.raises(Refused, match="该单位的认证已被暂停"):
        cast.act(invited, "accept", other)
    with pytest.raises(Refused, match="该单位的认证已被暂停"):
        cast.act(review, "approve", cast.college_reviewer)
    assert [again(one).state for one in (review, invited)] == ["review", "invited"]


def test_a_review_may_be_refused_or_wait_until_the_employer_is_restored(cast: Cast) -> None:
    review = cast.in_review()
    certification = cast.suspended()
    cast.act(certification, "restore", cast.operator, {"reason": "已换发营业执照"})
    cast.act(review, "approve", cast.college_reviewer)
    cast.act(review, "approve", cast.school_reviewer)
    assert again(review).state == "signed"


def test_signed_cases_are_untouched_and_terminations_answered(cast: Cast) -> None:
    signed = cast.signed()
    before = Case.objects.filter(pk=signed.pk).values().get()
    ending = cast.termination(signed)
    cast.suspended()
    assert end_invitations() == 0
    cast.act(ending, "accept", cast.employer)
    assert again(ending).state == "review"
    assert Case.objects.filter(pk=signed.pk).values().get() == before
    cast.act(ending, "approve", cast.school_reviewer)
    assert again(signed).state == "terminated"


# --- the open invitations ------------------------------------------------------------------------------


def test_open_invitations_end_with_the_suspension_as_their_cause(cast: Cast) -> None:
    graduates = [cast.graduate_named(f"学生{number}") for number in range(5)]
    mine = [cast.invited(graduate=one) for one in graduates]
    foreign = cast.invited(cast.other_employer, graduates[0])
    case = cast.suspended()
    cause = case.events.get(step="confirm_suspension")
    assert [end_invitations(2), end_invitations(2), end_invitations(2), end_invitations(2)] == [2, 2, 1, 0]
    ended = [again(one) for one in mine]
    assert {one.state for one in ended} == {"void"}
    last = [one.events.order_by("number").last() for one in ended]
    assert {(event.step, event.capacity, event.cause_id) for event in last if event} == {
        ("invalidate", "system", cause.pk)
    }
    assert again(foreign).state == "invited"
    assert all(broken_link(one) is None for one in ended)


def test_one_that_slipped_in_beside_the_suspension_ends_too(cast: Cast) -> None:
    """An invitation sent in the same moment: its rule saw the employer certified, its row came after the first batch."""
    case = cast.suspended()
    assert end_invitations() == 0
    Employer.objects.filter(pk=case.employer_id).update(suspended_at=None)
    late = cast.invited()
    Employer.objects.filter(pk=case.employer_id).update(suspended_at=case.moved_at)
    assert (end_invitations(), again(late).state) == (1, "void")


def test_restored_before_all_were_reached_the_rest_stay_open(cast: Cast) -> None:
    mine = [cast.invited(graduate=cast.graduate_named(f"学生{number}")) for number in range(3)]
    case = cast.suspended()
    assert end_invitations(1) == 1
    cast.act(case, "restore", cast.operator, {"reason": "误报"})
    assert (end_invitations(), waiting().count()) == (0, 0)
    assert sorted(again(one).state for one in mine) == ["invited", "invited", "void"]


def test_after_the_suspension_an_employer_invites_anew(cast: Cast) -> None:
    cast.invited()
    case = cast.suspended()
    end_invitations()
    cast.act(case, "restore", cast.operator, {"reason": "已换发营业执照"})
    assert cast.invited().state == "invited"


# --- who is told ---------------------------------------------------------------------------------------


def test_schools_are_told_where_a_graduate_is_bound_and_no_others(cast: Cast) -> None:
    _ = cast.outsider_reviewer
    cast.signed()
    cast.invited(graduate=cast.outsider)
    case = cast.suspended()
    assert [member.pk for member in told(case, SCHOOLS)] == [cast.school_reviewer.membership.pk]
    event = case.events.get(step="confirm_suspension")
    assert {role.name for role in FLOWS["certification"].steps["confirm_suspension"].told(event.target)} == {
        "employer",
        "operator",
        "schools",
    }
