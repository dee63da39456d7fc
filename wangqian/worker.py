"""The background loop: clock, sweeps, messages, papers. Any number on PostgreSQL; on SQLite one."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial

import structlog
from django.db import DatabaseError, close_old_connections
from prometheus_client import Counter, Histogram

from wangqian.cases import log as events_log
from wangqian.cases.tick import sweep_all, tick
from wangqian.documents import make, read, uploads
from wangqian.exchange.roster import apply
from wangqian.exchange.roster import work as rosters
from wangqian.flows import pace
from wangqian.flows.suspension import end_invitations
from wangqian.logs import place
from wangqian.notices import deliver, heads
from wangqian.notices.channels import email
from wangqian.operating import beats
from wangqian.people import editions, knocks, limits, sessions, wechat

log = structlog.get_logger(__name__)
RUNS = Counter("wangqian_job_runs", "Runs of the worker's jobs", ["job", "outcome"])
SECONDS = Histogram("wangqian_job_seconds", "How long a run of a job takes", ["job"], buckets=(0.01, 0.1, 1, 10, 60))

HEARTBEAT = "heartbeat"
ROUND = 1.0  # seconds between two looks of an idle worker
LONGEST_PAUSE = 60.0  # of a job that keeps failing
GRACE = 4  # seconds a job has to finish after the signal to stop


@dataclass
class Job:
    """A named piece of work that returns how much it did, run every so many seconds.

    One that runs every round goes on at once while it finds something. Failures in a row make a job pause,
    longer each time; the other jobs go on. The rest is its record (`operating/beats.py`), in monotonic seconds.
    """

    name: str
    run: Callable[[], int]
    every: float = ROUND
    due: float = 0.0
    failures: int = field(default=0, init=False)
    ran: float | None = field(default=None, init=False)
    succeeded: float | None = field(default=None, init=False)
    took: float = field(default=0.0, init=False)
    found: int = field(default=0, init=False)
    error: str = field(default="", init=False)
    place: str = field(default="", init=False)

    def attempt(self, moment: float) -> bool:
        """Run once; True when there may be more to do at once.

        A failure is logged by its class and place alone: messages of exceptions may hold personal data.
        """
        self.ran = time.monotonic()
        try:
            self.found = self.run()
        except Exception as problem:
            self.failures += 1
            self.due = moment + min(self.every * 2**self.failures, max(self.every, LONGEST_PAUSE))
            self.error, self.place = type(problem).__name__, place(problem)
            log.error("job failed", job=self.name, exc_info=problem)
            self.measure("failed")
            return False
        self.failures, self.succeeded = 0, time.monotonic()
        self.measure("done")
        again = self.found > 0 and self.every <= ROUND
        self.due = moment if again else moment + self.every
        return again

    def measure(self, outcome: str) -> None:
        assert self.ran is not None
        self.took = time.monotonic() - self.ran
        RUNS.labels(self.name, outcome).inc()
        SECONDS.labels(self.name).observe(self.took)


class Worker:
    """Runs jobs until told to stop; `stopping` may be asked from inside a long job."""

    def __init__(self, jobs: Iterable[Job] | None = None) -> None:
        self.stopped, self.started = False, time.monotonic()
        self.jobs = list(jobs) if jobs is not None else [self.heartbeat(), *usual_jobs(self.stopping)]

    def heartbeat(self) -> Job:
        """The first job of the list writes down how the others fare."""
        return Job(HEARTBEAT, lambda: beats.beat(self.jobs, self.started, time.monotonic()), every=beats.EVERY)

    def stopping(self) -> bool:
        return self.stopped

    def stop(self, *_: object) -> None:
        """The signal to stop: finish the running job; after `GRACE` seconds leave anyway."""
        self.stopped = True
        signal.alarm(GRACE)

    def round(self, moment: float) -> bool:
        """Every due job once, in order; True when one of them may have more to do."""
        again = False
        for job in self.jobs:
            if self.stopped:
                return False
            if job.due <= moment:
                again |= job.attempt(moment)
        return again

    def once(self) -> bool:
        """One round of every job; False when one failed."""
        self.round(float("inf"))
        return not any(job.failures for job in self.jobs)

    def forever(self) -> None:
        """Rounds until SIGTERM or SIGINT."""
        signal.signal(signal.SIGALRM, leave)
        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, self.stop)
        log.info("worker started", jobs=[job.name for job in self.jobs], pid=os.getpid())
        while not self.stopped:
            close_old_connections()  # one that broke or grew old is opened anew
            if not self.round(time.monotonic()) and not self.stopped:
                time.sleep(ROUND)
        signal.alarm(0)
        if any(job.name == HEARTBEAT for job in self.jobs):
            with suppress(DatabaseError):  # then its silence says it
                beats.leave()
        log.info("worker stopped")


def leave(*_: object) -> None:
    """Not finished in time: what is open is rolled back, what was claimed comes due again after its lease."""
    os._exit(0)


apply.TELL[:] = [deliver.tell_changed]
email.FILES[:] = [read.attachment]


def usual_jobs(stopping: Callable[[], bool]) -> list[Job]:
    """What is done in the background, in the order in which one leads to the next."""
    return [
        Job("codes", editions.refresh, every=5.0),
        Job("clock", partial(tick, 100)),
        Job("suspensions", end_invitations),
        Job("sweeps", sweep_all, every=60.0),
        Job("knocks", partial(deliver.answer, 100, stopping)),
        Job("old knocks", knocks.sweep, every=600.0),
        Job("old scans", wechat.sweep, every=600.0),
        Job("old limits", limits.sweep, every=3600.0),
        Job("old sessions", sessions.sweep, every=3600.0),
        Job("expand", partial(deliver.expand, 200)),
        Job("send", partial(deliver.send, 200, stopping)),
        Job("links", partial(deliver.send_links, 50, stopping)),
        Job("papers", make.work),
        Job("uploads", uploads.recheck, every=30.0),
        Job("old uploads", uploads.tidy, every=3600.0),
        Job("log", events_log.work, every=60.0),
        Job("heads", heads.work, every=60.0),
        Job("rosters", rosters.work),
        Job("old rosters", rosters.sweep, every=3600.0),
        Job("pace", pace.measure, every=6 * 3600.0),
    ]
