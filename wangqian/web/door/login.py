"""Logging in and out: 学生登录 / 单位登录 / 学校登录 are one form with words for each."""

from __future__ import annotations

from typing import Any

from allauth.account.forms import LoginForm as AccountLoginForm
from allauth.account.internal.flows.login import perform_password_login
from allauth.account.models import Login
from allauth.account.views import LoginView as AccountLoginView
from django import forms
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from wangqian.chart.words import Refused
from wangqian.operating import outside_login as outside
from wangqian.web.challenge import Challenged
from wangqian.web.door import guard
from wangqian.web.door.adapter import NOT_RIGHT
from wangqian.web.door.code import Process
from wangqian.web.door.ours import AS, Ours, first_time, party, to
from wangqian.web.doors import LoginPage
from wangqian.web.equal import in_equal_time
from wangqian.web.factors.login import PasskeyForm
from wangqian.web.panels import Button, Link


class LoginForm(Challenged, AccountLoginForm):  # type: ignore[misc]
    """One field for whatever the person remembers."""

    purpose = "login"
    refusal: Refused | None = None
    alone = True  # the password is enough

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"] = forms.CharField(
            label=gettext_lazy("手机号 / 邮箱 / 证件号码"),
            max_length=100,
            widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}),
        )
        self.fields["password"] = forms.CharField(
            label=gettext_lazy("密码"),
            max_length=128,
            strip=False,
            widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        )
        self.order_fields(["login", "password"])

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        if self.errors:
            return given
        try:
            tried = guard.admitted(self.request, self, given["login"], given["password"])
        except Refused as refusal:
            self.refusal = refusal
            raise forms.ValidationError(str(refusal)) from refusal
        if tried.alone and tried.user is None:
            self.add_error("password", str(NOT_RIGHT))
        self.user, self.alone = tried.user, tried.alone
        return given

    def login(self, request: HttpRequest, redirect_url: str | None = None) -> HttpResponse:
        """What was typed is kept nowhere: it may be an identity number."""
        response: HttpResponse = perform_password_login(request, {}, Login(user=self.user, redirect_url=redirect_url))
        return response


class LoginView(Ours, AccountLoginView):  # type: ignore[misc]
    form_class = LoginForm

    def form_valid(self, form: LoginForm) -> HttpResponse:
        """In; or on to the code, whether or not the password was right."""
        if form.alone:
            entered: HttpResponse = super().form_valid(form)
            return entered
        try:
            Process.after_password(self.request, form.cleaned_data["login"], form.user)
        except Refused as refusal:
            form.refusal = refusal
            form.add_error(None, str(refusal))
            return self.render_to_response(self.get_context_data(form=form))
        return redirect(to(self.request, "", "account_confirm_login_code").url)

    def render_to_response(self, context: dict[str, Any], **named: Any) -> HttpResponse:
        self.refusal = context["form"].refusal
        return super().render_to_response(context, **named)

    def page(self, form: LoginForm) -> LoginPage:
        title, help_text = AS.get(party(self.request), (_("登录"), ""))
        request = self.request
        return LoginPage(
            title=str(title),
            lead=str(help_text),
            form=form,
            act=Button(_("登录"), method="submit", primary=True),
            passkey_form=PasskeyForm(),
            passkey_url=to(request, "", "mfa_login_webauthn").url,
            back=Link(_("返回首页"), reverse("start")),
            others=[
                Button(_("用验证码登录"), to(request, "", "account_request_login_code").url),
                *other_house(request),
                *(Button(way.label, way.url) for way in first_time(request)),
            ],
            links=[
                to(request, _("忘记密码"), "account_reset_password"),
                to(request, _("忘记用户名"), "recover-names"),
            ],
        )


def other_house(request: HttpRequest) -> list[Button]:
    """学信网登录: where one is configured, for graduates."""
    shown = outside.connected() and party(request) in ("", "student")
    return [Button(outside.label(), to(request, "", "outside-login").url)] if shown else []


@require_POST
def log_out(request: HttpRequest) -> HttpResponse:
    """Leave; the session's row is gone."""
    logout(request)
    return redirect("start")


login = in_equal_time(LoginView.as_view())
