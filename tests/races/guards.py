"""The guards a red control switches off, each called inside a racer and changing that process only; and a slow commit."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import connection

from wangqian.cases import engine, receipts, record
from wangqian.cases.models import Event, Receipt, digest
from wangqian.flows import staff
from wangqian.people import knocks
from wangqian.people.clock import now
from wangqian.people.models import Graduate, Knock, SchoolChange, Throttle, User


def graduate_lock() -> None:
    """The row lock on the graduate; the lock on the case itself stays."""
    engine.lock_graduate = lambda pk: Graduate.objects.get(pk=pk)


def all_locks() -> None:
    """Every SELECT … FOR UPDATE: Django writes none for a database that does not know it."""
    connection.features.has_select_for_update = False


def clock_after_lock() -> None:
    """The door's time becomes `now()`: the moment the transaction began, before it waited for the lock."""

    def began() -> datetime:
        with connection.cursor() as cursor:
            cursor.execute("SELECT now()")
            moment: datetime = cursor.fetchone()[0]
        return moment.astimezone(UTC)

    engine.now = began


def receipt_first() -> None:
    """Idempotency by looking first and writing afterwards, as it is written without thinking of a second request."""

    def once(user: User, key: str, body: Mapping[str, object], act: Callable[[], str]) -> str:
        location = receipts.earlier(user, key, body) or act()
        Receipt.objects.create(actor=user, key=key, body_sha256=digest(body), status=303, location=location)
        return location

    receipts.once = once


def one_statement() -> None:
    """A throttle that reads how often, and then writes one more, as it is written without thinking of a second request."""

    def spend(key: str, limit: int, window: timedelta) -> bool:
        row, _new = Throttle.objects.get_or_create(key=key, defaults={"since": now()})
        if row.count >= limit:
            return False
        Throttle.objects.filter(key=key).update(count=row.count + 1)
        return True

    Throttle.spend = staticmethod(spend)  # type: ignore[method-assign, assignment]


def one_update() -> None:
    """A one-time code that is looked at first and marked as used afterwards."""

    def enter(purpose: str, pk: str, code: str) -> Knock:
        row = knocks.standing(purpose, pk)
        if row is None:
            raise knocks.CodeRefused(knocks.STALE)
        right = knocks.right(row, code)
        Knock.objects.filter(pk=pk).update(tries=row.tries + 1, **({"used_at": now()} if right else {}))
        if not right:
            raise knocks.CodeRefused(knocks.WRONG)
        return row

    knocks.enter = enter


def immediate() -> None:
    """SQLite: transactions begin without the write lock, which is Python's and Django's default."""
    options: dict[str, Any] = connection.settings_dict["OPTIONS"]
    connection.settings_dict["OPTIONS"] = {**options, "transaction_mode": "DEFERRED"}


def slow_commit() -> None:
    """No guard: every act pauses between its writes and its commit, so that what can overlap does, on any machine."""
    write = record.write

    def slowly(*args: Any) -> Event:
        event = write(*args)
        time.sleep(0.03)
        return event

    record.write = slowly


def slow_change() -> None:
    """No guard: the same pause before a change of somebody's rights is committed."""
    written = staff.written

    def slowly(*args: Any) -> SchoolChange:
        time.sleep(0.03)
        return written(*args)

    staff.written = slowly


SWITCHES: dict[str, Callable[[], None]] = {
    "graduate lock": graduate_lock,
    "all locks": all_locks,
    "clock after the lock": clock_after_lock,
    "receipt first": receipt_first,
    "one statement": one_statement,
    "one update": one_update,
    "immediate": immediate,
    "slow commit": slow_commit,
    "slow change": slow_change,
}
