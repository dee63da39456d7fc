"""Flow 3, 线下签约: fill in → agreement review → print, stamp, hand in → review of the stamped paper → signed (M003 §6 图16)."""

from __future__ import annotations

from django.utils.translation import gettext_noop

from wangqian.cases.effects import enter_ledger, issue_number, leave_ledger
from wangqian.chart.words import CLOCK, DONE, FAILED, SILENT, START, STAY, SYSTEM, VOID, State, Step
from wangqian.flows import texts
from wangqian.flows.agreement_needs import (
    ASKED,
    ASSISTANCE,
    GIVING_UP,
    OFFLINE,
    SCAN,
    STAMPED,
    about,
    refusing,
    returning,
)
from wangqian.flows.calling import CALLING
from wangqian.flows.contacts import keep_sent_to
from wangqian.flows.correcting import confirming, correcting
from wangqian.flows.handing_in import cancelling, drafting, reconfirmation, saving, submission, withdrawing
from wangqian.flows.links import CONTACT, link_alive, make_link, not_sent_too_often, spend_link
from wangqian.flows.online import void_others
from wangqian.flows.parties import GRADUATE, REVIEWER
from wangqian.flows.release import Releasable
from wangqian.flows.reviewing import approval, arriving, passing_over, rejection, sending_back, skip_empty_levels
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
    paper_current,
)
from wangqian.flows.scans import scans_fit

FORM, PAPER = about(ASKED), about((SCAN,))
NOTICE = gettext_noop(
    "适用于单位没有在平台注册、不能线上签约的情况。提交后您不能再与其他单位网上签约；同一时间只能办理一份协议。"
    "学校审核通过后生成就业协议书，请单位盖章后回传。"
)
HANDING_IN = gettext_noop(
    "请把单位盖章、双方签字的协议书每一页拍照或扫描后上传。任何人不得强迫您签约，不得把发放毕业证书、学位证书与签约挂钩，"
    "不得要求您提交虚假的协议或证明；遇到这种情况，请不要提交，并向学校就业部门反映。"
)


