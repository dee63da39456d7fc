"""Walks through what is signed, ended and registered on paper."""

from __future__ import annotations

from tests.answers import DESTINATIONS, OFFLINE, TERMINATION, VERIFIED
from tests.cast import Cast
from tests.papers import (
    BECAUSE,
    FAULT,
    REFUSAL,
    RELEASE,
    acted,
    again,
    corrected,
    days_ago,
    disputed,
    linked,
    other_major,
    received,
)
from wangqian.cases.models import Case
from wangqian.cases.rehearse import move_deadline
from wangqian.cases.tick import sweep_all, tick
from wangqian.people.clock import now, today
from wangqian.people.models import Membership


def released(cast: Cast, case: Case) -> None:
    """Asked, withdrawn, asked, confirmed."""
    second = cast.second_school_user
    cast.ask_release(case, cast.school_reviewer, RELEASE)
    cast.act(case, "withdraw_release", cast.school_reviewer, {"reason": "依据有误"})
    cast.ask_release(case, cast.school_reviewer, RELEASE)
    cast.act(case, "confirm_release", second)


def stamped(cast: Cast) -> None:
    """Returned, corrected, approved; reminded, handed in by the employer, sent back, handed in, signed; corrected and disputed."""
    case = cast.offline_review()
    cast.act(case, "send_back", cast.college_reviewer, FAULT)
    cast.act(case, "resubmit", cast.graduate, {**OFFLINE, "job_title": "设计师"})
    other_major(case)
    cast.act(case, "reconfirm", cast.graduate)
    case = days_ago(cast.approved(case), 7)
    tick()
    link, _secret = linked(cast, case)
    received(cast, case, link)
    cast.act(case, "send_paper_back", cast.college_reviewer, FAULT)
    cast.hand_in(case, "scan")
    cast.act(case, "hand_in", cast.graduate)
    case = cast.approved(case, "approve_paper")
    corrected(cast, case)
    cast.act(case, "confirm_correction", cast.graduate)
    released(cast, again(case))


def not_stamped(cast: Cast) -> None:
    """Refused, then again and the stamped paper refused."""
    cast.act(cast.offline_review(), "refuse", cast.college_reviewer, REFUSAL)
    cast.act(cast.stamped_review(), "refuse_paper", cast.college_reviewer, REFUSAL)


def nobody_there(cast: Cast) -> None:
    """The college has nobody: both reviews of flow 3, a registration and a 作废 pass over it; 自由职业 waits for its head."""
    cast.school.profiles.update(void_needs_review=True)
    reviews = [cast.offline_review(), cast.stamped_review(cast.graduate_named("吴用"))]
    reviews += [cast.paper_review(cast.graduate_named("周全")), cast.destination_review(by=cast.graduate_named("郑重"))]
    freelancer = cast.destination_review("freelance", cast.graduate_named("自在"))
    asking = cast.graduate_named("王静")
    voiding = acted(cast, cast.registered(by=asking), "void", asking)
    Membership.objects.filter(pk=cast.college_reviewer.membership.pk).update(active=False)
    sweep_all()
    assert {again(case).turn for case in (*reviews, voiding)} == {"school"} and again(freelancer).turn == "college"


def ended(cast: Cast) -> None:
    """An agreement on paper ended by college and school: returned once, refused once."""
    cast.school.profiles.update(termination_chain="college,school")
    case = cast.paper_registered()
    ending = cast.ending(case)
    cast.act(ending, "send_back", cast.college_reviewer, FAULT)
    cast.act(ending, "resubmit", cast.graduate, {**TERMINATION, "explanation": "与单位协商一致，另有打算"})
    cast.act(ending, "refuse", cast.college_reviewer, REFUSAL)
    ending = cast.ending(case)
    cast.act(ending, "approve", cast.college_reviewer)
    cast.act(ending, "approve", cast.school_reviewer, VERIFIED)


