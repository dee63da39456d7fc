"""The clock's round and the sweeps: each case in its own transaction, re-checked under the lock."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import structlog
from django.db import transaction

from wangqian.cases.engine import lock, perform
from wangqian.cases.models import Case
from wangqian.cases.record import next_wake
from wangqian.chart.check import leaves
from wangqian.chart.words import CLOCK, SYSTEM, Refused, Step
from wangqian.people.clock import now

log = structlog.get_logger(__name__)

# (query of cases that have become void or stuck, the step SYSTEM then takes, by name or as the case needs); flows register theirs
SWEEPS: list[tuple[Callable[[], list[UUID]], str | Callable[[Case], str]]] = []


def tick(limit: int = 500) -> int:
    """Wake due cases, at most `limit`. Returns how many were looked at."""
    due = list(Case.objects.filter(wake_at__lte=now()).order_by("wake_at").values_list("pk", flat=True)[:limit])
    for pk in due:
        wake(pk)
    return len(due)


def sweep_all() -> int:
    """What became void or stuck without anybody acting on it; once a minute is enough. Returns how many."""
    return sum(sweep(query, step) for query, step in SWEEPS)


def wake(pk: UUID) -> None:
    """One due case: the deadline's step when it has passed, else a reminder; then the next moment is noted."""
    with transaction.atomic():
        case = lock(Case.objects.get(pk=pk))
        moment = now()
        if case.wake_at is None or case.wake_at > moment:
            return
        step = clock_step(case, late=case.respond_by is not None and moment >= case.respond_by)
        try:
            if step:
                with transaction.atomic():
                    perform(case, step.name, by=CLOCK)
                return
        except Refused as refused:
            log.info("clock step refused", flow=case.flow, step=step and step.name, rule=refused.sentence)
        following = next_wake(case, moment)
        case.wake_at = following if following and following > moment else None
        case.save(update_fields=["wake_at"])


def clock_step(case: Case, late: bool) -> Step | None:
    """The clock's step from here: one that ends the wait when late, one that only reminds before."""
    steps = [step for step in case.chart.steps_from(case.word) if step.who is CLOCK]
    return next((step for step in steps if leaves(step, case.word) == late), None)


def sweep(query: Callable[[], list[UUID]], step: str | Callable[[Case], str]) -> int:
    """Take `step` as SYSTEM for every case the query finds; a rule of the step looks again under the lock."""
    found = query()
    for case in (Case.objects.get(pk=pk) for pk in found):
        name = step if isinstance(step, str) else step(case)
        try:
            perform(case, name, by=SYSTEM)
        except Refused as refused:
            log.info("sweep refused", step=name, rule=refused.sentence)
    return len(found)
