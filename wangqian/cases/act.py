"""One attempt at a step: everything that rules, effects and texts may look at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any, NamedTuple
from uuid import UUID

from django.utils.translation import gettext_noop

from wangqian.cases.models import Case, Event, Evidence, Proof, Terms
from wangqian.chart.words import Flow, Refused, Role, State, Step
from wangqian.people.models import Actor, Employer, Graduate, Membership, SchoolProfile
from wangqian.people.prepared import Prepared


class Past(NamedTuple):
    """What an act must know of an event before it."""

    user_id: UUID | None
    capacity: str
    hash: str
    number: int
    step: str
    source: str
    target: str


Files = dict[str, list[Evidence]]
LATEST = Prepared(lambda case: Terms.objects.filter(case=case).order_by("-version")[:1])
BEFORE = Prepared(
    lambda case: Event.objects.filter(case=case).order_by("-number").values_list(*Past._fields)
)


class NotYours(Refused):
    """Out of the actor's scope: answered like something that does not exist."""

    status = 404


class Stale(Refused):
    """The text changed after it was read."""


class NeedsProof(Refused):
    """Everything is in order but the second proof; `digest` is what must be proven."""

    status = 401

    def __init__(self, digest: str) -> None:
        super().__init__(gettext_noop("请再验证一次身份，然后提交。您填写的内容已保留。"))
        self.digest = digest


@dataclass(frozen=True)
class Bearer:
    """Who holds a capability link and has shown the phone it went to: one act on one case, without an account.

    `role` is what the link stands for; `name` its slug, as an event's capacity. Whether the link still lives is a rule's matter.
    """

    role: Role
    case_id: UUID
    link: UUID
    ip: str = ""
    agent: str = ""

    @property
    def name(self) -> str:
        return self.role.name


@dataclass
class Act:
    """`given` holds the cleaned answers of all needs; `raw` what came in. `case` is locked and re-read."""

    case: Case
    step: Step
    by: Actor | Role | Bearer
    now: datetime
    raw: Mapping[str, Any] = field(default_factory=dict)
    given: dict[str, str] = field(default_factory=dict)
    files: Files = field(default_factory=dict)  # what was put beside the form, by the name of its question
    seen: str = ""
    proof: Proof | None = None
    cause: Event | None = None
    source: State | None = None
    event: Event | None = None
    terms: Terms | None = None
    changes: dict[str, Any] = field(default_factory=dict)  # event data added by effects before the event
    locked: bool = False  # case, graduate, cohort and employer were read after the lock: they need no second look

    @property
    def flow(self) -> type[Flow]:
        return self.case.chart

    @property
    def membership(self) -> Membership | None:
        return self.by.membership if isinstance(self.by, Actor) else None

    @property
    def graduate(self) -> Graduate:
        assert self.case.graduate is not None
        return self.case.graduate

    @property
    def employer(self) -> Employer:
        assert self.case.employer is not None
        return self.case.employer

    @property
    def parent(self) -> Case:
        assert self.case.parent is not None
        return self.case.parent

    @property
    def profile(self) -> SchoolProfile:
        assert self.case.profile is not None
        return self.case.profile

    def latest_terms(self) -> Terms | None:
        """The newest version of the content; read once."""
        if self.terms is None and self.case.version:
            self.terms = LATEST.first(self.case.pk)
            if self.terms is not None:
                self.terms.case = self.case
        return self.terms

    @cached_property
    def cited(self) -> Event | None:
        """The earlier event whose words and files the actor must read."""
        found: Event | None = self.step.cites(self.case) if self.step.cites else None
        return found

    def on_screen(self, text: str) -> str:
        """What comes back from the screen for the text with this hash: with what it cites, so that neither changes unread."""
        return f"{text}.{self.cited.number}" if self.cited else text

    @cached_property
    def before(self) -> list[Past]:
        """The events before this act, newest first."""
        if self.case.version == 0:
            return []
        return [Past(*row) for row in BEFORE(self.case.pk)]

    @property
    def since_submission(self) -> list[Past]:
        """What happened since the case came to the state it is in, newest first: of a review, what was done on this submission."""
        state = self.source.name if self.source else ""
        entered = (past.number for past in self.before if past.target == state != past.source)
        came = next(entered, 0)
        return [past for past in self.before if past.number > came]

    def content(self) -> dict[str, Any]:
        latest = self.latest_terms()
        return latest.content if latest else {}
