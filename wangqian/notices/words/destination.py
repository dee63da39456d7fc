"""What is said in flow 6, 无需就业协议去向登记. `{kind}`: the type of destination."""

from __future__ import annotations

from wangqian.notices.words.text import Text

TEXTS = {
    "submit.reviewer": Text(
        "待您审核：{graduate}的去向登记",
        "{graduate}提交了毕业去向登记，类型：{kind}，等待{level}审核。\n"
        "请核对类型、内容与证明材料一致，然后通过、退回修改，或写明原因不通过；也可以直接修改类型及信息。",
    ),
    "revise.graduate": Text(
        "学校修改了您提交的去向信息",
        "{school}在审核时修改了您提交的去向信息：\n{changed}\n{said}\n"
        "审核继续进行，通过后请在事项页面确认；不属实的，可以联系{contact}，或在登记后提出异议。",
        sms="{school}修改了您提交的去向信息，请登录网签平台核对，如有不符请与其联系。",
    ),
    "approve.review.reviewer": Text(
        "待您审核：{graduate}的去向登记",
        "{graduate}的毕业去向登记（{kind}）已通过上一级审核，等待{level}审核。\n"
        "请核对类型、内容与证明材料一致，然后通过、退回修改，或写明原因不通过。",
    ),
    "approve.registered.graduate": Text(
        "去向登记完成：{kind}",
        "{school}已审核通过，您的毕业去向登记为“{kind}”。\n{unconfirmed}\n"
        "以后要签约或登记其他去向的，请先在事项页面作废这条登记。",
        sms="您的毕业去向登记已审核通过，请登录网签平台查看。",
    ),
    "send_back.graduate": Text(
        "去向登记被退回修改：{kind}",
        "{school}把您的毕业去向登记（{kind}）退回修改。\n{said}\n"
        "请在事项页面按意见修改后重新提交，类型不对的可以更换类型；在此之前学校不会继续审核，您也不能办理其他签约和登记。",
        sms="您的毕业去向登记被学校退回修改，请登录网签平台查看原因并重新提交。",
    ),
    "resubmit.reviewer": Text(
        "已按意见修改，待您审核：{graduate}的去向登记",
        "{graduate}修改后重新提交了毕业去向登记（{kind}），从第一级重新审核，现等待{level}审核。\n改动：\n{changed}\n"
        "请核对后通过、退回修改，或写明原因不通过。",
    ),
    "refuse.graduate": Text(
        "去向登记未通过审核：{kind}",
        "{school}没有通过您的毕业去向登记（{kind}），这次登记已结束。\n{said}\n"
        "请按上述原因重新选择类型、填写并上传材料。",
        sms="您的毕业去向登记未通过学校审核，原因和办法请登录网签平台查看。",
    ),
    "skip.school": Text(
        "{skipped}一级没有审核人，已跳过",
        "{graduate}的毕业去向登记（{kind}）到了{skipped}一级，但这一级没有在岗的审核人，已转到{level}一级。\n"
        "请尽快为{skipped}指定审核人，否则以后的事项同样会跳过这一级。",
    ),
    "skip.reviewer": Text(
        "待您审核：{graduate}的去向登记",
        "{graduate}的毕业去向登记（{kind}）等待{level}审核（{skipped}一级没有审核人，已跳过）。\n"
        "请核对类型、内容与证明材料一致，然后通过、退回修改，或写明原因不通过。",
    ),
    "await_head.school": Text(
        "{level}一级没有审核人，请指定",
        "{graduate}的毕业去向登记（{kind}）须由{level}负责人审批，但这一级没有在岗的审核人，不会跳过，一直等到有人审批为止。\n"
        "请尽快为{level}一级指定审核人。",
    ),
    "await_head.graduate": Text(
        "去向登记等待学校指定审核人：{kind}",
        "您的毕业去向登记（{kind}）须由{level}负责人审批，这一级现在没有审核人，{school}已收到通知。\n"
        "指定以后审核继续进行，您无需办理；还没有人审核过的，也可以撤回修改。如有疑问，请联系{contact}。",
    ),
    "reconfirm.reviewer": Text(
        "可继续审核：{graduate}的去向登记",
        "{graduate}已按学校更正后的信息重新确认，毕业去向登记（{kind}）可以继续审核。",
    ),
    "correct.graduate": Text(
        "学校更正了登记的去向信息",
        "{school}更正了您的毕业去向登记：\n{changed}\n{said}\n"
        "请在事项页面核对：属实的请确认，不属实的请提出异议，学校须在 5 个工作日内答复。",
        sms="{school}更正了您登记的去向信息，请登录网签平台核对，确认或提出异议。",
    ),
    "confirm_correction.school": Text(
        "{graduate}确认了去向信息",
        "{graduate}确认了学校修改过的毕业去向登记（{kind}），待本人确认的标记已去除。",
    ),
    "void.voiding.reviewer": Text(
        "待您审核：{graduate}申请作废去向登记",
        "{graduate}申请作废毕业去向登记（{kind}），等待{level}审核。\n通过前登记仍然有效；不同意的请写明原因。",
    ),
    "void.voided.reviewer": Text(
        "{graduate}作废了去向登记",
        "{graduate}作废了毕业去向登记（{kind}），即时生效，这条去向已退出就业方案库。\n您无需办理；请关注毕业生后续的签约或登记。",
    ),
    "approve_void.voiding.reviewer": Text(
        "待您审核：{graduate}申请作废去向登记",
        "{graduate}作废毕业去向登记（{kind}）的申请已通过上一级审核，等待{level}审核。\n通过前登记仍然有效；不同意的请写明原因。",
    ),
    "approve_void.voided.graduate": Text(
        "去向登记已作废：{kind}",
        "{school}同意作废您的毕业去向登记（{kind}），即日起退出就业方案库。\n您可以与单位签约或登记其他去向。",
        sms="您的毕业去向登记已作废，可以签约或登记其他去向，详情请登录网签平台查看。",
    ),
    "refuse_void.graduate": Text(
        "作废去向登记未获同意：{kind}",
        "{school}没有同意作废您的毕业去向登记（{kind}），登记仍然有效。\n{said}\n按上述原因处理后可以再次申请；如有疑问，请联系{contact}。",
        sms="您作废毕业去向登记的申请未获学校同意，登记仍然有效，原因请登录网签平台查看。",
    ),
    "skip_void.school": Text(
        "{skipped}一级没有审核人，已跳过",
        "{graduate}作废毕业去向登记（{kind}）的申请到了{skipped}一级，但这一级没有在岗的审核人，已转到{level}一级。\n"
        "请尽快为{skipped}指定审核人，否则以后的事项同样会跳过这一级。",
    ),
    "skip_void.reviewer": Text(
        "待您审核：{graduate}申请作废去向登记",
        "{graduate}作废毕业去向登记（{kind}）的申请等待{level}审核（{skipped}一级没有审核人，已跳过）。\n"
        "通过前登记仍然有效；不同意的请写明原因。",
    ),
    "request_release.school": Text(
        "待确认：学校解除{graduate}的去向登记",
        "{who}提请解除{graduate}的毕业去向登记（{kind}）。\n{said}\n须由另一位学校老师核对依据后确认，确认前继续有效。",
    ),
    "withdraw_release.school": Text(
        "学校解除的提请已撤回：{graduate}",
        "解除{graduate}毕业去向登记（{kind}）的提请已撤回，继续有效，审核和作废可以照常办理。\n{said}",
    ),
    "confirm_release.graduate": Text(
        "学校解除了您的去向登记",
        "{school}依规定解除了您的毕业去向登记（{kind}），即时生效。解除原因：{release}。\n"
        "您不再受其约束，已登记的去向退出就业方案库。\n如有异议，请联系{contact}。",
        sms="{school}已解除您的毕业去向登记，即时生效，如有异议请联系学校。",
    ),
    "confirm_release.employer": Text(
        "学校解除了{graduate}的去向登记",
        "{school}依规定解除了{graduate}的毕业去向登记，即时生效。\n如需了解情况，请联系{contact}。",
    ),
    "confirm_release.school": Text(
        "学校解除已生效：{graduate}",
        "解除{graduate}的毕业去向登记（{kind}）已由另一位老师确认，即时生效。解除原因：{release}。\n"
        "毕业生可以签约或重新登记去向，本人已收到通知。",
        sms="{graduate}的毕业去向登记已由学校解除，即时生效。",
    ),
}
