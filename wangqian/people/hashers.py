"""Argon2id, tuned to a web request: about 20 ms and 19 MiB each, and never more than a few of them at a time in one process."""

from __future__ import annotations

import threading

from django.conf import settings
from django.contrib.auth.hashers import Argon2PasswordHasher

SLOTS = threading.BoundedSemaphore(settings.HASHES)


class TunedArgon2(Argon2PasswordHasher):
    """Memory in use is at most `HASHES` × the hash's own; who comes next waits for a slot."""

    time_cost, memory_cost, parallelism = settings.ARGON2

    def encode(self, password: str, salt: str) -> str:
        with SLOTS:
            return super().encode(password, salt)

    def verify(self, password: str, encoded: str) -> bool:
        with SLOTS:
            return super().verify(password, encoded)
