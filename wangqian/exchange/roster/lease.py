"""Who works on an import: a lease with a token. A worker that died lets it lapse; one that slept too long finds it taken."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import Q

from wangqian.exchange.models import Import, Stage
from wangqian.people.clock import now

LASTS = timedelta(seconds=120)  # longer than reading the largest file takes
ATTEMPTS = 3
_RUNNING = (Stage.CHECKING, Stage.CONFIRMING)


class Lost(Exception):
    """Another worker has taken over, or the import was cancelled: leave everything as it is."""


def claim() -> Import | None:
    """The oldest import that waits for work, leased to this caller; None when there is none."""
    with transaction.atomic():
        moment = now()
        free = Q(claim=None) | Q(beat_at__lt=moment - LASTS)
        due = Import.objects.filter(Q(status=Stage.UPLOADED) | Q(status__in=_RUNNING) & free).order_by("uploaded_at")
        found = due.select_for_update(skip_locked=True, of=("self",)).select_related("school", "cohort").first()
        if found is None:
            return None
        if found.status == Stage.UPLOADED:
            found.status = Stage.CHECKING
        found.claim, found.beat_at, found.attempts = uuid4(), moment, found.attempts + 1
        found.save(update_fields=["status", "claim", "beat_at", "attempts"])
        return found


def renew(job: Import, **columns: Any) -> None:
    """Write progress, prove the lease and hold the row until the transaction ends. Raises Lost."""
    _write(job, job.claim, beat_at=now(), **columns)


def release(job: Import, **columns: Any) -> None:
    """Write the outcome and give the import back to people. Raises Lost."""
    _write(job, None, attempts=0, **columns)


def _write(job: Import, claim: UUID | None, **columns: Any) -> None:
    mine = Import.objects.filter(pk=job.pk, claim=job.claim, status__in=_RUNNING)
    if not mine.update(claim=claim, **columns):
        raise Lost
    job.claim = claim
    for name, value in columns.items():
        setattr(job, name, value)


def worn_out(job: Import) -> bool:
    """Whether it was begun too often without an end: the file itself must be what kills the worker."""
    return job.attempts > ATTEMPTS
