"""The worker's own record: written every few seconds, read by the pages, the doctor and the metrics."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Protocol

from django.db import transaction

from wangqian.operating.models import Beat, JobState
from wangqian.people.clock import now

EVERY = 10.0  # seconds between two beats
SILENT = timedelta(minutes=2)  # a worker that has not said anything for so long is taken for dead
FORGOTTEN = timedelta(days=1)
RECORD = ("position", "every", "last_run_at", "last_success_at", "took", "found", "failures", "error", "place")


class Running(Protocol):
    """What is read from a job of the worker; moments are `time.monotonic()`."""

    name: str
    every: float
    ran: float | None
    succeeded: float | None
    took: float
    found: int
    failures: int
    error: str
    place: str


def me() -> str:
    """The name of this process among the workers."""
    return f"{socket.gethostname()[:60]}:{os.getpid()}"


def beat(jobs: Iterable[Running], started: float, monotonic: float) -> int:
    """Write down how every job fares. Returns 0: there is never more to do at once."""
    moment = now()

    def at(instant: float) -> datetime:
        return moment - timedelta(seconds=monotonic - instant)

    def known(instant: float | None) -> datetime | None:
        return None if instant is None else at(instant)

    states = [
        JobState(
            beat_id=me(),
            name=job.name,
            position=position,
            every=job.every,
            last_run_at=known(job.ran),
            last_success_at=known(job.succeeded),
            took=job.took,
            found=job.found,
            failures=job.failures,
            error=job.error[:80],
            place=job.place[:80],
        )
        for position, job in enumerate(jobs)
    ]
    with transaction.atomic():
        Beat.objects.update_or_create(worker=me(), defaults={"started_at": at(started), "beat_at": moment})
        JobState.objects.bulk_create(
            states, update_conflicts=True, unique_fields=["beat", "name"], update_fields=RECORD
        )
        Beat.objects.filter(beat_at__lt=moment - FORGOTTEN).delete()
    return 0


def leave() -> None:
    """This worker ends in order."""
    Beat.objects.filter(worker=me()).delete()


def last_beat() -> datetime | None:
    """When a worker, any, last said that it lives."""
    return Beat.objects.order_by("-beat_at").values_list("beat_at", flat=True).first()


def living() -> list[Beat]:
    """The workers that are heard, the longest running first."""
    return list(Beat.objects.filter(beat_at__gte=now() - SILENT).order_by("started_at"))
