"""The last message to a phone or an address that was the account's until now: whoever changed it was perhaps not its owner."""

from __future__ import annotations

from django.conf import settings
from django.utils import translation

from wangqian.notices.channels import CHANNELS, Said
from wangqian.notices.direct import worded
from wangqian.notices.expand import addressed, ways
from wangqian.notices.models import Channel, Notice, State
from wangqian.notices.sending import handed, record
from wangqian.people.clock import now
from wangqian.people.models import User

TEMPLATE = "direct.contact_changed"


def farewell(before: User, by: str, key: str) -> None:
    """At once and once: `before` is the account as it was, and nothing is sent there afterwards."""
    way = CHANNELS[by]
    if way not in ways(before, TEMPLATE):
        return
    with translation.override(settings.LANGUAGE_CODE if by == Channel.SMS else before.language):
        words = worded(by, TEMPLATE, {}, "/account/")
        sending = {"state": State.SENDING, "next_at": None, "tries": 1}
        notice = Notice.objects.create(template=TEMPLATE, key=key, **{**addressed(way, before, now()), **words, **sending})
        record(notice, handed(notice, Said(notice.body, notice.approved, notice.variables or {})), again=False)
