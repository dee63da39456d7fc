"""Leaked passwords in a file of the operator's: SHA-1 digests in hexadecimal, one per line, sorted ("Pwned Passwords" as it is offered
for download). Searched on the disk by halving, never loaded: the list has tens of gigabytes."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path
from typing import BinaryIO

from django.conf import settings

LENGTH = 40  # characters of a digest


def listed(password: str) -> bool:
    """Whether the password is in the file; False without one. OSError when the file named cannot be read."""
    name = settings.BREACHED_PASSWORDS
    if not name:
        return False
    with Path(name).open("rb") as file:
        return found(file, size(name), hashlib.sha1(password.encode(), usedforsecurity=False).hexdigest().upper())


def found(file: BinaryIO, end: int, digest: str) -> bool:
    """Binary search over the bytes; each probe reads the first whole line behind it."""
    low, high = 0, end
    while low < high:
        middle = (low + high) // 2
        line = line_at(file, middle)
        if not line or line >= digest:
            high = middle
        else:
            low = middle + 1
    return line_at(file, low) == digest


def line_at(file: BinaryIO, at: int) -> str:
    """The digest of the first line that begins at or behind this byte; "" at the end."""
    file.seek(max(at - 1, 0))
    if at:
        file.readline()
    return file.readline()[:LENGTH].decode("ascii", "replace").upper()


@lru_cache(maxsize=4)
def size(name: str) -> int:
    return Path(name).stat().st_size
