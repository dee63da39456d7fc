"""How strong a password's hash may be on this machine: the most memory and passes that stay within the time of a login."""

from __future__ import annotations

import secrets
import statistics
import time
from collections.abc import Iterator
from dataclasses import dataclass

from argon2.low_level import Type, hash_secret_raw

LONGEST_MS = 50
LEAST = (2, 19456, 1)  # OWASP's smallest recommended setting
KIB = (19456, 32768, 47104, 65536)
PASSES = (1, 2, 3, 4)
ROUNDS = 5


@dataclass(frozen=True)
class Measured:
    """A setting and the median of its time."""

    passes: int
    kib: int
    lanes: int
    ms: float

    @property
    def setting(self) -> str:
        return f"{self.passes},{self.kib},{self.lanes}"


def measure(passes: int, kib: int, lanes: int = 1, rounds: int = ROUNDS) -> Measured:
    """Hash a password of usual length `rounds` times."""
    return Measured(passes, kib, lanes, statistics.median(one(passes, kib, lanes) for _ in range(rounds)))


def one(passes: int, kib: int, lanes: int) -> float:
    start = time.perf_counter()
    hash_secret_raw(b"correct horse battery", secrets.token_bytes(16), passes, kib, lanes, 32, Type.ID)
    return (time.perf_counter() - start) * 1000


def candidates() -> Iterator[Measured]:
    """At least OWASP's: two passes over 19 MiB, or one over 46."""
    for kib in KIB:
        for passes in PASSES:
            if passes * kib >= LEAST[0] * LEAST[1]:
                yield measure(passes, kib)


def best(found: list[Measured]) -> Measured | None:
    """The most work within the time; of the same work, the one with more memory. None: the machine is too slow for the least."""
    fitting = [one for one in found if one.ms <= LONGEST_MS]
    return max(fitting, key=lambda one: (one.passes * one.kib, one.kib), default=None)
