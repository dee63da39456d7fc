"""Sentences about cases: titles, whose turn it is, what happened, what comes next."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from wangqian.cases.forms import facts
from wangqian.cases.models import Case, Event
from wangqian.chart.fields import Keep
from wangqian.chart.words import DONE, FAILED, OPEN, VOID, Flow, Step
from wangqian.codes.serial import pretty
from wangqian.flows.destinations import WAITING, destinations
from wangqian.flows.links import CONTACT
from wangqian.flows.parties import OFFICE
from wangqian.people.models import Actor, Capacity, Membership
from wangqian.web.panels import PathStep, Progressing, Tag, Tone
from wangqian.web.subjects import Subject

STATED = ("offline", "paper", "destination", "offline_termination", "dispute")  # flows in which the graduate names the employer
LOCKED = gettext_lazy("您已有一份签约在办理或生效中，其他单位的邀请只能查看。")
TONES: dict[str, Tone] = {OPEN: "info", DONE: "ok", FAILED: "bad", VOID: "off"}


def locked(case: Case, membership: Membership) -> bool:
    """An invitation to a graduate who is held elsewhere: read-only, with the reason (M003 §4.2(1))."""
    if membership.kind != Capacity.GRADUATE or case.exclusive != "invitation":
        return False
    return Case.objects.filter(graduate=membership.graduate_id, holds=True).exclude(topic__in=WAITING, state="registered").exists()


def state_words(case: Case, membership: Membership, shut: bool = False) -> str:
    """The state as this party reads it: `mine` when it is its turn; `shut` for a locked invitation."""
    party = membership.kind
    if shut:
        return _("只能查看")
    if case.turn == party and party in ("college", "school", "counsellor"):
        return _(case.word.mine) if case.word.mine else _("待您审核")
    return _(case.word.read_by(party, case.turn))


def state_tag(case: Case, membership: Membership, shut: bool = False) -> Tag:
    tone: Tone = "warn" if case.turn == membership.kind and not shut else TONES[case.word.kind]
    return Tag(state_words(case, membership, shut), "off" if shut else tone)


def turn_of(case: Case) -> str:
    """Whose turn it is, by name of the place; "" when the case rests."""
    if case.turn in (Capacity.EMPLOYER, Capacity.COLLEGE, Capacity.SCHOOL):
        place = getattr(case, case.turn)
        return place.name if place else ""
    names: dict[str, str] = {
        Capacity.GRADUATE: _("毕业生"),
        Capacity.COUNSELLOR: _("辅导员"),
        Capacity.OPERATOR: _("平台"),
        OFFICE.name: _("另一位老师"),
    }
    return names[case.turn] if case.turn else ""


def level_words(case: Case) -> str:
    if len(case.levels) < 2 or case.turn not in case.levels:
        return ""
    return _("第 %(level)d 级，共 %(levels)d 级") % {"level": case.level + 1, "levels": len(case.levels)}


def other_side(case: Case, membership: Membership) -> str:
    """Whom the case is with, or where it leads, from where this party stands; "" of a draft that names nobody yet."""
    whom = " · ".join(filter(None, (partner(case), kind(case))))
    if membership.kind == Capacity.GRADUATE:
        return whom or (case.school.name if case.school and case.flow not in STATED else "")
    name = case.graduate.name if case.graduate else ""
    if membership.kind == Capacity.EMPLOYER or not (name and whom):
        return name or whom
    return f"{name} · {whom}"


def kind(case: Case) -> str:
    """The type of the destination that is registered, or objected to; "" of anything else."""
    about = case.parent if case.flow == "dispute" else case
    known = destinations().get(about.topic) if about and about.flow == "destination" else None
    return _(known.label) if known else ""


def partner(case: Case) -> str:
    """With whom the graduate signs or goes: the employer with an account, else whom the newest version names; "" before one does."""
    if case.employer:
        return case.employer.name
    if case.flow not in STATED:
        return ""
    versions = list(case.versions.all())  # where many are listed they come prefetched
    last = max(versions, key=lambda version: version.version, default=None)
    if last is None:
        return partner(case.parent) if case.parent else ""
    last.case = case
    named = last.content.get("employer", "")
    return str(named["name"] if isinstance(named, dict) else named)


def case_title(case: Case, membership: Membership) -> str:
    return " · ".join(filter(None, (other_side(case, membership), _(case.chart.title))))


def kept_while_typed(chart: type[Flow], step: Step) -> bool:
    """Whether a form of its own is kept as it is typed, and gone on with: 保存 beside 提交."""
    return any(other.keeps == step.name and other.sources == step.sources for other in chart.steps.values())


def title_of(subject: Subject) -> str:
    step = subject.step
    label = _(step.again if step.again and subject.case.parent and step.starts else step.label)
    whom = other_side(subject.case, subject.actor.membership)
    chart = subject.case.chart
    kept = kept_while_typed(chart, step)
    if kept or (subject.case.flow in STATED and subject.actor.membership.kind == Capacity.GRADUATE):
        if subject.case.flow not in STATED:
            whom = partner(subject.case)
        if kept:
            label = _("修改") if subject.case.state == "returned" else _("填写")
        return " · ".join(filter(None, (_(subject.case.chart.title), label, whom)))
    return f"{label} · {whom}"


def path_of(case: Case) -> list[PathStep]:
    """The progress bar: where the case stands, or where it stopped."""
    chart = case.chart
    if not chart.path_labels:
        return []
    stops = {state.name: number for number, stop in enumerate(chart.path) for state in stop}
    if not case.version or case.exclusive == "draft":  # a draft is being filled in
        here = -1
    elif case.state in stops:
        here = stops[case.state]
    else:
        here = reached(case, stops)
    failed = bool(case.version) and case.word.kind in (FAILED, VOID) and case.state not in stops
    return [
        PathStep(_(label), stop_state(number, here, failed, case)) for number, label in enumerate(chart.path_labels)
    ]


def stop_state(number: int, here: int, failed: bool, case: Case) -> Progressing:
    """Labels are one more than states: what was done, what is awaited …, the end."""
    if number <= here or (case.version and case.word.kind == DONE):
        return "done"
    if number == here + 1:
        return "failed" if failed else "now"
    return "later"


def reached(case: Case, stops: dict[str, int]) -> int:
    """How far an ended case had come."""
    passed = case.events.filter(target__in=list(stops)).order_by("-number").values_list("target", flat=True).first()
    return stops.get(passed or "", 0)


def done_sentence(actor: Actor, event: Event) -> str:
    """After an act: what happened, and whose turn it is now."""
    case = event.case
    step = case.chart.steps[event.step]
    if event.target == "draft" and not event.source:
        return _("已建立草稿，还未提交。填写的内容会自动保存，换一台设备也可以继续。")
    if step.done:
        return _(step.done)
    done = _("“%(step)s”已完成。") % {"step": _(step.label)}
    now = _("现在的状态：%(state)s。") % {"state": state_words(case, actor.membership)}
    following = "" if event.source == event.target and case.turn == Capacity.GRADUATE else next_words(case, actor)
    numbered = event.target in ("signed", "stamping") and event.source != event.target and case.number
    number = _("协议编号 %(number)s。") % {"number": pretty(case.number or "")} if numbered else ""
    return f"{done}{now}{number}{following}"


def next_words(case: Case, actor: Actor) -> str:
    """Who acts next, "" where nobody need."""
    if case.turn == actor.membership.kind == actor.membership.party:  # of several reviewers it may be another one
        return _("下一步由您办理。")
    turn = turn_of(case)
    return _("下一步由%(who)s办理，办好后会通知您。") % {"who": turn} if turn else ""


def who_words(event: Event, membership: Membership) -> str:
    """Who acted, as this party may know it: colleagues by name, others by place."""
    if event.capacity == CONTACT.name:
        return _("用人单位联系人（短信链接，未核验身份）")
    if event.membership is None:
        return _("系统")
    same = event.membership.party == membership.party
    kind = event.membership.kind
    if kind == Capacity.GRADUATE:
        return event.user.name if event.user else _("毕业生")
    place = event.membership.place() or _("平台")
    return f"{place} {event.user.name}" if same and event.user else place


def said(case: Case, event: Event) -> list[tuple[str, str]]:
    """The words beside an event, with their labels."""
    step: Step = case.chart.steps[event.step]
    rows: list[tuple[str, str]] = []
    for need in step.needs:
        if need.keep is not Keep.TERMS:
            rows += facts(need, event.said if need.keep is Keep.NOTE else event.data)
    return rows
