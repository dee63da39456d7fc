"""From an event to its messages: who is told, by which channels, in whose words."""

from __future__ import annotations

import copy
from collections.abc import Callable
from datetime import datetime, timedelta

import structlog
from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from wangqian.cases.models import Case, Event, Outbox
from wangqian.chart.words import FLOWS, Role
from wangqian.flows.parties import OTHER, REVIEWER, told
from wangqian.flows.reviewing import levels_at
from wangqian.notices.channels import CHANNELS
from wangqian.notices.channels import Channel as Way
from wangqian.notices.facts import Facts
from wangqian.notices.models import Channel, Notice, State
from wangqian.notices.neutral import subject
from wangqian.notices.templates import Approved, used
from wangqian.notices.wechat import cards
from wangqian.notices.words import TEXTS, key
from wangqian.people.clock import now
from wangqian.people.models import Membership, User

log = structlog.get_logger(__name__)

CONSUMER = "notices"
CHINESE = (Channel.SMS, Channel.WECHAT)  # their texts are approved in Chinese
WAITS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 720))
NEEDED = (
    "event__case__graduate__person",
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
    log.error("notice not made", about=row.event_id, exc_info=problem)
    row.next_at = moment + WAITS[min(row.tries, len(WAITS) - 1)]
    row.tries = min(row.tries + 1, 999)
    row.error = type(problem).__name__
    row.save(update_fields=["next_at", "tries", "error"])


def notices_of(event: Event, moment: datetime) -> list[Notice]:
    """Every message of one event, unsaved."""
    flow = FLOWS[event.flow]
    step = flow.steps[event.step]
    readers = Readers(event)
    made = []
    for role in step.told(event.target):
        template = key(flow, step, event.target, role)
        for member in recipients(event, role):
            made += messages(readers, member, template, moment)
    return made


class Readers(dict[tuple[str, str], Facts]):
    """The facts of an event as each party reads them in each language, worked out once."""

    def __init__(self, event: Event) -> None:
        super().__init__()
        self.event = event

    def __missing__(self, who: tuple[str, str]) -> Facts:
        return self.setdefault(who, Facts(self.event, who[0]))


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
    then, levels = copy.copy(event.case), levels_at(event)
    if event.level < len(levels):
        then.turn = levels[event.level]
    return then


def messages(readers: Readers, member: Membership, template: str, moment: datetime) -> list[Notice]:
    """One person's copies: the inbox always; the others where connected, and not for his own act."""
    own = readers.event.user_id == member.user_id
    common = {"event": readers.event, "membership": member, "template": template}
    made = []
    for way in ways(member.user, template):
        if own and way.name != Channel.INBOX:
            continue
        language = settings.LANGUAGE_CODE if way.name in CHINESE else member.user.language
        with translation.override(language):
            words = said(way.name, template, readers[member.party, language])
        made.append(Notice(**common, **addressed(way, member.user, moment) | words))
    return made


def ways(user: User, template: str) -> list[Way]:
    """The channels by which this text can reach the user: SMS and WeChat only with a template."""
    reachable = [way for way in CHANNELS.values() if way.connected() and way.address(user)]
    return [way for way in reachable if way.name not in TAKES or TAKES[way.name](template)]


TAKES: dict[str, Callable[[str], bool]] = {Channel.SMS: lambda template: template in used(), Channel.WECHAT: cards.sendable}


def addressed(way: Way, user: User, moment: datetime) -> dict[str, object]:
    """To whom and where. An inbox message has arrived by being written; the others wait to be sent."""
    address = way.masked(way.address(user))
    to = {"recipient": user, "channel": way.name, "address": address, "created_at": moment}
    if way.name == Channel.INBOX:
        return {**to, "state": State.SENT, "sent_at": moment}
    return {**to, "state": State.QUEUED, "next_at": moment}


def said(channel: str, template: str, facts: Facts) -> dict[str, object]:
    """Subject and body for one channel; the subject of an SMS is only read in lists."""
    text = TEXTS[template]
    if channel == Channel.EMAIL:
        letter_of = letter(facts.fill(text.body), page_of(facts.case, facts.party))
        return {"subject": subject(text.subject, facts), "body": letter_of}
    named = {"subject": facts.fill(text.subject)[:200]}
    if channel == Channel.SMS:
        return {**named, **short(used()[template], facts.__getitem__)}
    if channel == Channel.WECHAT:
        path = page_of(facts.case, facts.party)
        return {**named, **cards.written(template, _(text.subject), facts.__getitem__, facts.event.at, path)}
    return {**named, "body": facts.fill(text.body)}


def short(row: Approved, value: Callable[[str], object]) -> dict[str, object]:
    """The columns of an SMS: template, variables, and the words as they arrive."""
    variables = row.taken(value)
    return {"approved": row.slug, "variables": variables, "body": row.fill(variables)}


def page_of(case: Case, party: str) -> str:
    """Where the reader sees to it. An employer's certification is no matter of a school, whose cases are."""
    return "/school/cases/" if party == "school" and not case.school_id else f"/cases/{case.pk}/"


def letter(body: str, path: str) -> str:
    """The e-mail's body: with the way to the page (which asks to log in) and a last line."""
    link = _("查看和办理：%(address)s") % {"address": f"{settings.SITE_URL}{path}"}
    return "\n\n".join((body, link, _("此邮件由网签平台发出，请勿直接回复。")))
