"""Lost devices: whose second factors an administrator may reset, and how two of them do it, face to face with the person.

A school's administrator looks after the graduates and the staff of his school; whoever is more, or elsewhere too, is the
operator's. What follows: every factor gone, every session ended, nothing binding for 24 hours.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from allauth.mfa.models import Authenticator
from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet

from wangqian.chart.words import Refused
from wangqian.people import accounts
from wangqian.people.clock import now
from wangqian.people.models import Actor, Capacity, FactorReset, Membership, User, WechatLink

WAIT = timedelta(hours=24)
SCHOOLS_OWN = (Capacity.GRADUATE, Capacity.COUNSELLOR, Capacity.COLLEGE, Capacity.SCHOOL)
AROUND = ("membership__user", "membership__school", "membership__graduate", "requested_by__user", "requested_by__school")


def resets_others(actor: Actor) -> bool:
    """Operators, and administrators of a school."""
    mine = actor.membership
    return mine.kind == Capacity.OPERATOR or (mine.kind == Capacity.SCHOOL and mine.admin)


def may_reset(actor: Actor, target: Membership) -> bool:
    """Never his own account; a school's administrator only people who are nothing but his school's graduates or plain staff."""
    if not resets_others(actor) or not target.active or target.user_id == actor.membership.user_id:
        return False
    if actor.membership.kind == Capacity.OPERATOR:
        return True
    capacities = Membership.objects.filter(user=target.user_id, active=True).select_related("graduate")
    return all(schools_own(one, actor.membership) for one in capacities)


def schools_own(one: Membership, admin: Membership) -> bool:
    school = one.graduate.school_id if one.graduate else one.school_id
    return one.kind in SCHOOLS_OWN and not one.admin and school == admin.school_id


def resettable(actor: Actor, targets: Iterable[Membership]) -> set[UUID]:
    """Those for whom he may ask and who have something to reset."""
    if not resets_others(actor):
        return set()
    found = list(targets)
    enrolled = set(Authenticator.objects.filter(user__in={one.user_id for one in found}).values_list("user", flat=True))
    return {one.pk for one in found if one.user_id in enrolled and may_reset(actor, one)}


def open_resets() -> QuerySet[FactorReset]:
    found = FactorReset.objects.filter(confirmed_at=None, withdrawn_at=None).select_related(*AROUND)
    return found.order_by("requested_at", "pk")


def waiting_for(actor: Actor) -> list[FactorReset]:
    """Open ones he may look at: his own requests and those he may confirm."""
    if not resets_others(actor):
        return []
    found, school = open_resets(), actor.membership.school_id
    if actor.membership.kind == Capacity.SCHOOL:  # of the others none is his: they need not be read
        found = found.filter(Q(membership__school=school) | Q(membership__graduate__school=school))
    return [one for one in found if may_reset(actor, one.membership)]


def to_confirm(actor: Actor) -> list[FactorReset]:
    """Those that wait for him: what he asked himself, another confirms."""
    return [one for one in waiting_for(actor) if one.requested_by and one.requested_by.user_id != actor.user.pk]


def others(found: FactorReset) -> list[User]:
    """Who may be the second: the administrators of the person's school, and the operators, but for who asked."""
    place = found.membership.graduate or found.membership
    kinds = Q(kind=Capacity.OPERATOR) | Q(kind=Capacity.SCHOOL, admin=True, school=place.school_id)
    mine = Membership.objects.filter(kinds, active=True).select_related("user").order_by("created_at", "pk")
    able = [one for one in mine if may_reset(Actor(one), found.membership)]
    asker = found.requested_by.user_id if found.requested_by else None
    return list({one.user_id: one.user for one in able if one.user_id != asker}.values())


def find(actor: Actor, typed: str) -> Membership | None:
    """A person of his by account name, phone, e-mail address or number; None for everybody else, in the same words."""
    user = accounts.by_login_name(typed) or accounts.by_address("sms", typed) or accounts.by_address("email", typed)
    mine = Membership.objects.filter(user=user, active=True).order_by("created_at", "pk") if user else Membership.objects.none()
    return next((one for one in mine if may_reset(actor, one)), None)


def request(actor: Actor, target: Membership, reason: str) -> FactorReset:
    """The first of two. `Refused` when there is nothing to reset, or somebody asked already."""
    if not may_reset(actor, target):
        raise Refused("此人不由您管理，不能重置。")
    if not Authenticator.objects.filter(user=target.user_id).exists():
        raise Refused("此人没有设置过通行密钥或验证器应用，不用重置；忘记密码请让本人在登录页找回。")
    try:
        with transaction.atomic():
            return FactorReset.objects.create(
                membership=target, reason=reason, requested_by=actor.membership, requested_at=now()
            )
    except IntegrityError as twice:
        raise Refused("已有人为此人申请重置，请由另一位管理员确认。") from twice


def locked(pk: UUID) -> FactorReset:
    found = FactorReset.objects.select_for_update(of=("self",)).select_related(*AROUND).filter(pk=pk).first()
    if found is None or found.confirmed_at or found.withdrawn_at:
        raise Refused("这项申请已经处理过，请刷新页面查看。")
    return found


def confirm(actor: Actor, found: FactorReset) -> datetime:
    """The second of two. Everything is undone at once; the moment from which the person may bind somebody again."""
    with transaction.atomic():
        row = locked(found.pk)
        if not may_reset(actor, row.membership):
            raise Refused("此人不由您管理，不能重置。")
        if row.requested_by is None or row.requested_by.user_id == actor.membership.user_id:
            raise Refused("申请人不能自己确认，须由另一位管理员核对本人证件后确认。")
        row.confirmed_by, row.confirmed_at = actor.membership, now()
        row.save(update_fields=["confirmed_by", "confirmed_at"])
        return clear(row.membership.user, row.confirmed_at)


def withdraw(actor: Actor, found: FactorReset) -> None:
    with transaction.atomic():
        row = locked(found.pk)
        if not may_reset(actor, row.membership):
            raise Refused("此人不由您管理，不能重置。")
        row.withdrawn_by, row.withdrawn_at = actor.membership, now()
        row.save(update_fields=["withdrawn_by", "withdrawn_at"])


def clear(user: User, moment: datetime) -> datetime:
    """No factor, no session, and a day without binding acts. In the caller's transaction."""
    Authenticator.objects.filter(user=user).delete()
    WechatLink.objects.filter(user=user).delete()  # the lost phone was perhaps where that WeChat is
    opens = moment + WAIT
    User.objects.filter(pk=user.pk).update(binding_from=opens)
    accounts.end_sessions(user)
    user.binding_from = opens
    return opens
