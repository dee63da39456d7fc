"""The parties: who may act on which cases, who may read them, and who is told."""

from __future__ import annotations

from collections import defaultdict
from functools import partial
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from wangqian.cases.models import Case
from wangqian.chart.words import Columns, Role, differing
from wangqian.people.models import Capacity, Membership
from wangqian.people.prepared import Prepared

CASE = Prepared(lambda pk: Case.objects.select_related("graduate__person").filter(pk=pk))
CLASS = ("cohort_id", "klass")  # a class is a name within a cohort of a college
# How much of school, college, cohort and class names the place of a reviewing level.
PLACES: dict[str, int] = {Capacity.SCHOOL: 1, Capacity.COLLEGE: 2, Capacity.COUNSELLOR: 4}
PRESENT = {
    kind: Prepared(
        partial(lambda kind, *at: reviewing(kind, *at).values_list("pk")[:1], kind), *(UUID, UUID, UUID, str)[:many]
    )
    for kind, many in PLACES.items()
}
REVIEWING = (Capacity.COUNSELLOR, Capacity.COLLEGE, Capacity.SCHOOL)


def own_graduate(membership: Membership) -> Columns | None:
    return {"graduate_id": membership.graduate_id} if membership.kind == Capacity.GRADUATE else None


def own_employer(membership: Membership) -> Columns | None:
    return {"employer_id": membership.employer_id} if membership.kind == Capacity.EMPLOYER else None


def party(membership: Membership) -> Columns | None:
    """Either side of an agreement."""
    return own_graduate(membership) or own_employer(membership)


def other_side(membership: Membership) -> Columns | None:
    """The side whose turn it is to answer."""
    columns = party(membership)
    return None if columns is None else {**columns, "turn": membership.kind}


def own_place(membership: Membership) -> Columns | None:
    """A reviewer's place: his classes, his college, his school — exactly."""
    if membership.kind == Capacity.SCHOOL:
        return {"school_id": membership.school_id}
    if membership.kind == Capacity.COLLEGE:
        return {"school_id": membership.school_id, "college_id": membership.college_id}
    if membership.kind == Capacity.COUNSELLOR:
        return {
            "school_id": membership.school_id,
            "college_id": membership.college_id,
            CLASS: membership.in_charge,
        }
    return None


def own_desk(membership: Membership) -> Columns | None:
    """What waits for this reviewer: his place, at his level."""
    place = own_place(membership)
    return None if place is None else {**place, "turn": membership.kind}


def own_office(membership: Membership) -> Columns | None:
    """The offices that see people face to face: the college and the school, not a counsellor."""
    return own_place(membership) if membership.kind in (Capacity.COLLEGE, Capacity.SCHOOL) else None


def own_college(membership: Membership) -> Columns | None:
    """The college itself, not the school above it."""
    return own_place(membership) if membership.kind == Capacity.COLLEGE else None


def handling(membership: Membership) -> Columns | None:
    """Requests: the school answers any of its graduates, the college what was put to the college."""
    return own_school(membership) or (own_desk(membership) if membership.kind == Capacity.COLLEGE else None)


def own_school(membership: Membership) -> Columns | None:
    """The school itself, not a college."""
    return own_place(membership) if membership.kind == Capacity.SCHOOL else None


def anywhere(membership: Membership) -> Columns | None:
    return {} if membership.kind == Capacity.OPERATOR else None


def certifications(membership: Membership) -> Columns | None:
    """The operator reads the certification of employers, and no agreement."""
    return {"flow": "certification"} if membership.kind == Capacity.OPERATOR else None


