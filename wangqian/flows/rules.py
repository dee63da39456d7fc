"""Conditions of steps, each with the sentence that refuses. Named as the condition that must hold."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.utils.translation import gettext_noop

from wangqian.cases.act import Act, Past
from wangqian.cases.models import Case, CurrentDestination, Event
from wangqian.chart.words import Fork, Refused, Step, rule
from wangqian.codes.table import table
from wangqian.flows import texts
from wangqian.flows.destinations import ENTRUSTED, HEADS, WAITING, WAITS, destinations
from wangqian.flows.parties import REVIEWER, anybody_reviews, reviewers
from wangqian.people.models import Capacity, Cohort, Employer, Favourite, Graduate, SchoolProfile, Status
from wangqian.people.prepared import Prepared

HOLDING = Prepared(
    lambda graduate, case: Case.objects.filter(graduate=graduate, holds=True).exclude(pk=case).values_list("pk"),
    UUID,
    UUID,
)
UNFIT = gettext_noop("您的培养方式或学籍状态不能网上签约，如有疑问请联系学校就业部门。")  # as he reads it himself
INVITATIONS = 3
INVITATION_WINDOW = timedelta(days=7)


@rule("贵单位尚未通过认证，暂不能发起邀请；认证通过后即可办理。")
def certified(act: Act) -> bool | Refused:
    return suspended(current_employer(act)) or current_employer(act).certified


def suspended(employer: Employer) -> Refused | None:
    """What a suspended employer reads; None when it is not."""
    return Refused("贵单位的认证已被平台暂停，暂不能发起邀请；原因见“单位信息”。") if employer.suspended_at else None


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


@rule("该毕业生的学校没有开通线上签约，请与学校就业部门联系。")
def offered(act: Act) -> bool:
    """A dial of the school's profile; what was invited or signed before goes on."""
    return act.profile.offers_online


@rule("该毕业生不符合网上签约条件。")
def can_sign(act: Act) -> bool | Refused:
    if may_sign(act.graduate, act.profile):
        return True
    if act.membership and act.membership.kind == Capacity.GRADUATE:
        return Refused(UNFIT)
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
def free(act: Act) -> bool | Refused:
    """L1: nothing else holds the graduate (M003 §4.2(1)). What only says that he has nothing yet is named, to be voided."""
    held = HOLDING(act.graduate.pk, act.case.pk)
    if not held:
        return True
    waiting = Case.objects.filter(pk__in=[pk for (pk,) in held], topic__in=WAITING, state="registered").first()
    return Standing(waiting) if waiting else False


class Standing(Refused):
    """A registered 待就业 or 暂不就业 (70, 71, 72) must not stand in the way: 作废并继续, two confirmations, two events."""

    def __init__(self, case: Case) -> None:
        label = destinations()[case.topic].label
        super().__init__(gettext_noop("您已登记“{label}”。作废这条登记后就可以继续办理。"), label=label)
        self.case = case


@rule("学校没有开通此项登记，请与学校就业部门联系。")
def offered_on_paper(act: Act) -> bool:
    """A dial of the school's profile; what was begun before goes on."""
    return act.profile.offers_offline


@rule("您已有一份没有提交的草稿，请继续填写，或先取消它。")
def no_draft(act: Act) -> bool:
    drafts = Case.objects.filter(graduate=act.graduate, flow=act.case.flow, exclusive="draft")
    return not drafts.exclude(pk=act.case.pk).exists()


@rule("没有需要您确认的更正。", hides=True)
def unconfirmed(act: Act) -> bool:
    return act.case.unconfirmed_at is not None


@rule("您的学籍状态不是在读，不能登记毕业去向，如有疑问请联系学校就业部门。")
def enrolled(act: Act) -> bool:
    """Who left registers nothing: leaving is refused while a case holds, so nothing may come to hold him afterwards (flows.md §12)."""
    return act.graduate.status == Status.ENROLLED


@rule("您的培养方式为定向或委培，只能办理“定向/委培毕业去向补充登记”；其他培养方式不能办理此项。")
def for_his_training(act: Act) -> bool:
    """M003 §9.1: 定向/委培 see only theirs, and nobody else does."""
    topic = act.given.get("topic") or act.case.topic
    return not topic or (topic == ENTRUSTED) == entrusted(act.graduate)


def entrusted(graduate: Graduate) -> bool:
    mode = table("training_mode").get(graduate.training_mode)
    return bool(mode and mode.extra["can_sign"] == "no")


