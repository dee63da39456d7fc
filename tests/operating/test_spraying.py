"""One password tried on many accounts raises an alarm, whichever process found it (security.md A21)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.cast import Cast
from tests.screens.door import log_in, solved
from tests.screens.pages import PageClient
from wangqian.operating.checks import CHECKS, services
from wangqian.operating.findings import Mark
from wangqian.people import limits
from wangqian.people.clock import now
from wangqian.people.models import Throttle

pytestmark = pytest.mark.django_db


def test_spraying_is_said_for_an_hour_whoever_found_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(limits.LIMITS, "spray", limits.Limit(10, timedelta(minutes=5)))
    monkeypatch.setitem(limits.LIMITS, "spray-address", limits.Limit(6, timedelta(minutes=5)))
    assert services.spraying().mark is Mark.OK
    for address in (*["198.51.100.1"] * 6, *["198.51.100.2"] * 4):
        limits.sprayed(address)
    assert services.spraying().mark is Mark.OK
    limits.sprayed("198.51.100.3")
    finding = services.spraying()
    assert (finding.mark, "1 小时内有人在许多账号上" in finding.said, bool(finding.remedy)) == (Mark.BAD, True, True)
    limits.sprayed("198.51.100.1")
    assert "从 1 个网络地址" in services.spraying().said and "198.51" not in services.spraying().said
    Throttle.objects.filter(key__startswith="alarm:").update(since=now() - timedelta(minutes=61))
    assert services.spraying().mark is Mark.OK
    assert next(check for check in CHECKS if check.name == "spraying").alarm


def test_one_account_with_many_wrong_passwords_is_no_spraying(cast: Cast) -> None:
    for _try in range(limits.LIMITS["spray-address"].count + 5):
        log_in(PageClient(), cast.graduate.user.phone, "wrong-wrong-wrong", work=solved("login"))
    assert services.spraying().mark is Mark.OK


def test_red_control_each_wrong_password_counted_would_be_one(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """As if every miss were the first of its account: one person who mistypes would raise it."""
    monkeypatch.setattr(limits, "allowed", lambda name, *who: name == "misses" or limits.count(name, *who) != "refused")
    for _try in range(limits.LIMITS["spray-address"].count + 5):
        log_in(PageClient(), cast.graduate.user.phone, "wrong-wrong-wrong", work=solved("login"))
    assert services.spraying().mark is Mark.BAD
