"""What a step asks for: fields and needs, declared once for the form, the canonical text and the typed columns."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


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
    IDENTITY = "identity"  # a document's number, masked wherever it is read again
    FILES = "files"  # photos and scans, handed in beside the form (documents/uploads); `least` and `most` count them
    REGION = "region"  # a place of GB/T 2260, typed or picked: the code and the full name of its day are kept
    USCC = "uscc"  # 统一社会信用代码, GB 32100
    POSTCODE = "postcode"


class Days(StrEnum):
    """Which days a date may be: until when something is open lies ahead, what was signed lies behind, a contract begins on either."""

    AHEAD = "ahead"
    PAST = "past"
    ANY = "any"


class Keep(StrEnum):
    """Where the answer is kept: in the content (a version), beside the event (a note), in the event's data."""

    TERMS = "terms"
    NOTE = "note"
    DATA = "data"


@dataclass(frozen=True)
class Field:
    """One question. `when=(other, value)` asks it (and requires it, if required) only if `other` has that value ("!value": any other).

    `most` is characters for text, the largest value for numbers and money (yuan); `unit` is printed behind. What is `personal`
    stands in the sealed text alone: it gets no typed column. Of a region: `exact` asks for the county, `revoked` takes codes
    that are no more (origins; never a present place). `heads` are the headings of a choice shown as a
    list with help: (heading, ((value, help), …)). Of files: `anew` asks for others each time, what an earlier act rests on does
    not count.
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
    personal: bool = False
    exact: bool = False
    revoked: bool = False
    days: Days = Days.AHEAD
    lookup: str = ""  # a register that offers what it knows while one types ("employers"); taking it fills the other fields
    parent: str = ""  # of a code: its sub-classes are the choices
    heads: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = ()
    anew: bool = False


@dataclass(frozen=True)
class Need:
    """A form: its title, its fields, and where the answers are kept."""

    name: str
    title: str
    fields: tuple[Field, ...]
    keep: Keep = Keep.NOTE


@dataclass(frozen=True)
class Varying:
    """A form that depends on the case: `of(act)` is what is asked, None nothing; `base` is drawn, and labels what was answered."""

    base: Need
    of: Callable[[Any], Need | None]

    @property
    def name(self) -> str:
        return self.base.name

    @property
    def title(self) -> str:
        return self.base.title

    @property
    def fields(self) -> tuple[Field, ...]:
        return self.base.fields

    @property
    def keep(self) -> Keep:
        return self.base.keep
