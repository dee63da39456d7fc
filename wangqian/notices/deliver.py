"""The door of this layer: what the worker runs, what pages read, what others may send."""

from wangqian.notices.direct import code_channel, connected, message, send_code, tell_changed
from wangqian.notices.expand import expand
from wangqian.notices.fared import Delivery, deliveries, word
from wangqian.notices.knocks import answer
from wangqian.notices.link_codes import send_link_code
from wangqian.notices.links import messages as link_messages
from wangqian.notices.links import progress as link_progress
from wangqian.notices.links import send as send_links
from wangqian.notices.links import sentence as link_sentence
from wangqian.notices.links import tell_uploaded
from wangqian.notices.parting import farewell
from wangqian.notices.queries import (
    all_messages,
    inbox,
    mark_case_read,
    mark_read,
    shown_code,
    unread_count,
)
from wangqian.notices.school_news import tell_confirmed, tell_corrected, tell_staff, tell_withdrawn
from wangqian.notices.sending import send
from wangqian.notices.trouble import retry, unmade

__all__ = [
    "Delivery",
    "all_messages",
    "answer",
    "code_channel",
    "connected",
    "deliveries",
    "expand",
    "farewell",
    "inbox",
    "link_messages",
    "link_progress",
    "link_sentence",
    "mark_case_read",
    "mark_read",
    "message",
    "retry",
    "send",
    "send_code",
    "send_link_code",
    "send_links",
    "shown_code",
    "tell_changed",
    "tell_confirmed",
    "tell_corrected",
    "tell_staff",
    "tell_uploaded",
    "tell_withdrawn",
    "unmade",
    "unread_count",
    "word",
]
