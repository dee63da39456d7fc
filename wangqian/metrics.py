"""Counters of several processes in one place: each writes a file of its own, the metrics process adds them up.

A process takes the lowest free slot and gives it back by ending. The next one goes on counting in the same file, so that
restarts neither lose counts nor leave files behind. Must be called before the first counter is declared: settings do.
"""

from __future__ import annotations

import fcntl
import itertools
import os
from pathlib import Path
from typing import IO

from prometheus_client import values

_held: list[IO[str]] = []


def share(folder: Path) -> str:
    """Count into `folder` from now on; returns the slot taken. A second call changes nothing."""
    if _held:
        return Path(_held[0].name).stem
    folder.mkdir(parents=True, exist_ok=True)
    slot = take(folder)
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(folder)
    values.ValueClass = values.MultiProcessValue(lambda: slot)  # type: ignore[no-untyped-call]
    return slot


def take(folder: Path) -> str:
    """The lowest slot nobody holds; held until the process ends."""
    for number in itertools.count():
        lock = (folder / f"p{number}.lock").open("w")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.close()
            continue
        _held.append(lock)
        return f"p{number}"
    raise AssertionError("there is always another number")
