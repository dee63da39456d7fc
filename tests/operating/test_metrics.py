"""The figures: what is counted, over how many processes, and that no label ever names a person."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connections
from prometheus_client import REGISTRY, CollectorRegistry, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

from tests.bare import free_port
from tests.cast import Cast
from tests.screens.pages import PageClient, enter
from wangqian.chart.words import Refused
from wangqian.notices import deliver
from wangqian.operating import exposition
from wangqian.people.models import Throttle
from wangqian.worker import Worker

LABELS = {"route", "method", "status", "flow", "step", "outcome", "channel", "job", "queue", "alarm", "limit", "le"}
SHAPE = re.compile(r"[A-Za-z][A-Za-z0-9_:. -]{0,40}|[1-5]xx|[0-9.]{1,8}|\+Inf")
NUMBER = re.compile(r"\d{5,}")


def value(name: str, **labels: str) -> float:
    return REGISTRY.get_sample_value(name, labels) or 0.0


def samples() -> Iterator[tuple[str, dict[str, str]]]:
    """Everything of ours that is exposed."""
    for metric in [*REGISTRY.collect(), *exposition.gauges()]:
        if metric.name.startswith("wangqian"):
            yield from ((sample.name, sample.labels) for sample in metric.samples)


def test_requests_by_route_and_status_class(cast: Cast) -> None:
    before = value("wangqian_requests_total", route="case", method="GET", status="4xx")
    case, asked = cast.signed(), enter(cast.outsider)
    for _ in range(3):
        assert asked.get(f"/cases/{case.pk}/").status_code == 404
    PageClient().get("/verify/AAAABBBBCCCCDDDD/")
    assert value("wangqian_requests_total", route="case", method="GET", status="4xx") == before + 3
    assert value("wangqian_request_seconds_count", route="verify-code") >= 1
    PageClient().get("/曹文公/")
    PageClient().generic("BREW", "/")
    assert value("wangqian_requests_total", route="none", method="GET", status="4xx") >= 1
    assert value("wangqian_requests_total", route="start", method="other", status="4xx") >= 1


def test_acts_by_flow_step_and_outcome(cast: Cast) -> None:
    labels = {"flow": "online", "step": "accept"}
    before = {o: value("wangqian_acts_total", **labels, outcome=o) for o in ("done", "refused", "not_yours")}
    case = cast.in_review()
    for who in (cast.graduate, cast.outsider):
        with pytest.raises(Refused):
            cast.act(case, "accept", who)
    after = {o: value("wangqian_acts_total", **labels, outcome=o) for o in before}
    assert {o: after[o] - before[o] for o in before} == {"done": 1, "refused": 1, "not_yours": 1}


def test_messages_jobs_and_limits(cast: Cast) -> None:
    before = value("wangqian_messages_total", channel="sms", outcome="delivered")
    cast.invited()
    deliver.expand()
    deliver.send()
    assert value("wangqian_messages_total", channel="sms", outcome="delivered") > before
    before = value("wangqian_job_runs_total", job="clock", outcome="done")
    Worker().once()
    assert value("wangqian_job_runs_total", job="clock", outcome="done") == before + 1
    from datetime import timedelta

    for kind, key in (("look_up", "look_up:13812345678"), ("other", "13812345678")):
        before = value("wangqian_limited_total", limit=kind)
        assert [Throttle.spend(key, 1, timedelta(minutes=1)) for _ in range(2)] == [True, False]
        assert value("wangqian_limited_total", limit=kind) == before + 1


def test_no_label_ever_names_a_person(cast: Cast) -> None:
    """Names from a list, values of a shape in which no name, number, phone or code fits; and the canary is nowhere."""
    case = cast.signed()
    for who in (cast.graduate, cast.employer, cast.school_reviewer, cast.operator):
        client = enter(who)
        for url in ("/home/", f"/cases/{case.pk}/", f"/verify/{case.verification_code}/", "/曹文公/", "/inbox/?x=曹文公"):
            client.get(url)
    Worker().once()
    found = list(samples())
    assert {name for _metric, labels in found for name in labels} == LABELS
    values = {f"{name}={text}" for _metric, labels in found for name, text in labels.items()}
    assert {one for one in values if not SHAPE.fullmatch(one.partition("=")[2]) or NUMBER.search(one)} == set()
    said = generate_latest(REGISTRY).decode()
    graduate = cast.graduate.membership.graduate
    assert graduate
    for canary in ("曹文公", "越综合", graduate.phone, graduate.student_number, case.number, case.verification_code):
        assert canary and str(canary) not in said


@pytest.mark.parametrize("text", ["曹文公", "430102200405010014", "13812345678", "a@example.com", "1" * 9])
def test_red_control_the_shape_refuses_what_names_a_person(text: str) -> None:
    assert not SHAPE.fullmatch(text) or NUMBER.search(text)


def test_gauges_of_what_waits_and_of_what_is_wrong(cast: Cast) -> None:
    cast.invited()
    found = {(s.name, *s.labels.values()): s.value for m in exposition.gauges() for s in m.samples}
    assert found["wangqian_backlog", "events"] == 1
    assert (found["wangqian_alarm", "worker"], found["wangqian_alarm", "disk"]) == (1.0, 0.0)
    Worker().once()
    found = {(s.name, *s.labels.values()): s.value for m in exposition.gauges() for s in m.samples}
    assert (found["wangqian_backlog", "events"], found["wangqian_alarm", "worker"]) == (0, 0.0)
    assert found[("wangqian_workers",)] == 1


COUNT = """
import sys; from pathlib import Path
from wangqian import metrics
slot = metrics.share(Path(sys.argv[1]))
from prometheus_client import Counter
Counter("wangqian_test", "x", ["outcome"]).labels("done").inc()
print(slot, flush=True); sys.stdin.read()
"""


def counting(folder: Path) -> tuple[subprocess.Popen[str], str]:
    """(a process that has counted one, its slot)."""
    command = [sys.executable, "-c", COUNT, str(folder)]
    process = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=settings.BASE
    )
    assert process.stdout
    return process, process.stdout.readline().strip()


def total(folder: Path) -> float | None:
    registry = CollectorRegistry()
    MultiProcessCollector(registry, path=str(folder))  # type: ignore[no-untyped-call]
    return registry.get_sample_value("wangqian_test_total", {"outcome": "done"})


def test_processes_count_together_and_restarts_neither_lose_nor_litter(tmp_path: Path) -> None:
    first, second = counting(tmp_path), counting(tmp_path)
    assert ({first[1], second[1]}, total(tmp_path)) == ({"p0", "p1"}, 2.0)
    first[0].kill()
    first[0].communicate()
    third = counting(tmp_path)
    assert (third[1], total(tmp_path)) == (first[1], 3.0)
    for process, _slot in (second, third):
        process.communicate("")
    assert sorted(path.name for path in tmp_path.glob("*.db")) == ["counter_p0.db", "counter_p1.db"]


def test_the_port_answers_and_ends_in_order(stage: Cast, tmp_path: Path) -> None:
    stage.invited()
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "manage.py", "metrics"], cwd=settings.BASE, env=environment(tmp_path, port), stderr=subprocess.PIPE
    )
    try:
        said = asked(port)
        assert 'wangqian_backlog{queue="events"} 1.0' in said
        assert 'wangqian_alarm{alarm="worker"} 1.0' in said
        process.terminate()
        assert process.wait(10) == 0
    finally:
        process.kill()
        process.communicate()


def environment(folder: Path, port: int) -> dict[str, str]:
    database = connections["default"].settings_dict["NAME"]
    sqlite = settings.DATABASES["default"]["ENGINE"].endswith("sqlite3")
    url = f"sqlite:///{database}" if sqlite else settings.DATABASE_URL.rpartition("/")[0] + f"/{database}"
    more = {"DATABASE_URL": url, "WANGQIAN_DEMO": "1", "WANGQIAN_VAR": str(folder), "WANGQIAN_METRICS_PORT": str(port)}
    return {**os.environ, **more}


def asked(port: int) -> str:
    deadline = time.monotonic() + 30
    while True:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=10) as answer:
                return str(answer.read().decode())
        except OSError:
            assert time.monotonic() < deadline
            time.sleep(0.1)


def test_without_a_port_there_is_nothing_to_serve() -> None:
    assert settings.METRICS_PORT == 0
    with pytest.raises(CommandError, match="WANGQIAN_METRICS_PORT"):
        call_command("metrics")
