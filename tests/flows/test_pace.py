"""How long the school usually takes: from its own figures, said only where there are enough of them."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import uuid4

import pytest

from tests.cast import Cast
from tests.papers import FAULT
from tests.screens.pages import enter
from wangqian.flows import pace
from wangqian.flows.models import Pace
from wangqian.people.clock import SHANGHAI

MONDAY = datetime(2026, 11, 23, 9, tzinfo=SHANGHAI)
HERE, ELSEWHERE = uuid4(), uuid4()


def waited(*days: int, college: object = HERE, flow: str = "online") -> list[pace.Review]:
    """Reviews that took so many calendar days, begun on a Monday."""
    return [pace.Review(college, flow, MONDAY, MONDAY + timedelta(days=each)) for each in days]  # type: ignore[arg-type]


def test_a_review_runs_from_handing_in_to_the_last_level(cast: Cast) -> None:
    """Two levels, one review; what was sent back is one too, and what is still waiting is none."""
    signed, waiting = cast.signed(), cast.in_review(graduate=cast.graduate_named("方在办"))
    back = cast.offline_review(cast.graduate_named("曹退回"))
    cast.act(back, "send_back", cast.college_reviewer, FAULT)
    found = {(one.college, one.flow, one.begun, one.ended) for one in pace.finished()}
    happened = {event.step: event.at for event in signed.events.order_by("number")}
    returned = {event.step: event.at for event in back.events.order_by("number")}
    assert found == {
        (signed.college_id, "online", happened["accept"], happened["approve"]),
        (back.college_id, "offline", returned["submit"], returned["send_back"]),
    }
    assert waiting.turn


def test_the_middle_of_many_and_nothing_of_few() -> None:
    days = [0] * 3 + [1] * 6 + [2] * 6 + [3] * 3 + [7] * 2  # 7 calendar days are 5 working days
    rows = pace.figures([*waited(*days), *waited(*days[1:], college=ELSEWHERE), *waited(*days, flow="paper")])
    assert [(row.college_id, row.flow, row.least, row.most, row.count) for row in rows] == [
        (HERE, "online", 1, 3, 20), (HERE, "paper", 1, 3, 20)
    ]  # fmt: skip


def test_the_newest_count() -> None:
    rows = pace.figures(waited(*[1] * pace.MOST, *[4] * 500))
    assert [(row.least, row.most, row.count) for row in rows] == [(1, 1, pace.MOST)]


@pytest.mark.parametrize(
    ("least", "most", "words"),
    [
        (0, 0, "本院系一般当天审核完"),
        (0, 2, "本院系一般 2 个工作日以内审核完"),
        (2, 2, "本院系一般 2 个工作日审核完"),
        (1, 3, "本院系一般 1–3 个工作日审核完"),
    ],
)
def test_in_words(least: int, most: int, words: str) -> None:
    assert pace.said(least, most) == words


def test_it_stands_where_the_graduate_waits_and_only_there(cast: Cast) -> None:
    case, invited = cast.in_review(), cast.invited(graduate=cast.graduate_named("方未应"))
    usual, page = "本院系一般 1–3 个工作日审核完；没有期限", f"/cases/{case.pk}/"
    assert usual not in enter(cast.graduate).get(page).content.decode()
    Pace.objects.create(college=case.college, flow="online", least=1, most=3, count=40)
    Pace.objects.create(college=case.college, flow="offline", least=9, most=9, count=40)
    assert usual in enter(cast.graduate).get(page).content.decode()
    assert "本院系一般" not in enter(cast.employer).get(f"/cases/{invited.pk}/").content.decode()


def test_the_worker_makes_it_anew(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pace, "LEAST", 2)
    case = cast.signed()
    cast.signed(graduate=cast.graduate_named("方也签"))
    Pace.objects.create(college=case.college, flow="offline", least=9, most=9, count=40)
    assert pace.measure() == 1
    assert list(Pace.objects.values_list("college", "flow", "least", "most", "count")) == [(case.college_id, "online", 0, 0, 2)]
