"""A checked row against the graduates already there: new, changed, the same, or in conflict."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from wangqian.exchange import bulk
from wangqian.exchange.models import RowStatus
from wangqian.exchange.roster.check import Checked
from wangqian.exchange.roster.columns import CLEAR, COLUMNS
from wangqian.exchange.roster.demands import entrusted, require
from wangqian.exchange.roster.keys import open_private
from wangqian.people.models import PRIVATE, Cohort, Graduate

# Fields of `Graduate` that a roster writes, the identity apart; a code field stands with its name.
FIELDS: tuple[str, ...] = tuple(
    column.field for column in COLUMNS if column.field not in ("", "identity", "identity_kind", "college")
)
NULLABLE = frozenset({"exam_number", "student_number"})
PLAIN = tuple(name for name in FIELDS if name not in PRIVATE)
_READ = ("id", "college_id", "identity_kind", "identity_index", "private", *PLAIN)
# The name of the day stays as long as the code does: an edition of a table changes nobody's record.
_FOLLOWS = {f"{column.field}_name": column.field for column in COLUMNS if column.kind == "code"}


@dataclass(frozen=True)
class Match:
    """`old` and `new` by field, differing fields only; "identity" holds a blind index (hex) in `old`, the number in `new`."""

    status: str
    graduate: UUID | None = None
    old: Mapping[str, str] | None = None
    new: Mapping[str, str] | None = None


class Known:
    """The graduates of a cohort that a batch of rows may mean, by each of their keys."""

    def __init__(self, rows: Iterable[dict[str, Any]]) -> None:
        self.by_exam: dict[str, dict[str, Any]] = {}
        self.by_student: dict[str, dict[str, Any]] = {}
        self.by_index: dict[bytes, dict[str, Any]] = {}
        for row in rows:
            row["identity_index"] = bytes(row["identity_index"])
            if row["exam_number"]:
                self.by_exam[row["exam_number"]] = row
            if row["student_number"]:
                self.by_student[row["student_number"]] = row
            self.by_index[row["identity_index"]] = row

    def of(self, exam: str, student: str, index: bytes) -> list[tuple[str, dict[str, Any]]]:
        """(label of the key, graduate) for every key that finds one, in the order in which keys count."""
        found = (
            (gettext_noop("考生号"), self.by_exam.get(exam)),
            (gettext_noop("学号"), self.by_student.get(student)),
            (gettext_noop("证件号"), self.by_index.get(index)),
        )
        return [(label, row) for label, row in found if row is not None]


NOBODY = Known(())


def known(
    cohort: Cohort, exams: Collection[str], students: Collection[str], indexes: Collection[bytes], *, lock: bool = False
) -> Known:
    """Look up a batch by all its keys at once, before anything is encrypted."""
    wanted = bulk.among({"exam_number": exams, "student_number": students, "identity_index": indexes})
    found = Graduate.objects.filter(wanted, cohort=cohort).order_by("pk")
    if lock:
        found = found.select_for_update()
    return Known(_opened(dict(zip(_READ, row, strict=True))) for row in found.values_list(*_READ))


def _opened(row: dict[str, Any]) -> dict[str, Any]:
    """The row with every private field in plain, and `extra`."""
    words = open_private(row["id"], bytes(row.pop("private")))
    return {**row, **dict.fromkeys(PRIVATE, ""), "extra": {}, **words}


def match(row: Checked, there: Known, at: Mapping[str, int]) -> Match:
    """Compare; adds to `row.problems` what only the comparison can tell."""
    values = row.values
    found = there.of(values.get("exam_number", ""), values.get("student_number", ""), row.index)
    if len({graduate["id"] for _label, graduate in found}) > 1:
        row.problems.append((-1, _conflict(found)))
        return Match(RowStatus.ERROR)
    graduate = found[0][1] if found else None
    if graduate is None:
        require(row, at)
        entrusted(row, values.get("training_mode", ""), values.get("entrusting_unit", ""), at.get("dxhwpdw", -1))
        return Match(RowStatus.ERROR if row.problems else RowStatus.NEW)
    old, new = differences(row, graduate)
    if "identity" in new and "name" in new:
        facts = {"key": _(found[0][0]), "name": graduate["name"]}
        row.problems.append((-1, _("此%(key)s已登记给%(name)s，姓名和证件号都与本行不同，请核对") % facts))
    after = {**graduate, **new}
    entrusted(row, after["training_mode"], after["entrusting_unit"], at.get("dxhwpdw", -1))
    if not after["exam_number"] and not after["student_number"]:
        row.problems.append((-1, _("考生号和学号不能都清空")))
    if row.problems:
        return Match(RowStatus.ERROR)
    return Match(RowStatus.CHANGED if new else RowStatus.SAME, graduate["id"], old, new)


def differences(row: Checked, graduate: Mapping[str, Any]) -> tuple[dict[str, str], dict[str, str]]:
    """(old, new) of the fields that the row changes."""
    old: dict[str, str] = {}
    new: dict[str, str] = {}
    for name, value in row.values.items():
        if name in ("identity", "identity_kind"):
            continue
        before = str(graduate["college_id"]) if name == "college" else graduate[name] or ""
        if before != value and (name not in _FOLLOWS or row.values[_FOLLOWS[name]] != graduate[_FOLLOWS[name]]):
            old[name], new[name] = before, value
    for name in row.clears:
        for each in (name, f"{name}_name"):
            if graduate.get(each):
                old[each], new[each] = graduate[each], ""
    if row.index and row.index != graduate["identity_index"]:
        old["identity"], new["identity"] = graduate["identity_index"].hex(), row.values["identity"]
        old["identity_kind"], new["identity_kind"] = graduate["identity_kind"], row.values["identity_kind"]
    _extra(row, graduate, old, new)
    return old, new


def _extra(row: Checked, graduate: Mapping[str, Any], old: dict[str, str], new: dict[str, str]) -> None:
    before = graduate["extra"]
    for header, value in row.extra.items():
        value = "" if value == CLEAR else value
        if before.get(header, "") != value:
            old[f"extra:{header}"], new[f"extra:{header}"] = str(before.get(header, "")), value


def _conflict(found: list[tuple[str, dict[str, Any]]]) -> str:
    parts = [_("%(key)s对应的是%(name)s") % {"key": _(label), "name": graduate["name"]} for label, graduate in found]
    return _("%(parts)s，不是同一名毕业生，请核对") % {"parts": "、".join(parts)}


def merged_extra(before: Mapping[str, Any], new: Mapping[str, str]) -> dict[str, Any]:
    """`extra` after a change."""
    after = dict(before)
    for name, value in new.items():
        if name.startswith("extra:"):
            after[name[6:]] = value
    return {header: value for header, value in after.items() if value}
