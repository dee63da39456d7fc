"""档案信息管理 (M004 §9): where dossiers go; every save is a new row, with who changed what."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from wangqian.cases.forms import CONTROL, PHONE, POSTCODE
from wangqian.codes.table import table
from wangqian.people.clock import now
from wangqian.people.models import Actor, Capacity, Employer, EmployerDossier
from wangqian.web.frame import acting, show
from wangqian.web.pages import PlainPage
from wangqian.web.panels import Alert, Button, Change, Changes, Fieldset
from wangqian.web.wording import clock

NONE = "none"  # 不接收
NEEDED = ("unit", "address", "contact", "phone")
HISTORY = 10


def receipts() -> list[tuple[str, str]]:
    return [("", _("请选择")), *((code, _(name)) for code, name in table("dossier_receipt").choices())]


class DossierForm(forms.Form):
    """转寄单位, 地址, 联系人, 电话 are needed unless dossiers are not taken."""

    receipt = forms.ChoiceField(label=gettext_lazy("接收类型"), choices=receipts)
    unit = forms.CharField(label=gettext_lazy("转寄单位名称"), max_length=100, required=False)
    address = forms.CharField(
        label=gettext_lazy("转寄地址"), max_length=200, required=False, help_text=gettext_lazy("省市区和详细地址")
    )
    contact = forms.CharField(label=gettext_lazy("联系人"), max_length=40, required=False)
    phone = forms.CharField(label=gettext_lazy("联系电话"), max_length=30, required=False, validators=[PHONE])
    postcode = forms.CharField(
        label=gettext_lazy("邮政编码"),
        max_length=6,
        required=False,
        validators=[POSTCODE],
        widget=forms.TextInput(attrs={"inputmode": "numeric", "data-narrow": True}),
    )
    hukou_address = forms.CharField(
        label=gettext_lazy("户口迁移地址"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("解决户籍的单位填写：省市区和详细地址"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        receipt = self.data.get("receipt") if self.is_bound else self.initial.get("receipt")
        for name in NEEDED:
            self.fields[name].required = receipt != NONE

    def clean(self) -> dict[str, Any]:
        cleaned = self.cleaned_data
        cleaned |= {name: value.replace("\r\n", "\n") for name, value in cleaned.items()}
        for name in [name for name, value in cleaned.items() if CONTROL.search(value)]:
            self.add_error(name, _("含有不能使用的控制字符，请删除后重填"))
        return cleaned


FIELDS = tuple(DossierForm.base_fields)
LABELS = {name: field.label for name, field in DossierForm.base_fields.items()}


def missing_dossier(employer: Employer) -> bool:
    """Whether an invitation that takes the dossier would be refused: nothing saved, or saved incompletely."""
    last = employer.dossiers.first()
    return last is None or (last.receipt != NONE and not last.complete)


@acting(Capacity.EMPLOYER)
def dossier(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The details that invitations copy from now on; what was sent keeps what it said."""
    employer = actor.membership.employer
    assert employer is not None
    rows = list(employer.dossiers.select_related("edited_by")[: HISTORY + 1])
    last = rows[0] if rows else None
    form = DossierForm(request.POST or None, initial={name: getattr(last, name) for name in FIELDS} if last else {})
    if request.method == "POST" and form.is_valid():
        saved = save(actor, employer, last, form.cleaned_data)
        done = _("档案信息已保存，以后发起的邀请会使用新的内容。")
        messages.success(request, done if saved else _("内容没有改动，未产生新的记录。"))
        return redirect("dossier")
    page = PlainPage(
        title=_("档案信息管理"),
        lead=edited(last),
        alerts=[Alert("info", _("发起邀请时自动附上"), _("已发出的邀请和已签的协议不会因此改变。"))],
        form=form,
        fieldsets=[
            Fieldset(
                _("档案转寄"),
                ["receipt", "unit", "address", "postcode", "contact", "phone"],
                _("选择“不接收”时，下面各项可以不填。"),
            ),
            Fieldset(_("户口迁移"), ["hukou_address"]),
        ],
        act=Button(_("保存"), method="submit", primary=True),
        after=history(rows),
    )
    return show(request, page, 422 if form.errors else 200)


def save(actor: Actor, employer: Employer, last: EmployerDossier | None, given: dict[str, str]) -> bool:
    """A new row when something changed."""
    if last and all(getattr(last, name) == given[name] for name in FIELDS):
        return False
    name = table("dossier_receipt").name_of(given["receipt"])
    EmployerDossier.objects.create(employer=employer, receipt_name=name, edited_by=actor.user, edited_at=now(), **given)
    return True


def edited(last: EmployerDossier | None) -> str:
    if last is None:
        return _("还没有填写。发起邀请时如选择接收档案，须先填好这一页。")
    return _("%(name)s 于 %(at)s 最后修改。") % {"name": last.edited_by.name, "at": clock(last.edited_at)}


def history(rows: list[EmployerDossier]) -> list[Changes]:
    """Each save with what it changed, newest first; the first one ever changed everything from nothing."""
    older = [*rows[1:], None] if len(rows) <= HISTORY else rows[1:]
    found = []
    for row, before in zip(rows, older, strict=False):
        title = _("%(at)s · %(name)s") % {"at": clock(row.edited_at), "name": row.edited_by.name}
        found.append(Changes(title, changes(before, row)))
    return found


def changes(before: EmployerDossier | None, after: EmployerDossier) -> list[Change]:
    pairs = [(name, shown(before, name), shown(after, name)) for name in FIELDS]
    return [Change(str(LABELS[name]), old, new) for name, old, new in pairs if old != new]


def shown(row: EmployerDossier | None, name: str) -> str:
    if row is None:
        return ""
    return row.receipt_name if name == "receipt" else str(getattr(row, name))
