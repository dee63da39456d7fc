"""The charts say what `flows.md` §1–6, §9 and the laws of §0 say: tables typed by hand, equal both ways."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

import pytest

from wangqian.chart.check import leaves
from wangqian.chart.draw import arrows, proven
from wangqian.chart.words import CLOCK, FLOWS, Flow, Fork, State, Step, Way
from wangqian.flows.online_termination import by_graduate
from wangqian.flows.rules import asked_by_me

OFFICIAL = Path(__file__).parent.parent / "official"
BINDING = ("online", "offline", "paper", "destination")
ON_ONE = ("online_termination", "offline_termination", "dispute")  # started on an agreement or a registration
TYPED = (*BINDING, *ON_ONE, "certification", "correction_request", "departure")
WAYS = ("最后一级", "还有下一级", "须审核", "即时生效")  # named in the tables where one step goes two ways to the same party
Row = tuple[str, str, str, str, str, frozenset[str]]
# What the automata do has no button; these are the words of the tables.
SKIPPED = "(level without active reviewer)"
SYSTEM_WORDS = {
    "invalidate": "(effective elsewhere, may no longer sign, left; employer suspended)",
    **dict.fromkeys(("skip", "skip_paper", "skip_void"), SKIPPED),
    "await_head": "(a head's level without active reviewer)",
    "replace": "(confirmed anew)",
    "terminate": "(termination completed)",
    "overtaken": "(agreement released by the school)",
}


def typed(slug: str) -> list[Row]:
    with (OFFICIAL / f"{slug}.csv").open(encoding="utf-8", newline="") as file:
        return [
            (r["from"], r["step"], r["who"], r["to"], r["proof"], frozenset(r["told"].split()))
            for r in csv.DictReader(file)
        ]


def drawn(flow: type[Flow]) -> Iterator[Row]:
    for step in flow.steps.values():
        for source, way in arrows(step):
            told = frozenset(role.name for role in way.tell)
            proof = "†" if proven(step, way) else ""
            start = source.label if source else ""
            yield start, words(step, source, way), who(step, way), way.state.label, proof, told


def words(step: Step, source: State | None, way: Way) -> str:
    if step.who is CLOCK:
        assert source
        if leaves(step, source):
            return "(deadline)"
        if source.nudge:
            return f"({', '.join(map(str, source.nudge))} days after)"
        return f"({', '.join(f'{hours} h' for hours in source.remind)} before)"
    if not step.label:
        return SYSTEM_WORDS[step.name]
    return f"{step.label}（{way.label}）" if way.label in WAYS else step.label


def who(step: Step, way: Way) -> str:
    if isinstance(step.target, Fork) and step.target.when is by_graduate:
        return "graduate" if way is step.target.yes else "employer"
    if step.who.name == "party":
        return "who asked" if asked_by_me in step.only_if else "graduate / employer"
    return {"other": "the other side"}.get(step.who.name, step.who.name)


@pytest.mark.parametrize("slug", TYPED)
def test_the_chart_is_the_table_both_ways(slug: str) -> None:
    table, chart = typed(slug), list(drawn(FLOWS[slug]))
    assert len(table) == len(set(table)) and len(chart) == len(set(chart))
    assert set(chart) - set(table) == set(), "the chart has what the table has not"
    assert set(table) - set(chart) == set(), "the table has what the chart has not"


def test_every_flow_that_binds_or_ends_an_agreement_is_typed() -> None:
    binding = {slug for slug, flow in FLOWS.items() if any(state.holds for state in flow.states.values())}
    assert binding == set(BINDING)
    assert {slug for slug, flow in FLOWS.items() if flow.needs_parent} == set(ON_ONE)


@pytest.mark.parametrize("column", range(6))
def test_a_changed_cell_is_noticed(column: int) -> None:
    """The red control: one cell typed differently makes the sets differ."""
    table = typed("online")
    changed = list(table[1])
    changed[column] = frozenset({"nobody"}) if column == 5 else "×"
    assert {*table[:1], tuple(changed), *table[2:]} != set(drawn(FLOWS["online"]))