@rule("学校老师修改过登记的内容，须由另一位老师审核这一级。")
def not_my_edit(act: Act) -> bool:
    """Flow 6: who edited a submission does not approve it at the last level, unless he is the only one there."""
    if act.membership is None or not last_level(act) or not edited_by_me(act):
        return True
    return not reviewers(act.case).exclude(user=act.membership.user).exists()


def edited_by_me(act: Act) -> bool:
    """Whether this reviewer changed the submission he now acts on."""
    me = act.membership.user_id if act.membership else None
    return any(past.step == "revise" and past.user_id == me for past in act.since_submission)


@rule("请先核对基本信息并点“信息确认无误”，再办理签约。")
def information_confirmed(act: Act) -> bool:
    return act.graduate.confirmed_at is not None


@rule("毕业生的姓名、证件、学历、专业或培养方式在签约后有更正，须由毕业生先重新确认本人信息。")
def facts_current(act: Act) -> bool:
    """The version under review says about the graduate what the roster says now."""
    return texts.same_facts(act.content(), act.graduate)


@rule("毕业生的信息在盖章后有更正，这份盖章的协议书已不是最新的内容。请退回修改，由毕业生重新生成协议书、请单位盖章。")
def paper_current(act: Act) -> bool:
    """The same of a stamped paper, which nobody can confirm anew where it is."""
    return texts.same_facts(act.content(), act.graduate)


@rule("协议上的本人信息与学校现在登记的一致，无需重新确认。", hides=True)
def facts_changed(act: Act) -> bool:
    return not texts.same_facts(act.content(), act.graduate)


@rule("您已审核过此事项的前一级，须由另一位老师审核这一级。")
def fresh_eyes(act: Act) -> bool:
    """One user acts on one level of a case only; a dial lets tiny schools do otherwise."""
    if act.profile.one_user_many_levels or act.membership is None:
        return True
    return not any(past.user_id == act.membership.user_id and past.step in reviews(act) for past in lower_levels(act))


def lower_levels(act: Act) -> list[Past]:
    """What was done on this submission before it came to the present level."""
    done, steps = act.since_submission, act.flow.steps
    handed = (at for at, past in enumerate(done) if past.step in steps and hands_over(steps[past.step]))
    return done[next(handed, len(done)) :]


def hands_over(step: Step) -> bool:
    """Whether what stays in review by this step goes one level on."""
    return isinstance(step.target, Fork) or step.onward


def reviews(act: Act) -> set[str]:
    """The steps by which a level acts on a submission."""
    return {step.name for step in act.flow.steps.values() if step.who is REVIEWER}


@rule("只有申请人可以撤回。", hides=True)
def asked_by_me(act: Act) -> bool:
    first = act.case.events.order_by("number").first()
    return first is not None and act.membership is not None and first.capacity == act.membership.kind


@rule("学校已经开始审核，不能再撤回。")
def unreviewed(act: Act) -> bool:
    """No level has acted on this submission. Skipping an empty level is nobody's act."""
    return not any(past.step in reviews(act) for past in act.since_submission)


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
    since = CurrentDestination.objects.filter(graduate=graduate, entry__effective_at__gte=act.case.opened_at)
    elsewhere = since.exclude(entry__destination__in=WAITS).exists()
    return elsewhere or not may_sign(graduate, act.profile) or not current_employer(act).certified


@rule("还没有人提请解除，不能确认。", hides=True)
def release_requested(act: Act) -> bool:
    return pending_release(act.case) is not None


@rule("已有人提请解除，请由另一位学校老师确认或撤回。")
def no_release_requested(act: Act) -> bool:
    return pending_release(act.case) is None


@rule("这份签约已经不在生效中，不用再解约。")
def in_force_still(act: Act) -> bool:
    return act.parent.holds


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
    return not last_level(act) and not head_decides(act.case) and not anybody_reviews(act.case)


@rule("这一级已有审核人，或者不是必须由负责人审批的一级。", hides=True)
def head_missing(act: Act) -> bool:
    """Nobody sits where a head must approve: it waits until the school appoints somebody."""
    return not last_level(act) and head_decides(act.case) and not anybody_reviews(act.case)


def head_decides(case: Case) -> bool:
    """Whether nothing but the approval of this very level will do: of 自由职业 in review, college and school (codes.md §1)."""
    kind = destinations().get(case.topic)
    return bool(kind and kind.both_heads) and case.state == "review" and case.turn in HEADS


def last_level(act: Act) -> bool:
    return act.case.level + 1 >= len(act.case.levels)
