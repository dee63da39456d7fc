"""Why a message did not get through, in words for people; what can be done about it, for the operator."""

from __future__ import annotations

import re

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from wangqian.notices.models import Reason

WORDS = {
    Reason.ADDRESS: gettext_lazy("号码或邮箱无效"),
    Reason.BLOCKED: gettext_lazy("收件人拒收（退订或黑名单）"),
    Reason.CONTENT: gettext_lazy("内容被运营商拦截"),
    Reason.CARRIER: gettext_lazy("停机、空号、关机或不在服务区"),
    Reason.LIMIT: gettext_lazy("发送过于频繁，被限制"),
    Reason.TEMPLATE: gettext_lazy("短信模板或签名有问题"),
    Reason.KEY: gettext_lazy("服务商的密钥或权限有问题"),
    Reason.BALANCE: gettext_lazy("服务商账户余额不足"),
    Reason.BUDGET: gettext_lazy("当日短信额度已用完"),
    Reason.DOWN: gettext_lazy("连接不上服务商"),
    Reason.UNKNOWN: gettext_lazy("服务商没有及时答复，可能已发出"),
    Reason.OTHER: gettext_lazy("其他原因"),
}
TODO = {
    Reason.ADDRESS: gettext_lazy("请收件人更正联系方式。"),
    Reason.BLOCKED: gettext_lazy("请收件人联系运营商解除屏蔽，或改用邮箱。"),
    Reason.CONTENT: gettext_lazy("检查模板用词，或联系服务商。"),
    Reason.CARRIER: gettext_lazy("过后重试，或请收件人更正联系方式。"),
    Reason.LIMIT: gettext_lazy("过后会自动重试。"),
    Reason.TEMPLATE: gettext_lazy("在服务商后台核对模板编号和签名，然后重试。"),
    Reason.KEY: gettext_lazy("核对密钥、权限和应用编号，然后重试。"),
    Reason.BALANCE: gettext_lazy("充值后重试。"),
    Reason.BUDGET: gettext_lazy("次日自动继续；额度由 SMS_BUDGET 设置。"),
    Reason.DOWN: gettext_lazy("检查网络和服务商状态，然后重试。"),
    Reason.UNKNOWN: gettext_lazy("等待回执；重试可能让收件人收到两次。"),
    Reason.OTHER: gettext_lazy("按服务商的代码查明原因，然后重试。"),
}
CODE = re.compile(r"[A-Za-z0-9_.:^-]{1,60}")


def said(reason: str, code: object = "") -> str:
    """The sentence of a reason, with the provider's own code where it looks like one (never its message: that may
    hold an address)."""
    words = str(WORDS[Reason(reason)])
    if isinstance(code, str) and CODE.fullmatch(code):
        return _("%(words)s（%(code)s）") % {"words": words, "code": code}
    return words
