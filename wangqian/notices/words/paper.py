"""What is said in flow 5, 已签就业协议登记信息."""

from __future__ import annotations

from wangqian.notices.words.text import Text

TEXTS = {
    "submit.reviewer": Text(
        "待您审核：{graduate}的协议登记",
        "{graduate}登记了已与{employer}签订的纸质就业协议，等待{level}审核。\n"
        "请核对登记的内容与协议书图像一致、签章齐全，然后通过、退回修改，或写明原因不通过。",
    ),
    "approve.review.reviewer": Text(
        "待您审核：{graduate}的协议登记",
        "{graduate}与{employer}的协议登记已通过上一级审核，等待{level}审核。\n"
        "请核对登记的内容与协议书图像一致、签章齐全，然后通过、退回修改，或写明原因不通过。",
    ),
    "approve.registered.graduate": Text(
        "登记完成：{employer}",
        "{school}已审核通过，您与{employer}的就业协议已登记为毕业去向。\n"
        "今后不能再与其他单位签约；需要解约的，在事项页面申请。",
        sms="您与{employer}的就业协议已审核通过并登记，请登录网签平台查看。",
    ),
    "send_back.graduate": Text(
        "协议登记被退回修改：{employer}",
        "{school}把您与{employer}的协议登记退回修改。\n{said}\n"
        "请在事项页面按意见修改后重新提交；在此之前学校不会继续审核，您也不能办理其他签约和登记。",
        sms="您与{employer}的协议登记被学校退回修改，请登录网签平台查看原因并重新提交。",
    ),
    "resubmit.reviewer": Text(
        "已按意见修改，待您审核：{graduate}的协议登记",
        "{graduate}修改后重新提交了与{employer}的协议登记，从第一级重新审核，现等待{level}审核。\n改动：\n{changed}\n"
        "请核对后通过、退回修改，或写明原因不通过。",
    ),
    "refuse.graduate": Text(
        "协议登记未通过审核：{employer}",
        "{school}没有通过您与{employer}的协议登记，这次登记已结束。\n{said}\n"
        "请按上述原因重新填写，原来的内容会带入。",
        sms="您与{employer}的协议登记未通过学校审核，原因和办法请登录网签平台查看。",
    ),
    "skip.school": Text(
        "{skipped}一级没有审核人，已跳过",
        "{graduate}与{employer}的协议登记到了{skipped}一级，但这一级没有在岗的审核人，已转到{level}一级。\n"
        "请尽快为{skipped}指定审核人，否则以后的事项同样会跳过这一级。",
    ),
    "skip.reviewer": Text(
        "待您审核：{graduate}的协议登记",
        "{graduate}与{employer}的协议登记等待{level}审核（{skipped}一级没有审核人，已跳过）。\n"
        "请核对登记的内容与协议书图像一致、签章齐全，然后通过、退回修改，或写明原因不通过。",
    ),
    "reconfirm.reviewer": Text(
        "可继续审核：{graduate}的协议登记",
        "{graduate}已按学校更正后的信息重新确认，与{employer}的协议登记可以继续审核。",
    ),
    "correct.graduate": Text(
        "学校更正了登记的去向信息：{employer}",
        "{school}更正了您与{employer}的协议登记，协议书本身不变：\n{changed}\n{said}\n"
        "请在事项页面核对：属实的请确认，不属实的请提出异议，学校须在 5 个工作日内答复。",
        sms="{school}更正了您登记的去向信息，请登录网签平台核对，确认或提出异议。",
    ),
    "confirm_correction.school": Text(
        "{graduate}确认了更正",
        "{graduate}确认了与{employer}协议登记的更正，待本人确认的标记已去除。",
    ),
    "request_release.school": Text(
        "待确认：学校解除{graduate}的协议登记",
        "{who}提请解除{graduate}与{employer}的协议登记。\n{said}\n须由另一位学校老师核对依据后确认，确认前继续有效。",
    ),
    "withdraw_release.school": Text(
        "学校解除的提请已撤回：{graduate}",
        "解除{graduate}与{employer}协议登记的提请已撤回，继续有效，审核和解约可以照常办理。\n{said}",
    ),
    "confirm_release.graduate": Text(
        "学校解除了您与{employer}的协议",
        "{school}依规定解除了您与{employer}的协议登记，即时生效。解除原因：{release}。\n"
        "您不再受其约束，已登记的去向退出就业方案库。\n如有异议，请联系{contact}。",
        sms="{school}已解除您与{employer}的就业协议，即时生效，如有异议请联系学校。",
    ),
    "confirm_release.employer": Text(
        "学校解除了与{graduate}的协议",
        "{school}依规定解除了贵单位与{graduate}的就业协议登记，即时生效，双方不再受其约束。\n如需了解情况，请联系{contact}。",
        sms="{school}已解除贵单位与{graduate}的就业协议，即时生效，如有疑问请联系学校。",
    ),
    "confirm_release.school": Text(
        "学校解除已生效：{graduate}",
        "解除{graduate}与{employer}的协议登记已由另一位老师确认，即时生效。解除原因：{release}。\n"
        "毕业生可以重新签约或登记去向，本人已收到通知；单位没有平台账号，请另行告知。",
        sms="{graduate}与{employer}的就业协议已由学校解除，即时生效。",
    ),
}
