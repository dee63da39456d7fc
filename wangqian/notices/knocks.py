"""Answering those who knock: the code, or the login names, to the account's own phone or mail. To strangers nothing.

Out of the request's sight, so that the page takes the same time for an account and for none. At most once: a row is marked before
anything is sent, and whoever got nothing asks again.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from wangqian.chart.words import Refused
from wangqian.flows import activating
from wangqian.notices.channels import shows
from wangqian.notices.direct import message, send_code
from wangqian.people import knocks, limits
from wangqian.people.clock import now
from wangqian.people.identity import masked_email, masked_phone
from wangqian.people.models import Graduate, Knock, User

SENT, STRANGERS = ("sent-minute", "sent-hour", "sent-day"), ("strange-hour", "strange-day")
PATIENCE = timedelta(minutes=5)  # what waited longer is not sent any more: the person asked again, or left
# Purpose → what the code is for, in words and by the name of its approved text (templates.csv).
PURPOSES = {
    "login": (gettext_noop("登录"), "login"),
    "reset": (gettext_noop("重设密码"), "password"),
    "contact": (gettext_noop("修改联系方式"), "contact"),
    "activate": (gettext_noop("激活账号"), "activation"),
}


def answer(most: int = 100, stop: Callable[[], bool] = lambda: False) -> int:
    """Answer waiting knocks, at most `most`; returns how many were taken."""
    done = 0
    while done < most and not stop() and (row := take()):
        user = whose(row)
        if user and user.is_active and now() < row.made_at + PATIENCE:
            send(row, user)
        done += 1
    return done


def take() -> Knock | None:
    """The oldest unanswered one, marked as answered. Its code leaves the database, except where messages are shown."""
    with transaction.atomic():
        waiting = Knock.objects.select_for_update(skip_locked=True, of=("self",)).select_related("user")
        row = waiting.filter(answered_at=None).order_by("made_at").first()
        if row is None:
            return None
        code, row.answered_at = row.code, now()
        row.code = code if shows() else ""
        row.save(update_fields=["code", "answered_at"])
    row.code = code
    return row


def whose(row: Knock) -> User | None:
    """Whose account. At activation the graduate's, found or made here and not in the request, unless one is in use."""
    if row.graduate is None:
        return row.user
    found = Graduate.objects.filter(pk=row.graduate).first()
    if found is None or activating.active(found):
        return None
    row.user = activating.account_of(found, row.user)
    row.save(update_fields=["user"])
    return row.user


def send(row: Knock, user: User) -> None:
    """To the phone or address, within its share of the day; what fails is not said to a stranger."""
    to = addressed(user, row)
    if not within(to, row):
        return
    if row.purpose == "names":
        message(user, "login_names", {"names": login_names(user)}, key=str(row.pk), path="/login/")
        return
    knocks.arm(row)
    label, about = PURPOSES[row.purpose]
    try:
        send_code(to, row.code, label, by=row.channel, about=about)
    except Refused:
        return


def addressed(user: User, row: Knock) -> User:
    """The user as he is written to: at the address that is to be proven, where one is."""
    if not row.target:
        return user
    to = copy.copy(user)
    setattr(to, "phone" if row.channel == "sms" else "email", row.target)
    return to


def within(to: User, row: Knock) -> bool:
    """What strangers ask for comes out of a share of theirs first, so that they cannot use up what the owner needs."""
    address = to.phone if row.channel == "sms" else to.email
    return all(limits.allowed(name, row.channel, address) for name in (SENT if row.known else (*STRANGERS, *SENT)))


def login_names(user: User) -> str:
    """By what he may log in, masked and short enough for an SMS: "手机138****0000、邮箱z***@example.com、证件号码"."""
    with translation.override(settings.LANGUAGE_CODE):  # as an SMS says it
        names = [_("手机%(to)s") % {"to": masked_phone(user.phone)}] if user.phone_proven_at else []
        names += [_("证件号码")] if user.identity_index and user.activated_at else []
        names += [_("邮箱%(to)s") % {"to": masked_email(user.email)}] if user.email_proven_at else []
        return "、".join(names) or _("手机验证码")
