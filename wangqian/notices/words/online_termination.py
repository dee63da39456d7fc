"""What is said in flow 2, 线上解约. `{who}`: who acted, as the reader says it (您, 贵单位, 对方)."""

from __future__ import annotations

from wangqian.notices.words.text import Text

TEXTS = {
    "ask.awaiting_employer.employer": Text(
        "{graduate}申请解约，待贵单位回应",
        "{graduate}申请解除与贵单位的就业协议（编号 {number}）。\n{said}\n"
        "请在 {due} 前接受或拒绝。接受后由学校审核，审核通过才解约；在此之前协议仍然有效。到期未回应，"
        "这次申请作解约失败处理。",
        sms="{other}申请解约，请在 {due} 前登录网签平台接受或拒绝。",
    ),
    "ask.awaiting_graduate.graduate": Text(
        "{employer}申请解约，待您回应",
        "{employer}申请解除与您的就业协议（编号 {number}）。\n{said}\n"
        "请在 {due} 前接受或拒绝。接受后由学校审核，审核通过才解约；在此之前协议仍然有效。到期未回应，"
        "这次申请作解约失败处理。",
        sms="{employer}申请与您解约，请在 {due} 前登录网签平台接受或拒绝。",
    ),
    "ask.awaiting_graduate.employer": Text(
        "已向{graduate}申请解约",
        "贵单位申请解除与{graduate}的就业协议（编号 {number}），申请已送达对方，回应期限至 {due}。\n"
        "对方接受、学校审核通过后才解约；在此之前协议仍然有效，也可以撤回申请。",
    ),
    "accept.graduate": Text(
        "解约申请已获接受，学校审核中",
        "{who}已接受解除您与{employer}的就业协议，现在由{school}审核，您无需办理。\n"
        "审核通过才解约，在此之前协议仍然有效。",
    ),
    "accept.employer": Text(
        "解约申请已获接受，学校审核中",
        "{who}已接受解除贵单位与{graduate}的就业协议，现在由{school}审核，贵单位无需办理。\n"
        "审核通过才解约，在此之前协议仍然有效。",
    ),
    "accept.reviewer": Text(
        "待您审核：{graduate}的解约",
        "{graduate}与{employer}同意解除就业协议（编号 {number}），等待{level}审核。\n"
        "请核对解约原因和说明，然后通过或写明原因不通过。",
    ),
    "decline.graduate": Text(
        "解约申请未获同意",
        "{who}没有同意解除您与{employer}的就业协议，协议仍然有效。\n{said}\n双方协商一致后可以再次申请。",
        sms="解除您与{employer}就业协议的申请未获同意，协议仍然有效。",
    ),
    "decline.employer": Text(
        "解约申请未获同意",
        "{who}没有同意解除贵单位与{graduate}的就业协议，协议仍然有效。\n{said}\n双方协商一致后可以再次申请。",
        sms="解除贵单位与{graduate}就业协议的申请未获同意，协议仍然有效。",
    ),
    "remind.other": Text(
        "解约申请还有约 {left}到期",
        "{other}申请解约，回应期限到 {due} 为止，还没有得到回应。\n"
        "请尽快接受或拒绝；到期未回应，这次申请作解约失败处理，协议仍然有效。",
        sms="{other}申请解约，请在 {due} 前登录网签平台接受或拒绝。",
    ),
    "lapse.graduate": Text(
        "解约申请逾期未回应",
        "您与{employer}的解约申请到 {due} 没有得到回应，作解约失败处理，协议仍然有效。\n"
        "如仍要解约，请与单位协商后再次申请，或联系{contact}。",
        sms="您与{employer}的解约申请逾期未回应，协议仍然有效，仍要解约可再次申请。",
    ),
    "lapse.employer": Text(
        "解约申请逾期未回应",
        "贵单位与{graduate}的解约申请到 {due} 没有得到回应，作解约失败处理，协议仍然有效。\n"
        "如仍要解约，请与毕业生协商后再次申请。",
    ),
    "lapse.school": Text(
        "{graduate}的解约申请逾期未回应",
        "{graduate}与{employer}的解约申请到 {due} 没有得到回应，作解约失败处理，协议（编号 {number}）"
        "仍然有效。\n"
        "毕业生如有困难，请协助其与单位联系。",
    ),
    "withdraw.graduate": Text(
        "解约申请已撤回",
        "{who}撤回了解除您与{employer}就业协议的申请，协议仍然有效，您无需办理。",
    ),
    "withdraw.employer": Text(
        "解约申请已撤回",
        "{who}撤回了解除贵单位与{graduate}就业协议的申请，协议仍然有效，贵单位无需办理。",
    ),
    "approve.terminated.graduate": Text(
        "解约完成：{employer}",
        "{school}已审核通过，您与{employer}的就业协议（编号 {number}）自即日起解除。\n"
        "您不再受其约束，可以与其他单位签约或登记去向。",
        sms="您与{employer}的就业协议已解除，您可以与其他单位签约或登记去向。",
    ),
    "approve.terminated.employer": Text(
        "解约完成：{graduate}",
        "{school}已审核通过，贵单位与{graduate}的就业协议（编号 {number}）自即日起解除，双方不再受其约束。",
        sms="贵单位与{graduate}的就业协议已解除，双方不再受其约束。",
    ),
    "approve.review.reviewer": Text(
        "待您审核：{graduate}的解约",
        "{graduate}与{employer}的解约已通过上一级审核，等待{level}审核。\n"
        "请核对解约原因和说明，然后通过或写明原因不通过。",
    ),
    "refuse.graduate": Text(
        "解约未通过学校审核",
        "{school}没有通过您与{employer}的解约申请，协议仍然有效。\n"
        "{said}\n"
        "如仍要解约，请与单位按上述原因处理后再次申请。",
        sms="您与{employer}的解约未通过学校审核，协议仍然有效，原因请登录网签平台查看。",
    ),
    "refuse.employer": Text(
        "解约未通过学校审核",
        "{school}没有通过贵单位与{graduate}的解约申请，协议仍然有效。\n"
        "{said}\n"
        "如仍要解约，请与毕业生按上述原因处理后再次申请。",
        sms="贵单位与{graduate}的解约未通过学校审核，协议仍然有效。",
    ),
    "skip.school": Text(
        "{skipped}一级没有审核人，已跳过",
        "{graduate}与{employer}的解约到了{skipped}一级，但这一级没有在岗的审核人，已转到{level}一级。\n"
        "请尽快为{skipped}指定审核人，否则以后的事项同样会跳过这一级。",
    ),
    "skip.reviewer": Text(
        "待您审核：{graduate}的解约",
        "{graduate}与{employer}的解约等待{level}审核（{skipped}一级没有审核人，已跳过）。\n"
        "请核对解约原因和说明，然后通过或写明原因不通过。",
    ),
}
