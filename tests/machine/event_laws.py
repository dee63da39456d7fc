"""The laws of single events: who did what, at which level, in time, with which proof and evidence, on what in force.

Written from `flows.md` §0–6, not from the charts.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.machine.snapshot import Snapshot
from wangqian.cases.models import Case, Event, Evidence, LedgerEntry
from wangqian.chart.check import reviewing
from wangqian.chart.words import FLOWS
from wangqian.flows.models import Departure, Link
from wangqian.people.models import PARTY_OF, GraduateChange

Name = tuple[str, str]  # flow, step
PAPERS = ("offline", "paper", "destination")
ENDINGS = ("online_termination", "offline_termination")
RELEASING = ("request_release", "withdraw_release", "confirm_release")  # the school's, at no level
# L5: refused after the cohort closed.
WHILE_OPEN = {
    *(("online", step) for step in ("invite", "accept")),
    *((flow, "submit") for flow in PAPERS),
    ("destination", "void"),
}
# L4: 定向 (2) and 委培 (4) may not.
SIGNING = {(flow, step) for flow in ("offline", "paper") for step in ("fill", "submit", "resubmit")}
ENTRUSTED = ("2", "4")
# Nothing of them without the agreement or registration in force.
ON_WHAT_IS_IN_FORCE = {
    *(("online_termination", step) for step in ("ask", "accept", "approve")),
    *(("offline_termination", step) for step in ("apply", "submit", "resubmit", "approve")),
    ("dispute", "dispute"),
}
# † by people.
PROVEN = {
    *((flow, step) for flow in (*PAPERS, "offline_termination") for step in ("submit", "resubmit")),
    ("offline", "give_up"),
    ("destination", "void"),
    *((flow, step) for flow in ("online", *PAPERS) for step in ("request_release", "confirm_release")),
}
# Files marked *, by the name of their question.
EVIDENCE = {
    **{("paper", step): "scan" for step in ("submit", "resubmit")},
    **{("offline", step): "scan" for step in ("hand_in", "receive")},
    **{("offline_termination", step): "letter" for step in ("submit", "resubmit")},
    **{(flow, "correct"): "basis" for flow in ("online", *PAPERS)},
    **{(flow, "request_release"): "document" for flow in ("online", *PAPERS)},
}


def event_is_lawful(event: Event, before: Snapshot) -> None:
    past = list(event.case.events.filter(number__lt=event.number).order_by("number"))
    row = before.cases.get(event.case_id, {})
    due, name = row.get("respond_by"), (event.flow, event.step)
    if event.capacity not in ("clock", "system", "contact"):
        parties = {PARTY_OF[each.capacity] for each in past if each.user_id == event.user_id}
        assert parties <= {PARTY_OF[event.capacity]}, "one person for two parties"
    if event.step in ("accept", "decline"):
        assert due and event.at < due, "answered too late"
        assert past[0].user_id != event.user_id and past[0].capacity != event.capacity, "answered himself"
    if event.step == "lapse":
        assert due and event.at >= due, "lapsed early"
    required(event, name, before)
    if row and reviews(event, row):
        reviewed(event, past, row)
    law = LAWS.get(name) or LAWS.get(event.step)
    if law:
        law(event, past, before)


def handed_in_before(event: Event) -> bool:
    """Whether this draft had been with the school, and was taken back."""
    return event.case.events.filter(number__lt=event.number, step="withdraw").exists()


def required(event: Event, name: Name, before: Snapshot) -> None:
    """What the tables above ask of an event by its name."""
    graduate = before.graduates[event.case.graduate_id]  # type: ignore[index]
    if name in WHILE_OPEN and event.at >= graduate.closes:
        assert event.step == "submit" and handed_in_before(event), "after the cohort closed"
    if name in SIGNING:
        assert graduate.training not in ENTRUSTED, "one signed who may not"
    if name in ON_WHAT_IS_IN_FORCE:
        assert before.effective(event.case.parent_id), "of what is not in force"
    if name in PROVEN:
        assert event.proof_method and event.proof, "no proof"
    if name in EVIDENCE:
        assert event.data.get("files", {}).get(EVIDENCE[name]), "no evidence"


def reviews(event: Event, row: dict[str, Any]) -> bool:
    """Whether somebody acted on a submission as its reviewer."""
    flow = FLOWS[event.flow]
    reviewer = event.capacity in row["chain"].split(",") and event.step not in RELEASING
    return reviewer and reviewing(flow, flow.states[event.source])


def since(past: list[Event], state: str) -> list[Event]:
    """What was done on the submission that waits in this state."""
    came = max(at for at, each in enumerate(past) if each.target == state != each.source)
    return past[came + 1 :]


def passed_on(event: Event) -> bool:
    """Whether a level handed over to the next, or was passed over."""
    return event.step.startswith(("approve", "skip"))


def reviewed(event: Event, past: list[Event], row: dict[str, Any]) -> None:
    """I11: whoever acts does so at the level whose turn it is, and on no other level; the last approval comes after every level."""
    done, levels = since(past, event.source), row["chain"].split(",")
    level = sum(map(passed_on, done))
    handed = max((at for at, each in enumerate(done) if passed_on(each)), default=-1)
    earlier = {each.user_id for each in done[: handed + 1] if each.step not in RELEASING}
    assert event.user_id not in earlier, "one user, two levels"
    assert event.capacity == levels[level] == row["turn"], "at another level"
    if not passed_on(event) or event.target == event.source:
        return
    assert level + 1 == len(levels), "not every level"
    assert event.proof_method or (event.flow, event.step) == ("offline", "approve"), "no proof"  # that one binds nobody yet
    assert event.user_id not in {each.user_id for each in done if each.step == "revise"}, "his own edit"


def agreed(event: Event, past: list[Event], before: Snapshot) -> None:
    """Both parties: online each by himself; on paper the graduate, for what he submitted and what was handed in."""
    if event.target == event.source:
        return
    if event.flow in ("online", "online_termination"):
        parties = {each.capacity for each in past if each.step in ("invite", "ask", "accept")}
        assert parties == {"employer", "graduate"}, "not both parties"
    if event.flow == "offline_termination":
        assert {"by", "whom", "on"} <= event.said.keys(), "not verified with the employer"
    if event.target in ("signed", "registered") and event.case.topic != "looking":
        assert not Case.objects.filter(graduate=event.case.graduate_id, exclusive="invitation").exists(), "still invited"


def begun(event: Event, past: list[Event], before: Snapshot) -> None:
    """L1: not beside what binds."""
    assert event.capacity == "graduate", "begun by another"
    assert not before.held(event.case.graduate_id, event.case_id), "begun beside what binds"  # type: ignore[arg-type]


def submitted(event: Event, past: list[Event], before: Snapshot) -> None:
    """His own, a version of it, to the first level; L1, and one open termination per agreement."""
    assert (event.capacity, event.level, event.target) == ("graduate", 0, "review"), "not to the first level"
    assert event.terms_id not in {None, *(each.terms_id for each in past)}, "no version of its own"
    if event.flow in PAPERS:
        assert not before.held(event.case.graduate_id, event.case_id), "submitted beside what binds"  # type: ignore[arg-type]
    if event.flow == "destination":
        entrusted = before.graduates[event.case.graduate_id].training in ENTRUSTED  # type: ignore[index]
        assert (event.case.topic == "entrusted") == entrusted, "not for his training"
        assert event.case.topic == "looking" or event.data["files"]["evidence"], "no evidence"


def withdrawn(event: Event, past: list[Event], before: Snapshot) -> None:
    """By who asked; while no level has acted on this submission."""
    assert event.capacity == past[0].capacity, "withdrawn by another"
    flow = FLOWS[event.flow]
    if reviewing(flow, flow.states[event.source]):
        acted = [each for each in since(past, event.source) if each.step not in RELEASING]
        assert not any(each.capacity in event.case.chain.split(",") for each in acted), "withdrawn after a review"


def received(event: Event, past: list[Event], before: Snapshot) -> None:
    """By the last link of this round, within 72 hours, once, and only with what came by it."""
    asked = [each for each in since(past, "stamping") if each.step == "ask_employer"]
    assert event.capacity == "contact" and asked, "a link of before"
    link = Link.objects.filter(case=event.case_id).latest("made_at")
    assert link.made_at == asked[-1].at and event.at < link.expires_at, "a dead link"
    assert link.used_at == event.at, "a link that lives on"
    scans = set(event.data["files"]["scan"])
    assert scans <= set(Evidence.objects.filter(link=link.pk).values_list("sha256", flat=True)), "somebody else's files"


def asked_for_help(event: Event, past: list[Event], before: Snapshot) -> None:
    link = Link.objects.filter(case=event.case_id).latest("made_at")
    assert link.mobile != event.case.graduate.phone, "a link to himself"  # type: ignore[union-attr]


def released(event: Event, past: list[Event], before: Snapshot) -> None:
    asked = [each for each in past if each.step in ("request_release", "withdraw_release")][-1]
    assert asked.step == "request_release" and asked.user_id != event.user_id, "one person released"
    assert (asked.capacity, event.capacity) == ("school", "school")


def ended(event: Event, past: list[Event], before: Snapshot) -> None:
    """By the end of its own termination, or with its own agreement."""
    cause = event.cause
    assert event.capacity == "system" and cause and cause.target in ("terminated", "released"), "ended by what?"
    assert event.case_id == cause.case.parent_id or event.case.parent_id == cause.case_id, "ended by another's"


def voided(event: Event, past: list[Event], before: Snapshot) -> None:
    assert event.capacity == "graduate" and before.effective(event.case_id), "voided what is not in force"


def corrected(event: Event, past: list[Event], before: Snapshot) -> None:
    """By the school alone, of what is in force; the ledger is rewritten."""
    assert event.capacity == "school" and before.effective(event.case_id), "corrected what is not in force"
    assert LedgerEntry.objects.filter(event=event, in_force=True).count() == 1, "the ledger was not rewritten"


def left(event: Event, past: list[Event], before: Snapshot) -> None:
    """离校确认: of what is in force about him, which the school has not changed unseen, and nobody disputes."""
    entry = Departure.objects.get(case=event.case_id).entry
    assert entry.pk == before.graduates[event.case.graduate_id].entry, "confirmed what is not in force"  # type: ignore[index]
    assert before.cases[entry.case_id]["unconfirmed_at"] is None, "confirmed unseen"
    disputed = {row["parent_id"] for row in before.cases.values() if row["exclusive"] == "dispute"}
    assert entry.case_id not in disputed, "confirmed what is disputed"


def amended(event: Event, past: list[Event], before: Snapshot) -> None:
    entry = Departure.objects.get(case=event.case_id).entry_id
    assert entry == before.graduates[event.case.graduate_id].entry, "changed what is not in force"  # type: ignore[index]


def replaced(event: Event, past: list[Event], before: Snapshot) -> None:
    cause = event.cause
    assert cause and (cause.step, cause.case.graduate_id) == ("confirm", event.case.graduate_id), "replaced by what?"


def answered(event: Event, past: list[Event], before: Snapshot) -> None:
    assert event.capacity == "school" and event.said.get("answer"), "answered by whom?"


def upheld(event: Event, past: list[Event], before: Snapshot) -> None:
    """异议成立，已更正: since he objected it was corrected, or it is not in force any more."""
    answered(event, past, before)
    corrections = Event.objects.filter(case=event.case.parent_id, step="correct", at__gte=past[0].at)
    assert corrections.exists() or not before.effective(event.case.parent_id), "upheld and not put right"


def granted(event: Event, past: list[Event], before: Snapshot) -> None:
    """A correction is written by the office whose it is, never by who asked, and leaves its row."""
    assert (past[0].capacity, event.capacity) == ("graduate", "school"), "granted by whom?"
    rows = GraduateChange.objects.filter(case=event.case_id)
    assert all((row.graduate_id, row.user_id) == (event.case.graduate_id, event.user_id) for row in rows)


LAWS: dict[str | Name, Callable[[Event, list[Event], Snapshot], None]] = {
    **dict.fromkeys(("approve", "approve_paper"), agreed),
    **dict.fromkeys(("withdraw", "withdraw_paper", "withdraw_void"), withdrawn),
    **dict.fromkeys(((flow, "fill") for flow in PAPERS), begun),
    **dict.fromkeys(("submit", "resubmit"), submitted),
    **dict.fromkeys(("terminate", "overtaken"), ended),
    ("dispute", "uphold"): upheld,
    ("dispute", "reject"): answered,
    "receive": received,
    "ask_employer": asked_for_help,
    "confirm_release": released,
    "void": voided,
    "correct": corrected,
    ("departure", "confirm"): left,
    "amend": amended,
    "replace": replaced,
    "grant": granted,
}
