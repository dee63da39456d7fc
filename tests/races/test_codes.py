"""One-time codes for logging in, entered by many at once: one gets in, and five tries are five."""

from __future__ import annotations

import pytest
from django.db import connection

from tests.cast import Cast
from tests.races.crew import race
from wangqian.people import knocks
from wangqian.people.models import Knock


def enter(pair: tuple[str, str]) -> str:
    pk, code = pair
    try:
        knocks.enter("login", pk, code)
    except knocks.CodeRefused:
        return "refused"
    return "in"


def racers() -> int:
    return 8 if connection.vendor == "postgresql" else 4


def entered(stage: Cast, wrong: bool, times: int, off: list[str]) -> tuple[int, Knock]:
    """(how often somebody got in, the row afterwards) when every racer tries `times`."""
    row = knocks.knock("login", stage.graduate.user, "sms")
    knocks.arm(row)
    code = row.code if not wrong else ("000000" if row.code != "000000" else "000001")
    answers = race(enter, [[(str(row.pk), code)] * times] * racers(), off=off)
    row.refresh_from_db()
    return [answer.said for lot in answers for answer in lot].count("in"), row


def test_a_code_entered_by_many_at_once_lets_one_in(stage: Cast) -> None:
    for _round in range(5):
        assert entered(stage, False, 1, [])[0] == 1


def test_five_tries_are_five_however_many_try_at_once(stage: Cast) -> None:
    _in, row = entered(stage, True, 4, [])
    assert row.tries == Knock.TRIES


@pytest.mark.postgres
def test_red_control_a_code_looked_at_before_it_is_marked_lets_more_in(stage: Cast) -> None:
    assert sum(entered(stage, False, 1, ["one update"])[0] for _round in range(20)) > 20
