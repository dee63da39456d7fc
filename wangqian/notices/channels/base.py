"""What a channel is: an address, a way to send, and a sentence about whether it works."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from django.conf import settings

from wangqian.notices.models import Notice, Result
from wangqian.people.models import User


@dataclass(frozen=True)
class Said:
    """What is handed over: the words as they arrive; of an SMS also the approved template and its variables."""

    text: str
    approved: str = ""
    variables: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Outcome:
    """How one attempt ended, with what the provider said in words for people (no address in it).

    `reference`: the provider's id of the message. `earlier`: the other provider's outcome, when both were tried.
    """

    result: Result
    words: str = ""
    reason: str = ""
    provider: str = ""
    reference: str = ""
    earlier: Outcome | None = None


class Channel(Protocol):
    """`send` never raises for what a provider may do; it answers with an `Outcome`."""

    name: str

    def label(self) -> str:
        """The channel's name for people."""

    def connected(self) -> bool:
        """Whether anything can go out; no notices are made for a channel that is not connected."""

    def ready(self) -> bool:
        """Whether it would take something at this moment; a budget may be used up."""

    def sentence(self) -> str:
        """How it stands, for the operator."""

    def address(self, user: User) -> str:
        """Where the user is reached, "" when he is not."""

    def masked(self, address: str) -> str:
        """The address as staff may see it."""

    def send(self, notice: Notice, address: str, said: Said) -> Outcome:
        """Hand over now. What is said may differ from the stored body (one-time codes are not stored)."""


def shows() -> bool:
    """Whether messages are shown instead of sent: in the demo and the tests, never in production."""
    return bool(settings.DEMO or settings.TESTING)
