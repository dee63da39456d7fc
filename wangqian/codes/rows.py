"""A code table: dated rows with their source, and how they are looked up."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

from wangqian.codes.width import half_width


def today() -> date:
    """The calendar day in China, by which codes begin and end."""
    return datetime.now(ZoneInfo("Asia/Shanghai")).date()


def plain(text: str) -> str:
    """The form in which names are compared; 农、林、牧、渔业 is also written 农林牧渔业."""
    return half_width(text).replace("、", "")


@dataclass(frozen=True, slots=True)
class Code:
    """One edition of one code. Empty dates: no beginning, or no end, is known. `valid_to` is the last day."""

    code: str
    name: str
    valid_from: date | None
    valid_to: date | None
    parent: str
    source: str
    extra: Mapping[str, str] = field(default_factory=dict, hash=False)

    def valid_on(self, day: date) -> bool:
        begun = self.valid_from is None or self.valid_from <= day
        return begun and (self.valid_to is None or day <= self.valid_to)

    @property
    def aliases(self) -> tuple[str, ...]:
        """Other spellings seen in files, accepted by `Table.find`, never stored."""
        return tuple(alias for alias in self.extra.get("aliases", "").split(";") if alias)


class Table:
    """One code table; the same code may stand in it several times, once per edition."""

    def __init__(self, name: str, rows: Iterable[Code]) -> None:
        self.name = name
        self._editions: dict[str, list[Code]] = {}
        for row in rows:
            self._editions.setdefault(row.code, []).append(row)
        for code, editions in self._editions.items():
            editions.sort(key=lambda row: row.valid_from or date.min, reverse=True)
            if len({row.valid_from for row in editions}) != len(editions):
                raise ValueError(f"table {name!r} has two rows of code {code!r} with the same valid_from")
        # Reversed, so that the row of the higher rank claims a name; official names claim before aliases.
        ranked = self._by_rank()[::-1]
        self._names = {plain(row.name): row for row in ranked}
        self._spellings = {plain(alias): row for row in ranked for alias in row.aliases} | self._names
        self._short = {self._unpadded(code): code for code in reversed(self._editions)}

    def __iter__(self) -> Iterator[Code]:
        """Every row in the order of the file, the editions of a code together, the latest first."""
        return (row for editions in self._editions.values() for row in editions)

    def __len__(self) -> int:
        return sum(map(len, self._editions.values()))

    def __contains__(self, code: object) -> bool:
        return code in self._editions

    def get(self, code: str, on: date | None = None) -> Code | None:
        """The edition valid on a day; without a day today's, else the last: revoked codes stay readable."""
        editions = self._editions.get(code, [])
        if on is None and len(editions) == 1:
            return editions[0]
        valid = next((row for row in editions if row.valid_on(on or today())), None)
        return editions[0] if valid is None and on is None and editions else valid

    def all_of(self, code: str) -> list[Code]:
        """Every edition of a code, the latest first."""
        return list(self._editions.get(code, []))

    def name_of(self, code: str) -> str:
        """The name of a code as `get` reads it. Raises KeyError for an unknown code."""
        row = self.get(code)
        if row is None:
            raise KeyError(f"no code {code!r} in table {self.name!r}")
        return row.name

    def by_name(self, name: str) -> Code | None:
        """The row with exactly this official name; a class wins over a sub-class of the same name."""
        row = self._names.get(plain(name))
        return row if row is not None and row.name == name else None

    def find(self, text: str) -> Code | None:
        """The row meant by a cell of a file: code, code without leading zeros, name, or a known spelling; none to come."""
        found = self.get(text) if text in self._editions else self._spelled(plain(text))
        return None if found is None or (found.valid_from and found.valid_from > today()) else found

    def _spelled(self, wanted: str) -> Code | None:
        found = self.get(wanted) or self._spellings.get(wanted)
        if found is None and wanted.isascii() and wanted.isdigit():
            found = self.get(self._short.get(self._unpadded(wanted), ""))
        return found

    def choices(self, on: date | None = None) -> list[tuple[str, str]]:
        """(code, name) of the classes valid on a day (default: today in China); sub-classes: `children`."""
        return [(row.code, row.name) for row in self._valid(on) if row.parent not in self]

    def children(self, parent: str, on: date | None = None) -> list[tuple[str, str]]:
        """(code, name) of the sub-classes of a code valid on a day (default: today in China)."""
        return [(row.code, row.name) for row in self._valid(on) if row.parent == parent]

    def _valid(self, on: date | None) -> Iterator[Code]:
        day = on or today()
        return (row for code in self._editions if (row := self.get(code, day)) is not None)

    def _by_rank(self) -> list[Code]:
        """Rows in the order in which they claim a name: not revoked first, classes before sub-classes.

        A sub-class 其他 claims none: without its class the word does not say which one is meant.
        """
        claiming = (row for row in self if row.name != "其他" or row.parent not in self)
        return sorted(claiming, key=lambda row: (row.valid_to is not None, row.parent in self))

    @staticmethod
    def _unpadded(code: str) -> str:
        return code.lstrip("0") or "0"
