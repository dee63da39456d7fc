"""A corrected identity number or name and the account behind it: the account follows, unless it would become somebody else's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from django.utils.translation import gettext as _

from wangqian.people.models import Membership, User
from wangqian.people.names import plain_name


def reasons_against(wanted: Mapping[UUID, bytes]) -> dict[UUID, str]:
    """Graduate → why his account cannot take the new identity (given as blind index)."""
    reasons: dict[UUID, str] = {}
    taken = {
        bytes(index or b""): pk
        for pk, index in User.objects.filter(identity_index__in=list(wanted.values())).values_list(
            "pk", "identity_index"
        )
    }
    holders = _holders(list(wanted))
    shared = _elsewhere(holders)
    for graduate, index in wanted.items():
        user = holders.get(graduate)
        if user is None:
            continue
        if taken.get(index, user) != user:
            reasons[graduate] = _("新的证件号已有另一个账号，不能改到此毕业生名下，请核对")
        elif user in shared:
            reasons[graduate] = _("该毕业生的账号还用于其他届别或学校，证件号不能在此修改，请联系平台")
    return reasons


def follow(changed: Mapping[UUID, bytes]) -> None:
    """Give the accounts of these graduates their new blind index."""
    holders = _holders(list(changed))
    for graduate, user in holders.items():
        User.objects.filter(pk=user).update(identity_index=changed[graduate])


def follow_names(changed: Mapping[UUID, tuple[str, str]]) -> None:
    """Graduate → (name before, name after). An account that goes by another name, of a member of staff say, keeps it."""
    holders = _holders(list(changed))
    users = User.objects.select_for_update(no_key=True).in_bulk(list(holders.values()))
    for graduate, key in holders.items():
        user, (before, after) = users[key], changed[graduate]
        if plain_name(user.name) == plain_name(before):
            user.name = after
            user.save(update_fields=["name"])


def _holders(graduates: Sequence[UUID]) -> dict[UUID, UUID]:
    """Graduate → the user who acts as him."""
    found = Membership.objects.filter(graduate__in=graduates).values_list("graduate_id", "user_id")
    return {graduate: user for graduate, user in found if graduate}


def _elsewhere(holders: Mapping[UUID, UUID]) -> set[UUID]:
    """Users who are a graduate in more than one place."""
    others = Membership.objects.filter(user__in=set(holders.values()), graduate__isnull=False)
    return set(others.exclude(graduate__in=list(holders)).values_list("user_id", flat=True))
