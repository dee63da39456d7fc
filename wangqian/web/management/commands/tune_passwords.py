"""`manage tune_passwords`: measures password hashes on this machine and says what to set."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from wangqian.people import tuning


class Command(BaseCommand):
    help = "Measure Argon2id on this machine and name the strongest setting that stays within 50 ms."

    def handle(self, *_args: object, **_options: Any) -> None:
        now = tuning.measure(*settings.ARGON2)
        self.stdout.write(f"now   WANGQIAN_ARGON2={now.setting}  {now.ms:.0f} ms, {self.memory(now)}")
        if now.ms > tuning.LONGEST_MS:
            self.stdout.write(f"      slower than {tuning.LONGEST_MS} ms: logins will queue")
        found = tuning.best(list(tuning.candidates()))
        if found is None:
            self.stdout.write(f"none  stays within {tuning.LONGEST_MS} ms; keep WANGQIAN_ARGON2=2,19456,1")
            return
        self.stdout.write(f"best  WANGQIAN_ARGON2={found.setting}  {found.ms:.0f} ms, {self.memory(found)}")

    def memory(self, one: tuning.Measured) -> str:
        """What all hashes of one process take together."""
        return f"at most {settings.HASHES} × {one.kib // 1024} MiB in each web process (WANGQIAN_HASHES)"
