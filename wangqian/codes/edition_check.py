"""Rows of a list → an edition of a table, with everything that is wrong with them at once. Nothing is stored here."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType

from django.utils.translation import gettext as _

from wangqian.codes.editions import Difference, Edition, applied, differences
from wangqian.codes.rows import Code, Table
from wangqian.codes.table import table
from wangqian.codes.titles import SPELLINGS, header

MOST_ROWS = 10_000
LONGEST_NAME, LONGEST_FACT = 30, 200
# Facts that are free text; of the others only the values that stand in the table are understood by the programs.
FREE = {"aliases", "evidence", "external", "note", "least", "most", "section", "prefix", "successor"}
_YES = {"是", "1", "y", "yes", "true", "停用"}
_NO = {"", "否", "0", "n", "no", "false"}
_UNPRINTABLE = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})


@dataclass(frozen=True, slots=True)
class Problem:
    """`line` as the file counts; 0 for the list as a whole."""

    line: int
    sentence: str


@dataclass
class Reading:
    """What a list says; `edition` and `changes` hold only where there is no problem."""

    edition: Edition
    problems: list[Problem] = field(default_factory=list)
    changes: list[Difference] = field(default_factory=list)


class Reader:
    """Reads lists for one table; `source` becomes that of every row."""

    def __init__(self, name: str, on: date, whole: bool, source: str) -> None:
        self.name, self.on, self.whole, self.source = name, on, whole, source
        self.table = table(name)
        rows = list(self.table)
        self.facts = list(rows[0].extra)
        self.now = {row.code: row for row in rows if row.valid_on(on)}
        self.unpadded = {row.code.lstrip("0"): row.code for row in self.now.values()}
        lengths = {len(row.code) for row in rows}
        self.longest, self.exact = max(lengths), len(lengths) == 1
        self.digits = all(row.code.replace("-", "").isdigit() for row in rows)
        self.parents = {row.parent for row in rows if row.parent and row.parent not in self.table}
        self.nested = any(row.parent for row in rows)
        self.filled = {fact for fact in self.facts if fact not in FREE and all(row.extra[fact] for row in rows)}
        self.values = {fact: {row.extra[fact] for row in rows} for fact in self.facts if fact not in FREE}

    def read(self, rows: Iterable[tuple[int, Sequence[str]]]) -> Reading:
        """`rows`: (line, cells), the header first."""
        self.problems: list[Problem] = []
        self.lines: dict[str, int] = {}
        found: dict[str, Code] = {}
        ended: set[str] = set()
        lines = iter(rows)
        columns = self._columns(next(lines, (1, [])))
        for line, cells in lines if columns else ():
            if len(self.lines) > MOST_ROWS:
                self._wrong(0, _("超过 %(most)d 行，请核对是否选错了文件") % {"most": MOST_ROWS})
                break
            row, gone = self._row(line, dict(zip(columns, cells, strict=False)), cells[len(columns) :])
            if row is not None and gone:
                ended.add(row.code)
            elif row is not None:
                found[row.code] = row
        edition = Edition(self.on, tuple(found.values()), self.whole, frozenset() if self.whole else frozenset(ended))
        reading = Reading(edition, self.problems)
        self._together(reading, ended)
        return reading

    def _wrong(self, line: int, sentence: str) -> None:
        self.problems.append(Problem(line, sentence))

    @property
    def columns(self) -> list[str]:
        """Of the list that people write."""
        return ["code", "name", *(["parent"] if self.nested else []), *self.facts, "ended"]

    def _columns(self, first: tuple[int, Sequence[str]]) -> list[str]:
        line, cells = first
        own = {"code", "name", "parent", "ended", *self.facts}
        found = [column if (column := SPELLINGS.get(cell.strip().lower(), "")) in own else "" for cell in cells]
        listed = "、".join(header(column) for column in self.columns)
        unknown = [cell for cell, column in zip(cells, found, strict=True) if not column and cell]
        if unknown:
            facts = {"names": "、".join(unknown)[:100], "listed": listed}
            self._wrong(line, _("不认识的列：%(names)s。本表的列有：%(listed)s") % facts)
        for column in ("code", "name"):
            if column not in found:
                self._wrong(line, _("第一行应为列名，其中要有“%(label)s”") % {"label": header(column)})
        if len(set(filter(None, found))) != len([column for column in found if column]):
            self._wrong(line, _("同一列名出现了两次"))
        return [] if self.problems else found

    def _row(self, line: int, cells: dict[str, str], beyond: Sequence[str]) -> tuple[Code | None, bool]:
        """The row, and whether it says that the code ends."""
        before, count = self._before(cells.get("code", "")), len(self.problems)
        if any(beyond):
            self._wrong(line, _("比第一行多出了内容"))
        for cell in cells.values():
            self._cell(line, cell)
        self._code(line, cells.get("code", ""))
        gone = self._gone(line, cells.get("ended", ""))
        name = cells.get("name", "") or (before.name if before and gone else "")
        if not name:
            self._wrong(line, _("缺少名称"))
        elif len(name) > LONGEST_NAME:
            self._wrong(line, _("名称超过%(most)d个字") % {"most": LONGEST_NAME})
        if gone and not self.whole and before is None:
            self._wrong(line, _("表中没有在用的代码“%(code)s”，无从停用") % {"code": cells.get("code", "")[:20]})
        facts = {fact: self._fact(line, fact, cells.get(fact, ""), before, gone) for fact in self.facts}
        if len(self.problems) > count:
            return None, gone
        code = cells["code"]
        parent = cells.get("parent", "") or (before.parent if before else self._parent(code))
        if self.name == "region" and not facts["level"]:
            facts["level"] = "province" if code.endswith("0000") else "prefecture" if code.endswith("00") else "county"
        return Code(code, name, self.on, None, parent, self.source, MappingProxyType(facts)), gone

    def _before(self, code: str) -> Code | None:
        """What stands there; also for a code that has lost its zeros, of which nothing else is then wrong."""
        return self.now.get(code) or self.now.get(self.unpadded.get(code.lstrip("0"), ""))

    def _cell(self, line: int, cell: str) -> None:
        if any(unicodedata.category(character) in _UNPRINTABLE for character in cell):
            self._wrong(line, _("有换行或不可见的字符，请删除"))
        if len(cell) > LONGEST_FACT:
            self._wrong(line, _("有一格超过%(most)d个字") % {"most": LONGEST_FACT})

    def _code(self, line: int, code: str) -> None:
        if not code:
            self._wrong(line, _("缺少代码"))
            return
        first = self.lines.setdefault(code, line)
        shown = {"code": code[:20], "line": first}
        if first != line:
            self._wrong(line, _("代码“%(code)s”与第%(line)d行重复") % shown)
        padded = self.unpadded.get(code.lstrip("0"), "")
        if code not in self.now and len(padded) > len(code):
            self._wrong(
                line,
                _("代码“%(code)s”像是丢了前面的 0，表中是“%(padded)s”；请把该列设为文本格式") % {**shown, "padded": padded},
            )
        elif len(code) > self.longest or (self.exact and len(code) != self.longest):
            said = _("代码“%(code)s”应为 %(most)d 位") if self.exact else _("代码“%(code)s”超过 %(most)d 位")
            self._wrong(line, said % {**shown, "most": self.longest})
        elif not re.fullmatch(r"[0-9-]+" if self.digits else r"[0-9A-Za-z_-]+", code):
            self._wrong(line, _("代码“%(code)s”只能由数字组成") % shown if self.digits else _("代码只能由字母和数字组成"))

    def _gone(self, line: int, cell: str) -> bool:
        if cell.lower() not in _YES | _NO:
            self._wrong(line, _("“停用”一列应填“是”或留空"))
        return cell.lower() in _YES

    def _fact(self, line: int, fact: str, cell: str, before: Code | None, gone: bool) -> str:
        """As written; where nothing is written, what the code has had."""
        value = cell or (before.extra[fact] if before else "")
        if gone or (fact == "level" and self.name == "region"):
            return value
        if not value and fact in self.filled:
            self._wrong(line, _("新的代码还要填“%(fact)s”") % {"fact": header(fact)})
        elif fact in self.values and value not in self.values[fact]:
            listed = "、".join(sorted(filter(None, self.values[fact])))
            self._wrong(line, _("“%(fact)s”应为：%(listed)s") % {"fact": header(fact), "listed": listed})
        return value

    def _parent(self, code: str) -> str:
        """Of a new region: the city its code begins with, else the province."""
        if self.name != "region" or code.endswith("0000"):
            return ""
        city = f"{code[:4]}00"
        return city if city != code and (city in self.lines or city in self.now) else f"{code[:2]}0000"

    def _together(self, reading: Reading, ended: set[str]) -> None:
        """What rows say about each other, and the list as a whole."""
        latest = max((row.valid_from for row in self.table if row.valid_from), default=None)
        if latest and self.on <= latest:
            self._wrong(0, _("生效日期应晚于 %(day)s：本表已有自该日起的内容") % {"day": latest})
        if self.problems:
            return
        if not reading.edition.rows and not ended:
            self._wrong(0, _("第一行之后没有任何内容"))
            return
        after = {row.code: row for row in applied(self.table, [reading.edition]) if row.valid_on(self.on)}
        self._names(after)
        for row in after.values():
            line = self.lines.get(row.code, 0)
            if row.parent and row.parent not in after and row.parent not in self.parents:
                facts = {"code": row.code, "name": row.name, "parent": row.parent}
                self._wrong(line, _("%(code)s %(name)s 的上级代码 %(parent)s 不在表中或同时停用") % facts)
        if not after:
            self._wrong(0, _("照此没有任何代码在用，请核对"))
        reading.changes = differences(self.table, reading.edition)
        if not reading.changes and not self.problems:
            self._wrong(0, _("与现在的内容完全相同，不需要添加"))
        if not self.problems:
            Table(self.name, applied(self.table, [reading.edition]))  # it can be read

    def _names(self, after: dict[str, Code]) -> None:
        seen: dict[tuple[str, str], str] = {}
        for code in self.lines:
            row = after.get(code)
            first = seen.setdefault((row.parent, row.name), code) if row else code
            if row and first != code:
                facts = {"name": row.name, "line": self.lines[first]}
                self._wrong(self.lines[code], _("名称“%(name)s”与第%(line)d行相同") % facts)
