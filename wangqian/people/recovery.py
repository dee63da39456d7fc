"""Recovery codes: ten words of eight digits for the day the phone is gone, each good once; shown once, kept sealed."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from allauth.mfa.models import Authenticator
from django.db import transaction

from wangqian.chart.words import Refused
from wangqian.people import limits, mfa
from wangqian.people.clock import now
from wangqian.people.models import User

KIND = Authenticator.Type.RECOVERY_CODES
COUNT, DIGITS = 10, 8


class RecoveryRefused(Refused):
    status = 422


def of(user: User) -> Authenticator | None:
    return Authenticator.objects.filter(user=user, type=KIND).first()


def left(user: User) -> int:
    found = of(user)
    return len(found.data["codes"]) if found else 0


def renew(user: User) -> None:
    """Ten new ones; what was written down before is worth nothing any more."""
    codes: set[str] = set()
    while len(codes) < COUNT:
        codes.add(f"{secrets.randbelow(10**DIGITS):0{DIGITS}d}")
    data = {"codes": [mfa.seal(user.pk, code) for code in codes], "shown_at": None}
    with transaction.atomic():
        Authenticator.objects.filter(user=user, type=KIND).delete()
        Authenticator.objects.create(user=user, type=KIND, data=data, created_at=now())


def ensure(user: User) -> None:
    """With the first factor come recovery codes."""
    if of(user) is None:
        renew(user)


def shown(user: User) -> bool:
    """Whether they were on a screen already."""
    found = of(user)
    return bool(found and found.data["shown_at"])


def show(user: User) -> list[str]:
    """The codes, once; [] when they were shown before. Whoever lost them renews them."""
    with transaction.atomic():
        found = Authenticator.objects.select_for_update().filter(user=user, type=KIND).first()
        if found is None or found.data["shown_at"]:
            return []
        found.data["shown_at"] = now().isoformat()
        found.save(update_fields=["data"])
    return opened(found)


def recent(user: User, within: timedelta) -> list[str]:
    """The codes again, if they were shown a moment ago."""
    found = of(user)
    at = found and found.data["shown_at"]
    if found is None or not at or now() - datetime.fromisoformat(at) >= within:
        return []
    return opened(found)


def enter(user: User, code: str) -> Authenticator:
    """Use one up. `RecoveryRefused` when it is none of his, or after five wrong ones."""
    typed, who = "".join(code.replace("-", "").split()), str(user.pk)
    with transaction.atomic():
        found = Authenticator.objects.select_for_update().filter(user=user, type=KIND).first()
        if words := limits.refusal("recovery", who):
            refusal = RecoveryRefused(words)
        elif found is None or not use(found, typed):
            limits.count("recovery", who)
            refusal = RecoveryRefused("恢复码不正确，或者已经用过。")
        else:
            return found
    raise refusal


def opened(found: Authenticator) -> list[str]:
    return [mfa.unseal(found.user_id, code) for code in found.data["codes"]]


def use(found: Authenticator, typed: str) -> bool:
    """Take it off the list. Every code is opened and compared, whichever fits."""
    fits = [secrets.compare_digest(code.encode(), typed.encode()) for code in opened(found)]
    if not any(fits):
        return False
    found.data["codes"] = [code for code, fit in zip(found.data["codes"], fits, strict=True) if not fit]
    found.last_used_at = now()
    found.save(update_fields=["data", "last_used_at"])
    return True
