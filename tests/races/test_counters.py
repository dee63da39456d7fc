"""Counter rows: agreement numbers without gap or double, and throttles that never let one too many through."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection

from tests.cast import Cast
from tests.races.attempts import Attempt, on, ready, take
from tests.races.crew import Answer, race, unexpected
from tests.races.crowd import CROWD, acceptances, crowd, one_level
from tests.races.history import broken_chains
from wangqian.cases.models import Case, NumberSeries
from wangqian.codes.serial import agreement_valid
from wangqian.people.models import Throttle


def size() -> tuple[int, int]:
    """(final approvals, racers); a thousand approvals in `./run storm races`."""
    return (CROWD, 10) if connection.vendor == "postgresql" else (12, 4)


def dealt(attempts: list[Attempt], racers: int) -> list[list[Attempt]]:
    return [attempts[n::racers] for n in range(racers)]


def approve_all(cast: Cast, count: int, racers: int, *off: str) -> list[list[Answer]]:
    """Invitations accepted, then all finally approved by one school, `racers` at a time."""
    one_level(cast)
    people = crowd(cast, count, 1)
    accepted = race(take, dealt(acceptances(people)[0], racers), ready=ready)
    assert {answer.kind for lot in accepted for answer in lot} == {"ok"}
    cases = [case for (case,) in people.invitations]
    approvals = [on(cast, case, "approve", cast.school_reviewer) for case in cases]
    return race(take, dealt(approvals, racers), ready=ready, off=off)


def test_numbers_are_unique_and_without_gaps(stage: Cast) -> None:
    count, racers = size()
    answers = approve_all(stage, count, racers)
    assert unexpected(answers) == []
    numbers = sorted(Case.objects.filter(state="signed").values_list("number", flat=True))
    assert [int(number[11:17]) for number in numbers if number] == list(range(1, count + 1))
    assert all(agreement_valid(number) for number in numbers if number)
    assert NumberSeries.objects.get().last == count
    assert Case.objects.values("verification_code").distinct().count() == count
    assert broken_chains() == []


@pytest.mark.postgres
def test_red_control_a_counter_read_without_lock_gives_numbers_twice(stage: Cast) -> None:
    """Off: every row lock. Only the unique number of a case stops the second one, as a crash."""
    answers = approve_all(stage, 20, 10, "slow commit", "all locks")
    assert "IntegrityError" in {answer.kind for lot in answers for answer in lot}


def spend(key: str) -> str:
    return str(Throttle.spend(key, 50, timedelta(hours=1)))


def tries() -> tuple[int, int]:
    """(racers, tries of each), together more than the limit of 50."""
    return (8, 25) if connection.vendor == "postgresql" else (4, 20)


def test_a_throttle_never_lets_one_too_many_through(stage: Cast) -> None:
    racers, each = tries()
    answers = race(spend, [["door"] * each] * racers)
    said = [answer.said for lot in answers for answer in lot]
    assert (said.count("True"), said.count("False")) == (50, racers * each - 50)
    assert Throttle.objects.get(key="door").count == 50


@pytest.mark.postgres
def test_red_control_a_throttle_that_reads_before_it_writes_leaks(stage: Cast) -> None:
    """Off: the one statement. Tries are lost in counting, and more than the limit pass."""
    racers, each = tries()
    answers = race(spend, [["door"] * each] * racers, off=["one statement"])
    assert [answer.said for lot in answers for answer in lot].count("True") > 50
