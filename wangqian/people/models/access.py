"""Who looked at what (append-only), and how often something was tried."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

from django.db import connection, models
from prometheus_client import Counter

from wangqian.people.clock import now
from wangqian.people.models.kept import Kept

LIMITED = Counter("wangqian_limited", "Tries that a limit refused", ["limit"])
KIND = re.compile(r"[a-z][a-z_-]{1,30}")


class AccessLog(models.Model):
    """Unmasking, look-ups, exports, verification checks. `subject` is a graduate; nobody edits a row.

    `why` may be typed by people, who name people.
    """

    actor = models.ForeignKey("people.User", models.PROTECT, null=True, related_name="+")
    membership = models.ForeignKey("people.Membership", models.PROTECT, null=True, related_name="+")
    subject = models.ForeignKey("people.Graduate", models.PROTECT, null=True, related_name="accesses")
    what = models.CharField(max_length=30)
    why = Kept(row=("actor_id", "subject_id", "at"))
    ip = models.GenericIPAddressField(null=True)
    at = models.DateTimeField()


class Throttle(models.Model):
    """How often `key` was spent since `since`. Keys are keyed digests or public ids, never personal data."""

    key = models.CharField(max_length=120, primary_key=True)
    since = models.DateTimeField()
    count = models.PositiveIntegerField(default=0)

    @classmethod
    def spent(cls, key: str, window: timedelta) -> int:
        row = cls.objects.filter(key=key).first()
        return row.count if row and row.since + window > now() else 0

    @classmethod
    def spend(cls, key: str, limit: int, window: timedelta) -> bool:
        """Count one try; False when `limit` tries within `window` are used up (the try is then not counted).

        One statement, which holds the row while it asks the time: any number of processes count as one.
        """
        moment, over = NOW[connection.vendor]
        ended: Any = window if connection.vendor == "postgresql" else f"-{window.total_seconds():.3f} seconds"
        with connection.cursor() as cursor:
            cursor.execute(SPEND.format(now=moment, over=over), [key, ended, ended, ended, limit])
            within = cursor.fetchone() is not None
        if not within:
            LIMITED.labels(kind_of(key)).inc()
        return within


def kind_of(key: str) -> str:
    """Which limit a key belongs to: the word before its first colon. What follows is whose, and is not told."""
    kind = key.partition(":")[0]
    return kind if KIND.fullmatch(kind) else "other"


# The moment, and whether the window that began at `since` has ended, as each database asks it.
NOW = {
    "postgresql": ("clock_timestamp()", "t.since + %s <= clock_timestamp()"),
    # Django writes microseconds; SQLite's clock gives milliseconds, and the two are compared as text.
    "sqlite": (
        "strftime('%%Y-%%m-%%d %%H:%%M:%%f000', 'now')",
        "t.since <= strftime('%%Y-%%m-%%d %%H:%%M:%%f000', 'now', %s)",
    ),
}
# A row at its limit is not touched and gives nothing back.
SPEND = """
INSERT INTO people_throttle AS t (key, since, count) VALUES (%s, {now}, 1)
ON CONFLICT (key) DO UPDATE SET
  since = CASE WHEN {over} THEN {now} ELSE t.since END,
  count = CASE WHEN {over} THEN 1 ELSE t.count + 1 END
WHERE {over} OR t.count < %s
RETURNING count
"""
