"""Every reachable state of the small world: the charts and the oracle agree on every move, and the laws hold."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from typing import Any

import pytest

from tests.machine import model, oracle
from tests.machine.world import NEVER, End, Move, World, actors, empty
from wangqian.chart.words import FLOWS, SYSTEM, Rule

pytestmark = pytest.mark.once
SIZES = {"1 graduate, 2 employers": (1, 2), "2 graduates, 1 employer": (2, 1)}
BESIDE = ("correct", "confirm_correction")  # what is reported of an agreement; the small world knows nothing of it
STEPS = [
    (slug, name)
    for slug in (model.SIGNING, model.ENDING)
    for name, step in FLOWS[slug].steps.items()
    if step.who is not SYSTEM  # the system moves only as the effect of somebody's step
    and name not in BESIDE
]
Found = list[tuple[World, Move, str]]


def moves(world: World) -> Iterator[Move]:
    """Every move anybody might try. A pair already bound is not invited anew: the model keeps one case per pair."""
    graduates, employers = len(world.pairs), len(world.pairs[0])
    for g in range(graduates):
        for e in range(employers):
            case = world.pairs[g][e]
            bound = case is not None and case.state in oracle.BINDING
            for user, capacity in actors(graduates, employers):
                for flow, step in STEPS:
                    if not (bound and step == "invite"):
                        yield Move(user, capacity, g, e, flow, step)


def charted(world: World, move: Move) -> World | None:
    try:
        return model.take(world, move)
    except model.No:
        return None


def broken_law(before: World, move: Move, world: World) -> str:
    """The law that a step broke, by name."""
    for g, row in enumerate(world.pairs):
        holding = [e for e, case in enumerate(row) if case and FLOWS[model.SIGNING].states[case.state].holds]
        signed = [e for e, case in enumerate(row) if case and case.state == "signed"]
        if len(holding) > 1:
            return "L1"
        if (signed or [NEVER]) != [world.ledger[g]]:
            return "L2"
    was, now = before.at(move), world.at(move)
    if move.flow != model.ENDING or not (was and now):
        return ""
    if now.state == "terminated":
        last = was.end
        done = last and last.asker and (last.state, last.level, move.capacity) == ("review", 1, "school")
        return "" if done else "I12: both parties and every level"
    untouched = now._replace(end=None) == was._replace(end=None) and world.ledger == before.ledger
    return "" if untouched else "I12: exactly as before"


def search(graduates: int, employers: int, stop: bool = False) -> tuple[set[World], Found]:
    """(states seen, disagreements and broken laws); breadth first until there is no new state."""
    start = empty(graduates, employers)
    seen, queue, wrong = {start}, deque([start]), Found()
    while queue and not (stop and wrong):
        world = queue.popleft()
        reached = [replace(world, time=world.time + 1)] if world.time < 2 else []
        for move in moves(world):
            chart, told = charted(world, move), oracle.after(world, move)
            if chart != told:
                wrong.append((world, move, f"chart {chart}, oracle {told}"))
            if chart is not None:
                reached.append(chart)
                if law := broken_law(world, move, chart):
                    wrong.append((world, move, law))
        fresh = [each for each in reached if each not in seen]
        seen.update(fresh)
        queue.extend(dict.fromkeys(fresh))
    return seen, wrong


whole = cache(search)  # of the charts as they are


@pytest.mark.parametrize("size", [pytest.param(one, marks=pytest.mark.storm if one.startswith("2") else ()) for one in SIZES])
def test_charts_and_oracle_agree_everywhere(size: str) -> None:
    states, wrong = whole(*SIZES[size])
    assert wrong[:3] == []
    assert len(states) > 1000


def test_every_state_of_both_charts_is_reached() -> None:
    """Else the search would be blind there."""
    seen, _wrong = whole(1, 2)
    cases = [case for world in seen for row in world.pairs for case in row if case]
    assert {case.state for case in cases} == set(FLOWS[model.SIGNING].states)
    assert {case.end.state for case in cases if isinstance(case.end, End)} == set(FLOWS[model.ENDING].states)


# (step, rule or effect taken out) — each a lifecycle bug the search must find
BUGS = [
    ("online.invite", "cohort_open"),
    ("online.invite", "no_open_invitation"),
    ("online.invite", "lapse_overdue"),
    ("online.accept", "in_time"),
    ("online.accept", "free"),
    ("online.accept", "cohort_open"),
    ("online.decline", "free"),
    ("online.lapse", "overdue"),
    ("online.approve", "fresh_eyes"),
    ("online.approve", "no_release_requested"),
    ("online.terminate", "leave_ledger"),
    ("online.confirm_release", "another_person"),
    ("online.confirm_release", "release_children"),
    ("online.confirm_release", "leave_ledger"),
    ("online_termination.ask", "no_open_termination"),
    ("online_termination.accept", "answer_in_time"),
    ("online_termination.approve", "fresh_eyes"),
    ("online_termination.withdraw", "unreviewed"),
    ("online_termination.withdraw", "asked_by_me"),
]


def called(part: Any) -> str:
    """The name of a rule or an effect."""
    return part.name if isinstance(part, Rule) else part.__name__


@pytest.mark.parametrize(("step", "part"), BUGS)
def test_a_planted_bug_is_found(monkeypatch: pytest.MonkeyPatch, step: str, part: str) -> None:
    flow, name = step.split(".")
    broken = FLOWS[flow].steps[name]
    for parts in ("only_if", "first", "then"):
        kept = [each for each in getattr(broken, parts) if called(each) != part]
        monkeypatch.setattr(broken, parts, tuple(kept))
    assert search(1, 2, stop=True)[1]
