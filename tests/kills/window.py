"""For red controls: the moment after the commit, made long enough for a kill, and seen from outside."""

from __future__ import annotations

import os
import tempfile
import time
from pathlib import Path

LONG = 0.6  # seconds


def folder(var: str) -> Path:
    return Path(var) / "window"


def opens() -> None:
    """In the site: stay in between, with a file that says so. A kill leaves the file behind."""
    here = folder(os.environ["WANGQIAN_VAR"])
    here.mkdir(exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=here):
        time.sleep(LONG)


def seen(var: str, patience: float = 120.0) -> None:
    """In the test: wait until an act enters its window from now on."""
    before, end = set(folder(var).glob("*")), time.monotonic() + patience
    while not set(folder(var).glob("*")) - before:
        assert time.monotonic() < end, "no act came into its window"
        time.sleep(0.01)
