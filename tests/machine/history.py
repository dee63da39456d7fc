"""What must be true after every step, read from the tables alone: columns, chains, ledger, and who did what when."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple
from uuid import UUID

from tests.flows.laws import current, folded
from wangqian.cases.models import Case, Event, LedgerEntry, broken_link
from wangqian.chart.check import reviewing
from wangqian.chart.words import FLOWS
from wangqian.people.models import PARTY_OF, Graduate, GraduateChange


class Snapshot(NamedTuple):
    cases: dict[UUID, dict[str, Any]]
    entries: int
    closes: dict[UUID, Any]


def snapshot() -> Snapshot:
    closes = dict(Graduate.objects.values_list("pk", "cohort__closes_at"))
    return Snapshot({row["id"]: row for row in Case.objects.values()}, LedgerEntry.objects.count(), closes)


def checked(before: Snapshot, after: Snapshot) -> list[Event]:
    """Assert every invariant; return the events that are new."""
    for row in after.cases.values():
        columns(row)
    one_hold(after)
    leavers(after)
    moved = [pk for pk, row in after.cases.items() if row["version"] != version(before, pk)]
    fresh = [event for pk in moved for event in chained(Case.objects.get(pk=pk), version(before, pk))]
    for event in fresh:
        event_is_lawful(event, before)
    if moved or after.entries != before.entries:
        ledger(after)
    parents(before, after, {event.case_id for event in fresh})
    return fresh


def version(before: Snapshot, pk: UUID) -> int:
    return before.cases[pk]["version"] if pk in before.cases else 0


def columns(row: dict[str, Any]) -> None:
    """Everything derived from the chart is what the chart says."""
    flow = FLOWS[row["flow"]]
    state = flow.states[row["state"]]
    turn = state.turn.name if state.turn else ""
    if reviewing(flow, state):
        turn = row["chain"].split(",")[row["level"]]
    wanted = state.holds, state.exclusive, turn
    assert (row["holds"], row["exclusive"], row["turn"]) == wanted, "a column is not what the chart says"
    assert bool(row["respond_by"]) == bool(state.due)
    assert state.due or row["wake_at"] is None


def one_hold(after: Snapshot) -> None:
    """Law L1; one open invitation per pair and one open termination per agreement."""
    rows = after.cases.values()
    holds = [row["graduate_id"] for row in rows if row["holds"]]
    invitations = [(row["employer_id"], row["graduate_id"]) for row in rows if row["exclusive"] == "invitation"]
    terminations = [row["parent_id"] for row in rows if row["exclusive"] == "termination"]
    for unique in (holds, invitations, terminations):
        assert len(unique) == len(set(unique))


def chained(case: Case, known: int) -> list[Event]:
    """The chain is whole, the state is the last event's target; returns the events after number `known`."""
    assert broken_link(case) is None
    events = list(case.events.select_related("case", "proof").order_by("number"))
    assert [event.number for event in events] == list(range(1, case.version + 1))
    assert (events[-1].target, events[-1].flow) == (case.state, case.flow)
    return events[known:]


def ledger(after: Snapshot) -> None:
    """Law L2: what is in force is what the entries fold to, and that is the graduate's signed agreement."""
    signed = {row["graduate_id"]: pk for pk, row in after.cases.items() if row["state"] == "signed"}
    for graduate in Graduate.objects.all():
        now_in_force = current(graduate)
        assert now_in_force == folded(graduate), "the ledger is not its fold"
        in_force = now_in_force.case_id if now_in_force else None
        assert in_force == signed.get(graduate.pk), "the ledger does not say what is signed"


def leavers(after: Snapshot) -> None:
    """Nobody left while a case holds him."""
    left = set(Graduate.objects.exclude(status="enrolled").values_list("pk", flat=True))
    assert not any(row["holds"] and row["graduate_id"] in left for row in after.cases.values()), "left behind a binding case"


def parents(before: Snapshot, after: Snapshot, moved: set[UUID]) -> None:
    """A termination is open only on a signed agreement, and leaves it as it was unless it succeeds (I12)."""
    for pk, row in after.cases.items():
        if row["exclusive"] == "termination":
            assert after.cases[row["parent_id"]]["state"] == "signed", "a termination of nothing"
        if row["flow"] != "online_termination" or pk not in moved or row["parent_id"] in moved:
            continue
        assert row["state"] != "terminated", "the agreement survived"
        assert after.cases[row["parent_id"]] == before.cases[row["parent_id"]], "the agreement was touched"


def event_is_lawful(event: Event, before: Snapshot) -> None:
    past = list(event.case.events.filter(number__lt=event.number).order_by("number"))
    row = before.cases.get(event.case_id, {})
    due = row.get("respond_by")
    if event.capacity not in ("clock", "system"):
        parties = {PARTY_OF[each.capacity] for each in past if each.user_id == event.user_id}
        assert parties <= {PARTY_OF[event.capacity]}, "one person for two parties"
    if event.step in ("accept", "decline"):
        assert due and event.at < due, "answered too late"
        assert past[0].user_id != event.user_id and past[0].capacity != event.capacity, "answered himself"
    if event.flow == "online" and event.step in ("invite", "accept"):
        assert event.at < before.closes[event.case.graduate_id], "after the cohort closed"  # type: ignore[index]
    if event.step == "lapse":
        assert due and event.at >= due, "lapsed early"
    LAWS.get(event.step, lambda event, past: None)(event, past)


def approved(event: Event, past: list[Event]) -> None:
    """I11: different people for the invitation, the acceptance and every level of the approval, each at his level."""
    since = [each for each in past if each.step in ("approve", "skip")]
    acted = [event, *(each for each in since if each.step == "approve")]
    assert len({each.user_id for each in acted}) == len(acted), "one user, two levels"
    if event.target != "review":
        levels = event.case.chain.split(",")
        assert len(since) + 1 == len(levels), "not every level"
        assert event.proof_method and event.capacity == levels[-1]
        agreed = {each.capacity for each in past if each.step in ("invite", "ask", "accept")}
        assert agreed == {"employer", "graduate"}, "not both parties"
        if event.target == "signed":
            graduate = event.case.graduate_id
            assert not Case.objects.filter(graduate=graduate, exclusive="invitation").exists(), "still invited"


def withdrawn(event: Event, past: list[Event]) -> None:
    assert event.capacity == past[0].capacity, "withdrawn by another"
    assert not any(each.step == "approve" for each in past), "withdrawn after a review"


def released(event: Event, past: list[Event]) -> None:
    asked = [each for each in past if each.step in ("request_release", "withdraw_release")][-1]
    assert asked.step == "request_release" and asked.user_id != event.user_id, "one person released"
    assert (asked.capacity, event.capacity) == ("school", "school")


def ended(event: Event, past: list[Event]) -> None:
    assert event.capacity == "system" and event.cause and event.cause.target in ("terminated", "released"), "ended by what?"


def granted(event: Event, past: list[Event]) -> None:
    """A correction is written by the office whose it is, never by who asked, and leaves its row."""
    assert (past[0].capacity, event.capacity) == ("graduate", "school"), "granted by whom?"
    rows = GraduateChange.objects.filter(case=event.case_id)
    assert all((row.graduate_id, row.user_id) == (event.case.graduate_id, event.user_id) for row in rows)


LAWS: dict[str, Callable[[Event, list[Event]], None]] = {
    "approve": approved,
    "withdraw": withdrawn,
    "confirm_release": released,
    "terminate": ended,
    "overtaken": ended,
    "grant": granted,
}
