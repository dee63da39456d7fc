"""Confirming again that it is he: by a passkey, the authenticator app, the password or a code, whichever he may use."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from wangqian.cases.proofs import CodeRefused
from wangqian.people import factors, limits
from wangqian.people.models import Actor
from wangqian.web import proving
from wangqian.web.factors import fresh
from wangqian.web.frame import acting, before_confirming, show
from wangqian.web.pages import StepPage
from wangqian.web.panels import Alert, Button, Link

STEP, KEY = "people.again", "again"


class AgainForm(proving.ProofForm):
    password = forms.CharField(
        label=gettext_lazy("登录密码"),
        max_length=128,
        strip=False,
        required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    def __init__(self, actor: Actor, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not takes_password(actor):
            del self.fields["password"]


def takes_password(actor: Actor) -> bool:
    """Whoever is more than a password should open confirms with his device, once he has one."""
    if not actor.user.has_usable_password():
        return False
    return not (factors.needs_one(actor.membership) and factors.enrolled(actor.user))


@before_confirming
def page(request: HttpRequest, actor: Actor) -> HttpResponse:
    form = AgainForm(actor, request.POST if request.method == "POST" else None)
    if proving.begins(request):
        return proving.begin(request, asked(request, actor)) or redirect(request.get_full_path())
    if request.method == "POST" and form.is_valid() and took(request, actor, form):
        return onward(request)
    return ask(request, actor, form)


reauthenticate = acting()(page)


def asked(request: HttpRequest, actor: Actor) -> proving.Asked:
    """For this session and this errand."""
    errand = f"{request.session.session_key}:{next_path(request)}"
    return proving.Asked(actor, STEP, [f"again:{sha256(errand.encode()).hexdigest()}"], KEY, _("身份确认"))


def took(request: HttpRequest, actor: Actor, form: AgainForm) -> bool:
    given = form.cleaned_data
    try:
        if given.get("password"):
            by_password(actor, given["password"])
            fresh.confirmed(request, actor.user, "password")
            return True
        proof = proving.entered(request, asked(request, actor), given)
    except CodeRefused as refusal:
        form.add_error("password" if given.get("password") else "code", str(refusal))
        return False
    method = "code" if proof.method in ("sms", "email") else fresh.FACTOR
    fresh.confirmed(request, actor.user, method, type=proof.method)
    return True


def by_password(actor: Actor, password: str) -> None:
    who = str(actor.user.pk)
    if words := limits.refusal("again", who):
        raise CodeRefused(words)
    if not actor.user.check_password(password):
        limits.count("again", who)
        raise CodeRefused("密码不正确，请重新输入。")


def ask(request: HttpRequest, actor: Actor, form: AgainForm) -> HttpResponse:
    back = reverse("home")
    return show(
        request,
        StepPage(
            title=_("请再确认一次是您本人"),
            lead=_("接下来的操作关系到账号或个人信息的安全，请用下面任意一种方式确认。2 分钟内不用再次确认。"),
            alerts=[Alert("info", _("您刚才填写的内容已保留，确认后可以继续提交。"))] if fresh.KEPT in request.session else [],
            form=form,
            proof=proving.panel(request, actor, KEY, form["code"]),
            act=Button(_("确认"), method="submit", primary=True),
            cancel=Link(_("取消"), back),
        ),
        422 if form.errors else 200,
    )


def onward(request: HttpRequest) -> HttpResponse:
    """Back to the errand; what was sent then is shown once more, to be sent by the person."""
    kept = request.session.get(fresh.KEPT)
    if kept and kept["path"] == next_path(request):
        return redirect("send-kept")
    return redirect(next_path(request))


@before_confirming
@require_safe
def kept_page(request: HttpRequest, actor: Actor) -> HttpResponse:
    """身份已确认: one button sends what was typed before."""
    kept = request.session.get(fresh.KEPT)
    if kept is None or not fresh.lately(request):
        return redirect("home")
    return show(
        request,
        StepPage(
            title=_("身份已确认"),
            lead=_("您刚才填写的内容还没有提交，点下面的按钮继续。"),
            hidden=[(name, value) for name, value in kept["fields"]],
            action_url=kept["path"],
            act=Button(_("继续提交"), method="submit", primary=True),
            cancel=Link(_("不提交了"), reverse("home")),
        ),
    )


send_kept = acting()(kept_page)


def next_path(request: HttpRequest) -> str:
    wanted = request.GET.get("next", "")
    own = url_has_allowed_host_and_scheme(wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure())
    return wanted if own and wanted.startswith("/") else reverse("home")
