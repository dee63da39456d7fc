"""The last message to a phone or an address that was the account's until now: whoever changed it was perhaps not its owner."""

from __future__ import annotations

from django.conf import settings
from django.utils import translation

from wangqian.notices.channels import CHANNELS
from wangqian.notices.direct import worded
from wangqian.notices.expand import addressed, ways
from wangqian.notices.models import Channel, Notice
from wangqian.people.clock import now
from wangqian.people.models import User

TEMPLATE = "direct.contact_changed"


def farewell(before: User, by: str, key: str) -> None:
    """Queue it in the caller's transaction: it goes out exactly if the change holds. `before` is the account as it was.

    The account no longer knows the address, so the message keeps it.
    """
    way = CHANNELS[by]
    if way not in ways(before, TEMPLATE):
        return
    with translation.override(settings.LANGUAGE_CODE if by == Channel.SMS else before.language):
        words = worded(by, TEMPLATE, {}, "/account/")
        to = addressed(way, before, now()) | {"parting": way.address(before)}
        Notice.objects.create(template=TEMPLATE, key=key, **to | words)
