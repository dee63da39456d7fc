"""What the `{names}` of a message stand for: read from the event, said as its reader says it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from math import ceil

from django.utils.translation import gettext as _

from wangqian.cases.forms import facts as answered
from wangqian.cases.models import Case, Event
from wangqian.chart.fields import Keep
from wangqian.chart.words import FLOWS
from wangqian.flows.dispute import WORKING_DAYS
from wangqian.flows.links import CONTACT
from wangqian.flows.reviewing import levels_at
from wangqian.notices import stated
from wangqian.people import field_classes
from wangqian.people.clock import SHANGHAI, days_from, end_of
from wangqian.people.models import PARTY_OF, SUPPORT, Capacity, GraduateChange
from wangqian.people.workdays import workdays_after

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
LEVELS = {
    Capacity.COUNSELLOR.value: lambda: _("辅导员"),
    Capacity.COLLEGE.value: lambda: _("院系"),
    Capacity.SCHOOL.value: lambda: _("学校"),
}

SIDES = {"graduate": lambda: _("您"), "employer": lambda: _("贵单位")}


class Facts:
    """The facts of one event for a reader of one party (`PARTY_OF`). KeyError for unknown names."""

    def __init__(self, event: Event, party: str) -> None:
        self.event, self.party = event, party
        self.known: dict[str, str] = {}

    @property
    def case(self) -> Case:
        return self.event.case

    def __getitem__(self, name: str) -> str:
        if name not in self.known:
            self.known[name] = FACTS[name](self)
        return self.known[name]

    def fill(self, text: str) -> str:
        """A translated text with its facts; an empty fact leaves no empty line."""
        said = _(text).format_map(self) if text else ""
        return "\n".join(line for line in said.splitlines() if line.strip())


def deadline(event: Event) -> datetime:
    """The deadline as it stood after this event, however late it is read. LookupError where there is none."""
    case = event.case
    if case.version == event.number and case.respond_by:
        return case.respond_by
    before = case.events.filter(number__lte=event.number, step__in=DEADLINES).select_related("terms", "note")
    last = before.order_by("number").last()
    if last is None:
        raise LookupError(f"no deadline in {event.flow}.{event.step}")
    return DEADLINES[last.step](last)


def granted(event: Event) -> datetime:
    assert event.text is not None
    return days_from(event.at, int(event.text.content["terms"]["valid_days"]))


def asked(event: Event) -> datetime:
    assert event.case.profile is not None
    return days_from(event.at, event.case.profile.days_to_respond)


DEADLINES: dict[str, Callable[[Event], datetime]] = {
    "invite": granted,
    "extend": lambda event: end_of(date.fromisoformat(event.data["until"])),
    "ask": asked,
    "dispute": lambda event: workdays_after(event.at, WORKING_DAYS),
    "reopen": lambda event: end_of(date.fromisoformat(event.said["until"])),
}


def deadline_words(due: datetime, at: datetime) -> str:
    """A half-open deadline as said in Shanghai: "11 月 23 日 24:00"; the year only when not that of `at`."""
    local = due.astimezone(SHANGHAI)
    midnight = local.time() == time(0)
    day = local - DAY if midnight else local
    clock = "24:00" if midnight else f"{local:%H:%M}"
    parts = {"year": day.year, "month": day.month, "day": day.day, "at": clock}
    if day.year == at.astimezone(SHANGHAI).year:
        return _("%(month)d 月 %(day)d 日 %(at)s") % parts
    return _("%(year)d 年 %(month)d 月 %(day)d 日 %(at)s") % parts


def left_words(due: datetime, at: datetime) -> str:
    """"3 天", "24 小时": what remains, rounded up; in days from two days on."""
    left = due - at
    if left > 2 * DAY:
        return _("%(days)d 天") % {"days": ceil(left / DAY)}
    return _("%(hours)d 小时") % {"hours": max(ceil(left / HOUR), 1)}


def who(facts: Facts) -> str:
    """Who acted, as this reader says it: 您, 贵单位, 对方 across the table, else a name."""
    if facts.event.capacity == CONTACT.name:
        return _("用人单位联系人")
    acting = PARTY_OF.get(facts.event.capacity, "")
    if acting in SIDES and facts.party in SIDES:
        return SIDES[acting]() if acting == facts.party else _("对方")
    if acting in SIDES:
        return facts[acting]
    return str(facts.event.user) if acting == facts.party and facts.event.user else facts["school"]


def other(facts: Facts) -> str:
    """The party across the table from this reader."""
    return facts["employer"] if facts.party == "graduate" else facts["graduate"]


def number(facts: Facts) -> str:
    """The agreement's number, also from a termination on it."""
    return facts.case.number or (facts.case.parent.number if facts.case.parent else "") or ""


