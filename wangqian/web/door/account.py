"""账号与安全: by what one logs in, password, second factors, where one is logged in, language."""

from __future__ import annotations

import re
from typing import Any

from allauth.usersessions.models import UserSession
from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from wangqian.notices.wechat import config
from wangqian.people import factors, passwords, wechat
from wangqian.people.clock import SHANGHAI
from wangqian.people.identity import masked_email, masked_phone
from wangqian.people.models import Actor, User
from wangqian.web.frame import acting, before_confirming, show
from wangqian.web.menus import several
from wangqian.web.middleware import actor_in
from wangqian.web.pages import PlainPage
from wangqian.web.panels import Button, Fact, Facts, Link, Tag

OPAQUE = re.compile(r"m?[0-9a-f]{32}")


class LanguageForm(forms.Form):
    language = forms.ChoiceField(label=gettext_lazy("页面语言"), choices=settings.LANGUAGES)


@before_confirming
def page(request: HttpRequest, actor: Actor) -> HttpResponse:
    """GET shows; POST sets the language."""
    user, status = actor.user, 200
    if request.method == "POST":
        form = LanguageForm(request.POST)
        if form.is_valid():
            return speak(request, user, form.cleaned_data["language"])
        status = 422
    panels = [names(user), secrets(user), places(user), language(user)]
    found = PlainPage(
        title=_("账号与安全"),
        back=Link(_("返回"), reverse("home")),
        panels=panels,
        buttons=[Button(_("切换身份"), reverse("switch"))] if several(actor) else [],
    )
    return show(request, found, status)


def speak(request: HttpRequest, user: User, chosen: str) -> HttpResponse:
    user.language = chosen
    user.save(update_fields=["language"])
    with translation.override(chosen):
        messages.success(request, _("页面语言已更改。"))
    return redirect("account")


def names(user: User) -> Facts:
    rows = [
        Fact(_("手机号"), masked_phone(user.phone) if user.phone else _("没有填写"), **proven(user.phone_proven_at, "own-phone")),
        Fact(_("邮箱"), masked_email(user.email) if user.email else _("没有填写"), **proven(user.email_proven_at, "own-email")),
    ]
    if user.identity_index:
        rows.append(Fact(_("证件号码"), _("可以用来登录"), note=_("以学校登记的为准")))
    if not OPAQUE.fullmatch(user.username):
        rows.append(Fact(_("账号名"), user.username))
    return Facts(_("登录方式"), rows, note=_("手机号和邮箱验证过之后，才能用来登录和找回密码。"))


def proven(at: object, route: str) -> dict[str, Any]:
    if at:
        return {"tag": Tag(_("已验证"), "ok"), "change_url": reverse(route)}
    return {"tag": Tag(_("未验证"), "warn"), "link": Link(_("去验证"), reverse(route))}


def secrets(user: User) -> Facts:
    """Password and second factors."""
    rows = []
    if user.has_usable_password():
        at = user.password_set_at.astimezone(SHANGHAI) if user.password_set_at else None
        set_on = _("%(day)s 设置") % {"day": f"{at:%Y-%m-%d}"} if at else _("已设置")
        tag = Tag(_("已过期"), "bad") if passwords.overdue(user) else None
        rows.append(Fact(_("密码"), set_on, tag=tag, change_url=reverse("account_change_password")))
    else:
        rows.append(Fact(_("密码"), _("没有设置"), link=Link(_("去设置"), reverse("account_set_password"))))
    has = factors.enrolled(user)
    words = [name for kind, name in (("webauthn", _("通行密钥")), ("totp", _("验证器应用"))) if kind in has]
    tag = None if words else Tag(_("建议设置"), "info")
    way = Link(_("查看和更改") if words else _("去设置"), reverse("mfa_index"))
    rows.append(Fact(_("两步验证"), "、".join(words) or _("没有设置"), link=way, tag=tag))
    return Facts(_("密码和两步验证"), rows + own_wechat(user))


def own_wechat(user: User) -> list[Fact]:
    """Where there is a service account: whether his WeChat is bound."""
    if not config.connected():
        return []
    has = bool(wechat.openid_of(user))
    way = Link(_("查看和解除") if has else _("去绑定"), reverse("wechat"))
    return [Fact(_("微信"), _("已绑定") if has else _("没有绑定"), link=way)]


def places(user: User) -> Facts:
    count = len(UserSession.objects.purge_and_list(user))
    see = Link(_("查看和退出"), reverse("usersessions_list"))
    return Facts(_("登录设备"), [Fact(_("已登录"), _("%(count)d 台设备") % {"count": max(count, 1)}, link=see)])


def language(user: User) -> Facts:
    known = dict(settings.LANGUAGES)
    others = [
        Button(name, reverse("account"), "post", fields=[("language", code)]) for code, name in known.items() if code != user.language
    ]
    return Facts(_("页面语言"), [Fact(_("当前语言"), known[user.language])], buttons=others)


account = acting()(page)


@login_required
def nothing(request: HttpRequest) -> HttpResponse:
    """An account without a capacity: what that means, and the way out."""
    if actor_in(request) is not None:
        return redirect("home")
    found = PlainPage(
        title=_("您的账号现在没有可用的身份"),
        lead=_("可能是学校、单位或平台取消了您的身份。请联系他们；重新添加之后，用原来的手机号登录即可。"),
        panels=[],
        buttons=[Button(_("退出登录"), reverse("account_logout"), "post", primary=True)],
    )
    return show(request, found)
