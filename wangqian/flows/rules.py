"""Conditions of steps, each with the sentence that refuses. Named as the condition that must hold."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from wangqian.cases.act import Act
from wangqian.cases.models import Case, CurrentDestination, Event
from wangqian.chart.words import Refused, rule
from wangqian.codes.table import table
from wangqian.flows import texts
from wangqian.flows.parties import anybody_reviews
from wangqian.people.models import Capacity, Cohort, Employer, Favourite, Graduate, SchoolProfile, Status
from wangqian.people.prepared import Prepared

HOLDING = Prepared(
    lambda graduate, case: Case.objects.filter(graduate=graduate, holds=True).exclude(pk=case).values_list("pk"),
    UUID,
    UUID,
)
INVITATIONS = 3
INVITATION_WINDOW = timedelta(days=7)


@rule("贵单位尚未通过认证，暂不能发起邀请；认证通过后即可办理。")
def certified(act: Act) -> bool:
    return current_employer(act).certified


@rule("该单位的认证已被暂停，暂不能办理，请联系学校就业部门。")
def still_certified(act: Act) -> bool:
    return current_employer(act).certified


def current_employer(act: Act) -> Employer:
    """The employer as he is now, not as he was when the case was loaded."""
    return act.employer if act.locked else Employer.objects.get(pk=act.employer.pk)


def may_sign(graduate: Graduate, profile: SchoolProfile) -> bool:
    """L4: by training mode (M003 §9.1), 在职 by the school's dial; and only while enrolled."""
    mode = table("training_mode").get(graduate.training_mode)
    answer = mode.extra["can_sign"] if mode else "no"
    allowed = profile.in_service_can_sign if answer == "dial" else answer == "yes"
    return allowed and graduate.status == Status.ENROLLED


@rule("该毕业生不符合网上签约条件。")
def can_sign(act: Act) -> bool | Refused:
    if may_sign(act.graduate, act.profile):
        return True
    if act.membership and act.membership.kind == Capacity.GRADUATE:
        return Refused("您的培养方式或学籍状态不能网上签约，如有疑问请联系学校就业部门。")
    return False


@rule("本届登记已截止，请联系学校。")
def cohort_open(act: Act) -> bool | Refused:
    """L5, half-open; the school may have reopened this graduate."""
    cohort = act.graduate.cohort if act.locked else Cohort.objects.get(pk=act.graduate.cohort_id)
    if act.now < cohort.opens_at:
        return Refused("本届登记尚未开始，请在学校公布的时间内办理。")
    reopened = act.graduate.reopened_until
    return act.now < cohort.closes_at or (reopened is not None and act.now < reopened)


@rule("请先将该毕业生加入学生收藏夹，再发起邀请。")
def favourite(act: Act) -> bool:
    return Favourite.objects.filter(employer=act.employer, graduate=act.graduate).exists()


@rule("已向该毕业生发出邀请，对方尚未答复；在应约有效期内不能再次邀请。")
def no_open_invitation(act: Act) -> bool:
    """M003 §4.2(3). One whose time has passed does not count: `invite` lapses it first."""
    open_ones = Case.objects.filter(employer=act.employer, graduate=act.graduate, exclusive="invitation")
    return not open_ones.filter(respond_by__gt=act.now).exists()


@rule("7 天内已向该毕业生发出 3 次邀请，请过几天再试。")
def not_too_often(act: Act) -> bool:
    sent = Case.objects.filter(
        employer=act.employer,
        graduate=act.graduate,
        flow=act.case.flow,
        opened_at__gt=act.now - INVITATION_WINDOW,
    )
    return sent.count() < INVITATIONS


@rule("应约有效期已过，不能再答复；单位可再次发起邀请。")
def in_time(act: Act) -> bool:
    """Half-open, by the database's clock after the lock."""
    return act.case.respond_by is not None and act.now < act.case.respond_by


@rule("应约有效期已过，系统按逾期未回应处理；可再次发起邀请。")
def not_past(act: Act) -> bool:
    return act.case.respond_by is not None and act.now < act.case.respond_by


@rule("回应期限已过，系统按逾期未回应处理；仍要解约可再次申请。")
def answer_in_time(act: Act) -> bool:
    return act.case.respond_by is not None and act.now < act.case.respond_by


