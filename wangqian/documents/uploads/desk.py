"""Files handed in: taken, looked at, kept, turned, dropped. `web/uploads.py` says who may.

Object first, row after, check last: killed anywhere, a row in quarantine is checked by the worker, an object without a row is found
by the nightly comparison, and nothing unchecked is ever shown or used.
"""

from __future__ import annotations

from hashlib import sha256
from uuid import UUID

import structlog
from django.db import transaction
from django.db.models import Max, QuerySet
from django.utils.translation import gettext_noop

from wangqian.cases.models import Case, Evidence, EvidenceState
from wangqian.chart.words import Refused
from wangqian.documents import shelf
from wangqian.documents.uploads import checker, gate, objects
from wangqian.documents.uploads.measures import FILES, Limits
from wangqian.documents.uploads.turning import turned
from wangqian.documents.uploads.verdict import Bad
from wangqian.people import limits
from wangqian.people.clock import now
from wangqian.people.ids import new_id
from wangqian.people.models import User

log = structlog.get_logger(__name__)

USUAL = Limits()
TRIES = 5  # of a check that does not take place
GIVEN_UP = gettext_noop("文件多次检查都没有完成，没有接收。请改为拍照或重新扫描后上传。")
LIVE = (EvidenceState.QUARANTINE, EvidenceState.ACCEPTED)


def receive(
    case: Case,
    slot: str,
    name: str,
    data: bytes,
    *,
    owner: User | None = None,
    link: UUID | None = None,
    limit: Limits = USUAL,
    anew: bool = False,
) -> Evidence:
    """Take a file for a slot and check it. Raises `Refused`.

    What is returned is accepted, or in quarantine where the check did not take place: then the worker checks it again. The same
    file sent twice to a slot by one sender is one, but for what an earlier act rests on where files are asked `anew`. Not within a
    transaction: the row must outlive a refusal.
    """
    limits.spend("upload", str(link or (owner.pk if owner else "")))
    name = gate.cleaned(name)
    kind = gate.kind_of(name, data, limit)
    digest = sha256(data).hexdigest()
    there = listed(case, slot, link, owner).filter(sha256=digest, state__in=LIVE)
    if same := (there.filter(bound_at=None) if anew else there).first():
        return same
    row = Evidence(id=new_id(), case=case, slot=slot, owner=owner, link=link, name=name, kind=kind, size=len(data), sha256=digest)
    row.codes, row.tries = [], 1
    row.uploaded_at = row.checked_at = now()
    room(row, limit)
    try:
        row.key = objects.keep_original(row, data, row.uploaded_at)
    except OSError as problem:
        log.error("storage takes nothing", exc_info=problem)
        raise Refused("文件暂时存不进去，没有接收。请过几分钟再上传。") from problem
    keep(row, limit)
    return examine(row, data, limit)


def room(row: Evidence, limit: Limits) -> None:
    """Raises Refused when the slot is full. One sender takes no room of another's."""
    most = min(limit.files, FILES)
    if listed(row.case, row.slot, row.link, row.owner).filter(state__in=LIVE).count() >= most:
        raise Refused("这里最多上传 {most} 个文件。请先删除不需要的，再上传。", most=most)


def keep(row: Evidence, limit: Limits) -> None:
    """The row, in quarantine. Under the case's lock, so that two at once do not pass the slot's limit."""
    try:
        with transaction.atomic():
            Case.objects.select_for_update().get(pk=row.case_id)
            room(row, limit)
            last = Evidence.objects.filter(case=row.case_id, slot=row.slot).aggregate(last=Max("position"))["last"]
            row.position = 0 if last is None else last + 1
            row.save(force_insert=True)
    except Refused:
        shelf.remove(row.key)
        raise


def examine(row: Evidence, data: bytes, limit: Limits = USUAL) -> Evidence:
    """Check a row in quarantine and write down what came of it. Raises `Refused` with the sentence of a bad file."""
    try:
        checked = checker.check(row.kind, data)
        if len(checked.pictures) > limit.pages:
            raise Bad("too_many_pages", most=limit.pages)
        objects.keep_pages(row, checked.pictures)
    except Bad as bad:
        refusal = gate.sentence(bad)
        settle(row, EvidenceState.REFUSED, refusal=refusal.sentence.format(**refusal.words))
        raise refusal from bad
    except (checker.Trouble, OSError) as trouble:
        log.warning("upload not checked", exc_info=trouble, object=str(row.pk))
        if row.tries < TRIES:
            return row
        settle(row, EvidenceState.REFUSED, refusal=GIVEN_UP)
        raise Refused(GIVEN_UP) from trouble
    return settle(row, EvidenceState.ACCEPTED, pages=len(checked.pictures), codes=checked.codes)


def settle(row: Evidence, state: str, **found: object) -> Evidence:
    """The verdict, unless another one checked the row meanwhile: then that one's stands."""
    with transaction.atomic():
        evidence = Evidence.objects.select_for_update(of=("self",)).select_related("case__graduate__person").get(pk=row.pk)
        if evidence.state != EvidenceState.QUARANTINE:
            return evidence
        evidence.state, evidence.checked_at = state, now()
        for name, value in found.items():
            setattr(evidence, name, value)
        evidence.save(update_fields=["state", "checked_at", *found])
    return evidence


def listed(case: Case, slot: str, link: UUID | None = None, owner: User | None = None) -> QuerySet[Evidence]:
    """What stands in a slot, in order, whatever its state; the dropped ones not. By one link, or what came by none (of one owner)."""
    found = case.evidence.filter(slot=slot, link=link, dropped_at=None)  # by way of the case, whose key opens them
    return (found.filter(owner=owner) if owner else found).order_by("position", "id")


def usable(case: Case, slot: str, link: UUID | None = None) -> list[Evidence]:
    """What an act may rest on: accepted, not dropped, in order."""
    return list(listed(case, slot, link).filter(state=EvidenceState.ACCEPTED))


def page(evidence: Evidence, number: int) -> bytes:
    """A page as people look at it (JPEG), turned as they turned it. Raises `Refused` for what is not shown."""
    if not evidence.shown or not 1 <= number <= evidence.pages:
        raise Refused("找不到这一页。")
    return turned(objects.page(evidence, number), evidence.turned)


def original(evidence: Evidence) -> bytes:
    """The bytes as they came, once they were checked."""
    if not evidence.shown:
        raise Refused("找不到这份文件。")
    return objects.original(evidence)


def drop(evidence: Evidence) -> None:
    """Out of the slot. Its objects go after `jobs.KEEP`, unless an act rests on them."""
    with transaction.atomic():
        held = Evidence.objects.select_for_update().get(pk=evidence.pk)
        if held.dropped_at is None:
            held.dropped_at = now()
            held.save(update_fields=["dropped_at"])
    evidence.dropped_at = held.dropped_at


def replace(old: Evidence, new: Evidence) -> None:
    """The new one in the place of the old, which is dropped."""
    if old.pk != new.pk:
        Evidence.objects.filter(pk=new.pk).update(position=old.position)
        drop(old)


def turn(evidence: Evidence) -> None:
    """A quarter to the right."""
    with transaction.atomic():
        held = Evidence.objects.select_for_update().get(pk=evidence.pk)
        held.turned = (held.turned + 90) % 360
        held.save(update_fields=["turned"])
    evidence.turned = held.turned
