"""Who looked at what (append-only), and how often something was tried."""

from __future__ import annotations

from datetime import timedelta

from django.db import models, transaction

from wangqian.people.clock import now


class AccessLog(models.Model):
    """Unmasking, look-ups, exports, verification checks. `subject` is a graduate; nobody edits a row."""

    actor = models.ForeignKey("people.User", models.PROTECT, null=True, related_name="+")
    membership = models.ForeignKey("people.Membership", models.PROTECT, null=True, related_name="+")
    subject = models.ForeignKey("people.Graduate", models.PROTECT, null=True, related_name="accesses")
    what = models.CharField(max_length=30)
    why = models.CharField(max_length=100, blank=True)
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
        """Count one try; False when `limit` tries within `window` are used up (the try is then not counted)."""
        with transaction.atomic():
            Throttle.objects.bulk_create([Throttle(key=key, since=now())], ignore_conflicts=True)
            row = cls.objects.select_for_update().get(key=key)
            moment = now()  # after the lock: a wait must not begin the window too early
            if row.since + window <= moment:
                row.since, row.count = moment, 0
            if row.count >= limit:
                return False
            row.count += 1
            row.save(update_fields=["since", "count"])
            return True
