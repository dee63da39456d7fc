"""Every reachable state of one graduate on paper (flows 3 to 6, two at a time): the charts and the oracle agree on every move."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from inspect import getclosurevars
from typing import Any

import pytest

from tests.machine.paper_oracle import (
    ENDING,
    LEVELS,
    OPEN,
    Case,
    Move,
    World,
    after,
    agreement,
    bound,
    case_of,
    in_force,
    put,
)
from tests.machine.test_search import called
from wangqian.chart.words import FLOWS, STAY, Flow, Fork, Role, State, Step

pytestmark = pytest.mark.once
ACTORS = (("g", "graduate"), ("c", "college"), ("x", "college"), ("x", "school"), ("s", "school"), ("t", "contact"))
# What the small world knows nothing of: the form, the person's data, what is reported, what only writes.
BESIDE = ("choose", "reconfirm", "reconfirm_paper", "correct", "confirm_correction")
TOGETHER = (("offline", ENDING), ("paper", ENDING), ("offline", "paper"), ("offline", "destination"), ("paper", "destination"))
STEPS = [
    (slug, name)
    for slug in (*OPEN, ENDING)
    for name, step in FLOWS[slug].steps.items()
    if not step.who.automaton and not step.keeps and name not in BESIDE
]
ASKING = ("draft", "review", "returned")
Rule = Callable[[World, Move, Case], bool]
TRUE = (
    *("offered_on_paper", "information_confirmed", "enrolled", "can_sign", "for_his_training"),
    *("facts_current", "paper_current", "not_sent_too_often", "no_answer_online"),
)
RULES: dict[str, Rule] = {
    **dict.fromkeys(TRUE, lambda w, m, c: True),
    "cohort_open": lambda w, m, c: not w.closed,
    "in_time_to_submit": lambda w, m, c: c.handed or not w.closed,
    "free": lambda w, m, c: not bound(w, m.flow if m.step == "submit" else ""),
    "no_draft": lambda w, m, c: c.state != "draft",
    "unreviewed": lambda w, m, c: not c.touched,
    "fresh_eyes": lambda w, m, c: m.user != c.passed,
    "not_my_edit": lambda w, m, c: c.level == 0 or m.user != c.edited,
    "link_alive": lambda w, m, c: c.link,
    "no_release_requested": lambda w, m, c: not c.pending,
    "release_requested": lambda w, m, c: bool(c.pending),
    "another_person": lambda w, m, c: c.pending != m.user,
    "no_open_termination": lambda w, m, c: w.offline_termination.state not in ("review", "returned"),
    "in_force_still": lambda w, m, c: in_force(w, agreement(w)),
    "no_release_requested_on_parent": lambda w, m, c: not case_of(w, agreement(w)).pending,
}


def charted(w: World, m: Move) -> World | None:
    """Where the chart leads."""
    step, c = FLOWS[m.flow].steps[m.step], case_of(w, m.flow)
    here = FLOWS[m.flow].states.get(c.state)
    if not step.starts and here not in step.sources:
        return None
    of = agreement(w)
    if step.starts and FLOWS[m.flow].needs_parent and FLOWS[of].states.get(case_of(w, of).state) not in FLOWS[m.flow].opens_on:
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
        return Case(target.name, pending=pending, handed=target.name == "draft" and not step.starts)
    c = c._replace(touched=c.touched or reviewed, edited=m.user if m.step == "revise" else c.edited, pending=pending)
    return c._replace(level=c.level + 1, passed=m.user) if reviewed and isinstance(step.target, Fork) else c


def felt(effect: Any, w: World, m: Move, target: State) -> World:
    name = effect.__qualname__.partition(".")[0]
    if name in ("arriving", "when_done"):
        inner = getclosurevars(effect).nonlocals
        there = inner["state"] == target.name if name == "arriving" else target.kind == "done"
        for each in inner["effects"] if there else ():
            w = felt(each, w, m, target)
    elif name == "end_agreement":
        w = ended(w, m, FLOWS[agreement(w)], "terminate")
    elif name == "release_children" and w.offline_termination.state in ASKING:
        w = ended(w, m, FLOWS[ENDING], "overtaken")
    elif name in ("enter_ledger", "enter_stated"):
        w = w._replace(ledger=m.flow)
    elif name == "leave_ledger":
        w = w._replace(ledger="" if w.ledger == m.flow else w.ledger)
    elif name == "make_link":
        w = put(w, m.flow, case_of(w, m.flow)._replace(link=True))
    return w


def ended(w: World, m: Move, flow: type[Flow], name: str) -> World:
    """The system's step on another case."""
    target = flow.steps[name].target
    assert isinstance(target, State)
    w = put(w, flow.slug, Case(target.name))
    for effect in flow.steps[name].then:
        w = felt(effect, w, m._replace(flow=flow.slug), target)
    return w


