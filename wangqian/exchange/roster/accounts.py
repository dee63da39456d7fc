"""Corrections of identity numbers that the account behind them cannot follow become errors of their rows."""

from __future__ import annotations

from wangqian.exchange.models import RowStatus
from wangqian.exchange.roster.check import Checked
from wangqian.exchange.roster.match import Match
from wangqian.people.renumbered import reasons_against

Found = list[tuple[Checked, Match]]


def refusals(found: Found) -> Found:
    """Turn into errors the corrections that the account cannot follow."""
    wanted = {
        outcome.graduate: row.index
        for row, outcome in found
        if outcome.status == RowStatus.CHANGED and outcome.new and "identity" in outcome.new and outcome.graduate
    }
    if not wanted:
        return found
    reasons = reasons_against(wanted)
    result: Found = []
    for row, outcome in found:
        if outcome.graduate in wanted and outcome.graduate in reasons:
            row.problems.append((-1, reasons[outcome.graduate]))
            outcome = Match(RowStatus.ERROR)
        result.append((row, outcome))
    return result
