"""Accounts: whom a login name means, and what ends a person's sessions.

A phone or an e-mail address is a login name once its owner has proven it; an identity number once the account was activated;
the account name, which is opaque, always. One query each, of the same shape whether or not somebody is found.
"""

from __future__ import annotations

from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Exists, F, OuterRef, Q

from wangqian.codes.table import table
from wangqian.codes.width import half_width
from wangqian.people import passwords
from wangqian.people.clock import now
from wangqian.people.identity import blind_index
from wangqian.people.ids import new_id
from wangqian.people.models import Capacity, Membership, User
from wangqian.people.vault import index_of


def by_login_name(typed: str) -> User | None:
    """The account of a phone, an e-mail address, an identity number or an account name."""
    phone, email = index_of("phone", typed), index_of("email", typed)
    identities = [blind_index(kind.code, half_width(typed)) for kind in table("document_kind")]
    named = typed.strip()
    found = User.objects.filter(
        Q(phone_index=phone, phone_proven_at__isnull=False)
        | Q(email_index=email, email_proven_at__isnull=False)
        | Q(identity_index__in=identities)
        | Q(username__in=[named, named.lower()])
    )
    return min(found, key=lambda user: (kept(user.phone_index) != phone, kept(user.email_index) != email), default=None)


def kept(index: Any) -> bytes:
    """A blind index as the database gave it."""
    return bytes(index or b"")


def by_address(channel: str, typed: str) -> User | None:
    """Whose phone ("sms") or e-mail address ("email") it is, to be sent a code for logging in.

    Proven; or unproven, where an administrator wrote it down for a member of a school, an employer or the operator: his first
    login by code proves it. Graduates are activated first (flows.md §11).
    """
    kind = "phone" if channel == "sms" else "email"
    member = Membership.objects.filter(user=OuterRef("pk"), active=True)
    found = User.objects.filter(**{f"{kind}_index": index_of(kind, typed)}, is_active=True).annotate(
        invited=Exists(member.exclude(kind=Capacity.GRADUATE)),
        graduate=Exists(member.filter(kind=Capacity.GRADUATE)),
    )
    people = list(found)
    proven = [user for user in people if getattr(user, f"{kind}_proven_at")]
    first = [user for user in people if user.invited and not user.graduate and waits(user)]
    return (proven or first or [None])[0]  # type: ignore[list-item]


def waits(user: User) -> bool:
    """Nobody has come in yet. Later an unproven address is no way in: whoever has it need not be whose account it is."""
    return user.activated_at is None and not user.has_usable_password()


def by_phone_or_new(name: str, phone: str, email: str) -> User:
    """For a capacity given by somebody else: whose phone it is proven to be; else the account that waits for its first login by it;
    else a new one. Whoever gives it is not told which: the name he typed goes with the capacity (`known_as`)."""
    found = User.objects.filter(phone_index=index_of("phone", phone), is_active=True)
    proven = found.filter(phone_proven_at__isnull=False).first()
    waiting = found.exclude(memberships__kind=Capacity.GRADUATE).order_by("created_at")
    first = proven or next((user for user in waiting if waits(user)), None)
    return first or User.objects.create_user(f"m{new_id().hex}", None, name=name, phone=phone, email=email)


def set_password(user: User, password: str) -> None:
    """The caller has checked it (passwords.py). Every session ends; the page that changed it may keep its own."""
    with transaction.atomic():
        passwords.remember(user)
        user.set_password(password)
        user.password_set_at = now()
        user.save(update_fields=["password", "password_set_at"])
        end_sessions(user)


def end_sessions(user: User) -> None:
    """Every session of his ends at its next request. Call it where rights or factors change."""
    User.objects.filter(pk=user.pk).update(generation=F("generation") + 1)
    user.refresh_from_db(fields=["generation"])


def give(user: User, kind: str, **place: Any) -> Membership:
    """A new capacity. What is open was begun without it, so it ends."""
    with transaction.atomic():
        made = Membership.objects.create(user=user, kind=kind, **place)
        end_sessions(user)
    return made


def take(membership: Membership) -> None:
    """A capacity ends; the row stays, events point at it."""
    with transaction.atomic():
        Membership.objects.filter(pk=membership.pk).update(active=False)
        membership.active = False
        end_sessions(membership.user)


def give_back(membership: Membership, admin: bool) -> None:
    """An ended capacity begins again."""
    with transaction.atomic():
        membership.active, membership.admin = True, admin
        membership.save(update_fields=["active", "admin"])
        end_sessions(membership.user)


def prove(user: User, channel: str) -> bool:
    """The phone or the address is his: from now on a login name. False when another account has proven it first."""
    kind = "phone" if channel == "sms" else "email"
    if getattr(user, f"{kind}_proven_at"):
        return True
    moment = now()
    setattr(user, f"{kind}_proven_at", moment)
    user.activated_at = user.activated_at or moment
    try:
        with transaction.atomic():
            user.save(update_fields=[f"{kind}_proven_at", "activated_at"])
    except IntegrityError:
        setattr(user, f"{kind}_proven_at", None)
        return False
    return True


def reached(typed: str) -> tuple[User | None, str]:
    """(account, channel) to which a code goes for what was typed: the address itself, else the account's own proven one.

    Two queries, whoever is found.
    """
    channel = "email" if "@" in typed else "sms"
    named, addressed = by_login_name(typed), by_address(channel, typed)
    if addressed is not None:
        return addressed, channel
    if named is None or not named.is_active:
        return None, channel
    ways = [way for way, at in (("sms", named.phone_proven_at), ("email", named.email_proven_at)) if at]
    return (named, ways[0]) if ways else (None, channel)
