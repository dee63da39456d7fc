"""Several workers at once: every paper once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from tests.cast import Cast
from wangqian.cases.models import Case, Event, Outbox, broken_link
from wangqian.documents.make import work
from wangqian.documents.models import Artefact

PAPERS, WORKERS = 8, 3


@pytest.mark.postgres
def test_each_paper_is_made_once(stage: Cast) -> None:
    cases = [stage.signed(graduate=stage.graduate_named(f"毕业生{at}")) for at in range(PAPERS)]
    start = Barrier(WORKERS)

    def round_of_work(_worker: int) -> int:
        try:
            start.wait(10)
            return work(100)
        finally:
            connection.close()

    with ThreadPoolExecutor(WORKERS) as pool:
        done = list(pool.map(round_of_work, range(WORKERS)))
    assert sum(done) == PAPERS  # the last level's approvals, each once
    assert sorted(Artefact.objects.values_list("case", flat=True)) == sorted(case.pk for case in cases)
    assert Event.objects.filter(step="filed").count() == PAPERS
    assert [broken_link(case) for case in Case.objects.filter(flow="online")] == [None] * PAPERS
    assert not Outbox.objects.filter(consumer="documents").exists()
