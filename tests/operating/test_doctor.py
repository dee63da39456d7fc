"""`manage doctor`: every check in one table, what to do beside what is wrong, and an exit code for programs."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from typing import Any

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from tests.cast import Cast
from wangqian.cases import log
from wangqian.operating.checks import CHECKS
from wangqian.operating.findings import Check, ok
from wangqian.web.management.commands.doctor import as_table, width
from wangqian.worker import Worker

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def quick_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """How long a hash takes beside other tests says nothing."""
    monkeypatch.setattr(settings, "ARGON2", (1, 64, 1))


def doctor(*arguments: str) -> tuple[int, str]:
    """(exit code, what it says)."""
    said = io.StringIO()
    try:
        call_command("doctor", *arguments, stdout=said)
    except SystemExit as end:
        return int(end.code or 0), said.getvalue()
    return 0, said.getvalue()


def test_what_is_wrong_is_said_with_what_to_do_and_gives_exit_code_one() -> None:
    code, said = doctor()
    lines = said.splitlines()
    assert code == 1
    assert [line[0] for line in lines if line[:1] in ("✓", "✗", "–")].count("✗") == 2  # no worker, no signed log
    at = next(place for place, line in enumerate(lines) if line.startswith("✗ 后台进程"))
    assert lines[at].endswith("后台进程没有运行。") and "→ 启动 ./run worker" in lines[at + 1]
    assert lines[-1] == f"{len(CHECKS)} 项检查，2 项有问题。"


def test_in_order_it_gives_exit_code_zero(cast: Cast) -> None:
    cast.invited()
    Worker().once()
    log.work()
    code, said = doctor()
    assert (code, "✗" in said) == (0, False), said


def test_for_programs_every_check_by_name(cast: Cast) -> None:
    code, said = doctor("--json")
    rows = json.loads(said)
    assert [row["check"] for row in rows] == [check.name for check in CHECKS]
    assert code == 1 and {row["mark"] for row in rows} <= {"ok", "bad", "off"}
    assert all(row["remedy"] for row in rows if row["mark"] == "bad")


def test_some_checks_alone_and_an_unknown_one_is_refused() -> None:
    assert doctor("--only", "clock", "disk", "fonts")[0] == 0
    assert doctor("--only", "worker")[0] == 1
    with pytest.raises(CommandError):
        doctor("--only", "weather")


def test_no_secret_and_no_person_is_said(cast: Cast, settings: Any) -> None:
    cast.signed()
    settings.DEMO = settings.TESTING = False
    settings.SECRET_KEY, settings.INDEX_KEY = "Zq" * 40, "cd" * 32
    settings.EMAIL_HOST_PASSWORD = settings.SEAL_PIN = "Kx7-canary"
    for form in ((), ("--json",)):
        said = doctor(*form)[1]
        for secret in (settings.SECRET_KEY, settings.INDEX_KEY, "Kx7-canary", "11" * 32, "曹文公", "越综合"):
            assert secret not in said


def test_the_table_lines_up_under_chinese() -> None:
    found = [(Check(label, label, lambda: ok("")), ok("said")) for label in ("数据库", "a", "时钟 b")]
    lines = as_table(found).splitlines()[:3]
    assert {width(line[: line.index("said")]) for line in lines} == {width("✓ 数据库  ")}


def test_without_a_database_it_still_says_what_is_wrong() -> None:
    environ = {**os.environ, "WANGQIAN_DEMO": "1", "DATABASE_URL": "postgres://nobody@127.0.0.1:1/none"}
    command = [sys.executable, "manage.py", "doctor"]
    done = subprocess.run(command, cwd=settings.BASE, env=environ, capture_output=True, text=True, timeout=120, check=False)
    assert (done.returncode, "✗ 数据库可写" in done.stdout, "Traceback" in done.stderr) == (1, True, False)
    assert "✓ 字体和印刷" in done.stdout
