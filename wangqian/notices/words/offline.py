"""What is said in flow 3, 线下签约."""

from __future__ import annotations

from wangqian.notices.words.text import Text

TEXTS = {
    "submit.reviewer": Text(
        "待您审核：{graduate}的线下签约",
        "{graduate}提交了与{employer}的就业协议信息，等待{level}审核。\n"
        "请核对毕业生信息和协议内容，然后通过、退回修改，或写明原因不通过。最后一级通过后生成就业协议书。",
    ),
    "approve.review.reviewer": Text(
        "待您审核：{graduate}的线下签约",
        "{graduate}与{employer}的就业协议信息已通过上一级审核，等待{level}审核。\n"
        "请核对毕业生信息和协议内容，然后通过、退回修改，或写明原因不通过。",
    ),
    "approve.stamping.graduate": Text(
        "协议信息已通过审核，请盖章回传：{employer}",
        "{school}已审核通过您与{employer}的就业协议信息，协议编号 {number}。现在还没有生效。\n"
        "下一步：在事项页面下载电子协议书，请单位盖章、双方签字，然后由本人回传，或请单位协助回传。"
        "没有期限，但学校审核通过回传的协议书后才算签约。",
        sms="您与{employer}的就业协议已通过审核，请登录网签平台下载，盖章后回传。",
    ),
    "send_back.graduate": Text(
        "签约申请被退回修改：{employer}",
        "{school}把您与{employer}的就业协议信息退回修改。\n{said}\n"
        "请在事项页面按意见修改后重新提交；在此之前学校不会继续审核，您也不能办理其他签约和登记。",
        sms="您与{employer}的签约申请被学校退回修改，请登录网签平台查看原因并重新提交。",
    ),
    "resubmit.reviewer": Text(
        "已按意见修改，待您审核：{graduate}的线下签约",
        "{graduate}修改后重新提交了与{employer}的就业协议信息，从第一级重新审核，现等待{level}审核。\n"
        "改动：\n{changed}\n请核对后通过、退回修改，或写明原因不通过。",
    ),
    "refuse.graduate": Text(
        "与{employer}的签约申请未通过审核",
        "{school}没有通过您与{employer}的签约申请，这次申请已结束，您不再受其约束。\n{said}\n"
        "如仍要签约，请按上述原因重新填写，原来的内容会带入。",
        sms="您与{employer}的签约未通过学校审核，原因和办法请登录网签平台查看。",
    ),
    "skip.school": Text(
        "{skipped}一级没有审核人，已跳过",
        "{graduate}与{employer}的线下签约到了{skipped}一级，但这一级没有在岗的审核人，已转到{level}一级。\n"
        "请尽快为{skipped}指定审核人，否则以后的事项同样会跳过这一级。",
    ),
    "skip.reviewer": Text(
        "待您审核：{graduate}的线下签约",
        "{graduate}与{employer}的就业协议信息等待{level}审核（{skipped}一级没有审核人，已跳过）。\n"
        "请核对毕业生信息和协议内容，然后通过、退回修改，或写明原因不通过。",
    ),
    "reconfirm.reviewer": Text(
        "可继续审核：{graduate}的线下签约",
        "{graduate}已按学校更正后的信息重新确认，与{employer}的就业协议信息可以继续审核。",
    ),
    "hand_in.reviewer": Text(
        "待您审核：{graduate}回传的协议书",
        "{graduate}回传了与{employer}的盖章协议书，等待{level}审核。\n"
        "请核对协议书与登记的内容一致、签章齐全，然后通过、退回修改，或写明原因不通过。",
    ),
    "receive.graduate": Text(
        "用人单位已回传协议书：{employer}",
        "{employer}的联系人通过短信链接回传了盖章的就业协议书，现在由{school}审核，您无需办理。\n"
        "请在事项页面查看回传的图像；学校审核之前发现有误，可以撤回后重新回传。",
        sms="{employer}已回传盖章的就业协议书，现由学校审核，请登录网签平台核对。",
    ),
    "receive.reviewer": Text(
        "待您审核：单位回传的{graduate}的协议书",
        "{employer}的联系人通过短信链接回传了{graduate}的盖章协议书，等待{level}审核。\n"
        "回传人只验证过手机号，没有平台账号。请核对协议书与登记的内容一致、签章齐全，必要时电话核实。",
    ),
    "approve_paper.stamped_review.reviewer": Text(
        "待您审核：{graduate}回传的协议书",
        "{graduate}与{employer}的盖章协议书已通过上一级审核，等待{level}审核。\n"
        "请核对协议书与登记的内容一致、签章齐全，然后通过、退回修改，或写明原因不通过。",
    ),
    "approve_paper.signed.graduate": Text(
        "签约完成：{employer}",
        "{school}已审核通过盖章的协议书，您与{employer}的签约完成，协议编号 {number}，毕业去向已登记。\n"
        "请按协议约定的时间和地点报到。需要解约的，在事项页面申请。",
        sms="您与{employer}的就业协议已审核通过并生效，请登录网签平台查看。",
    ),
    "send_paper_back.graduate": Text(
        "回传的协议书被退回：{employer}",
        "{school}退回了与{employer}的盖章协议书，请重新回传。\n{said}\n"
        "已发给单位的链接不再有效；需要单位协助的，请在事项页面重新发送。",
        sms="与{employer}的盖章协议书被学校退回，请登录网签平台查看原因并重新回传。",
    ),
    "refuse_paper.graduate": Text(
        "与{employer}的签约未通过审核",
        "{school}没有通过您与{employer}的签约，协议编号已作废，您不再受其约束。\n{said}\n"
        "如仍要签约，请按上述原因重新填写、审核和盖章，原来的内容会带入。",
        sms="您与{employer}的签约未通过学校审核，原因和办法请登录网签平台查看。",
    ),
    "skip_paper.school": Text(
        "{skipped}一级没有审核人，已跳过",
        "{graduate}与{employer}的盖章协议书到了{skipped}一级，但这一级没有在岗的审核人，已转到{level}一级。\n"
        "请尽快为{skipped}指定审核人，否则以后的事项同样会跳过这一级。",
    ),
    "skip_paper.reviewer": Text(
        "待您审核：{graduate}回传的协议书",
        "{graduate}与{employer}的盖章协议书等待{level}审核（{skipped}一级没有审核人，已跳过）。\n"
        "请核对协议书与登记的内容一致、签章齐全，然后通过、退回修改，或写明原因不通过。",
    ),
    "remind.graduate": Text(
        "就业协议书还没有回传：{employer}",
        "{school}已通过您与{employer}的就业协议信息，但协议书还没有盖章回传，签约尚未生效。\n"
        "请下载协议书请单位盖章，然后由本人回传，或请单位协助回传。不再与这家单位签约的，"
        "请在事项页面取消申请，否则不能办理其他签约和登记。",
    ),
    "correct.graduate": Text(
        "学校更正了登记的去向信息：{employer}",
        "{school}更正了您与{employer}签约的登记信息，协议书本身不变：\n{changed}\n{said}\n"
        "请在事项页面核对：属实的请确认，不属实的请提出异议，学校须在 5 个工作日内答复。",
        sms="{school}更正了您登记的去向信息，请登录网签平台核对，确认或提出异议。",
    ),
    "confirm_correction.school": Text(
        "{graduate}确认了更正",
        "{graduate}确认了与{employer}签约登记信息的更正，待本人确认的标记已去除。",
    ),
    "request_release.school": Text(
        "待确认：学校解除{graduate}的协议",
        "{who}提请解除{graduate}与{employer}的线下签约。\n{said}\n"
        "须由另一位学校老师核对依据后确认，确认前继续有效。",
    ),
    "withdraw_release.school": Text(
        "学校解除的提请已撤回：{graduate}",
        "解除{graduate}与{employer}线下签约的提请已撤回，继续有效，审核和解约可以照常办理。\n{said}",
    ),
    "confirm_release.graduate": Text(
        "学校解除了您与{employer}的协议",
        "{school}依规定解除了您与{employer}的线下签约，即时生效。解除原因：{release}。\n"
        "您不再受其约束；已有协议编号的，编号作废，相应去向退出就业方案库。\n如有异议，请联系{contact}。",
        sms="{school}已解除您与{employer}的就业协议，即时生效，如有异议请联系学校。",
    ),
    "confirm_release.employer": Text(
        "学校解除了与{graduate}的协议",
        "{school}依规定解除了贵单位与{graduate}的就业协议，即时生效，协议编号作废，双方不再受其约束。\n"
        "如需了解情况，请联系{contact}。",
        sms="{school}已解除贵单位与{graduate}的就业协议，即时生效，如有疑问请联系学校。",
    ),
    "confirm_release.school": Text(
        "学校解除已生效：{graduate}",
        "解除{graduate}与{employer}的线下签约已由另一位老师确认，即时生效。解除原因：{release}。\n"
        "毕业生可以重新签约或登记去向，本人已收到通知；单位没有平台账号，请另行告知。",
        sms="{graduate}与{employer}的就业协议已由学校解除，即时生效。",
    ),
}
