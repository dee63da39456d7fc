"""The one clock: the database's, asked after the lock (`clock_timestamp()`; `now()` stands still in a transaction)."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db import connection

SHANGHAI = ZoneInfo("Asia/Shanghai")


def now() -> datetime:
    """Aware UTC, as the database sees it at this moment."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT clock_timestamp()")
            moment: datetime = cursor.fetchone()[0]
            return moment.astimezone(UTC)
        cursor.execute("SELECT strftime('%Y-%m-%dT%H:%M:%f+00:00', 'now')")
        return datetime.fromisoformat(cursor.fetchone()[0])


def today(moment: datetime) -> date:
    return moment.astimezone(SHANGHAI).date()


def end_of(day: date) -> datetime:
    """24:00 of a day in Shanghai: the half-open deadline, i.e. the first moment that is too late."""
    return datetime.combine(day + timedelta(days=1), time(), SHANGHAI).astimezone(UTC)


def days_from(moment: datetime, days: int) -> datetime:
    """24:00 of the n-th day after the day of `moment`."""
    return end_of(today(moment) + timedelta(days=days))
