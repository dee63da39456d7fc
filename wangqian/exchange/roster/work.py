"""What the worker calls: take imports that wait, one after the other, and sweep away what nobody finished."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import structlog
from django.core.files.storage import default_storage
from django.utils.translation import gettext as _

from wangqian.chart.words import Refused
from wangqian.exchange import vault
from wangqian.exchange.models import OPEN, Import, Stage, StagedRow
from wangqian.exchange.roster import apply, lease, stage
from wangqian.people.clock import now

KEPT = timedelta(days=30)  # unconfirmed uploads, and the rows of error sheets
log = structlog.get_logger(__name__)


def work(limit: int = 1) -> int:
    """Check or confirm up to `limit` imports; returns how many. Any number of workers may call it at the same time."""
    done = 0
    while done < limit and (job := lease.claim()):
        done += 1
        one(job)
    return done


@contextmanager
def patient_collector() -> Iterator[None]:
    """Millions of short-lived cells make the cycle collector run for nothing: let it run less often meanwhile."""
    usual = gc.get_threshold()
    gc.set_threshold(50_000, 20, 50)
    try:
        yield
    finally:
        gc.set_threshold(*usual)


def one(job: Import) -> None:
    """Process a claimed import to its next rest. Never raises for what a file may contain."""
    try:
        if lease.worn_out(job):
            raise Refused("文件的处理多次中断，已停止。请拆成几个较小的文件重新上传；仍不行请联系平台。")
        with patient_collector():
            (apply.confirm if job.status == Stage.CONFIRMING else stage.check)(job)
    except lease.Lost:
        log.info("roster was taken over or cancelled", roster=job.pk)
    except Refused as refused:
        fail(job, str(refused))
    except Exception:
        # A bug of ours: class and place go to the log, a sentence to the person, and the worker goes on.
        log.exception("roster failed", roster=job.pk)
        fail(job, _("系统处理这个文件时出错，已记录。请稍后重新上传；仍不行请联系平台。"))


def fail(job: Import, sentence: str) -> None:
    """Refuse the whole file: nothing of it stays."""
    try:
        name = job.file
        lease.release(job, status=Stage.FAILED, error=sentence, finished_at=now(), file="", headers=[], notes=[])
        StagedRow.objects.filter(source=job).delete()
        vault.remove(name)
    except lease.Lost:
        log.info("roster was taken over or cancelled", roster=job.pk)


def sweep() -> int:
    """Cancel what was left unconfirmed for 30 days, drop staged rows of finished imports, remove orphaned files."""
    before = now() - KEPT
    waiting = [Stage.MAPPING, Stage.CHECKED]
    stale = list(Import.objects.filter(status__in=waiting, uploaded_at__lt=before))
    for job in stale:
        Import.objects.filter(pk=job.pk, status__in=waiting).update(status=Stage.CANCELLED, finished_at=now(), file="")
        vault.remove(job.file)
    old = StagedRow.objects.filter(source__uploaded_at__lt=before).exclude(source__status__in=OPEN)
    removed, _kinds = old.delete()
    return len(stale) + removed + _orphans()


def _orphans() -> int:
    """Files without an import: the process died between the two."""
    if not default_storage.exists(vault.FOLDER):
        return 0
    _folders, names = default_storage.listdir(vault.FOLDER)
    paths = {f"{vault.FOLDER}/{name}" for name in names}
    known = set(Import.objects.filter(file__in=paths).values_list("file", flat=True))
    lonely = [path for path in paths - known if default_storage.get_modified_time(path) < now() - timedelta(days=1)]
    for path in lonely:
        default_storage.delete(path)
    return len(lonely)
