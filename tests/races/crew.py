"""Racers: real processes with their own connections, released together by a barrier before every attempt.

They come from a fork server, so that no thread, lock or connection of the test process reaches them. What a red control
switches off (`guards.py`) is switched off in them alone.
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Sequence
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, NamedTuple

import django
import pytest  # noqa: F401  (settings know a test run by it, in the fork server as here)
from django.apps import apps
from django.conf import settings

if not apps.ready:
    django.setup()

from django.db import connection

from tests.races import guards
from wangqian.chart.words import Refused

BLOCK = 25  # attempts made ready at once, before they are raced one by one
PATIENCE = 60.0  # seconds until a missing racer is a failure

# What a racer would have to load first, one after the other on few cores: the attempts of every test, and the pages.
LOADED = [f"tests.races.{file.stem}" for file in sorted(Path(__file__).parent.glob("*.py")) if file.stem not in ("__init__", "conftest")]

context = multiprocessing.get_context("forkserver")
context.set_forkserver_preload(["tests.races.crew", *LOADED, settings.ROOT_URLCONF])


class Answer(NamedTuple):
    """What one racer got for one attempt: `kind` is "ok" or the name of the exception, `said` the result or sentence."""

    item: Any
    kind: str
    said: str

    @property
    def ok(self) -> bool:
        return self.kind == "ok"


class Race(NamedTuple):
    """Racers under way. The barrier is kept: its semaphores go with the last reference in this process."""

    racers: list[Any]
    pipes: list[Connection]
    barrier: Any

    def answers(self) -> list[list[Answer]]:
        """Wait for all; one list per racer, in the order of its lot."""
        found = [pipe.recv() for pipe in self.pipes]
        for racer, pipe in zip(self.racers, self.pipes, strict=True):
            racer.join()
            racer.close()
            pipe.close()
        return found


def start(
    task: Callable[[Any], str],
    lots: Sequence[Sequence[Any]],
    *,
    ready: Callable[[Sequence[Any]], list[Any]] = list,
    off: Sequence[str] = (),
) -> Race:
    """Start one racer per lot: attempt n of every lot runs at the same moment. Lots are equally long.

    `ready` prepares a block of items (issuing proofs, say) outside the race; `off` names guards to switch off.
    """
    assert len({len(lot) for lot in lots}) == 1, "lots of different lengths would wait for each other for ever"
    barrier = context.Barrier(len(lots))
    racers, pipes = [], []
    for lot in lots:
        here, there = context.Pipe(duplex=False)
        place = dict(connection.settings_dict)
        racer = context.Process(target=run, args=(place, task, list(lot), ready, tuple(off), barrier, there))
        racer.start()
        there.close()
        racers.append(racer)
        pipes.append(here)
    return Race(racers, pipes, barrier)


def race(task: Callable[[Any], str], lots: Sequence[Sequence[Any]], **more: Any) -> list[list[Answer]]:
    """`start` and wait."""
    return start(task, lots, **more).answers()


def run(
    place: dict[str, Any],
    task: Callable[[Any], str],
    lot: list[Any],
    ready: Callable[[Sequence[Any]], list[Any]],
    off: tuple[str, ...],
    barrier: Any,
    pipe: Connection,
) -> None:
    """One racer's life. A racer that breaks down breaks the barrier, so nobody waits for it."""
    connection.settings_dict.update(place)
    answers: list[Answer] = []
    try:
        for name in off:
            guards.SWITCHES[name]()
        for first in range(0, len(lot), BLOCK):
            for item in ready(lot[first : first + BLOCK]):
                barrier.wait(PATIENCE)
                answers.append(attempt(task, item))
        pipe.send(answers)
    finally:
        if len(answers) < len(lot):
            barrier.abort()
        connection.close()
        pipe.close()


def attempt(task: Callable[[Any], str], item: Any) -> Answer:
    try:
        return Answer(item, "ok", task(item))
    except Refused as refused:
        return Answer(item, type(refused).__name__, refused.sentence)
    except Exception as broken:
        return Answer(item, type(broken).__name__, str(broken))


def unexpected(answers: Sequence[Sequence[Answer]], *kinds: str) -> list[str]:
    """Answers that are neither ok nor a refusal (nor one of `kinds`): crashes, deadlocks, time-outs. Must be empty."""
    fine = {"ok", "Refused", *kinds}
    return [f"{answer.kind}: {answer.said}" for lot in answers for answer in lot if answer.kind not in fine]
