"""Flow 4, 线下解约: the graduate hands in the letter, the school asks the employer, then it ends (M003 §7 图24)."""

from __future__ import annotations

from wangqian.cases.act import Act
from wangqian.cases.effects import when_done
from wangqian.cases.models import Case
from wangqian.chart.fields import Need, Varying
from wangqian.chart.words import DONE, FAILED, SILENT, START, SYSTEM, VOID, Flow, State, Step, rule
from wangqian.flows import texts
from wangqian.flows.agreement_needs import ENDING, VERIFICATION, about, refusing, returning
from wangqian.flows.handing_in import cancelling, drafting, saving, submission, withdrawing
from wangqian.flows.offline import OfflineSigning
from wangqian.flows.online import OnlineSigning
from wangqian.flows.online_termination import end_agreement
from wangqian.flows.paper import PaperRegistration
from wangqian.flows.parties import EMPLOYER, GRADUATE
from wangqian.flows.reviewing import approval, passing_over, rejection, sending_back
from wangqian.flows.rules import (
    fresh_eyes,
    in_force_still,
    last_level,
    no_draft,
    no_open_termination,
    no_release_requested_on_parent,
)
from wangqian.people.models import Membership

FORM = about(ENDING.fields)


@rule("这份协议请用“线上解约”办理；单位逾期未回应，或不能在平台上回应时，才可以线下解约。", hides=True)
def no_answer_online(act: Act) -> bool:
    """Flow 2 D: an agreement signed online ends on paper after a lapse, or when nobody at the employer can answer."""
    parent = act.parent
    if parent.flow != OnlineSigning.slug:
        return True
    lapsed = Case.objects.filter(parent=parent.pk, flow="online_termination", state="lapsed").exists()
    present = Membership.objects.filter(employer=parent.employer_id, active=True, user__is_active=True).exists()
    return lapsed or not present or not (parent.employer and parent.employer.certified)


def asked_of_the_employer(act: Act) -> Need | None:
    """Whoever decides says with whom it was verified (§7.2)."""
    return VERIFICATION if last_level(act) else None


class OfflineTermination(Flow):
    title = "线下解约"
    slug = "offline_termination"
    source = "M003 §7 图24–25"
    chain = "termination"
    opens_on = (OfflineSigning.signed, PaperRegistration.registered, OnlineSigning.signed)
    needs_parent = True

    draft = drafting("提交以后学校才能看到；在此之前签约仍然有效。")
    review = State("解约审核中", exclusive="termination")
    returned = State(
        "解约待提交（老师退回）", turn=GRADUATE, mine="待您修改后重新提交", exclusive="termination",
        otherwise="请按退回的意见修改后重新提交；签约仍然有效。",
    )
    terminated = State("已解约", DONE)
    refused = State("解约失败", FAILED)
    cancelled = State("已取消", VOID)
    released = State("已解除", VOID)

    apply = Step(
        START, draft, GRADUATE, "申请解约",
        only_if=(no_answer_online, no_open_termination, no_release_requested_on_parent, no_draft), tell=SILENT, tone="danger",
        explain="解约前应与用人单位协商一致，并签订解约函等材料。学校与单位核实、审核通过后才解约；在此之前签约仍然有效。",
    )
    save = saving(draft, "submit")
    submit = submission(
        draft, review, "提交", ENDING, texts.ending_text, only_if=(in_force_still, no_open_termination, no_release_requested_on_parent),
        ask="已与用人单位协商一致，申请解约",
    )
    cancel = cancelling((draft, returned), cancelled, "取消后签约仍然有效，以后可以再次申请。")
    withdraw = withdrawing(review, draft, also=(no_draft,))
    # The employer of an agreement signed online has an account and is told, too; the others have none.
    approve = approval(
        review, terminated, "通过", (GRADUATE, EMPLOYER),
        only_if=(fresh_eyes, no_release_requested_on_parent), needs=(Varying(VERIFICATION, asked_of_the_employer),),
        proof=last_level, then=(when_done(end_agreement),),
        explain="请先与用人单位核实双方确已协商解约。最后一级通过后协议解除，毕业生可与其他单位签约或登记去向。",
    )
    send_back = sending_back(
        review, returned, returning(FORM), (GRADUATE, EMPLOYER), explain="毕业生按您的意见修改后重新提交；签约仍然有效。"
    )
    save_again = saving(returned, "resubmit")
    resubmit = submission(
        returned, review, "重新提交", ENDING, texts.ending_text, only_if=(in_force_still, no_release_requested_on_parent),
        ask="已按退回的意见修改，同意重新提交",
    )
    refuse = rejection(
        review, refused, "不通过", refusing(FORM), (GRADUATE, EMPLOYER),
        "不通过则签约仍有效，毕业生如仍需解约，须按原因重新申请。",
    )
    skip = passing_over(review)
    # The agreement ended by another way, whose own message tells everybody.
    overtaken = Step((draft, review, returned), released, SYSTEM, tell=SILENT)

    path = (draft, review, terminated)
    path_labels = ("填写申请", "提交", "学校（学院）审核", "解约完成")
