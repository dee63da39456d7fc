"""行政区划 (GB/T 2260): full names, what is meant by typed words, what lies within, and the city of a place.

`tools/regions.py` composed the table. Rows like 市辖区 or 省直辖县级行政区划 only group places: they are left out of full names.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache

from wangqian.codes.rows import Code, Table, plain, today
from wangqian.codes.table import table

LIMIT = 12
LONGEST = 40  # characters of a query
_CODE = re.compile(r"([0-9]{6})(.*)")
_BETWEEN = re.compile(r"[-－—–/／\\>＞,，;；·|｜]+")
_KIND = re.compile(r"(?:特别行政区|(?:维吾尔|壮族|回族)?自治区|省|市|地区|盟)$")
_MUNICIPALITIES = frozenset({"11", "12", "31", "50"})


@dataclass(frozen=True, slots=True)
class Place:
    """A place for people. `name` is the full one; `successor` the full name of what took over a revoked one, if known."""

    code: str
    name: str
    own: str
    level: str
    revoked: bool = False
    successor: str = ""
    divided: bool = False  # there are places within it

    @property
    def text(self) -> str:
        """What stands in a field: the full name; with the code before it where the name may mean another place today."""
        return f"{self.code} {self.name}" if self.revoked else self.name


class Regions:
    """The places of one composition of the table as of one day, indexed for looking up."""

    def __init__(self, rows: Table, day: date) -> None:
        self.rows, self.day = rows, day
        self.known: set[str] = set()  # valid today or before
        self.named: dict[str, list[str]] = {}
        self.below: dict[str, list[str]] = {}
        for row in rows:
            if row.valid_from and row.valid_from > day:
                continue
            self.known.add(row.code)
            for name in {row.name, short(row.name)} - {"县", "市"}:
                self.named.setdefault(name, []).append(row.code)
            self.below.setdefault(row.parent, []).append(row.code)
        self.longest = max(map(len, self.named))

    def current(self, code: str) -> bool:
        return self.rows.get(code, self.day) is not None

    def row(self, code: str, on: date | None = None) -> Code:
        """The row of a day, else today's, else the last. Raises KeyError for a code that never was."""
        row = self.rows.get(code, on) or self.rows.get(code)
        if row is None:
            raise KeyError(f"no region {code!r}")
        return row

    def line(self, code: str) -> list[Code]:
        """What the place lies in, the province first, and itself; of a revoked one as of its last day. Raises KeyError."""
        row = self.row(code, self.day)
        line, on = [row], self.day if row.valid_to is None else min(row.valid_to, self.day)
        while line[0].parent:
            line.insert(0, self.row(line[0].parent, on))
        return line

    def full_name(self, code: str) -> str:
        """湖南省长沙市岳麓区; 上海市市辖区, where the group itself is meant. Raises KeyError."""
        *above, row = self.line(code)
        return "".join(one.name for one in above if one.extra["level"] != "group") + row.name

    def place(self, code: str) -> Place:
        """A code for people. Raises KeyError."""
        row, revoked = self.row(code, self.day), not self.current(code)
        heir = row.extra["successor"] if revoked else ""
        return Place(
            code,
            self.full_name(code),
            row.name,
            row.extra["level"],
            revoked,
            self.full_name(heir) if heir else "",
            any(self.current(one) for one in self.below.get(code, ())),
        )

    def within(self, code: str = "") -> list[Place]:
        """What lies in a place today, groups opened, by code; the provinces without one."""
        found = []
        for one in sorted(set(self.below.get(code, ()))):
            if self.current(one):
                grouping = self.row(one, self.day).extra["level"] == "group"
                found += self.within(one) if grouping else [self.place(one)]
        return found

    def meant(self, text: str) -> list[str]:
        """Codes meant by words: a code; a full name; a name with some part of what it lies in. Today's before revoked ones.

        Empty when nothing is meant exactly, several when several bear the name.
        """
        spelled = normal(text)
        if coded := _CODE.fullmatch(spelled):
            code, name = coded.groups()
            return [code] if code in self.known and (not name or self.agrees(code, name)) else []
        found = sorted(self._ending(spelled))
        there = [code for code in found if self.current(code)]
        return [code for code in there if self._called(code, spelled)] or there or found

    def _called(self, code: str, spelled: str) -> bool:
        """Whether the words end in today's name: an older one may since have become that of another code."""
        name = self.row(code, self.day).name
        return spelled.endswith((name, short(name)))

    def agrees(self, code: str, text: str) -> bool:
        """Whether words name this code, by any name that it and what it lies in ever had."""
        spelled = normal(text)
        return spelled == self.full_name(code) or code in self._ending(spelled)

    def search(self, text: str, revoked: bool = False, limit: int = LIMIT) -> list[Place]:
        """Places whose full name holds these characters in this order, or whose code begins so; the nearest first."""
        spelled = normal(text)[:LONGEST]
        if re.fullmatch(r"[0-9]{2,6}", spelled):
            found = [code for code in self.places if code.startswith(spelled)]
        else:
            found = self._holding(spelled) if spelled else []
        return [self.place(code) for code in found if revoked or self.current(code)][:limit]

    @cached_property
    def places(self) -> dict[str, str]:
        """Full names of everything but 市辖区 of cities, by code."""
        return {code: self.full_name(code) for code in sorted(self.known) if not self._inner(code)}

    def _holding(self, spelled: str) -> list[str]:
        pattern = re.compile(".*?".join(map(re.escape, spelled)))
        found = [(code, name) for code, name in self.places.items() if pattern.search(name)]
        return [code for code, name in sorted(found, key=lambda one: self._distance(spelled, *one))]

    def _distance(self, spelled: str, code: str, name: str) -> tuple[bool, int, int, str]:
        own = self.row(code, self.day).name
        near = 0 if own.startswith(spelled) else 1 if name.startswith(spelled) else 2 if spelled in name else 3
        return not self.current(code), near, len(name), code

    def _inner(self, code: str) -> bool:
        """市辖区 within a city: nobody's place, though files name it."""
        return not code.endswith("00") and self.row(code).extra["level"] == "group"

    def _ending(self, spelled: str) -> set[str]:
        """Codes of which a name ends the words, the rest being what they lie in."""
        found = set()
        for length in range(1, min(len(spelled), self.longest) + 1):
            before = spelled[:-length]
            for code in self.named.get(spelled[-length:], ()):
                above = self.row(code).parent
                if not before or (above and self._above(above, before)):
                    found.add(code)
        return found

    def _above(self, code: str, spelled: str) -> bool:
        """Whether words are names of a place and of what it lies in, some perhaps left out."""
        above = self.row(code).parent
        for row in self.rows.all_of(code):
            for name in (row.name, short(row.name)):
                rest = spelled.removesuffix(name)
                if rest != spelled and (not rest or (above and self._above(above, rest))):
                    return True
        return bool(above) and self._above(above, spelled)


def short(name: str) -> str:
    """湖南 for 湖南省; names of one character are left as they are."""
    found = _KIND.sub("", name)
    return found if len(found) > 1 else name


def normal(text: str) -> str:
    """As names are compared: half-width, without blanks and what people put between the parts."""
    return _BETWEEN.sub("", plain(text))


def regions() -> Regions:
    """Of the table as it stands today."""
    return _regions(table("region"), today())


@lru_cache(maxsize=2)
def _regions(rows: Table, day: date) -> Regions:
    return Regions(rows, day)


def city_of(code: str) -> str:
    """The code at city level, as Shanghai's file wants it: 310000 → 310100, 430104 → 430100, 430000 as it is."""
    if code[:2] in _MUNICIPALITIES and code[2:4] == "00":
        return f"{code[:2]}0100"
    return f"{code[:4]}00"
