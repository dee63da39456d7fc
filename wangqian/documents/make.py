"""The worker's round for papers: from an event in the outbox to a stored file, its row, its hash in the log.

The legal state never waits for this. Object first, row after: killed anywhere, the next round completes the
work. A paper is the same bytes each time, its seal is not: an object without a row, from a worker killed between
the two, is never served.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from hashlib import sha256

import structlog
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from wangqian.cases.engine import perform
from wangqian.cases.models import Event, Outbox
from wangqian.chart.words import SYSTEM, Refused
from wangqian.documents import seal, shelf
from wangqian.documents.following import kind_of
from wangqian.documents.glyphs import CannotPrint
from wangqian.documents.models import Artefact, SealCertificate
from wangqian.documents.paper import paper_of, seal_line, template_of
from wangqian.documents.printing import Printable, compile_pdf, page_count
from wangqian.documents.seal_key import Holder, SealTrouble, holder
from wangqian.people.clock import now

log = structlog.get_logger(__name__)

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
    event = Event.objects.select_related("terms", "case__graduate__person").get(pk=row.event_id)
    try:
        finish(row, event, make(event) if kind_of(event) else None)
    except CannotPrint as problem:
        put_off(row, str(problem), BY_HAND)
    except SealTrouble as problem:  # never unsealed where a seal is configured
        log.error("paper not sealed", case=event.case_id, because=str(problem))
        put_off(row, str(problem), later(row))
    except Exception as problem:  # a full disk, a storage out of reach: noted, retried, shown to the operator
        log.error("paper failed", case=event.case_id, exc_info=problem)
        reason = _("生成文件时出错（%(kind)s），系统会自动重试") % {"kind": type(problem).__name__}
        put_off(row, reason, later(row))


def later(row: Outbox) -> datetime:
    """When to try again: after 1, 2, 4 … minutes, at most an hour."""
    return now() + min(LONGEST_WAIT, timedelta(minutes=2 ** min(row.tries - 1, 10)))


def make(event: Event) -> Artefact:
    """The event's artefact: the one there is of its version, or a new unsaved one whose object is stored."""
    terms, kind = event.text, kind_of(event)
    assert terms is not None
    made = Artefact.objects.filter(terms=terms, kind=kind).first()
    if made is not None:
        return made
    by = holder()
    paper = paper_of(event, seal_line(by))
    pdf = compile_pdf(paper)
    done = sealed(pdf, paper, by)
    digest = sha256(done.data if done else pdf).hexdigest()
    artefact = Artefact(
        case=event.case,
        terms=terms,
        kind=kind,
        template=template_of(kind, terms),
        key=key_of(kind, event.at, digest, ".pdf"),
        sha256=digest,
        size=len(done.data if done else pdf),
        pages=page_count(pdf),
    )
    if done:
        artefact.seal, artefact.level = certificate_row(done.holder), done.level
        artefact.stamp, artefact.stamped_at = done.stamp, done.stamped_at
    shelf.keep(artefact.key, done.data if done else pdf)
    return artefact


def sealed(pdf: bytes, paper: Printable, by: Holder | None) -> seal.Sealed | None:
    """The file under the configured seal, which names the content by its hash; None where there is no seal."""
    if by is None:
        return None
    reason = _("%(name)s %(number)s 第 %(version)d 版，内容 SHA-256 %(hash)s") % {
        "name": paper.name,
        "number": paper.number,
        "version": paper.version,
        "hash": paper.terms_sha256,
    }
    return seal.seal(pdf, by, reason, paper.verify_url)


def certificate_row(by: Holder) -> SealCertificate:
    """The unsaved row of a certificate."""
    return SealCertificate(
        fingerprint=by.fingerprint,
        subject=by.subject[:300],
        issuer=by.issuer[:300],
        serial=by.serial,
        not_before=by.certificate.not_valid_before_utc,
        not_after=by.certificate.not_valid_after_utc,
        chain=by.pem(),
    )


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
            if artefact.seal:
                artefact.seal.first_used_at = artefact.made_at
                SealCertificate.objects.bulk_create([artefact.seal], ignore_conflicts=True)
            artefact.save(force_insert=True)
            log_hash(event, artefact)
        mine.delete()


def log_hash(event: Event, artefact: Artefact) -> None:
    """The file's hash into the chain of events, unless the agreement has ended meanwhile."""
    facts = {"artefact_sha256": artefact.sha256, "template": artefact.template, "pages": str(artefact.pages), **seal_facts(artefact)}
    try:
        perform(event.case, "filed", by=SYSTEM, cause=event, facts=facts)
    except Refused as refused:
        log.info("paper of an ended agreement", case=event.case_id, rule=refused.sentence)


def seal_facts(artefact: Artefact) -> dict[str, str]:
    """How the file was sealed, for the event: no keys at all where it was not."""
    if artefact.seal is None:
        return {}
    stamped = {"stamped_at": artefact.stamped_at.isoformat()} if artefact.stamped_at else {}
    return {
        "seal": artefact.level,
        "seal_subject": artefact.seal.subject,
        "seal_serial": artefact.seal.serial,
        "seal_certificate": artefact.seal.fingerprint,
        "stamp": artefact.stamp or "none",
        **stamped,
    }


def put_off(row: Outbox, reason: str, until: datetime) -> None:
    """Unless another worker took the row over after the lease."""
    kept = reason if len(reason) <= ERROR_MOST else reason[: ERROR_MOST - 1] + "…"
    Outbox.objects.filter(pk=row.pk, tries=row.tries).update(error=kept, next_at=until)
