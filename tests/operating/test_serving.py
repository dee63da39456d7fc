"""The web server as `./run serve` starts it: its lines are ours, its figures answer beside it, and it ends without haste."""

from __future__ import annotations

import http.client
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection, connections

from tests.bare import free_port
from tests.cast import Cast
from tools.production import LIFETIME, STARTING, gunicorn
from wangqian.operating.checks import CHECKS, database

DRAIN = 3.0
KEYS = {
    "SECRET_KEY": "k7Zq5-wErTyUiOpAsDfGhJkLzXcVbNm0123456789-abcdefgh",
    "WANGQIAN_FIELD_KEYS": "a:" + "ab" * 32,
    "WANGQIAN_INDEX_KEY": "cd" * 32,
    "SITE_URL": "https://sign.example.edu.cn",
    "ALLOWED_HOSTS": "sign.example.edu.cn",
    "WANGQIAN_CHECKSUMS": "elsewhere",
    "WANGQIAN_DEMO": "",
}


def configured(folder: Path) -> dict[str, str]:
    """The environment of an installation on the test's database."""
    database = connections["default"].settings_dict["NAME"]
    sqlite = settings.DATABASES["default"]["ENGINE"].endswith("sqlite3")
    url = f"sqlite:///{database}" if sqlite else settings.DATABASE_URL.rpartition("/")[0] + f"/{database}"
    return {**os.environ, **KEYS, "DATABASE_URL": url, "WANGQIAN_VAR": str(folder)}


class Server:
    """Gunicorn with two workers on the test's database."""

    def __init__(self, folder: Path) -> None:
        self.port, self.metrics, self.said = free_port(), free_port(), folder / "said"
        environ = configured(folder) | {"WANGQIAN_METRICS_PORT": str(self.metrics), "WANGQIAN_DRAIN_SECONDS": str(DRAIN)}
        command = [str(part) for part in gunicorn([f"127.0.0.1:{self.port}"], "--workers=2", "--threads=2", *LIFETIME)]
        with self.said.open("wb") as file:
            self.process = subprocess.Popen(command, cwd=settings.BASE, env=environ, stderr=file, stdout=file)

    def ask(self, path: str, port: int = 0) -> tuple[int, str]:
        """(status, body); 0 where nobody answers."""
        connection = http.client.HTTPConnection("127.0.0.1", port or self.port, timeout=10)
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            return answer.status, answer.read().decode()
        except (OSError, http.client.HTTPException):
            return 0, ""
        finally:
            connection.close()

    def wait(self, path: str, status: int, port: int = 0) -> None:
        deadline = time.monotonic() + 40
        while self.ask(path, port)[0] != status:
            assert time.monotonic() < deadline and self.process.poll() is None, self.said.read_text()
            time.sleep(0.05)


@pytest.fixture
def server(stage: Cast, tmp_path: Path) -> Iterator[Server]:
    started = Server(tmp_path)
    try:
        started.wait("/livez", 200)
        yield started
    finally:
        started.process.kill()
        started.process.wait()


def test_it_serves_counts_and_takes_its_leave(server: Server) -> None:
    assert server.ask("/readyz") == (200, "ready\n")
    assert server.ask("/verify/QK7PM2XB9R4TZ8WD/?name=%E6%9B%B9")[0] >= 400  # an unknown host
    server.wait("/metrics", 200, server.metrics)
    told = server.ask("/metrics", server.metrics)[1]
    assert 'wangqian_requests_total{method="GET",route="readyz",status="2xx"} 1.0' in told
    begun = time.monotonic()
    server.process.send_signal(signal.SIGTERM)
    server.wait("/readyz", 503)
    assert server.ask("/livez") == (200, "alive\n")  # still here for whoever was sent here
    assert server.process.wait(20) == 0
    assert time.monotonic() - begun >= DRAIN
    assert server.ask("/livez")[0] == 0
    deadline = time.monotonic() + 10
    while server.ask("/metrics", server.metrics)[0]:  # the figures end with the server
        assert time.monotonic() < deadline
        time.sleep(0.1)
    lines = [json.loads(line) for line in server.said.read_text().splitlines()]
    assert {"at", "level", "logger", "event"} <= set.intersection(*(set(line) for line in lines))
    assert any(line["event"].startswith("Listening at") for line in lines)
    assert "QK7PM2XB9R4TZ8WD" not in server.said.read_text()


def test_killed_outright_it_leaves_no_figures_behind(server: Server) -> None:
    server.wait("/metrics", 200, server.metrics)
    server.process.kill()
    server.process.wait()
    deadline = time.monotonic() + 10
    while server.ask("/metrics", server.metrics)[0]:
        assert time.monotonic() < deadline
        time.sleep(0.1)


# --- before the first request ------------------------------------------------------------------------


def served(folder: Path, **other: str) -> subprocess.CompletedProcess[str]:
    """`./run serve`, whose gunicorn only says whether it would come up: `--check-config`."""
    command = [sys.executable, "run", "serve", "--check-config"]
    environ = configured(folder) | other
    return subprocess.run(command, cwd=settings.BASE, env=environ, capture_output=True, text=True, timeout=300, check=False)


def execute(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def test_what_must_hold_at_the_start_is_asked_by_the_probe_too() -> None:
    assert set(STARTING) < {check.name for check in CHECKS if check.ready}


def test_it_starts_where_all_is_set(stage: Cast, tmp_path: Path) -> None:
    done = served(tmp_path)
    assert (done.returncode, done.stderr) == (0, "")


def test_it_does_not_start_before_the_migrations(stage: Cast, tmp_path: Path) -> None:
    empty = tmp_path / "empty.sqlite3"
    done = served(tmp_path, DATABASE_URL=f"sqlite:///{empty}")
    sentence = "The database is not that of this version. Run `./run manage migrate` first, once.\n"
    assert (done.returncode, done.stdout, done.stderr) == (1, "", sentence)


@pytest.mark.postgres
def test_it_does_not_start_on_a_database_that_may_lose_what_it_acknowledged(stage: Cast, tmp_path: Path) -> None:
    name = connection.settings_dict["NAME"]
    execute(f'ALTER DATABASE "{name}" SET synchronous_commit = off')
    try:
        done = served(tmp_path)
    finally:
        execute(f'ALTER DATABASE "{name}" RESET synchronous_commit')
    first, second = done.stderr.splitlines()
    assert (done.returncode, first) == (1, "The database is not set as this version needs it, so it does not serve.")
    assert "synchronous_commit=off" in second and "postgresql.conf" in second


@pytest.mark.postgres
@pytest.mark.parametrize(("name", "most"), [("lock_timeout", "3s"), ("idle_in_transaction_session_timeout", "30s")])
def test_a_connection_waits_no_longer_than_it_says(name: str, most: str, db: None) -> None:
    """As every connection of ours comes up, and as the probe wants it: neither is longer than the other allows."""
    with connection.cursor() as cursor:
        cursor.execute(f"SHOW {name}")
        assert cursor.fetchone() == (most,)
    assert not database.waits().remedy
    execute(f"SET LOCAL {name} = '{int(most[:-1]) + 1}s'")
    assert f"{name}={int(most[:-1]) + 1}000 ms" in database.waits().said
