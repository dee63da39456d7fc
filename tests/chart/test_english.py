"""What a chart says to people reaches the catalogue, through whichever factory it came (`words` in babel.cfg)."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext, override

from wangqian.chart.words import FLOWS, Flow, Fork, State, Step


def said_of(state: State) -> Iterator[str]:
    yield from (state.label, state.mine, state.otherwise, state.verify, *(state.words or {}).values())


def said_at(step: Step) -> Iterator[str]:
    yield from (step.label, step.again, step.explain, step.ask)
    if isinstance(step.target, Fork):
        yield from (way.label for way in step.target.ways())


def said_by(flow: type[Flow]) -> Iterator[str]:
    yield from (flow.title, *flow.path_labels)
    for state in flow.states.values():
        yield from said_of(state)
    for step in flow.steps.values():
        yield from said_at(step)


def test_every_word_of_every_chart_has_english() -> None:
    with override("en"):
        missing = {(slug, words) for slug, flow in FLOWS.items() for words in said_by(flow) if words and gettext(words) == words}
    assert missing == set()
