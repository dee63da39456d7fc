"""What everybody's password is made of (`stems.txt`): no fault in a long sentence, but it counts for nothing."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path


@cache
def found() -> re.Pattern[str]:
    """The longest first, so that nothing is left of it."""
    lines = Path(__file__).with_name("stems.txt").read_text(encoding="utf-8").splitlines()
    words = [word for line in lines if not line.startswith("# ") for word in line.split()]
    return re.compile("|".join(map(re.escape, sorted(words, key=len, reverse=True))))


def without(text: str) -> str:
    """What is left of a password, which must be hard to guess by itself."""
    return found().sub("", text)
