"""`manage metrics`: figures for Prometheus on a port of their own; `./run serve` starts it beside the web processes."""

from __future__ import annotations

import os
import queue
import signal
from contextlib import suppress
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from wangqian.operating.exposition import serve


class Command(BaseCommand):
    help = "Serve /metrics on WANGQIAN_METRICS_BIND:WANGQIAN_METRICS_PORT until SIGTERM."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--with-parent", action="store_true", help="end when the process that started it ends")

    def handle(self, *_args: Any, with_parent: bool, **_options: Any) -> None:
        if not settings.METRICS_PORT:
            raise CommandError("WANGQIAN_METRICS_PORT is not set.")
        told, parent = queue.SimpleQueue[int](), os.getppid()
        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, lambda number, _frame: told.put(number))
        try:
            server = serve()
        except OSError as problem:
            raise CommandError(f"The port of the metrics cannot be used: {problem.strerror}.") from problem
        while not (with_parent and os.getppid() != parent):
            with suppress(queue.Empty):
                told.get(timeout=1.0)
                break
        server.shutdown()
