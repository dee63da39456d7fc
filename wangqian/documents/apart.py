"""pyHanko runs an event loop of its own, which a thread that has one already (a browser test, an async server) refuses."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")


def apart(call: Callable[[], T]) -> T:
    """What `call` returns or raises, run in a thread without a loop. It must not use the database."""
    with ThreadPoolExecutor(1, thread_name_prefix="seal") as pool:
        return pool.submit(call).result()