class OfflineSigning(Releasable):
    title = "未签就业协议申请签约"
    slug = "offline"
    source = "M003 §6 图16–23"

    draft = drafting()
    review = State("协议审核中", holds=True, chain="agreement")
    returned = State(
        "协议审核待提交（老师退回）", holds=True, turn=GRADUATE, mine="待您修改后重新提交",
        otherwise="请按退回的意见修改后重新提交；在此之前学校不会继续审核。",
    )
    stamping = State(
        "就业协议审核通过", holds=True, turn=GRADUATE, mine="待您回传盖章的协议书", verify="待盖章，尚未生效", paper="stamping",
        nudge=(7, 14, 28), otherwise="请下载协议书，单位盖章后回传。没有期限，但盖章回传、学校审核通过后才算签约。",
    )
    stamped_review = State("签约审核中", holds=True, chain="stamped", verify="审核中，尚未生效")
    signed = State("已签约", DONE, holds=True, verify="有效")
    cancelled = State("已取消", VOID, verify="已作废")
    refused = State("就业协议审核不通过", FAILED)
    paper_refused = State("签约审核不通过", FAILED, verify="已作废")
    terminated = State("已解约", VOID, verify="已解约")

    #           from    to      who       button    前提 / 须填 / 通知
    fill = Step(
        START, draft, GRADUATE, "填写",
        only_if=(offered_on_paper, information_confirmed, can_sign, cohort_open, free, no_draft), tell=SILENT,
        again="重新填写", explain=NOTICE,
    )
    save = saving(draft, "submit")
    cancel = cancelling((draft, returned), cancelled, "取消后这份申请结束，已填写的内容不再保留；以后可以重新填写。")
    submit = submission(
        draft, review, "提交", OFFLINE, texts.offline_text,
        only_if=(offered_on_paper, information_confirmed, free, can_sign, in_time_to_submit),
        explain=NOTICE, ask="以上内容与单位商定的一致，同意提交学校审核",
    )
    withdraw = withdrawing(review, draft)
    approve = approval(
        review, stamping, "通过", (GRADUATE,), only_if=(fresh_eyes, facts_current, no_release_requested),
        then=(arriving("stamping", issue_number),),
        explain="最后一级通过后生成带编号和二维码的就业协议书，由毕业生请单位盖章。",
    )
    send_back = sending_back(review, returned, returning(FORM))
    save_again = saving(returned, "resubmit")
    resubmit = submission(
        returned, review, "重新提交", OFFLINE, texts.offline_text, only_if=(information_confirmed, can_sign),
        ask="已按退回的意见修改，同意重新提交学校审核",
    )
    refuse = rejection(
        review, refused, "不通过", refusing(FORM), (GRADUATE,),
        "不通过会结束这份申请，毕业生须重新填写。只是内容有误的，请用“退回修改”。",
    )
    skip = passing_over(review)
    reconfirm = reconfirmation(review, OFFLINE)

    reconfirm_paper = reconfirmation(
        stamping, OFFLINE, tell=SILENT,
        explain="学校更正了您的基本信息。请核对下面的全文；协议书会按更正后的内容重新生成，请用新的一版盖章。",
    )
    hand_in = Step(
        stamping, stamped_review, GRADUATE, "本人回传协议书",
        only_if=(facts_current,), needs=(STAMPED,), weighs=(scans_fit,), then=(skip_empty_levels,), tell=(REVIEWER,),
        explain=HANDING_IN,
    )
    ask_employer = Step(
        stamping, STAY, GRADUATE, "用人单位协助回传协议书",
        only_if=(facts_current, not_sent_too_often), needs=(ASSISTANCE,), then=(make_link, keep_sent_to), tell=SILENT, tone="quiet",
        done="短信正在发给单位联系人。对方打开链接、回传协议书时，本页会显示，您也会收到通知；不用等，也可以自己上传。",
        explain="我们给单位联系人的手机发一条短信，对方打开链接、验证手机后可以下载协议书并回传盖章的扫描件。链接 72 小时内有效。",
    )
    receive = Step(
        stamping, stamped_review, CONTACT, "确认提交",
        only_if=(link_alive, facts_current), needs=(STAMPED,), weighs=(scans_fit,), then=(spend_link, skip_empty_levels),
        tell=(GRADUATE, REVIEWER),
        explain="提交后由学校审核，毕业生会收到通知；提交后这个链接失效。",
    )
    give_up = Step(
        stamping, cancelled, GRADUATE, "取消申请",
        needs=(GIVING_UP,), shows=True, proof=True, tell=SILENT, tone="danger",
        explain="取消后协议书编号作废，已发给单位的链接失效；您可以与其他单位签约或登记去向。",
        ask="确认取消这份签约申请",
    )
    withdraw_paper = withdrawing(stamped_review, stamping, explain="学校还没有审核时可以撤回，重新回传。")
    approve_paper = approval(
        stamped_review, signed, "通过", (GRADUATE,),
        only_if=(fresh_eyes, paper_current, no_release_requested), needs=(CALLING,), proof=last_level,
        then=(arriving("signed", enter_ledger("10", "10-01"), void_others),),
        explain="请核对盖章的协议书与登记的内容一致、签章齐全。最后一级通过后签约完成，登记毕业去向。",
    )
    send_paper_back = sending_back(
        stamped_review, stamping, returning(PAPER), explain="毕业生重新回传盖章的协议书后，从第一级重新审核。"
    )
    refuse_paper = rejection(
        stamped_review, paper_refused, "不通过", refusing(PAPER), (GRADUATE,),
        "不通过会结束这次签约，协议书编号作废，毕业生须重新填写。只是图像有问题的，请用“退回修改”。",
    )
    skip_paper = passing_over(stamped_review)
    remind = Step(stamping, STAY, CLOCK, tell=(GRADUATE,))
    filed = Step((stamping, stamped_review, signed), STAY, SYSTEM, "协议书已生成", tell=SILENT)  # the file may come late

    correct = correcting(signed)
    confirm_correction = confirming(signed)
    terminate = Step(signed, terminated, SYSTEM, then=(leave_ledger,), tell=SILENT)

    opens_on = (cancelled, refused, paper_refused, terminated, Releasable.released)
    path = (draft, review, stamping, stamped_review, signed)
    path_labels = ("填写协议信息", "提交", "学校审核协议", "盖章回传", "学校审核签约", "签约完成")
