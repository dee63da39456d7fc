"""The vocabulary in which one file is one flow chart: State, Step, Role, Rule, Need, Fork, Flow."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any, ClassVar

from wangqian.chart.fields import Need, Varying


class Kind(StrEnum):
    """What a state means for the case: still moving, achieved, failed, or taken out of force."""

    OPEN = "open"
    DONE = "done"
    FAILED = "failed"
    VOID = "void"


OPEN, DONE, FAILED, VOID = Kind


class Refused(Exception):
    """A sentence for people: what happened and what to do. `Refused("…{who}…", who="…")`; translated when shown."""

    status = 409

    def __init__(self, sentence: str, **words: object) -> None:
        super().__init__(sentence)
        self.sentence, self.words = sentence, words

    def __str__(self) -> str:
        from django.utils.translation import gettext

        said = gettext(self.sentence)
        return said.format(**self.words) if self.words else said


# Columns and the value each must hold; for several columns together, the set of tuples of which they must hold one.
Columns = Mapping[str | tuple[str, ...], Any]


def differing(row: Any, columns: Columns) -> set[str]:
    """Names of the columns of a row that do not hold what they must."""
    wrong: set[str] = set()
    for name, value in columns.items():
        if isinstance(name, str):
            wrong |= {name} if getattr(row, name) != value else set()
        elif tuple(getattr(row, each) for each in name) not in value:
            wrong |= set(name)
    return wrong


@dataclass(frozen=True, eq=False)
class Role:
    """Who may act. `scope(membership)` gives the case columns that must have these values, or None for nobody.

    The same mapping answers "may I?" (compared with one case) and "which ones?" (as a filter).
    """

    name: str
    label: str
    party: str = ""  # one person never acts for two parties of a case
    scope: Callable[[Any], Columns | None] = lambda membership: None
    automaton: bool = False
    alone: bool = False  # may end a hold without the other party (law L3)

    def admits(self, membership: Any, case: Any) -> bool:
        """Whether this membership holds the role for this case."""
        columns = self.scope(membership)
        return columns is not None and not differing(case, columns)


CLOCK = Role("clock", "系统（到期）", automaton=True, alone=True)
SYSTEM = Role("system", "系统", automaton=True)


@dataclass(frozen=True, eq=False)
class Rule:
    """A condition with the sentence that refuses. `check(act)` is True, False, or a `Refused` of its own."""

    name: str
    sentence: str
    check: Callable[[Any], bool | Refused]
    hides: bool = False  # no button at all, rather than a disabled one

    def refusal(self, act: Any) -> Refused | None:
        """None when the rule is met."""
        answer = self.check(act)
        if isinstance(answer, Refused):
            return answer
        return None if answer else Refused(self.sentence)


def rule(sentence: str, hides: bool = False) -> Callable[[Callable[[Any], bool | Refused]], Rule]:
    """Make a rule of a function named as the condition: `@rule("…") def in_time(act) -> bool`."""
    return lambda check: Rule(check.__name__, sentence, check, hides)


@dataclass(eq=False)
class State:
    """Where a case can be. `label` is the official word; `mine` is what the party reads whose turn it is."""

    label: str
    kind: Kind = OPEN
    holds: bool = False  # the graduate is bound (law L1)
    turn: Role | None = None  # whose turn it is; reviewing states leave it to the case's level
    mine: str = ""
    words: Mapping[str, str] = field(default_factory=dict)  # what a party reads instead of the label
    due: str = ""  # the case column with the deadline
    remind: tuple[int, ...] = ()  # hours before the deadline
    nudge: tuple[int, ...] = ()  # days after coming here, where there is no deadline
    otherwise: str = ""  # what happens if nobody answers in time
    exclusive: str = ""  # at most one case of this kind at a time ("invitation", "termination", "draft", "dispute")
    verify: str = ""  # the word of the public verification page
    chain: str | Callable[[Any], tuple[str, ...]] = ""  # the kind of review where a flow has several, or the levels themselves
    paper: str = ""  # the kind of document that follows when a case comes to this state
    name: str = ""

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    def read_by(self, party: str, turn: str) -> str:
        """The words for a party (a role name): `mine` when it is its turn."""
        return self.mine if self.mine and party == turn else self.words.get(party, self.label)


class Source(StrEnum):
    """Sources and targets that are not one state."""

    START = "start"
    HOLDING = "holding"  # every holding state of the flow
    STAY = "stay"


START, HOLDING, STAY = Source


@dataclass(frozen=True)
class Way:
    """One way out of a fork: the label drawn on the chart, where it leads, who is then told."""

    label: str
    state: State
    tell: tuple[Role, ...]


@dataclass(frozen=True)
class Fork:
    """Two ways out of one step; `when(act)` decides."""

    when: Callable[[Any], bool]
    yes: Way
    no: Way

    def ways(self) -> tuple[Way, Way]:
        return self.yes, self.no


SILENT: tuple[Role, ...] = ()
Effect = Callable[[Any], None]


@dataclass(eq=False)
class Step:
    """One arrow: from, to, who, the button; before it the rules, with it the inputs, after it who is told."""

    source: State | tuple[State, ...] | Source
    target: State | Fork | Source
    who: Role
    label: str = ""
    only_if: tuple[Rule, ...] = ()
    needs: tuple[Need | Varying, ...] = ()
    proof: bool | Callable[[Any], bool] = False  # † second proof, always or when the function says so
    tell: tuple[Role, ...] | None = None
    first: tuple[Effect, ...] = ()  # before the rules, in the same transaction
    weighs: tuple[Effect, ...] = ()  # with answers, files and proof at hand, before the event: may refuse, or add to what it says
    then: tuple[Effect, ...] = ()  # after the event, in the same transaction
    writes: Callable[[Any], dict[str, Any]] | None = None  # the new version of the content
    shows: bool = False  # the actor must have seen the exact text (its hash comes back)
    keeps: str = ""  # 保存: keeps as typed what another step asks; nothing moves, no event (decisions 4)
    onward: bool = False  # stays in review and goes one level on
    due: Callable[[Any], Any] | None = None  # the deadline it sets
    again: str = ""  # the button when it starts anew from an ended case
    cites: Callable[[Any], Any] | None = None  # (case) -> the earlier event whose words the actor must read
    explain: str = ""  # what the step's page says first
    ask: str = ""  # the sentence ticked before acting
    done: str = ""  # said after it, where the state alone would sound as if nothing were waited for
    tone: str = ""  # "danger", "quiet", "calm": none of them is the one button that stands out
    name: str = ""
    sources: tuple[State, ...] = field(default=(), init=False)

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    @property
    def starts(self) -> bool:
        return self.source is START

    @property
    def reads(self) -> bool:
        """Whether the actor must have something read: the exact text, or what another did before him."""
        return self.shows or self.cites is not None

    def needs_proof(self, act: Any) -> bool:
        return self.proof(act) if callable(self.proof) else self.proof

    def asks(self, act: Any) -> tuple[Need, ...]:
        """What is asked this time."""
        found = (need.of(act) if isinstance(need, Varying) else need for need in self.needs)
        return tuple(need for need in found if need)

    def ways(self, source: State | None) -> tuple[Way, ...]:
        """Every way this step can go from `source`."""
        if isinstance(self.target, Fork):
            return self.target.ways()
        target = source if self.target is STAY else self.target
        return (Way("", target, self.tell or ()),) if isinstance(target, State) else ()

    def targets(self, source: State | None) -> tuple[State, ...]:
        return tuple(way.state for way in self.ways(source))

    def roles(self) -> Iterator[Role]:
        """Who takes it, and whoever is told of it."""
        yield self.who
        yield from self.tell or ()
        for way in self.target.ways() if isinstance(self.target, Fork) else ():
            yield from way.tell

    def told(self, target: str) -> tuple[Role, ...]:
        """Who hears of it when the step led to the state called `target`."""
        if isinstance(self.target, Fork):
            return next((way.tell for way in self.target.ways() if way.state.name == target), ())
        return self.tell or ()


def one_or_more(stop: State | tuple[State, ...]) -> tuple[State, ...]:
    return stop if isinstance(stop, tuple) else (stop,)


class ChartError(Exception):
    """A chart that must not be loaded."""


class Flow:
    """One flow chart. Subclasses declare states and steps; everything else is derived from them."""

    title: ClassVar[str] = ""
    slug: ClassVar[str] = ""
    source: ClassVar[str] = ""  # where the manuals say so
    path: ClassVar[tuple[Any, ...]] = ()  # the progress bar: a state, or a tuple of states that are the same stop
    path_labels: ClassVar[tuple[str, ...]] = ()
    opens_on: ClassVar[tuple[State, ...]] = ()  # states of a parent case on which this flow may start
    needs_parent: ClassVar[bool] = False  # and it starts on nothing else
    chain: ClassVar[str] = ""  # the kind of review, names the profile's chain
    states: ClassVar[dict[str, State]]
    steps: ClassVar[dict[str, Step]]

    def __init_subclass__(cls, abstract: bool = False) -> None:
        if abstract:
            return
        cls.states, cls.steps = {}, {}
        for name, word in _declared(cls):  # inherited words are copied, so that no two flows share one
            if isinstance(word, State):
                cls.states[name] = word if name in vars(cls) else replace(word)
            elif isinstance(word, Step):
                cls.steps[name] = word if name in vars(cls) else replace(word)
        own = _own(cls)
        for name, step in cls.steps.items():
            step.target = _owned(step.target, own)
            step.sources = tuple(own.get(state, state) for state in _sources(cls, step))
            setattr(cls, name, step)
        for name, state in cls.states.items():
            setattr(cls, name, state)
        cls.opens_on = tuple(own.get(state, state) for state in cls.opens_on)
        cls.path = tuple(tuple(own.get(state, state) for state in stop) for stop in map(one_or_more, cls.path))
        from wangqian.chart.check import check

        check(cls)
        if cls.slug in FLOWS:
            raise ChartError(f"two flows are called {cls.slug}")
        FLOWS[cls.slug] = cls

    @classmethod
    def concerns(cls, party: str) -> bool:
        """Whether this party ever acts in it or hears of it; a flow that does not concern it is none of its business to read."""
        return any(role.party == party for step in cls.steps.values() for role in step.roles())

    @classmethod
    def steps_from(cls, state: State | None) -> Iterator[Step]:
        """The steps that leave (or stay in) `state`; None asks for those that start a case."""
        for step in cls.steps.values():
            if step.starts if state is None else state in step.sources:
                yield step


FLOWS: dict[str, type[Flow]] = {}


def _declared(cls: type) -> Iterator[tuple[str, object]]:
    """The flow's own words first, in the order they stand in the file, then inherited ones."""
    seen: set[str] = set()
    for owner in cls.__mro__:
        for name, word in vars(owner).items():
            if name not in seen:
                seen.add(name)
                yield name, word


def _own(cls: type[Flow]) -> dict[State, State]:
    """An inherited state → the flow's own of that name: a copy, or the one that the flow declares in its place."""
    states = ((name, word) for owner in cls.__mro__ for name, word in vars(owner).items() if isinstance(word, State))
    return {word: cls.states[name] for name, word in states}


def _owned(target: State | Fork | Source, own: dict[State, State]) -> State | Fork | Source:
    if isinstance(target, State):
        return own.get(target, target)
    if isinstance(target, Fork):
        yes, no = (replace(way, state=own.get(way.state, way.state)) for way in target.ways())
        return replace(target, yes=yes, no=no)
    return target


def _sources(cls: type[Flow], step: Step) -> tuple[State, ...]:
    if step.source is START:
        return ()
    if step.source is HOLDING:
        return tuple(state for state in cls.states.values() if state.holds)
    return step.source if isinstance(step.source, tuple) else (step.source,)  # type: ignore[return-value]
