"""Coming in by WeChat: the service account's menu and its messages lead here (网页授权, snsapi_base)."""

from __future__ import annotations

from functools import wraps
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from wangqian.notices.wechat import client, config
from wangqian.notices.wechat.codes import Refusal
from wangqian.people import limits, wechat
from wangqian.web.equal import in_equal_time
from wangqian.web.outside import entering

KEY, BROWSER = "wechat_login", "MicroMessenger"


def connected(view: Any) -> Any:
    """There is no such page without a service account."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **named: Any) -> HttpResponse:
        if not config.connected():
            raise Http404
        answer: HttpResponse = view(request, *args, **named)
        return answer

    return wrapped


@connected
def begin(request: HttpRequest) -> HttpResponse:
    """To WeChat, which sends him back with a code; any other browser to the ordinary login."""
    path = entering.wanted(request)
    if request.user.is_authenticated:
        return redirect(path)
    if BROWSER not in request.headers.get("User-Agent", ""):
        return redirect(f"{reverse('account_login')}?{urlencode({'next': path})}")
    try:
        entering.counted(request)
    except limits.Over as over:
        return ended(request, str(over), over.status)
    to = f"{settings.SITE_URL}{reverse('wechat-back')}"
    return entering.with_device(request, redirect(client.authorize_url(to, entering.begun(request, KEY))))


@connected
def back(request: HttpRequest) -> HttpResponse:
    """With a code for this session: whose WeChat it is. An account that is switched off looks like none."""
    kept, code = entering.returned(request, KEY), request.GET.get("code", "")
    if request.user.is_authenticated:
        return redirect(kept["next"] if kept else "home")
    if kept is None or not code or len(code) > 200:
        return ended(request, _("微信登录没有完成，请从公众号菜单重新进入，或用其他方式登录。"), 400)
    try:
        user = wechat.owner(client.openid_by(code))
    except Refusal:
        return ended(request, _("微信暂时没有答复，请过一会儿重试，或用其他方式登录。"), 503)
    if user is None:
        return unbound(request)
    return entering.enter(request, user, "wechat", kept["next"])


def ended(request: HttpRequest, why: str, status: int) -> HttpResponse:
    return entering.ended(request, _("微信登录"), why, status=status)


def unbound(request: HttpRequest) -> HttpResponse:
    help_words = [
        _("绑定方法：先用手机号登录（第一次使用请先激活账号），再打开“账号与安全”中的“微信”，用微信扫描二维码，填写收到的确认号。"),
        _("在手机上，可以长按二维码识别。"),
    ]
    return entering.ended(request, _("微信登录"), _("这个微信还没有绑定网签账号。"), help_words)


back = in_equal_time(back, reading=True)
