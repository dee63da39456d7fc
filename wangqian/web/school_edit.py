"""The school and one graduate's data: corrections by class of field, 学籍状态, the college's confirmation. Each is told to him."""

from __future__ import annotations

from uuid import UUID

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from wangqian.chart.words import Refused
from wangqian.flows import confirming, enrolment
from wangqian.flows.corrections import STAFF, Why, Wrong, correct, may_change, moved
from wangqian.notices import deliver
from wangqian.people import field_classes
from wangqian.people.field_classes import DATA, WATCHED, Edits
from wangqian.people.models import Actor, Capacity, Graduate, Status
from wangqian.web import data_form
from wangqian.web.data_form import DataForm
from wangqian.web.data_panels import PERSON
from wangqian.web.frame import acting, show
from wangqian.web.pages import StepPage
from wangqian.web.panels import Alert, Button, Link
from wangqian.web.school_graduate import in_scope

OFFICE = (Capacity.COLLEGE, Capacity.SCHOOL)
GROUPS = (
    (gettext_lazy("基本信息"), PERSON),
    (gettext_lazy("学业信息"), tuple(name for name, one in DATA.items() if one.edits is Edits.NEVER and name not in PERSON)),
    (gettext_lazy("政治面貌与生源"), tuple(datum.name for datum in field_classes.of_class(Edits.UNTIL))),
    (gettext_lazy("为什么更正"), ("reason",)),
)
STALE = gettext_lazy("这名毕业生的信息刚刚有变动，下面是最新内容，请核对后重新填写。")


def editable(graduate: Graduate, actor: Actor) -> list[str]:
    return [name for name, datum in DATA.items() if may_change(datum, graduate, actor.membership) is None]


# --- corrections -------------------------------------------------------------------------------------


@acting(*OFFICE)
def edit(request: HttpRequest, actor: Actor, pk: UUID) -> HttpResponse:
    """What this capacity may correct; the college what the graduate could edit, the school everything but his own."""
    found = in_scope(actor, pk)
    form = DataForm(found, editable(found, actor), True, request.POST if request.method == "POST" else None)
    if request.method != "POST":
        return ask(request, actor, form)
    if form.stale():
        return ask(request, actor, DataForm(found, form.names, True), 409, str(STALE))
    values = form.values()
    if values is None:
        return ask(request, actor, form, 422)
    try:
        with transaction.atomic():
            why = Why(STAFF, form.form.cleaned_data["reason"])
            rows = correct(pk, values, actor, why, data_form.said(form, values))
            deliver.tell_corrected(rows, actor)
    except Wrong as wrong:
        form.form.add_error(wrong.field if wrong.field in form.form.fields else None, str(wrong))
        return ask(request, actor, form, 422)
    except Refused as refusal:
        return ask(request, actor, form, refusal.status, str(refusal))
    messages.success(request, outcome(found, {row.field for row in rows}))
    gone = moved(rows) and not in_sight(actor, pk)
    return redirect("graduates") if gone else redirect("graduate", pk)


def outcome(found: Graduate, fields: set[str]) -> str:
    """What was changed, and what follows from it."""
    if not fields:
        return _("没有改动，不用保存。")
    labels = "、".join(field_classes.label(name) for name in DATA if name in fields)
    saved = _("已更正%(name)s的%(labels)s，并已通知本人。") % {"name": found.name, "labels": labels}
    again = _("本人须重新核对基本信息；办理中的签约须由本人重新确认。") if WATCHED & fields else ""
    return saved + again


def in_sight(actor: Actor, pk: UUID) -> bool:
    try:
        in_scope(actor, pk)
    except Http404:
        return False
    return True


