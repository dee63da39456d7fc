"""Writing an act down: the version, the case's new columns, the event, the note, the outbox rows."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from wangqian.cases.act import Act
from wangqian.cases.files import bind
from wangqian.cases.models import Case, Event, Note, Outbox, Terms, canonical, digest
from wangqian.chart.check import reviewing
from wangqian.chart.fields import Keep
from wangqian.chart.words import STAY, VOID, Fork, Role, State
from wangqian.people.models import Actor

# What a step may change about its case; effects write what else they change.
MOVED = (
    "state", "version", "holds", "exclusive", "chain", "level", "turn", "profile", "handed_in_at", "since", "moved_at",
    "respond_by", "wake_at"
)  # fmt: skip


def write(act: Act, content: dict[str, Any] | None, kept: dict[Keep, dict[str, str]]) -> Event:
    """Everything the act leaves behind, in the caller's transaction."""
    case, target = act.case, chosen(act)
    step_columns(act, target)
    case.version += 1
    if case._state.adding:
        case.opened_at = act.now
        case.save(force_insert=True)
    if content is not None:
        act.terms = new_version(act, content)
    act.event = new_event(act, target, kept)
    case.save(update_fields=MOVED)
    bind(act.files)
    if act.proof and act.proof.used_at is None:
        act.proof.used_at = act.now
        act.proof.save(update_fields=["used_at"])
    for effect in act.step.then:
        effect(act)
    leave_outbox(act)
    return act.event


def chosen(act: Act) -> State:
    """Where the step leads this time."""
    target = act.step.target
    if isinstance(target, Fork):
        return (target.yes if target.when(act) else target.no).state
    if target is STAY:
        assert act.source is not None
        return act.source
    assert isinstance(target, State)
    return target


def step_columns(act: Act, target: State) -> None:
    """The case's columns after the step, all derived from the chart."""
    case, entered = act.case, target is not act.source
    case.moved_at = act.now
    if case.handed_in_at is None and hands_over(act, target):
        case.handed_in_at = act.now
    case.state, case.holds, case.exclusive = target.name, target.holds, target.exclusive
    if reviewing(act.flow, target):
        enter_review(act, entered)
    else:
        case.turn = target.turn.name if target.turn else ""
    if entered or goes_on(act):
        case.since = act.now
    if act.step.due:
        case.respond_by = act.step.due(act)
    elif not target.due:
        case.respond_by = None
    case.wake_at = next_wake(case, act.now)


def hands_over(act: Act, target: State) -> bool:
    """Whether others may read of the case from now on. A draft is its author's alone, also one that ends as a draft."""
    given_up = act.source is not None and act.source.exclusive == "draft" and target.kind is VOID
    return target.exclusive != "draft" and not given_up


def enter_review(act: Act, entered: bool) -> None:
    """A submission starts at the first level of the chain it keeps; a fork back goes one level on."""
    case = act.case
    if entered:
        case.profile = act.profile
        case.chain, case.level = ",".join(levels(act, case.word)), 0
    elif goes_on(act):
        case.level += 1
    case.turn = case.levels[case.level]


def levels(act: Act, state: State) -> tuple[str, ...]:
    """Who reviews here, in order: the school's chain of this kind of review, or what the state itself says."""
    if callable(state.chain):
        return state.chain(act)
    return act.profile.levels(state.chain or act.flow.chain)


def goes_on(act: Act) -> bool:
    """Whether a step that stays in review hands over to the next level."""
    return isinstance(act.step.target, Fork) or act.step.onward


def next_wake(case: Case, after: datetime) -> datetime | None:
    """The next reminder still ahead, else the deadline; None where there is none."""
    due = case.respond_by if case.word.due else None
    if due is None:
        later = (case.since + timedelta(days=days) for days in case.word.nudge)
        return min((moment for moment in later if moment > after), default=None)
    moments = [due - timedelta(hours=hours) for hours in case.word.remind]
    return min((moment for moment in moments if moment > after), default=due)


def new_version(act: Act, content: dict[str, Any]) -> Terms:
    last = act.latest_terms() if act.case.version > 1 else None
    return Terms.objects.create(
        case=act.case,
        version=last.version + 1 if last else 1,
        form=str(content.get("form", act.flow.slug)),
        text=canonical(content).decode(),
        sha256=digest(content),
        author=act.membership.user if act.membership else None,
        at=act.now,
    )


def new_event(act: Act, target: State, kept: dict[Keep, dict[str, str]]) -> Event:
    """The event, chained to the one before, with the note beside it."""
    case, by, terms = act.case, act.by, act.latest_terms()
    words = {name: value for name, value in kept[Keep.NOTE].items() if value}
    salt, note_digest = Note.salted(words) if words else (b"", "")
    event = Event(
        case=case,
        number=case.version,
        at=act.now,
        flow=case.flow,
        step=act.step.name,
        source=act.source.name if act.source else "",
        target=target.name,
        level=case.level,
        capacity=by.membership.kind if isinstance(by, Actor) else by.name,
        cause=act.cause,
        terms=terms,
        terms_sha256=terms.sha256 if terms else "",
        note_digest=note_digest,
        data={**kept[Keep.DATA], **act.changes},
        previous=act.before[0].hash if act.before else "",
    )
    if isinstance(by, Actor):
        event.user, event.membership = by.user, by.membership
    if not isinstance(by, Role):
        event.ip, event.agent = by.ip[:45], by.agent[:200]
    if act.proof:
        event.proof, event.proof_method = act.proof, act.proof.method
    event.hash = event.computed_hash()
    event.save(force_insert=True)
    if words:
        Note.objects.create(event=event, salt=salt, words=words)
    return event


def leave_outbox(act: Act) -> None:
    event = act.event
    assert event is not None
    fresh = event.source != event.target or act.step.writes is not None
    paper = fresh and act.case.chart.states[event.target].paper
    consumers = [("notices", act.step.told(event.target)), ("documents", paper)]
    Outbox.objects.bulk_create([Outbox(event=act.event, consumer=name) for name, wanted in consumers if wanted])