GRADUATE = Role("graduate", "毕业生", party="graduate", scope=own_graduate)
EMPLOYER = Role("employer", "用人单位", party="employer", scope=own_employer)
PARTY = Role("party", "毕业生／用人单位", scope=party)
OTHER = Role("other", "对方", scope=other_side)
REVIEWER = Role("reviewer", "审核人", party="school", scope=own_desk)
COLLEGE = Role("college", "院系", party="school", scope=own_college)
HANDLER = Role("handler", "处理人", party="school", scope=handling)
OFFICE = Role("office", "院系／学校", party="school", scope=own_office)
SCHOOL = Role("school", "学校", party="school", scope=own_school, alone=True)
OPERATOR = Role("operator", "平台", party="operator", scope=anywhere)
SCHOOLS = Role("schools", "有关学校", party="school")  # told only: where the employer has graduates bound to it
PARTIES = (GRADUATE, EMPLOYER, REVIEWER, SCHOOL, OPERATOR)


def readable(membership: Membership) -> Columns | None:
    """The cases a membership may read."""
    return own_graduate(membership) or own_employer(membership) or own_place(membership) or certifications(membership)


def only_handed_in(membership: Membership) -> bool:
    """Whether drafts are hidden from it: a graduate's are his alone until he hands them in."""
    return membership.kind != Capacity.GRADUATE


def cases_for(membership: Membership) -> QuerySet[Case]:
    """Every case in scope; the only way pages reach cases."""
    columns = readable(membership)
    if columns is None:
        return Case.objects.none()
    found = Case.objects.filter(where(columns))
    return found.filter(handed_in_at__isnull=False) if only_handed_in(membership) else found


def where(columns: Columns, prefix: str = "") -> Q:
    """A scope as a filter; `prefix` leads to the table that has the columns."""
    found = Q(**{f"{prefix}{name}": value for name, value in columns.items() if isinstance(name, str)})
    for names, tuples in columns.items():
        if not isinstance(names, str):
            found &= among(names, tuples, prefix)
    return found


def among(names: tuple[str, ...], tuples: frozenset[tuple[Any, ...]], prefix: str) -> Q:
    """Columns that together hold one of these tuples; the last one is a list for each head, so an index can be used."""
    lists: dict[tuple[Any, ...], list[Any]] = defaultdict(list)
    for each in sorted(tuples):
        lists[each[:-1]].append(each[-1])
    found = Q(pk__in=[])  # of no tuple there is none
    for head, values in lists.items():
        heads = {f"{prefix}{name}": value for name, value in zip(names, head, strict=False)}
        found |= Q(**heads, **{f"{prefix}{names[-1]}__in": values})
    return found


def case_for(membership: Membership, pk: UUID) -> Case | None:
    """One case in scope, alone; None outside it."""
    case: Case | None = CASE.first(pk)
    columns = readable(membership)
    if case is None or columns is None:
        return None
    if only_handed_in(membership) and case.handed_in_at is None:
        return None
    return None if differing(case, columns) else case


def reviewers(case: Case) -> QuerySet[Membership]:
    """Active memberships that may act at the case's present level."""
    return reviewing(case.turn, *level_place(case))


def reviewing(kind: str, *place: object) -> QuerySet[Membership]:
    """Active reviewers of a kind at exactly this place: school, college, cohort and class, as far as the kind goes."""
    names = ("school", "college", "classes__cohort", "classes__name")
    at = dict(zip(names, place, strict=False))
    return Membership.objects.filter(kind=kind, **at, active=True, user__is_active=True)


def level_place(case: Case) -> tuple[object, ...]:
    """Where the case's present level sits, in the order of `reviewing`."""
    return (case.school_id, case.college_id, case.cohort_id, case.klass)[: PLACES.get(case.turn)]


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
    if role is COLLEGE:
        return active.filter(kind=Capacity.COLLEGE, school=case.school_id, college=case.college_id)
    if role is REVIEWER:
        return reviewers(case).select_related("user")
    if role is OPERATOR:
        return active.filter(kind=Capacity.OPERATOR)
    if role is SCHOOLS:
        bound = Case.objects.filter(employer=case.employer_id, holds=True)
        return active.filter(kind=Capacity.SCHOOL, school__in=bound.values("school"))
    return active.none()
