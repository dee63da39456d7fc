"""On paper under fire: one graduate in two tabs, online and offline; one link used many times at once."""

from __future__ import annotations

from collections import Counter
from uuid import UUID

import pytest
from django.db import connection

from tests.answers import OFFLINE
from tests.cast import Cast
from tests.papers import linked
from tests.races.attempts import Attempt, on, ready, take
from tests.races.crew import Answer, race, unexpected
from tests.races.history import acknowledged, broken_chains, happened, holders, sentences
from tests.races.test_accepts import VIEW_ONLY
from wangqian.cases.engine import CLASHES, perform
from wangqian.cases.models import Case, Event, Evidence
from wangqian.flows import links
from wangqian.flows.models import Link
from wangqian.flows.rules import free
from wangqian.people.models import Actor, Membership

Use = tuple[UUID, UUID]  # case, link


def many() -> int:
    return 50 if connection.vendor == "postgresql" else 8


def tabs(cast: Cast, graduates: int) -> tuple[list[Actor], list[list[Attempt]]]:
    """Of each graduate an acceptance in one tab, a submission in the other."""
    people = [cast.graduate_named(f"毕业生{n}") for n in range(graduates)]
    accepting = [on(cast, cast.invited(graduate=by), "accept", by) for by in people]
    submitting = [on(cast, cast.begun("offline", by), "submit", by, OFFLINE) for by in people]
    return people, [accepting, submitting]


def assert_bound_once(people: list[Actor], answers: list[list[Answer]]) -> None:
    assert unexpected(answers) == []
    assert holders() == Counter({by.membership.graduate_id: 1 for by in people})
    assert len(acknowledged(answers)) == len(people)
    assert acknowledged(answers) == happened("accept") | happened("submit")
    assert broken_chains() == []


def test_online_and_offline_at_once_bind_once(stage: Cast) -> None:
    people, lots = tabs(stage, many())
    answers = race(take, lots, ready=ready)
    assert_bound_once(people, answers)
    assert sentences(answers) and sentences(answers) <= {VIEW_ONLY, free.sentence}


@pytest.mark.postgres
def test_the_index_alone_suffices(stage: Cast) -> None:
    """Off: the lock on the graduate."""
    people, lots = tabs(stage, 10)
    answers = race(take, lots, ready=ready, off=("slow commit", "graduate lock"))
    assert_bound_once(people, answers)
    assert sentences(answers) <= {VIEW_ONLY, free.sentence, CLASHES["one_hold_per_graduate"]}


@pytest.mark.postgres
@pytest.mark.parametrize("dropped", [("one_hold_per_graduate",)], indirect=True)
def test_red_control_without_both_guards_both_bind(loose_stage: Cast) -> None:
    """Off: the lock on the graduate and the index."""
    _people, lots = tabs(loose_stage, 10)
    answers = race(take, lots, ready=ready, off=("slow commit", "graduate lock"))
    assert unexpected(answers) == []
    assert max(holders().values()) > 1


# --- one link, many uses -----------------------------------------------------------------------------


def opened(cast: Cast) -> Use:
    case = cast.stamping()
    link, _secret = linked(cast, case)
    cast.hand_in(case, "scan", owner=None, link=link.pk)
    return case.pk, link.pk


def confirm(use: Use) -> str:
    case, link = Case.objects.get(pk=use[0]), Link.objects.get(pk=use[1])
    return str(perform(case, "receive", by=links.bearer(link, "127.0.0.1", "race")).pk)


def received() -> int:
    return Event.objects.filter(step="receive").count()


def test_fifty_uses_of_a_link_are_one(stage: Cast) -> None:
    racers, each = (10, 5) if connection.vendor == "postgresql" else (4, 3)
    use = opened(stage)
    answers = race(confirm, [[use] * each] * racers)
    assert unexpected(answers) == []
    assert (received(), len(acknowledged(answers))) == (1, 1)
    assert Link.objects.get(pk=use[1]).used_at is not None
    assert broken_chains() == []


@pytest.mark.postgres
@pytest.mark.parametrize("dropped", [("one_event_number",)], indirect=True)
def test_red_control_without_locks_a_link_is_used_more_than_once(loose_stage: Cast) -> None:
    """Off: every lock, and the index over the events' numbers."""
    use = opened(loose_stage)
    race(confirm, [[use]] * 10, off=("slow commit", "all locks"))
    assert received() > 1


# --- the graduate and the contact at the same moment --------------------------------------------------


def hand_in(use: Use) -> str:
    """The graduate himself, with what he uploaded."""
    case = Case.objects.get(pk=use[0])
    by = Membership.objects.select_related("user").get(graduate=case.graduate_id)
    return str(perform(case, "hand_in", by=Actor(by, "127.0.0.1", "race")).pk)


def either(what: tuple[str, Use]) -> str:
    return confirm(what[1]) if what[0] == "contact" else hand_in(what[1])


def both(cast: Cast, count: int) -> list[list[tuple[str, Use]]]:
    """Of each paper a scan by the contact and one by the graduate, handed in at once."""
    uses = []
    for number in range(count):
        by = cast.graduate_named(f"毕业生{number}")
        case = cast.stamping(by)
        link, _secret = linked(cast, case, by=by)
        cast.hand_in(case, "scan", owner=None, link=link.pk)
        cast.hand_in(case, "scan", by)
        uses.append((case.pk, link.pk))
    return [[(who, use) for use in uses] for who in ("contact", "graduate")]


def test_one_of_graduate_and_contact_hands_it_in_each_with_his_own_file(stage: Cast) -> None:
    count = 12 if connection.vendor == "postgresql" else 4
    answers = race(either, both(stage, count))
    assert unexpected(answers) == []
    assert acknowledged(answers) == happened("receive", "hand_in") and len(acknowledged(answers)) == count
    assert {case.state for case in Case.objects.all()} == {"stamped_review"}
    for event in Event.objects.filter(step__in=("receive", "hand_in")):
        (his,) = event.data["files"]["scan"]
        assert (Evidence.objects.get(sha256=his).link is None) is (event.step == "hand_in")
    assert broken_chains() == []


@pytest.mark.postgres
@pytest.mark.parametrize("dropped", [("one_event_number",)], indirect=True)
def test_red_control_without_locks_both_hand_it_in(loose_stage: Cast) -> None:
    """Off: every lock, and the index over the events' numbers."""
    race(either, both(loose_stage, 5), off=("slow commit", "all locks"))
    assert len(happened("receive", "hand_in")) > 5
