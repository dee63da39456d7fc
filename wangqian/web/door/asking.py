"""Asking for a code without being logged in: challenge, limits, one row for the worker. Nothing here depends on who is found."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from wangqian.chart.words import Refused
from wangqian.notices import deliver
from wangqian.people import knocks, limits
from wangqian.people.identity import masked_email, masked_phone
from wangqian.people.models import Knock, User
from wangqian.people.vault import comparable
from wangqian.web import challenge
from wangqian.web.door import device
from wangqian.web.panels import Alert, CodeProof

UNCONNECTED = gettext_noop("本站还没有接通短信或邮件，暂时不能发送验证码，请用密码登录，或联系平台。")
NO_WAY = gettext_noop("今天用这个账号名输错密码的次数过多，请用以前登录过的设备登录，或明天再试；急需时请联系平台。")
PER_TARGET = ("code-minute", "code-hour", "code-day")


class AskForm(challenge.Challenged):
    """What the person remembers of himself."""

    purpose = "ask"
    login = forms.CharField(
        label=gettext_lazy("手机号 / 邮箱 / 证件号码"),
        max_length=100,
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}),
    )


class CodeForm(challenge.Challenged):
    """The six digits; asking for new ones takes a challenge."""

    purpose = "ask"
    code = forms.CharField(
        label=gettext_lazy("验证码"),
        max_length=12,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code", "data-narrow": True}),
    )

    def clean_code(self) -> str:
        code = str(self.cleaned_data["code"])
        if not code and "send_code" not in self.data:
            raise forms.ValidationError(_("请填写验证码"))
        return code


def connected(typed: str) -> None:
    """Refuse where nothing can be sent to what was typed, whoever it is."""
    plain = comparable(typed)
    phone = plain.isdigit() and len(plain) == 11
    ways = ("email",) if "@" in typed else (("sms",) if phone else ("sms", "email"))
    if not any(deliver.connected(way) for way in ways):
        raise Refused(UNCONNECTED)


def ask(request: HttpRequest, form: challenge.Challenged, purpose: str, typed: str, found: tuple[User | None, str]) -> Knock:
    """Have a code sent. Raises `challenge.Stale` or `limits.Over`; `found` is whom it goes to, by which channel."""
    connected(typed)
    challenge.require(request, form, limits.spelled(typed))
    return leave(request, purpose, typed, found, known=device.of(request).knows(found[0]))


def leave(
    request: HttpRequest,
    purpose: str,
    typed: str,
    found: tuple[User | None, str],
    *,
    known: bool = False,
    graduate: UUID | None = None,
) -> Knock:
    """The row for the worker, within the share of what was typed; `known`: of the asking device, which strangers cannot use up."""
    here = device.of(request)
    limits.spend("code-device", here.number)
    for limit in PER_TARGET:
        limits.spend(limit, *share(typed, here, known))
    return knocks.knock(purpose, *found, known=known, graduate=graduate)


def share(typed: str, here: device.Device, known: bool) -> tuple[str, ...]:
    """Whose share of a limit is spent: of everybody who types this, or of a device that is no stranger's."""
    return (limits.spelled(typed), here.number) if known else (limits.spelled(typed),)


def way_to(user: User | None) -> tuple[User | None, str]:
    """Whom a code reaches, and by which channel. Raises `Refused` where nothing is connected, whoever it is."""
    ways = [way for way in ("sms", "email") if deliver.connected(way)]
    if not ways:
        raise Refused(NO_WAY)
    proven = {"sms": user.phone_proven_at, "email": user.email_proven_at} if user else {}
    mine = [way for way in ways if proven.get(way)]
    return (user, mine[0]) if mine else (None, ways[0])


def said(typed: str) -> str:
    """Where the code goes, in words that hold for everybody; an address as it was typed, masked."""
    plain = comparable(typed)
    if "@" in typed or (plain.isdigit() and len(plain) == 11):
        to = masked_email(typed) if "@" in typed else masked_phone(plain)
        return _("如果 %(to)s 登记过账号，验证码会在 1 分钟内送到，10 分钟内有效。") % {"to": to}
    return _("如果有这个账号，验证码会在 1 分钟内发到它登记的手机或邮箱，10 分钟内有效。")


def proof(request: HttpRequest, form: CodeForm, typed: str) -> CodeProof:
    """The field with its button for a new code."""
    here = device.of(request)
    own, all_others = (limits.wait("code-minute", *share(typed, here, known)) for known in (True, False))
    return CodeProof(form["code"], again=True, wait_seconds=own or all_others)


def demo(purpose: str, pk: str) -> list[Alert]:
    """Demo: the code that would have been sent."""
    if settings.DEMO:
        deliver.answer()  # no later than the page that shows it
    row: Any = knocks.standing(purpose, pk) if settings.DEMO else None
    if row is None or row.user is None:
        return []
    return [Alert("info", _("演示环境：验证码是 %(code)s") % {"code": row.code})]
