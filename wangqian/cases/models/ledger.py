"""就业方案库: the one effective destination of every graduate (law L2), and what was in force on any past date."""

from __future__ import annotations

from datetime import datetime

from django.db import models

from wangqian.cases.models.case import Case
from wangqian.cases.models.event import Event
from wangqian.people.models import Graduate


class LedgerEntry(models.Model):
    """Append-only: a destination comes into force or goes out of force. Code and name of the day."""

    graduate = models.ForeignKey(Graduate, models.PROTECT, related_name="ledger")
    case = models.ForeignKey(Case, models.PROTECT, related_name="ledger")
    event = models.ForeignKey(Event, models.PROTECT, related_name="+")
    in_force = models.BooleanField()
    destination = models.CharField(max_length=4)
    destination_name = models.CharField(max_length=40)
    subclass = models.CharField(max_length=8, blank=True, default="")
    subclass_name = models.CharField(max_length=40, blank=True, default="")
    effective_at = models.DateTimeField()
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ["id"]


class CurrentDestination(models.Model):
    """At most one row per graduate, by its primary key."""

    graduate = models.OneToOneField(Graduate, models.PROTECT, primary_key=True, related_name="destination")
    entry = models.OneToOneField(LedgerEntry, models.PROTECT)


def in_force(graduate: Graduate, moment: datetime) -> LedgerEntry | None:
    """The destination in force at a moment, as known today."""
    last = LedgerEntry.objects.filter(graduate=graduate, effective_at__lte=moment).order_by("id").last()
    return last if last and last.in_force else None
