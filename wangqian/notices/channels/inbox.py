"""站内消息: delivered by being there."""

from __future__ import annotations

from django.utils.translation import gettext as _

from wangqian.notices.channels.base import Outcome, Said
from wangqian.notices.models import Notice, Result
from wangqian.people.models import User


class Inbox:
    name = "inbox"

    def label(self) -> str:
        return _("站内消息")

    def connected(self) -> bool:
        return True

    def ready(self) -> bool:
        return True

    def sentence(self) -> str:
        return _("站内消息总是可用。")

    def address(self, user: User) -> str:
        return str(user.pk)

    def masked(self, address: str) -> str:
        return ""

    def send(self, notice: Notice, address: str, said: Said) -> Outcome:
        return Outcome(Result.DELIVERED)
