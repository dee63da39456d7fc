"""Who no longer acts for an employer or the platform: a capacity ends, or is given back. Each is written down; sessions end.

A school's staff are its own administrators' matter (flows/staff.py). What was done in an ended capacity stays done.
"""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from wangqian.chart.words import Refused
from wangqian.people import accounts
from wangqian.people.clock import now
from wangqian.people.models import Actor, Capacity, Membership, MembershipChange

STOPPED, BACK = "stopped", "back"
KINDS = (Capacity.EMPLOYER, Capacity.OPERATOR)


def stop(by: Actor | None, pk: UUID, why: str) -> MembershipChange:
    """Nothing can be done in this capacity any more, from the next request on. `by` is None on the server itself."""
    with transaction.atomic():
        member = locked(by, pk)
        if not member.active:
            raise Refused("此用户已经停用，不用再停用。")
        accounts.take(member)
        return written(by, STOPPED, member, why)


def restore(by: Actor | None, pk: UUID, why: str) -> MembershipChange:
    """As he was. Refused where the same person has been added anew in between."""
    with transaction.atomic():
        member = locked(by, pk)
        if member.active:
            raise Refused("此用户正在使用，不用恢复。")
        if peers(member).filter(user=member.user_id).exists():
            raise Refused("此人在这里另有一个在用的身份，不用恢复。")
        accounts.give_back(member, member.admin)
        return written(by, BACK, member, why)


def locked(by: Actor | None, pk: UUID) -> Membership:
    """The capacity as it is now: of two who press at once the second finds what the first did."""
    rows = Membership.objects.select_for_update(of=("self",), no_key=True).select_related("user", "employer")
    member = rows.get(pk=pk, kind__in=KINDS)
    if by and by.user.pk == member.user_id:
        raise Refused("不能更改自己的身份，请由另一位平台人员办理。")
    return member


def peers(member: Membership) -> QuerySet[Membership]:
    """The others who act in the same place and can log in."""
    here = Membership.objects.filter(kind=member.kind, employer=member.employer_id, active=True, user__is_active=True)
    return here.exclude(pk=member.pk)


def written(by: Actor | None, what: str, member: Membership, why: str) -> MembershipChange:
    return MembershipChange.objects.create(
        membership=member, at=now(), by=by.membership if by else None, what=what, why=why
    )


def changes(employer: UUID) -> QuerySet[MembershipChange]:
    """What was done about an employer's users, newest first, with everybody named."""
    found = MembershipChange.objects.filter(membership__employer=employer)
    return found.select_related("membership__user", "by__user")
