"""A school's staff (flows.md §12): who may act for it, as what, for which classes. Each change is written down; sessions end.

All of it happens under the school's row, and whoever changes rights is looked at again there: two administrators who take each
other's rights away at the same moment do so one after the other, and the second finds that he has none any more. So one stays.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_noop

from wangqian.cases.act import NotYours
from wangqian.chart.words import Refused
from wangqian.flows.parties import REVIEWING
from wangqian.people import accounts
from wangqian.people.clock import now
from wangqian.people.models import (
    Actor,
    Capacity,
    College,
    CounsellorClass,
    Graduate,
    Membership,
    School,
    SchoolChange,
    SchoolProfile,
    User,
)

ADDED, MOVED, STOPPED, BACK, NAMED, CLASSES = (
    "staff_added", "staff_moved", "staff_stopped", "staff_back", "staff_named", "staff_classes",
)  # fmt: skip
MISSING = gettext_noop("找不到此事项。")


@dataclass(frozen=True)
class Person:
    """Somebody to be added. No password: the account is entered first with a code to the phone."""

    name: str
    phone: str
    email: str = ""


def managed(membership: Membership) -> Q | None:
    """Whom this member may manage: an administrator the school's staff; one of a college its counsellors, if the school lets him."""
    if not membership.admin:
        return None
    if membership.kind == Capacity.SCHOOL:
        return Q(school=membership.school_id, kind__in=REVIEWING)
    if membership.kind == Capacity.COLLEGE and college_manages(membership.school_id):
        return Q(school=membership.school_id, college=membership.college_id, kind=Capacity.COUNSELLOR)
    return None


def college_manages(school: UUID | None) -> bool:
    last = SchoolProfile.of(school)
    return last is not None and last.college_manages_counsellors


def members(membership: Membership) -> QuerySet[Membership]:
    """The only way pages reach staff."""
    whom = managed(membership)
    return Membership.objects.none() if whom is None else Membership.objects.filter(whom)


def colleges(membership: Membership) -> QuerySet[College]:
    """Where he may put somebody."""
    found = College.objects.filter(school=membership.school_id, active=True).order_by("name")
    return found if membership.kind == Capacity.SCHOOL else found.filter(memberships=membership.pk)


def kinds(membership: Membership) -> tuple[Capacity, ...]:
    """As what he may add somebody."""
    whole = membership.kind == Capacity.SCHOOL
    return (Capacity.SCHOOL, Capacity.COLLEGE, Capacity.COUNSELLOR) if whole else (Capacity.COUNSELLOR,)


# --- under the school's lock -------------------------------------------------------------------------


def manager(by: Actor) -> Membership:
    """Lock the school and look at the manager's rights as they are now. Out of them nothing exists."""
    School.objects.select_for_update(no_key=True).filter(pk__in=[by.membership.school_id]).first()
    found = Membership.objects.filter(pk=by.membership.pk, active=True, user__is_active=True).first()
    if found is None or managed(found) is None:
        raise NotYours(MISSING)
    return found


def subject(own: Membership, pk: UUID) -> Membership:
    """The member whose rights are changed: in scope, and not oneself."""
    found = members(own).select_related("user", "school", "college").filter(pk=pk).first()
    if found is None:
        raise NotYours(MISSING)
    if found.user_id == own.user_id:
        raise Refused("不能更改自己的权限，请由另一位管理员办理。")
    return found


def keep_one_administrator(member: Membership) -> None:
    others = Membership.objects.filter(
        school=member.school_id, kind=Capacity.SCHOOL, admin=True, active=True, user__is_active=True
    ).exclude(pk=member.pk)
    if member.admin and member.kind == Capacity.SCHOOL and not others.exists():
        raise Refused("至少要保留一位学校管理员；请先指定另一位管理员。")


def add(by: Actor, person: Person, kind: Capacity, college: UUID | None = None, admin: bool = False) -> SchoolChange:
    """A new capacity, of a new account or of the one that has proven this phone; nobody is told which."""
    with transaction.atomic():
        own = manager(by)
        place = placed(own, kind, college)
        user = accounts.by_phone_or_new(person.name, person.phone, person.email)
        unique(user, own, kind, place)
        made = accounts.give(user, str(kind), admin=admin and kind != Capacity.COUNSELLOR, known_as=person.name, **place)
        return written(by, ADDED, made, {}, state(made))


def placed(own: Membership, kind: Capacity, college: UUID | None) -> dict[str, Any]:
    """The columns that name the place; a college of his, in use."""
    if kind not in kinds(own):
        raise NotYours(MISSING)
    if kind == Capacity.SCHOOL:
        return {"school": own.school}
    found = colleges(own).filter(pk__in=[college]).first()
    if found is None:
        raise Refused("请选择在用的院系。")
    return {"school": own.school, "college": found}


