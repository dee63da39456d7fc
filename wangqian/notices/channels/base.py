"""What a channel is: an address, a way to send, and a sentence about whether it works."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from django.conf import settings

from wangqian.notices.models import Notice, Result
from wangqian.people.models import User


@dataclass(frozen=True)
class Outcome:
    """How one attempt ended, with what the provider said in words for people (no address in it)."""

    result: Result
    words: str = ""


class Channel(Protocol):
    """`send` never raises for what a provider may do; it answers with an `Outcome`."""

    name: str

    def label(self) -> str:
        """The channel's name for people."""

    def connected(self) -> bool:
        """Whether anything can go out; no notices are made for a channel that is not connected."""

    def sentence(self) -> str:
        """How it stands, for the operator."""

    def address(self, user: User) -> str:
        """Where the user is reached, "" when he is not."""

    def masked(self, address: str) -> str:
        """The address as staff may see it."""

    def send(self, notice: Notice, address: str, text: str) -> Outcome:
        """Hand over now. `text` may differ from the stored body (one-time codes are not stored)."""


def shows() -> bool:
    """Whether messages are shown instead of sent: in the demo and the tests, never in production."""
    return bool(settings.DEMO or settings.TESTING)
