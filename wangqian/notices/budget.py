"""How many SMS a day: one counter for the whole platform, and a net under each phone."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db.models import F

from wangqian.notices.models import SmsDay
from wangqian.people import limits
from wangqian.people.clock import end_of, now, today

ALARM = 80  # percent


def limit() -> int:
    """Segments a day; 0: no limit."""
    return settings.SMS_BUDGET


def used() -> int:
    """Segments handed over today."""
    row = SmsDay.objects.filter(day=today(now())).first()
    return row.spent if row else 0


def percent() -> int:
    return used() * 100 // limit() if limit() else 0


def exhausted() -> bool:
    return bool(limit()) and used() >= limit()


def spend(segments: int) -> bool:
    """Count before handing over; False, and nothing counted, when the day's budget does not hold them.

    One conditional update: any number of processes together never pass the limit.
    """
    day = today(now())
    SmsDay.objects.bulk_create([SmsDay(day=day)], ignore_conflicts=True)
    rows = SmsDay.objects.filter(day=day)
    if limit():
        rows = rows.filter(spent__lte=limit() - segments)
    return bool(rows.update(spent=F("spent") + segments))


def spend_phone(phone: str) -> bool:
    """One more SMS to this phone; False when it had its share of the day."""
    return limits.allowed("sms-day", phone)


def next_day(moment: datetime) -> datetime:
    """When the budget begins anew."""
    return end_of(today(moment))
