"""For the operator: messages in trouble, counted by kind, sent on their way again or settled, on record."""

from __future__ import annotations

from datetime import timedelta
from typing import NamedTuple

from django.db import transaction
from django.db.models import Count, Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _

from wangqian.cases.models import Outbox
from wangqian.notices.channels import CHANNELS, reasons
from wangqian.notices.expand import CONSUMER
from wangqian.notices.fared import INVALID
from wangqian.notices.models import TROUBLE, Attempt, Notice, Reason, Result, State
from wangqian.notices.templates import ONCE
from wangqian.people.clock import now
from wangqian.people.models import User

AT_ONCE = 1000  # messages one press sends again, or settles
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


def given_up() -> QuerySet[Notice]:
    """What a person must do something about; the alarm counts the same. Neither what is asked for anew (codes, links), nor what
    went by another channel: a copy arrived or is on its way, or the copy of a copy (WeChat, SMS, e-mail)."""
    dead = Notice.objects.filter(state=State.DEAD, created_at__gt=now() - RECENT, settled_at=None).exclude(template__in=ONCE)
    alive = Notice.objects.exclude(state=State.DEAD)
    return dead.filter(
        ~Exists(alive.filter(instead_of=OuterRef("pk"))), ~Exists(alive.filter(instead_of__instead_of=OuterRef("pk")))
    )


def ever_in_trouble() -> QuerySet[Notice]:
    """With those nobody has to do anything about."""
    return Notice.objects.filter(state__in=TROUBLE)


def in_trouble(channel: str = "", reason: str = "", rows: QuerySet[Notice] | None = None) -> QuerySet[Notice]:
    """Messages given up, or waiting for another try (or those of `rows`), newest first; narrowed by channel and reason."""
    rows = Notice.objects.filter(state=State.FAILED) | given_up() if rows is None else rows
    if channel in CHANNELS:
        rows = rows.filter(channel=channel)
    if reason in (*Reason.values, NONE):
        rows = rows.filter(reason="" if reason == NONE else reason)
    return rows.order_by("-created_at", "-id")


def kinds() -> list[Kind]:
    """Messages given up, counted by channel and reason, the most frequent first."""
    counted = given_up().order_by().values_list("channel", "reason").annotate(count=Count("pk"))
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


def may_be_retried(notice: Notice) -> bool:
    return notice.state in TROUBLE and notice.settled_at is None and notice.template not in ONCE


def retry(notice: Notice, by: User | None = None) -> bool:
    """Send a message in trouble again, now, with all its tries; False where it is in none (or is a code, or a link)."""
    return bool(again(Notice.objects.filter(pk=notice.pk, state__in=TROUBLE, settled_at=None), by))


def retry_all(channel: str, reason: str, by: User) -> int:
    """The same for the messages given up of one kind, at most a thousand at once; returns how many."""
    return again(in_trouble(channel, reason, given_up()), by)


def again(rows: QuerySet[Notice], by: User | None) -> int:
    return noted(rows, by, Result.REQUEUED, _("由平台重新发送。"), state=State.QUEUED, next_at=now(), tries=0)


def settle(notice: Notice, by: User) -> bool:
    """A message given up stays so: it leaves list and alarm. False where it was not given up, or was settled before."""
    return bool(settled(Notice.objects.filter(pk=notice.pk, state=State.DEAD, settled_at=None), by))


def settle_all(channel: str, reason: str, by: User) -> int:
    """The same for the messages given up of one kind, at most a thousand at once; returns how many."""
    return settled(in_trouble(channel, reason, given_up()), by)


def settled(rows: QuerySet[Notice], by: User) -> int:
    return noted(rows, by, Result.SETTLED, _("由平台决定不再重试。"), settled_at=now())


def noted(rows: QuerySet[Notice], by: User | None, outcome: Result, words: str, **columns: object) -> int:
    """Change what nobody else is changing, and write down who did. Not of one-time codes and links: they are asked for anew."""
    with transaction.atomic():
        locked = rows.exclude(template__in=ONCE).select_for_update(skip_locked=True, of=("self",))
        found = list(locked.values_list("pk", flat=True)[:AT_ONCE])
        Notice.objects.filter(pk__in=found).update(**columns)
        moment = now()
        Attempt.objects.bulk_create(
            [Attempt(notice_id=pk, at=moment, outcome=outcome, words=words, by=by) for pk in found], batch_size=500
        )
    return len(found)
