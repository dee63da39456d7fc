"""What is said when the operator certifies, suspends or restores an employer."""

from __future__ import annotations

from wangqian.notices.words.text import Text

TEXTS = {
    "certify.employer": Text(
        "贵单位已通过认证",
        "平台已完成{employer}的认证，现在可以向毕业生发起签约邀请。\n"
        "下一步：在“学生收藏夹”中加入毕业生，填好“档案信息管理”，然后发起邀请。",
        sms="{employer}已通过网签平台认证，可以向毕业生发起签约邀请。",
    ),
    "request_suspension.operator": Text(
        "待确认：暂停{employer}的认证",
        "{who}提请暂停（撤销）{employer}的认证。\n{said}\n"
        "须由另一位平台人员核对原因后确认；确认前单位照常办理。",
    ),
    "withdraw_suspension.operator": Text(
        "暂停认证的提请已撤回：{employer}",
        "暂停（撤销）{employer}认证的提请已撤回，单位照常办理。\n{said}",
    ),
    "confirm_suspension.employer": Text(
        "贵单位的认证已被暂停",
        "平台暂停（撤销）了{employer}的认证，即时生效。\n{suspension}\n"
        "不能发起新的邀请，尚未答复的邀请失效，审核中的签约不能通过；已签约的不受影响，仍可答复解约。\n"
        "如需恢复或有异议，请联系{support}。",
        sms="{employer}的认证已被平台暂停，原因和办法请登录网签平台查看。",
    ),
    "confirm_suspension.operator": Text(
        "{employer}的认证已暂停",
        "暂停（撤销）{employer}的认证已由另一位平台人员确认，即时生效。\n{suspension}\n"
        "未答复的邀请正在逐一失效，单位和有关学校都会收到通知。",
    ),
    "confirm_suspension.schools": Text(
        "{employer}的认证已被平台暂停",
        "平台暂停（撤销）了{employer}的认证，即时生效。\n"
        "贵校毕业生与该单位已签约的不受影响；正在审核的签约暂不能通过，可以审核不通过或等待恢复。"
        "未答复的邀请失效。请关注有关毕业生。",
    ),
    "restore.employer": Text(
        "贵单位的认证已恢复",
        "平台恢复了{employer}的认证，可以重新向毕业生发起邀请。\n{said}\n已经失效的邀请不会自动恢复，需要的请再次发起。",
        sms="{employer}的认证已恢复，可以重新向毕业生发起签约邀请。",
    ),
    "restore.operator": Text(
        "{employer}的认证已恢复",
        "{who}恢复了{employer}的认证。\n{said}",
    ),
    "restore.schools": Text(
        "{employer}的认证已恢复",
        "平台恢复了{employer}的认证，贵校毕业生与该单位的签约可以照常审核。",
    ),
}
