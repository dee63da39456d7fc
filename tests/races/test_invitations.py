"""One open invitation per employer and graduate, sent ten times at once."""

from __future__ import annotations

from collections import Counter

import pytest
from django.db import connection

from tests.answers import TERMS
from tests.cast import Cast
from tests.races.attempts import Attempt, opening, ready, take
from tests.races.crew import Answer, race, unexpected
from tests.races.crowd import CROWD, employers_of, graduates_of
from tests.races.history import acknowledged, broken_chains, happened, sentences
from wangqian.cases.engine import CLASHES
from wangqian.cases.models import Case
from wangqian.people.clock import now
from wangqian.people.models import Favourite

ALREADY = CLASHES["one_open_invitation"]


def size() -> tuple[int, int, int]:
    """(employers, graduates, racers); 500 pairs × 10 racers in `./run storm races`."""
    return (10, CROWD // 20, 10) if connection.vendor == "postgresql" else (2, 5, 4)


def pairs(cast: Cast, employers: int, graduates: int) -> list[Attempt]:
    """An invitation of every graduate by every employer, all of them favourites already."""
    units, people = employers_of(cast, employers), graduates_of(cast, graduates)
    both = [(unit, unit.membership.employer, person.membership.graduate) for unit in units for person in people]
    moment = now()
    Favourite.objects.bulk_create(
        [Favourite(employer=e, graduate=g, added_by=unit.user, added_at=moment) for unit, e, g in both]
    )
    return [opening(cast, "online", "invite", unit, TERMS, graduate=g, employer=e) for unit, e, g in both]


def send(attempts: list[Attempt], racers: int, *off: str) -> list[list[Answer]]:
    return race(take, [attempts] * racers, ready=ready, off=off)


def open_invitations() -> Counter[tuple[object, ...]]:
    return Counter(Case.objects.filter(exclusive="invitation").values_list("employer_id", "graduate_id"))


def assert_one_each(attempts: list[Attempt], answers: list[list[Answer]]) -> None:
    assert unexpected(answers) == []
    assert open_invitations() == Counter({(each.employer, each.graduate): 1 for each in attempts})
    assert acknowledged(answers) == happened("invite")
    assert sentences(answers) == {ALREADY}
    assert broken_chains() == []


def test_ten_at_once_make_one_invitation(stage: Cast) -> None:
    employers, graduates, racers = size()
    attempts = pairs(stage, employers, graduates)
    assert_one_each(attempts, send(attempts, racers))


@pytest.mark.postgres
def test_the_index_alone_suffices(stage: Cast) -> None:
    """Off: the lock on the graduate."""
    attempts = pairs(stage, 2, 5)
    assert_one_each(attempts, send(attempts, 10, "slow commit", "graduate lock"))


@pytest.mark.postgres
@pytest.mark.parametrize("dropped", [("one_open_invitation",)], indirect=True)
def test_the_lock_alone_suffices(loose_stage: Cast) -> None:
    """Off: the index `one_open_invitation`."""
    attempts = pairs(loose_stage, 2, 5)
    assert_one_each(attempts, send(attempts, 10, "slow commit"))


@pytest.mark.postgres
@pytest.mark.parametrize("dropped", [("one_open_invitation",)], indirect=True)
def test_red_control_without_both_guards_invitations_double(loose_stage: Cast) -> None:
    """Off: the lock on the graduate and the index `one_open_invitation`. A pair gets more than one."""
    attempts = pairs(loose_stage, 2, 5)
    answers = send(attempts, 10, "slow commit", "graduate lock")
    assert unexpected(answers) == []
    assert max(open_invitations().values()) > 1
