"""The second loop: each due message is claimed, handed to its channel, and the attempt is written down."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from wangqian.notices.channels import CHANNELS, Outcome
from wangqian.notices.expand import WAITS
from wangqian.notices.models import Attempt, Notice, Result, State
from wangqian.people.clock import now

log = logging.getLogger(__name__)

LEASE = timedelta(minutes=5)
MOST = len(WAITS) + 1  # tries before a message is given up


def send(limit: int = 200, stop: Callable[[], bool] = lambda: False) -> int:
    """Deliver due messages, at most `limit`, until `stop()`; returns how many were tried.

    One is claimed at a time: of a killed worker it is unknown for at most one message whether it went out.
    """
    done = 0
    while done < limit and not stop() and (notice := claim()):
        if notice.state == State.SENDING:
            record(notice, handed(notice, notice.body))
        done += 1
    return done


def claim() -> Notice | None:
    """The next due message, marked as being sent until its lease ends; other workers pass it by."""
    with transaction.atomic():
        moment = now()
        due = Notice.objects.select_for_update(skip_locked=True, of=("self",)).select_related("recipient")
        notice = due.filter(next_at__lte=moment).order_by("next_at").first()
        if notice is None:
            return None
        if notice.tries >= MOST:  # every try ended with the worker: give up, visibly
            notice.state, notice.next_at = State.DEAD, None
        else:
            notice.state, notice.next_at, notice.tries = State.SENDING, moment + LEASE, notice.tries + 1
        notice.save(update_fields=["state", "next_at", "tries"])
    return notice


def handed(notice: Notice, text: str) -> Outcome:
    """Hand over to the channel; a channel that breaks counts as a failed try."""
    channel = CHANNELS[notice.channel]
    try:
        return channel.send(notice, channel.address(notice.recipient), text)
    except Exception as problem:
        log.error("channel broke channel=%s error=%s", notice.channel, type(problem).__name__)
        return Outcome(Result.FAILED, _("发送程序出错（%(error)s）。") % {"error": type(problem).__name__})


def record(notice: Notice, outcome: Outcome, again: bool = True) -> None:
    """Write the attempt down and decide what follows: sent, another try later, or given up."""
    with transaction.atomic():
        moment = now()
        Attempt.objects.create(notice=notice, at=moment, outcome=outcome.result, words=outcome.words[:200])
        notice.outcome = outcome.result
        notice.state, notice.next_at = following(notice, outcome.result, moment, again)
        notice.sent_at = moment if notice.state == State.SENT else None
        notice.save(update_fields=["outcome", "state", "next_at", "sent_at"])


def following(notice: Notice, result: Result, moment: datetime, again: bool) -> tuple[State, datetime | None]:
    """(state, next try) after an attempt: again in 1 min, 5 min, 30 min, 2 h, 12 h, then given up."""
    if result == Result.DELIVERED:
        return State.SENT, None
    if result == Result.INVALID or not again or notice.tries >= MOST:
        return State.DEAD, None
    return State.FAILED, moment + WAITS[notice.tries - 1]
