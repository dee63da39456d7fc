"""What is said in flow 1, 线上签约."""

from __future__ import annotations

from wangqian.notices.words.text import Text

TEXTS = {
    "invite.graduate": Text(
        "{employer}邀请您签约",
        "{employer}向您发出签约邀请，拟录用岗位：{job}。\n"
        "请在 {due} 前查看协议全文，选择接受或拒绝；到期未答复，邀请自动失效。\n"
        "接受前请与单位核对待遇、报到和违约金等内容。接受后双方互相约束，学校审核通过即签约。",
        sms="{employer}邀请您签约，请在 {due} 前登录网签平台查看并答复，逾期失效。",
    ),
    "invite.employer": Text(
        "已向{graduate}发出签约邀请",
        "贵单位发给{graduate}的签约邀请已发出，拟录用岗位：{job}，应约有效期至 {due}。\n"
        "到期前可以延长有效期或撤回邀请；到期未答复，邀请自动失效，可以再次发起。",
    ),
    "accept.employer": Text(
        "{graduate}已接受签约邀请",
        "{graduate}已接受贵单位的签约邀请，双方自此互相约束。\n"
        "现在由{school}审核，贵单位无需办理。审核通过后签约完成，届时可以查看和下载协议书。",
        sms="{graduate}已接受贵单位的签约邀请，现由学校审核，结果另行通知。",
    ),
    "accept.reviewer": Text(
        "待您审核：{graduate}的签约",
        "{graduate}已接受{employer}的签约邀请，等待{level}审核。\n"
        "请核对毕业生信息与签约内容，然后通过或写明原因不通过。",
    ),
    "decline.employer": Text(
        "{graduate}没有接受签约邀请",
        "{graduate}拒绝了贵单位的签约邀请，这次邀请已结束。\n"
        "{said}\n"
        "如仍要签约，请先与毕业生沟通，再重新发起邀请。",
        sms="{graduate}没有接受贵单位的签约邀请，详情请登录网签平台查看。",
    ),
    "extend.graduate": Text(
        "{employer}延长了应约有效期",
        "{employer}发给您的签约邀请，应约有效期延长到 {due}。\n"
        "请在此之前查看协议全文，选择接受或拒绝；到期未答复，邀请自动失效。",
    ),
    "extend.employer": Text(
        "发给{graduate}的邀请已延长",
        "贵单位发给{graduate}的签约邀请，应约有效期已延长到 {due}。对方已收到通知，请等待答复。",
    ),
    "retract.graduate": Text(
        "{employer}撤回了签约邀请",
        "{employer}撤回了发给您的签约邀请，您不能再接受，也无需办理。\n{said}\n如有疑问，请直接与单位联系。",
        sms="{employer}撤回了发给您的签约邀请，您无需办理。",
    ),
    "retract.employer": Text(
        "发给{graduate}的邀请已撤回",
        "贵单位发给{graduate}的签约邀请已撤回，对方已收到通知。以后仍可再次发起签约。",
    ),
    "remind.graduate": Text(
        "签约邀请还有约 {left}到期",
        "{employer}发给您的签约邀请将在 {due} 到期，您还没有答复。\n"
        "请尽快查看协议全文，选择接受或拒绝；到期未答复，邀请自动失效。",
        sms="{employer}的签约邀请将在 {due} 到期，请尽快登录网签平台答复，逾期失效。",
    ),
    "lapse.graduate": Text(
        "{employer}的签约邀请已到期",
        "{employer}发给您的签约邀请在 {due} 到期，您没有答复，邀请已自动失效，不能再接受。\n"
        "如仍要签约，请联系单位再次发起邀请。",
    ),
    "lapse.employer": Text(
        "{graduate}逾期未回应",
        "{graduate}在 {due} 前没有答复贵单位的签约邀请，邀请已自动失效。\n"
        "如仍要签约，请先与毕业生沟通，再次发起签约。",
    ),
    # Neutral: nobody may read from it where else the graduate signed, or that an employer was suspended.
    "invalidate.graduate": Text(
        "{employer}的签约邀请已失效",
        "{employer}发给您的签约邀请已失效，不能再接受，您无需办理。\n如有疑问，请联系{contact}。",
    ),
    "invalidate.employer": Text(
        "发给{graduate}的邀请已失效",
        "贵单位发给{graduate}的签约邀请已失效，对方不能再接受，贵单位无需办理。",
    ),
    "approve.signed.graduate": Text(
        "签约完成：{employer}",
        "{school}已审核通过，您与{employer}的签约完成，协议编号 {number}。\n"
        "协议书生成后可以在事项页面查看和下载。请按协议约定的时间和地点报到。",
        sms="您与{employer}的就业协议已审核通过并生效，请登录网签平台查看协议书。",
    ),
    "approve.signed.employer": Text(
        "签约完成：{graduate}",
        "{school}已审核通过，贵单位与{graduate}的签约完成，协议编号 {number}。\n"
        "协议书生成后可以在事项页面查看和下载。",
        sms="贵单位与{graduate}的就业协议已审核通过并生效，请登录网签平台查看。",
    ),
    "approve.review.reviewer": Text(
        "待您审核：{graduate}的签约",
        "{graduate}与{employer}的签约已通过上一级审核，等待{level}审核。\n"
        "请核对毕业生信息与签约内容，然后通过或写明原因不通过。",
    ),
    "refuse.graduate": Text(
        "与{employer}的签约未通过审核",
        "{school}没有通过您与{employer}的签约，这次签约已结束，您不再受其约束。\n{said}\n"
        "如仍要签约，请与单位按上述原因修改内容，由单位再次发起邀请。",
        sms="您与{employer}的签约未通过学校审核，原因和办法请登录网签平台查看。",
    ),
    "refuse.employer": Text(
        "与{graduate}的签约未通过审核",
        "{school}没有通过贵单位与{graduate}的签约，这次签约已结束。\n"
        "{said}\n"
        "如仍要签约，请按上述原因修改后再次发起签约。",
        sms="贵单位与{graduate}的签约未通过学校审核，原因和办法请登录网签平台查看。",
    ),
    "skip.school": Text(
        "{skipped}一级没有审核人，已跳过",
        "{graduate}与{employer}的签约到了{skipped}一级，但这一级没有在岗的审核人，已转到{level}一级。\n"
        "请尽快为{skipped}指定审核人，否则以后的事项同样会跳过这一级。",
    ),
    "skip.reviewer": Text(
        "待您审核：{graduate}的签约",
        "{graduate}与{employer}的签约等待{level}审核（{skipped}一级没有审核人，已跳过）。\n"
        "请核对毕业生信息与签约内容，然后通过或写明原因不通过。",
    ),
    "reconfirm.employer": Text(
        "{graduate}重新确认了本人信息",
        "学校更正了{graduate}的基本信息，本人已按更正后的协议文本重新确认。签约内容没有变化，"
        "学校继续审核，贵单位无需办理。",
    ),
    "reconfirm.reviewer": Text(
        "可继续审核：{graduate}的签约",
        "{graduate}已按更正后的协议文本重新确认本人信息，与{employer}的签约可以继续审核。",
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
        "{who}提请解除{graduate}与{employer}的就业协议。\n"
        "{said}\n"
        "须由另一位学校老师核对依据后确认，确认前协议仍然有效。",
    ),
    "withdraw_release.school": Text(
        "学校解除的提请已撤回：{graduate}",
        "解除{graduate}与{employer}就业协议的提请已撤回，协议仍然有效，审核和解约可以照常办理。\n{said}",
    ),
    "confirm_release.graduate": Text(
        "学校解除了您与{employer}的协议",
        "{school}依规定解除了您与{employer}的就业协议，即时生效。解除原因：{release}。\n"
        "您不再受这份协议约束，相应去向已退出就业方案库，协议编号作废。\n如有异议，请联系{contact}。",
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
        "解除{graduate}与{employer}就业协议已由另一位老师确认，即时生效。解除原因：{release}。\n"
        "毕业生可以重新签约或登记去向；毕业生和单位都已收到通知。",
        sms="{graduate}与{employer}的就业协议已由学校解除，即时生效。",
    ),
}
