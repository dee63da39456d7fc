"""SMS by a provider; without one the demo shows messages, and production says that SMS is not connected."""

from __future__ import annotations

import re
from typing import Protocol

from django.utils.translation import gettext as _

from wangqian.notices.channels.base import Outcome, shows
from wangqian.notices.models import Notice, Result
from wangqian.people.identity import masked_phone
from wangqian.people.models import User

MOBILE = re.compile(r"(\+86)?1[3-9]\d{9}")


class Provider(Protocol):
    """Hands a text to a phone. `key` is the same on every try of a message, for providers that drop repeats.

    Answers with an `Outcome`, whatever the network does, within four seconds.
    """

    def send(self, phone: str, text: str, key: str) -> Outcome: ...


class Shown:
    """Demo and tests: nothing leaves the machine; the stored message is what can be seen."""

    def send(self, phone: str, text: str, key: str) -> Outcome:
        return Outcome(Result.DELIVERED, _("演示环境：只显示，不发出。"))


def provider() -> Provider | None:
    """The provider of this installation; None when SMS is not connected."""
    return Shown() if shows() else None


class Sms:
    name = "sms"

    def label(self) -> str:
        return _("短信")

    def connected(self) -> bool:
        return provider() is not None

    def sentence(self) -> str:
        if self.connected():
            return _("演示环境：短信只在消息页显示，不会发出。")
        return _("短信未接通：没有短信服务商。")

    def address(self, user: User) -> str:
        return user.phone

    def masked(self, address: str) -> str:
        return masked_phone(address)

    def send(self, notice: Notice, address: str, text: str) -> Outcome:
        found = provider()
        if found is None:
            return Outcome(Result.UNCONNECTED, self.sentence())
        if not MOBILE.fullmatch(address):
            return Outcome(Result.INVALID, _("没有可用的手机号码。"))
        return found.send(address, text, str(notice.pk))
