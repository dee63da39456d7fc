"""Gunicorn's configuration in production: its log lines, the metrics beside it, and how it takes its leave.

SIGTERM: not ready any more → the balancer looks elsewhere → no new connections → what runs is finished → gone. Runs in the
master, before Django; the flag is memory that master and workers share.
"""

from __future__ import annotations

import contextlib
import mmap
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path
from types import FrameType
from typing import Any

from wangqian import logs

ROOT = Path(__file__).resolve().parent.parent
DRAIN = float(os.environ.get("WANGQIAN_DRAIN_SECONDS") or 5)
_flag = mmap.mmap(-1, 1)
_beside: list[subprocess.Popen[bytes]] = []

logconfig_dict = {
    "disable_existing_loggers": False,
    "formatters": {"strict": {"()": logs.Strict}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "strict"}},
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {"gunicorn.error": {"handlers": [], "propagate": True}, "gunicorn.access": {"handlers": []}},
}


def draining() -> bool:
    """Whether this server was told to end and takes its last requests."""
    return _flag[0] == 1


def when_ready(server: Any) -> None:
    """The master listens: change what SIGTERM means, start the metrics."""
    master, usual = os.getpid(), signal.getsignal(signal.SIGTERM)

    def drain(number: int, frame: FrameType | None) -> None:
        if os.getpid() != master:  # a worker that has not yet handlers of its own
            os._exit(0)
        _flag[0] = 1
        signal.signal(signal.SIGTERM, usual)
        timer = threading.Timer(DRAIN, os.kill, (master, signal.SIGTERM))
        timer.daemon = True
        timer.start()

    signal.signal(signal.SIGTERM, drain)
    if os.environ.get("WANGQIAN_METRICS_PORT"):
        command = [sys.executable, "manage.py", "metrics", "--with-parent"]
        _beside.append(subprocess.Popen(command, cwd=ROOT, stdin=subprocess.DEVNULL))


def on_exit(server: Any) -> None:
    for process in _beside:
        with contextlib.suppress(ProcessLookupError):
            process.terminate()
