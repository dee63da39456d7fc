"""Who may, what the worker survives, and what is left behind."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from tests.cast import Cast
from tests.exchange.files import counts, national, person, upload
from wangqian.cases.act import NotYours
from wangqian.chart.words import Refused
from wangqian.exchange import bulk
from wangqian.exchange.models import Import, Stage, StagedRow
from wangqian.exchange.roster import apply, desk, lease, stage
from wangqian.exchange.roster.work import sweep, work
from wangqian.people.clock import now
from wangqian.people.models import AccessLog, Actor, Graduate, Membership

ROWS = [person(serial) for serial in range(1, 8)]


def files(media: Path) -> list[Path]:
    return [path for path in media.rglob("*") if path.is_file()]


@pytest.mark.parametrize("who", ["college_reviewer", "graduate", "employer", "operator", "outsider_reviewer"])
def test_only_the_school_itself_imports(cast: Cast, who: str, media: Path) -> None:
    actor: Actor = getattr(cast, who)
    job = upload(cast, national(ROWS))
    acts: list[Callable[[], object]] = [
        lambda: desk.receive(actor, cast.school, cast.cohort, "a.xlsx", [national(ROWS)]),
        lambda: desk.confirm(job, actor, only_good=True),
        lambda: desk.cancel(job, actor),
        lambda: desk.assign(actor, job, {"x": "xm"}),
        lambda: desk.allow_colleges(actor, job, True),
        lambda: desk.the_import(actor, job.pk),
    ]
    for act in acts:
        with pytest.raises(NotYours):
            act()
    assert list(desk.imports_for(actor)) == []
    job.refresh_from_db()
    assert (job.status, Import.objects.count(), len(files(media))) == ("checked", 1, 1)


def test_a_cohort_of_another_school_is_not_found(cast: Cast) -> None:
    cohort = cast.cohort_of(cast.outsider_school)
    with pytest.raises(NotYours):
        desk.receive(cast.school_reviewer, cast.school, cohort, "a.xlsx", [national(ROWS)])


def test_a_membership_that_ended_counts_no_more(cast: Cast) -> None:
    Membership.objects.filter(pk=cast.school_reviewer.membership.pk).update(active=False)
    with pytest.raises(NotYours):
        desk.receive(cast.school_reviewer, cast.school, cast.cohort, "a.xlsx", [national(ROWS)])


def test_the_import_is_logged(cast: Cast) -> None:
    job = upload(cast, national(ROWS))
    desk.confirm(job, cast.school_reviewer, only_good=False)
    work()
    found = AccessLog.objects.all()
    actor = cast.school_reviewer
    assert [(one.actor_id, one.membership_id, one.subject, one.what, one.why, one.ip) for one in found] == [
        (actor.user.pk, actor.membership.pk, None, "roster_import", "2027届生源信息：新增7人，变更0人", "127.0.0.1")
    ]


def test_progress_and_the_end(cast: Cast, media: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stage, "BATCH", 3)
    monkeypatch.setattr(apply, "BATCH", 3)
    job = upload(cast, national(ROWS))
    assert (job.total, job.processed, job.percent, len(files(media))) == (7, 7, 100, 1)
    desk.confirm(job, cast.school_reviewer, only_good=False)
    assert (job.status, job.percent) == ("confirming", 0)
    assert work() == 1
    job.refresh_from_db()
    assert (job.status, job.percent, counts(job), job.claim) == ("done", 100, (7, 0, 0, 0), None)
    assert (files(media), StagedRow.objects.count(), Graduate.objects.count()) == ([], 0, 7)
    assert work() == 0


def dying(monkeypatch: pytest.MonkeyPatch, after: int) -> None:
    """The process dies while it inserts its n-th batch."""
    real, count = bulk.insert, [0]

    def insert(*given: object) -> None:
        count[0] += 1
        if count[0] > after:
            raise KeyboardInterrupt
        real(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(bulk, "insert", insert)


def lapse(job: Import) -> None:
    Import.objects.filter(pk=job.pk).update(beat_at=now() - lease.LASTS - timedelta(seconds=1))


def test_a_worker_that_dies_while_checking(stage_: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    cast = stage_
    monkeypatch.setattr(stage, "BATCH", 3)
    _ = cast.college
    job = desk.receive(cast.school_reviewer, cast.school, cast.cohort, "a.xlsx", [national(ROWS)])
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        dying(patch, 1)
        work()
    job.refresh_from_db()
    assert (job.status, job.processed, StagedRow.objects.count()) == ("checking", 3, 3)
    assert work() == 0  # its lease still runs
    lapse(job)
    assert work() == 1
    job.refresh_from_db()
    assert (job.status, *counts(job)) == ("checked", 7, 0, 0, 0)
    assert StagedRow.objects.count() == 7


def test_a_worker_that_dies_while_confirming(stage_: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    cast = stage_
    monkeypatch.setattr(apply, "BATCH", 3)
    job = upload(cast, national(ROWS))
    desk.confirm(job, cast.school_reviewer, only_good=False)
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        dying(patch, 2)
        work()
    job.refresh_from_db()
    assert (job.status, job.processed, Graduate.objects.count(), StagedRow.objects.count()) == ("confirming", 6, 6, 1)
    lapse(job)
    assert work() == 1
    job.refresh_from_db()
    assert (job.status, *counts(job), job.processed) == ("done", 7, 0, 0, 0, 7)
    assert Graduate.objects.count() == 7


def test_a_worker_that_slept_finds_its_lease_taken(cast: Cast) -> None:
    _ = cast.college
    desk.receive(cast.school_reviewer, cast.school, cast.cohort, "a.xlsx", [national(ROWS)])
    sleeper = lease.claim()
    assert sleeper is not None
    lapse(sleeper)
    other = lease.claim()
    assert other is not None and other.pk == sleeper.pk
    with pytest.raises(lease.Lost):
        lease.renew(sleeper, processed=1)
    stage.check(other)
    with pytest.raises(lease.Lost):
        lease.release(sleeper, status=Stage.FAILED)
    assert (Import.objects.get().status, StagedRow.objects.count()) == ("checked", 7)


def test_a_file_that_keeps_killing_the_worker_is_given_up(cast: Cast, media: Path) -> None:
    _ = cast.college
    job = desk.receive(cast.school_reviewer, cast.school, cast.cohort, "a.xlsx", [national(ROWS)])
    for _attempt in range(lease.ATTEMPTS):
        assert lease.claim() is not None
        lapse(job)
    assert work() == 1
    job.refresh_from_db()
    assert (job.status, job.error) == (
        "failed",
        "文件的处理多次中断，已停止。请拆成几个较小的文件重新上传；仍不行请联系平台。",
    )
    assert files(media) == []


def test_a_lost_file_is_a_sentence(cast: Cast, media: Path) -> None:
    job = desk.receive(cast.school_reviewer, cast.school, cast.cohort, "a.xlsx", [national(ROWS)])
    files(media)[0].unlink()
    work()
    job.refresh_from_db()
    assert (job.status, job.error) == ("failed", "上传的文件已不在，请重新上传。")


@pytest.mark.parametrize("when", ["waiting", "checked"])
def test_cancelling_leaves_nothing(cast: Cast, media: Path, when: str) -> None:
    if when == "checked":
        job = upload(cast, national(ROWS))
    else:
        job = desk.receive(cast.school_reviewer, cast.school, cast.cohort, "a.xlsx", [national(ROWS)])
    desk.cancel(job, cast.school_reviewer)
    assert (job.status, files(media), StagedRow.objects.count(), work()) == ("cancelled", [], 0, 0)
    with pytest.raises(Refused) as refused:
        desk.cancel(job, cast.school_reviewer)
    assert str(refused.value) == "此次导入现在是“已取消”，不能再这样办理。请刷新页面查看。"


def test_confirming_twice_is_refused(cast: Cast) -> None:
    job = upload(cast, national(ROWS))
    desk.confirm(job, cast.school_reviewer, only_good=False)
    with pytest.raises(Refused) as refused:
        desk.confirm(job, cast.school_reviewer, only_good=False)
    assert str(refused.value) == "此次导入现在是“正在导入”，不能再这样办理。请刷新页面查看。"


def test_what_nobody_finished_is_swept_away(cast: Cast, media: Path) -> None:
    job = upload(cast, national(ROWS))
    fresh = upload(cast, national(ROWS))
    (media / "imports" / "orphan.sealed").write_bytes(b"x")
    assert sweep() == 0
    import os

    os.utime(media / "imports" / "orphan.sealed", (0, 0))
    Import.objects.filter(pk=job.pk).update(uploaded_at=now() - timedelta(days=31))
    assert sweep() == 1 + 7 + 1
    job.refresh_from_db()
    assert (job.status, [path.name for path in files(media)]) == ("cancelled", [f"{fresh.pk}.sealed"])


@pytest.fixture
def stage_(stage: Cast) -> Cast:
    """The cast with real transactions, under a name that leaves `stage` to the module."""
    return stage
