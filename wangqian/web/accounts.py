"""A new account as an operator makes it: who, how he is reached, and a password of his own (never derived from a number)."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.validators import RegexValidator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from wangqian.cases.forms import MOBILE
from wangqian.people.models import User

ACCOUNT = RegexValidator(
    r"^[A-Za-z0-9][A-Za-z0-9_.@-]{3,63}$", gettext_lazy("账号为 4 到 64 位字母、数字或 . _ - @，以字母或数字开头")
)


class AccountForm(forms.Form):
    """The person behind a first membership; pages and commands check with the same form."""

    person = forms.CharField(label=gettext_lazy("姓名"), max_length=64)
    phone = forms.CharField(
        label=gettext_lazy("手机号码"),
        max_length=11,
        validators=[MOBILE],
        widget=forms.TextInput(attrs={"inputmode": "tel"}),
        help_text=gettext_lazy("用于接收验证码和通知，须为本人使用"),
    )
    email = forms.EmailField(label=gettext_lazy("电子邮箱"), max_length=100, required=False)
    account = forms.CharField(
        label=gettext_lazy("登录账号"),
        max_length=64,
        validators=[ACCOUNT],
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    password = forms.CharField(
        label=gettext_lazy("初始密码"),
        max_length=128,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=gettext_lazy("至少 12 位，不要用姓名、手机号或证件号；请当面或另行告知本人"),
    )

    ACCOUNT_FIELDS = ("person", "phone", "email", "account", "password")

    def clean_account(self) -> str:
        account: str = self.cleaned_data["account"]
        if User.objects.filter(username__iexact=account).exists():
            raise forms.ValidationError(_("这个账号已被使用，请换一个。"))
        return account

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        password = given.get("password")
        if password is None:
            return given
        try:
            validate_password(password)
        except forms.ValidationError as weak:
            self.add_error("password", weak)
            return given
        known = [given.get(name) or "" for name in ("person", "phone", "account")]
        if any(len(word) >= 2 and word.lower() in password.lower() for word in known):
            self.add_error("password", _("密码不能包含姓名、手机号码或账号。"))
        return given

    def new_user(self) -> User:
        """The account of a valid form; the caller gives it its membership in the same transaction."""
        given = self.cleaned_data
        return User.objects.create_user(
            given["account"], given["password"], name=given["person"], phone=given["phone"], email=given["email"]
        )
