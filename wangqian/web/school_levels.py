"""Levels of review at which nobody sits, for the school's administrator."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q
from django.utils.translation import gettext as _

from wangqian.flows.destinations import HEADS
from wangqian.flows.parties import cases_for
from wangqian.people.models import Capacity, College, Membership, SchoolProfile
from wangqian.web.menus import LABELS
from wangqian.web.panels import Alert


def empty_levels(membership: Membership) -> list[Alert]:
    """Where nobody reviews: such a level is passed over, and the last level waits until somebody is appointed."""
    profile = SchoolProfile.of(membership.school_id)
    if profile is None:
        return []
    levels = {level for chain in profile.chains().values() for level in chain} | set(HEADS if profile.offers_offline else ())
    names = dict(College.objects.filter(school=membership.school_id).order_by("name").values_list("pk", "name"))
    stuck = waiting_for_nobody(membership)
    places = list(dict.fromkeys([*unmanned(membership, levels), *stuck]))
    if not places:
        return []
    items = [said(level, names.get(pk, "") if pk else "", stuck.get((level, pk), 0)) for level, pk in places]
    return [
        Alert(
            "warn",
            _("有审核级没有在岗的审核人"),
            _(
                "中间级没有审核人时，事项会自动转下一级并留下记录；最后一级没有审核人时，事项会一直等待；须由院系和学校负责人分别审批的自由职业，在哪一级都不会跳过。请尽快指定审核人。"
            ),
            items,
        )
    ]


Place = tuple[str, UUID | None]


def unmanned(membership: Membership, levels: set[str]) -> list[Place]:
    """(level, college) of every level of the chains, in every college, without an active reviewer."""
    staff = Membership.objects.filter(school=membership.school_id, active=True, user__is_active=True)
    manned = {
        (kind, None if kind == Capacity.SCHOOL else college)
        for kind, college in staff.values_list("kind", "college_id")
    }
    colleges = (
        College.objects.filter(school=membership.school_id, active=True).order_by("name").values_list("pk", flat=True)
    )
    needed: list[Place] = [(Capacity.SCHOOL.value, None)]
    needed += [(level, pk) for pk in colleges for level in (Capacity.COUNSELLOR.value, Capacity.COLLEGE.value)]
    return [place for place in needed if place[0] in levels and place not in manned]


def waiting_for_nobody(membership: Membership) -> dict[Place, int]:
    """(level, college) → how many cases wait at a level that has nobody for them."""
    here = Membership.objects.filter(
        kind=OuterRef("turn"), school=OuterRef("school"), active=True, user__is_active=True
    )
    here = here.filter(
        Q(kind=Capacity.SCHOOL)
        | Q(kind=Capacity.COLLEGE, college=OuterRef("college"))
        | Q(
            kind=Capacity.COUNSELLOR,
            college=OuterRef("college"),
            classes__cohort=OuterRef("cohort"),
            classes__name=OuterRef("klass"),
        )
    )
    waiting = (
        cases_for(membership)
        .filter(turn__in=[Capacity.COUNSELLOR, Capacity.COLLEGE, Capacity.SCHOOL])
        .filter(~Exists(here))
        .order_by()
    )
    grouped = waiting.values_list("turn", "college").annotate(count=Count("pk"))
    return {(turn, None if turn == Capacity.SCHOOL else college): count for turn, college, count in grouped}


def said(level: str, college: str, count: int) -> str:
    facts = {"college": college, "level": str(LABELS[Capacity(level)]), "count": count}
    where = _("%(college)s：%(level)s级没有审核人") if college else _("%(level)s级没有审核人")
    waiting = _("，%(count)d 项在等待") if count else ""
    return (where + waiting) % facts
