"""What racers attempt: a step through the door, read and proven shortly before, as a person does."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from tests.cast import Cast
from wangqian.cases import proofs
from wangqian.cases.act import Act
from wangqian.cases.engine import new_case, open_case, perform
from wangqian.cases.models import Case, Proof, digest
from wangqian.chart.words import FLOWS
from wangqian.people.clock import now
from wangqian.people.models import Actor, Employer, Graduate, Membership


class Attempt(NamedTuple):
    """One step by one membership. `case` is None for a step that starts one; ids only, as it travels to a process."""

    step: str  # flow.step
    by: UUID
    case: UUID | None = None
    graduate: UUID | None = None
    employer: UUID | None = None
    parent: UUID | None = None
    given: dict[str, str] | None = None
    seen: str = ""
    proves: str = ""  # the line a proof must carry, empty where the step needs none


class Ready(NamedTuple):
    """An attempt with its actor and its proof, made before the barrier."""

    attempt: Attempt
    actor: Actor
    proof: Proof | None


def on(cast: Cast, case: Case, step: str, by: Actor, given: dict[str, str] | None = None) -> Attempt:
    """An attempt at a step of an existing case, on the text it has now."""
    act = Act(Case.objects.get(pk=case.pk), FLOWS[case.flow].steps[step], by, now(), given or {})
    return written(cast, act, Attempt(f"{case.flow}.{step}", by.membership.pk, case.pk, given=given))


def opening(cast: Cast, flow: str, step: str, by: Actor, given: dict[str, str], **about: object) -> Attempt:
    """An attempt to start a case; `about` is graduate, employer, parent."""
    case = new_case(flow, **about)  # type: ignore[arg-type]
    act = Act(case, FLOWS[flow].steps[step], by, now(), given)
    ids = {name: thing.pk for name, thing in about.items()}  # type: ignore[attr-defined]
    return written(cast, act, Attempt(f"{flow}.{step}", by.membership.pk, given=given, **ids))


def written(cast: Cast, act: Act, attempt: Attempt) -> Attempt:
    text = cast.text(act, dict(act.raw))
    return attempt._replace(seen=act.on_screen(text), proves=proofs.item(act, text) if act.step.proof else "")


def ready(attempts: Sequence[Attempt]) -> list[Ready]:
    """Fresh proofs and actors for a block of attempts."""
    found = Membership.objects.select_related("user").in_bulk({attempt.by for attempt in attempts})
    made = []
    for attempt in attempts:
        actor = Actor(found[attempt.by], "127.0.0.1", "race")
        made.append(Ready(attempt, actor, verified(attempt, actor) if attempt.proves else None))
    Proof.objects.bulk_create([each.proof for each in made if each.proof])
    return made


def verified(attempt: Attempt, actor: Actor) -> Proof:
    moment, items = now(), [attempt.proves]
    return Proof(
        user=actor.user,
        step=attempt.step,
        items=items,
        items_sha256=digest(items),
        code_digest="",
        issued_at=moment,
        verified_at=moment,
    )


def take(each: Ready) -> str:
    """Through the door; returns the id of the event."""
    attempt = each.attempt
    flow, step = attempt.step.split(".")
    words = {"by": each.actor, "given": attempt.given, "seen": attempt.seen, "proof": each.proof}
    if attempt.case:
        return str(perform(Case.objects.get(pk=attempt.case), step, **words).pk)  # type: ignore[arg-type]
    about = {
        "graduate": attempt.graduate and Graduate.objects.get(pk=attempt.graduate),
        "employer": attempt.employer and Employer.objects.get(pk=attempt.employer),
        "parent": attempt.parent and Case.objects.get(pk=attempt.parent),
    }
    return str(open_case(flow, step, **words, **about).pk)  # type: ignore[arg-type]
