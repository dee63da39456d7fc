"""The charts in the small world: states, sources, targets, roles, rules and effects are read from FLOWS by name."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from inspect import getclosurevars
from typing import Any

from tests.machine.world import CLOSED, INVITATION, LATEST, NEVER, TERMINATION, Case, End, Move, World
from wangqian.chart.check import reviewing
from wangqian.chart.words import FLOWS, STAY, Flow, Fork, State, Step

CHAIN = ("college", "school")
SIGNING, ENDING = "online", "online_termination"


class No(Exception):
    """The charts refuse the move."""


@dataclass
class Try:
    """One attempt; effects replace the world."""

    world: World
    move: Move

    @property
    def flow(self) -> type[Flow]:
        return FLOWS[self.move.flow]

    @property
    def step(self) -> Step:
        return self.flow.steps[self.move.step]

    @property
    def agreement(self) -> Case | None:
        return self.world.at(self.move)

    @property
    def matter(self) -> Case | End | None:
        """What moves: the agreement or its termination."""
        return self.agreement if self.move.flow == SIGNING else self.agreement and self.agreement.end

    def word(self) -> State:
        assert self.matter
        return self.flow.states[self.matter.state]

    def write(self, matter: Any) -> None:
        if self.move.flow == SIGNING:
            return self.keep(matter)
        assert self.agreement
        return self.keep(self.agreement._replace(end=matter))

    def keep(self, case: Case) -> None:
        self.world = self.world.put(self.move, case)


def others(t: Try) -> Iterator[tuple[int, Case]]:
    for e, case in enumerate(t.world.pairs[t.move.g]):
        if case and e != t.move.e:
            yield e, case


def state_of(flow: str, name: str) -> State:
    return FLOWS[flow].states[name]


def unended(t: Try) -> bool:
    end = t.agreement and t.agreement.end
    return bool(end and state_of(ENDING, end.state).exclusive)


def due(t: Try) -> int:
    return t.matter.due if t.matter else NEVER


def always(t: Try) -> bool:
    return True


def never(t: Try) -> bool:
    return False


def pending(t: Try) -> str:
    return t.agreement.pending if t.agreement else ""


RULES: dict[str, Callable[[Try], bool]] = {
    **dict.fromkeys(("certified", "still_certified", "favourite", "not_too_often", "can_sign", "offered"), always),
    **dict.fromkeys(("information_confirmed", "facts_current", "invitation_void"), always),
    **dict.fromkeys(("facts_changed", "nobody_at_this_level"), never),
    **dict.fromkeys(("in_time", "not_past", "answer_in_time"), lambda t: t.world.time < due(t)),
    "overdue": lambda t: t.world.time >= due(t),
    "cohort_open": lambda t: t.world.time < CLOSED,
    "no_open_invitation": lambda t: t.agreement is None or t.word().exclusive != "invitation",
    "free": lambda t: not any(state_of(SIGNING, case.state).holds for _, case in others(t)),
    "fresh_eyes": lambda t: bool(t.matter) and t.matter.approved != t.move.user,
    "no_open_termination": lambda t: not unended(t),
    "no_release_requested_on_parent": lambda t: not pending(t),
    "no_release_requested": lambda t: not pending(t),
    "release_requested": lambda t: bool(pending(t)),
    "another_person": lambda t: pending(t) not in ("", t.move.user),
    "asked_by_me": lambda t: isinstance(t.matter, End) and t.matter.asker == t.move.capacity,
    "unreviewed": lambda t: bool(t.matter) and not t.matter.approved,
    "last_level": lambda t: bool(t.matter) and t.matter.level + 1 >= len(CHAIN),
    "by_graduate": lambda t: t.move.capacity == "graduate",
}


def own(t: Try) -> bool:
    return t.move.user == {"graduate": f"g{t.move.g}", "employer": f"e{t.move.e}"}.get(t.move.capacity)


def turn(t: Try) -> str:
    state = t.word()
    if t.matter and reviewing(t.flow, state):
        return CHAIN[t.matter.level]
    return state.turn.name if state.turn else ""


ROLES: dict[str, Callable[[Try], bool]] = {
    "graduate": lambda t: own(t) and t.move.capacity == "graduate",
    "employer": lambda t: own(t) and t.move.capacity == "employer",
    "party": own,
    "other": lambda t: own(t) and turn(t) == t.move.capacity,
    "reviewer": lambda t: t.move.capacity in CHAIN and turn(t) == t.move.capacity,
    "school": lambda t: t.move.capacity == "school",
    "clock": lambda t: t.move.capacity == "clock",
    "system": lambda t: t.move.capacity == "system",
}


def by_system(t: Try, flow: str, step: str, e: int | None = None) -> None:
    move = t.move._replace(user="system", capacity="system", flow=flow, step=step, e=t.move.e if e is None else e)
    t.world = take(t.world, move)


def lapse_overdue(t: Try) -> None:
    if t.agreement and t.word().exclusive == "invitation" and t.world.time >= t.agreement.due:
        t.world = take(t.world, t.move._replace(user="clock", capacity="clock", step="lapse"))


def void_others(t: Try) -> None:
    for e in [e for e, case in others(t) if case.state == "invited"]:
        by_system(t, SIGNING, "invalidate", e)


def leave_ledger(t: Try) -> None:
    if t.world.ledger[t.move.g] == t.move.e:
        t.world = t.world.enter(t.move.g, NEVER)


def enter_ledger(t: Try) -> None:
    t.world = t.world.enter(t.move.g, t.move.e)


def release_children(t: Try) -> None:
    if unended(t):
        by_system(t, ENDING, "overtaken")


def end_agreement(t: Try) -> None:
    by_system(t, SIGNING, "terminate")


EFFECTS: dict[str, Callable[[Try], None]] = {
    **dict.fromkeys(("keep_columns", "skip_empty_levels", "issue_number"), lambda t: None),
    **{f.__name__: f for f in (lapse_overdue, void_others, leave_ledger, enter_ledger)},
    **{f.__name__: f for f in (release_children, end_agreement)},
}


def run(t: Try, effects: tuple[Any, ...]) -> None:
    for effect in effects:
        name = effect.__qualname__.split(".")[0]  # a closure is called after the function that made it
        if name == "when_done":
            if t.word().kind == "done":
                run(t, getclosurevars(effect).nonlocals["effects"])
        else:
            EFFECTS[name](t)


def deadline(t: Try) -> int:
    if t.step.name == "extend":
        if due(t) >= LATEST:
            raise No
        return LATEST
    return t.world.time + (INVITATION if t.move.flow == SIGNING else TERMINATION)


def take(world: World, move: Move) -> World:
    """Where the charts lead, or `No`."""
    t = Try(world, move)
    step = t.step
    parent = t.agreement if move.flow == ENDING else None
    if step.starts and move.flow == ENDING and (not parent or state_of(SIGNING, parent.state) not in t.flow.opens_on):
        raise No
    if not step.starts and (t.matter is None or t.word() not in step.sources):
        raise No
    if not ROLES[step.who.name](t):
        raise No
    run(t, step.first)
    if not all(RULES[rule.name](t) for rule in step.only_if):
        raise No
    t.write(moved(t, step))
    run(t, step.then)
    return t.world


def moved(t: Try, step: Step) -> Case | End:
    """The case or termination after the step, as the door's columns would have it."""
    matter, target = t.matter, step.target
    fresh: Case | End = Case("") if t.move.flow == SIGNING else End("")
    if isinstance(target, Fork):
        target = (target.yes if RULES[target.when.__name__](t) else target.no).state
    elif target is STAY:
        target = t.word()
    assert isinstance(target, State)
    if step.starts or matter is None:
        asker = {"asker": t.move.capacity} if t.move.flow == ENDING else {}
        return fresh._replace(state=target.name, due=deadline(t), **asker)
    if target.kind != "open" and not target.holds:
        kept = {"end": matter.end} if isinstance(matter, Case) else {}
        return fresh._replace(state=target.name, **kept)
    matter = matter._replace(state=target.name, due=deadline(t) if step.due else due(t) if target.due else NEVER)
    if isinstance(step.target, Fork) and step.target.yes.state is not target:
        return matter._replace(level=matter.level + 1, approved=t.move.user)
    if not reviewing(t.flow, target):
        matter = matter._replace(level=0, approved="")
    asked = {"request_release": t.move.user, "withdraw_release": ""}
    return matter._replace(pending=asked[step.name]) if step.name in asked else matter
