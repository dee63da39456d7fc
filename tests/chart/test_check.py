"""Each check of a chart fails on a planted mistake and names it; the real charts pass."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from wangqian.chart import check
from wangqian.chart.fields import Field, Input, Need
from wangqian.chart.words import (
    CLOCK,
    DONE,
    FLOWS,
    HOLDING,
    SILENT,
    START,
    STAY,
    SYSTEM,
    ChartError,
    Flow,
    Fork,
    Role,
    State,
    Step,
    Way,
)

SELLER, JUDGE = Role("seller", "卖方"), Role("judge", "裁判", alone=True)
WHY = Need("why", "原因", ())
PICTURES = Need("pictures", "照片", (Field("photo", "照片", Input.FILES),))
Chart = dict[str, Any]


@pytest.fixture(autouse=True)
def registry() -> Iterator[None]:
    before = dict(FLOWS)
    yield
    FLOWS.clear()
    FLOWS.update(before)


def make(**changes: Any) -> type[Flow]:
    """A sound small chart (offered, held until freed by the judge, sold), changed; None takes a word out."""
    offered = State("已报价", turn=SELLER, due="respond_by", remind=(24,))
    held = State("已冻结", turn=JUDGE, holds=True)
    sold, lapsed = State("已成交", DONE), State("已过期", DONE)
    chart: Chart = {
        "title": "买卖",
        "slug": "sale",
        "source": "nowhere",
        "offered": offered,
        "held": held,
        "sold": sold,
        "lapsed": lapsed,
        "offer": Step(START, offered, SELLER, "报价", tell=(JUDGE,)),
        "hold": Step(offered, held, SELLER, "冻结", tell=(JUDGE,), shows=True, proof=True),
        "sell": Step(held, sold, JUDGE, "成交", tell=(SELLER,)),
        "remind": Step(offered, STAY, CLOCK, tell=(SELLER,)),
        "lapse": Step(offered, lapsed, CLOCK, tell=(SELLER,)),
        "path": (offered, sold),
    }
    for name, change in changes.items():
        chart[name] = change(chart) if callable(change) and not isinstance(change, type) else change
    return type("Sale", (Flow,), {name: word for name, word in chart.items() if word is not None})


def silent(chart: Chart) -> Step:
    return Step(chart["held"], chart["sold"], JUDGE, "成交")


PLANTED: dict[str, tuple[dict[str, Any], str]] = {
    "no title": ({"title": ""}, "title, slug and source must be given"),
    "foreign state": (
        {"sell": lambda c: Step(c["held"], State("别处", name="x"), JUDGE, "成交", tell=SILENT)},
        "sell leads to or from a state of another flow",
    ),
    "starts and stays": (
        {"offer2": Step(START, STAY, SELLER, "报价", tell=SILENT)},
        "offer2 leads nowhere",
    ),
    "leads to the start": (
        {"again": lambda c: Step(c["sold"], START, SELLER, "再来", tell=SILENT)},
        "again leads nowhere",
    ),
    "no button": ({"sell": lambda c: Step(c["held"], c["sold"], JUDGE, tell=SILENT)}, "sell has no button"),
    "path elsewhere": ({"path": (State("别处"),)}, "path names 别处, which is no state here"),
    "unreachable": ({"lost": State("失落", DONE)}, "lost is never reached"),
    "dead end": (
        {"sell": lambda c: Step(c["offered"], c["sold"], SELLER, "成交", tell=SILENT)},
        "held is a dead end",
    ),
    "only stays": (
        {"sell": lambda c: Step(c["held"], STAY, JUDGE, "延期", tell=SILENT), "sold": None, "path": None},
        "held is a dead end",
    ),
    "nobody's turn": (
        {
            "held": State("已冻结", holds=True),
            "hold": lambda c: Step(c["offered"], c["held"], SELLER, "冻结", tell=SILENT),
            "sell": lambda c: Step(c["held"], c["sold"], JUDGE, "成交", tell=SILENT),
        },
        r"held: whose turn is it\?",
    ),
    "deadline without clock": (
        {"lapse": lambda c: Step(c["offered"], c["lapsed"], SELLER, "过期", tell=SILENT)},
        "offered has a deadline and no clock step",
    ),
    "clock without deadline": (
        {"late": lambda c: Step(c["held"], c["lapsed"], CLOCK, tell=SILENT)},
        "held has a clock step and no deadline",
    ),
    "reminders nobody gives": (
        {"remind": None},
        "offered: reminders and the step that gives them do not agree",
    ),
    "reminder without hours": (
        {
            "offered": State("已报价", turn=SELLER, due="respond_by"),
            "offer": lambda c: Step(START, c["offered"], SELLER, "报价", tell=SILENT),
            "hold": lambda c: Step(c["offered"], c["held"], SELLER, "冻结", tell=SILENT),
            "remind": lambda c: Step(c["offered"], STAY, CLOCK, tell=SILENT),
            "lapse": lambda c: Step(c["offered"], c["lapsed"], CLOCK, tell=SILENT),
            "path": None,
        },
        "offered: reminders and the step that gives them do not agree",
    ),
    "bound for ever": (
        {"sell": lambda c: Step(c["held"], c["sold"], SELLER, "成交", tell=SILENT)},
        r"held binds for ever \(L3\)",
    ),
    "the only way out holds too": (
        {
            "sold": State("已成交", DONE, holds=True),
            "sell": lambda c: Step(c["held"], c["sold"], JUDGE, "成交", tell=SILENT),
        },
        r"held binds for ever \(L3\)",
    ),
    "tells nobody": ({"sell": silent}, "sell does not say who is told"),
    "proof of no text": (
        {"sell": lambda c: Step(c["held"], c["sold"], JUDGE, "成交", tell=SILENT, proof=True)},
        "sell asks for proof of no text",
    ),
    "automaton proves": (
        {"lapse": lambda c: Step(c["offered"], c["lapsed"], CLOCK, tell=SILENT, proof=True, shows=True)},
        "lapse: an automaton cannot prove",
    ),
    "kept for nothing": (
        {"save": lambda c: Step(c["offered"], STAY, SELLER, "保存", keeps="offer", tell=SILENT)},
        "save keeps the answers of no step",
    ),
    "automaton types": (
        {"fix": lambda c: Step(c["held"], c["lapsed"], SYSTEM, tell=SILENT, needs=(WHY,))},
        "fix: automata type nothing",
    ),
    "files before the case": (
        {"offer": lambda c: Step(START, c["offered"], SELLER, "报价", tell=SILENT, needs=(PICTURES,))},
        "offer: no case yet to hand files in for",
    ),
    "keeps nothing": (
        {"note": lambda c: Step(c["held"], c["held"], JUDGE, "保存", tell=SILENT, keeps="sell")},
        "note keeps the answers of no step",
    ),
}


def test_the_small_chart_is_sound() -> None:
    assert make().slug == "sale"


@pytest.mark.parametrize("mistake", PLANTED)
def test_a_planted_mistake_is_named(mistake: str) -> None:
    changes, sentence = PLANTED[mistake]
    with pytest.raises(ChartError, match=rf"^Sale: (.*; )?{sentence}(;|$)"):
        make(**changes)


def test_every_check_has_a_planted_mistake() -> None:
    """Without any one of the checks, a planted mistake would pass."""
    caught = {name: set[str]() for name in (test.__name__ for test in check.TESTS)}
    for mistake, (changes, _) in PLANTED.items():
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(check, "TESTS", ())
            flow = make(**changes)
            FLOWS.pop("sale", None), FLOWS.pop("", None)
        for test in dict(vars(check)).values():
            if getattr(test, "__name__", "") in caught and test(flow):
                caught[test.__name__].add(mistake)
    assert {name for name, mistakes in caught.items() if not mistakes} == set()


def test_two_flows_of_one_name() -> None:
    make()
    with pytest.raises(ChartError, match="two flows are called sale"):
        make()


def test_a_fork_tells_on_each_way_and_its_review_has_the_level_s_turn() -> None:
    def forked(chart: Chart) -> Step:
        ways = Way("最后", chart["sold"], (SELLER,)), Way("再审", chart["held"], (JUDGE,))
        return Step(chart["held"], Fork(bool, *ways), JUDGE, "审核")

    flow = make(sell=forked)
    assert flow.steps["sell"].told("sold") == (SELLER,) and flow.steps["sell"].told("held") == (JUDGE,)


def test_holding_means_every_holding_state() -> None:
    flow = make(free=lambda c: Step(HOLDING, c["lapsed"], JUDGE, "解除", tell=SILENT))
    assert flow.steps["free"].sources == (flow.states["held"],)


@pytest.mark.parametrize("slug", [slug for slug in FLOWS if slug != "sale"])
@pytest.mark.parametrize("test", check.TESTS, ids=lambda test: test.__name__)
def test_the_real_charts_are_sound(slug: str, test: Callable[[type[Flow]], list[str]]) -> None:
    assert test(FLOWS[slug]) == []
