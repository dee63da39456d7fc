"""Coming in by another house: away to it, and back with its word. Whoever has no account yet goes on to activate one."""

from __future__ import annotations

from functools import wraps
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from wangqian.flows.outside import Claims, meant
from wangqian.operating import outside_login as config
from wangqian.people import limits, outside
from wangqian.web.equal import in_equal_time
from wangqian.web.outside import entering, known, provider

KEY = "outside_login"


def connected(view: Any) -> Any:
    """There is no such page without another house."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **named: Any) -> HttpResponse:
        if not config.connected():
            raise Http404
        answer: HttpResponse = view(request, *args, **named)
        return answer

    return wrapped


@connected
def begin(request: HttpRequest) -> HttpResponse:
    """State, nonce and PKCE verifier stay in the sealed session."""
    if request.user.is_authenticated:
        return redirect(entering.wanted(request))
    try:
        entering.counted(request)
        house = provider.discovered()
    except limits.Over as over:
        return ended(request, str(over), over.status)
    except provider.Trouble:
        return ended(request, down(), 503)
    bound = provider.challenge()
    state = entering.begun(request, KEY, **bound)
    return entering.with_device(request, redirect(provider.away(request, house, state, bound)))


@connected
def back(request: HttpRequest) -> HttpResponse:
    kept, code = entering.returned(request, KEY), request.GET.get("code", "")
    if request.user.is_authenticated:
        return redirect(kept["next"] if kept else "home")
    if kept is None or not code or len(code) > 2000:
        return ended(request, _("%(name)s没有完成，请重新登录，或用其他方式登录。") % {"name": config.label()}, 400)
    try:
        said = provider.claims(request, code, kept)
    except provider.Trouble as trouble:
        why = down() if trouble.down else _("%(name)s没有成功，请重新登录，或用其他方式登录。") % {"name": config.label()}
        return ended(request, why, 503 if trouble.down else 400)
    return came(request, said, kept["next"])


def came(request: HttpRequest, said: Claims, path: str) -> HttpResponse:
    """By what was said: in, on to activation, or the one sentence for whatever did not fit."""
    found = meant(said, settings.OIDC["school"])
    if found.user and outside.settle(found.user, said.issuer, said.subject):
        return entering.enter(request, found.user, "outside", path)
    if found.graduate:
        known.keep(request, found.graduate, said)
        return redirect("activate")
    return ended(request, _("没有找到与您的身份相符的账号或生源信息。请用其他方式登录，或联系学校就业部门。"), 200)


def down() -> str:
    return _("%(name)s暂时不可用，请过一会儿再试，或用其他方式登录。") % {"name": config.label()}


def ended(request: HttpRequest, why: str, status: int) -> HttpResponse:
    return entering.ended(request, config.label(), why, status=status)


back = in_equal_time(back, reading=True)