def unique(user: User, own: Membership, kind: Capacity, place: dict[str, Any]) -> None:
    same = Membership.objects.filter(user=user, kind=kind, active=True, school=own.school, college=place.get("college"))
    if same.exists():
        raise Refused("使用这个手机号码的老师已经有此身份，不用重复添加。")


def move(by: Actor, pk: UUID, kind: Capacity, college: UUID | None = None) -> SchoolChange:
    """Another capacity: the old one ends and stays for the record, a new one begins."""
    with transaction.atomic():
        own = manager(by)
        member = active(subject(own, pk))
        place = placed(own, kind, college)
        unique(member.user, own, kind, place)
        if kind != Capacity.SCHOOL:
            keep_one_administrator(member)
        before = state(member)
        accounts.take(member)
        admin = member.admin and kind == member.kind
        made = accounts.give(member.user, str(kind), known_as=member.known_as, admin=admin, **place)
        return written(by, MOVED, made, before, state(made))


def active(member: Membership) -> Membership:
    if not member.active:
        raise Refused("此身份已停用，请先恢复。")
    return member


def stop(by: Actor, pk: UUID) -> SchoolChange:
    """Deactivate: nothing can be done in this capacity any more; what was done stays."""
    with transaction.atomic():
        member = active(subject(manager(by), pk))
        keep_one_administrator(member)
        before = state(member)
        accounts.take(member)
        return written(by, STOPPED, member, before, state(member))


def restore(by: Actor, pk: UUID) -> SchoolChange:
    """Reactivate as he was, but as no administrator: that is named anew."""
    with transaction.atomic():
        own = manager(by)
        member = subject(own, pk)
        if member.active:
            raise Refused("此身份正在使用，不用恢复。")
        place = placed(own, Capacity(member.kind), member.college_id)
        unique(member.user, own, Capacity(member.kind), place)
        before = state(member)
        accounts.give_back(member, admin=False)
        return written(by, BACK, member, before, state(member))


def name_administrator(by: Actor, pk: UUID, admin: bool) -> SchoolChange:
    """Administrators of the school, and of a college; the school's alone name them."""
    with transaction.atomic():
        own = manager(by)
        member = active(subject(own, pk))
        if own.kind != Capacity.SCHOOL or member.kind == Capacity.COUNSELLOR:
            raise Refused("只有学校管理员可以指定学校和院系的管理员。")
        if member.admin == admin:
            raise Refused("没有改动。")
        if not admin:
            keep_one_administrator(member)
        before, member.admin = state(member), admin
        member.save(update_fields=["admin"])
        accounts.end_sessions(member.user)
        return written(by, NAMED, member, before, state(member))


def assign(by: Actor, pk: UUID, wanted: Collection[tuple[UUID, str]]) -> SchoolChange:
    """The classes of a counsellor: out of those in the roster of his college, and those he has."""
    with transaction.atomic():
        member = active(subject(manager(by), pk))
        if member.kind != Capacity.COUNSELLOR:
            raise Refused("只有辅导员有所带班级。")
        before, held = state(member), set(member.in_charge)
        fresh = set(wanted) - held
        known = set(Graduate.objects.filter(college=member.college_id).values_list("cohort_id", "klass").distinct())
        if not fresh <= known or any(not name for _cohort, name in fresh):
            raise Refused("有的班级已不在该院系的名单中，请刷新页面后重新勾选。")
        if held == set(wanted):
            raise Refused("没有改动。")
        for cohort, name in held - set(wanted):
            CounsellorClass.objects.filter(membership=member, cohort=cohort, name=name).delete()
        CounsellorClass.objects.bulk_create(CounsellorClass(membership=member, cohort_id=c, name=n) for c, n in fresh)
        del member.in_charge
        accounts.end_sessions(member.user)
        return written(by, CLASSES, member, before, state(member))


# --- the record --------------------------------------------------------------------------------------


def state(member: Membership) -> dict[str, Any]:
    """The rights as they are, by codes and names of the day."""
    classes = member.classes.order_by("-cohort__year", "name").values_list("cohort__year", "name")
    return {
        "kind": member.kind,
        "college": member.college.name if member.college else "",
        "admin": member.admin,
        "active": member.active,
        "classes": [f"{year} {name}" for year, name in classes] if member.kind == Capacity.COUNSELLOR else [],
    }


def written(by: Actor, what: str, member: Membership, before: dict[str, Any], after: dict[str, Any]) -> SchoolChange:
    """What differs, before and after."""
    assert member.school is not None
    names = [name for name in after if before.get(name) != after[name]]
    return SchoolChange.objects.create(
        school=member.school, at=now(), by=by.membership, what=what, membership=member,
        before={name: before[name] for name in names if name in before}, after={name: after[name] for name in names},
    )  # fmt: skip
