"""Suspension beside what others do in the same moment: several workers, graduates who answer, thousands of invitations."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections

from tests.cast import Cast
from wangqian.cases.models import Case, Event, broken_link
from wangqian.chart.words import FLOWS, Refused
from wangqian.flows.suspension import end_invitations, waiting
from wangqian.people.models import Actor

pytestmark = pytest.mark.postgres  # SQLite has one writer
MANY = 24


def at_once(*acts: Callable[[], object]) -> list[object]:
    """Every act in a thread of its own, all let go together."""
    barrier = threading.Barrier(len(acts))

    def one(act: Callable[[], object]) -> object:
        barrier.wait()
        try:
            return act()
        except Refused as refused:
            return str(refused)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(one, acts))


def invited(stage: Cast) -> list[tuple[Case, Actor]]:
    graduates = [stage.graduate_named(f"学生{number}") for number in range(MANY)]
    stage.reviewers()
    return [(stage.invited(graduate=graduate), graduate) for graduate in graduates]


def drain() -> int:
    total = 0
    while ended := end_invitations(5):
        total += ended
    return total


def test_several_workers_end_each_invitation_once(stage: Cast) -> None:
    cases = invited(stage)
    stage.suspended()
    assert sum(map(int, map(str, at_once(drain, drain, drain)))) == MANY
    assert Event.objects.filter(step="invalidate").count() == MANY
    assert waiting().count() == 0
    assert all(broken_link(Case.objects.get(pk=case.pk)) is None for case, _who in cases)


def accepting(stage: Cast, case: Case, who: Actor) -> Callable[[], object]:
    return lambda: stage.act(case, "accept", who).step


def test_nobody_accepts_while_they_end(stage: Cast) -> None:
    cases = invited(stage)
    stage.suspended()
    answers = at_once(drain, *(accepting(stage, case, who) for case, who in cases[:8]))
    assert set(answers[1:]).isdisjoint({"accept"})
    assert set(Case.objects.filter(flow="online").values_list("state", flat=True)) == {"void"}


def test_red_control_without_the_rule_some_accept(stage: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    accept = FLOWS["online"].steps["accept"]
    monkeypatch.setattr(accept, "only_if", tuple(rule for rule in accept.only_if if rule.name != "still_certified"))
    cases = invited(stage)
    stage.suspended()
    answers = at_once(*(accepting(stage, case, who) for case, who in cases[:8]))
    assert set(answers) == {"accept"}
