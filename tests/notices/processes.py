"""Work done by other processes, each with its own connection."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable

from django.db import connections

context = multiprocessing.get_context("fork")


def together(count: int, work: Callable[[], object]) -> list[int | None]:
    """Run `work` in `count` processes that start it at the same moment; their exit codes (negative: the signal)."""
    connections.close_all()  # a forked connection would be shared
    barrier = context.Barrier(count)

    def one() -> None:
        barrier.wait(30)
        work()
        connections.close_all()

    running = [context.Process(target=one) for _ in range(count)]
    for process in running:
        process.start()
    for process in running:
        process.join(60)
    return [process.exitcode for process in running]
