"""Login by a code to one's own phone or mail. The first such login of somebody an administrator wrote down proves the address."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.internal.flows.login_by_code import LoginCodeVerificationProcess
from allauth.account.mixins import NextRedirectMixin
from allauth.account.models import Login
from allauth.account.stages import LoginByCodeStage, LoginStageController
from allauth.account.views import RequestLoginCodeView
from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop
from django.views.generic.edit import FormView

from wangqian.cases.forms import MOBILE
from wangqian.chart.words import Refused
from wangqian.people import accounts, knocks, limits
from wangqian.people.models import Knock, User
from wangqian.people.vault import comparable
from wangqian.web import challenge
from wangqian.web.door import asking
from wangqian.web.door.ours import Ours, first_time, to, way_back
from wangqian.web.doors import LoginPage
from wangqian.web.equal import in_equal_time
from wangqian.web.panels import Button

PURPOSE, NOBODY = "login", UUID(int=0)
BESIDES = gettext_noop(
    "今天用这个账号名输错密码的次数过多。为防他人猜测，今天登录还需要验证码："
    "密码如果正确，验证码会在 1 分钟内发到账号登记的手机或邮箱，10 分钟内有效。"
)


class AddressForm(asking.AskForm):
    """A phone or an e-mail address: a code can go there."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].label = _("手机号 / 邮箱")

    def clean_login(self) -> str:
        typed = str(self.cleaned_data["login"]).strip()
        if "@" in typed:
            forms.EmailField(error_messages={"invalid": gettext_lazy("请填写完整的邮箱地址，例如 name@example.com")}).clean(typed)
        else:
            MOBILE(comparable(typed))
        return typed


class Process(LoginCodeVerificationProcess):  # type: ignore[misc]
    """allauth's process; the code itself stands in a `Knock`, where tries are counted for all requests together."""

    @classmethod
    def begin(cls, request: HttpRequest, form: asking.AskForm | asking.CodeForm, typed: str) -> None:
        """Send a code to what was typed, and keep in the session what it takes to enter it."""
        channel = "email" if "@" in typed else "sms"
        user = accounts.by_address(channel, typed)
        cls.keep(request, asking.ask(request, form, PURPOSE, typed, (user, channel)), typed)

    @classmethod
    def after_password(cls, request: HttpRequest, typed: str, user: User | None) -> None:
        """Beyond the day's share of wrong passwords: whose password it was gets a code, and nobody else sees that.

        The caller has required a challenge. Strangers' requests use up nothing of this: they lack the password.
        """
        row = asking.leave(request, PURPOSE, typed, asking.way_to(user), known=True)
        cls.keep(request, row, typed, password=str(user.pk) if user else "-")

    @classmethod
    def keep(cls, request: HttpRequest, row: Knock, typed: str, password: str = "") -> None:
        """What it takes to enter the code; `password`: whose it was, "-" for nobody's, "" when none was asked for."""
        login = Login(user=row.user)
        login.state["stages"] = {"current": LoginByCodeStage.key}
        stage = LoginByCodeStage(LoginStageController(request, login), request, login)
        kept = {"knock": str(row.pk), "typed": typed, "password": password}
        stage.state.update(cls.initial_state(user=None), initiated_by_user=True, **kept)
        cls(stage=stage).persist()

    def again(self, request: HttpRequest, form: asking.CodeForm) -> None:
        """Another code, by the way the first was asked for."""
        typed, password = self.state["typed"], self.state.get("password")
        if not password:
            self.begin(request, form, typed)
            return
        challenge.require(request, form, limits.spelled(typed))
        self.after_password(request, typed, User.objects.filter(pk=NOBODY if password == "-" else password).first())

    @classmethod
    def of(cls, request: HttpRequest) -> Process | None:
        """The one this session has begun, while it may be finished."""
        stage = LoginStageController.enter(request, LoginByCodeStage.key)
        process = cls(stage=stage) if stage else None
        return process if process and process.is_valid() and "knock" in process.state else None

    def enter(self, code: str) -> User:
        """The account whose code it is. Raises `CodeRefused`."""
        row = knocks.enter(PURPOSE, self.state["knock"], code)
        if row.user is None or not row.user.is_active or not accounts.prove(row.user, row.channel):
            raise knocks.CodeRefused(knocks.STALE, again=True)
        return row.user


class AskView(Ours, RequestLoginCodeView):  # type: ignore[misc]
    """Where to send the code."""

    form_class = AddressForm

    def get_form_class(self) -> Any:
        return self.form_class

    def form_valid(self, form: AddressForm) -> HttpResponse:
        try:
            Process.begin(self.request, form, form.cleaned_data["login"])
        except Refused as refusal:
            return self.refuse(form, refusal)
        return redirect(to(self.request, "", "account_confirm_login_code").url)

    def page(self, form: AddressForm) -> LoginPage:
        return LoginPage(
            title=_("用验证码登录"),
            lead=_("填写您登记的手机号或邮箱，我们把 6 位验证码发给您。"),
            back=way_back(self.request),
            alerts=self.refused(),
            form=form,
            act=Button(_("发送验证码"), method="submit", primary=True),
            help=[_("毕业生第一次使用，请先激活账号；老师和单位用户可以直接用验证码登录，再设置密码。")],
            links=first_time(self.request),
        )


class EnterView(Ours, NextRedirectMixin, FormView):  # type: ignore[misc, type-arg]
    """Typing the code."""

    form_class = asking.CodeForm
    process: Process

    def dispatch(self, request: HttpRequest, *args: Any, **named: Any) -> HttpResponseBase:
        """Only in the session that asked."""
        process = None if request.user.is_authenticated else Process.of(request)
        if process is None:
            return redirect(to(request, "", "account_request_login_code").url)
        self.process = process
        return super().dispatch(request, *args, **named)

    def form_valid(self, form: asking.CodeForm) -> HttpResponse:
        try:
            if "send_code" in self.request.POST:
                self.process.again(self.request, form)
                return redirect(self.request.get_full_path())
            user = self.process.enter(form.cleaned_data["code"])
        except knocks.CodeRefused as wrong:
            form.add_error("code", str(wrong))
            return self.form_invalid(form)
        except Refused as refusal:
            return self.refuse(form, refusal)
        record_authentication(self.request, user, method="code")
        response: HttpResponse = perform_login(self.request, Login(user=user, redirect_url=self.get_next_url()))
        return response

    def page(self, form: asking.CodeForm) -> LoginPage:
        typed, besides = self.process.state["typed"], self.process.state.get("password")
        return LoginPage(
            title=_("填写验证码"),
            lead=_(BESIDES) if besides else asking.said(typed),
            back=way_back(self.request) if besides else to(self.request, _("换一个手机号或邮箱"), "account_request_login_code"),
            alerts=[*asking.demo(PURPOSE, self.process.state["knock"]), *self.refused()],
            form=form,
            proof=asking.proof(self.request, form, typed),
            act=Button(_("登录"), method="submit", primary=True),
            help=helped(bool(besides)),
            links=first_time(self.request),
        )


def helped(besides: bool) -> list[str]:
    """What may be the trouble when nothing comes."""
    if besides:
        return [
            _("没有收到？密码可能不对，请返回登录页重新输入；也可以改用验证码登录，或在以前登录过的设备上登录。"),
        ]
    return [
        _("没有收到？请看看是不是输错了，或者在垃圾短信里。"),
        _("毕业生还没有激活账号的，这里收不到验证码，请先激活账号。"),
    ]


ask = in_equal_time(AskView.as_view())
enter = in_equal_time(EnterView.as_view())
