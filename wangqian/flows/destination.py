"""Flow 6, 无需就业协议去向登记: every other destination, its form by its type (M003 §9 图27–28)."""

from __future__ import annotations

from dataclasses import replace

from django.utils.translation import gettext_noop

from wangqian.cases.act import Act
from wangqian.cases.effects import keep_topic, leave_ledger, mark_unconfirmed
from wangqian.chart.fields import Field, Input, Keep, Need, Varying
from wangqian.chart.words import SILENT, START, STAY, SYSTEM, VOID, Fork, State, Step, Way
from wangqian.flows import texts
from wangqian.flows.agreement_needs import about, refusing, returning
from wangqian.flows.calling import CALLING
from wangqian.flows.columns import keep_columns
from wangqian.flows.correcting import (
    correcting,
    enter_stated,
    offered_to,
    retyped,
)
from wangqian.flows.destinations import ANY, HEADS, WAITING, destinations, of_both_heads
from wangqian.flows.handing_in import FREELY, reconfirmation, submission, withdrawing
from wangqian.flows.online import void_others
from wangqian.flows.parties import GRADUATE, REVIEWER, SCHOOL
from wangqian.flows.registering import CONFIRM_AGAIN, Registering
from wangqian.flows.reviewing import approval, arriving, passing_over, rejection, sending_back, skip_empty_levels
from wangqian.flows.rules import (
    cohort_open,
    edited_by_me,
    enrolled,
    facts_current,
    for_his_training,
    free,
    fresh_eyes,
    head_missing,
    in_time_to_submit,
    information_confirmed,
    last_level,
    no_draft,
    no_release_requested,
    not_my_edit,
    offered_on_paper,
)

FORM = (("topic", "去向类型"), *about((*ANY.fields, Field("evidence", "证明材料"))))
TYPE = Need(
    "type",
    "选择去向类型",
    (Field("topic", "毕业去向类型", Input.CHOICE, True, choices=tuple((d.slug, d.label) for d in destinations().values())),),
    Keep.DATA,
)
REVISING = Need("revising", "修改的原因", (Field("because", "修改原因", Input.LINES, True, most=300, help="毕业生会看到"),))
TRUE = gettext_noop("以上内容和材料真实有效，同意提交学校审核")


def types(act: Act) -> Need:
    """The types this graduate may choose from, by group, each with a sentence."""
    offered = offered_to(act.graduate)
    groups = dict.fromkeys(one.group for one in offered)
    heads = tuple((group, tuple((one.slug, one.help) for one in offered if one.group == group)) for group in groups)
    choices = tuple((one.slug, one.label) for one in offered)
    only = choices[0][0] if len(choices) == 1 else ""
    asked = Field("topic", "毕业去向类型", Input.CHOICE, True, choices=choices, heads=heads, initial=only)
    return Need("type", TYPE.title, (asked,), Keep.DATA)


def form_of(act: Act) -> Need | None:
    kind = destinations().get(act.case.topic)
    return kind.need if kind else None


def faults(act: Act) -> Need:
    """What may be wrong with this type's form, and no question of another's."""
    kind = destinations().get(act.case.topic)
    return returning((FORM[0], *about(kind.need.fields)) if kind else FORM)


def reviewed_by(act: Act) -> tuple[str, ...]:
    chain = act.profile.levels("registration")
    kind = destinations().get(act.case.topic)
    return HEADS if kind and kind.both_heads and not set(HEADS) <= set(chain) else chain


# Drawn with the chart: the types stand in the data alone.
reviewed_by.__doc__ = (
    f"The school's chain `registration_chain`; of {'、'.join(one.label for one in of_both_heads())} always "
    f"{' and '.join(HEADS)}, neither of which is passed over when nobody sits there."
)


def void_invitations(act: Act) -> None:
    """Effective here, so other invitations are void; a wait settles nothing, and they stay."""
    if act.case.topic not in WAITING:
        void_others(act)


def mark_own_edit(act: Act) -> None:
    """The only reviewer of the last level approved what he had edited himself: the event says so."""
    if last_level(act) and edited_by_me(act):
        act.changes["own_edit"] = "yes"


def void_is_reviewed(act: Act) -> bool:
    """A dial; a wait (70, 71, 72) is given up at once, for it must stand in nothing's way."""
    return act.profile.void_needs_review and act.case.topic not in WAITING


