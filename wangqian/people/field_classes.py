"""The graduate's own data, field by field: what it is called, how it is typed, and who may change it when (codes.md §3).

A value is one string: plain text, or two halves joined by `|` where a code stands beside the name of its day ("13|群众"),
a document's kind beside its number, a college's key beside its name.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from wangqian.codes import cells, resident_id
from wangqian.codes.table import table
from wangqian.people import identity
from wangqian.people.models import Graduate
from wangqian.people.models.graduate import PRIVATE

BAR = "|"


class Edits(StrEnum):
    """When the graduate himself may change a field."""

    NEVER = "never"
    UNTIL = "until"  # the college has confirmed
    ALWAYS = "always"


SAID = {
    Edits.NEVER: gettext_noop("不可修改，有误请申请更正"),
    Edits.UNTIL: gettext_noop("学院确认前可修改"),
    Edits.ALWAYS: gettext_noop("可随时修改"),
}


@dataclass(frozen=True)
class Datum:
    """One field. `kind` is a function of codes/cells.py, or code, region, identity, college; `watched`: 核对 again after a change."""

    name: str
    label: str
    edits: Edits
    kind: str = "text"
    table: str = ""
    most: int = 100
    required: bool = False
    watched: bool = False
    own_page: bool = False  # changed with a code to the old and the new number, not in the form

    @property
    def halves(self) -> bool:
        """Whether the value is two strings."""
        return self.kind in ("code", "region", "identity", "college")

    def columns(self) -> tuple[str, ...]:
        """The columns of the table that a change writes."""
        if self.name in PRIVATE:
            return ("private", "name_index") if self.name == "name" else ("private",)
        return {
            "code": (self.name, f"{self.name}_name"),
            "region": (self.name, f"{self.name}_name"),
            "identity": ("person", "identity_kind", "identity_cipher", "identity_index"),
        }.get(self.kind, (self.name,))


def _all() -> Iterator[Datum]:
    never, until, always = Edits
    yield Datum("name", gettext_noop("姓名"), never, "name", most=64, required=True, watched=True)
    yield Datum("identity", gettext_noop("证件号码"), never, "identity", most=30, required=True, watched=True)
    yield Datum("sex", gettext_noop("性别"), never, "code", "sex", required=True)
    yield Datum("born_on", gettext_noop("出生日期"), never, "day", most=10)
    yield Datum("ethnicity", gettext_noop("民族"), never, "code", "ethnicity")
    yield Datum("exam_number", gettext_noop("考生号"), never, "number", most=24)
    yield Datum("student_number", gettext_noop("学号"), never, "number", most=24)
    yield Datum("college", gettext_noop("院系"), never, "college", required=True)
    yield Datum("klass", gettext_noop("班级"), never, most=60)
    yield Datum("branch", gettext_noop("分校"), never, most=60)
    yield Datum("education", gettext_noop("学历"), never, "code", "education", required=True, watched=True)
    yield Datum("major_code", gettext_noop("专业代码"), never, "major_code", most=12)
    yield Datum("major", gettext_noop("专业"), never, most=80, required=True, watched=True)
    yield Datum("major_direction", gettext_noop("专业方向"), never, most=80)
    yield Datum("training_mode", gettext_noop("培养方式"), never, "code", "training_mode", required=True, watched=True)
    yield Datum("entrusting_unit", gettext_noop("定向或委培单位"), never)
    yield Datum("years", gettext_noop("学制"), never, "years", most=5)
    yield Datum("enrolled_on", gettext_noop("入学时间"), never, "day", most=10)
    yield Datum("graduates_on", gettext_noop("毕业时间"), never, "day", most=10)
    yield Datum("teacher_training", gettext_noop("师范生类别"), never, "code", "teacher_training")
    yield Datum("hardship", gettext_noop("困难生类别"), never, "code", "hardship")
    yield Datum("political_status", gettext_noop("政治面貌"), until, "code", "political_status")
    yield Datum("origin", gettext_noop("生源所在地"), until, "region", most=80)
    yield Datum("urban_rural", gettext_noop("城乡生源"), until, "urban_rural", "urban_rural", most=10)
    yield Datum("former_dossier", gettext_noop("入学前档案所在单位"), until)
    yield Datum("former_police", gettext_noop("入学前户口所在地派出所"), until)
    yield Datum("hukou_moved", gettext_noop("户口是否转入学校"), until, "yes_no", most=10)
    yield Datum("dossier_moved", gettext_noop("档案是否转入学校"), until, "yes_no", most=10)
    yield Datum("phone", gettext_noop("手机号码"), always, "mobile", most=20, own_page=True)
    yield Datum("email", gettext_noop("电子邮箱"), always, "email", own_page=True)
    yield Datum("qq", gettext_noop("QQ"), always, "qq", most=20)
    yield Datum("home_address", gettext_noop("家庭住址"), always, most=200)
    yield Datum("home_phone", gettext_noop("家庭电话"), always, "phone", most=30)
    yield Datum("home_postcode", gettext_noop("家庭邮编"), always, "postcode", most=10)


DATA = {datum.name: datum for datum in _all()}
WATCHED = frozenset(name for name, datum in DATA.items() if datum.watched)
# What else is written down as a change of a graduate's data, though no form edits it.
STATUS, CONFIRMED = "status", "college_confirmed_at"
OTHER = {STATUS: gettext_noop("学籍状态"), CONFIRMED: gettext_noop("院系确认信息")}


def label(name: str) -> str:
    """What a field is called; a column of a roster that nobody knows by its header."""
    return _(DATA[name].label if name in DATA else OTHER.get(name, name.removeprefix("extra:")))


def of_class(*classes: Edits) -> list[Datum]:
    return [datum for datum in DATA.values() if datum.edits in classes]


def read(graduate: Graduate, datum: Datum) -> str:
    """The value as it stands."""
    if datum.kind == "identity":
        return joined(graduate.identity_kind, graduate.identity_number())
    if datum.kind == "college":
        return joined(str(graduate.college_id), graduate.college.name)
    value = str(getattr(graduate, datum.name) or "")
    return joined(value, getattr(graduate, f"{datum.name}_name")) if datum.halves else value


def joined(first: str, second: str) -> str:
    return f"{first}{BAR}{second}" if first or second else ""


def same(datum: Datum, one: str, other: str) -> bool:
    """Whether two values mean the same; an edition that renames a code changes nobody's data."""
    if datum.kind in ("code", "region", "college"):
        return one.partition(BAR)[0] == other.partition(BAR)[0]
    return one == other


