"""Counts every try at a step by its outcome, for the metrics; flow and step are slugs of the charts, never data."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from prometheus_client import Counter

from wangqian.cases.act import NeedsProof, NotYours, Stale
from wangqian.cases.forms import Invalid
from wangqian.chart.words import FLOWS, Refused

ACTS = Counter("wangqian_acts", "Tries at a step, by outcome", ["flow", "step", "outcome"])
# The first that fits; what is none of these is a bug of ours, or the database is away.
OUTCOMES: tuple[tuple[type[Exception], str], ...] = (
    (NeedsProof, "needs_proof"),
    (NotYours, "not_yours"),
    (Stale, "stale"),
    (Refused, "refused"),
    (Invalid, "invalid"),
)


@contextmanager
def counted(flow: str, step: str) -> Iterator[None]:
    """One try. An act inside another transaction counts as done although that may still be taken back."""
    known, outcome = step if flow in FLOWS and step in FLOWS[flow].steps else "unknown", "error"
    try:
        yield
        outcome = "done"
    except (Refused, Invalid) as problem:
        outcome = next(name for kind, name in OUTCOMES if isinstance(problem, kind))
        raise
    finally:
        ACTS.labels(flow, known, outcome).inc()
