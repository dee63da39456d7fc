"""Setting and changing one's password, and the two fields every such page has."""

from __future__ import annotations

from typing import Any

from allauth.account.views import PasswordChangeView, PasswordSetView
from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from wangqian.notices import deliver
from wangqian.people import accounts, limits, passwords
from wangqian.people.models import User
from wangqian.people.passwords import Facts
from wangqian.web.door.devices import keep_session
from wangqian.web.door.ours import Ours
from wangqian.web.pages import StepPage
from wangqian.web.panels import Button, Link


class PasswordFields(forms.Form):
    """A new password, twice; everything wrong with it is said at once. `facts` and `user` come from the view."""

    password1 = forms.CharField(
        label=gettext_lazy("新密码"),
        max_length=1000,  # longer than may be: our sentence says how long
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    password2 = forms.CharField(
        label=gettext_lazy("再输入一遍"),
        max_length=1000,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, user: User | None = None, facts: Facts | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user, self.facts = user, facts
        self.fields["password1"].help_text = passwords.hint()

    def clean_password1(self) -> str:
        password = str(self.cleaned_data["password1"])
        facts = self.facts or (passwords.facts_of(self.user) if self.user else Facts())
        if found := passwords.faults(password, facts, self.user):
            raise forms.ValidationError(found)
        return password

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        typed = self.data.get(self.add_prefix("password1")), given.get("password2")
        if typed[1] and typed[0] != typed[1]:
            self.add_error("password2", _("两次输入的密码不一样，请重新输入。"))
        return given


class ChangeForm(PasswordFields):
    oldpassword = forms.CharField(
        label=gettext_lazy("现在的密码"),
        max_length=128,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    field_order = ("oldpassword", "password1", "password2")

    def clean_oldpassword(self) -> str:
        password = str(self.cleaned_data["oldpassword"])
        assert self.user is not None
        if not limits.allowed("own-password", str(self.user.pk)):
            raise forms.ValidationError(_("密码错误次数过多，请 15 分钟后再试。"))
        if not self.user.check_password(password):
            raise forms.ValidationError(_("现在的密码不正确，请重新输入。"))
        limits.clear("own-password", str(self.user.pk))
        return password


def changed(user: User, key: str) -> None:
    """Told by every channel that reaches him: whoever changed it may have had one of them."""
    deliver.message(user, "password_changed", {}, key=key, path="/account/")


class Changing(Ours):
    """Both pages: save, keep this session, end the others."""

    done: Any = ""

    def get_form_class(self) -> Any:
        return self.form_class  # type: ignore[attr-defined]

    def form_valid(self, form: PasswordFields) -> HttpResponse:
        user = form.user
        assert user is not None
        accounts.set_password(user, form.cleaned_data["password1"])
        keep_session(self.request, user)
        changed(user, f"password:{user.generation}")
        messages.success(self.request, str(self.done))
        return redirect(self.after())

    def after(self) -> str:
        return reverse("account")


class ChangeView(Changing, PasswordChangeView):  # type: ignore[misc]
    form_class = ChangeForm
    done = gettext_lazy("密码已修改。别的设备上的登录都已退出，需要用新密码重新登录。")

    def page(self, form: ChangeForm) -> StepPage:
        return StepPage(
            title=_("修改密码"),
            lead=_("改好之后，别的设备上的登录都会退出。"),
            back=Link(_("返回"), reverse("account")),
            alerts=self.refused(),
            form=form,
            act=Button(_("保存新密码"), method="submit", primary=True),
            cancel=Link(_("取消"), reverse("account")),
        )


class SetView(Changing, PasswordSetView):  # type: ignore[misc]
    form_class = PasswordFields
    done = gettext_lazy("密码已设置，以后可以用手机号或邮箱加密码登录。")

    def after(self) -> str:
        return reverse("home")

    def page(self, form: PasswordFields) -> StepPage:
        return StepPage(
            title=_("设置登录密码"),
            lead=_("您是用验证码登录的，还没有密码。设置之后才能继续。"),
            form=form,
            act=Button(_("保存密码"), method="submit", primary=True),
        )


change = ChangeView.as_view()
set_first = SetView.as_view()
