"""The background loop: clock, sweeps, messages, papers. Any number on PostgreSQL; on SQLite one."""

from __future__ import annotations

import logging
import os
import signal
import time
import traceback
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import partial

from django.db import close_old_connections

from wangqian.cases.tick import sweep_all, tick
from wangqian.documents import make
from wangqian.exchange.roster import apply
from wangqian.exchange.roster import work as rosters
from wangqian.notices import deliver

log = logging.getLogger(__name__)

ROUND = 1.0  # seconds between two looks of an idle worker
LONGEST_PAUSE = 60.0  # of a job that keeps failing
GRACE = 4  # seconds a job has to finish after the signal to stop


@dataclass
class Job:
    """A named piece of work that returns how much it did, run every so many seconds.

    One that runs every round goes on at once while it finds something. Failures in a row make a job pause,
    longer each time; the other jobs go on.
    """

    name: str
    run: Callable[[], int]
    every: float = ROUND
    due: float = 0.0
    failures: int = field(default=0, init=False)

    def attempt(self, moment: float) -> bool:
        """Run once; True when there may be more to do at once.

        A failure is logged by its class and place alone: messages of exceptions may hold personal data.
        """
        try:
            found = self.run()
        except Exception as problem:
            self.failures += 1
            self.due = moment + min(self.every * 2**self.failures, max(self.every, LONGEST_PAUSE))
            log.error("job failed job=%s error=%s at=%s", self.name, type(problem).__name__, place(problem))
            return False
        self.failures = 0
        again = found > 0 and self.every <= ROUND
        self.due = moment if again else moment + self.every
        return again


def place(problem: Exception) -> str:
    """Where it was raised: "deliver.py:42"."""
    last = traceback.extract_tb(problem.__traceback__)[-1]
    return f"{os.path.basename(last.filename)}:{last.lineno}"  # noqa: PTH119  frames may have no real path


class Worker:
    """Runs jobs until told to stop; `stopping` may be asked from inside a long job."""

    def __init__(self, jobs: Iterable[Job] | None = None) -> None:
        self.stopped = False
        self.jobs = list(jobs) if jobs is not None else usual_jobs(self.stopping)

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
        log.info("worker started jobs=%s", ",".join(job.name for job in self.jobs))
        while not self.stopped:
            close_old_connections()  # one that broke or grew old is opened anew
            if not self.round(time.monotonic()) and not self.stopped:
                time.sleep(ROUND)
        signal.alarm(0)
        log.info("worker stopped")


def leave(*_: object) -> None:
    """Not finished in time: what is open is rolled back, what was claimed comes due again after its lease."""
    os._exit(0)


apply.TELL[:] = [deliver.tell_changed]


def usual_jobs(stopping: Callable[[], bool]) -> list[Job]:
    """What is done in the background, in the order in which one leads to the next."""
    return [
        Job("clock", partial(tick, 100)),
        Job("sweeps", sweep_all, every=60.0),
        Job("expand", partial(deliver.expand, 200)),
        Job("send", partial(deliver.send, 200, stopping)),
        Job("papers", make.work),
        Job("rosters", rosters.work),
        Job("old rosters", rosters.sweep, every=3600.0),
    ]
