"""The site whose limits count as always and never refuse: thousands of questions come from one address."""

from __future__ import annotations

from datetime import timedelta

from wangqian.wsgi import application as application  # sets Django up

from wangqian.people.models import Throttle  # isort: skip

usual = Throttle.spend


def spend(key: str, limit: int, window: timedelta) -> bool:
    """The same statement in the database, another answer."""
    usual(key, limit, window)
    return True


Throttle.spend = staticmethod(spend)  # type: ignore[assignment, method-assign]
