"""What a row must bring, once it is known whether the graduate is already there."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext as _

from wangqian.exchange.roster.check import Checked
from wangqian.exchange.roster.columns import PAIRS, REQUIRED, Column


def field_of(column: Column) -> str:
    """The field that is filled when the column is: the code of a coded one."""
    return column.field.removesuffix("_name") if column.table else column.field


NEEDED = frozenset({"sex"} | {field_of(column) for column in REQUIRED})


def require(row: Checked, at: Mapping[str, int]) -> None:
    """What a graduate not yet there must bring."""
    keyed = row.values.get("exam_number") or row.values.get("student_number")
    if keyed and row.values.keys() >= NEEDED:
        return
    wrong = {where for where, _sentence in row.problems}
    for column in REQUIRED:
        places = {at.get(column.key, -1), at.get(PAIRS[column.key].key, -1) if column.key in PAIRS else -1} - {-1}
        if field_of(column) not in row.values and not places & wrong:
            row.problems.append((min(places, default=-1), _("缺少%(label)s") % {"label": _(column.label)}))
    if not keyed and not {at.get("ksh"), at.get("xh")} & wrong:
        row.problems.append((at.get("xh", at.get("ksh", -1)), _("考生号和学号至少填一项")))
    if "sex" not in row.values and "identity" in row.values:
        row.problems.append((at.get("xb", -1), _("缺少%(label)s") % {"label": _("性别")}))


def entrusted(row: Checked, mode: str, unit: str, where: int) -> None:
    """定向 and 委培 name who will employ them (`codes.md` §3)."""
    if mode in ("2", "4") and not unit:
        row.problems.append((where, _("定向、委培的毕业生须填写定向或委培单位")))
