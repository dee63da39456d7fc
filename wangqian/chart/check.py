"""Mistakes in a chart are found when its module is imported."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from wangqian.chart.fields import Input
from wangqian.chart.words import CLOCK, OPEN, START, STAY, SYSTEM, ChartError, Fork, State

if TYPE_CHECKING:
    from wangqian.chart.words import Flow, Step


def check(flow: type[Flow]) -> None:
    """Raise `ChartError` naming every mistake of the chart."""
    problems = [problem for test in TESTS for problem in test(flow)]
    if problems:
        raise ChartError(f"{flow.__name__}: " + "; ".join(problems))


def named(flow: type[Flow]) -> list[str]:
    wrong = [] if flow.title and flow.slug and flow.source else ["title, slug and source must be given"]
    known = set(flow.states.values())
    for name, step in flow.steps.items():
        ends = set(step.targets(None)) | set(step.sources)
        if not ends <= known:
            wrong.append(f"{name} leads to or from a state of another flow")
        if step.target is START or (step.starts and step.target is STAY):
            wrong.append(f"{name} leads nowhere")
        if not step.label and not step.who.automaton:
            wrong.append(f"{name} has no button")
    return wrong + [f"path names {s.label}, which is no state here" for stop in flow.path for s in stop if s not in known]


def reachable(flow: type[Flow]) -> list[str]:
    """Unreachable states."""
    reached: set[State] = set()
    grown = {state for step in flow.steps.values() if step.starts for state in step.targets(None)}
    while grown - reached:
        reached |= grown
        grown = {s for here in reached for step in flow.steps_from(here) for s in step.targets(here)}
    return [f"{name} is never reached" for name, state in flow.states.items() if state not in reached]


def no_dead_ends(flow: type[Flow]) -> list[str]:
    """An open state that nothing leaves, or where it is nobody's turn."""
    wrong = []
    for name, state in flow.states.items():
        if state.kind is not OPEN:
            continue
        if not any(leaves(step, state) for step in flow.steps_from(state)):
            wrong.append(f"{name} is a dead end")
        if state.turn is None and not reviewing(flow, state):
            wrong.append(f"{name}: whose turn is it?")
    return wrong


def reviewing(flow: type[Flow], state: State) -> bool:
    """A state whose turn follows the review level: the one a fork comes back to."""
    return any(isinstance(step.target, Fork) and state in step.targets(state) for step in flow.steps_from(state))


def deadlines(flow: type[Flow]) -> list[str]:
    """A deadline without a clock step, a clock step without a deadline, a reminder nobody gives."""
    wrong = []
    for name, state in flow.states.items():
        clock = [step for step in flow.steps_from(state) if step.who is CLOCK]
        if state.due and not any(leaves(step, state) for step in clock):
            wrong.append(f"{name} has a deadline and no clock step")
        if clock and not (state.due or state.nudge):
            wrong.append(f"{name} has a clock step and no deadline")
        if bool(state.remind or state.nudge) != any(not leaves(step, state) for step in clock):
            wrong.append(f"{name}: reminders and the step that gives them do not agree")
    return wrong


def nobody_bound_for_ever(flow: type[Flow]) -> list[str]:
    """L3: from every holding state a way out that needs neither the other party nor an unbounded wait."""

    def free(state: State) -> bool:
        return any(
            step.who.alone and not target.holds for step in flow.steps_from(state) for target in step.targets(state)
        )

    return [f"{name} binds for ever (L3)" for name, s in flow.states.items() if s.holds and not free(s)]


def told(flow: type[Flow]) -> list[str]:
    """A step that tells nobody must say so: `tell=SILENT`."""
    silent = [n for n, step in flow.steps.items() if step.tell is None and not isinstance(step.target, Fork)]
    return [f"{name} does not say who is told" for name in silent]


def proven(flow: type[Flow]) -> list[str]:
    """A binding step proves a text, so it must show one; automata prove nothing."""
    wrong = [f"{n} asks for proof of no text" for n, s in flow.steps.items() if s.proof and not s.shows]
    return wrong + [f"{n}: an automaton cannot prove" for n, s in flow.steps.items() if s.proof and s.who.automaton]


def kept(flow: type[Flow]) -> list[str]:
    """What is kept as typed belongs to a step that asks, from the same states."""
    wrong = []
    for name, step in flow.steps.items():
        other = flow.steps.get(step.keeps) if step.keeps else None
        if step.keeps and (other is None or not other.needs or not set(step.sources) <= set(other.sources)):
            wrong.append(f"{name} keeps the answers of no step")
    return wrong


def automata(flow: type[Flow]) -> list[str]:
    """The system starts nothing that people must fill in."""
    return [f"{n}: automata type nothing" for n, s in flow.steps.items() if s.needs and s.who in (CLOCK, SYSTEM)]


def boxes(flow: type[Flow]) -> list[str]:
    """Files belong to a case, so a step that starts one cannot ask for them."""

    def asks(step: Step) -> bool:
        return any(field.kind is Input.FILES for need in step.needs for field in need.fields)

    return [f"{n}: no case yet to hand files in for" for n, s in flow.steps.items() if s.starts and asks(s)]


def leaves(step: Step, state: State) -> bool:
    """Whether the step can end somewhere else than where it began."""
    return any(target is not state for target in step.targets(state))


TESTS: tuple[Callable[[type[Flow]], list[str]], ...] = (
    named,
    reachable,
    no_dead_ends,
    deadlines,
    nobody_bound_for_ever,
    told,
    proven,
    kept,
    automata,
    boxes,
)
