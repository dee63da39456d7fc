"""Whether this process may be sent requests: every check marked `ready`, asked at most every two seconds."""

from __future__ import annotations

import threading
import time

from wangqian.operating.checks import CHECKS
from wangqian.operating.findings import Mark

FRESH = 2.0  # seconds: whoever asks more often gets the last answer, so that asking is no attack
_lock = threading.Lock()
_last = (float("-inf"), False)


def ready() -> bool:
    """The last answer while it is fresh, else a new one."""
    global _last
    with _lock:
        if time.monotonic() - _last[0] >= FRESH:
            _last = (time.monotonic(), looked())
        return _last[1]


def looked() -> bool:
    return all(check.finding().mark is not Mark.BAD for check in CHECKS if check.ready)