def moves(flows: tuple[str, ...]) -> Iterator[Move]:
    for user, capacity in ACTORS:
        yield from (Move(user, capacity, *step) for step in STEPS if step[0] in flows)


Found = list[tuple[World, Move, str]]


def broken_law(w: World) -> str:
    holding = [flow for flow in OPEN if (state := FLOWS[flow].states.get(case_of(w, flow).state)) and state.holds]
    effective = [flow for flow in holding if case_of(w, flow).state in ("signed", "registered", "voiding")]
    if len(holding) > 1:
        return "L1"
    if w.offline_termination.state in ASKING and not in_force(w, agreement(w)):
        return "a termination of nothing"
    return "" if (effective or [""]) == [w.ledger] else "L2"


def search(flows: tuple[str, ...], stop: bool = False) -> tuple[set[World], Found]:
    """(states seen, disagreements and broken laws); breadth first until there is no new state."""
    queue, tried = deque([World(), World(dial=True)] if "destination" in flows else [World()]), tuple(moves(flows))
    seen, wrong = set(queue), Found()
    while queue and not (stop and wrong):
        world = queue.popleft()
        reached = [world._replace(closed=True)]
        for move in tried:
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
    reached: dict[str, set[str]] = {flow: set() for flow in (*OPEN, ENDING)}
    for flows in TOGETHER:
        seen, wrong = search(flows)
        assert wrong[:3] == []
        for flow in flows:
            reached[flow] |= {case_of(world, flow).state for world in seen} - {""}
    assert reached == {flow: set(FLOWS[flow].states) for flow in reached}


# (step, rule or effect taken out) — each a lifecycle bug the search must find
BUGS = [
    ("offline.fill", "free"),
    ("offline.fill", "no_draft"),
    ("offline.submit", "free"),
    ("offline.submit", "in_time_to_submit"),
    ("offline.withdraw", "unreviewed"),
    ("offline.approve", "fresh_eyes"),
    ("offline.receive", "link_alive"),
    ("offline.withdraw_paper", "unreviewed"),
    ("offline.approve_paper", "fresh_eyes"),
    ("offline.approve_paper", "arriving"),
    ("offline.confirm_release", "leave_ledger"),
    ("destination.fill", "free"),
    ("destination.submit", "free"),
    ("destination.approve", "not_my_edit"),
    ("destination.approve", "no_release_requested"),
    ("destination.approve", "arriving"),
    ("destination.void", "cohort_open"),
    ("destination.void", "arriving"),
    ("destination.approve_void", "arriving"),
    ("destination.withdraw_void", "unreviewed"),
    ("paper.fill", "free"),
    ("paper.fill", "no_draft"),
    ("paper.submit", "free"),
    ("paper.submit", "in_time_to_submit"),
    ("paper.approve", "fresh_eyes"),
    ("paper.approve", "arriving"),
    ("paper.terminate", "leave_ledger"),
    ("paper.confirm_release", "release_children"),
    ("offline.terminate", "leave_ledger"),
    ("offline.confirm_release", "release_children"),
    ("offline_termination.apply", "no_open_termination"),
    ("offline_termination.submit", "no_release_requested_on_parent"),
    ("offline_termination.withdraw", "unreviewed"),
    ("offline_termination.approve", "fresh_eyes"),
    ("offline_termination.approve", "when_done"),
]


@pytest.mark.parametrize(("step", "part"), BUGS)
def test_a_planted_bug_is_found(monkeypatch: pytest.MonkeyPatch, step: str, part: str) -> None:
    flow, name = step.split(".")
    broken = FLOWS[flow].steps[name]
    for parts in ("only_if", "then"):
        kept = [each for each in getattr(broken, parts) if part not in (called(each), getattr(each, "__qualname__", "").partition(".")[0])]
        monkeypatch.setattr(broken, parts, tuple(kept))
    assert any(search(flows, stop=True)[1] for flows in TOGETHER if flow in flows)