def ask(request: HttpRequest, actor: Actor, form: DataForm, status: int = 200, said: str = "") -> HttpResponse:
    school = actor.membership.kind == Capacity.SCHOOL
    lead = _("手机、邮箱和家庭住址由毕业生本人修改。") if school else _("院系可以更正政治面貌和生源等项目；其他项目由学校更正。")
    page = StepPage(
        title=_("更正%(name)s的信息") % {"name": form.graduate.name},
        lead=lead + _("更正前后的内容、原因和更正人会通知毕业生，并留下记录。"),
        back=Link(_("返回"), reverse("graduate", args=[form.graduate.pk])),
        alerts=[Alert("warn", said)] if said else [],
        form=form.form,
        fieldsets=data_form.fieldsets((*form.names, "reason"), [(str(title), names) for title, names in GROUPS]),
        act=Button(_("保存更正"), method="submit", primary=True),
        cancel=Link(_("取消"), reverse("graduate", args=[form.graduate.pk])),
    )
    return show(request, page, status)


# --- 学籍状态 ------------------------------------------------------------------------------------------


class StatusForm(forms.Form):
    status = forms.ChoiceField(
        label=gettext_lazy("学籍状态"), choices=[(one.value, gettext_lazy(one.label)) for one in Status], widget=forms.RadioSelect
    )
    reason = forms.CharField(
        label=gettext_lazy("原因和依据文书"),
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 3, "maxlength": 200}),
        help_text=gettext_lazy("文书名称、文号和日期，例如：退学决定 教字〔2027〕12 号；毕业生会看到"),
    )


@acting(Capacity.SCHOOL)
def status(request: HttpRequest, actor: Actor, pk: UUID) -> HttpResponse:
    """在读, 延长学制, 退学, 转出: leaving waits until no case holds him."""
    found = in_scope(actor, pk)
    form = StatusForm(request.POST if request.method == "POST" else None, initial={"status": found.status})
    if request.method != "POST" or not form.is_valid():
        return ask_status(request, found, form, 422 if form.errors else 200)
    given = form.cleaned_data
    try:
        with transaction.atomic():
            rows = enrolment.change_status(pk, Status(given["status"]), actor, given["reason"])
            deliver.tell_corrected(rows, actor)
    except Refused as refusal:
        form.add_error("status", str(refusal))
        return ask_status(request, found, form, refusal.status)
    label = _(Status(given["status"]).label)
    messages.success(request, _("学籍状态已改为“%(status)s”，并已通知本人。") % {"status": label})
    return redirect("graduate", pk)


def ask_status(request: HttpRequest, found: Graduate, form: StatusForm, code: int) -> HttpResponse:
    held = enrolment.refusal(found)
    page = StepPage(
        title=_("更改%(name)s的学籍状态") % {"name": found.name},
        lead=_("延长学制、退学、转出的毕业生不能再签约，还没有应约的邀请随即失效；资料和已办事项都保留。"),
        back=Link(_("返回"), reverse("graduate", args=[found.pk])),
        alerts=[Alert("warn", _("现在只能保持在读"), str(held))] if held else [],
        form=form,
        act=Button(_("保存"), method="submit", primary=True),
        cancel=Link(_("取消"), reverse("graduate", args=[found.pk])),
    )
    return show(request, page, code)


# --- 院系确认 ------------------------------------------------------------------------------------------


class WithdrawForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("撤销原因"), max_length=200, help_text=gettext_lazy("毕业生会看到；撤销后他又可以修改政治面貌、生源等项目")
    )


@acting(*OFFICE)
def withdraw(request: HttpRequest, actor: Actor, pk: UUID) -> HttpResponse:
    """Take the confirmation back, with a reason."""
    found = in_scope(actor, pk)
    form = WithdrawForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                rows = confirming.withdraw(pk, actor, form.cleaned_data["reason"])
                deliver.tell_withdrawn(rows[0], actor)
        except Refused as refusal:
            messages.warning(request, str(refusal))
            return redirect("graduate", pk)
        messages.success(request, _("已撤销对%(name)s信息的确认，并已通知本人。") % {"name": found.name})
        return redirect("graduate", pk)
    page = StepPage(
        title=_("撤销对%(name)s信息的确认") % {"name": found.name},
        back=Link(_("返回"), reverse("graduate", args=[pk])),
        form=form,
        act=Button(_("撤销确认"), method="submit", danger=True),
        cancel=Link(_("取消"), reverse("graduate", args=[pk])),
    )
    return show(request, page, 422 if form.errors else 200)
