"""找回密码 by a code to one's own phone or mail; 找回用户名: sent there, never shown."""

from __future__ import annotations

import time
from typing import Any

from allauth.account.internal.flows.password_reset_by_code import (
    PASSWORD_RESET_VERIFICATION_SESSION_KEY,
    PasswordResetVerificationProcess,
)
from allauth.account.mixins import NextRedirectMixin
from allauth.account.views import CompletePasswordResetView, PasswordResetView
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.generic.edit import FormView

from wangqian.chart.words import Refused
from wangqian.people import accounts, knocks
from wangqian.web.door import asking
from wangqian.web.door.ours import Ours, first_time, to, way_back
from wangqian.web.door.password import PasswordFields, changed
from wangqian.web.doors import LoginPage
from wangqian.web.equal import in_equal_time
from wangqian.web.pages import StepPage
from wangqian.web.panels import Button

PURPOSE = "reset"


class Process(PasswordResetVerificationProcess):  # type: ignore[misc]
    """allauth's process; the code itself stands in a `Knock`."""

    @classmethod
    def begin(cls, request: HttpRequest, form: Any, typed: str) -> None:
        user, channel = accounts.reached(typed)
        row = asking.ask(request, form, PURPOSE, typed, (user, channel))
        cls(request, {**cls.initial_state(user=None), "knock": str(row.pk), "typed": typed}).persist()

    @classmethod
    def of(cls, request: HttpRequest) -> Process | None:
        state = request.session.get(PASSWORD_RESET_VERIFICATION_SESSION_KEY)
        process = cls(request, state) if state and "knock" in state else None
        return process if process and process.is_valid() else None

    def enter(self, code: str) -> None:
        """From here on a new password may be set. Raises `CodeRefused`."""
        row = knocks.enter(PURPOSE, self.state["knock"], code)
        if row.user is None or not row.user.is_active or not accounts.prove(row.user, row.channel):
            raise knocks.CodeRefused(knocks.STALE, again=True)
        self.state.update(code_confirmed=True, user_id=str(row.user_id), at=time.time())
        self.persist()
        self.request.session.cycle_key()


class AskView(Ours, PasswordResetView):  # type: ignore[misc]
    """Who has forgotten it."""

    form_class = asking.AskForm

    def get_form_class(self) -> Any:
        return self.form_class

    def form_valid(self, form: asking.AskForm) -> HttpResponse:
        try:
            Process.begin(self.request, form, form.cleaned_data["login"])
        except Refused as refusal:
            return self.refuse(form, refusal)
        return redirect(to(self.request, "", "account_confirm_password_reset_code").url)

    def page(self, form: asking.AskForm) -> LoginPage:
        return LoginPage(
            title=_("找回密码"),
            lead=_("填写您的手机号、邮箱或证件号码，我们把验证码发到您账号登记的手机或邮箱。"),
            back=way_back(self.request),
            alerts=self.refused(),
            form=form,
            act=Button(_("发送验证码"), method="submit", primary=True),
            help=[_("手机和邮箱都不能用了？毕业生请联系学校就业部门，老师和单位请联系平台。")],
            links=first_time(self.request),
        )


class EnterView(Ours, NextRedirectMixin, FormView):  # type: ignore[misc, type-arg]
    """Typing the code."""

    form_class = asking.CodeForm
    process: Process

    def dispatch(self, request: HttpRequest, *args: Any, **named: Any) -> HttpResponseBase:
        process = Process.of(request)
        if process is None:
            return redirect(to(request, "", "account_reset_password").url)
        if process.state.get("code_confirmed"):
            return redirect("account_complete_password_reset")
        self.process = process
        return super().dispatch(request, *args, **named)

    def form_valid(self, form: asking.CodeForm) -> HttpResponse:
        try:
            if "send_code" in self.request.POST:
                Process.begin(self.request, form, self.process.state["typed"])
                return redirect(self.request.get_full_path())
            self.process.enter(form.cleaned_data["code"])
        except knocks.CodeRefused as wrong:
            form.add_error("code", str(wrong))
            return self.form_invalid(form)
        except Refused as refusal:
            return self.refuse(form, refusal)
        return redirect("account_complete_password_reset")

    def page(self, form: asking.CodeForm) -> LoginPage:
        typed = self.process.state["typed"]
        return LoginPage(
            title=_("填写验证码"),
            lead=asking.said(typed),
            back=to(self.request, _("换一个账号"), "account_reset_password"),
            alerts=[*asking.demo(PURPOSE, self.process.state["knock"]), *self.refused()],
            form=form,
            proof=asking.proof(self.request, form, typed),
            act=Button(_("下一步"), method="submit", primary=True),
            help=[
                _("没有收到？请看看是不是输错了，或者在垃圾短信里。"),
                _("毕业生还没有激活账号的，这里收不到验证码，请先激活账号。"),
            ],
            links=first_time(self.request),
        )


class NewView(Ours, CompletePasswordResetView):  # type: ignore[misc]
    """The new password. Every session of the account ends."""

    form_class = PasswordFields

    def get_form_class(self) -> Any:
        return self.form_class

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**FormView.get_form_kwargs(self), "user": self._process.user}

    def form_valid(self, form: PasswordFields) -> HttpResponse:
        user = form.user
        assert user is not None
        accounts.set_password(user, form.cleaned_data["password1"])
        changed(user, f"password:{user.generation}")
        self.request.session.flush()
        messages.success(self.request, _("密码已重设，请用新密码登录。别的设备上的登录都已退出。"))
        return redirect("account_login")

    def page(self, form: PasswordFields) -> StepPage:
        return StepPage(
            title=_("设置新密码"),
            form=form,
            act=Button(_("保存新密码"), method="submit", primary=True),
            alerts=self.refused(),
        )


class NamesView(Ours, FormView):  # type: ignore[type-arg]
    """找回用户名: the account's login names go to its own phone and mail."""

    form_class = asking.AskForm

    def form_valid(self, form: asking.AskForm) -> HttpResponse:
        typed = form.cleaned_data["login"]
        try:
            asking.ask(self.request, form, "names", typed, accounts.reached(typed))
        except Refused as refusal:
            return self.refuse(form, refusal)
        messages.success(self.request, _("如果有这个账号，它的登录方式会在 1 分钟内发到账号登记的手机和邮箱。"))
        return redirect(to(self.request, "", "account_login").url)

    def page(self, form: asking.AskForm) -> LoginPage:
        return LoginPage(
            title=_("找回用户名"),
            lead=_("填写您还记得的手机号、邮箱或证件号码。账号的登录方式会发到账号登记的手机和邮箱，不在网页上显示。"),
            back=way_back(self.request),
            alerts=self.refused(),
            form=form,
            act=Button(_("发送给我"), method="submit", primary=True),
        )


ask = in_equal_time(AskView.as_view())
enter = in_equal_time(EnterView.as_view())
new = NewView.as_view()
names = in_equal_time(NamesView.as_view())