def shown(name: str, value: str) -> str:
    """A value for people; an identity number stays masked."""
    datum = DATA.get(name)
    if datum is None or not datum.halves or not value:
        return value
    first, _bar, second = value.partition(BAR)
    if datum.kind == "identity":
        return f"{table('document_kind').name_of(first)} {identity.masked(second)}"
    return second or first


def cleaned(datum: Datum, typed: str) -> str:
    """What is stored for what was typed (`code|name` comes whole). Raises ValueError with a sentence."""
    if not typed:
        if datum.required:
            raise ValueError(_("此项不能为空"))
        return ""
    value = cells.visible(typed.strip())
    if datum.kind == "identity":
        return _identity(value)
    if datum.kind == "region":
        code, _bar, name = value.partition(BAR)
        return joined(cells.region(code) if code else "", name.strip())
    if not datum.halves:
        value = cells.BY_KIND[datum.kind](value)
    if len(value.partition(BAR)[2] if datum.halves else value) > datum.most:
        raise ValueError(_("最多 %(most)d 个字") % {"most": datum.most})
    return value


def _identity(value: str) -> str:
    kind, _bar, number = value.partition(BAR)
    if kind not in ("resident", "residence_permit"):
        return joined(kind, cells.passport(number))
    found = resident_id.parse(number)
    if found.residence_permit != (kind == "residence_permit"):
        raise ValueError(_("证件号码与证件类型不符"))
    return joined(kind, found.number)


def assign(graduate: Graduate, datum: Datum, value: str) -> tuple[str, ...]:
    """Set a cleaned value on the instance; returns the columns to save. The college comes as its key."""
    first, _bar, second = value.partition(BAR)
    if datum.kind == "identity":
        graduate.set_identity(first, second)
    elif datum.kind == "college":
        graduate.college_id = UUID(first)
    elif datum.halves:
        setattr(graduate, datum.name, first)
        setattr(graduate, f"{datum.name}_name", second)
    else:
        setattr(graduate, datum.name, value or empty(datum))
    return datum.columns()


def empty(datum: Datum) -> Any:
    """Keys of the roster are null where there are none, so that the unique index lets several be without."""
    return None if datum.kind == "number" else ""
