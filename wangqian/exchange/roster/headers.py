"""Finding the header of a roster and what each column means: pinyin, Chinese, both in two rows, or a school's own words."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from wangqian.chart.words import Refused
from wangqian.exchange.gate import column_letters
from wangqian.exchange.roster.columns import BY_KEY, COLUMNS, PAIRS, REQUIRED, Column
from wangqian.exchange.sheet import Row

SEARCHED = 10  # rows in which a header may stand: titles and remarks come before it
ENOUGH = 3  # known columns that make a row a header
IGNORE = "-"  # remembered meaning of a header that shall not be kept
_DECORATION = re.compile(r"[\s*:、()/\\\-_.,]|必填|选填")


def normal(header: str) -> str:
    """The form in which headers are compared: "*学 制（年）" and "学制/年" are the same."""
    return _DECORATION.sub("", unicodedata.normalize("NFKC", header)).upper()[:100]


@lru_cache
def official() -> Mapping[str, str]:
    """Compared form → key, for every spelling we know."""
    return {
        normal(name): column.key for column in reversed(COLUMNS) for name in (*column.names, column.label, column.key)
    }


@dataclass(frozen=True)
class Layout:
    """`columns[i]` is (header as written, key or "" when unknown); data start below row `last`."""

    columns: tuple[tuple[str, str], ...]
    last: int

    @property
    def known(self) -> list[tuple[int, Column]]:
        return [(place, BY_KEY[key]) for place, (_header, key) in enumerate(self.columns) if key in BY_KEY]

    @property
    def extras(self) -> list[tuple[int, str]]:
        """(index, name) of unknown columns with a header: kept as they are."""
        return [(place, header) for place, (header, key) in enumerate(self.columns) if not key and header]

    def place(self, key: str) -> int | None:
        return next((place for place, (_header, known) in enumerate(self.columns) if known == key), None)

    def missing(self) -> list[str]:
        """Labels of required columns that no column of the file provides."""
        keys = {key for _header, key in self.columns}
        labels = [
            column.label
            for column in REQUIRED
            if column.key not in keys and (column.key not in PAIRS or PAIRS[column.key].key not in keys)
        ]
        return labels if keys & {"ksh", "xh"} else [*labels, "考生号/学号"]


def locate(rows: Sequence[tuple[int, Row]], remembered: Mapping[str, str]) -> Layout:
    """The layout by the first rows of the file. Raises Refused when there is no header, or two columns mean the same."""
    meanings = {**official(), **remembered}
    for place, (number, cells) in enumerate(rows[:SEARCHED]):
        keys = [meanings.get(normal(cell), "") if cell else "" for cell in cells]
        if _known(keys) < ENOUGH:
            continue
        headers, last = list(cells), number
        if place + 1 < len(rows):
            below = rows[place + 1][1]
            again = [meanings.get(normal(cell), "") if cell else "" for cell in below]
            if _second_header(keys, again):
                headers, keys, last = _merged(headers, keys, below, again), _either(keys, again), rows[place + 1][0]
        _once(keys)
        return Layout(tuple(zip(_distinct(headers, keys), keys, strict=True)), last)
    raise Refused("没有找到表头。请让第一行为列名（如 姓名、身份证号、学号），或使用模板填写后重新上传。")


def _known(keys: Sequence[str]) -> int:
    return sum(key in BY_KEY for key in keys)


def _second_header(above: Sequence[str], below: Sequence[str]) -> bool:
    """Whether the row below names the same columns again, in the other language."""
    both = [(one, other) for one, other in zip(above, below, strict=False) if one and other]
    return _known(below) >= ENOUGH and all(one == other for one, other in both)


def _either(above: Sequence[str], below: Sequence[str]) -> list[str]:
    longer = max(len(above), len(below))
    one, other = ([*keys, *[""] * (longer - len(keys))] for keys in (above, below))
    return [first or second for first, second in zip(one, other, strict=True)]


def _merged(headers: list[str], keys: Sequence[str], below: Row, again: Sequence[str]) -> list[str]:
    """Header texts of the upper row, else of the lower one."""
    longer = max(len(headers), len(below))
    upper, lower = ([*cells, *[""] * (longer - len(cells))] for cells in (headers, below))
    return [first or second for first, second in zip(upper, lower, strict=True)]


def _once(keys: Sequence[str]) -> None:
    first: dict[str, int] = {}
    for place, key in enumerate(keys):
        if key in BY_KEY and key in first:
            one, other = column_letters(first[key] + 1), column_letters(place + 1)
            raise Refused(
                "{one}列和{other}列都是“{label}”。请只保留一列后重新上传。",
                one=one,
                other=other,
                label=BY_KEY[key].label,
            )
        first.setdefault(key, place)


def _distinct(headers: Sequence[str], keys: Sequence[str]) -> list[str]:
    """Unknown columns are kept under their header: two of the same name, or of none, get the column's letter."""
    seen: set[str] = set()
    result = []
    for place, (header, key) in enumerate(zip(headers, keys, strict=True)):
        header = header[:60]
        if not key and header in seen:
            header = f"{header}（{column_letters(place + 1)}列）"
        seen.add(header)
        result.append(header)
    return result
