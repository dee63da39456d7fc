"""An edition as it is kept, as CSV, and what it changed in words."""

from __future__ import annotations

import csv
import io
from datetime import date
from types import MappingProxyType

from wangqian.codes.editions import Difference, Edition
from wangqian.codes.rows import Code
from wangqian.codes.table import table
from wangqian.codes.titles import header


def written(edition: Edition) -> str:
    """An edition as CSV, which `stored` reads again."""
    made = io.StringIO()
    facts = list(edition.rows[0].extra) if edition.rows else []
    writer = csv.writer(made, lineterminator="\n")
    writer.writerow(["code", "name", "parent", "ended", *facts])
    for row in edition.rows:
        writer.writerow([row.code, row.name, row.parent, "", *(row.extra[fact] for fact in facts)])
    for code in sorted(edition.ended):
        writer.writerow([code, "", "", "yes", *("" for _fact in facts)])
    return made.getvalue()


def stored(name: str, content: str, on: date, whole: bool, source: str) -> Edition:
    """An edition as it was kept. Facts that the table has learnt since are those of the code's row, else empty."""
    there = {row.code: row for row in reversed(list(table(name)))}
    facts = list(next(iter(there.values())).extra)
    rows, ended = [], set()
    for cells in csv.DictReader(io.StringIO(content)):
        if cells["ended"]:
            ended.add(cells["code"])
            continue
        old = there.get(cells["code"])
        extra = {fact: cells[fact] if fact in cells else old.extra[fact] if old else "" for fact in facts}
        row = Code(cells["code"], cells["name"], on, None, cells["parent"], source, MappingProxyType(extra))
        rows.append(row)
    return Edition(on, tuple(rows), whole, frozenset(ended))


def changed_facts(one: Difference) -> list[str]:
    """What differs in a code that stays, for people: "名称：甲 → 乙"."""
    if one.before is None or one.after is None:
        return []
    pairs = [(header("name"), one.before.name, one.after.name), (header("parent"), one.before.parent, one.after.parent)]
    pairs += [(header(fact), one.before.extra[fact], one.after.extra[fact]) for fact in one.after.extra]
    return [f"{label}：{old or '—'} → {new or '—'}" for label, old, new in pairs if old != new]
