"""Walks through every step that tells anybody, as people and the clock take them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from tests.cast import Cast
from tests.notices.walk_paper import PAPER_WALKS
from wangqian.cases.models import Case
from wangqian.cases.rehearse import move_deadline
from wangqian.cases.tick import sweep_all, tick
from wangqian.people.clock import now
from wangqian.people.models import Graduate, Membership

Walk = Callable[[Cast], object]
REFUSAL = {"about": "pay", "reason": "转正起薪与招聘公告不符"}
RELEASE = {"reason": "not_graduated", "basis": "延长学制决定 教字〔2027〕12 号"}


def nearly_due(case: Case, hours: float = 23.5) -> None:
    """The deadline moves near; the clock's next look is now."""
    moment = now()
    Case.objects.filter(pk=case.pk).update(
        respond_by=moment + timedelta(hours=hours), wake_at=moment - timedelta(seconds=1)
    )


def signing(cast: Cast) -> None:
    """invite, extend, accept, approve twice; another invitation becomes void."""
    cast.invited(cast.other_employer)
    case = cast.invited()
    until = (now() + timedelta(days=12)).date().isoformat()
    cast.act(case, "extend", cast.employer, {"until": until})
    cast.reviewers()
    cast.act(case, "accept", cast.graduate)
    cast.act(case, "approve", cast.college_reviewer)
    cast.act(case, "approve", cast.school_reviewer)


def unanswered(cast: Cast) -> None:
    """decline; retract; a reminder, then lapse."""
    cast.act(cast.invited(), "decline", cast.graduate, {"reason": "已决定读研"})
    cast.act(cast.invited(), "retract", cast.employer)
    case = cast.invited()
    nearly_due(case)
    tick()
    cast.overdue(case)
    tick()


def refused(cast: Cast) -> None:
    """The facts change, are confirmed again, and the school refuses."""
    case = cast.in_review()
    Graduate.objects.filter(pk=case.graduate_id).update(major="软件工程")
    cast.act(case, "reconfirm", cast.graduate)
    cast.act(case, "refuse", cast.college_reviewer, REFUSAL)


def empty_level(cast: Cast) -> None:
    """The college has nobody: its level is passed over."""
    case = cast.invited()
    _ = cast.school_reviewer
    cast.act(case, "accept", cast.graduate)


def released(cast: Cast) -> None:
    case = cast.signed()
    second = cast.second_school_user
    cast.ask_release(case, cast.school_reviewer, RELEASE)
    cast.act(case, "withdraw_release", cast.school_reviewer, {"reason": "依据有误"})
    cast.ask_release(case, cast.school_reviewer, RELEASE)
    cast.act(case, "confirm_release", second)


def terminated(cast: Cast) -> None:
    """Refused by the other side, withdrawn, lapsed after a reminder, refused by the school, at last agreed."""
    case = cast.signed()
    cast.act(cast.termination(case), "decline", cast.employer, {"reason": "项目急需"})
    cast.act(cast.termination(case, cast.employer), "withdraw", cast.employer)
    late = cast.termination(case)
    nearly_due(late)
    tick()
    cast.overdue(late)
    tick()
    refused_one = cast.termination(case, cast.employer)
    cast.act(refused_one, "accept", cast.graduate)
    cast.act(refused_one, "refuse", cast.school_reviewer, {"reason": "说明不清"})
    last = cast.termination(case)
    cast.act(last, "accept", cast.employer)
    cast.act(last, "approve", cast.school_reviewer)


def long_chain(cast: Cast) -> None:
    """A termination reviewed by college and school; the college's only reviewer leaves a second one."""
    cast.school.profiles.update(termination_chain="college,school")
    case = cast.signed()
    ending = cast.termination(case)
    cast.act(ending, "accept", cast.employer)
    cast.act(ending, "approve", cast.college_reviewer)
    cast.act(ending, "approve", cast.school_reviewer)
    other = cast.signed(cast.other_employer)
    again = cast.termination(other)
    cast.act(again, "accept", cast.other_employer)
    Membership.objects.filter(pk=cast.college_reviewer.membership.pk).update(active=False)
    sweep_all()


def reopened(cast: Cast) -> None:
    graduate = cast.graduate.membership.graduate
    until = (now() + timedelta(days=5)).date().isoformat()
    case = cast.start("reopening", "reopen", cast.school_reviewer, {"until": until, "reason": "补录"}, graduate=graduate)
    cast.act(case, "close_again", cast.school_reviewer, {"reason": "已办完"})


def certified(cast: Cast) -> None:
    employer = cast.employer_named("新单位", certified=False).membership.employer
    cast.start("certification", "certify", cast.operator, {"note": "核对营业执照"}, employer=employer)


def suspended(cast: Cast) -> None:
    """Asked, withdrawn, asked and confirmed while a graduate is bound, restored."""
    cast.signed()
    case = cast.certified()
    cast.act(case, "request_suspension", cast.operator, {"reason": "有人举报"})
    cast.act(case, "withdraw_suspension", cast.operator, {"reason": "举报不实"})
    cast.suspended(case=case)
    cast.act(case, "restore", cast.operator, {"reason": "已换发营业执照"})


def slips(cast: Cast) -> None:
    """Handed out to somebody who has an account: issued, withdrawn, issued again, overdue."""
    given = {"reason": "手机号已停用", "papers": "居民身份证"}
    cast.act(handed_out(cast, given), "withdraw", cast.school_reviewer, {"reason": "本人没有来"})
    move_deadline(handed_out(cast, given), now())
    tick()


def handed_out(cast: Cast, given: dict[str, str]) -> Case:
    case = cast.start("activation_slip", "request", cast.college_reviewer, given, graduate=cast.graduate.membership.graduate)
    cast.act(case, "confirm", cast.school_reviewer)
    return Case.objects.get(pk=case.pk)


def corrected(cast: Cast) -> None:
    """A field of the school's granted; one of the college's passed on to the school and refused."""
    cast.reviewers()
    graduate = cast.graduate.membership.graduate
    assert graduate is not None
    case = cast.ask_correction("major", "软件工程")
    cast.act(case, "grant", cast.school_reviewer, {"basis": "学籍证明原件"})
    Graduate.objects.filter(pk=graduate.pk).update(college_confirmed_at=now())
    case = cast.ask_correction("political_status", "13")
    cast.act(case, "pass_on", cast.college_reviewer, {"reason": "须查档案"})
    cast.act(case, "refuse", cast.school_reviewer, {"reason": "与档案不符"})


WALKS: tuple[Walk, ...] = (
    signing,
    unanswered,
    refused,
    empty_level,
    released,
    terminated,
    long_chain,
    reopened,
    certified,
    corrected,
    suspended,
    slips,
    *PAPER_WALKS,
)
