"""`/livez` and `/readyz`: one word each, for anybody, without session, cookie, host name or reason."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.cast import Cast
from tests.screens.pages import enter
from wangqian import serving
from wangqian.notices.models import Notice
from wangqian.operating import readiness
from wangqian.operating.checks import machine
from wangqian.people.clock import now

WORDS = {200: b"ready\n", 503: b"not ready\n"}


@pytest.fixture(autouse=True)
def looking_anew() -> Iterator[None]:
    """Nothing is remembered from or for another test."""
    readiness._last = (float("-inf"), False)
    yield
    readiness._last = (float("-inf"), False)


def status(client: Client | None = None) -> int:
    answer = (client or Client()).get("/readyz")
    assert answer.content == WORDS[answer.status_code]
    return int(answer.status_code)


def test_alive_asks_nothing_of_anybody(cast: Cast) -> None:
    client = enter(cast.graduate)
    with CaptureQueriesContext(connection) as queries:
        answer = client.get("/livez")
    assert (answer.status_code, answer.content, len(queries)) == (200, b"alive\n", 0)


@pytest.mark.parametrize("url", ["/livez", "/readyz"])
def test_no_session_no_cookie_any_host_and_never_cached(db: None, url: str) -> None:
    answer = Client().get(url, headers={"Host": "10.0.0.7"})
    assert (answer.status_code, answer.cookies, answer["Cache-Control"]) == (200, {}, "no-store")
    assert "Vary" not in answer.headers and "Content-Security-Policy" in answer.headers
    assert Client().post(url).status_code == 405
    assert Client().head(url).status_code == 200


def test_ready_and_asked_at_most_every_two_seconds(db: None) -> None:
    assert status() == 200
    with CaptureQueriesContext(connection) as queries:
        assert [status() for _ in range(50)] == [200] * 50
    assert len(queries) == 0


def test_a_relay_that_is_five_minutes_behind(cast: Cast) -> None:
    Notice.objects.create(
        recipient=cast.graduate.user,
        channel="email",
        template="x",
        body="…",
        created_at=now(),
        next_at=now() - timedelta(minutes=6),
    )
    assert status() == 503


def test_a_disk_with_less_than_a_tenth(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "LEAST", 1.1)
    assert status() == 503


def test_tables_of_another_version(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'operating'")
    assert status() == 503


@pytest.mark.postgres
def test_a_database_that_forgets(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL synchronous_commit = off")
    assert status() == 503


def test_what_is_wrong_elsewhere_does_not_take_the_site_away(cast: Cast) -> None:
    """No worker, no signed log, messages given up: the pages still work, and the operator is told."""
    Notice.objects.create(recipient=cast.graduate.user, channel="sms", template="x", body="…", state="dead", created_at=now())
    assert status() == 200


def test_a_server_that_takes_its_leave_is_not_ready_at_once(db: None) -> None:
    assert status() == 200
    serving._flag[0] = 1
    try:
        assert serving.draining() and status() == 503
        assert Client().get("/livez").status_code == 200
    finally:
        serving._flag[0] = 0
    assert status() == 200