@rule("期限还没有到。")
def overdue(act: Act) -> bool:
    return act.case.respond_by is not None and act.now >= act.case.respond_by


@rule("您已有一份签约（登记）在办理或生效中，其他单位的邀请只能查看。")
def free(act: Act) -> bool:
    """L1: nothing else holds the graduate (M003 §4.2(1))."""
    return not HOLDING(act.graduate.pk, act.case.pk)


@rule("请先核对基本信息并点“信息确认无误”，再办理签约。")
def information_confirmed(act: Act) -> bool:
    return act.graduate.confirmed_at is not None


@rule("毕业生的姓名、证件、学历、专业或培养方式在签约后有更正，须由毕业生先重新确认本人信息。")
def facts_current(act: Act) -> bool:
    """The version under review says about the graduate what the roster says now."""
    return texts.same_facts(act.content(), act.graduate)


@rule("协议上的本人信息与学校现在登记的一致，无需重新确认。", hides=True)
def facts_changed(act: Act) -> bool:
    return not texts.same_facts(act.content(), act.graduate)


@rule("您已审核过此事项的前一级，须由另一位老师审核这一级。")
def fresh_eyes(act: Act) -> bool:
    """One user acts on one level of a case only; a dial lets tiny schools do otherwise."""
    if act.profile.one_user_many_levels or act.membership is None:
        return True
    return not act.case.events.filter(user=act.membership.user, step="approve").exists()


@rule("只有申请人可以撤回。", hides=True)
def asked_by_me(act: Act) -> bool:
    first = act.case.events.order_by("number").first()
    return first is not None and act.membership is not None and first.capacity == act.membership.kind


@rule("学校已经开始审核，不能再撤回。")
def unreviewed(act: Act) -> bool:
    """No level has acted on this submission. Skipping an empty level is nobody's act."""
    return not act.case.events.filter(step="approve").exists()


@rule("对方已申请解约，请先回应。")
def no_open_termination(act: Act) -> bool | Refused:
    other = Case.objects.filter(parent_id=act.case.parent_id, exclusive="termination").first()
    if other is None:
        return True
    first = other.events.order_by("number").first()
    mine = first is not None and act.membership is not None and first.capacity == act.membership.kind
    return Refused("您已申请解约，正等待对方回应或学校审核。") if mine else False


@rule("该毕业生的邀请仍然有效。")
def invitation_void(act: Act) -> bool:
    """Effective elsewhere, no longer allowed to sign, left; or the employer is suspended (neutral to the employer)."""
    graduate = Graduate.objects.get(pk=act.graduate.pk)
    elsewhere = CurrentDestination.objects.filter(graduate=graduate, entry__effective_at__gte=act.case.opened_at)
    return elsewhere.exists() or not may_sign(graduate, act.profile) or not current_employer(act).certified


@rule("还没有人提请解除，不能确认。", hides=True)
def release_requested(act: Act) -> bool:
    return pending_release(act.case) is not None


@rule("已有人提请解除，请由另一位学校老师确认或撤回。")
def no_release_requested(act: Act) -> bool:
    return pending_release(act.case) is None


@rule("学校已提请解除这份协议，正等待确认，暂不能办理解约。")
def no_release_requested_on_parent(act: Act) -> bool:
    return pending_release(act.parent) is None


@rule("解除须由另一位学校老师确认，提请人不能自己确认。")
def another_person(act: Act) -> bool:
    request = pending_release(act.case)
    return request is not None and act.membership is not None and request.user_id != act.membership.user_id


def pending_release(case: Case) -> Event | None:
    """The event that asked for the release, None when withdrawn or never asked."""
    last = case.events.filter(step__in=["request_release", "withdraw_release"]).order_by("-number").first()
    return last if last and last.step == "request_release" else None


@rule("请等这一级的审核人处理。", hides=True)
def nobody_at_this_level(act: Act) -> bool:
    """The level has no active reviewer, and it is not the last one (that one waits and is shown to the school)."""
    return not last_level(act) and not anybody_reviews(act.case)


def last_level(act: Act) -> bool:
    return act.case.level + 1 >= len(act.case.levels)
