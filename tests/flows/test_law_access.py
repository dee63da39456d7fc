"""Laws L4 and L5: who may sign at all, and what is refused once the cohort is closed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from tests.cast import Cast
from tests.flows.laws import RELEASE, again, close_cohort
from wangqian.cases.engine import perform
from wangqian.cases.forms import Invalid
from wangqian.cases.models import Case
from wangqian.chart.words import CLOCK, FLOWS, Refused
from wangqian.people.clock import now, today
from wangqian.people.models import Cohort, Graduate, SchoolProfile

# --- L4 ---------------------------------------------------------------------------------------------

# training mode, 学籍, the school's dial for 在职 → may sign
CAN_SIGN = [
    ("1", "enrolled", True, True),
    ("2", "enrolled", True, False),
    ("3", "enrolled", True, True),
    ("3", "enrolled", False, False),
    ("4", "enrolled", True, False),
    ("5", "enrolled", False, True),
    ("1", "extended", True, False),
    ("1", "withdrawn", True, False),
    ("1", "moved", True, False),
    ("9", "enrolled", True, False),
]


def dial(cast: Cast, on: bool) -> None:
    SchoolProfile.objects.filter(school=cast.school).update(in_service_can_sign=on)


@pytest.mark.parametrize(("mode", "status", "in_service", "allowed"), CAN_SIGN)
def test_l4_guards_starting(cast: Cast, mode: str, status: str, in_service: bool, allowed: bool) -> None:
    graduate = cast.graduate_named("某生", training_mode=mode, status=status)
    dial(cast, in_service)
    if allowed:
        assert cast.invited(graduate=graduate).state == "invited"
        return
    with pytest.raises(Refused, match=r"^该毕业生不符合网上签约条件。$"):
        cast.invited(graduate=graduate)
    assert Case.objects.count() == 0


@pytest.mark.parametrize(("mode", "status", "in_service", "allowed"), CAN_SIGN)
def test_l4_guards_accepting(cast: Cast, mode: str, status: str, in_service: bool, allowed: bool) -> None:
    case = cast.invited()
    cast.reviewers()
    dial(cast, in_service)
    Graduate.objects.filter(pk=case.graduate_id).update(training_mode=mode, status=status)
    if allowed:
        cast.act(case, "accept", cast.graduate)
        assert again(case).state == "review"
        return
    with pytest.raises(Refused, match="您的培养方式或学籍状态不能网上签约"):
        cast.act(case, "accept", cast.graduate)
    assert again(case).state == "invited"


def test_l4_stands_on_the_steps_that_start_or_accept() -> None:
    def guarded(slug: str) -> set[str]:
        return {s.name for s in FLOWS[slug].steps.values() if any(r.name == "can_sign" for r in s.only_if)}

    assert guarded("online") == {"invite", "accept"}
    assert guarded("offline") == guarded("paper") == {"fill", "submit", "resubmit"}
    assert guarded("destination") == set()


# --- L5: typed from the law -------------------------------------------------------------------------

CLOSED = r"^本届登记已截止，请联系学校。$"
Act = Callable[[Cast], Case]


def accept(cast: Cast) -> Case:
    case = cast.invited()
    cast.reviewers()
    close_cohort(cast)
    cast.act(case, "accept", cast.graduate)
    return case


def invite(cast: Cast) -> Case:
    close_cohort(cast)
    return cast.invited()


def decline(cast: Cast) -> Case:
    case = cast.invited()
    close_cohort(cast)
    cast.act(case, "decline", cast.graduate, {"reason": "另有打算"})
    return case


def retract(cast: Cast) -> Case:
    case = cast.invited()
    close_cohort(cast)
    cast.act(case, "retract", cast.employer)
    return case


def lapse(cast: Cast) -> Case:
    case = cast.overdue(cast.invited())
    close_cohort(cast)
    perform(case, "lapse", by=CLOCK)
    return case


def approve(cast: Cast) -> Case:
    case = cast.in_review()
    close_cohort(cast)
    cast.act(case, "approve", cast.college_reviewer)
    cast.act(case, "approve", cast.school_reviewer)
    return case


def refuse(cast: Cast) -> Case:
    case = cast.in_review()
    close_cohort(cast)
    cast.act(case, "refuse", cast.college_reviewer, {"about": "pay", "reason": "起薪有误"})
    return case


def reconfirm(cast: Cast) -> Case:
    case = cast.in_review()
    close_cohort(cast)
    Graduate.objects.filter(pk=case.graduate_id).update(major="软件工程")
    cast.act(case, "reconfirm", cast.graduate)
    return case


def terminate(cast: Cast) -> Case:
    case = cast.signed()
    close_cohort(cast)
    ending = cast.termination(case)
    cast.act(ending, "accept", cast.employer)
    cast.act(ending, "approve", cast.school_reviewer)
    return case


def release(cast: Cast) -> Case:
    case = cast.signed()
    close_cohort(cast)
    cast.ask_release(case, cast.school_reviewer, RELEASE)
    cast.act(case, "confirm_release", cast.second_school_user)
    return case


ALLOWED: list[tuple[Act, str]] = [
    (decline, "declined"),
    (retract, "retracted"),
    (lapse, "lapsed"),
    (approve, "signed"),
    (refuse, "refused"),
    (reconfirm, "review"),
    (terminate, "terminated"),
    (release, "released"),
]


@pytest.mark.parametrize("act", [invite, accept], ids=lambda act: act.__name__)
def test_l5_refused_after_closing(cast: Cast, act: Act) -> None:
    with pytest.raises(Refused, match=CLOSED):
        act(cast)
    assert set(Case.objects.values_list("state", flat=True)) <= {"invited"}


@pytest.mark.parametrize(("act", "state"), ALLOWED, ids=lambda value: getattr(value, "__name__", value))
def test_l5_allowed_after_closing(cast: Cast, act: Act, state: str) -> None:
    assert again(act(cast)).state == state


def test_l5_stands_on_no_other_step() -> None:
    guarded = [
        f"{slug}.{step.name}"
        for slug, flow in FLOWS.items()
        for step in flow.steps.values()
        if any(rule.name in ("cohort_open", "in_time_to_submit") for rule in step.only_if)
    ]
    assert set(guarded) == {
        *("online.invite", "online.accept"),
        *("offline.fill", "offline.submit", "paper.fill", "paper.submit"),
        *("destination.fill", "destination.submit", "destination.void"),
    }


def test_l5_nothing_ends_by_itself(cast: Cast) -> None:
    from wangqian.cases.tick import tick

    case = cast.signed()
    other = cast.invited(graduate=cast.graduate_named("同学"))
    close_cohort(cast)
    tick()
    assert (again(case).state, again(other).state) == ("signed", "invited")


def test_l5_not_before_it_opens(cast: Cast) -> None:
    moment = now()
    Cohort.objects.filter(pk=cast.cohort.pk).update(opens_at=moment + timedelta(hours=1))
    with pytest.raises(Refused, match=r"^本届登记尚未开始"):
        cast.invited()


def reopen(cast: Cast, until: str) -> Case:
    graduate = cast.graduate.membership.graduate
    given = {"until": until, "reason": "因病补办"}
    return cast.start("reopening", "reopen", cast.school_reviewer, given, graduate=graduate)


def test_l5_one_graduate_reopened_until_a_date(cast: Cast) -> None:
    close_cohort(cast)
    _ = cast.graduate, cast.school_reviewer
    case = reopen(cast, today(now() + timedelta(days=9)).isoformat())
    (event,) = case.events.all()
    assert (event.step, event.said["reason"], event.user) == ("reopen", "因病补办", cast.school_reviewer.user)
    assert cast.in_review().state == "review"
    with pytest.raises(Refused, match=CLOSED):
        cast.invited(graduate=cast.graduate_named("同学"))


def test_l5_reopening_ends_on_its_date_or_by_the_school(cast: Cast) -> None:
    close_cohort(cast)
    _ = cast.graduate
    case = reopen(cast, today(now()).isoformat())
    graduate = cast.graduate.membership.graduate
    assert graduate
    invited = cast.invited()
    Graduate.objects.filter(pk=graduate.pk).update(reopened_until=now())
    with pytest.raises(Refused, match=CLOSED):
        cast.act(invited, "accept", cast.graduate)
    Graduate.objects.filter(pk=graduate.pk).update(reopened_until=now() + timedelta(days=1))
    cast.act(case, "close_again", cast.second_school_user, {"reason": "已办妥"})
    with pytest.raises(Refused, match=CLOSED):
        cast.act(invited, "accept", cast.graduate)


def test_l5_reopening_needs_a_future_date_and_the_school_itself(cast: Cast) -> None:
    from wangqian.cases.act import NotYours

    close_cohort(cast)
    yesterday = today(now() - timedelta(days=1)).isoformat()
    with pytest.raises(Invalid):
        reopen(cast, yesterday)
    graduate = cast.graduate.membership.graduate
    for who in (cast.college_reviewer, cast.outsider_reviewer, cast.graduate, cast.employer):
        with pytest.raises(NotYours):
            cast.start("reopening", "reopen", who, {"until": "2099-01-01", "reason": "x"}, graduate=graduate)
    assert Case.objects.count() == 0
