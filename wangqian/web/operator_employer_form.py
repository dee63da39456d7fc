"""The form of a new employer with its first user."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from wangqian.cases.forms import POSTCODE
from wangqian.cases.region import RegionField
from wangqian.codes import uscc
from wangqian.codes.region import regions
from wangqian.codes.table import table
from wangqian.people import accounts
from wangqian.people.clock import now
from wangqian.people.models import AccessLog, Actor, Capacity, Employer
from wangqian.web.accounts import AccountForm

LET_PASS = "uscc_let_pass"


def choices(name: str) -> list[tuple[str, Any]]:
    return [("", gettext_lazy("请选择")), *((code, gettext_lazy(word)) for code, word in table(name).choices())]


class EmployerForm(AccountForm):
    """`pass_reason` is asked only when nothing but the check character of the code is wrong."""

    name = forms.CharField(
        label=gettext_lazy("单位名称"), max_length=100, help_text=gettext_lazy("与营业执照或登记证书一致")
    )
    uscc = forms.CharField(label=gettext_lazy("统一社会信用代码"), max_length=40)
    pass_reason = forms.CharField(
        label=gettext_lazy("仍按此代码添加的原因"),
        max_length=60,
        required=False,
        help_text=gettext_lazy("个别早期代码的校验码确实不符。核对证书无误时写明原因，会留下记录"),
    )
    nature = forms.ChoiceField(label=gettext_lazy("单位性质"))
    industry = forms.ChoiceField(label=gettext_lazy("单位行业"))
    region = RegionField(label=gettext_lazy("所在地"))
    address = forms.CharField(label=gettext_lazy("通讯地址"), max_length=200)
    postcode = forms.CharField(
        label=gettext_lazy("邮政编码"),
        max_length=6,
        required=False,
        validators=[POSTCODE],
        widget=forms.TextInput(attrs={"data-narrow": True}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["nature"].choices = choices("employer_nature")  # type: ignore[attr-defined]
        self.fields["industry"].choices = choices("industry")  # type: ignore[attr-defined]
        if not self.check_failed():
            del self.fields["pass_reason"]

    def check_failed(self) -> bool:
        try:
            uscc.validate(str(self.data.get("uscc", "")))
        except uscc.CheckFailed:
            return True
        except ValueError:
            return False
        return False

    def clean_uscc(self) -> str:
        typed: str = self.cleaned_data["uscc"]
        try:
            number = uscc.validate(typed)
        except uscc.CheckFailed as failed:
            number = uscc.normal(typed)
            if not self.data.get("pass_reason", "").strip():
                raise forms.ValidationError(
                    _("%(sentence)s。确认无误的，请在下面写明原因。") % {"sentence": failed}
                ) from failed
        except ValueError as wrong:
            raise forms.ValidationError(str(wrong)) from wrong
        if Employer.objects.filter(uscc=number).exists():
            raise forms.ValidationError(_("该统一社会信用代码的单位已在平台上。"))
        return number

    def save(self, actor: Actor) -> Employer:
        """The employer and its first user; a code let pass leaves a record with the reason."""
        given = self.cleaned_data
        plain = {name: given[name] for name in ("name", "uscc", "nature", "industry", "address", "postcode")}
        names = {
            "region_code": given["region"],
            "region": regions().full_name(given["region"]),
            "nature_name": table("employer_nature").name_of(given["nature"]),
            "industry_name": table("industry").name_of(given["industry"]),
        }
        with transaction.atomic():
            made = Employer.objects.create(**plain, **names)
            accounts.give(self.user(), Capacity.EMPLOYER, employer=made, admin=True, known_as=given["person"])
            if given.get("pass_reason"):
                why = f"{made.uscc} {given['pass_reason']}"
                AccessLog.objects.create(
                    actor=actor.user, membership=actor.membership, what=LET_PASS, why=why, ip=actor.ip or None, at=now()
                )
        return made
