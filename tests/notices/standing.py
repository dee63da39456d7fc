"""Providers that stand in where the network is not the matter."""

from __future__ import annotations

from wangqian.notices.channels import Outcome
from wangqian.notices.channels.provider import Short
from wangqian.notices.models import Reason, Result


class Standing:
    """A provider that keeps what it was handed, and always answers the same."""

    name = "standing"

    def __init__(self, result: Result = Result.DELIVERED, reason: str = "", words: str = "") -> None:
        self.result, self.reason, self.words = result, reason, words
        self.handed: list[Short] = []

    def label(self) -> str:
        return "替身"

    def gaps(self) -> list[str]:
        return []

    def sign(self) -> str:
        return "网签"

    def send(self, short: Short) -> Outcome:
        self.handed.append(short)
        return Outcome(self.result, self.words, self.reason, self.name)


class Busy(Standing):
    """Always says later."""

    def __init__(self) -> None:
        super().__init__(Result.FAILED, Reason.LIMIT, "通道繁忙")
