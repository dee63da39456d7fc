"""What follows when an employer is suspended: its open invitations end, a batch at a time, by the worker.

The suspension itself stays small: one case, one row. Nobody can accept meanwhile (`still_certified`), and an invitation that
slipped in beside it is found as well, for the query looks at how things are, not at what was open then.
"""

from __future__ import annotations

from uuid import UUID

import structlog
from django.db.models import QuerySet

from wangqian.cases.engine import perform
from wangqian.cases.models import Case, Event
from wangqian.chart.words import SYSTEM, Refused
from wangqian.flows.certification import Certification

log = structlog.get_logger(__name__)


def end_invitations(limit: int = 100) -> int:
    """End at most `limit` open invitations of suspended employers, each in its own transaction; returns how many ended."""
    causes: dict[UUID, Event | None] = {}
    ended = 0
    for case in waiting().order_by("employer_id", "graduate_id")[:limit]:
        assert case.employer_id is not None
        if case.employer_id not in causes:
            causes[case.employer_id] = suspending(case.employer_id)
        ended += end(case, causes[case.employer_id])
    return ended


def waiting() -> QuerySet[Case]:
    """The open invitations of suspended employers."""
    return Case.objects.filter(exclusive="invitation", flow="online", employer__suspended_at__isnull=False)


def end(case: Case, cause: Event | None) -> int:
    """1 when the invitation ended; answered, lapsed or certified again at this very moment, it is left alone."""
    try:
        perform(case, "invalidate", by=SYSTEM, cause=cause)
    except Refused as refused:
        log.info("invitation not ended", case=str(case.pk), rule=refused.sentence)
        return 0
    return 1


def suspending(employer: UUID) -> Event | None:
    """The event that suspended the employer; its effects name it as their cause."""
    confirmed = Event.objects.filter(
        case__employer=employer, flow=Certification.slug, step=Certification.confirm_suspension.name
    )
    return confirmed.order_by("-id").first()
