"""What a list shows, as plain data: tabs, filters, columns, rows, paging, results of a batch."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal

from wangqian.web.panels import Button, Tag, Tone


@dataclass(frozen=True, slots=True)
class Tab:
    """A tab of a desk; `count=None` hides the count."""

    label: str
    url: str
    count: int | None = None
    active: bool = False
    tone: Tone = "off"


@dataclass(frozen=True, slots=True)
class Filter:
    """One field of the filter row (a GET form). `options`: (value, label), the first usually ("", "全部").

    A `private` word must not stand in an address: the row then goes by POST, and the session keeps the word (searching.py).
    """

    name: str
    label: str
    value: str = ""
    kind: Literal["text", "select", "date", "hidden"] = "text"
    options: Sequence[tuple[str, str]] = ()
    private: bool = False


@dataclass(frozen=True, slots=True)
class Column:
    """A column; `number` right-aligns; `sort_url` makes the head a link, `sorted` says which way."""

    label: str
    number: bool = False
    sort_url: str = ""
    sorted: Literal["", "ascending", "descending"] = ""


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell: text, or a tag, or both; `note` is small under it, `note_tone="bad"` makes it red."""

    text: object = ""
    note: str = ""
    tag: Tag | None = None
    url: str = ""
    note_tone: Tone = "off"


@dataclass(frozen=True, slots=True)
class Row:
    """A row: cells in the order of the columns; `url` links the first cell.

    `key` is the value of its checkbox ("" = none), `name` what the checkbox's label calls the row (else the
    first cell); `locked` says why it cannot be ticked.
    """

    cells: Sequence[Cell]
    url: str = ""
    key: str = ""
    name: str = ""
    locked: str = ""
    buttons: Sequence[Button] = ()


@dataclass(frozen=True, slots=True)
class Table:
    """Columns × rows; on a phone each row is a card. `foot`: one row of totals."""

    part: ClassVar = "table"
    caption: str
    columns: Sequence[Column]
    rows: Sequence[Row]
    foot: Sequence[Cell] = ()
    note: str = ""
    buttons: Sequence[Button] = ()


@dataclass(frozen=True, slots=True)
class Pager:
    """`sentence` e.g. "第 21–40 条，共 96 条"; an empty url hides that way."""

    sentence: str
    previous_url: str = ""
    next_url: str = ""
    first_url: str = ""


@dataclass(frozen=True, slots=True)
class ResultLine:
    """What became of one item of a batch."""

    who: str
    sentence: str
    tone: Tone = "ok"
    url: str = ""


@dataclass(frozen=True, slots=True)
class BatchResult:
    part: ClassVar = "batch"
    title: str
    lines: Sequence[ResultLine]
    text: str = ""
