"""The graduate's account (flows.md §11; security.md A1, A2): facts only identify; a code to his phone, or a slip handed out
face to face, proves. An import makes no account, and no password is made for anybody.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable
from datetime import timedelta
from typing import NamedTuple
from uuid import UUID

from allauth.mfa.models import Authenticator
from django.db import transaction
from django.utils.translation import gettext_noop

from wangqian.cases.engine import lock_graduate, perform
from wangqian.cases.models import Case
from wangqian.chart.words import SYSTEM, Refused
from wangqian.codes import serial
from wangqian.codes.width import half_width
from wangqian.flows.activation_slip import ActivationSlip
from wangqian.flows.corrections import SLIP, Why, renew
from wangqian.people.accounts import end_sessions, give
from wangqian.people.clock import now
from wangqian.people.identity import blind_index
from wangqian.people.ids import new_id
from wangqian.people.models import Capacity, Graduate, Membership, OutsideLink, Status, User, WechatLink
from wangqian.people.names import plain_name
from wangqian.people.vault import index_of

BINDING_AFTER = timedelta(hours=24)
NO_SLIP = gettext_noop("填写的信息与学校登记的不符，或激活码不正确、已用过、已过期。请核对后再填，或到学院重新办理。")


class Taken(Refused):
    """Known only to who has proven the number."""


class Moved(NamedTuple):
    """An account a slip gave a new phone; `before` is the account as it was, once for every number left behind."""

    user: User
    before: list[User]


def identified(name: str, kind: str, number: str, school_id: UUID) -> Graduate | None:
    """The newest row of this school that all facts name; reads no more for a wrong name than for a wrong number."""
    rows = Graduate.objects.filter(school_id=school_id, person=blind_index(kind, half_width(number)))
    rows = rows.exclude(status__in=(Status.WITHDRAWN, Status.MOVED)).order_by("-cohort__year")
    wanted = plain_name(name)
    return next((one for one in rows.select_related("cohort") if plain_name(one.name) == wanted), None)


def active(graduate: Graduate) -> bool:
    """Whether the person already acts as this graduate: he logs in instead."""
    return Membership.objects.filter(graduate=graduate, active=True, user__activated_at__isnull=False).exists()


def account_of(graduate: Graduate, here: User | None = None) -> User:
    """The person's account: his own if he has one, else an inert one with the roster's phone, for codes to go to.

    The inert one has no password, no proven phone and no capacity: nobody can log in to it. `here` is the account that asks:
    somebody of a school's staff, say, whose proven phone is the one on the roster, stays one account.
    """
    with transaction.atomic():
        lock_graduate(graduate.pk)
        index = bytes(graduate.identity_index)
        user = User.objects.filter(identity_index=index).first()
        if user is None or user.activated_at is None:
            user = (here if here and same_person(here, graduate) else None) or user
        if user is None:
            return User.objects.create_user(
                new_id().hex, None, name=graduate.name, phone=graduate.phone, email=graduate.email, identity_index=index
            )
        if user.activated_at is None:  # the roster may have been corrected meanwhile
            user.name, user.phone, user.email = graduate.name, graduate.phone, graduate.email
            user.save(update_fields=["name", "phone", "phone_index", "email", "email_index"])
        return user


def same_person(here: User, graduate: Graduate) -> bool:
    """Whether an account that is nobody's on a roster has proven the very phone the school registered."""
    nobody = here.identity_index is None and here.activated_at is not None and here.phone_proven_at is not None
    return nobody and index_of("phone", here.phone) == index_of("phone", graduate.phone)


def activate(user: User, graduate: Graduate, password: str | None) -> Membership:
    """After the code to `user.phone` was proven: the phone is his, and he acts as this graduate.

    `password` sets the first one; None for an account that has been in use and only gains a capacity. Raises `Taken` when the
    number is another account's proven one, `Refused` when somebody else already acts as this graduate.
    """
    with transaction.atomic():
        lock_graduate(graduate.pk)
        user = User.objects.select_for_update().get(pk=user.pk)
        settle_phone(user)
        moment = now()
        if user.activated_at is None:
            user.set_password(password)
            user.activated_at = user.password_set_at = moment
        user.phone_proven_at = moment
        if user.identity_index is None:
            identify(user, bytes(graduate.identity_index))
        user.save(update_fields=["password", "password_set_at", "activated_at", "phone_proven_at", "identity_index"])
        return belong(user, graduate)


