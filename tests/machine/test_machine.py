"""Long random lives against the real door, and planted lifecycle bugs that they must find.

`WANGQIAN_MACHINE=500x50` sets examples × steps (nightly); the default is what fits a commit.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.machine.door import ELSEWHERE, Company, Door
from tests.machine.paper_door import LIVED, PaperDoor
from wangqian.cases import record
from wangqian.cases.act import Act
from wangqian.cases.effects import enter_ledger, issue_number, when_done
from wangqian.chart.words import FLOWS, Fork, Rule, State
from wangqian.flows import enrolment, links
from wangqian.flows.contacts import keep_sent_to
from wangqian.flows.online_termination import end_agreement
from wangqian.flows.parties import PARTY

USUAL: dict[type[Door], str] = {Door: "10x50", PaperDoor: "12x50"}  # on paper there are three times as many steps
HUNT, LONG_HUNT = (240, 50), (960, 50)  # at most; a planted bug ends it


def budget(door: type[Door]) -> tuple[int, int]:
    examples, steps = os.environ.get("WANGQIAN_MACHINE", USUAL[door]).split("x")
    return int(examples), int(steps)


def live(door: type[Door], examples: int, steps: int, phases: tuple[Phase, ...], anew: bool = False) -> dict[str, int]:
    """Run the machine with a whole company; the same lives every time, or others. Returns how often each step was taken."""
    company = Company(employers=1 if door is PaperDoor else 2)
    machine = type("Lives", (door,), {"company": company, "taken": {}})
    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        machine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            database=None,
            derandomize=not anew,
            suppress_health_check=list(HealthCheck),
            phases=phases,
            report_multiple_bugs=False,
        ),
    )
    taken: dict[str, int] = machine.taken  # type: ignore[attr-defined]
    return taken


ONLINE = ("online", "online_termination", "correction_request")
LIVES: dict[type[Door], tuple[str, ...]] = {Door: ONLINE, PaperDoor: LIVED}


@pytest.mark.django_db
@pytest.mark.parametrize("door", [Door, pytest.param(PaperDoor, marks=pytest.mark.once)])
def test_long_lives_break_no_law(door: type[Door]) -> None:
    taken = live(door, *budget(door), (Phase.generate, Phase.shrink), anew="WANGQIAN_MACHINE" in os.environ)
    steps = {f"{slug}.{name}" for slug in LIVES[door] for name, step in FLOWS[slug].steps.items() if not step.keeps}
    steps -= {f"online.{name}" for name in ELSEWHERE if name != "invite"}
    steps -= {f"{slug}.filed" for slug in LIVED}  # the worker's, when the document is made
    unseen = steps - set(taken)
    assert len(unseen) <= len(steps) / 3, f"the machine never came to {sorted(unseen)}"


Patch = pytest.MonkeyPatch
FINAL = when_done(issue_number, enter_ledger("10"))  # without the end of the other invitations
Bug = Callable[[Patch], None]


def without(name: str, part: str) -> Bug:
    """A step loses a rule or an effect."""

    def plant(patch: Patch) -> None:
        flow, step = name.split(".")
        broken = FLOWS[flow].steps[step]
        for parts in ("only_if", "then"):
            kept = tuple(each for each in getattr(broken, parts) if called(each) != part)
            patch.setattr(broken, parts, kept)

    return plant


def called(part: Any) -> str:
    return part.name if isinstance(part, Rule) else part.__qualname__.split(".")[0]


def changed(name: str, **parts: Any) -> Bug:
    """A step has other parts."""

    def plant(patch: Patch) -> None:
        flow, step = name.split(".")
        for part, other in parts.items():
            patch.setattr(FLOWS[flow].steps[step], part, other)

    return plant


def forgets_levels(patch: Patch) -> None:
    """The first approval is taken for the last one."""
    target = FLOWS["online"].steps["approve"].target
    assert isinstance(target, Fork)
    patch.setattr(FLOWS["online"].steps["approve"], "target", replace(target, when=lambda act: True))


def keeps_the_turn(patch: Patch) -> None:
    """A column is left as it was when the state changes."""
    usual = record.step_columns

    def forgetful(act: Act, target: State) -> None:
        turn = act.case.turn
        usual(act, target)
        if target.name == "declined":
            act.case.turn = turn

    patch.setattr(record, "step_columns", forgetful)


def leaves_bound(patch: Patch) -> None:
    """学籍状态 is changed whatever holds him."""
    patch.setattr(enrolment, "refusal", lambda graduate: None)


def link_to_anybody(act: Act) -> None:
    """Whoever has the number, the graduate himself among them."""
    life = {"made_at": act.now, "expires_at": act.now + links.LIVES}
    links.Link.objects.create(case=act.case, round=links.round_of(act.case), mobile=act.given["mobile"], **life)


BUGS: dict[str, tuple[Bug, str]] = {
    "late acceptance": (without("online.accept", "in_time"), "answered too late"),
    "one reviewer for two levels": (without("online.approve", "fresh_eyes"), "one user, two levels"),
    "a level left out": (forgets_levels, "not every level"),
    "other invitations live on": (changed("online.approve", then=(FINAL,)), "still invited"),
    "the ledger keeps the terminated": (without("online.terminate", "leave_ledger"), "the ledger does not say"),
    "the agreement survives": (changed("online_termination.approve", then=()), "the agreement survived"),
    "a refused termination ends it": (changed("online_termination.refuse", then=(end_agreement,)), "ended by what"),
    "his own answer": (changed("online_termination.accept", who=PARTY), "answered himself"),
    "one person releases": (without("online.confirm_release", "another_person"), "one person released"),
    "an orphaned termination": (without("online.confirm_release", "release_children"), "a termination of nothing"),
    "a stale column": (keeps_the_turn, "a column is not"),
    "one leaves who is bound": (leaves_bound, "left behind a binding case"),
}


PAPER_BUGS: dict[str, tuple[Bug, str]] = {
    "a link that lives on": (without("offline.receive", "spend_link"), "a link that lives on"),
    "begun beside what binds": (without("destination.fill", "free"), "begun beside what binds"),
    "not registered": (without("paper.approve", "arriving"), "the ledger does not say"),
    "voided and in force": (without("destination.void", "arriving"), "the ledger does not say"),
    "released and in force": (without("destination.confirm_release", "leave_ledger"), "the ledger does not say"),
    "ended on paper, and signed": (without("offline_termination.approve", "when_done"), "the agreement survived"),
    "ended without a word from the employer": (changed("offline_termination.approve", needs=()), "not verified"),
    "an ending of what was released": (without("offline.confirm_release", "release_children"), "a termination of nothing"),
    "one reviewer for both levels": (without("paper.approve", "fresh_eyes"), "one user, two levels"),
    "taken back after a review": (without("paper.withdraw", "unreviewed"), "withdrawn after a review"),
    "a correction unmarked": (without("offline.correct", "mark_unconfirmed"), "待本人确认"),
    "a revision unmarked": (without("destination.revise", "mark_unconfirmed"), "待本人确认"),
    "a correction for ever unconfirmed": (without("destination.confirm_correction", "mark_confirmed"), "待本人确认"),
    "upheld, not corrected": (without("dispute.uphold", "put_right"), "upheld and not put right"),
    "left with a correction unread": (without("departure.confirm", "corrections_answered"), "confirmed (unseen|what is disputed)"),
    "a link for himself": (changed("offline.ask_employer", then=(link_to_anybody, keep_sent_to)), "a link to himself"),
    "a link too old": (without("offline.receive", "link_alive"), "a (dead link|link of before)"),
}


# Found late: the exhaustive searches (test_search.py, test_paper_search.py) find their like at every commit.
RARE = (
    *("late acceptance", "a refused termination ends it", "his own answer", "a link that lives on", "begun beside what binds"),
    *("released and in force", "taken back after a review", "a link for himself", "a link too old"),
    *("left with a correction unread", "an ending of what was released", "not registered", "voided and in force"),
    *("a revision unmarked", "a correction for ever unconfirmed", "one leaves who is bound", "an orphaned termination"),
    *("other invitations live on", "the ledger keeps the terminated", "one reviewer for both levels"),
)


def hunt(bug: str) -> tuple[int, int]:
    return LONG_HUNT if bug in RARE else HUNT


def hunted(bugs: dict[str, tuple[Bug, str]]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("bug", [pytest.param(bug, marks=pytest.mark.storm if bug in RARE else ()) for bug in bugs])


@pytest.mark.once
@pytest.mark.django_db
@hunted(BUGS)
def test_a_planted_bug_is_found(monkeypatch: Patch, bug: str) -> None:
    plant, sentence = BUGS[bug]
    plant(monkeypatch)
    with pytest.raises(AssertionError, match=sentence):
        live(Door, *hunt(bug), (Phase.generate,))


@pytest.mark.once
@pytest.mark.django_db
@hunted(PAPER_BUGS)
def test_a_bug_planted_on_paper_is_found(monkeypatch: Patch, bug: str) -> None:
    plant, sentence = PAPER_BUGS[bug]
    plant(monkeypatch)
    with pytest.raises(AssertionError, match=sentence):
        live(PaperDoor, *hunt(bug), (Phase.generate,))
