"""Two parties, one moment: whoever comes second is told, and the record shows one order of events."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import connection

from tests.cast import Cast
from tests.races import duels
from tests.races.attempts import ready, take
from tests.races.crew import Answer, race, unexpected
from tests.races.duels import Pair
from tests.races.history import acknowledged, broken_chains
from wangqian.cases.models import Case, CurrentDestination, Event

Duel = Callable[[Cast, int], list[Pair]]
ONE_WINS = (
    duels.accept_or_retract,
    duels.approve_or_refuse,
    duels.approve_twice,
    duels.both_terminate,
    duels.approve_termination_or_release,
)
ONE_CASE = ONE_WINS[:-1]  # a termination and its agreement are two rows: no index sees both, the lock alone does
FIRST_WINS = (duels.accept_or_extend, duels.release_or_accept_termination)
UNGUARDED = [("one_event_number", "one_open_termination")]


def count() -> int:
    return 10 if connection.vendor == "postgresql" else 6


def fight(cast: Cast, duel: Duel, *off: str) -> tuple[list[int], list[list[Answer]], set[int]]:
    """(how many of each pair succeeded, all answers, the events people caused)."""
    pairs = duel(cast, count())
    before = set(Event.objects.values_list("pk", flat=True))
    answers = race(take, list(zip(*pairs, strict=True)), ready=ready, off=["slow commit", *off])
    new = Event.objects.exclude(pk__in=before).filter(cause=None).values_list("pk", flat=True)
    return [one.ok + other.ok for one, other in zip(*answers, strict=True)], answers, set(new)


@pytest.mark.parametrize("duel", ONE_WINS, ids=lambda duel: duel.__name__)
def test_exactly_one_wins(stage: Cast, duel: Duel) -> None:
    wins, answers, new = fight(stage, duel)
    assert unexpected(answers) == []
    assert wins == [1] * count()
    assert acknowledged(answers) == new
    assert broken_chains() == []
    assert_ledger_agrees()


@pytest.mark.parametrize("duel", FIRST_WINS, ids=lambda duel: duel.__name__)
def test_the_stronger_step_always_wins(stage: Cast, duel: Duel) -> None:
    """Before or after the other step, accepting (releasing) succeeds; the other does only when it came first."""
    _, answers, new = fight(stage, duel)
    assert unexpected(answers) == []
    assert [answer.ok for answer in answers[0]] == [True] * count()
    assert acknowledged(answers) == new
    assert broken_chains() == []
    assert_ledger_agrees()
    for first, second in zip(*answers, strict=True):
        if second.ok:
            assert int(second.said) < int(first.said)


def assert_ledger_agrees() -> None:
    """Laws L1 and L2: a signed agreement holds and is in force; nothing else is in force."""
    in_force = set(CurrentDestination.objects.values_list("entry__case", flat=True))
    assert in_force == set(Case.objects.filter(flow="online", state="signed", holds=True).values_list("pk", flat=True))


@pytest.mark.postgres
@pytest.mark.parametrize("dropped", UNGUARDED, indirect=True, ids=["unguarded"])
@pytest.mark.parametrize("duel", ONE_WINS, ids=lambda duel: duel.__name__)
def test_red_control_both_win(loose_stage: Cast, duel: Duel) -> None:
    """Off: every row lock, `one_event_number`, `one_open_termination`. Both parties of some pair succeed."""
    wins, _, _ = fight(loose_stage, duel, "all locks")
    assert 2 in wins


@pytest.mark.postgres
@pytest.mark.parametrize("dropped", UNGUARDED, indirect=True, ids=["unguarded"])
@pytest.mark.parametrize("duel", FIRST_WINS, ids=lambda duel: duel.__name__)
def test_red_control_chains_break(loose_stage: Cast, duel: Duel) -> None:
    """Off: every row lock, `one_event_number`, `one_open_termination`. Two events of a case take one number."""
    fight(loose_stage, duel, "all locks")
    assert broken_chains() != []


@pytest.mark.postgres
@pytest.mark.parametrize("duel", ONE_CASE, ids=lambda duel: duel.__name__)
def test_without_locks_the_indexes_still_keep_one_order(stage: Cast, duel: Duel) -> None:
    """Off: every row lock. Losers may crash instead of being told, but no two succeed and no chain breaks."""
    wins, _, _ = fight(stage, duel, "all locks")
    assert wins == [1] * count()
    assert broken_chains() == []
