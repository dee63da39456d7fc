"""One row of a roster → its values and everything that is wrong with it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from django.utils.translation import gettext as _

from wangqian.codes import resident_id
from wangqian.codes.table import Code, plain, table, today
from wangqian.codes.width import half_width
from wangqian.exchange.roster import clean
from wangqian.exchange.roster.columns import CLEAR, PAIRS, WATCHED, Column
from wangqian.exchange.roster.headers import Layout
from wangqian.exchange.roster.origins import Origins
from wangqian.exchange.roster.secrecy import compared, hidden, holds_identity
from wangqian.exchange.sheet import Lossy, Row
from wangqian.people import identity
from wangqian.people.models import PRIVATE, Cohort, College, Graduate, School

Problem = tuple[int, str]  # column counted from 0, -1 for the row; sentence
NEVER_CLEARED = WATCHED | {"college", "sex"}
REMEMBERED = 20_000
LISTED = 30


@dataclass
class Checked:
    """A row after the check. `values` by field of `Graduate`; `identity` in plain, never stored so; `clears` fields to empty."""

    number: int
    cells: Row
    values: dict[str, str] = field(default_factory=dict)
    clears: set[str] = field(default_factory=set)
    extra: dict[str, str] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    index: bytes = b""  # blind index of the identity number, empty when there is none


@dataclass
class Place:
    """Whose roster it is."""

    school: School
    cohort: Cohort
    create_colleges: bool = False
    colleges: dict[str, College] = field(default_factory=dict)
    new_colleges: dict[str, str] = field(default_factory=dict)  # compared form → name, filled by the check
    stopped: frozenset[str] = frozenset()  # compared forms of colleges out of use: they are not made anew

    @classmethod
    def of(cls, cohort: Cohort, create_colleges: bool) -> Place:
        found = list(College.objects.filter(school=cohort.school))
        active = {plain(college.name): college for college in found if college.active}
        stopped = frozenset(plain(college.name) for college in found if not college.active)
        return cls(cohort.school, cohort, create_colleges, active, stopped=stopped)


class Checker:
    """Checks rows of one layout. Values seen before are remembered: most columns have few."""

    def __init__(self, layout: Layout, place: Place) -> None:
        self.place, self.today = place, today()
        # (column key, compared text) → the rows of the file that share it; filled when the whole file has been read.
        self.twins: Mapping[tuple[str, str], list[int]] = {}
        self.at = {column.key: where for where, column in layout.known}
        self.extras = layout.extras
        pairs = {key: code.key for key, code in PAIRS.items() if key in self.at or code.key in self.at}
        paired = set(pairs) | set(pairs.values())
        special = {"sfzh", "zjlx"}
        singles = [(where, column) for where, column in layout.known if column.key not in paired | special]
        # (index, column, cell → value of cells seen before and found right)
        self.singles: list[tuple[int, Column, dict[str, str]]] = [(where, column, {}) for where, column in singles]
        # (index of the code or -1, of the name or -1, column of the code, (code, name) → row of the table)
        self.pairs: list[tuple[int, int, Column, dict[tuple[str, str], Code]]] = [
            (self.at.get(code, -1), self.at.get(name, -1), PAIRS[name], {}) for name, code in pairs.items()
        ]
        self.cleaners = {column.key: self._cleaner(column) for _where, column in singles}
        self.origins = Origins()
        self.masked: set[str] = set()  # unknown columns in which identity numbers were masked

    def check(self, number: int, cells: Row, width: int) -> Checked:
        """Everything that can be said without looking at the graduates already there."""
        if len(cells) < width:
            cells = [*cells, *[""] * (width - len(cells))]
        row = Checked(number, cells)
        if not "".join(cells).isprintable():
            self._visible(row)
        values = row.values
        for where, column, seen in self.singles:
            if cell := cells[where]:
                if (value := seen.get(cell)) is None:
                    self._single(row, where, column, seen)
                else:
                    values[column.field] = value
        for pair in self.pairs:
            self._pair(row, *pair)
        values.pop("", None)  # columns that are only checked, such as 院校代码
        self._identity(row)
        for where, header in self.extras:
            if cells[where]:
                row.extra[header] = self._kept(cells[where], header)
        self._across(row)
        self._twins(row)
        return row

    def _visible(self, row: Checked) -> None:
        for where, cell in enumerate(row.cells):
            if cell and not cell.isprintable():
                try:
                    clean.visible(cell)
                except ValueError as wrong:
                    row.problems.append((where, str(wrong)))

    def _single(self, row: Checked, where: int, column: Column, seen: dict[str, str]) -> None:
        cell = row.cells[where]
        if cell == CLEAR:
            self._clear(row, where, column.field)
            return
        try:
            value = self._cleaned(column, cell)
        except ValueError as wrong:
            row.problems.append((where, hidden(str(wrong))))
            return
        row.values[column.field] = value
        if not column.unique and len(seen) < REMEMBERED:
            seen[cell] = value

    def _cleaned(self, column: Column, cell: str) -> str:
        value = self.cleaners[column.key](cell)
        limit = width_of(column.field)
        if len(value) > limit:
            raise ValueError(_("超过%(limit)d个字") % {"limit": limit})
        if len(value) >= resident_id.LENGTH and holds_identity(value):
            raise ValueError(_("此格含有身份证号码；证件号码只能填在证件号一列"))
        return value

    def _clear(self, row: Checked, where: int, into: str) -> None:
        if into in NEVER_CLEARED or not into:
            row.problems.append((where, _("此项不能清空")))
        else:
            row.clears.add(into)

    def _cleaner(self, column: Column) -> Callable[[str], str]:
        own = {"college": self._college, "school_code": self._school_code, "school_name": self._school_name}
        return own.get(column.kind) or clean.BY_KIND[column.kind]

    def _pair(self, row: Checked, code: int, name: int, column: Column, seen: dict[tuple[str, str], Code]) -> None:
        """A coded field by its code, its name, or both when they agree."""
        said = row.cells[code] if code >= 0 else "", row.cells[name] if name >= 0 else ""
        meant = seen.get(said)
        if meant is None:
            if not any(said):
                return
            if CLEAR in said:
                self._clear(row, code if said[0] == CLEAR else name, column.field)
                return
            try:
                meant = _agreed(column.table, *said)
            except ValueError as wrong:
                blamed = name if said[1] and (not said[0] or _unknown(column.table, said[1])) else code
                row.problems.append((blamed, hidden(str(wrong))))
                return
            seen[said] = meant
        row.values[column.field], row.values[f"{column.field}_name"] = meant.code, meant.name

    def _college(self, cell: str) -> str:
        found = self.place.colleges.get(plain(cell))
        if found:
            return str(found.pk)
        if plain(cell) in self.place.stopped:
            raise ValueError(_("此院系已停用，不能再分配毕业生"))
        if self.place.create_colleges:
            if len(cell) > 60:
                raise ValueError(_("超过%(limit)d个字") % {"limit": 60})
            return "+" + self.place.new_colleges.setdefault(plain(cell), cell)
        names = [college.name for college in self.place.colleges.values()]
        facts = {"cell": cell, "names": "、".join(names[:LISTED]) + ("……" if len(names) > LISTED else "")}
        if not names:
            raise ValueError(_("本校还没有院系“%(cell)s”，请先添加院系") % facts)
        raise ValueError(_("本校没有院系“%(cell)s”。本校院系有：%(names)s") % facts)

    def _school_code(self, cell: str) -> str:
        code = self.place.school.code
        if half_width(cell).lstrip("0") != code.lstrip("0"):
            raise ValueError(_("院校代码不是本校的%(code)s") % {"code": code})
        return code

    def _school_name(self, cell: str) -> str:
        if plain(cell) != plain(self.place.school.name):
            raise ValueError(_("院校名称不是本校“%(name)s”") % {"name": self.place.school.name})
        return cell

    def _identity(self, row: Checked) -> None:
        where = self.at.get("sfzh", -1)
        cell = row.cells[where] if where >= 0 else ""
        if not cell:
            return
        if cell == CLEAR:
            row.problems.append((where, _("此项不能清空")))
            return
        try:
            kind = self._kind(row)
            if isinstance(cell, Lossy):
                raise ValueError(_("此格是数字格式，末几位已被表格软件改变。请把该列设为文本格式，重新填写"))
            if kind in ("", "resident", "residence_permit"):
                number, kind = self._resident(row, cell, kind)
            else:
                number = clean.passport(cell)
        except ValueError as wrong:
            row.problems.append((where, str(wrong)))
            return
        row.values["identity"], row.values["identity_kind"] = number, kind
        row.index = identity.blind_index(kind, number)

    def _kind(self, row: Checked) -> str:
        where = self.at.get("zjlx", -1)
        cell = row.cells[where] if where >= 0 else ""
        return clean.document_kind(cell) if cell else ""

    def _resident(self, row: Checked, cell: str, said: str) -> tuple[str, str]:
        """Number and kind; sex and birthday must agree with it, and are taken from it where the row is silent."""
        found = resident_id.parse(cell, self.today)
        kind = "residence_permit" if found.residence_permit else "resident"
        if said and said != kind:
            raise ValueError(_("证件号码与证件类型不符"))
        sex = row.values.get("sex")
        if sex and sex != found.sex:
            row.problems.append((self._where("xb", "xbdm"), _("性别与身份证号不符")))
        elif not sex:
            row.values["sex"], row.values["sex_name"] = found.sex, table("sex").name_of(found.sex)
        born, birthday = row.values.get("born_on"), found.birth.isoformat()
        if born and not birthday.startswith(born):
            row.problems.append((self._where("csrq"), _("出生日期与身份证号不符")))
        else:
            row.values["born_on"] = birthday
        return found.number, kind

    def _where(self, *keys: str) -> int:
        return next((self.at[key] for key in keys if key in self.at), -1)

    def _across(self, row: Checked) -> None:
        """What one column says about another."""
        values, year = row.values, self.place.cohort.year
        leaves, came = values.get("graduates_on", ""), values.get("enrolled_on", "")
        if leaves and int(leaves[:4]) != year:
            facts = {"said": leaves[:4], "year": year}
            row.problems.append((self._where("bysj"), _("毕业时间是%(said)s年，与本届（%(year)d届）不符") % facts))
        if came and leaves and came[:4] >= leaves[:4]:
            row.problems.append((self._where("rxsj"), _("入学时间不早于毕业时间")))
        self._origin(row, values.get("origin", ""), values.get("origin_name", ""))

    def _origin(self, row: Checked, code: str, name: str) -> None:
        """Another province is a mistake; another county is asked about."""
        if code and name and _elsewhere(code, name):
            row.problems.append((self._where("syszd"), _("生源所在地与生源所在地代码不在同一个省份")))
        elif (code or name) and not row.clears & {"origin", "origin_name"}:
            code, name = self.origins.settle(row.number, code, name)
            row.values.update({key: said for key, said in (("origin", code), ("origin_name", name)) if said})

    def _twins(self, row: Checked) -> None:
        if not self.twins:
            return
        for key, label in (("ksh", "考生号"), ("xh", "学号"), ("sfzh", "证件号")):
            where = self.at.get(key, -1)
            cell = row.cells[where] if where >= 0 else ""
            others = self.twins.get((key, compared(cell))) if cell else None
            if others:
                rows = "、".join(str(other) for other in others if other != row.number)
                row.problems.append((where, _("与第%(rows)s行的%(label)s相同") % {"rows": rows, "label": _(label)}))

    def _kept(self, cell: str, header: str) -> str:
        """Unknown columns are kept as written, but no identity number is stored in plain."""
        if len(cell) >= resident_id.LENGTH and holds_identity(cell):
            self.masked.add(header)
            return hidden(cell)
        return cell


@lru_cache
def width_of(name: str) -> int:
    """The most characters a field of `Graduate` takes."""
    if not name or name == "college":
        return 60
    if name in PRIVATE:
        return PRIVATE[name]
    return getattr(Graduate._meta.get_field(name), "max_length", None) or 1000


def _agreed(source: str, by_code: str, by_name: str) -> Code:
    """The row meant by a code and a name. Raises ValueError."""
    found = [clean.code_of(source, cell) for cell in (by_code, by_name) if cell]
    if len({row.code for row in found}) > 1:
        facts = {"code": by_code, "name": by_name}
        raise ValueError(_("代码“%(code)s”与名称“%(name)s”不一致") % facts)
    return found[0]


def _unknown(source: str, cell: str) -> bool:
    return table(source).find(cell) is None


@lru_cache(maxsize=4096)
def _elsewhere(code: str, name: str) -> bool:
    """Whether a place name begins with another province than its code does."""
    spelled = plain(name)
    for row in table("province"):
        if spelled.startswith(plain(row.name)):  # official names only: 海南藏族自治州 is in 青海
            return row.extra["prefix"] != code[:2]
    return False
