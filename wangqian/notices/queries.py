"""Reading messages: a person's inbox; for the demo, all."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID

from django.db.models import QuerySet

from wangqian.cases.models import Case
from wangqian.notices.channels import shows
from wangqian.notices.models import Channel, Notice
from wangqian.notices.templates import CODE
from wangqian.people.clock import now
from wangqian.people.models import User

SIX_DIGITS = re.compile(r"\d{6}")
CODE_LIVES = timedelta(minutes=10)


def inbox(user: User) -> QuerySet[Notice]:
    """A person's messages, newest first, with their cases."""
    places = [f"membership__{place}" for place in ("graduate__school", "employer", "school", "college")]
    return Notice.objects.filter(recipient=user, channel=Channel.INBOX).select_related("event__case", *places)


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
