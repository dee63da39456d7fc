"""The authenticator app: a picture to scan, a first code to show that it works; and switching it off."""

from __future__ import annotations

import io

import segno
from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from wangqian.chart.words import Refused
from wangqian.people import totp
from wangqian.people.models import Actor
from wangqian.web.factors.fresh import fresh
from wangqian.web.factors.keys import enrolled, remove_factor
from wangqian.web.frame import acting, before_confirming, show
from wangqian.web.pages import StepPage
from wangqian.web.panels import Button, Copy, Fact, Facts, Fieldset, Link, Picture, Text

SECRET = "totp_secret"


class AppForm(forms.Form):
    code = forms.CharField(
        label=gettext_lazy("应用里现在显示的 6 位数字"),
        max_length=12,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code", "data-narrow": True}),
    )


def secret(request: HttpRequest) -> str:
    """The secret being set up; the same until it is, in the sealed session."""
    found: str = request.session.setdefault(SECRET, totp.new_secret())
    return found


@before_confirming
@fresh
def activate_page(request: HttpRequest, actor: Actor) -> HttpResponse:
    form = AppForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            made = totp.activate(actor.user, secret(request), form.cleaned_data["code"])
        except Refused as refusal:
            form.add_error("code", str(refusal))
        else:
            del request.session[SECRET]
            messages.success(request, _("验证器应用已设置好，以后登录和确认都可以用它。"))
            return enrolled(request, actor.user, made, _("验证器应用"))
    return show(request, scanning(actor, form, secret(request)), 422 if form.errors else 200)


activate = acting()(activate_page)


def scanning(actor: Actor, form: AppForm, word: str) -> StepPage:
    """A picture for the phone, and for who sits at the phone itself a link that its app opens: it leaves no trace with us."""
    groups = " ".join(word[at : at + 4] for at in range(0, len(word), 4))
    return StepPage(
        title=_("更换验证器应用") if totp.of(actor.user) else _("设置验证器应用"),
        lead=_("验证器应用每 30 秒显示一组 6 位数字，只有您的手机算得出来。"),
        back=Link(_("返回"), reverse("mfa_index")),
        panels=[
            Text(
                _("第一步：装一个验证器应用"),
                [_("在手机的应用商店搜索“验证器”或“Authenticator”，任选一个常见的即可；已有的可以直接用。")],
            ),
            Text(
                _("第二步：用应用扫这个二维码"),
                [
                    _("在验证器应用里点“＋”或“添加”，再选扫码。"),
                    _("正在用装有验证器应用的这台手机办理的，不用扫码，直接点下面的按钮。"),
                ],
                buttons=[Button(_("在本机的验证器应用中打开"), totp.address(word))],
            ),
            Picture(reverse("mfa_totp_picture"), _("验证器应用要扫的二维码"), width=240, height=240),
            Facts(
                _("扫不了？在应用里手工输入"),
                [Fact(_("账号"), actor.user.name), Fact(_("密钥"), groups, copy=Copy(_("复制密钥"), word))],
                note=_("密钥只给您自己看，不要截图发给别人。"),
            ),
        ],
        form=form,
        fieldsets=[Fieldset(_("第三步：填应用里显示的数字"), ["code"])],
        act=Button(_("完成设置"), method="submit", primary=True),
        cancel=Link(_("取消"), reverse("mfa_index")),
    )


@before_confirming
@require_safe
@fresh
def picture_page(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The QR code of the secret being set up; nobody else's, and in no cache."""
    word = request.session.get(SECRET)
    if word is None:
        raise Http404
    drawn = io.BytesIO()
    segno.make(totp.address(word, actor.user.name), micro=False, error="m").save(drawn, kind="svg", scale=5, border=3, light="white")
    return HttpResponse(drawn.getvalue(), content_type="image/svg+xml", headers={"Cache-Control": "no-store"})


picture = acting()(picture_page)


@before_confirming
@fresh
def deactivate_page(request: HttpRequest, actor: Actor) -> HttpResponse:
    found = totp.of(actor.user)
    if found is None:
        return redirect("mfa_index")
    return remove_factor(request, found, _("停用验证器应用？"), _("验证器应用"), reverse("mfa_index"))


deactivate = acting()(deactivate_page)
