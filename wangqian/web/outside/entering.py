"""What every way in through another house shares: limits, the word kept in the session, the login stages, the page when it ends early."""

from __future__ import annotations

import hmac
import secrets
import time
from typing import Any

from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.models import Login
from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from wangqian.people import limits
from wangqian.people.models import User
from wangqian.web.door import device
from wangqian.web.doors import LoginPage
from wangqian.web.frame import show
from wangqian.web.middleware import address
from wangqian.web.panels import Alert, Button

LIVES = 600  # seconds somebody may stay at the other house


def counted(request: HttpRequest) -> None:
    """Raises `limits.Over`. The address is a whole campus's, so its limit is high."""
    limits.spend("outside-device", device.of(request).number)
    limits.spend("outside-address", address(request))


def wanted(request: HttpRequest) -> str:
    """The page to go on to; only one of ours."""
    path = request.GET.get("next", "")
    ours = path.startswith("/") and url_has_allowed_host_and_scheme(path, allowed_hosts=None)
    return path if ours else reverse("home")


def begun(request: HttpRequest, key: str, **more: str) -> str:
    """The state that goes along; it is taken back by this session alone, once, within ten minutes."""
    state = secrets.token_hex(16)
    request.session[key] = {"state": state, "next": wanted(request), "at": int(time.time()), **more}
    return state


def returned(request: HttpRequest, key: str) -> dict[str, Any] | None:
    """What `begun` kept, when this is its answer."""
    kept = request.session.pop(key, None)
    state = request.GET.get("state", "")
    if not kept or time.time() - kept["at"] > LIVES or not hmac.compare_digest(kept["state"].encode(), state.encode()):
        return None
    return dict(kept)


def enter(request: HttpRequest, user: User, method: str, path: str) -> HttpResponse:
    """By the same stages as any login. It opens the account and confirms nothing (`factors/fresh.py`)."""
    record_authentication(request, user, method=method)
    answer: HttpResponse = perform_login(request, Login(user=user, redirect_url=path))
    return answer


def with_device(request: HttpRequest, answer: HttpResponse) -> HttpResponse:
    if device.COOKIE not in request.COOKIES:
        device.keep(answer, device.of(request))
    return answer


def ended(request: HttpRequest, title: str, why: str, help_words: list[str] | None = None, status: int = 200) -> HttpResponse:
    """Not in: why, and the other ways."""
    page = LoginPage(
        title=title,
        alerts=[Alert("warn", why)],
        form=forms.Form(),
        act=Button(_("用手机号登录"), reverse("account_login"), primary=True),
        others=[
            Button(_("用验证码登录"), reverse("account_request_login_code")),
            Button(_("第一次使用？激活账号"), reverse("activate")),
        ],
        help=help_words or [],
    )
    return show(request, page, status)
