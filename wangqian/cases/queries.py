"""Reading: what an actor may do now, what happened, and what is due."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from wangqian.cases.act import Act
from wangqian.cases.engine import new_case
from wangqian.cases.models import Case, Event, Terms
from wangqian.cases.proofs import too_soon
from wangqian.chart.words import FLOWS, Flow, Refused, Role, Rule, Step
from wangqian.people.clock import now
from wangqian.people.models import Actor, Employer, Graduate


@dataclass(frozen=True)
class Move:
    """A button: the step, and the sentence that disables it. A step that starts a case has its flow, not the case's."""

    step: Step
    flow: type[Flow]
    refusal: Refused | None = None

    @property
    def label(self) -> str:
        return self.step.again or self.step.label if self.step.starts else self.step.label


def moves(case: Case, by: Actor | Role) -> list[Move]:
    """The steps this actor may take on the case now, disabled ones with their reason; then what may start from it."""
    found = []
    moment = now()
    for step in case.chart.steps_from(case.word):
        if not step.keeps and admits(step, by, case):
            found += drawn(Act(case, step, by, moment, source=case.word))
    return found + openings(case, by)


def openings(case: Case, by: Actor | Role) -> list[Move]:
    """Steps that start a case on this one: 申请解约 on an agreement, 再次发起签约 on a failed invitation."""
    return [move for flow in FLOWS.values() if case.word in flow.opens_on for move in starts(flow, by, parent=case)]


def starts(
    flow: type[Flow],
    by: Actor | Role,
    *,
    graduate: Graduate | None = None,
    employer: Employer | None = None,
    parent: Case | None = None,
) -> list[Move]:
    """The starting steps of a flow for this actor."""
    case = new_case(flow.slug, graduate, employer, parent)
    found = []
    for step in flow.steps_from(None):
        if admits(step, by, case):
            found += drawn(Act(case, step, by, now()))
    return found


def drawn(act: Act) -> list[Move]:
    """The button of one step, or nothing when a rule hides it."""
    refused = first_refusing(act)
    if refused and refused[0].hides:
        return []
    return [Move(act.step, act.flow, refused[1] if refused else too_soon(act))]


def admits(step: Step, by: Actor | Role, case: Case) -> bool:
    if isinstance(by, Role):
        return step.who is by
    return step.who.admits(by.membership, case)


def first_refusing(act: Act) -> tuple[Rule, Refused] | None:
    """The first rule that would refuse; the same rules, in the same order, that the door applies."""
    for rule in act.step.only_if:
        if refusal := rule.refusal(act):
            return rule, refusal
    return None


def timeline(case: Case) -> QuerySet[Event]:
    """What happened, newest last, with who and why."""
    places = ("membership__school", "membership__college", "membership__employer")
    return case.events.select_related("note", "user", *places).order_by("number")


def newest(case: Case) -> Terms | None:
    """The newest version, read once for a page; it opens under the key of this very case. None before there is one."""
    kept = case.__dict__.get("newest_read")
    if kept is None or kept[0] != case.version:
        found = case.versions.order_by("-version").first() if case.version else None
        if found is not None:
            found.case = case
        kept = case.__dict__["newest_read"] = (case.version, found)
    terms: Terms | None = kept[1]
    return terms


def content_of(case: Case) -> dict[str, Any]:
    """What the newest version says; empty before there is one."""
    last = newest(case)
    return last.content if last else {}
