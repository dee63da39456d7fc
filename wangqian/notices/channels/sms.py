"""SMS by a provider; without one the demo shows messages, and production says that SMS is not connected."""

from __future__ import annotations

import re

from django.conf import settings
from django.utils.translation import gettext as _

from wangqian.notices import budget, templates
from wangqian.notices.channels import reasons
from wangqian.notices.channels.aliyun import Aliyun
from wangqian.notices.channels.base import Outcome, Said, shows
from wangqian.notices.channels.provider import Both, Provider, Short
from wangqian.notices.channels.tencent import Tencent
from wangqian.notices.models import Notice, Reason, Result
from wangqian.people.identity import masked_phone
from wangqian.people.models import User

MOBILE = re.compile(r"(\+86)?1[3-9]\d{9}")
PROVIDERS: dict[str, type[Aliyun] | type[Tencent]] = {"aliyun": Aliyun, "tencent": Tencent}


class Shown:
    """Demo and tests: nothing leaves the machine; the stored message is what can be seen."""

    name = ""

    def label(self) -> str:
        return _("演示")

    def gaps(self) -> list[str]:
        return []

    def sign(self) -> str:
        return "网签"

    def send(self, short: Short) -> Outcome:
        return Outcome(Result.DELIVERED, _("演示环境：只显示，不发出。"))


def named() -> list[Provider]:
    """The providers this installation names, the first one first; unknown names are left out."""
    names = dict.fromkeys((settings.SMS_PROVIDER, settings.SMS_FALLBACK))
    return [PROVIDERS[name]() for name in names if name in PROVIDERS]


def gaps() -> list[str]:
    """The settings that keep a named provider from working."""
    asked = {"SMS_PROVIDER": settings.SMS_PROVIDER, "SMS_FALLBACK": settings.SMS_FALLBACK}
    unknown = [setting for setting, name in asked.items() if name and name not in PROVIDERS]
    return unknown + [gap for one in named() for gap in one.gaps()]


def provider() -> Provider | None:
    """The provider of this installation, or two; None when SMS is not connected."""
    if shows():
        return Shown()
    whole = [one for one in named() if not one.gaps()]
    if len(whole) == 2:
        return Both(*whole)
    return whole[0] if whole else None


class Sms:
    name = "sms"

    def label(self) -> str:
        return _("短信")

    def connected(self) -> bool:
        return provider() is not None

    def ready(self) -> bool:
        return self.connected() and (shows() or not budget.exhausted())

    def sentence(self) -> str:
        if shows():
            return _("演示环境：短信只在消息页显示，不会发出。")
        found = provider()
        if found is None and not named():
            return _("短信未接通：没有短信服务商。")
        said = [_("短信已接通：%(name)s。") % {"name": found.label()} if found else _("短信未接通。")]
        if missing := gaps():
            said.append(_("设置缺少或有误：%(names)s。") % {"names": "、".join(missing)})
        return "".join(said + [unlisted(one) for one in named()] + [spent()])

    def address(self, user: User) -> str:
        return str(user.phone)

    def masked(self, address: str) -> str:
        return masked_phone(address)

    def send(self, notice: Notice, address: str, said: Said) -> Outcome:
        found = provider()
        if found is None:
            return Outcome(Result.UNCONNECTED, self.sentence()[:200])
        if not MOBILE.fullmatch(address):
            return Outcome(Result.INVALID, _("没有可用的手机号码。"), Reason.ADDRESS)
        if not shows() and (refused := over(address, templates.segments(said.text, found.sign()))):
            return refused
        return found.send(Short(address, said.text, str(notice.pk), said.approved, said.variables))


def over(phone: str, segments: int) -> Outcome | None:
    """Why it may not go out now; None when it may, and is counted."""
    if not budget.spend_phone(phone):
        return Outcome(Result.FAILED, _("当天发给这个号码的短信已经很多，暂停发送。"), Reason.LIMIT)
    if not budget.spend(segments):
        return Outcome(Result.FAILED, reasons.said(Reason.BUDGET), Reason.BUDGET)
    return None


def unlisted(one: Provider) -> str:
    """How many approved templates still have no code of this provider."""
    codes = templates.provider_codes(one.name)
    missing = sum(slug not in codes for slug in templates.approved())
    if not missing:
        return ""
    return _("%(name)s还有 %(count)d 个模板没有编号（SMS_TEMPLATES）。") % {"name": one.label(), "count": missing}


def spent() -> str:
    if not budget.limit():
        return _("今日已用 %(used)d 条，不限额。") % {"used": budget.used()}
    words = {"used": budget.used(), "limit": budget.limit(), "percent": budget.percent()}
    return _("今日已用 %(used)d 条，额度 %(limit)d 条（%(percent)d%%）。") % words
