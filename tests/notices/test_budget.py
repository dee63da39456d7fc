"""The day's SMS budget holds against any number of processes; the net under a phone; what waits goes out the next day."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from pytest_django.fixtures import Settings

from tests.cast import Cast
from tests.notices.conftest import Vendors
from tests.notices.processes import context, together
from wangqian.notices import budget
from wangqian.notices.deliver import deliveries, expand, send
from wangqian.notices.models import Channel, Notice, Reason, SmsDay, State
from wangqian.people import limits
from wangqian.people.clock import SHANGHAI, now, today
from wangqian.web.operator_messages import sms_alarm

PROCESSES, EACH, LIMIT = 4, 10, 25


def test_the_budget_counts_segments_until_it_is_used_up(db: None, settings: Settings) -> None:
    settings.SMS_BUDGET = 5
    assert [budget.spend(2), budget.spend(2), budget.spend(2), budget.spend(1), budget.spend(1)] == [True, True, False, True, False]
    assert (budget.used(), budget.percent(), budget.exhausted()) == (5, 100, True)


def test_no_limit_is_no_limit(db: None, settings: Settings) -> None:
    settings.SMS_BUDGET = 0
    assert all(budget.spend(1000) for _ in range(5))
    assert (budget.used(), budget.percent(), budget.exhausted()) == (5000, 0, False)


def test_each_day_begins_anew(db: None, settings: Settings) -> None:
    settings.SMS_BUDGET = 1
    assert (budget.spend(1), budget.spend(1)) == (True, False)
    SmsDay.objects.update(day=today(now()) - timedelta(days=1))
    assert budget.spend(1)


def spender(spend: object) -> None:
    for _ in range(EACH):
        spend(1)  # type: ignore[operator]


def test_many_processes_together_never_pass_it(transactional_db: None, settings: Settings) -> None:
    settings.SMS_BUDGET = LIMIT
    assert together(PROCESSES, lambda: spender(budget.spend)) == [0] * PROCESSES
    assert budget.used() == LIMIT


def test_red_control_read_then_write_passes_it(transactional_db: None, settings: Settings) -> None:
    settings.SMS_BUDGET = 1
    gate = context.Barrier(2)

    def read_then_write() -> None:
        SmsDay.objects.get_or_create(day=today(now()))
        free = not budget.exhausted()
        gate.wait(30)
        if free:
            SmsDay.objects.update(spent=budget.F("spent") + 1)

    assert together(2, read_then_write) == [0, 0]
    assert budget.used() == 2


@pytest.fixture
def waiting(cast: Cast, vendors: Vendors) -> Notice:
    cast.invited()
    expand()
    Notice.objects.filter(channel=Channel.EMAIL).update(state=State.SENT, next_at=None)
    return Notice.objects.get(channel=Channel.SMS)


def test_over_the_budget_a_message_waits_for_the_next_day_and_loses_no_try(waiting: Notice, vendors: Vendors) -> None:
    vendors.settings.SMS_BUDGET = 1
    budget.spend(1)
    for _ in range(8):
        Notice.objects.update(next_at=now())
        send()
    waiting.refresh_from_db()
    assert (waiting.state, waiting.reason, waiting.tries, vendors.aliyun.asked) == (State.FAILED, Reason.BUDGET, 0, 0)
    assert waiting.next_at is not None
    assert waiting.next_at.astimezone(SHANGHAI).strftime("%H:%M:%S") == "00:00:00"
    assert any("当日短信额度已用完，次日继续" in one.words for one in deliveries(waiting.event.case))  # type: ignore[union-attr]
    vendors.settings.SMS_BUDGET = 10
    Notice.objects.update(next_at=now())
    send()
    waiting.refresh_from_db()
    assert (waiting.state, waiting.tries) == (State.SUBMITTED, 1)


def test_the_operator_is_warned_at_80_percent(db: None, vendors: Vendors) -> None:
    vendors.settings.SMS_BUDGET = 10
    said = []
    for _ in range(10):
        said.append([alert.tone for alert in sms_alarm()])
        budget.spend(1)
    assert said == [[]] * 8 + [["warn"]] * 2
    assert [(alert.tone, alert.title) for alert in sms_alarm()] == [("bad", "今日短信额度已用完")]


def test_a_phone_gets_so_many_a_day_and_no_more(waiting: Notice, vendors: Vendors, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(limits.LIMITS, "sms-day", replace(limits.LIMITS["sms-day"], count=3))
    for _ in range(5):
        Notice.objects.filter(pk=waiting.pk).update(state=State.QUEUED, next_at=now(), tries=0)
        send()
    waiting.refresh_from_db()
    assert (waiting.state, waiting.reason, vendors.aliyun.asked) == (State.FAILED, Reason.LIMIT, 3)
