"""Answers that take the same time: held back to the next multiple of a floor that is longer than any of them takes."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

View = Callable[..., HttpResponseBase]
# Each hears (seconds the answer took, seconds it was held back).
LISTENERS: list[Callable[[float, float], None]] = []


def in_equal_time(view: View, *, reading: bool = False) -> View:
    """Hold back what this view answers to a POST (`reading`: to a GET as well), so that a hit and a miss look alike."""

    @wraps(view)
    def held(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        start = time.perf_counter()
        try:
            return view(request, *args, **kwargs)
        finally:  # a 404 that is raised is an answer too
            if reading or request.method == "POST":
                hold(time.perf_counter() - start)

    return held


def hold(spent: float) -> None:
    """Sleep until `spent` seconds have become a multiple of the floor."""
    floor = settings.EQUAL_MS / 1000
    if floor:
        rest = max(math.ceil(spent / floor), 1) * floor - spent
        time.sleep(rest)
        for hear in LISTENERS:
            hear(spent, rest)
