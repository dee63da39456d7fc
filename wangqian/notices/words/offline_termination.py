"""What is said in flow 4, 线下解约. The employer is told where the agreement was signed online: only then it has an account."""

from __future__ import annotations

from wangqian.notices.words.text import Text

TEXTS = {
    "submit.reviewer": Text(
        "待您审核：{graduate}的线下解约",
        "{graduate}申请解除与{employer}的就业协议，等待{level}审核。\n{said}\n"
        "请核对解约函，并与用人单位核实双方确已协商一致，然后通过、退回修改，或写明原因不通过。",
    ),
    "approve.review.reviewer": Text(
        "待您审核：{graduate}的线下解约",
        "{graduate}与{employer}的解约已通过上一级审核，等待{level}审核。\n"
        "请与用人单位核实双方确已协商一致，然后通过、退回修改，或写明原因不通过。",
    ),
    "approve.terminated.graduate": Text(
        "解约完成：{employer}",
        "{school}与用人单位核实后审核通过，您与{employer}的就业协议自即日起解除。\n"
        "您不再受其约束，可以与其他单位签约或登记去向。",
        sms="您与{employer}的就业协议已解除，您可以与其他单位签约或登记去向。",
    ),
    "approve.terminated.employer": Text(
        "解约完成：{graduate}",
        "{school}核实后审核通过了{graduate}的线下解约申请，贵单位与{graduate}的就业协议（编号 {number}）自即日起解除，"
        "双方不再受其约束。\n如有疑问，请联系{contact}。",
        sms="贵单位与{graduate}的就业协议已解除，双方不再受其约束。",
    ),
    "send_back.graduate": Text(
        "解约申请被退回修改：{employer}",
        "{school}把您与{employer}的解约申请退回修改，签约仍然有效。\n{said}\n请在事项页面按意见修改后重新提交。",
        sms="您与{employer}的解约申请被学校退回修改，请登录网签平台查看原因并重新提交。",
    ),
    "send_back.employer": Text(
        "{graduate}的线下解约申请被退回修改",
        "{graduate}就与贵单位的就业协议申请线下解约，{school}已退回修改，协议仍然有效。\n贵单位无需办理；如有疑问，请联系{contact}。",
    ),
    "resubmit.reviewer": Text(
        "已按意见修改，待您审核：{graduate}的线下解约",
        "{graduate}修改后重新提交了与{employer}的解约申请，从第一级重新审核，现等待{level}审核。\n改动：\n{changed}\n"
        "请核对解约函，并与用人单位核实，然后通过、退回修改，或写明原因不通过。",
    ),
    "refuse.graduate": Text(
        "解约未通过学校审核：{employer}",
        "{school}没有通过您与{employer}的解约申请，签约仍然有效。\n{said}\n如仍要解约，请按上述原因处理后重新申请。",
        sms="您与{employer}的解约未通过学校审核，协议仍然有效，原因请登录网签平台查看。",
    ),
    "refuse.employer": Text(
        "{graduate}的线下解约未通过学校审核",
        "{school}没有通过{graduate}与贵单位的线下解约申请，协议仍然有效，贵单位无需办理。\n如有疑问，请联系{contact}。",
        sms="贵单位与{graduate}的解约未通过学校审核，协议仍然有效。",
    ),
    "skip.school": Text(
        "{skipped}一级没有审核人，已跳过",
        "{graduate}与{employer}的线下解约到了{skipped}一级，但这一级没有在岗的审核人，已转到{level}一级。\n"
        "请尽快为{skipped}指定审核人，否则以后的事项同样会跳过这一级。",
    ),
    "skip.reviewer": Text(
        "待您审核：{graduate}的线下解约",
        "{graduate}与{employer}的线下解约等待{level}审核（{skipped}一级没有审核人，已跳过）。\n"
        "请与用人单位核实双方确已协商一致，然后通过、退回修改，或写明原因不通过。",
    ),
}
