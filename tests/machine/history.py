"""What must be true after every step, read from the tables alone: columns, chains, ledger; of each event see `event_laws.py`."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from tests.flows.laws import current, folded
from tests.machine.event_laws import event_is_lawful
from tests.machine.snapshot import HOLDS, Snapshot
from wangqian.cases.models import Case, Event, broken_link
from wangqian.chart.check import reviewing
from wangqian.chart.words import FLOWS
from wangqian.people.models import Graduate

# codes.md §1: class and sub-class of an agreement, by flow, and of another destination, by its type.
CODES = {"online": ("10", ""), "offline": ("10", "10-01"), "paper": ("10", "10-01")}
TYPES = {"postgraduate": ("80", "80-01"), "contract": ("11", ""), "entrusted": ("10", "10-07"), "looking": ("70", "70-01")}
ON_PAPER = ("offline", "paper", "destination", "offline_termination")
# Of a draft nothing is signed, counted or kept (flows.md §0, Drafts).
DRAFTING = {"fill", "apply", "choose", "cancel", "overtaken"}
# Who changed what is registered last: the school, or the graduate, who states or confirms it (flows.md §5–6, 待本人确认).
CHANGING, STATING = ("revise", "correct"), ("submit", "resubmit", "confirm_correction")


def checked(before: Snapshot, after: Snapshot) -> list[Event]:
    """Assert every invariant; return the events that are new."""
    for row in after.cases.values():
        columns(row)
    one_each(after)
    leavers(after)
    moved = [pk for pk, row in after.cases.items() if row["version"] != version(before, pk)]
    fresh = [event for pk in moved for event in chained(Case.objects.get(pk=pk), version(before, pk))]
    for event in fresh:
        event_is_lawful(event, before)
    if moved or after.rows != before.rows:
        ledger(after)
    parents(before, after, {event.case_id for event in fresh})
    return fresh


def version(before: Snapshot, pk: UUID) -> int:
    return before.cases[pk]["version"] if pk in before.cases else 0


def columns(row: dict[str, Any]) -> None:
    """Everything derived from the chart is what the chart says; what binds is what flows.md says."""
    flow = FLOWS[row["flow"]]
    state = flow.states[row["state"]]
    turn = state.turn.name if state.turn else ""
    if reviewing(flow, state):
        turn = row["chain"].split(",")[row["level"]]
    wanted = state.name in HOLDS.get(flow.slug, ()), state.exclusive, turn
    assert (row["holds"], row["exclusive"], row["turn"]) == wanted, "a column is not what the chart says"
    assert bool(row["respond_by"]) == bool(state.due)
    assert state.due or state.nudge or row["wake_at"] is None


def one_each(after: Snapshot) -> None:
    """Law L1; one open invitation per pair, one open termination and one open dispute on a case, one draft per flow, one departure."""
    rows = after.cases.values()
    lists: tuple[list[Any], ...] = (
        [row["graduate_id"] for row in rows if row["holds"]],
        [(row["employer_id"], row["graduate_id"]) for row in rows if row["exclusive"] == "invitation"],
        [row["parent_id"] for row in rows if row["exclusive"] == "termination"],
        [row["parent_id"] for row in rows if row["exclusive"] == "dispute"],
        [(row["flow"], row["graduate_id"]) for row in rows if row["state"] == "draft"],
        [row["graduate_id"] for row in rows if row["state"] == "confirmed"],
    )
    for unique in lists:
        assert len(unique) == len(set(unique)), "two where one may be"


def chained(case: Case, known: int) -> list[Event]:
    """The chain is whole, the state is the last event's target; returns the events after number `known`."""
    assert broken_link(case) is None
    events = list(case.events.select_related("case", "proof").order_by("number"))
    assert [event.number for event in events] == list(range(1, case.version + 1))
    assert (events[-1].target, events[-1].flow) == (case.state, case.flow)
    left_behind(case, events)
    return events[known:]


def left_behind(case: Case, events: list[Event]) -> None:
    """Of a draft nothing binds; a number comes with the approval of the agreement; the school's change waits for the graduate's word."""
    steps = {event.step for event in events}
    if case.flow in ON_PAPER and steps <= DRAFTING:
        left = case.versions.exists(), case.evidence.exclude(bound_at=None).exists(), case.number, case.respond_by
        assert left == (False, False, None, None), "a draft binds"
    assert case.handed_in_at == handed_in(events), "read by others before it was handed in, or not since"
    agreed = {"online": "signed", "offline": "stamping"}.get(case.flow)
    assert bool(case.number) == any(event.target == agreed for event in events), "a number of nothing"
    telling = [event.step for event in events if event.step in (*CHANGING, *STATING)]
    waits = bool(telling) and telling[-1] in CHANGING
    assert bool(case.unconfirmed_at) == waits, "待本人确认 without the school's change, or the other way round"


def handed_in(events: list[Event]) -> datetime | None:
    """When the case first left its author's desk: not by a draft, nor by the end of one."""
    ends = ("cancelled", "released")
    others = (event.at for event in events if event.target != "draft" and (event.source != "draft" or event.target not in ends))
    return next(others, None)


def ledger(after: Snapshot) -> None:
    """Law L2: what is in force is what the entries fold to, and that is the graduate's agreement or registration, by its code."""
    effective = {row["graduate_id"]: row for pk, row in after.cases.items() if after.effective(pk)}
    for graduate in Graduate.objects.all():
        entry, row = current(graduate), effective.get(graduate.pk)
        assert entry == folded(graduate), "the ledger is not its fold"
        assert (entry.case_id if entry else None) == (row["id"] if row else None), "the ledger does not say what is signed"
        if entry and row:
            codes = CODES.get(row["flow"]) or TYPES[row["topic"]]
            assert (entry.destination, entry.subclass) == codes, "the ledger says something else"


def leavers(after: Snapshot) -> None:
    """Nobody left while a case holds him."""
    left = set(Graduate.objects.exclude(status="enrolled").values_list("pk", flat=True))
    assert not any(row["holds"] and row["graduate_id"] in left for row in after.cases.values()), "left behind a binding case"


def parents(before: Snapshot, after: Snapshot, moved: set[UUID]) -> None:
    """A termination is open only on an agreement in force, and leaves it as it was unless it succeeds (I12). A dispute does so always."""
    for pk, row in after.cases.items():
        if row["exclusive"] == "termination":
            agreement = after.effective(row["parent_id"]) and after.cases[row["parent_id"]]["flow"] != "destination"
            assert agreement, "a termination of nothing"
        if row["parent_id"] is None or pk not in moved or row["parent_id"] in moved:
            continue
        assert row["state"] != "terminated", "the agreement survived"
        assert after.cases[row["parent_id"]] == before.cases[row["parent_id"]], "the agreement was touched"
