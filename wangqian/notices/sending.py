"""The second loop: each due message is claimed, handed to its channel, and the attempt is written down."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import structlog
from django.db import transaction
from django.utils.translation import gettext as _
from prometheus_client import Counter

from wangqian.notices import budget
from wangqian.notices.channels import CHANNELS, Outcome, Said
from wangqian.notices.expand import WAITS
from wangqian.notices.instead import fall_back
from wangqian.notices.models import FINAL, Attempt, Notice, Reason, Result, State
from wangqian.people.clock import now

log = structlog.get_logger(__name__)
MESSAGES = Counter("wangqian_messages", "Attempts to deliver, by outcome", ["channel", "outcome"])

LEASE = timedelta(minutes=5)
MOST = len(WAITS) + 1  # tries before a message is given up


def send(limit: int = 200, stop: Callable[[], bool] = lambda: False) -> int:
    """Deliver due messages, at most `limit`, until `stop()`; returns how many were tried.

    One is claimed at a time: of a killed worker it is unknown for at most one message whether it went out.
    """
    done = 0
    while done < limit and not stop() and (notice := claim()):
        if notice.state == State.SENDING:
            record(notice, handed(notice, Said(notice.body, notice.approved, notice.variables or {})))
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
        if notice.state == State.DEAD:
            fall_back(notice)
    return notice


def handed(notice: Notice, said: Said) -> Outcome:
    """Hand over to the channel; a channel that breaks counts as a failed try."""
    channel = CHANNELS[notice.channel]
    try:
        return channel.send(notice, notice.parting or channel.address(notice.recipient), said)
    except Exception as problem:
        log.error("channel broke", channel=notice.channel, exc_info=problem)
        words = _("发送程序出错（%(error)s）。") % {"error": type(problem).__name__}
        return Outcome(Result.FAILED, words, Reason.OTHER)


def record(notice: Notice, outcome: Outcome, again: bool = True) -> None:
    """Write the attempt down and decide what follows: sent, another try later, or given up and told otherwise.

    A receipt may have come first: what has arrived stays arrived.
    """
    MESSAGES.labels(notice.channel, outcome.result).inc()
    with transaction.atomic():
        moment = now()
        Attempt.objects.bulk_create([attempt(notice, one, moment) for one in (outcome.earlier, outcome) if one])
        notice.outcome, notice.reason, notice.words = outcome.result, outcome.reason, outcome.words[:200]
        notice.state, notice.next_at = following(notice, outcome, moment, again)
        notice.sent_at = moment if notice.state in (State.SENT, State.SUBMITTED) else None
        notice.tries -= outcome.reason == Reason.BUDGET  # nobody's fault: it does not count as a try
        columns = ("outcome", "reason", "words", "state", "next_at", "sent_at", "tries")
        mine = Notice.objects.filter(pk=notice.pk, delivered_at=None)
        if not mine.update(**{name: getattr(notice, name) for name in columns}):
            notice.refresh_from_db(fields=columns)
        elif notice.state == State.DEAD:
            fall_back(notice)


def attempt(notice: Notice, one: Outcome, moment: datetime) -> Attempt:
    return Attempt(
        notice=notice,
        at=moment,
        outcome=one.result,
        reason=one.reason,
        words=one.words[:200],
        provider=one.provider,
        reference=one.reference,
    )


ENDS = {Result.DELIVERED: State.SENT, Result.SUBMITTED: State.SUBMITTED, Result.INVALID: State.DEAD}


def following(notice: Notice, outcome: Outcome, moment: datetime, again: bool) -> tuple[State, datetime | None]:
    """(state, next try) after an attempt: again in 1 min, 5 min, 30 min, 2 h, 12 h, then given up.

    With the day's budget used up it waits for the next day. Where the provider may have taken it, its receipt
    gets five minutes before anybody is sent the same twice.
    """
    if outcome.result in ENDS:
        return ENDS[outcome.result], None
    if outcome.reason in FINAL or not again:
        return State.DEAD, None
    if outcome.reason == Reason.BUDGET:
        return State.FAILED, budget.next_day(moment)
    if notice.tries >= MOST:
        return State.DEAD, None
    wait = WAITS[notice.tries - 1]
    return State.FAILED, moment + (max(wait, LEASE) if outcome.reason == Reason.UNKNOWN else wait)
