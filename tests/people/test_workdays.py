"""Working days as the State Council arranged them (notices of November 2024 and November 2025)."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from wangqian.people.clock import SHANGHAI
from wangqian.people.workdays import KNOWN_UNTIL, is_workday, workdays_after, workdays_between


def at(moment: str) -> datetime:
    return datetime.fromisoformat(moment).replace(tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("handed_in", "due"),
    [
        ("2026-11-23T09:00", "2026-12-01T00:00"),  # Monday → 24:00 of the next Monday
        ("2026-11-27T23:59", "2026-12-05T00:00"),  # Friday → Friday
        ("2026-11-28T12:00", "2026-12-05T00:00"),  # Saturday → Friday
        ("2026-11-29T12:00", "2026-12-05T00:00"),  # Sunday → Friday
        ("2026-06-18T10:00", "2026-06-27T00:00"),  # the day before 端午 (19 to 21 June) → Friday
        ("2026-09-30T10:00", "2026-10-14T00:00"),  # 国庆 to 7 October; Saturday the 10th is worked → Tuesday the 13th
        ("2025-09-30T10:00", "2025-10-15T00:00"),  # 国庆 and 中秋 to 8 October; Saturday the 11th is worked
    ],
)
def test_five_working_days(handed_in: str, due: str) -> None:
    assert workdays_after(at(handed_in), 5) == at(due)


def test_days_that_are_worked_and_days_that_are_not() -> None:
    """Typed from the notice for 2026: a Saturday and a Sunday worked, a Tuesday of the Spring Festival not."""
    days = ("2026-02-14", "2026-02-17", "2026-01-04", "2026-05-01", "2026-05-06")
    assert [is_workday(date.fromisoformat(day)) for day in days] == [True, False, True, False, True]


def test_beyond_what_is_published_weekends_alone_are_known() -> None:
    after = date(KNOWN_UNTIL.year + 2, 1, 1)
    assert [is_workday(date.fromordinal(after.toordinal() + day)) for day in range(7)].count(True) == 5


@pytest.mark.parametrize(
    ("begun", "ended", "days"),
    [
        ("2026-11-23T09:00", "2026-11-23T18:00", 0),
        ("2026-11-23T23:59", "2026-11-24T00:01", 1),
        ("2026-11-27T09:00", "2026-11-30T09:00", 1),  # over a weekend
        ("2026-09-30T10:00", "2026-10-09T09:00", 2),  # over 国庆
    ],
)
def test_between(begun: str, ended: str, days: int) -> None:
    assert workdays_between(at(begun), at(ended)) == days
