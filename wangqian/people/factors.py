"""Second factors: which ones a person has, who must have one, by what he may prove an act."""

from __future__ import annotations

from dataclasses import dataclass

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_noop

from wangqian.chart.words import Refused
from wangqian.people.models import Capacity, Membership, User

KINDS = (Authenticator.Type.WEBAUTHN, Authenticator.Type.TOTP)
KEPT = gettext_noop("老师、平台用户和单位管理员至少要保留一种验证方式，不能只用密码。请先添加另一种，再删除这个。")
STAFF = (Capacity.COUNSELLOR, Capacity.COLLEGE, Capacity.SCHOOL, Capacity.OPERATOR)


@dataclass(frozen=True)
class Ways:
    """By what a person may prove an act; `code`: a one-time code by SMS or e-mail."""

    passkey: bool
    totp: bool
    code: bool

    @property
    def none(self) -> bool:
        return not (self.passkey or self.totp or self.code)


def obligatory() -> bool:
    """Everywhere but in the demo: staff, operators and employers' administrators need a second factor (G16)."""
    return bool(settings.SECOND_FACTOR == "obligatory")


def needs_one(membership: Membership) -> bool:
    """Whether this capacity is more than a password should open."""
    kind = membership.kind
    return kind in STAFF or (kind == Capacity.EMPLOYER and membership.admin)


def obliged(user: User) -> bool:
    """Whether he may not be without one, in whatever capacity he acts now."""
    return obligatory() and any(needs_one(one) for one in Membership.objects.filter(user=user, active=True))


def enrolled(user: User) -> set[str]:
    """Kinds he has: "webauthn", "totp"."""
    return set(Authenticator.objects.filter(user=user, type__in=KINDS).values_list("type", flat=True))


def ways(membership: Membership) -> Ways:
    has = enrolled(membership.user)
    code = membership.kind not in STAFF or not (obligatory() or has)
    return Ways(passkey=Authenticator.Type.WEBAUTHN in has, totp=Authenticator.Type.TOTP in has, code=code)


def code_suffices(membership: Membership) -> bool:
    """SMS alone never for staff, but where second factors are only offered (demo) and he has none yet."""
    if membership.kind not in STAFF:
        return True
    return not obligatory() and not enrolled(membership.user)


def asked_at_login(user: User) -> bool:
    """After the password or a code: of whoever set up an app, and of whoever is more than a password should open.

    A passkey alone, of somebody who needs none, is a shorter way in and no lock: his browser may not have it (WeChat).
    """
    has = enrolled(user)
    if Authenticator.Type.TOTP in has:
        return True
    return bool(has) and any(needs_one(one) for one in Membership.objects.filter(user=user, active=True))


def removable(found: Authenticator) -> bool:
    """Whether an obliged person would keep a factor."""
    others = Authenticator.objects.filter(user_id=found.user_id, type__in=KINDS).exclude(pk=found.pk)
    return others.exists() or not obliged(found.user)


def drop(found: Authenticator) -> None:
    """Remove a factor; recovery codes do not outlive the last one. `Refused` when he must keep it."""
    with transaction.atomic():
        User.objects.select_for_update(no_key=True).get(pk=found.user_id)  # two removals at once must not leave him without
        if not removable(found):
            raise Refused(KEPT)
        Authenticator.objects.filter(pk=found.pk).delete()
        if not enrolled(found.user):
            Authenticator.objects.filter(user_id=found.user_id).delete()
