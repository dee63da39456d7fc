"""Editions of the official tables: added by the operator, never changed, and brought to the tables of every process.

The tables themselves know nothing of a database. `look` asks it, at most every `settings.CODES_SECONDS`, how many editions
there are: they are append-only, so another number means that something is new.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterable, Sequence
from datetime import date, timedelta

import structlog
from django.conf import settings
from django.db import DatabaseError, IntegrityError, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_noop

from wangqian.chart.words import Refused
from wangqian.codes.edition_check import Reader, Reading
from wangqian.codes.edition_kept import stored, written
from wangqian.codes.editions import Edition
from wangqian.codes.table import adopt, names, today
from wangqian.people.clock import now
from wangqian.people.models import Actor, CodeEdition

AHEAD = timedelta(days=731)
EARLIEST = date(1949, 10, 1)
BETWEEN = gettext_noop("刚才另有人改动了代码表，请重新核对后再确认。")
log = structlog.get_logger(__name__)
_state = {"count": 0, "next": 0.0}


def look() -> int:
    """Take up what other processes added; 1 when there was something. Costs one count, and only when it is due."""
    if settings.CODES_SECONDS is None or time.monotonic() < _state["next"]:
        return 0
    _state["next"] = time.monotonic() + settings.CODES_SECONDS
    try:
        return refresh()
    except DatabaseError:  # the page that needs the database says so itself
        return 0


def refresh() -> int:
    """Bring the tables of this process up to date; 1 when something was new."""
    count = CodeEdition.objects.count()
    if count == _state["count"]:
        return 0
    found: dict[str, list[Edition]] = {}
    for row in in_force():
        try:
            found.setdefault(row.table, []).append(edition_of(row))
        except (KeyError, ValueError):  # of a table this release does not know any more
            log.error("edition not readable", object=row.table, about=row.number)
    adopt(found)
    _state["count"] = count
    return 1


def forget() -> None:
    """As if this process had just begun."""
    adopt({})
    _state.update(count=0, next=0.0)


def in_force(name: str = "") -> QuerySet[CodeEdition]:
    """Editions that were not withdrawn, in their order."""
    rows = CodeEdition.objects.filter(withdraws=None, withdrawal=None)
    return rows.filter(table=name) if name else rows


def edition_of(row: CodeEdition) -> Edition:
    assert row.effective_on is not None
    return stored(row.table, row.content, row.effective_on, row.whole, row.source)


def check(name: str, on: date, whole: bool, source: str, rows: Iterable[tuple[int, Sequence[str]]]) -> Reading:
    """What adding these rows would do, with every problem; raises Refused for a day that cannot be."""
    refresh()
    if name not in names():
        raise Refused("没有这个代码表。")
    if not EARLIEST <= on <= today() + AHEAD:
        raise Refused("生效日期应在 1949-10-01 以后、两年以内。")
    return Reader(name, on, whole, source).read(rows)


def add(actor: Actor, name: str, reading: Reading, source: str) -> CodeEdition:
    """Keep an edition that was checked; in force from its day. Raises Refused when another one came between."""
    if reading.problems:
        raise Refused("名单里还有问题，不能添加。")
    edition, content = reading.edition, written(reading.edition)
    digest = hashlib.sha256(content.encode()).hexdigest()
    values = {"effective_on": edition.on, "source": source, "whole": edition.whole, "content": content}
    return _append(actor, name, sha256=digest, **values)


def withdraw(actor: Actor, row: CodeEdition) -> CodeEdition:
    """Take back an edition before its day. Raises Refused afterwards: what was recorded by it stays."""
    if row.withdraws_id or CodeEdition.objects.filter(withdraws=row).exists():
        raise Refused("这个版本已经撤回。")
    if row.effective_on is None or row.effective_on <= today():
        raise Refused("这个版本已经生效，不能撤回；请添加一个新的版本。")
    if in_force(row.table).filter(number__gt=row.number).exists():
        raise Refused("这个版本之后还有版本，请先撤回后面的。")
    return _append(actor, row.table, withdraws=row)


def _append(actor: Actor, name: str, **values: object) -> CodeEdition:
    """One more row; another one between the check and now is refused, whoever looks first."""
    try:
        with transaction.atomic():
            last = CodeEdition.objects.select_for_update().filter(table=name).order_by("-number").first()
            if CodeEdition.objects.count() != _state["count"]:
                raise Refused(BETWEEN)
            made = CodeEdition.objects.create(
                table=name,
                number=last.number + 1 if last else 1,
                added_by=actor.user,
                added_as=actor.membership,
                added_at=now(),
                **values,
            )
    except IntegrityError as taken:
        raise Refused(BETWEEN) from taken
    refresh()
    return made
