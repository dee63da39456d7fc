"""Flow 1, 线上签约: invite → accept → review → signed (M003 §4 图5, M004 §5–6)."""

from __future__ import annotations

from datetime import datetime, timedelta

from wangqian.cases.act import Act
from wangqian.cases.effects import cases_of, enter_ledger, issue_number, leave_ledger, when_done
from wangqian.cases.engine import perform, system
from wangqian.cases.forms import complain
from wangqian.cases.models import Case
from wangqian.chart.words import (
    CLOCK,
    DONE,
    FAILED,
    SILENT,
    START,
    STAY,
    SYSTEM,
    VOID,
    Refused,
    State,
    Step,
)
from wangqian.flows import texts
from wangqian.flows.columns import keep_columns
from wangqian.flows.correcting import confirming, correcting
from wangqian.flows.handing_in import reconfirmation
from wangqian.flows.needs import DECLINING, EXTENSION, REFUSAL, RETRACTING, TERMS
from wangqian.flows.parties import EMPLOYER, GRADUATE, REVIEWER
from wangqian.flows.release import Releasable
from wangqian.flows.reviewing import approval, passing_over, rejection, skip_empty_levels
from wangqian.flows.rules import (
    can_sign,
    certified,
    cohort_open,
    facts_current,
    favourite,
    free,
    fresh_eyes,
    in_time,
    information_confirmed,
    invitation_void,
    last_level,
    no_open_invitation,
    no_release_requested,
    not_past,
    not_too_often,
    offered,
    overdue,
    still_certified,
)
from wangqian.people.clock import days_from, end_of, today

LONGEST = timedelta(days=30)


def answer_by(act: Act) -> datetime:
    """24:00 of the n-th day after sending."""
    return days_from(act.now, int(act.given["valid_days"]))


def extended(act: Act) -> datetime:
    """24:00 of the chosen day: later than now granted, at most 30 days after sending."""
    until = end_of(datetime.fromisoformat(act.given["until"]).date())
    longest = days_from(act.case.opened_at, LONGEST.days)
    if act.case.respond_by and until <= act.case.respond_by:
        raise complain(EXTENSION, act.raw, "until", "新的日期要晚于现在的截止日期")
    if until > longest:
        last = today(longest - timedelta(seconds=1))
        raise complain(EXTENSION, act.raw, "until", "最晚为发出邀请后第 30 天，即 {last}", last=last.isoformat())
    return until


def lapse_overdue(act: Act) -> None:
    """An overdue invitation of the same pair lapses first, in the same act, whether or not the clock has run."""
    pair = {"employer_id": act.case.employer_id, "graduate_id": act.case.graduate_id}
    for old in Case.objects.filter(**pair, exclusive="invitation", respond_by__lte=act.now):
        perform(old, "lapse", by=CLOCK)


def void_others(act: Act) -> None:
    """Effective here, so every other open invitation is void; their employers never learn where."""
    for other in cases_of(act, OnlineSigning.slug, "invited"):
        try:
            system(other, "invalidate", act.event)
        except Refused:  # overdue at this very moment: the clock lapses it
            continue


