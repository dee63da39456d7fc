"""The forms of 工作人员: as what and where, and for a new one who he is and how he is reached."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from wangqian.cases.forms import MOBILE
from wangqian.flows import staff
from wangqian.people.models import Capacity, Membership
from wangqian.web.menus import LABELS


class PlaceForm(forms.Form):
    """As what and where: what the manager `own` may give."""

    kind = forms.ChoiceField(label=gettext_lazy("身份"), widget=forms.RadioSelect)
    college = forms.ChoiceField(
        label=gettext_lazy("院系"), required=False, help_text=gettext_lazy("身份为院系或辅导员时选择；辅导员的班级另行勾选")
    )

    def __init__(self, own: Membership, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        places = [(str(pk), name) for pk, name in staff.colleges(own).values_list("pk", "name")]
        single = own.kind != Capacity.SCHOOL
        self.fields["kind"].choices = [(str(kind), LABELS[kind]) for kind in staff.kinds(own)]  # type: ignore[attr-defined]
        self.fields["college"].choices = places if single else [("", _("请选择")), *places]  # type: ignore[attr-defined]
        if single:
            self.fields["kind"].initial = Capacity.COUNSELLOR

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        if given.get("kind") in (Capacity.COLLEGE, Capacity.COUNSELLOR) and not given.get("college"):
            self.add_error("college", _("请选择院系"))
        return given

    def place(self) -> tuple[Capacity, UUID | None]:
        kind = Capacity(self.cleaned_data["kind"])
        return kind, UUID(self.cleaned_data["college"]) if kind != Capacity.SCHOOL else None


class PersonForm(PlaceForm):
    """No password: the first login is by a code to the phone."""

    person = forms.CharField(label=gettext_lazy("姓名"), max_length=64)
    phone = forms.CharField(
        label=gettext_lazy("手机号码"),
        max_length=11,
        validators=[MOBILE],
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
        help_text=gettext_lazy("本人使用的号码；登录时凭发到此号码的验证码进入，不设初始密码"),
    )
    email = forms.EmailField(
        label=gettext_lazy("电子邮箱"),
        max_length=100,
        required=False,
        error_messages={"invalid": gettext_lazy("请填写完整的邮箱地址，例如 name@example.com")},
    )
    admin = forms.BooleanField(
        label=gettext_lazy("管理员"),
        required=False,
        help_text=gettext_lazy("学校管理员可以管理工作人员和学校设置；院系管理员可以管理本院系的辅导员（学校设置允许时）"),
    )
    field_order = ("person", "phone", "email", "kind", "college", "admin")

    def __init__(self, own: Membership, *args: Any, **kwargs: Any) -> None:
        super().__init__(own, *args, **kwargs)
        if own.kind != Capacity.SCHOOL:
            del self.fields["admin"]
