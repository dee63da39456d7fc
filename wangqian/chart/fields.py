"""What a step asks for: fields and needs, declared once for the form, the canonical text and the typed columns."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Input(StrEnum):
    """Kinds of fields."""

    TEXT = "text"
    LINES = "lines"
    PHONE = "phone"
    MOBILE = "mobile"
    EMAIL = "email"
    MONEY = "money"  # yuan, two decimals
    NUMBER = "number"
    DATE = "date"
    CODE = "code"  # a row of an official table: the code and the name of its day are kept
    CHOICE = "choice"
    YESNO = "yesno"


class Keep(StrEnum):
    """Where the answer is kept: in the content (a version), beside the event (a note), in the event's data."""

    TERMS = "terms"
    NOTE = "note"
    DATA = "data"


@dataclass(frozen=True)
class Field:
    """One question. `when=(other, value)` asks it (and requires it, if required) only if `other` has that value.

    `most` is characters for text, the largest value for numbers and money (yuan); `unit` is printed behind.
    """

    name: str
    label: str
    kind: Input = Input.TEXT
    required: bool = False
    most: int = 100
    least: int = 0
    table: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    unit: str = ""
    help: str = ""
    initial: str = ""
    group: str = ""
    when: tuple[str, str] | None = None


@dataclass(frozen=True)
class Need:
    """A form: its title, its fields, and where the answers are kept."""

    name: str
    title: str
    fields: tuple[Field, ...]
    keep: Keep = Keep.NOTE
