"""Many graduates with many invitations: one made through the door per employer, the others copied from it row by row."""

from __future__ import annotations

import os
from typing import Any, NamedTuple, TypeVar

from django.db import models, transaction

from tests.cast import Cast
from tests.races.attempts import Attempt
from wangqian.cases import proofs
from wangqian.cases.act import Act
from wangqian.cases.models import Case, Event, Outbox, Proof, Terms, digest
from wangqian.chart.words import FLOWS
from wangqian.flows.models import OnlineTerms
from wangqian.people.clock import now
from wangqian.people.ids import new_id
from wangqian.people.models import Actor, Favourite, Graduate, SchoolProfile

CROWD = int(os.environ.get("WANGQIAN_RACES", "60"))  # graduates
Row = TypeVar("Row", bound=models.Model)


class Crowd(NamedTuple):
    """`invitations[g][e]` is the invitation of graduate g by employer e."""

    graduates: list[Actor]
    employers: list[Actor]
    invitations: list[list[Case]]


def graduates_of(cast: Cast, count: int) -> list[Actor]:
    with transaction.atomic():
        return [cast.graduate_named(f"毕业生{n}") for n in range(count)]


def employers_of(cast: Cast, count: int) -> list[Actor]:
    return [cast.employer_named(f"单位{n}") for n in range(count)]


def crowd(cast: Cast, graduates: int, employers: int) -> Crowd:
    """Everybody invited by everyone, with reviewers at both levels."""
    cast.reviewers()
    people, units = graduates_of(cast, graduates), employers_of(cast, employers)
    first = [cast.invited(unit, people[0]) for unit in units]
    others = [[case for case, *_ in copies] for copies in copied(first, people[1:])]
    return Crowd(people, units, [first, *others])


def one_level(cast: Cast) -> None:
    """The school alone reviews, so that its approval is the last one."""
    SchoolProfile.objects.filter(school=cast.school).update(signing_chain="school")


def copied(first: list[Case], people: list[Actor]) -> list[list[tuple[Case, Terms, Proof, Event]]]:
    """The same invitations to other graduates: case, version, columns, proof, event (chain recomputed), outbox."""
    patterns = [(case, case.versions.get(), case.events.get()) for case in first]
    made = [[rows(*pattern, person.membership.graduate) for pattern in patterns] for person in people]
    flat = [row for copies in made for row in copies]
    with transaction.atomic():
        Favourite.objects.bulk_create([favourite(case, event) for case, _, _, event in flat])
        Case.objects.bulk_create([case for case, *_ in flat])
        Proof.objects.bulk_create([proof for _, _, proof, _ in flat])
        Terms.objects.bulk_create([terms for _, terms, _, _ in flat])
        columns = [OnlineTerms.objects.get(terms=terms) for _, terms, _ in patterns]  # type: ignore[attr-defined]
        OnlineTerms.objects.bulk_create(  # type: ignore[attr-defined]
            [clone(columns[n], terms=copies[n][1]) for copies in made for n in range(len(patterns))]
        )
        for _, terms, _, event in flat:
            event.terms = terms
        Event.objects.bulk_create([event for *_, event in flat])
        names = list(Outbox.objects.filter(event=patterns[0][2]).values_list("consumer", flat=True))
        Outbox.objects.bulk_create([Outbox(event=event, consumer=name) for *_, event in flat for name in names])
    return made


def rows(case: Case, terms: Terms, event: Event, graduate: Graduate) -> tuple[Case, Terms, Proof, Event]:
    fresh = clone(case, id=new_id(), graduate=graduate, key=b"")  # a key of its own comes with the row
    assert event.proof is not None
    items = [event.proof.items[0].replace(str(case.graduate_id), str(graduate.pk))]
    proof = clone(event.proof, id=new_id(), items=items, items_sha256=digest(items))
    version = clone(terms, case=fresh)
    happened = clone(event, case=fresh, proof=proof)
    happened.hash = happened.computed_hash()
    return fresh, version, proof, happened


def clone(row: Row, **changes: Any) -> Row:
    fields = {
        field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields if not field.primary_key
    }
    fresh = type(row)(**fields)
    for name, value in changes.items():
        setattr(fresh, name, value)
    return fresh


def favourite(case: Case, event: Event) -> Favourite:
    return Favourite(
        employer_id=case.employer_id, graduate_id=case.graduate_id, added_by_id=event.user_id, added_at=case.opened_at
    )


def acceptances(crowd: Crowd) -> list[list[Attempt]]:
    """Per employer the attempts of all graduates to accept its invitation: attempt n is graduate n's."""
    step = FLOWS["online"].steps["accept"]
    offers = [case.versions.get() for case in crowd.invitations[0]]
    moment = now()
    lots: list[list[Attempt]] = [[] for _ in crowd.employers]
    for person, cases in zip(crowd.graduates, crowd.invitations, strict=True):
        for lot, case, offer in zip(lots, cases, offers, strict=True):
            act = Act(case, step, person, moment, terms=offer)
            text = digest(step.writes(act))  # type: ignore[misc]
            lot.append(
                Attempt("online.accept", person.membership.pk, case.pk, seen=text, proves=proofs.item(act, text))
            )
    return lots
