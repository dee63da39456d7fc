"""Flow 5, 已签就业协议登记信息: a paper agreement signed elsewhere is registered with its scan (M003 §8)."""

from __future__ import annotations

from dataclasses import replace

from django.utils.translation import gettext_noop

from wangqian.cases.effects import enter_ledger, leave_ledger
from wangqian.chart.words import SILENT, START, SYSTEM, VOID, State, Step
from wangqian.flows import texts
from wangqian.flows.agreement_needs import PAPER, about, refusing, returning
from wangqian.flows.calling import CALLING
from wangqian.flows.correcting import correcting
from wangqian.flows.handing_in import FREELY, reconfirmation, submission
from wangqian.flows.online import void_others
from wangqian.flows.parties import GRADUATE
from wangqian.flows.registering import CONFIRM_AGAIN, Registering
from wangqian.flows.reviewing import approval, arriving, rejection, sending_back
from wangqian.flows.rules import (
    can_sign,
    cohort_open,
    facts_current,
    free,
    fresh_eyes,
    in_time_to_submit,
    information_confirmed,
    last_level,
    no_draft,
    no_release_requested,
    offered_on_paper,
)

FORM = about(PAPER.fields)
CHECKED = gettext_noop("已按协议书核对以上内容，上传的图像与原件一致")


class PaperRegistration(Registering):
    title = "已签就业协议登记信息"
    slug = "paper"
    source = "M003 §8 图26"

    review = State("登记审核中", holds=True, chain="registration")
    returned = replace(Registering.returned, label=gettext_noop("登记待提交（老师退回）"))
    refused = replace(Registering.refused, label=gettext_noop("登记审核不通过"))
    terminated = State("已解约", VOID, verify="已解约")

    fill = Step(
        START, Registering.draft, GRADUATE, "填写",
        only_if=(offered_on_paper, information_confirmed, can_sign, cohort_open, free, no_draft), tell=SILENT,
        again="重新填写", explain="适用于已经与单位签订纸质就业协议书的情况。请按协议书填写，并上传盖章的协议书图像。",
    )
    submit = submission(
        Registering.draft, review, "提交审核", PAPER, texts.paper_text,
        only_if=(offered_on_paper, information_confirmed, free, can_sign, in_time_to_submit), explain=FREELY, ask=CHECKED,
    )
    approve = approval(
        review, Registering.registered, "通过", (GRADUATE,),
        only_if=(fresh_eyes, facts_current, no_release_requested), needs=(CALLING,), proof=last_level,
        then=(arriving("registered", enter_ledger("10", "10-01"), void_others),),
        explain="请核对登记的内容与协议书图像一致、签章齐全。最后一级通过后登记毕业去向。",
    )
    send_back = sending_back(review, Registering.returned, returning(FORM))
    resubmit = submission(
        Registering.returned, review, "重新提交", PAPER, texts.paper_text,
        only_if=(information_confirmed, can_sign), explain=FREELY, ask=CHECKED,
    )
    refuse = rejection(
        review, Registering.refused, "不通过", refusing(FORM), (GRADUATE,),
        "不通过会结束这份登记，毕业生须重新填写。只是内容或图像有误的，请用“退回修改”。",
    )
    reconfirm = reconfirmation(review, PAPER, explain=CONFIRM_AGAIN)
    correct = correcting(Registering.registered)
    terminate = Step(Registering.registered, terminated, SYSTEM, then=(leave_ledger,), tell=SILENT)

    opens_on = (Registering.cancelled, Registering.refused, terminated, Registering.released)
    path = (Registering.draft, review, Registering.registered)
    path_labels = ("填写登记信息", "提交审核", "学校（学院）审核", "登记完成")
