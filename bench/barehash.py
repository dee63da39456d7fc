"""The bare hash: an application that checks one password per request and does nothing else. `BENCH_HASH` is what it checks."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from typing import Any

from argon2 import PasswordHasher

HASHER, ENCODED = PasswordHasher(), os.environ["BENCH_HASH"].removeprefix("argon2")


def application(environ: dict[str, Any], start: Callable[..., object]) -> Iterable[bytes]:
    """Reads the form as a login must, checks the password, answers as a login does."""
    environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
    assert HASHER.verify(ENCODED, os.environ["BENCH_PASSWORD"])
    start("302 Found", [("Location", "/home/"), ("Content-Length", "0")])
    return []
