"""The worker's part: check again what was not checked, let go what nobody may need, compare rows with objects every night."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import structlog
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Q, QuerySet

from wangqian.cases.models import Evidence, EvidenceState, EvidenceSweep
from wangqian.chart.words import Refused
from wangqian.documents import shelf
from wangqian.documents.uploads import desk, objects
from wangqian.documents.uploads.checker import Trouble
from wangqian.people.clock import now
from wangqian.people.identity import Erased

log = structlog.get_logger(__name__)

LEASE = timedelta(minutes=2)  # far more than a check takes
KEEP = timedelta(days=30)  # refused, dropped, never checked; and an object nobody knows
NIGHT = timedelta(hours=23)
FRESH = timedelta(days=2)  # what came since is read whole by the comparison
READ_MOST = 2000
SWEEPS = 60


def waiting() -> QuerySet[Evidence]:
    """In quarantine, and nobody is at it."""
    idle = Q(checked_at=None) | Q(checked_at__lte=now() - LEASE)
    return Evidence.objects.filter(idle, state=EvidenceState.QUARANTINE, dropped_at=None).order_by("uploaded_at", "id")


def recheck(limit: int = 5) -> int:
    """Check at most `limit` rows left in quarantine; returns how many. Any number of workers may do this at once."""
    done = 0
    while done < limit and (row := claim()) is not None:
        done += 1
        again(row)
    return done


def claim() -> Evidence | None:
    """The next row, leased to this worker by the moment it began."""
    if not waiting().exists():
        return None
    with transaction.atomic():
        found = waiting().select_for_update(skip_locked=True, of=("self",)).select_related("case__graduate__person")
        row = found.first()
        if row is not None:
            row.tries, row.checked_at = row.tries + 1, now()
            row.save(update_fields=["tries", "checked_at"])
        return row


def again(row: Evidence) -> None:
    try:
        desk.examine(row, objects.original(row))
    except Refused as refused:  # a bad file, or an original that is no longer what it was
        desk.settle(row, EvidenceState.REFUSED, refusal=str(refused))
    except Erased:
        desk.drop(row)
    except (Trouble, OSError) as trouble:
        log.warning("upload not checked", exc_info=trouble, object=str(row.pk))


def tidy() -> int:
    """Objects of what was refused, dropped and rests under no act go after thirty days, the rows stay; once a night the comparison."""
    old = now() - KEEP
    ended = Q(dropped_at__lte=old) | Q(state=EvidenceState.REFUSED, checked_at__lte=old)
    gone = 0
    for row in Evidence.objects.filter(ended, bound_at=None).exclude(key="")[:500]:
        with transaction.atomic():
            held = Evidence.objects.select_for_update().get(pk=row.pk)
            if held.bound_at is None and held.key:
                objects.remove(held)
                held.key = ""
                held.save(update_fields=["key"])
                gone += 1
    last = EvidenceSweep.objects.first()
    if last is None or last.at <= now() - NIGHT:
        compare()
    return gone


def compare() -> EvidenceSweep:
    """Rows and objects, both ways. Objects without a row go after thirty days: until then a restored database may still want them."""
    moment = now()
    there = set(stored(objects.FOLDER))
    known: set[str] = set()
    rows = missing = 0
    for row in Evidence.objects.exclude(key="").iterator(chunk_size=2000):
        rows += 1
        mine = objects.names(row)
        known.update(mine)
        absent = [name for name in mine if name not in there]
        missing += bool(absent) and any(shelf.read(name) is None for name in absent)  # it may have come since
    strays = {name for name in there - known if not Evidence.objects.filter(key=name.partition("-")[0]).exists()}
    for name in strays:
        if modified(name) <= moment - KEEP:
            shelf.remove(name)
    found = EvidenceSweep.objects.create(
        at=moment, rows=rows, objects_found=len(there), missing=missing, damaged=damaged(moment), stray=len(strays)
    )
    EvidenceSweep.objects.exclude(pk__in=EvidenceSweep.objects.values("pk")[:SWEEPS]).delete()
    return found


def damaged(moment: datetime) -> int:
    """How many of the latest originals are no longer what their name says."""
    latest = Evidence.objects.filter(uploaded_at__gte=moment - FRESH).exclude(key="").order_by("-uploaded_at")
    return sum(not shelf.is_named_by_content(name) for name in latest.values_list("key", flat=True)[:READ_MOST])


def stored(folder: str) -> Iterator[str]:
    """Names of all objects under a folder."""
    if not shelf.exists(folder):
        return
    folders, files = default_storage.listdir(folder)
    yield from (f"{folder}/{name}" for name in files if not name.startswith("."))
    for name in folders:
        yield from stored(f"{folder}/{name}")


def modified(name: str) -> datetime:
    found: datetime = default_storage.get_modified_time(name)
    return found
