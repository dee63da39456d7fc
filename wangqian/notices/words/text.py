"""A message as it stands in the files: what happened, what it means, what to do next, by when."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Text:
    """`{names}` are facts of the event (`notices/facts.py`). No `sms`: not worth a text message."""

    subject: str
    body: str
    sms: str = ""
