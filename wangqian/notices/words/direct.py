"""Messages that no step of a case sends: one-time codes, and changes others made to a person's data."""

from __future__ import annotations

from wangqian.notices.words.text import Text

TEXTS = {
    "code": Text(
        "验证码",
        "验证码已发送",
        sms="验证码 {code}，用于{purpose}，10 分钟内有效。请勿告诉他人。",
    ),
    "looked_up": Text(
        "有单位查询了您",
        "{who}按您的姓名、证件号码和学校查到了您。如与求职无关，请联系学校就业部门。\n在“我的信息”中可以看到谁查看过您。",
    ),
    "contact_changed": Text(
        "您的联系方式已修改",
        "您的手机或邮箱刚刚修改过，以后的验证码和通知发到新的号码和邮箱。\n如果不是您本人操作，请立即联系学校就业部门。",
    ),
    "data_changed": Text(
        "您的登记信息有更改",
        "{who}更改了您的登记信息：{fields}。\n"
        "请登录核对；如有不符，请联系{who}更正。涉及姓名、证件号、学历、专业或培养方式的，"
        "须重新核对后才能签约。",
        sms="{who}更改了您的登记信息，请登录网签平台核对，如有不符请联系{who}。",
    ),
}
