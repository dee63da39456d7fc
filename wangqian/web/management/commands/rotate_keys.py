"""`manage rotate_keys`: everything under an older master key goes under the newest; may run while the site does, and again."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from wangqian.operating import rotation


class Command(BaseCommand):
    help = "Seal anew, in batches, what an older key of WANGQIAN_FIELD_KEYS covers; then the older keys can be removed."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="only say what is still under an older key")

    def handle(self, *_args: Any, check: bool, **_options: Any) -> None:
        if not check:
            for place in rotation.places():
                if done := rotation.turn(place):
                    self.stdout.write(f"{place.name}: {done}")
            if done := rotation.turn_files():
                self.stdout.write(f"uploads: {done}")
        if left := rotation.left():
            raise CommandError("\n".join(f"{name}: {count} still under an older key" for name, count in left.items()))
        self.stdout.write("Everything is under the newest key.")
