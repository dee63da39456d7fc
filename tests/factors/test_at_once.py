"""Two posts at the same moment: a code serves once, a recovery code serves once, an obliged person keeps one factor.

Both are made to read before either writes, unless a lock keeps the second waiting; with the lock off the same test must fail.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.db import close_old_connections, connection
from django.db.models import QuerySet

from tests.cast import Cast
from tests.devices import app, code, enrol
from wangqian.chart.words import Refused
from wangqian.people import factors, passkeys, recovery, totp

pytestmark = pytest.mark.postgres
WAIT = 1.0  # seconds the first waits for the second; a locked out second never comes


def meeting(patch: pytest.MonkeyPatch, module: Any, name: str) -> None:
    """`module.name` answers only when both have asked, or nobody else comes."""
    both, real = threading.Barrier(2), getattr(module, name)

    def met(*args: Any) -> Any:
        found = real(*args)
        with suppress(threading.BrokenBarrierError):
            both.wait(WAIT)
        return found

    patch.setattr(module, name, met)


def unlocked(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(QuerySet, "select_for_update", lambda self, *_args, **_named: self)


def at_once(*acts: Callable[[], object]) -> int:
    """How many of them went through."""
    done: list[int] = []

    def run(act: Callable[[], object]) -> None:
        close_old_connections()
        try:
            act()
            done.append(1)
        except Refused:
            pass
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    return len(done)


@pytest.fixture(params=[True, False], ids=["locked", "control"])
def locked(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> bool:
    if not request.param:
        unlocked(monkeypatch)
    return bool(request.param)


def test_a_code_of_the_app_serves_once(stage: Cast, monkeypatch: pytest.MonkeyPatch, locked: bool) -> None:
    secret, user = app(stage.graduate), stage.graduate.user
    meeting(monkeypatch, totp, "matching")
    now = code(secret)
    assert at_once(lambda: totp.enter(user, now), lambda: totp.enter(user, now)) == (1 if locked else 2)


def test_a_recovery_code_serves_once(stage: Cast, monkeypatch: pytest.MonkeyPatch, locked: bool) -> None:
    user = stage.graduate.user
    recovery.renew(user)
    words = recovery.show(user)
    meeting(monkeypatch, recovery, "opened")
    assert at_once(lambda: recovery.enter(user, words[0]), lambda: recovery.enter(user, words[0])) == (1 if locked else 2)


def test_the_last_factor_stays(stage: Cast, monkeypatch: pytest.MonkeyPatch, settings: Any, locked: bool) -> None:
    settings.SECOND_FACTOR = "obligatory"
    teacher = stage.school_reviewer
    enrol(teacher)
    enrol(teacher)
    one, other = passkeys.of(teacher.user)
    meeting(monkeypatch, factors, "removable")
    assert at_once(lambda: factors.drop(one), lambda: factors.drop(other)) == (1 if locked else 2)
    assert Authenticator.objects.count() == (1 if locked else 0)


def test_a_copied_passkey_and_its_original(stage: Cast, monkeypatch: pytest.MonkeyPatch, locked: bool) -> None:
    """The same count twice at the same moment: one of the two is a copy."""
    device, user = enrol(stage.graduate), stage.graduate.user
    options = passkeys.request(user, b"1" * 32)
    answer = device.get(options)
    meeting(monkeypatch, passkeys, "now")
    acts = [lambda: passkeys.check(user, b"1" * 32, answer)] * 2
    assert at_once(*acts) == (1 if locked else 2)
