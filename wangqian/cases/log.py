"""The log over all events: one sequencer gives positions after the fact, a signed head says how it stands.

Events commit out of the order of their ids, so a position is given once an event can be seen, never by its id. A head is
made at most once a minute: when there are new events, else once an hour as a sign of life. What a head says can be checked
by anybody who kept an older one; the window in which a cut tail leaves no trace is the minute before the head.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from urllib.parse import urlsplit

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import F, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from wangqian.cases import log_key, merkle
from wangqian.cases.log_tree import Stored, full_nodes
from wangqian.cases.models import Event, Head, Leaf, LogKey, Node, Sequencer, canonical
from wangqian.people.clock import SHANGHAI, now

log = structlog.get_logger(__name__)

BATCH = 4000  # positions given in one transaction
SWEEP = timedelta(hours=1)  # no transaction lives so long: an id below the last sweep's highest is settled
LIFE = timedelta(hours=1)
LATE = timedelta(minutes=5)
FORKED = gettext_noop("已签名的日志头与现在的日志不一致，已停止签名")
CHANGED = gettext_noop("有事件与写入日志时不同，已停止签名")


class Broken(Exception):
    """The log is not what was signed: no head is signed any more until a person has looked."""


def work() -> int:
    """One round: positions for what has none, then a head if one is due. Returns how many positions were given."""
    given = 0
    while (more := sequence()) > 0:
        given += more
    try:
        publish()
    except (Broken, log_key.Unusable) as broken:
        Sequencer.objects.update(trouble=str(broken))
        log.error("log not signed", rule=str(broken), error=type(broken.__cause__ or broken).__name__)
    return given


def sequence(limit: int = BATCH) -> int:
    """Give the next positions. 0 when there is nothing to do, or another worker is at it."""
    with transaction.atomic():
        row = held()
        if row is None:
            return 0
        moment = now()
        sweeping = row.swept_at is None or moment >= row.swept_at + SWEEP
        fresh = list(unplaced(0 if sweeping else row.settled)[:limit])
        size = size_now()
        leaves = [Leaf(position=size + at, event_id=pk, hash=digest) for at, (pk, digest) in enumerate(fresh)]
        Leaf.objects.bulk_create(leaves, batch_size=1000)
        Node.objects.bulk_create(full_nodes(size, leaves))
        if sweeping and len(fresh) < limit:
            row.settled, row.swept_at = row.highest, moment
            row.highest = Event.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
            row.save(update_fields=["settled", "highest", "swept_at"])
        return len(fresh)


def held() -> Sequencer | None:
    """The row under its lock; None when another worker has it."""
    rows = Sequencer.objects.select_for_update(skip_locked=True)
    if not Sequencer.objects.exists():
        Sequencer.objects.bulk_create([Sequencer()], ignore_conflicts=True)
    return rows.first()


def unplaced(after: int) -> QuerySet[Event, tuple[int, str]]:
    """(id, hash) of events that can be seen and have no position, in the order in which a case numbers its own."""
    return Event.objects.filter(pk__gt=after, leaf=None).order_by("pk").values_list("pk", "hash")


def size_now() -> int:
    last = Leaf.objects.order_by("-position").values_list("position", flat=True).first()
    return 0 if last is None else last + 1


def publish() -> Head | None:
    """A new head, if something is new or the last one is an hour old. Raises `Broken` rather than sign a fork."""
    with transaction.atomic():
        row = held()
        last, size, moment = Head.objects.last(), size_now(), now()
        if row is None or (last and size == last.size and moment < last.at + LIFE):
            return None
        full = Stored()
        if last and (last.size > size or merkle.root(full, 0, last.size).hex() != last.root):
            raise Broken(FORKED)
        if Leaf.objects.filter(position__gte=last.size if last else 0).exclude(hash=F("event__hash")).exists():
            raise Broken(CHANGED)
        head = signed(size, merkle.root(full, 0, size).hex(), moment)
        head.save(force_insert=True)
        Sequencer.objects.filter(pk=row.pk).exclude(trouble="").update(trouble="")
        return head


def signed(size: int, root: str, at: datetime) -> Head:
    """An unsaved head under this worker's key."""
    key = log_key.current()
    LogKey.objects.bulk_create([LogKey(id=key.id, public=key.public, since=at)], ignore_conflicts=True)
    head = Head(size=size, root=root, at=at, origin=origin(), key_id=key.id)
    head.signature = key.sign(canonical(head.body())).hex()
    return head


def origin() -> str:
    """Whose log it is."""
    return urlsplit(settings.SITE_URL).netloc or "localhost"


def head_json(head: Head) -> dict[str, object]:
    """A head as it is published and mailed."""
    return {"head": head.body(), "signature": head.signature}


def inclusion(events: list[Event], head: Head) -> dict[int, tuple[int, list[str]]]:
    """Event id → (position, path as hex) under a head, for those it covers."""
    full = Stored()
    leaves = Leaf.objects.filter(event__in=events, position__lt=head.size).values_list("event_id", "position")
    return {
        event: (position, [step.hex() for step in merkle.inclusion(full, position, head.size)])
        for event, position in leaves
    }


def consistency(old: int, new: int) -> list[str]:
    """The proof (hex) that the log of `new` events begins with the log of `old` (≥ 1) events."""
    return [step.hex() for step in merkle.consistency(Stored(), old, new)]


def status() -> tuple[bool, str]:
    """(in order, sentence) for the operator."""
    row, last = Sequencer.objects.first(), Head.objects.last()
    if row and row.trouble:
        return False, _("事件日志：%(trouble)s。请立即核查（见运行手册“事件日志”）。") % {"trouble": _(row.trouble)}
    if last is None:
        return False, _("事件日志：还没有签名的日志头，请确认后台任务在运行。")
    oldest = Event.objects.filter(pk__gt=row.settled if row else 0, leaf=None).order_by("pk").first()
    if oldest and now() - oldest.at > LATE:
        return False, _("事件日志：有事件超过 5 分钟没有进入日志，请确认后台任务在运行。")
    sentence = _("事件日志：%(size)d 个事件，最近一次签名 %(at)s。") % {
        "size": last.size,
        "at": f"{last.at.astimezone(SHANGHAI):%Y-%m-%d %H:%M:%S}",
    }
    if not settings.LOG_KEY:
        sentence += _("签名密钥由系统自动生成，保存在本机；正式运行请设置 WANGQIAN_LOG_KEY。")
    return True, sentence

