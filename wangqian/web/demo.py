"""Who can be entered as on the demo's start page."""

from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet

from wangqian.cases.models import Case
from wangqian.people.models import Capacity, Membership

LIMIT = 6


def cast() -> list[tuple[str, list[tuple[UUID, str]]]]:
    """(group, [(membership, words)]): graduates worth looking at first, then everybody else."""
    related = ("user", "graduate__college", "graduate__school", "employer", "school", "college")
    found = Membership.objects.filter(active=True).select_related(*related).order_by("created_at")
    groups = [
        ("毕业生", [(one.pk, graduate_words(one)) for one in interesting(found)]),
        ("用人单位", [(one.pk, f"{one.place()} {one.user.name}") for one in found.filter(kind=Capacity.EMPLOYER)[:LIMIT]]),
        ("学校", [(one.pk, staff_words(one)) for one in staff(found)]),
        ("平台", [(one.pk, one.user.name) for one in found.filter(kind=Capacity.OPERATOR)[:2]]),
    ]
    return [(title, people) for title, people in groups if people]


def staff(found: QuerySet[Membership]) -> list[Membership]:
    """Some of every kind."""
    return [one for kind in (Capacity.SCHOOL, Capacity.COLLEGE, Capacity.COUNSELLOR) for one in found.filter(kind=kind)[:4]]


def staff_words(membership: Membership) -> str:
    role = "（辅导员）" if membership.kind == Capacity.COUNSELLOR else ""
    return f"{membership.place()} {membership.user.name}{role}"


def interesting(found: QuerySet[Membership]) -> list[Membership]:
    """One graduate per situation: not confirmed, invited, in review, signed …"""
    graduates = found.filter(kind=Capacity.GRADUATE)
    chosen = list(graduates.filter(graduate__confirmed_at=None)[:1])
    for flow, state in SITUATIONS:
        cases = Case.objects.filter(flow=flow, state=state).order_by("opened_at")
        for graduate in cases.values_list("graduate", flat=True)[:1]:
            chosen += list(graduates.filter(graduate=graduate))
    unique = {one.pk: one for one in chosen}
    return list(unique.values())[:8]


SITUATIONS = (
    ("online", "invited"),
    ("online", "review"),
    ("online", "signed"),
    ("online_termination", "awaiting_graduate"),
    ("online", "refused"),
    ("online_termination", "terminated"),
)


def graduate_words(membership: Membership) -> str:
    graduate = membership.graduate
    assert graduate is not None
    cases = Case.objects.filter(graduate=graduate).order_by("-moved_at")
    words = {case.word.label for case in cases[:2]} or {"未核对信息" if graduate.confirmed_at is None else "没有事项"}
    return f"{graduate.name}（{'、'.join(sorted(words))}）"