class OnlineSigning(Releasable):
    title = "线上签约"
    slug = "online"
    source = "M003 §4 图5; M004 §5–6"
    chain = "signing"

    invited = State(
        "等待学生应约",
        turn=GRADUATE,
        mine="待您应约",
        due="respond_by",
        remind=(72, 24),
        otherwise="逾期未回应则邀请失效，单位可再次邀请；到期前 72 小时和 24 小时会提醒。",
        exclusive="invitation",
    )
    review = State("学校（院系）审核", holds=True, words={"employer": "学生已签约，学校审核中"}, verify="审核中，尚未生效")
    signed = State("已签约", DONE, holds=True, verify="有效", paper="agreement")
    declined = State("学生拒绝签约", FAILED, words={"graduate": "您已拒绝"})
    lapsed = State("逾期未回应", FAILED)
    retracted = State("已撤回", VOID, words={"graduate": "单位已撤回邀请"})
    void = State("邀请已失效", VOID)
    refused = State("学校审核不通过", FAILED)
    terminated = State("已解约", VOID, verify="已解约")

    #            from     to       who       button         前提 / 须填 / 通知
    invite = Step(
        START, invited, EMPLOYER, "发起签约邀请",
        first=(lapse_overdue,),
        only_if=(certified, offered, can_sign, cohort_open, favourite, no_open_invitation, not_too_often),
        needs=(TERMS,), writes=texts.invitation_text, shows=True, proof=True, due=answer_by,
        then=(keep_columns(TERMS),), tell=(GRADUATE, EMPLOYER),
        again="再次发起签约",
        explain="请按与毕业生商定的内容填写。毕业生看到的就是核对页上的全文，接受后双方互相约束。",
        ask="以上内容与毕业生商定的一致，同意发出邀请",
    )
    accept = Step(
        invited, review, GRADUATE, "接受",
        only_if=(in_time, free, information_confirmed, can_sign, cohort_open, still_certified),
        writes=texts.agreement_text, shows=True, proof=True,
        then=(keep_columns(TERMS), skip_empty_levels), tell=(EMPLOYER, REVIEWER),
        explain="接受后您与该单位互相约束，其他单位的邀请将只能查看。学校审核通过后签约完成。",
        ask="我已读过协议全文，同意与该单位签约",
    )
    decline = Step(
        invited, declined, GRADUATE, "拒绝",
        only_if=(in_time, free), needs=(DECLINING,), tell=(EMPLOYER,), tone="quiet",
        explain="拒绝后此邀请结束；如仍要签约，须由单位再次发起邀请。",
    )
    extend = Step(
        invited, STAY, EMPLOYER, "延长应约有效期",
        only_if=(not_past,), needs=(EXTENSION,), due=extended, tell=(GRADUATE, EMPLOYER), tone="quiet",
    )
    retract = Step(
        invited, retracted, EMPLOYER, "撤回邀请",
        only_if=(not_past,), needs=(RETRACTING,), tell=(GRADUATE, EMPLOYER), tone="quiet",
        explain="撤回后毕业生不能再接受此邀请，会收到通知。",
    )
    remind = Step(invited, STAY, CLOCK, only_if=(free,), tell=(GRADUATE,))
    lapse = Step(invited, lapsed, CLOCK, only_if=(overdue,), tell=(GRADUATE, EMPLOYER))
    invalidate = Step(invited, void, SYSTEM, only_if=(invitation_void,), tell=(GRADUATE, EMPLOYER))

    approve = approval(
        review, signed, "审核通过", (GRADUATE, EMPLOYER),
        only_if=(fresh_eyes, facts_current, still_certified, no_release_requested), proof=last_level,
        then=(when_done(issue_number, enter_ledger("10"), void_others),),
        explain="请核对毕业生信息与签约内容。最后一级通过后签约完成，登记毕业去向。",
    )
    refuse = rejection(
        review, refused, "审核不通过", REFUSAL, (GRADUATE, EMPLOYER),
        "不通过会结束这次签约，须由单位重新发起。请指出是哪一项、什么问题、怎样改。",
    )
    skip = passing_over(review)
    reconfirm = reconfirmation(review, TERMS, texts.agreement_text, (EMPLOYER, REVIEWER))
    # The worker's PDF: the hash of the whole file comes into the chain. The approval told everybody.
    filed = Step(signed, STAY, SYSTEM, "协议书已生成", tell=SILENT)
    correct = correcting(signed)
    confirm_correction = confirming(signed)
    # The termination's own message tells everybody.
    terminate = Step(signed, terminated, SYSTEM, then=(leave_ledger,), tell=SILENT)

    opens_on = (declined, lapsed, retracted, void, refused, terminated, Releasable.released)
    path = (invited, review, signed)
    path_labels = ("单位已发起邀请", "等待学生应约", "学校（学院）审核", "签约完成")