class DestinationRegistration(Registering):
    title = "无需就业协议去向登记"
    slug = "destination"
    source = "M003 §9 图27–28"

    review = State("去向审核中", holds=True, chain=reviewed_by)
    returned = replace(Registering.returned, label=gettext_noop("去向待提交（老师退回）"))
    refused = replace(Registering.refused, label=gettext_noop("去向审核不通过"))
    voiding = State("作废审核中", holds=True, chain="registration", verify="有效")
    voided = State("已作废", VOID, verify="已作废")

    fill = Step(
        START, Registering.draft, GRADUATE, "填写",
        only_if=(offered_on_paper, information_confirmed, enrolled, cohort_open, free, no_draft), needs=(Varying(TYPE, types),),
        then=(keep_topic,), tell=SILENT, again="重新填写",
        explain="适用于不签就业协议的去向：升学、参军、基层项目、劳动合同、创业、自由职业、暂未就业等。请先选择去向类型。",
    )
    choose = Step(
        (Registering.draft, Registering.returned), STAY, GRADUATE, "更换去向类型",
        only_if=(for_his_training,), needs=(Varying(TYPE, types),), then=(keep_topic,), tell=SILENT, tone="quiet",
        explain="换成别的类型后，请按新的类型填写。",
    )
    submit = submission(
        Registering.draft, review, "提交审核", Varying(ANY, form_of), texts.destination_text,
        only_if=(offered_on_paper, information_confirmed, enrolled, free, in_time_to_submit, for_his_training), explain=FREELY,
        ask=TRUE,
    )
    approve = approval(
        review, Registering.registered, "通过", (GRADUATE,),
        only_if=(fresh_eyes, not_my_edit, facts_current, no_release_requested), needs=(CALLING,), proof=last_level,
        weighs=(mark_own_edit,), then=(arriving("registered", enter_stated, void_invitations),),
        explain="请核对去向类型、内容与证明材料一致。最后一级通过后登记毕业去向。",
    )
    send_back = sending_back(review, Registering.returned, Varying(returning(FORM), faults))
    resubmit = submission(
        Registering.returned, review, "重新提交", Varying(ANY, form_of), texts.destination_text,
        only_if=(information_confirmed, for_his_training), explain=FREELY, ask=TRUE,
    )
    refuse = rejection(
        review, Registering.refused, "不通过", refusing(FORM), (GRADUATE,),
        "不通过会结束这份登记，毕业生须重新填写。只是内容或材料有误的，请用“退回修改”。",
    )
    revise = Step(
        review, STAY, REVIEWER, "修改类型及信息",
        only_if=(fresh_eyes,), needs=(Varying(ANY, retyped), REVISING), writes=texts.corrected_text, shows=True,
        then=(keep_topic, mark_unconfirmed, keep_columns(ANY)), tell=(GRADUATE,), tone="quiet",
        explain="修改后由另一位老师审核最后一级。毕业生会收到修改前后的内容，审核通过后可以确认或提出异议。",
    )
    reconfirm = reconfirmation(review, ANY, explain=CONFIRM_AGAIN)
    await_head = Step(review, STAY, SYSTEM, only_if=(head_missing,), tell=(SCHOOL, GRADUATE))
    correct = correcting(Registering.registered)
    void = Step(
        Registering.registered,
        Fork(void_is_reviewed, Way("须审核", voiding, (REVIEWER,)), Way("即时生效", voided, (REVIEWER,))),
        GRADUATE, "作废",
        only_if=(cohort_open, no_release_requested), shows=True, proof=True,
        then=(arriving("voided", leave_ledger), skip_empty_levels), tone="danger",
        explain="作废后这条去向退出就业方案库，您可以签约或重新登记。学校可以查看作废记录。",
        ask="确认作废这条去向登记",
    )
    approve_void = approval(
        voiding, voided, "通过作废", (GRADUATE,), only_if=(fresh_eyes, no_release_requested), proof=last_level,
        then=(arriving("voided", leave_ledger),), explain="最后一级通过后这条去向退出就业方案库。",
    )
    refuse_void = rejection(
        voiding, Registering.registered, "不同意作废", refusing((("other", "作废"),)), (GRADUATE,), "登记仍然有效；请写明原因。"
    )
    withdraw_void = withdrawing(voiding, Registering.registered, "撤回", explain="撤回后登记仍然有效。")
    skip_void = passing_over(voiding)

    opens_on = (Registering.cancelled, Registering.refused, voided, Registering.released)
    path = (Registering.draft, review, Registering.registered)
    path_labels = ("选择类型、填写", "提交审核", "学校（学院）审核", "登记完成")
