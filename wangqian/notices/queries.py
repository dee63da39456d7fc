"""Reading messages: a person's inbox, how each message fared, what is in trouble; for the demo, all."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import timedelta
from typing import NamedTuple
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from wangqian.cases.models import Case, Outbox
from wangqian.notices.channels import CHANNELS, shows
from wangqian.notices.direct import CODE
from wangqian.notices.expand import CONSUMER
from wangqian.notices.models import TROUBLE, Channel, Notice, Result, State
from wangqian.people.clock import now
from wangqian.people.models import User

SIX_DIGITS = re.compile(r"\d{6}")
CODE_LIVES = timedelta(minutes=10)


def inbox(user: User) -> QuerySet[Notice]:
    """A person's messages, newest first, with their cases."""
    return Notice.objects.filter(recipient=user, channel=Channel.INBOX).select_related("event__case")


def unread(user: User) -> QuerySet[Notice]:
    return Notice.objects.filter(recipient=user, channel=Channel.INBOX, read_at=None)


def unread_count(user: User) -> int:
    return unread(user).count()


def mark_read(notice_ids: Iterable[UUID | str], user: User) -> int:
    """Mark his own messages as read; others' are left alone. Returns how many were new."""
    return unread(user).filter(pk__in=list(notice_ids)).update(read_at=now())


def mark_case_read(case: Case, user: User) -> int:
    """Opening a case reads its messages."""
    return unread(user).filter(event__case=case).update(read_at=now())


def all_messages() -> QuerySet[Notice]:
    """Every message, newest first. For the demo's page alone: nobody reads other people's messages."""
    return Notice.objects.select_related("recipient", "event__case")


def shown_code(user: User) -> str:
    """The newest one-time code still alive, where messages are shown instead of sent; "" otherwise."""
    if not shows():
        return ""
    recent = Notice.objects.filter(recipient=user, template=CODE, created_at__gt=now() - CODE_LIVES)
    last = recent.order_by("-created_at", "-id").first()
    found = SIX_DIGITS.search(last.body) if last else None
    return found.group() if found else ""


class Delivery(NamedTuple):
    """One message in words: "曹文公 · 短信 136****0001", "越综合企业邀请您签约：号码无效；站内消息已送达"."""

    to: str
    words: str


def deliveries(case: Case) -> list[Delivery]:
    """How every message of a case fared, oldest first, addresses masked."""
    sent = Notice.objects.filter(event__case=case).select_related("recipient").order_by("created_at", "id")
    return [Delivery(reached(notice), _("%(subject)s：%(word)s") % fared(notice)) for notice in sent]


def reached(notice: Notice) -> str:
    return f"{notice.recipient.name} · {CHANNELS[notice.channel].label()} {notice.address}".rstrip()


def fared(notice: Notice) -> dict[str, str]:
    """Subject and word; where one channel failed, that the other one worked."""
    said = word(notice)
    if notice.state in TROUBLE:
        said = _("%(word)s；站内消息已送达") % {"word": said}
    return {"subject": notice.subject, "word": said}


def word(notice: Notice) -> str:
    """How a message fared: 已送达, 号码无效, 暂时失败，将重试, 未接通 …"""
    if notice.state == State.SENT:
        return _("已读") if notice.read_at else _("已送达")
    if notice.outcome == Result.UNCONNECTED:
        return _("未接通")
    if notice.state == State.DEAD:
        if notice.outcome == Result.INVALID:
            return _("号码无效") if notice.channel == Channel.SMS else _("邮箱无效")
        return _("多次失败，已停止重试")
    return _("暂时失败，将重试") if notice.state == State.FAILED else _("正在发送")


# --- for the operator ------------------------------------------------------------------------------


def failed(limit: int = 200) -> QuerySet[Notice]:
    """Messages in trouble, newest first: given up, or waiting for another try."""
    trouble = Notice.objects.filter(state__in=TROUBLE).select_related("recipient", "event")
    return trouble.order_by("-created_at", "-id")[:limit]


def unmade(limit: int = 200) -> QuerySet[Outbox]:
    """Events whose messages could not be made; each is tried again by itself."""
    rows = Outbox.objects.filter(consumer=CONSUMER, tries__gt=0).select_related("event")
    return rows.order_by("id")[:limit]


def retry(notice: Notice) -> bool:
    """Send a message in trouble again, now, with all its tries; False where it is in none (or is a code)."""
    trouble = Notice.objects.filter(pk=notice.pk, state__in=TROUBLE).exclude(template=CODE)
    return bool(trouble.update(state=State.QUEUED, next_at=now(), tries=0))
