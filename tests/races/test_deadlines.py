"""Deadlines under fire: time is asked of the database after the lock, and the half-open moment is the same for everybody."""

from __future__ import annotations

import time
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

import pytest
from django.db import connection, transaction

from tests.cast import Cast
from tests.races.attempts import Ready, on, ready, take
from tests.races.crew import Answer, race, start, unexpected
from tests.races.crowd import Crowd, crowd
from tests.races.history import broken_chains
from wangqian.cases.models import Case, Event
from wangqian.cases.tick import wake
from wangqian.people.clock import now
from wangqian.people.models import Graduate

LATE = "应约有效期已过，不能再答复；单位可再次发起邀请。"
WAITING = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"


class Clock(NamedTuple):
    """The clock's side of a duel; `ends` first puts the deadline so many milliseconds ahead."""

    case: UUID
    ends: int | None = None


def small() -> int:
    return 20 if connection.vendor == "postgresql" else 8


def wait_until_all_wait(count: int) -> None:
    """Until so many sessions of this database wait for a lock."""
    for _ in range(600):
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_stat_clear_snapshot()")  # else a transaction sees the first answer for ever
            cursor.execute(WAITING)
            if cursor.fetchone()[0] >= count:
                return
        time.sleep(0.05)
    raise AssertionError("the racers did not come to the lock")


def accept_over_the_deadline(cast: Cast, *off: str) -> list[Answer]:
    """Eight graduates accept in time, but wait for a lock that another session holds until the deadline has passed."""
    people = crowd(cast, 8, 1)
    cases = [case for (case,) in people.invitations]
    lots = [[on(cast, case, "accept", graduate)] for case, graduate in zip(cases, people.graduates, strict=True)]
    with transaction.atomic():
        list(Graduate.objects.select_for_update(no_key=True).order_by("pk"))
        under_way = start(take, lots, ready=ready, off=off)
        wait_until_all_wait(len(lots))
        deadline = now() + timedelta(milliseconds=200)
        Case.objects.filter(pk__in=[case.pk for case in cases]).update(respond_by=deadline, wake_at=deadline)
        while now() < deadline:
            time.sleep(0.02)
    return [answer for (answer,) in under_way.answers()]


@pytest.mark.postgres
def test_an_acceptance_that_waited_over_the_deadline_is_late(stage: Cast) -> None:
    answers = accept_over_the_deadline(stage)
    assert [(answer.kind, answer.said) for answer in answers] == [("Refused", LATE)] * 8
    assert set(Case.objects.values_list("state", flat=True)) == {"invited"}


@pytest.mark.postgres
def test_red_control_the_time_the_transaction_began_accepts_late(stage: Cast) -> None:
    """Off: `clock_timestamp()` after the lock; the door reads `now()`, the beginning of the transaction. All get in late."""
    answers = accept_over_the_deadline(stage, "clock after the lock")
    assert [answer.kind for answer in answers] == ["ok"] * 8


def at_the_deadline(item: Ready | Clock) -> str:
    """One side of accept against lapse. The clock answers with the deadline it set, nothing when it came after the accept."""
    if isinstance(item, Ready):
        time.sleep(item.attempt.case.int % 30 / 1000)  # type: ignore[union-attr]
        return take(item)
    deadline = now() + timedelta(milliseconds=item.ends or 0)
    if not Case.objects.filter(pk=item.case, state="invited").update(respond_by=deadline, wake_at=deadline):
        return ""
    while Case.objects.filter(pk=item.case, state="invited").exists():
        wake(item.case)
    return deadline.isoformat()


def prepared(items: list[object]) -> list[object]:
    """Attempts get their proofs; the clock needs none."""
    return list(items) if isinstance(items[0], Clock) else list(ready(items))  # type: ignore[arg-type]


def test_accept_against_lapse(stage: Cast) -> None:
    """Whoever wins, an acceptance is before the deadline and a lapse at or after it, and there is exactly one of them."""
    people = crowd(stage, small(), 1)
    cases = [case for (case,) in people.invitations]
    accepts = [on(stage, case, "accept", graduate) for case, graduate in zip(cases, people.graduates, strict=True)]
    clocks = [Clock(case.pk, n % 20) for n, case in enumerate(cases)]
    answers = race(at_the_deadline, [accepts, clocks], ready=prepared)
    assert unexpected(answers) == []
    for accept, clock in zip(*answers, strict=True):
        last = Event.objects.get(case=clock.item.case, number=2)
        assert (accept.ok, last.step) in {(True, "accept"), (False, "lapse")}
        if clock.said:
            assert (last.at >= datetime.fromisoformat(clock.said)) == (last.step == "lapse")
        else:
            assert last.step == "accept"
    assert broken_chains() == []


def wake_all(item: Clock) -> str:
    wake(item.case)
    return ""


def overdue(cast: Cast, count: int) -> Crowd:
    people = crowd(cast, count, 1)
    past = now() - timedelta(seconds=1)
    Case.objects.update(respond_by=past, wake_at=past)
    return people


def test_four_clocks_lapse_once(stage: Cast) -> None:
    people = overdue(stage, small())
    lot = [Clock(case.pk) for (case,) in people.invitations]
    assert unexpected(race(wake_all, [lot] * 4)) == []
    assert Event.objects.filter(step="lapse").count() == small()
    assert broken_chains() == []


@pytest.mark.postgres
@pytest.mark.parametrize("dropped", [("one_event_number",)], indirect=True)
def test_red_control_clocks_without_locks_lapse_twice(loose_stage: Cast) -> None:
    """Off: every row lock and `one_event_number`. Two workers tell people twice that an invitation lapsed."""
    people = overdue(loose_stage, small())
    race(wake_all, [[Clock(case.pk) for (case,) in people.invitations]] * 4, off=["slow commit", "all locks"])
    assert Event.objects.filter(step="lapse").count() > small()
