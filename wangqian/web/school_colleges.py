"""院系: which there are, how many graduates and staff each has; add, rename, put out of use."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from wangqian.chart.words import Refused
from wangqian.flows import colleges
from wangqian.flows.parties import REVIEWING
from wangqian.people.models import Actor, Capacity, College, Graduate
from wangqian.web.frame import acting, show
from wangqian.web.lists import Cell, Column, Row, Table
from wangqian.web.pages import PlainPage
from wangqian.web.panels import Alert, Button, EmptyState, Link, Tag

RULE = gettext_lazy(
    "停用院系的条件：没有等待审核或处理的事项，没有登记未截止的在读毕业生，没有只由院系审核解约的生效协议，没有在岗老师。"
)


class NameForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("院系名称"), max_length=60, help_text=gettext_lazy("与生源信息中的“所在院系”一致"))


class SwitchForm(forms.Form):
    act = forms.ChoiceField(choices=[("stop", "stop"), ("restore", "restore")])


def administrator(actor: Actor) -> None:
    if not actor.membership.admin:
        raise Http404


@acting(Capacity.SCHOOL)
def listing(request: HttpRequest, actor: Actor) -> HttpResponse:
    """All colleges; and the form of a new one."""
    administrator(actor)
    form = NameForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            colleges.add(actor, form.cleaned_data["name"])
        except Refused as refusal:
            form.add_error("name", str(refusal))
        else:
            messages.success(request, _("已添加%(name)s。") % {"name": form.cleaned_data["name"]})
            return redirect("colleges")
    page = PlainPage(
        title=_("院系管理"),
        lead=str(RULE),
        back=Link(_("工作人员"), reverse("staff")),
        panels=[table(actor)],
        form=form,
        act=Button(_("添加院系"), method="submit", primary=True),
    )
    return show(request, page, 422 if form.errors else 200)


def table(actor: Actor) -> Table | EmptyState:
    own = actor.membership.school_id
    staffed = Count("memberships", filter=Q(memberships__active=True, memberships__kind__in=REVIEWING), distinct=True)
    found: Any = College.objects.filter(school=own).annotate(people=staffed).order_by("-active", "name")
    counts = dict(
        Graduate.objects.filter(school=own).values_list("college").annotate(count=Count("pk")).values_list("college", "count")
    )
    rows = [
        Row(
            [
                Cell(one.name),
                Cell(counts.get(one.pk, 0)),
                Cell(one.people),
                Cell(tag=Tag(_("在用"), "ok") if one.active else Tag(_("已停用"), "off")),
            ],
            reverse("college", args=[one.pk]),
        )
        for one in found
    ]
    if not rows:
        return EmptyState(_("还没有院系"), _("在下面添加，或导入生源信息时自动建立。"))
    columns = [Column(_("院系")), Column(_("毕业生"), number=True), Column(_("在岗老师"), number=True), Column(_("状态"))]
    return Table(_("院系"), columns, rows)


@acting(Capacity.SCHOOL)
def college(request: HttpRequest, actor: Actor, pk: UUID) -> HttpResponse:
    """Rename; stop or restore, with the reason why it cannot be."""
    administrator(actor)
    found = College.objects.filter(school=actor.membership.school_id, pk=pk).select_related("school").first()
    if found is None:
        raise Http404
    form = NameForm(request.POST if request.method == "POST" else None, initial={"name": found.name})
    if request.method == "POST":
        switch = SwitchForm(request.POST)
        if switch.is_valid():
            act = colleges.stop if switch.cleaned_data["act"] == "stop" else colleges.restore
            return switched(request, lambda: act(actor, pk), pk)
        if form.is_valid():
            return renamed(request, actor, found, form)
    return ask(request, found, form, 422 if form.errors else 200)


def switched(request: HttpRequest, act: Any, pk: UUID) -> HttpResponse:
    try:
        change = act()
    except Refused as refusal:
        messages.warning(request, str(refusal))
    else:
        said = _("已恢复%(name)s。") if change.after["active"] else _("已停用%(name)s；以前的事项和记录都保留。")
        messages.success(request, said % {"name": change.college.name})
    return redirect("college", pk)


def renamed(request: HttpRequest, actor: Actor, found: College, form: NameForm) -> HttpResponse:
    try:
        colleges.rename(actor, found.pk, form.cleaned_data["name"])
    except Refused as refusal:
        form.add_error("name", str(refusal))
        return ask(request, found, form, refusal.status)
    messages.success(request, _("已改名为%(name)s；已生成的协议书不变。") % {"name": form.cleaned_data["name"]})
    return redirect("college", found.pk)


def ask(request: HttpRequest, found: College, form: NameForm, status: int) -> HttpResponse:
    why = colleges.needed(found) if found.active else None
    label, act = (_("停用院系"), "stop") if found.active else (_("恢复院系"), "restore")
    page = PlainPage(
        title=found.name,
        back=Link(_("院系管理"), reverse("colleges")),
        tags=[Tag(_("在用"), "ok") if found.active else Tag(_("已停用"), "off")],
        alerts=[] if found.active else [Alert("info", _("停用的院系不能再分配毕业生和老师；以前的事项和记录都保留。"))],
        form=form,
        act=Button(_("保存名称"), method="submit", primary=True),
        buttons=[
            Button(
                label,
                reverse("college", args=[found.pk]),
                "post",
                danger=found.active,
                fields=(("act", act),),
                disabled_reason=str(why or ""),
            )
        ],
    )
    return show(request, page, status)
