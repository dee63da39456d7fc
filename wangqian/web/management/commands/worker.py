"""`manage worker`: the background loop; `--once` makes one round and ends."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from wangqian.worker import Worker


class Command(BaseCommand):
    help = "Clock, messages, papers, imports: runs until SIGTERM."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", help="one round of every job, then end")

    def handle(self, *_args: Any, once: bool, **_options: Any) -> None:
        worker = Worker()
        if not once:
            worker.forever()
        elif not worker.once():
            raise CommandError("A job failed; the lines above say which.")