def identify(user: User, index: bytes) -> None:
    """An account of staff turns out to be this person's: the inert one that was made for codes gives way."""
    User.objects.filter(identity_index=index, activated_at=None).update(identity_index=None)
    user.identity_index = index


def settle_phone(user: User) -> None:
    """A proven number belongs to one account."""
    others = User.objects.filter(phone_index=index_of("phone", user.phone), phone_proven_at__isnull=False)
    if others.exclude(pk=user.pk).exists():
        raise Taken(
            "这个手机号已用于另一个账号，不能再激活一个。如果那也是您本人的账号（例如您同时是老师或单位人员），"
            "或号码已换人使用，请带证件到学院办理。"
        )


def belong(user: User, graduate: Graduate) -> Membership:
    """One membership per graduate row, and it is this person's; a new one ends what was begun without it."""
    found = Membership.objects.filter(graduate=graduate).first()
    if found is None:
        return give(user, Capacity.GRADUATE, graduate=graduate)
    if found.user_id != user.pk:
        raise Refused("这份学籍信息已由另一个账号激活，请带证件到学院办理。")
    if not found.active:
        raise Refused("您的账号已被学校停用，请联系学校就业部门。")
    return found


def open_slip(graduate: Graduate, typed: str) -> Case | None:
    """The slip of this graduate whose code was typed, while it can be used."""
    code = serial.normal(typed)
    found = Case.objects.filter(
        graduate=graduate,
        flow=ActivationSlip.slug,
        state=ActivationSlip.issued.name,
        respond_by__gt=now(),
        slip__code_index=index_of("slip", code),
    )
    return found.first()


def slip_for(graduate: Graduate, typed: str, phone: str) -> Case:
    """The slip that would be spent, with a phone that is nobody else's. Raises `Refused`; nothing is spent."""
    case = open_slip(graduate, typed)
    if case is None:
        raise Refused(NO_SLIP)
    others = User.objects.filter(phone_index=index_of("phone", phone), phone_proven_at__isnull=False)
    if others.exclude(identity_index=bytes(graduate.identity_index)).exists():
        raise Taken("这个手机号已用于另一个账号，请换一个您本人使用的号码。激活码还没有用掉。")
    mine = Membership.objects.filter(user__identity_index=bytes(graduate.identity_index), active=True)
    if mine.exclude(kind=Capacity.GRADUATE).exists():  # two people of a college do not open the account of somebody on a staff
        raise Refused("您的账号还有其他身份，不能用激活码更换手机。请由管理员为您重置登录方式。激活码还没有用掉。")
    return case


def accept_slip(graduate: Graduate, typed: str, phone: str) -> Moved:
    """Spend the slip, after a code to the new phone was proven: from now on codes go there, and whoever held the account is out.

    The old password, proven address, second factors, bound WeChat and sessions end; nothing may be bound for 24 hours. Every row
    of the person has the new phone, or the old one would still open the account by another of them. What follows is an ordinary
    activation; the caller tells the phones left behind. Raises `Refused` when the slip cannot be used.
    """
    with transaction.atomic():
        mine = Graduate.objects.filter(person__graduates=graduate.pk).order_by("pk").values_list("pk", flat=True)
        rows = {pk: lock_graduate(pk) for pk in mine}  # before any other lock, in the order of the account's own change
        case = slip_for(graduate, typed, phone)
        perform(case, ActivationSlip.use.name, by=SYSTEM)
        user = User.objects.select_for_update().get(pk=account_of(rows[graduate.pk]).pk)
        before = left_behind(user, (row.phone for row in rows.values()), phone)
        for row in rows:
            renew(row, "phone", phone, None, Why(SLIP, case=case.pk))
        user.phone = phone
        user.phone_proven_at = user.email_proven_at = user.activated_at = None
        user.binding_from = now() + BINDING_AFTER
        user.set_unusable_password()
        proven = ("phone_proven_at", "email_proven_at", "activated_at")
        user.save(update_fields=["phone", "phone_index", *proven, "binding_from", "password"])
        Authenticator.objects.filter(user=user).delete()
        WechatLink.objects.filter(user=user).delete()
        OutsideLink.objects.filter(user=user).delete()
        end_sessions(user)
        return Moved(user, before)


def left_behind(user: User, registered: Iterable[str], phone: str) -> list[User]:
    """The account with each of the numbers that were his, by itself or on the roster, and are not any more."""
    found = []
    for number in dict.fromkeys((user.phone, *registered)):
        if number and number != phone:
            found.append(copy.copy(user))
            found[-1].phone = number
    return found