def contact(facts: Facts) -> str:
    """"示范大学就业指导中心（021-55550100）"."""
    school = facts.case.school
    assert school is not None
    return f"{school.name}{school.office}" + (f"（{school.phone}）" if school.phone else "")


def said(facts: Facts) -> str:
    """What the actor answered, "哪一项：转正起薪；原因：…"; empty when nothing was asked or said."""
    event = facts.event
    pairs: list[tuple[str, str]] = []
    for need in FLOWS[event.flow].steps[event.step].needs:
        if need.keep is Keep.NOTE:
            pairs += answered(need, event.said)
        elif need.keep is Keep.TERMS and event.text:
            pairs += answered(need, event.text.content)
    return "；".join(_("%(label)s：%(value)s") % {"label": label, "value": value} for label, value in pairs)


def release(facts: Facts) -> str:
    """The reason of the release as the school asked for it."""
    asking = facts.case.events.filter(step="request_release", number__lt=facts.event.number)
    last = asking.select_related("note").order_by("number").last()
    return str(last.said.get("reason_name", "")) if last else ""


def suspension(facts: Facts) -> str:
    """Why the employer was suspended, as the first operator wrote it: "原因：…"."""
    asking = facts.case.events.filter(step="request_suspension", number__lt=facts.event.number)
    last = asking.select_related("note").order_by("number").last()
    reason = str(last.said.get("reason", "")) if last else ""
    return _("原因：%(reason)s") % {"reason": reason} if reason else ""


def support(facts: Facts) -> str:
    """"平台客服（400-000-0000）"."""
    contact = SUPPORT.read()
    said = "，".join(filter(None, (contact.phone, contact.email, contact.hours)))
    return _("平台客服（%(contact)s）") % {"contact": said} if said else _("平台")


def level_name(facts: Facts, back: int = 0) -> str:
    return LEVELS[levels_at(facts.event)[facts.event.level - back]]()


def job(facts: Facts) -> str:
    assert facts.event.text is not None
    return str(facts.event.text.content["terms"]["job_title"])


def about(facts: Facts) -> str:
    """Which field a correction was asked for."""
    return field_classes.label(facts.case.topic)


def corrected(facts: Facts) -> str:
    """What a granted request changed, a line for each field."""
    rows = GraduateChange.objects.filter(graduate=facts.case.graduate_id, case=facts.case.pk).select_related("person")
    return "\n".join(change_words(row) for row in rows.order_by("id"))


def change_words(change: GraduateChange) -> str:
    """"专业：会计学 → 软件工程"; an identity number stays masked."""
    before, after, _reason = change.words
    shown = [_(field_classes.shown(change.field, value)) if value else _("（空）") for value in (before, after)]
    return f"{field_classes.label(change.field)}：{shown[0]} → {shown[1]}"


FACTS: dict[str, Callable[[Facts], str]] = {
    "graduate": lambda facts: str(facts.case.graduate),
    "employer": stated.employer,
    "kind": stated.kind,
    "changed": stated.changed,
    "unconfirmed": stated.unconfirmed,
    "school": lambda facts: str(facts.case.school),
    "contact": contact,
    "number": number,
    "job": job,
    "due": lambda facts: deadline_words(deadline(facts.event), facts.event.at),
    "left": lambda facts: left_words(deadline(facts.event), facts.event.at),
    "level": level_name,
    "skipped": lambda facts: level_name(facts, back=1),
    "said": said,
    "release": release,
    "suspension": suspension,
    "support": support,
    "who": who,
    "other": other,
    "about": about,
    "corrected": corrected,
}
