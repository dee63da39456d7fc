"""What Prometheus reads: the counters of all processes, and gauges asked of the database at that moment."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from wsgiref.simple_server import WSGIServer

from django.conf import settings
from django.db import connections
from django.utils.translation import override
from prometheus_client import CollectorRegistry, Metric, start_http_server
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from wangqian.operating import beats, figures
from wangqian.operating.checks import CHECKS, machine
from wangqian.operating.findings import Mark
from wangqian.people.clock import now


class Figures(Collector):
    """Backlogs, ages, and one line per alarm: 1 where something is wrong."""

    def collect(self) -> Iterable[Metric]:
        try:
            with override("en"):
                return list(gauges())
        finally:
            connections.close_all()  # each scrape has a thread of its own


def gauges() -> Iterator[Metric]:
    waiting = GaugeMetricFamily("wangqian_backlog", "Rows that wait", labels=["queue"])
    for queue, count in figures.backlog().items():
        waiting.add_metric([queue], count)
    yield waiting
    yield GaugeMetricFamily("wangqian_dead_letters", "Messages given up", value=figures.dead_letters())
    yield GaugeMetricFamily("wangqian_relay_lag_seconds", "Age of what nobody looked at", value=figures.lag().total_seconds())
    last = beats.last_beat()
    if last:
        yield GaugeMetricFamily("wangqian_worker_silence_seconds", "Since the last beat", value=(now() - last).total_seconds())
    yield GaugeMetricFamily("wangqian_workers", "Worker processes that are heard", value=len(beats.living()))
    yield GaugeMetricFamily("wangqian_disk_free_ratio", "Free share of the fullest disk", value=machine.free())
    yield GaugeMetricFamily("wangqian_clock_offset_seconds", "Ahead of the database", value=machine.offset())
    yield alarms()


def alarms() -> Metric:
    found = GaugeMetricFamily("wangqian_alarm", "1: something is wrong, see docs/operate.md", labels=["alarm"])
    for check in CHECKS:
        if check.alarm:
            found.add_metric([check.name], float(check.finding().mark is Mark.BAD))
    return found


def registry(folder: Path) -> CollectorRegistry:
    """Everything there is to read; counters as far as processes share `folder`."""
    found = CollectorRegistry()
    folder.mkdir(parents=True, exist_ok=True)
    MultiProcessCollector(found, path=str(folder))  # type: ignore[no-untyped-call]
    found.register(Figures())
    return found


def serve() -> WSGIServer:
    """Answer on the port of the metrics, in threads, until the server is shut down. Raises OSError when it is taken."""
    server, _thread = start_http_server(settings.METRICS_PORT, settings.METRICS_BIND, registry(settings.METRICS_FOLDER))
    return server
