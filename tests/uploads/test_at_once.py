"""Many at once: a slot takes no more than it may, a file is turned as often as it was asked."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from tests.cast import Cast
from tests.uploads.making import drawing, jpeg, saved
from tests.uploads.stage import a_case, handing_in
from wangqian.cases.models import Case, Evidence
from wangqian.chart.words import Refused
from wangqian.documents import uploads
from wangqian.documents.uploads import Limits, checker, desk
from wangqian.documents.uploads.checker import Checked

pytestmark = pytest.mark.postgres
HANDS = 8


@pytest.fixture
def case(stage: Cast, monkeypatch: pytest.MonkeyPatch) -> Iterator[Case]:
    monkeypatch.setattr(checker, "check", lambda kind, data: Checked([jpeg()], [[]]))
    with handing_in():
        yield a_case(stage)


def together(act: Callable[[int], object]) -> list[object]:
    """What each of `HANDS` threads got, all let go at the same moment."""
    gate = Barrier(HANDS)

    def run(number: int) -> object:
        try:
            gate.wait()
            return act(number)
        except Refused as refused:
            return refused
        finally:
            connection.close()

    with ThreadPoolExecutor(HANDS) as pool:
        return list(pool.map(run, range(HANDS)))


def hand_in(stage: Cast, case: Case) -> list[object]:
    photos = [saved(drawing(320, 240 + number), "JPEG") for number in range(HANDS)]
    user = stage.graduate.user

    def act(number: int) -> Evidence:
        mine = Case.objects.get(pk=case.pk)
        return uploads.receive(mine, "scan", f"{number}.jpg", photos[number], owner=user, limit=Limits(files=3))

    return together(act)


def test_a_slot_takes_no_more_than_it_may(stage: Cast, case: Case) -> None:
    found = hand_in(stage, case)
    assert sum(isinstance(one, Evidence) for one in found) == 3
    assert sorted(row.position for row in uploads.usable(case, "scan")) == [0, 1, 2]
    assert (Evidence.objects.count(), uploads.compare().stray) == (3, 0), "nothing is left of the others"


def test_red_control_without_the_lock_it_takes_more(stage: Cast, case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    def keep(row: Evidence, limit: Limits) -> None:
        desk.room(row, limit)
        time.sleep(0.5)  # the others look, too, before this one writes
        row.save(force_insert=True)

    monkeypatch.setattr(desk, "keep", keep)
    assert sum(isinstance(one, Evidence) for one in hand_in(stage, case)) > 3


def test_every_turn_counts(stage: Cast, case: Case) -> None:
    row = uploads.receive(case, "scan", "a.jpg", jpeg(), owner=stage.graduate.user)
    together(lambda n: uploads.turn(Evidence.objects.get(pk=row.pk)) if n < 7 else None)
    assert Evidence.objects.get().turned == 7 * 90 % 360
