"""Law L1 under fire: many invitations of one graduate accepted at the same moment, by processes behind a barrier."""

from __future__ import annotations

from collections import Counter

import pytest
from django.db import connection

from tests.cast import Cast
from tests.races.attempts import ready, take
from tests.races.crew import Answer, race, unexpected
from tests.races.crowd import CROWD, Crowd, acceptances, crowd
from tests.races.history import acknowledged, broken_chains, happened, holders, sentences
from wangqian.cases.engine import CLASHES
from wangqian.cases.models import Case, broken_link

VIEW_ONLY = "您已有一份签约（登记）在办理或生效中，其他单位的邀请只能查看。"


def size() -> tuple[int, int]:
    """(graduates, invitations of each); a thousand graduates in `./run storm races`."""
    return (CROWD, 10) if connection.vendor == "postgresql" else (25, 4)


def accept_all(people: Crowd, *off: str) -> list[list[Answer]]:
    return race(take, acceptances(people), ready=ready, off=off)


def assert_one_each(people: Crowd, answers: list[list[Answer]]) -> None:
    """Everybody bound exactly once; what was acknowledged is what happened; nobody crashed."""
    assert unexpected(answers) == []
    count = len(people.graduates)
    assert holders() == Counter({person.membership.graduate_id: 1 for person in people.graduates})
    assert len(acknowledged(answers)) == count
    assert acknowledged(answers) == happened("accept")
    assert Counter(Case.objects.values_list("state", flat=True)) == {
        "review": count,
        "invited": count * (len(people.employers) - 1),
    }
    assert broken_chains() == []


def test_copied_invitations_are_like_the_doors(stage: Cast) -> None:
    people = crowd(stage, 3, 2)
    assert [[broken_link(case) for case in cases] for cases in people.invitations] == [[None, None]] * 3
    stage.act(people.invitations[2][1], "accept", people.graduates[2])
    assert Case.objects.get(pk=people.invitations[2][1].pk).state == "review"


def test_ten_invitations_accepted_at_once_bind_once(stage: Cast) -> None:
    people = crowd(stage, *size())
    answers = accept_all(people)
    assert_one_each(people, answers)
    assert sentences(answers) == {VIEW_ONLY}
    winners = Case.objects.filter(holds=True)[:20]
    assert [broken_link(case) for case in winners] == [None] * len(winners)


@pytest.mark.postgres
def test_the_index_alone_suffices(stage: Cast) -> None:
    """Off: the lock on the graduate. `one_hold_per_graduate` alone keeps everybody single, with a sentence."""
    people = crowd(stage, 20, 10)
    answers = accept_all(people, "slow commit", "graduate lock")
    assert_one_each(people, answers)
    assert sentences(answers) <= {VIEW_ONLY, CLASHES["one_hold_per_graduate"]}


@pytest.mark.postgres
@pytest.mark.parametrize("dropped", [("one_hold_per_graduate",)], indirect=True)
def test_the_lock_alone_suffices(loose_stage: Cast) -> None:
    """Off: the index `one_hold_per_graduate`. The lock on the graduate alone keeps everybody single."""
    people = crowd(loose_stage, 20, 10)
    answers = accept_all(people, "slow commit")
    assert_one_each(people, answers)
    assert sentences(answers) == {VIEW_ONLY}


@pytest.mark.postgres
@pytest.mark.parametrize("dropped", [("one_hold_per_graduate",)], indirect=True)
def test_red_control_without_both_guards_graduates_sign_twice(loose_stage: Cast) -> None:
    """Off: the lock on the graduate and the index; the lock on the invitation stays. At least one in ten signs twice."""
    people = crowd(loose_stage, 20, 10)
    answers = accept_all(people, "slow commit", "graduate lock")
    assert unexpected(answers) == []
    twice = [graduate for graduate, count in holders().items() if count > 1]
    assert len(twice) >= 2


@pytest.mark.skipif("sqlite" not in connection.vendor, reason="PostgreSQL has row locks instead")
def test_red_control_on_sqlite_deferred_transactions_crash(stage: Cast) -> None:
    """Off: IMMEDIATE. Transactions that read before they write find the database changed, and people get no sentence."""
    people = crowd(stage, *size())
    answers = accept_all(people, "immediate")
    assert {answer.kind for lot in answers for answer in lot} >= {"ok", "OperationalError"}
