"""Flow 2, 线上解约: ask → accept → review → terminated (M003 §5 图11). It never touches the agreement's own hold."""

from __future__ import annotations

from datetime import datetime

from wangqian.cases.act import Act
from wangqian.cases.effects import when_done
from wangqian.cases.engine import system
from wangqian.chart.words import (
    CLOCK,
    DONE,
    FAILED,
    SILENT,
    START,
    STAY,
    SYSTEM,
    VOID,
    Flow,
    Fork,
    State,
    Step,
    Way,
)
from wangqian.flows import texts
from wangqian.flows.columns import keep_columns
from wangqian.flows.needs import TERMINATION, TERMINATION_REFUSAL
from wangqian.flows.online import OnlineSigning
from wangqian.flows.parties import EMPLOYER, GRADUATE, OTHER, PARTY, REVIEWER, SCHOOL
from wangqian.flows.release import overtake
from wangqian.flows.reviewing import approval, passing_over, rejection, skip_empty_levels
from wangqian.flows.rules import (
    answer_in_time,
    asked_by_me,
    fresh_eyes,
    last_level,
    no_open_termination,
    no_release_requested_on_parent,
    overdue,
    unreviewed,
)
from wangqian.people.clock import days_from
from wangqian.people.models import Capacity


def by_graduate(act: Act) -> bool:
    return act.membership is not None and act.membership.kind == Capacity.GRADUATE


def answer_by(act: Act) -> datetime:
    return days_from(act.now, act.profile.days_to_respond)


def end_agreement(act: Act) -> None:
    """With whatever else still asks to end it; this case itself is no more open."""
    system(act.parent, "terminate", act.event)
    overtake(act.parent, act.event)


class OnlineTermination(Flow):
    title = "线上解约"
    slug = "online_termination"
    source = "M003 §5 图11"
    chain = "termination"
    opens_on = (OnlineSigning.signed,)
    needs_parent = True

    awaiting_employer = State(
        "等待单位回应", turn=EMPLOYER, mine="待您回应解约", due="respond_by", remind=(72, 24), exclusive="termination",
        otherwise="逾期未回应则解约失败，签约仍然有效；到期前 72 小时和 24 小时会提醒。",
    )
    awaiting_graduate = State(
        "等待学生回应", turn=GRADUATE, mine="待您回应解约", due="respond_by", remind=(72, 24), exclusive="termination",
        otherwise="逾期未回应则解约失败，签约仍然有效；到期前 72 小时和 24 小时会提醒。",
    )
    review = State("学校（院系）审核", exclusive="termination")
    terminated = State("已解约", DONE)
    declined = State("解约失败（对方不同意）", FAILED)
    lapsed = State("解约失败（逾期未回应）", FAILED)
    refused = State("解约失败（学校审核不通过）", FAILED)
    withdrawn = State("已撤回", VOID)
    released = State("已解除", VOID)

    asked = (awaiting_employer, awaiting_graduate)

    ask = Step(
        START,
        Fork(
            by_graduate,
            Way("毕业生申请", awaiting_employer, (EMPLOYER,)),
            Way("用人单位申请", awaiting_graduate, (GRADUATE, EMPLOYER)),
        ),
        PARTY, "申请解约",
        only_if=(no_open_termination, no_release_requested_on_parent),
        needs=(TERMINATION,), writes=texts.termination_text, shows=True, proof=True, due=answer_by,
        then=(keep_columns(TERMINATION),), tone="danger",
        explain="解约前应与对方协商一致。对方同意、学校审核通过后才解约；在此之前签约仍然有效。",
        ask="已与对方协商一致，申请解约",
    )
    accept = Step(
        asked, review, OTHER, "接受",
        only_if=(answer_in_time,), shows=True, proof=True, then=(skip_empty_levels,),
        tell=(GRADUATE, EMPLOYER, REVIEWER),
        explain="同意后由学校审核，审核通过即解约。",
        ask="同意解除这份就业协议",
    )
    decline = Step(
        asked, declined, OTHER, "拒绝",
        only_if=(answer_in_time,), needs=(TERMINATION_REFUSAL,), tell=(GRADUATE, EMPLOYER), tone="quiet",
        explain="拒绝后签约仍然有效；双方协商后可以再次申请。",
    )
    remind = Step(asked, STAY, CLOCK, tell=(OTHER,))
    lapse = Step(asked, lapsed, CLOCK, only_if=(overdue,), tell=(GRADUATE, EMPLOYER, SCHOOL))
    withdraw = Step(
        (*asked, review), withdrawn, PARTY, "撤回解约申请",
        only_if=(asked_by_me, unreviewed), tell=(GRADUATE, EMPLOYER), tone="quiet",
        explain="撤回后签约仍然有效；以后可以再次申请。",
    )
    approve = approval(
        review, terminated, "审核通过", (GRADUATE, EMPLOYER),
        only_if=(fresh_eyes, no_release_requested_on_parent), proof=last_level, then=(when_done(end_agreement),),
        explain="最后一级通过后协议解除，毕业生可与其他单位签约或登记去向。",
    )
    refuse = rejection(
        review, refused, "审核不通过", TERMINATION_REFUSAL, (GRADUATE, EMPLOYER),
        "不通过则签约仍有效，双方可按原因重新申请（M003 图15）。",
    )
    skip = passing_over(review)
    # The school released the agreement itself; its own message tells everybody.
    overtaken = Step((*asked, review), released, SYSTEM, tell=SILENT)

    path = (awaiting_employer, review, terminated)
    path_labels = ("申请解约", "等待对方回应", "学校（学院）审核", "解约完成")
