"""Logging in, second step: a passkey, the authenticator app, or a recovery code."""

from __future__ import annotations

import secrets
import time
from typing import Any

from allauth.account.internal.decorators import login_stage_required
from allauth.mfa.base.internal.flows import post_authentication
from allauth.mfa.models import Authenticator
from allauth.mfa.stages import AuthenticateStage
from allauth.mfa.webauthn.internal.flows import did_use_passwordless_login
from django import forms
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View

from wangqian.chart.words import Refused
from wangqian.people import factors, passkeys, recovery, totp
from wangqian.people.factors import Ways
from wangqian.people.models import User
from wangqian.web import proving
from wangqian.web.doors import LoginPage
from wangqian.web.factors import telling
from wangqian.web.frame import show
from wangqian.web.panels import Button, CodeProof, Link

CHALLENGE, LIVES = "passkey_challenge", 120  # seconds


class Stage(AuthenticateStage):  # type: ignore[misc]
    """Asked of whoever must have a second factor, and of whoever set up an app; a passkey alone is a shorter way in, no lock."""

    def _should_handle(self, request: HttpRequest) -> bool:
        user = self.login.user
        if user is None or did_use_passwordless_login(request, user):
            return False
        return factors.asked_at_login(user)


class StageForm(proving.ProofForm):
    code = forms.CharField(
        label=gettext_lazy("动态口令或恢复码"),
        max_length=20,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "data-narrow": True}),
    )


@method_decorator(login_stage_required(stage=Stage.key, redirect_urlname="account_login"), name="dispatch")
class StageView(View):
    """Who he says he is stands in the stage; nobody is logged in yet."""

    @property
    def user(self) -> User:
        user = self.request._login_stage.login.user  # type: ignore[attr-defined]
        assert isinstance(user, User)
        return user

    def get(self, request: HttpRequest) -> HttpResponse:
        return ask(request, self.user, StageForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        form = StageForm(request.POST)
        if "begin_passkey" in request.POST:
            return challenged(request, self.user)
        if not form.is_valid():
            return ask(request, self.user, form)
        try:
            found = taken(request, self.user, form.cleaned_data)
        except Refused as refusal:
            form.add_error("code", str(refusal))
            return ask(request, self.user, form)
        post_authentication(request, found)
        stage = request._login_stage  # type: ignore[attr-defined]
        answer: HttpResponse = stage.exit()
        return answer


authenticate = StageView.as_view()


def ways(user: User) -> Ways:
    has = factors.enrolled(user)
    return Ways(passkey=passkeys.KIND in has, totp=totp.KIND in has, code=False)


def ask(request: HttpRequest, user: User, form: StageForm) -> HttpResponse:
    mine = ways(user)
    field = form["code"]
    field.label = _("动态口令或恢复码") if mine.totp else _("恢复码")
    page = LoginPage(
        title=_("两步验证"),
        lead=_("还差一步：请再用您设置过的方式确认是您本人。"),
        form=form,
        proof=CodeProof(field, passkey=mine.passkey, sends=False, note=note(mine)),
        act=Button(_("登录"), method="submit", primary=True),
        help=[_("手机丢失、恢复码也没有了：请带身份证件到学校就业部门或联系平台，由管理员当面重置。")],
        links=[Link(_("换个账号登录"), reverse("account_login"))],
    )
    return show(request, page, 422 if form.errors else 200)


def note(mine: Ways) -> str:
    if mine.totp:
        return _("填验证器应用里显示的 6 位数字；手机不在身边时填一个 8 位恢复码。")
    return _("不能用通行密钥时，填一个 8 位恢复码。")


def challenged(request: HttpRequest, user: User | None) -> HttpResponse:
    """What the passkey shall sign: a word for this session and these two minutes."""
    challenge = secrets.token_bytes(32)
    request.session[CHALLENGE] = {"word": challenge.hex(), "at": int(time.time())}
    return JsonResponse(passkeys.request(user, challenge))


def challenge(request: HttpRequest) -> bytes:
    """The word given to this session, once and in time."""
    given: dict[str, Any] = request.session.pop(CHALLENGE, {})
    if not given or time.time() - given["at"] >= LIVES:
        raise passkeys.PasskeyRefused("通行密钥的确认已超时，请再试一次。")
    return bytes.fromhex(given["word"])


def taken(request: HttpRequest, user: User, given: dict[str, str]) -> Authenticator:
    """The factor this post shows; each wrong try is counted."""
    if given["assertion"]:
        return passkeys.check(user, challenge(request), given["assertion"]).authenticator
    typed = "".join(given["code"].replace("-", "").split())
    if not typed:
        raise Refused("请填写动态口令或恢复码，或者使用通行密钥。")
    if len(typed) != recovery.DIGITS:
        return totp.enter(user, typed)
    found = recovery.enter(user, typed)
    telling.recovery_used(user)
    return found
