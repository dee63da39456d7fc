"""Accounts for others: the first user of a school or an employer, made by the operator; no password is made for anybody."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy

from wangqian.cases.forms import MOBILE
from wangqian.people import accounts
from wangqian.people.models import User


class AccountForm(forms.Form):
    """The person behind a first membership; pages and commands check with the same form. He enters first by a code to the phone."""

    person = forms.CharField(label=gettext_lazy("姓名"), max_length=64)
    phone = forms.CharField(
        label=gettext_lazy("手机号码"),
        max_length=11,
        validators=[MOBILE],
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
        help_text=gettext_lazy("须为本人使用：第一次登录凭发到这个号码的验证码，再由本人设置密码"),
    )
    email = forms.EmailField(
        label=gettext_lazy("电子邮箱"),
        max_length=100,
        required=False,
        error_messages={"invalid": gettext_lazy("请填写完整的邮箱地址，例如 name@example.com")},
    )

    ACCOUNT_FIELDS = ("person", "phone", "email")

    def user(self) -> User:
        """The account of a valid form: whose phone it is, else a new one. The caller gives it its membership (`accounts.give`,
        `known_as` the name typed) in the same transaction."""
        given = self.cleaned_data
        return accounts.by_phone_or_new(given["person"], given["phone"], given["email"])
