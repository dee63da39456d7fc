"""Passkeys of one's own: add, name, remove."""

from __future__ import annotations

import time
from typing import Any

from allauth.mfa.models import Authenticator
from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from wangqian.chart.words import Refused
from wangqian.people import factors, passkeys, recovery
from wangqian.people.models import Actor, User
from wangqian.web import proving
from wangqian.web.factors import telling
from wangqian.web.factors.fresh import FACTOR, confirmed, fresh
from wangqian.web.factors.overview import PASSKEY
from wangqian.web.frame import acting, before_confirming, show
from wangqian.web.pages import PlainPage, StepPage
from wangqian.web.panels import Alert, Button, Link, Text

STATE, LIVES = "passkey_creation", 300  # seconds
MOST = 10


class NameForm(forms.Form):
    name = forms.CharField(
        label=gettext_lazy("名称"),
        max_length=30,
        help_text=gettext_lazy("以后认得出是哪一台设备就行，例如“我的手机”“办公室电脑”"),
    )


class AddForm(NameForm):
    assertion = forms.CharField(max_length=passkeys.MOST_BYTES, required=False, widget=proving.Answer)


# --- add --------------------------------------------------------------------------------------------


@before_confirming
@fresh
def add_page(request: HttpRequest, actor: Actor) -> HttpResponse:
    if request.method != "POST":
        return ask(request, AddForm(initial={"name": _("我的手机")}))
    form = AddForm(request.POST)
    if not form.is_valid():
        return ask(request, form)
    try:
        if "begin_passkey" in request.POST:
            return begun(request, actor.user)
        made = passkeys.create(actor.user, form.cleaned_data["name"], state(request), form.cleaned_data["assertion"])
    except Refused as refusal:
        if "begin_passkey" in request.POST:
            return proving.said(refusal)
        form.add_error(None, str(refusal))
        return ask(request, form)
    messages.success(request, _("已添加通行密钥“%(name)s”，以后登录和确认都可以用它。") % {"name": passkeys.name_of(made)})
    return enrolled(request, actor.user, made, _("通行密钥"))


add = acting()(add_page)


def ask(request: HttpRequest, form: AddForm) -> HttpResponse:
    page = StepPage(
        title=_("添加通行密钥"),
        lead=str(PASSKEY),
        back=Link(_("返回"), reverse("mfa_index")),
        alerts=[
            Alert(
                "info",
                _("点“添加”后，手机或电脑会请您按指纹、看一下镜头或输入锁屏密码"),
                _("指纹和面容只留在您的设备里，不会传给本站。"),
            )
        ],
        form=form,
        passkey="create",
        act=Button(_("添加"), method="submit", primary=True),
        cancel=Link(_("取消"), reverse("mfa_index")),
    )
    return show(request, page, 422 if form.errors else 200)


def begun(request: HttpRequest, user: User) -> HttpResponse:
    if passkeys.of(user).count() >= MOST:
        raise Refused("最多添加 10 个通行密钥，请先删除不用的。")
    options, asked = passkeys.creation(user)
    request.session[STATE] = {**asked, "at": int(time.time())}
    return JsonResponse(options)


def state(request: HttpRequest) -> dict[str, Any]:
    """What was asked of the browser: once, and not long ago."""
    kept: dict[str, Any] = request.session.pop(STATE, {})
    if not kept or time.time() - kept["at"] >= LIVES:
        raise passkeys.PasskeyRefused("添加通行密钥已超时，请再点一次“添加”。")
    return kept


def enrolled(request: HttpRequest, user: User, made: Authenticator, what: str) -> HttpResponse:
    """After any new factor: it counts for this session, the owner is told, recovery codes come with the first."""
    confirmed(request, user, FACTOR, type=made.type)
    telling.added(user, what)
    recovery.ensure(user)
    return redirect("mfa_index" if recovery.shown(user) else "mfa_view_recovery_codes")


# --- name, remove -----------------------------------------------------------------------------------


def mine(actor: Actor, pk: int) -> Authenticator:
    found = passkeys.of(actor.user).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


@before_confirming
@fresh
def edit_page(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    found = mine(actor, pk)
    form = NameForm(request.POST if request.method == "POST" else None, initial={"name": passkeys.name_of(found)})
    if request.method == "POST" and form.is_valid():
        passkeys.rename(found, form.cleaned_data["name"])
        messages.success(request, _("名称已保存。"))
        return redirect("mfa_index")
    gone = Button(_("删除这个通行密钥"), reverse("mfa_remove_webauthn", args=[pk]), danger=True)
    page = PlainPage(
        title=_("通行密钥“%(name)s”") % {"name": passkeys.name_of(found)},
        back=Link(_("返回"), reverse("mfa_index")),
        form=form,
        act=Button(_("保存名称"), method="submit", primary=True),
        after=[Text(_("设备不在了？"), [_("手机或电脑丢了、卖了、送人了，请删除它的通行密钥。")], buttons=[gone])],
    )
    return show(request, page, 422 if form.errors else 200)


edit = acting()(edit_page)


@before_confirming
@fresh
def remove_page(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    found = mine(actor, pk)
    name = passkeys.name_of(found)
    words = _("删除通行密钥“%(name)s”？") % {"name": name}
    return remove_factor(request, found, words, _("通行密钥"), reverse("mfa_edit_webauthn", args=[pk]))


remove = acting()(remove_page)


def remove_factor(request: HttpRequest, found: Authenticator, title: str, what: str, back: str) -> HttpResponse:
    """Ask (GET), remove (POST); the last one of somebody who must have one stays."""
    if request.method == "POST":
        try:
            factors.drop(found)
        except Refused as refusal:
            messages.warning(request, str(refusal))
            return redirect(back)
        telling.removed(found.user, what)
        messages.success(request, _("已删除%(what)s。") % {"what": what})
        return redirect("mfa_index")
    dead = "" if factors.removable(found) else _(factors.KEPT)
    page = StepPage(
        title=title,
        lead=_("删除后不能再用它登录和确认。设备里保存的那一份请在设备的密码设置中自行删除。"),
        back=Link(_("返回"), back),
        act=Button(_("删除"), method="submit", danger=True, primary=True, disabled_reason=dead),
        cancel=Link(_("取消"), back),
    )
    return show(request, page)
