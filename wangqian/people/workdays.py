"""Working days: the State Council's yearly arrangement of holidays and of weekends worked instead, as `chinesecalendar` has it.

The arrangement of a year is published at the end of the year before. Beyond what is known, Monday to Friday are working days.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

import chinese_calendar

from wangqian.people.clock import end_of, today

DAY = timedelta(days=1)
KNOWN_UNTIL: date = date(max(chinese_calendar.holidays).year, 12, 31)


def is_workday(day: date) -> bool:
    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError:
        return day.weekday() < 5


def workdays_after(moment: datetime, count: int) -> datetime:
    """24:00 of the `count`-th working day after the day of `moment`."""
    day = today(moment)
    while count:
        day += DAY
        count -= is_workday(day)
    return end_of(day)


def workdays_between(start: datetime, end: datetime) -> int:
    """Working days that began after the day of `start`, up to the day of `end`: 0 on the same day."""
    day, last, count = today(start), today(end), 0
    while day < last:
        day += DAY
        count += is_workday(day)
    return count
