"""用通行密钥登录: no account name, no password; the passkey itself says whose it is."""

from __future__ import annotations

from datetime import timedelta

from allauth.account.internal.flows.login import perform_login
from allauth.account.models import Login
from allauth.mfa.base.internal.flows import post_authentication
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from wangqian.chart.words import Refused
from wangqian.people import passkeys
from wangqian.people.identity import keyed
from wangqian.people.models import Throttle
from wangqian.web import proving
from wangqian.web.factors.again import next_path
from wangqian.web.factors.stage import challenge, challenged
from wangqian.web.middleware import address

PER_ADDRESS, WINDOW = 600, timedelta(minutes=1)  # a campus sits behind few addresses (security.md 2.2)
UNKNOWN = "没有登录成功：这个通行密钥不属于本站的账号，或已被删除。请用密码或验证码登录。"


@require_POST
def passkey_login(request: HttpRequest) -> HttpResponse:
    if not Throttle.spend(f"passkey-login:{keyed('ip', address(request))}", PER_ADDRESS, WINDOW):
        return answer(request, Refused("登录的人很多，请过 1 分钟再试。"))
    if "begin_passkey" in request.POST:
        return challenged(request, None)
    try:
        said = request.POST.get("assertion", "")
        word = challenge(request)
        user = passkeys.owner(said)
        if user is None:
            raise passkeys.PasskeyRefused(UNKNOWN)
        found = passkeys.check(user, word, said).authenticator
    except Refused as refusal:
        return answer(request, refusal)
    post_authentication(request, found, passwordless=True)
    found_way: HttpResponse = perform_login(request, Login(user=user, redirect_url=next_path(request)))
    return found_way


def answer(request: HttpRequest, refusal: Refused) -> HttpResponse:
    """To the page's script as data, else as a message on the login page."""
    if "begin_passkey" in request.POST:
        return proving.said(refusal)
    messages.warning(request, str(refusal))
    return redirect("account_login")
