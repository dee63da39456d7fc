"""用通行密钥登录: no account name, no password; the passkey itself says whose it is."""

from __future__ import annotations

from typing import Any

from allauth.account.internal.flows.login import perform_login
from allauth.account.models import Login
from allauth.mfa.base.internal.flows import post_authentication
from allauth.mfa.models import Authenticator
from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_POST

from wangqian.chart.words import Refused
from wangqian.people import passkeys
from wangqian.people.models import User
from wangqian.web import challenge as work
from wangqian.web import proving
from wangqian.web.door import device
from wangqian.web.factors.again import next_path
from wangqian.web.factors.stage import challenge, challenged

UNKNOWN = gettext_noop("没有登录成功：这个通行密钥不属于本站的账号，或已被删除。请用密码或验证码登录。")


class PasskeyForm(work.Challenged):
    """Beside the form for a password, so its ids are its own."""

    purpose = "passkey-login"
    assertion = forms.CharField(max_length=passkeys.MOST_BYTES, required=False, widget=proving.Answer)

    def __init__(self, *args: Any) -> None:
        super().__init__(*args, auto_id="passkey_%s")


@require_POST
def passkey_login(request: HttpRequest) -> HttpResponse:
    if "begin_passkey" in request.POST:
        return challenged(request, None)
    try:
        user, found = owner_shown(request)
    except Refused as refusal:
        return answer(request, refusal)
    post_authentication(request, found, passwordless=True)
    found_way: HttpResponse = perform_login(request, Login(user=user, redirect_url=next_path(request)))
    return found_way


def owner_shown(request: HttpRequest) -> tuple[User, Authenticator]:
    """Whose passkey signed. Where one address asks a lot, whoever asks has worked for it (security.md §2.2)."""
    form = PasskeyForm(request.POST)
    if not form.is_valid():
        raise passkeys.PasskeyRefused(UNKNOWN)
    work.require_of_many(request, form, "passkey-address", device.of(request).number)
    word, said = challenge(request), form.cleaned_data["assertion"]
    user = passkeys.owner(said)
    if user is None:
        raise passkeys.PasskeyRefused(UNKNOWN)
    return user, passkeys.check(user, word, said).authenticator


def answer(request: HttpRequest, refusal: Refused) -> HttpResponse:
    """To the page's script as data, else as a message on the login page."""
    if "begin_passkey" in request.POST:
        return proving.said(refusal)
    messages.warning(request, str(refusal))
    return redirect("account_login")
