"""For the operator: messages in trouble, counted by kind, and sent on their way again, on record."""

from __future__ import annotations

from datetime import timedelta
from typing import NamedTuple

from django.db import transaction
from django.db.models import Count, QuerySet
from django.utils.translation import gettext as _

from wangqian.cases.models import Outbox
from wangqian.notices.channels import CHANNELS, reasons
from wangqian.notices.expand import CONSUMER
from wangqian.notices.fared import INVALID
from wangqian.notices.models import TROUBLE, Attempt, Notice, Reason, Result, State
from wangqian.notices.templates import ONCE
from wangqian.people.clock import now
from wangqian.people.models import User

AT_ONCE = 1000  # messages one press sends again
RECENT = timedelta(days=90)  # older ones are history: neither counted nor sent again by kind
NONE = "none"  # of messages without a reason (given up before reasons were kept)


class Kind(NamedTuple):
    """Messages that failed in the same way: what, why, what to do, how many."""

    channel: str
    reason: str
    words: str
    todo: str
    many: int

    @property
    def label(self) -> str:
        return CHANNELS[self.channel].label()


def in_trouble(channel: str = "", reason: str = "", rows: QuerySet[Notice] | None = None) -> QuerySet[Notice]:
    """Messages given up, or waiting for another try (or those of `rows`), newest first; narrowed by channel and reason."""
    rows = Notice.objects.filter(state__in=TROUBLE) if rows is None else rows
    if channel in CHANNELS:
        rows = rows.filter(channel=channel)
    if reason in (*Reason.values, NONE):
        rows = rows.filter(reason="" if reason == NONE else reason)
    return rows.order_by("-created_at", "-id")


def given_up() -> QuerySet[Notice]:
    return Notice.objects.filter(state=State.DEAD, created_at__gt=now() - RECENT)


def failed(limit: int = 200) -> QuerySet[Notice]:
    """The newest messages in trouble."""
    return in_trouble().select_related("recipient", "event")[:limit]


def kinds() -> list[Kind]:
    """Messages given up, counted by channel and reason, the most frequent first."""
    rows = given_up().exclude(template__in=ONCE)
    counted = rows.order_by().values_list("channel", "reason").annotate(count=Count("pk"))
    found = [kind(str(channel), str(reason), count) for channel, reason, count in counted]
    return sorted(found, key=lambda one: (-one.many, one.channel, one.reason))


def kind(channel: str, reason: str, count: int) -> Kind:
    if reason in Reason.values:
        return Kind(channel, reason, why(channel, reason), str(reasons.TODO[Reason(reason)]), count)
    return Kind(channel, NONE, _("未注明"), "", count)


def why(channel: str, reason: str) -> str:
    """The reason's words, for this channel."""
    if reason == Reason.ADDRESS:
        return str(INVALID.get(channel, reasons.said(reason)))
    return reasons.said(reason)


def unmade(limit: int = 200) -> QuerySet[Outbox]:
    """Events whose messages could not be made; each is tried again by itself."""
    rows = Outbox.objects.filter(consumer=CONSUMER, tries__gt=0).select_related("event")
    return rows.order_by("id")[:limit]


def retry(notice: Notice, by: User | None = None) -> bool:
    """Send a message in trouble again, now, with all its tries; False where it is in none (or is a code)."""
    return bool(again(Notice.objects.filter(pk=notice.pk, state__in=TROUBLE), by))


def retry_all(channel: str, reason: str, by: User) -> int:
    """The same for the messages given up of one kind, at most a thousand at once; returns how many."""
    return again(in_trouble(channel, reason, given_up()), by)


def again(rows: QuerySet[Notice], by: User | None) -> int:
    """Requeue, and write down who did. One-time codes and links are never sent again."""
    with transaction.atomic():
        locked = rows.exclude(template__in=ONCE).select_for_update(skip_locked=True, of=("self",))
        found = list(locked.values_list("pk", flat=True)[:AT_ONCE])
        moment = now()
        Notice.objects.filter(pk__in=found).update(state=State.QUEUED, next_at=moment, tries=0)
        words = _("由平台重新发送。")
        Attempt.objects.bulk_create(
            [Attempt(notice_id=pk, at=moment, outcome=Result.REQUEUED, words=words, by=by) for pk in found], batch_size=500
        )
    return len(found)
