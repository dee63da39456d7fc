"""The loop: every job, whatever another one does; backing off, stopping, one round."""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connections

from tests.cast import Cast
from tests.notices.processes import context
from tests.notices.walk import nearly_due
from wangqian import worker as working
from wangqian.cases.models import Case, Outbox
from wangqian.notices.models import Notice, State
from wangqian.people.models import Graduate
from wangqian.worker import LONGEST_PAUSE, Job, Worker


class Count:
    """A job that says how much it found, call by call, then nothing."""

    def __init__(self, *found: int) -> None:
        self.found, self.calls = list(found), 0

    def __call__(self) -> int:
        self.calls += 1
        return self.found.pop(0) if self.found else 0


def broken() -> int:
    raise ValueError("曹文公 430102200405010014")


def test_one_round_carries_a_case_from_the_clock_to_the_message(cast: Cast) -> None:
    case = cast.invited()
    nearly_due(case)
    call_command("worker", "--once")
    assert Notice.objects.get(event__step="remind", channel="sms").state == State.SENT
    assert Outbox.objects.filter(consumer="notices").count() == 0


def test_the_round_sweeps(cast: Cast) -> None:
    case = cast.invited()
    Graduate.objects.filter(pk=case.graduate_id).update(status="withdrawn")
    call_command("worker", "--once")
    assert Case.objects.get(pk=case.pk).state == "void"


def test_a_failing_job_stops_no_other_and_leaks_nothing(
    db: None, caplog: pytest.LogCaptureFixture
) -> None:
    last = Count()
    with caplog.at_level(logging.ERROR):
        assert Worker([Job("first", broken), Job("last", last)]).once() is False
    assert last.calls == 1
    said = caplog.records[-1].msg
    assert isinstance(said, dict)
    assert (said["event"], said["job"], said["error"]) == ("job failed", "first", "ValueError")
    assert said["place"].startswith("test_worker.py:")
    assert "曹文公" not in caplog.text and "4301" not in caplog.text


def test_once_says_that_a_job_failed(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(working, "usual_jobs", lambda stopping: [Job("first", broken)])
    with pytest.raises(CommandError, match="A job failed"):
        call_command("worker", "--once")


def test_a_failing_job_waits_longer_each_time_up_to_a_minute(db: None) -> None:
    job, waits, moment = Job("broken", broken), [], 1000.0
    for _ in range(8):
        job.attempt(moment)
        waits.append(job.due - moment)
        moment = job.due
    assert waits == [2, 4, 8, 16, 32, LONGEST_PAUSE, LONGEST_PAUSE, LONGEST_PAUSE]
    job.run = Count()
    job.attempt(moment)
    assert (job.failures, job.due) == (0, moment + 1)


def test_a_job_that_finds_work_goes_on_at_once_a_rare_one_waits(db: None) -> None:
    busy, rare = Count(5, 5, 0), Count(7, 7)
    worker = Worker([Job("busy", busy), Job("rare", rare, every=60)])
    assert [worker.round(100.0), worker.round(100.0), worker.round(100.0), worker.round(100.5)] == [
        True,
        True,
        False,
        False,
    ]
    assert (busy.calls, rare.calls) == (3, 1)
    worker.round(160.0)
    assert (busy.calls, rare.calls) == (4, 2)


def test_stopped_in_the_middle_of_a_round_the_rest_is_left(db: None) -> None:
    later = Count(1)
    worker = Worker([])

    def stopping() -> int:
        worker.stopped = True
        return 1

    worker.jobs = [Job("first", stopping), Job("later", later)]
    assert worker.round(1.0) is False
    assert later.calls == 0


@pytest.mark.parametrize("name", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_the_worker_within_five_seconds(stage: Cast, name: signal.Signals) -> None:
    process = started()
    try:
        time.sleep(0.2)
        process.send_signal(name)
        assert process.wait(5) == 0
    finally:
        process.kill()
        process.communicate()


def started() -> subprocess.Popen[str]:
    """A worker process on the test's database, once it runs."""
    database = connections["default"].settings_dict["NAME"]
    sqlite = settings.DATABASES["default"]["ENGINE"].endswith("sqlite3")
    url = f"sqlite:///{database}" if sqlite else settings.DATABASE_URL.rpartition("/")[0] + f"/{database}"
    environ = {**os.environ, "DATABASE_URL": url, "WANGQIAN_DEMO": "1", "PYTHONUNBUFFERED": "1"}
    command = [sys.executable, str(settings.BASE / "manage.py"), "worker", "--skip-checks"]
    process = subprocess.Popen(command, env=environ, stderr=subprocess.PIPE, text=True)
    assert process.stderr
    for line in process.stderr:
        if "worker started" in line:
            return process
    raise AssertionError("the worker did not start")


def test_a_job_that_does_not_end_is_left_within_five_seconds(tmp_path: Path) -> None:
    begun = tmp_path / "begun"

    def endless() -> int:
        begun.touch()
        time.sleep(60)
        return 0

    process = context.Process(target=Worker([Job("endless", endless)]).forever)
    process.start()
    while not begun.exists():
        time.sleep(0.05)
    assert process.pid
    os.kill(process.pid, signal.SIGTERM)
    process.join(5)
    assert process.exitcode == 0
