"""What allauth asks of us: who is let in, by which stages, and in whose words things are said."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

from wangqian.people import accounts
from wangqian.people.models import User
from wangqian.web.door import device, devices
from wangqian.web.door.gates import ENTERED
from wangqian.web.middleware import address

NOT_RIGHT = _("账号或密码不正确，请核对后再试。")


class Adapter(DefaultAccountAdapter):  # type: ignore[misc]
    """No sign-up, no mails of allauth's, no messages of allauth's: our pages and notices say what there is to say."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "username_password_mismatch": NOT_RIGHT,
        "incorrect_password": _("密码不正确，请重新输入。"),
        "enter_current_password": _("现在的密码不正确，请重新输入。"),
        "incorrect_code": _("验证码不正确，请核对最近一条消息中的 6 位数字。"),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Accounts are made by activation or by an administrator."""
        return False

    def add_message(self, *_args: Any, **_named: Any) -> None:
        """allauth's own sentences, in templates we do not have, are not said."""

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        raise AssertionError(f"allauth would send {template_prefix}: messages go through notices.deliver")

    def get_client_ip(self, request: HttpRequest) -> str:
        return address(request) or "0.0.0.0"

    def get_login_stages(self) -> list[str]:
        """After the password or the code: the second factor."""
        return ["allauth.account.stages.LoginByCodeStage", "wangqian.web.factors.stage.Stage"]

    def login(self, request: HttpRequest, user: AbstractBaseUser) -> None:
        """A session of his own, under a new key."""
        super().login(request, user)
        request.session[ENTERED] = "account"

    def post_login(self, request: HttpRequest, user: AbstractBaseUser, **named: Any) -> HttpResponse:
        """The session stands in the list of his sessions, and this device is known from now on."""
        response: HttpResponse = super().post_login(request, user, **named)
        assert isinstance(user, User)
        devices.begun(request, user)
        device.keep(response, device.of(request), user)
        return response

    def respond_user_inactive(self, request: HttpRequest, user: AbstractBaseUser) -> HttpResponse:
        """Switched off between proving who he is and coming in: as if he had not."""
        return redirect("account_login")

    def set_password(self, user: AbstractBaseUser, password: str) -> None:
        """Every session ends; the page that changed it keeps its own (allauth does)."""
        assert isinstance(user, User)
        accounts.set_password(user, password)
