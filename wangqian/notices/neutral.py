"""Subjects of e-mails: they travel and are logged in plain text, so nobody's name stands in them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Protocol

from django.utils.translation import gettext as _


class Readable(Protocol):
    def __getitem__(self, name: str, /) -> object: ...


WORDS: Mapping[str, Callable[[], str]] = {
    "graduate": lambda: _("毕业生"),
    "employer": lambda: _("用人单位"),
    "school": lambda: _("学校"),
    "other": lambda: _("对方"),
    "who": lambda: _("有关方"),
    "what": lambda: _("验证方式"),
    "kind": lambda: _("毕业去向"),
}
PLAIN = ("left", "due", "level", "skipped")  # facts that say nothing of anybody


class Neutral(dict[str, str]):
    """Facts without names; what is neither neutral nor plain is left out."""

    def __init__(self, facts: Readable) -> None:
        super().__init__()
        self.facts = facts

    def __missing__(self, name: str) -> str:
        if name in PLAIN:
            return str(self.facts[name])
        return WORDS[name]() if name in WORDS else ""


def subject(text: str, facts: Readable) -> str:
    """A translated subject: "{graduate}已接受签约邀请" → "毕业生已接受签约邀请"."""
    return " ".join(_(text).format_map(Neutral(facts)).split())[:200]
