"""The parties: who may act on which cases, who may read them, and who is told."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from uuid import UUID

from django.db.models import QuerySet

from wangqian.cases.models import Case
from wangqian.chart.words import Role
from wangqian.people.models import Capacity, Membership
from wangqian.people.prepared import Prepared

Columns = Mapping[str, object] | None

CASE = Prepared(lambda pk: Case.objects.filter(pk=pk))
# How much of school, college and class names the place of a reviewing level.
PLACES: dict[str, int] = {Capacity.SCHOOL: 1, Capacity.COLLEGE: 2, Capacity.COUNSELLOR: 3}
PRESENT = {
    kind: Prepared(
        partial(lambda kind, *at: reviewing(kind, *at).values_list("pk")[:1], kind), *(UUID, UUID, str)[:many]
    )
    for kind, many in PLACES.items()
}
REVIEWING = (Capacity.COUNSELLOR, Capacity.COLLEGE, Capacity.SCHOOL)


def own_graduate(membership: Membership) -> Columns:
    return {"graduate_id": membership.graduate_id} if membership.kind == Capacity.GRADUATE else None


def own_employer(membership: Membership) -> Columns:
    return {"employer_id": membership.employer_id} if membership.kind == Capacity.EMPLOYER else None


def party(membership: Membership) -> Columns:
    """Either side of an agreement."""
    return own_graduate(membership) or own_employer(membership)


def other_side(membership: Membership) -> Columns:
    """The side whose turn it is to answer."""
    columns = party(membership)
    return None if columns is None else {**columns, "turn": membership.kind}


def own_place(membership: Membership) -> Columns:
    """A reviewer's place: his class, his college, his school — exactly."""
    if membership.kind == Capacity.SCHOOL:
        return {"school_id": membership.school_id}
    if membership.kind == Capacity.COLLEGE:
        return {"school_id": membership.school_id, "college_id": membership.college_id}
    if membership.kind == Capacity.COUNSELLOR:
        return {
            "school_id": membership.school_id,
            "college_id": membership.college_id,
            "klass": membership.klass,
        }
    return None


def own_desk(membership: Membership) -> Columns:
    """What waits for this reviewer: his place, at his level."""
    place = own_place(membership)
    return None if place is None else {**place, "turn": membership.kind}


def own_school(membership: Membership) -> Columns:
    """The school itself, not a college."""
    return own_place(membership) if membership.kind == Capacity.SCHOOL else None


def anywhere(membership: Membership) -> Columns:
    return {} if membership.kind == Capacity.OPERATOR else None


GRADUATE = Role("graduate", "毕业生", party="graduate", scope=own_graduate)
EMPLOYER = Role("employer", "用人单位", party="employer", scope=own_employer)
PARTY = Role("party", "毕业生／用人单位", scope=party)
OTHER = Role("other", "对方", scope=other_side)
REVIEWER = Role("reviewer", "审核人", party="school", scope=own_desk)
SCHOOL = Role("school", "学校", party="school", scope=own_school, alone=True)
OPERATOR = Role("operator", "平台", party="operator", scope=anywhere)
PARTIES = (GRADUATE, EMPLOYER, REVIEWER, SCHOOL, OPERATOR)


def readable(membership: Membership) -> Columns:
    """The cases a membership may read."""
    return own_graduate(membership) or own_employer(membership) or own_place(membership)


def cases_for(membership: Membership) -> QuerySet[Case]:
    """Every case in scope; the only way pages reach cases."""
    columns = readable(membership)
    return Case.objects.none() if columns is None else Case.objects.filter(**columns)


def case_for(membership: Membership, pk: UUID) -> Case | None:
    """One case in scope, alone; None outside it."""
    case: Case | None = CASE.first(pk)
    columns = readable(membership)
    if case is None or columns is None:
        return None
    return case if all(getattr(case, name) == value for name, value in columns.items()) else None


def reviewers(case: Case) -> QuerySet[Membership]:
    """Active memberships that may act at the case's present level."""
    return reviewing(case.turn, *level_place(case))


def reviewing(kind: str, *place: object) -> QuerySet[Membership]:
    """Active reviewers of a kind at exactly this place: school, college, class, as far as the kind goes."""
    names = ("school", "college", "klass")
    at = dict(zip(names, place, strict=False))
    return Membership.objects.filter(kind=kind, **at, active=True, user__is_active=True)


def level_place(case: Case) -> tuple[object, ...]:
    """Where the case's present level sits, in the order of `reviewing`."""
    return (case.school_id, case.college_id, case.klass)[: PLACES.get(case.turn)]


def anybody_reviews(case: Case) -> bool:
    """Whether somebody may act at the case's present level."""
    return case.turn in PRESENT and bool(PRESENT[case.turn](*level_place(case)))


def told(case: Case, role: Role) -> QuerySet[Membership]:
    """The memberships behind a party of the case, for messages."""
    active = Membership.objects.filter(active=True, user__is_active=True).select_related("user")
    if role is OTHER:
        role = EMPLOYER if case.turn == Capacity.EMPLOYER else GRADUATE
    if role is GRADUATE:
        return active.filter(graduate=case.graduate_id)
    if role is EMPLOYER:
        return active.filter(kind=Capacity.EMPLOYER, employer=case.employer_id)
    if role is SCHOOL:
        return active.filter(kind=Capacity.SCHOOL, school=case.school_id)
    if role is REVIEWER:
        return reviewers(case).select_related("user")
    return active.none()
