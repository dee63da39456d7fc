"""What every reviewed flow does when a case comes to a level nobody reviews at (flows.md §0, Reviewing)."""

from __future__ import annotations

from wangqian.cases.act import Act
from wangqian.cases.engine import system
from wangqian.chart.check import reviewing
from wangqian.flows.rules import nobody_at_this_level


def skip_empty_levels(act: Act) -> None:
    """A level without an active reviewer is passed over with an event of its own; the last one never is."""
    if reviewing(act.flow, act.case.word) and nobody_at_this_level.refusal(act) is None:
        system(act.case, "skip", act.event)
