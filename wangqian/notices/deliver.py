"""The door of this layer: what the worker runs, what pages read, what others may send."""

from wangqian.notices.direct import code_channel, message, send_code, tell_changed
from wangqian.notices.expand import expand
from wangqian.notices.queries import (
    Delivery,
    all_messages,
    deliveries,
    failed,
    inbox,
    mark_case_read,
    mark_read,
    retry,
    shown_code,
    unmade,
    unread_count,
)
from wangqian.notices.sending import send

__all__ = [
    "Delivery",
    "all_messages",
    "code_channel",
    "deliveries",
    "expand",
    "failed",
    "inbox",
    "mark_case_read",
    "mark_read",
    "message",
    "retry",
    "send",
    "send_code",
    "shown_code",
    "tell_changed",
    "unmade",
    "unread_count",
]
