"""`export_log`: the log of all events with its signed heads, for checking outside by `verify.py log`."""

from __future__ import annotations

import shutil
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from wangqian.cases import log_export
from wangqian.documents.offline import verify


class Command(BaseCommand):
    help = "Write the log of all events, its signed heads and verify.py into a new folder."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        folder: Path = options["folder"]
        if folder.exists() and any(folder.iterdir()):
            raise CommandError(f"{folder} is not empty")
        events, heads = log_export.write(folder)
        shutil.copy(verify.__file__, folder / "verify.py")
        self.stdout.write(f"{events} events, {heads} heads. Check: python3 {folder}/verify.py log {folder} --head KEPT.json")
