"""Later editions of the tables: what is in force from a day on, laid over the rows that were shipped.

Nothing is shortened: a code that an edition leaves out ends the day before, one that it names otherwise gets a new row. What
was recorded keeps meaning what it meant. Where editions come from is not known here (people/editions.py brings them).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from wangqian.codes.rows import Code

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Edition:
    """Rows in force from the day `on`. `whole`: codes not among them end; else only those in `ended` do."""

    on: date
    rows: tuple[Code, ...]
    whole: bool
    ended: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Difference:
    """What an edition does to one code: `before` None for a new one, `after` None for one that ends."""

    before: Code | None
    after: Code | None

    @property
    def code(self) -> str:
        row = self.after or self.before
        assert row is not None
        return row.code


def applied(rows: Iterable[Code], editions: Sequence[Edition]) -> list[Code]:
    """The rows with every edition laid over them, in the order given; the order of the rows is kept, new ones come last."""
    found: dict[str, list[Code]] = {}
    for row in rows:
        found.setdefault(row.code, []).append(row)
    for edition in editions:
        for change in differences([row for same in found.values() for row in same], edition):
            rows_of_code = found.setdefault(change.code, [])
            rows_of_code[:] = [*_ended(rows_of_code, change.before, edition.on), *filter(None, [change.after])]
    return [row for same in found.values() for row in same]


def _ended(rows: Iterable[Code], gone: Code | None, on: date) -> list[Code]:
    """Ending the day before; a row of that very day, which a later release may ship, gives way altogether."""
    kept = [row for row in rows if row is not gone or row.valid_from != on]
    return [replace(row, valid_to=on - _DAY) if row is gone else row for row in kept]


def differences(rows: Iterable[Code], edition: Edition) -> list[Difference]:
    """New, changed and ended codes, in this order of the edition's rows, then of the table's."""
    there = {row.code: row for row in rows if row.valid_on(edition.on)}
    given = {row.code for row in edition.rows}
    changed = [
        Difference(there.get(row.code), replace(row, valid_from=edition.on, valid_to=None))
        for row in edition.rows
        if not same(there.get(row.code), row)
    ]
    gone = [
        Difference(row, None)
        for code, row in there.items()
        if (edition.whole and code not in given) or code in edition.ended
    ]
    return changed + gone


def same(before: Code | None, after: Code) -> bool:
    """Whether a row says what stands there already."""
    if before is None or before.valid_to is not None:
        return False
    return (before.name, before.parent, dict(before.extra)) == (after.name, after.parent, dict(after.extra))
