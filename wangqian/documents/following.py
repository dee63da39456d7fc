"""Which documents follow which events: what the charts say (`State.paper`), read from both ends."""

from __future__ import annotations

from functools import cache

from django.db.models import F, Q, QuerySet

from wangqian.cases.models import Case, Event
from wangqian.chart.words import FLOWS, Flow, Step

CORRECTION = "correct"  # changes what is registered, never a paper (flows.md §5–6)


def kind_of(event: Event) -> str:
    """The kind of document that follows an event, "" for none: on arrival, and on a new version of what it says."""
    chart = FLOWS[event.flow]
    fresh = event.source != event.target or rewrites(chart.steps[event.step])
    return chart.states[event.target].paper if fresh else ""


def rewrites(step: Step) -> bool:
    """Whether it changes what a paper says."""
    return step.writes is not None and step.name != CORRECTION


def kind_for(case: Case) -> str:
    """The kind of document that cases of this flow get, "" where they get none."""
    return kind_in(case.chart)


def kind_in(flow: type[Flow]) -> str:
    return next((state.paper for state in flow.states.values() if state.paper), "")


@cache
def followed() -> Q:
    """Events that a document follows."""
    found = Q(pk__in=[])
    for flow in FLOWS.values():
        again = [step.name for step in flow.steps.values() if rewrites(step)]
        states = [state.name for state in flow.states.values() if state.paper]
        if states:
            found |= Q(flow=flow.slug, target__in=states) & (~Q(source=F("target")) | Q(step__in=again))
    return found


def papered() -> QuerySet[Event]:
    """The events that documents follow, in order; the last of a case is the one whose document counts."""
    found = Event.objects.filter(followed())
    return found.select_related("terms", "case__graduate__person").order_by("number")
