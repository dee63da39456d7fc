"""What is said while a code for activation, or for a new phone, is handed out face to face. No message holds the code."""

from __future__ import annotations

from wangqian.notices.words.text import Text

TEXTS = {
    "request.graduate": Text(
        "有老师正在为您办理激活码",
        "{school}的老师登记了当面为您发放激活码，用于为您的账号更换手机和密码。\n"
        "如果您本人没有到场办理，请立即联系{contact}。",
        sms="{school}正在为您的账号当面办理激活码。如非本人到场办理，请立即联系学校就业部门。",
    ),
    "request.school": Text(
        "激活码等待另一位老师确认",
        "{who}为毕业生申请发放激活码，须由另一位老师当面核对本人后确认。\n{said}",
    ),
    "confirm.graduate": Text(
        "激活码已发放",
        "{school}已为您当面发放激活码，72 小时内有效，只能使用一次。使用后原来的手机和密码不再有效。\n"
        "如果您本人没有到场办理，请立即联系{contact}。",
        sms="{school}已为您的账号当面发放激活码，使用后原手机不再有效。如非本人到场办理，请立即联系学校就业部门。",
    ),
    "confirm.school": Text("激活码已发放", "{who}确认发放激活码，请打印密封后当面交给本人，72 小时内有效。"),
    "withdraw.graduate": Text("激活码已撤回", "为您发放的激活码已由{who}撤回，不能再使用。\n{said}"),
    "withdraw.school": Text("激活码已撤回", "{who}撤回了激活码，不能再使用。\n{said}"),
    "lapse.school": Text("激活码已过期", "一张激活码 72 小时内没有使用，已经作废；需要时可以重新发放。"),
}
