"""Every reachable state of one graduate on paper (flows 3 and 6): the charts and the oracle agree on every move."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from inspect import getclosurevars
from typing import Any

import pytest

from tests.machine.paper_oracle import LEVELS, OPEN, Case, Move, World, after, bound, case_of, put
from tests.machine.test_search import called
from wangqian.chart.words import FLOWS, STAY, Fork, Role, State, Step

pytestmark = pytest.mark.once
ACTORS = (("g", "graduate"), ("c", "college"), ("x", "college"), ("x", "school"), ("s", "school"), ("t", "contact"))
# What the small world knows nothing of: the form, the person's data, what is reported, what only writes.
BESIDE = ("choose", "reconfirm", "reconfirm_paper", "correct", "confirm_correction")
STEPS = [
    (slug, name)
    for slug in OPEN
    for name, step in FLOWS[slug].steps.items()
    if not step.who.automaton and not step.keeps and name not in BESIDE
]
Rule = Callable[[World, Move, Case], bool]
TRUE = ("offered_on_paper", "information_confirmed", "can_sign", "facts_current", "for_his_training", "not_sent_too_often")
RULES: dict[str, Rule] = {
    **dict.fromkeys(TRUE, lambda w, m, c: True),
    "cohort_open": lambda w, m, c: not w.closed,
    "free": lambda w, m, c: not bound(w, m.flow if m.step == "submit" else ""),
    "no_draft": lambda w, m, c: c.state != "draft",
    "unreviewed": lambda w, m, c: not c.touched,
    "fresh_eyes": lambda w, m, c: m.user != c.passed,
    "not_my_edit": lambda w, m, c: c.level == 0 or m.user != c.edited,
    "link_alive": lambda w, m, c: c.link,
    "no_release_requested": lambda w, m, c: not c.pending,
    "release_requested": lambda w, m, c: bool(c.pending),
    "another_person": lambda w, m, c: c.pending != m.user,
}


def charted(w: World, m: Move) -> World | None:
    """Where the chart leads."""
    step, c = FLOWS[m.flow].steps[m.step], case_of(w, m.flow)
    here = FLOWS[m.flow].states.get(c.state)
    if not step.starts and here not in step.sources:
        return None
    if not acts(step.who, m, c) or not all(RULES[rule.name](w, m, c) for rule in step.only_if):
        return None
    target = chosen(step, here, w, c)
    w = put(w, m.flow, entered(step, here, target, m, Case() if step.starts else c))
    for effect in step.then:
        w = felt(effect, w, m, target)
    return w


def acts(who: Role, m: Move, c: Case) -> bool:
    return m.capacity == (LEVELS[c.level] if who.name == "reviewer" else who.name)


def chosen(step: Step, here: State | None, w: World, c: Case) -> State:
    if isinstance(step.target, Fork):
        yes = w.dial if step.target.when.__name__ == "void_is_reviewed" else c.level == 1
        return (step.target.yes if yes else step.target.no).state
    target = here if step.target is STAY else step.target
    assert isinstance(target, State)
    return target


def entered(step: Step, here: State | None, target: State, m: Move, c: Case) -> Case:
    reviewed = step.who.name == "reviewer"
    pending = {"request_release": m.user, "withdraw_release": ""}.get(m.step, c.pending if target.holds else "")
    if target is not here:
        return Case(target.name, pending=pending)
    c = c._replace(touched=c.touched or reviewed, edited=m.user if m.step == "revise" else c.edited, pending=pending)
    return c._replace(level=c.level + 1, passed=m.user) if reviewed and isinstance(step.target, Fork) else c


def felt(effect: Any, w: World, m: Move, target: State) -> World:
    name = effect.__qualname__.partition(".")[0]
    if name == "arriving":
        inner = getclosurevars(effect).nonlocals
        for each in inner["effects"] if inner["state"] == target.name else ():
            w = felt(each, w, m, target)
    elif name in ("enter_ledger", "enter_stated"):
        w = w._replace(ledger=m.flow)
    elif name == "leave_ledger":
        w = w._replace(ledger="" if w.ledger == m.flow else w.ledger)
    elif name == "make_link":
        w = put(w, m.flow, case_of(w, m.flow)._replace(link=True))
    return w


def moves() -> Iterator[Move]:
    for user, capacity in ACTORS:
        yield from (Move(user, capacity, *step) for step in STEPS)


MOVES = tuple(moves())
Found = list[tuple[World, Move, str]]


def broken_law(w: World) -> str:
    holding = [flow for flow in OPEN if (state := FLOWS[flow].states.get(case_of(w, flow).state)) and state.holds]
    effective = [flow for flow in holding if case_of(w, flow).state in ("signed", "registered", "voiding")]
    if len(holding) > 1:
        return "L1"
    return "" if (effective or [""]) == [w.ledger] else "L2"


def search(stop: bool = False) -> tuple[set[World], Found]:
    """(states seen, disagreements and broken laws); breadth first until there is no new state."""
    queue = deque([World(), World(dial=True)])
    seen, wrong = set(queue), Found()
    while queue and not (stop and wrong):
        world = queue.popleft()
        reached = [world._replace(closed=True)]
        for move in MOVES:
            chart, told = charted(world, move), after(world, move)
            if chart != told:
                wrong.append((world, move, f"chart {chart}, oracle {told}"))
            if chart is not None:
                reached.append(chart)
                if law := broken_law(chart):
                    wrong.append((world, move, law))
        fresh = [each for each in dict.fromkeys(reached) if each not in seen]
        seen.update(fresh)
        queue.extend(fresh)
    return seen, wrong


def test_charts_and_oracle_agree_everywhere() -> None:
    seen, wrong = search()
    assert wrong[:3] == []
    for flow in OPEN:
        ended_elsewhere = {"terminated"} if flow == "offline" else set()  # by flow 4, which this world has not
        assert {case_of(world, flow).state for world in seen} - {""} == set(FLOWS[flow].states) - ended_elsewhere


# (step, rule or effect taken out) — each a lifecycle bug the search must find
BUGS = [
    ("offline.fill", "free"),
    ("offline.fill", "no_draft"),
    ("offline.submit", "free"),
    ("offline.submit", "cohort_open"),
    ("offline.withdraw", "unreviewed"),
    ("offline.approve", "fresh_eyes"),
    ("offline.receive", "link_alive"),
    ("offline.withdraw_paper", "unreviewed"),
    ("offline.approve_paper", "fresh_eyes"),
    ("offline.approve_paper", "arriving"),
    ("offline.confirm_release", "leave_ledger"),
    ("destination.submit", "free"),
    ("destination.approve", "not_my_edit"),
    ("destination.approve", "no_release_requested"),
    ("destination.approve", "arriving"),
    ("destination.void", "cohort_open"),
    ("destination.void", "arriving"),
    ("destination.approve_void", "arriving"),
    ("destination.withdraw_void", "unreviewed"),
]


@pytest.mark.parametrize(("step", "part"), BUGS)
def test_a_planted_bug_is_found(monkeypatch: pytest.MonkeyPatch, step: str, part: str) -> None:
    flow, name = step.split(".")
    broken = FLOWS[flow].steps[name]
    for parts in ("only_if", "then"):
        kept = [each for each in getattr(broken, parts) if part not in (called(each), getattr(each, "__qualname__", "").partition(".")[0])]
        monkeypatch.setattr(broken, parts, tuple(kept))
    assert search(stop=True)[1]
