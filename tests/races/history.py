"""The history checker: what racers were answered against what the database holds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import groupby
from uuid import UUID

from tests.races.crew import Answer
from wangqian.cases.models import Case, Event


def broken_chains(cases: Iterable[UUID] | None = None) -> list[UUID]:
    """Cases whose events are not numbered 1…version, chained, hashed as stored and ending in the case's state.

    The same as `broken_link` of every case, in two queries.
    """
    events, found = Event.objects.select_related("note"), Case.objects.all()
    if cases is not None:
        keys = list(cases)
        events, found = events.filter(case__in=keys), found.filter(pk__in=keys)
    chains = {pk: list(chain) for pk, chain in groupby(events.order_by("case", "number"), lambda e: e.case_id)}
    return [case.pk for case in found if not whole(case, chains.get(case.pk, []))]


def whole(case: Case, events: Sequence[Event]) -> bool:
    previous = ""
    for count, event in enumerate(events, start=1):
        if event.number != count or event.previous != previous or event.computed_hash() != event.hash:
            return False
        if event.note_digest and not event.note.matches():
            return False
        previous = event.hash
    return len(events) == case.version and bool(events) and events[-1].target == case.state


def holders() -> Counter[UUID | None]:
    """How many cases hold each graduate."""
    return Counter(Case.objects.filter(holds=True).values_list("graduate_id", flat=True))


def acknowledged(answers: Sequence[Sequence[Answer]]) -> set[int]:
    """The events racers were told of."""
    return {int(answer.said) for lot in answers for answer in lot if answer.ok}


def happened(*steps: str) -> set[int]:
    """The events there are."""
    return set(Event.objects.filter(step__in=steps).values_list("pk", flat=True))


def sentences(answers: Sequence[Sequence[Answer]]) -> set[str]:
    """What those refused were told."""
    return {answer.said for lot in answers for answer in lot if not answer.ok}
