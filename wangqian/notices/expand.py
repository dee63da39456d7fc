"""From an event to its messages: who is told, by which channels, in whose words."""

from __future__ import annotations

import copy
import logging
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from wangqian.cases.models import Case, Event, Outbox
from wangqian.chart.words import FLOWS, Role
from wangqian.flows.parties import OTHER, REVIEWER, told
from wangqian.notices.channels import CHANNELS
from wangqian.notices.channels import Channel as Way
from wangqian.notices.facts import Facts
from wangqian.notices.models import Channel, Notice, State
from wangqian.notices.words import TEXTS, Text, key
from wangqian.people.clock import now
from wangqian.people.models import Membership, User

log = logging.getLogger(__name__)

CONSUMER = "notices"
WAITS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 720))
NEEDED = (
    "event__case__graduate",
    "event__case__employer",
    "event__case__school",
    "event__case__profile",
    "event__case__parent",
    "event__terms",
    "event__note",
    "event__user",
)


def expand(limit: int = 500) -> int:
    """Turn outbox rows into notices, at most `limit`; returns how many.

    A row's notices and its removal are one transaction, so nothing is lost; the unique index keeps a second
    expansion from saying anything twice.
    """
    with transaction.atomic():
        moment = now()
        made: list[Notice] = []
        done: list[int] = []
        for row in claim(limit, moment):
            try:
                with transaction.atomic():
                    made += notices_of(row.event, moment)
                done.append(row.pk)
            except Exception as problem:
                postpone(row, problem, moment)
        Notice.objects.bulk_create(made, batch_size=500, ignore_conflicts=True)
        Outbox.objects.filter(pk__in=done).delete()
    return len(done)


def claim(limit: int, moment: datetime) -> list[Outbox]:
    """Due rows that no other worker holds."""
    rows = Outbox.objects.select_for_update(skip_locked=True, of=("self",)).select_related(*NEEDED)
    mine = rows.filter(consumer=CONSUMER).exclude(next_at__gt=moment)
    return list(mine.order_by("id")[:limit])


def postpone(row: Outbox, problem: Exception, moment: datetime) -> None:
    """One event that cannot be told holds up no other; it stays, is tried again, and the operator sees it."""
    log.error("notice not made event=%s error=%s", row.event_id, type(problem).__name__)
    row.next_at = moment + WAITS[min(row.tries, len(WAITS) - 1)]
    row.tries = min(row.tries + 1, 999)
    row.error = type(problem).__name__
    row.save(update_fields=["next_at", "tries", "error"])


def notices_of(event: Event, moment: datetime) -> list[Notice]:
    """Every message of one event, unsaved."""
    flow = FLOWS[event.flow]
    step = flow.steps[event.step]
    readers: dict[tuple[str, str], Facts] = {}
    made = []
    for role in step.told(event.target):
        template = key(flow, step, event.target, role)
        for member in recipients(event, role):
            who = (member.party, member.user.language)
            facts = readers.setdefault(who, Facts(event, member.party))
            made += messages(facts, member, template, moment)
    return made


def recipients(event: Event, role: Role) -> list[Membership]:
    """The people behind a told party as of the event, each once."""
    if role is OTHER:  # whose turn it had become
        turn = FLOWS[event.flow].states[event.target].turn
        assert turn is not None
        role = turn
    case = at_level(event) if role is REVIEWER else event.case
    return list({member.user_id: member for member in told(case, role).order_by("created_at", "pk")}.values())


def at_level(event: Event) -> Case:
    """The case as it stood for its reviewers at the event; it may have gone on since. Only to be read."""
    then = copy.copy(event.case)
    if event.level < len(then.levels):
        then.turn = then.levels[event.level]
    return then


def messages(facts: Facts, member: Membership, template: str, moment: datetime) -> list[Notice]:
    """One person's copies: the inbox always; e-mail and SMS where connected, and not for his own act."""
    own = facts.event.user_id == member.user_id
    common = {"event": facts.event, "membership": member, "template": template}
    with translation.override(member.user.language):
        return [
            Notice(**common, **addressed(way, member.user, moment), **said(way.name, TEXTS[template], facts))
            for way in ways(member.user, TEXTS[template])
            if way.name == Channel.INBOX or not own
        ]


def ways(user: User, text: Text) -> list[Way]:
    """The channels by which this text can reach the user."""
    reachable = [way for way in CHANNELS.values() if way.connected() and way.address(user)]
    return [way for way in reachable if text.sms or way.name != Channel.SMS]


def addressed(way: Way, user: User, moment: datetime) -> dict[str, object]:
    """To whom and where. An inbox message has arrived by being written; the others wait to be sent."""
    address = way.masked(way.address(user))
    to = {"recipient": user, "channel": way.name, "address": address, "created_at": moment}
    if way.name == Channel.INBOX:
        return {**to, "state": State.SENT, "sent_at": moment}
    return {**to, "state": State.QUEUED, "next_at": moment}


def said(channel: str, text: Text, facts: Facts) -> dict[str, str]:
    """Subject and body for one channel; the subject of an SMS is only read in lists."""
    body = facts.fill(text.sms if channel == Channel.SMS else text.body)
    if channel == Channel.EMAIL:
        body = letter(body, f"/cases/{facts.case.pk}/")
    return {"subject": facts.fill(text.subject)[:200], "body": body}


def letter(body: str, path: str) -> str:
    """The e-mail's body: with the way to the page (which asks to log in) and a last line."""
    link = _("查看和办理：%(address)s") % {"address": f"{settings.SITE_URL}{path}"}
    return "\n\n".join((body, link, _("此邮件由网签平台发出，请勿直接回复。")))