def ended_after_a_lapse(cast: Cast) -> None:
    """An agreement signed online, whose employer did not answer: it is told how the ending on paper goes."""
    case = cast.signed()
    corrected(cast, case)
    cast.act(case, "confirm_correction", cast.graduate)
    move_deadline(cast.termination(case), now())
    tick()
    ending = cast.ending(case)
    cast.act(ending, "send_back", cast.school_reviewer, FAULT)
    cast.act(ending, "resubmit", cast.graduate, TERMINATION)
    cast.act(ending, "refuse", cast.school_reviewer, REFUSAL)
    cast.act(cast.ending(case), "approve", cast.school_reviewer, VERIFIED)


def ending_with_nobody(cast: Cast) -> None:
    cast.school.profiles.update(termination_chain="college,school")
    case = cast.paper_registered()
    Membership.objects.filter(pk=cast.college_reviewer.membership.pk).update(active=False)
    cast.ending(case)


def registered(cast: Cast) -> None:
    """Flow 5: refused; returned, confirmed again, registered, corrected, released."""
    cast.act(cast.paper_review(), "refuse", cast.college_reviewer, REFUSAL)
    case = cast.paper_review()
    cast.act(case, "send_back", cast.college_reviewer, FAULT)
    given = {**OFFLINE, "signed_on": str(today(now())), "job_title": "设计师"}
    cast.act(case, "resubmit", cast.graduate, given)
    other_major(case)
    cast.act(case, "reconfirm", cast.graduate)
    case = cast.approved(case)
    corrected(cast, case)
    cast.act(case, "confirm_correction", cast.graduate)
    released(cast, again(case))


def destined(cast: Cast) -> None:
    """Flow 6: refused; returned, revised, confirmed again, registered, corrected, released."""
    cast.act(cast.destination_review(), "refuse", cast.college_reviewer, REFUSAL)
    case = cast.destination_review()
    cast.act(case, "send_back", cast.college_reviewer, FAULT)
    cast.act(case, "resubmit", cast.graduate, {**DESTINATIONS["postgraduate"], "school_name": "江南大学"})
    cast.act(case, "revise", cast.college_reviewer, {"topic": "contract", **DESTINATIONS["contract"], **BECAUSE})
    other_major(case)
    cast.act(case, "reconfirm", cast.graduate)
    case = cast.approved(case)
    cast.hand_in(case, "basis", cast.school_reviewer)
    given = {"topic": "contract", **DESTINATIONS["contract"], "job_title": "设计师", **BECAUSE}
    cast.act(case, "correct", cast.school_reviewer, given)
    cast.act(case, "confirm_correction", cast.graduate)
    released(cast, again(case))


def voided(cast: Cast) -> None:
    """At once; under the dial refused, then approved."""
    cast.act(cast.registered(), "void", cast.graduate)
    cast.school.profiles.update(void_needs_review=True)
    case = acted(cast, cast.registered(), "void", cast.graduate)
    cast.act(case, "refuse_void", cast.college_reviewer, {"about": "other", "reason": "请先来校说明"})
    cast.approved(acted(cast, case, "void", cast.graduate), "approve_void")


def objected(cast: Cast) -> None:
    """Withdrawn; reminded, late, upheld; rejected."""
    case = cast.registered()
    cast.act(disputed(cast, case), "withdraw", cast.graduate)
    late = disputed(cast, case)
    cast.hand_in(late, "proof")
    cast.act(late, "add", cast.graduate, {"note": "录取通知书"})
    soon = now()
    Case.objects.filter(pk=late.pk).update(wake_at=soon)
    tick()
    move_deadline(late, now())
    tick()
    corrected(cast, case)
    cast.act(late, "uphold", cast.school_reviewer, {"answer": "已按来函更正"})
    cast.act(disputed(cast, case), "reject", cast.school_reviewer, {"answer": "与录取通知书一致"})


PAPER_WALKS = (
    stamped,
    not_stamped,
    nobody_there,
    ended,
    ended_after_a_lapse,
    ending_with_nobody,
    registered,
    destined,
    voided,
    objected,
)
