"""The worker's round for papers: from a signing in the outbox to a stored file, its row, its hash in the log.

The legal state never waits for this. Object first, row after: killed anywhere, the next round completes the
work, and a paper is the same bytes each time.
"""

from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from wangqian.cases.engine import perform
from wangqian.cases.models import Event, Outbox
from wangqian.chart.words import SYSTEM, Refused
from wangqian.documents import shelf
from wangqian.documents.agreement import compile_pdf, page_count
from wangqian.documents.glyphs import CannotPrint
from wangqian.documents.models import AGREEMENT, Artefact
from wangqian.documents.paper import makes_paper, paper_of, template_of
from wangqian.people.clock import now

log = logging.getLogger(__name__)

CONSUMER = "documents"
LEASE = timedelta(minutes=2)  # far more than a paper takes; a worker that died gives its row back after it
LONGEST_WAIT = timedelta(hours=1)
BY_HAND = datetime(9999, 1, 1, tzinfo=UTC)  # no retry helps until somebody adds a font: `retry`
ERROR_MOST = 300


def work(limit: int = 20) -> int:
    """Deal with at most `limit` due rows; returns how many. Any number of workers may do this at once."""
    done = 0
    while done < limit and (row := claim()) is not None:
        handle(row)
        done += 1
    return done


def waiting() -> QuerySet[Outbox]:
    """Rows of this consumer that are due."""
    due = Q(next_at=None) | Q(next_at__lte=now())
    return Outbox.objects.filter(due, consumer=CONSUMER).order_by("id")


def failed() -> QuerySet[Outbox]:
    """Rows that went wrong, for the operator; `next_at == BY_HAND` where only a person can help."""
    rows = Outbox.objects.filter(consumer=CONSUMER).exclude(error="")
    return rows.select_related("event__case").order_by("id")


def retry(row: Outbox) -> None:
    """Make the row due now, as after fonts were added."""
    Outbox.objects.filter(pk=row.pk, consumer=CONSUMER).update(next_at=None)


def claim() -> Outbox | None:
    """The next due row, leased to this worker."""
    if not waiting().exists():
        return None
    with transaction.atomic():
        row = waiting().select_for_update(skip_locked=True, of=("self",)).first()
        if row is not None:
            row.tries, row.next_at = min(row.tries + 1, 999), now() + LEASE
            row.save(update_fields=["tries", "next_at"])
        return row


def handle(row: Outbox) -> None:
    """One row: a paper, or the reason why not beside it."""
    event = Event.objects.select_related("terms", "case").get(pk=row.event_id)
    try:
        finish(row, event, make(event) if makes_paper(event) else None)
    except CannotPrint as problem:
        put_off(row, str(problem), BY_HAND)
    except Exception as problem:  # a full disk, a storage out of reach: noted, retried, shown to the operator
        # by class alone: messages of exceptions may hold personal data
        log.error("paper failed case=%s error=%s", event.case_id, type(problem).__name__)
        reason = _("生成文件时出错（%(kind)s），系统会自动重试") % {"kind": type(problem).__name__}
        put_off(row, reason, now() + min(LONGEST_WAIT, timedelta(minutes=2 ** min(row.tries - 1, 10))))


def make(event: Event) -> Artefact:
    """The signing's artefact: the one there is, or a new unsaved one whose object is stored."""
    assert event.terms is not None
    made = Artefact.objects.filter(terms=event.terms, kind=AGREEMENT).first()
    if made is not None:
        return made
    pdf = compile_pdf(paper_of(event))
    digest = sha256(pdf).hexdigest()
    artefact = Artefact(
        case=event.case,
        terms=event.terms,
        kind=AGREEMENT,
        template=template_of(event.terms),
        key=key_of(AGREEMENT, event.at, digest, ".pdf"),
        sha256=digest,
        size=len(pdf),
        pages=page_count(pdf),
    )
    shelf.keep(artefact.key, pdf)
    return artefact


def key_of(kind: str, at: datetime, digest: str, ending: str) -> str:
    """kind/yyyy/ab/sha256: the year of the act, so that a repeated attempt finds the same place."""
    return f"{kind}/{at:%Y}/{digest[:2]}/{digest}{ending}"


def finish(row: Outbox, event: Event, artefact: Artefact | None) -> None:
    """Row, event, end of the outbox row: one transaction; a worker that comes too late changes nothing."""
    with transaction.atomic():
        mine = Outbox.objects.select_for_update().filter(pk=row.pk, tries=row.tries).first()
        if mine is None:
            return
        if artefact is not None and artefact._state.adding:
            artefact.made_at = now()
            artefact.save(force_insert=True)
            log_hash(event, artefact)
        mine.delete()


def log_hash(event: Event, artefact: Artefact) -> None:
    """The file's hash into the chain of events, unless the agreement has ended meanwhile."""
    facts = {"artefact_sha256": artefact.sha256, "template": artefact.template}
    try:
        perform(event.case, "filed", by=SYSTEM, cause=event, facts=facts)
    except Refused as refused:
        log.info("paper of an ended agreement case=%s reason=%s", event.case_id, refused)


def put_off(row: Outbox, reason: str, until: datetime) -> None:
    """Unless another worker took the row over after the lease."""
    kept = reason if len(reason) <= ERROR_MOST else reason[: ERROR_MOST - 1] + "…"
    Outbox.objects.filter(pk=row.pk, tries=row.tries).update(error=kept, next_at=until)
