"""A new edition before it is confirmed: before and after of every code; in force from its day, taken back before it."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from datetime import date
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from wangqian.cases.models import Draft
from wangqian.chart.words import Refused
from wangqian.codes.edition_check import Reading
from wangqian.codes.edition_kept import changed_facts
from wangqian.codes.editions import Difference
from wangqian.codes.table import table
from wangqian.codes.titles import title
from wangqian.people import editions
from wangqian.people.models import Actor, Capacity, CodeEdition
from wangqian.web.frame import acting, show
from wangqian.web.lists import Cell, Column, Row, Table
from wangqian.web.operator_codes import known
from wangqian.web.operator_edition import SHOWN, draft_of, subject
from wangqian.web.pages import Panel, StepPage
from wangqian.web.panels import Alert, Button, Fact, Facts, Link
from wangqian.web.wording import day


class SeenForm(forms.Form):
    """The tick under what was shown, and which text that was."""

    agreed = forms.BooleanField(
        label=gettext_lazy("我已核对以上变化与官方文件一致"),
        error_messages={"required": gettext_lazy("请先核对变化并勾选")},
    )
    seen = forms.CharField(required=False, widget=forms.HiddenInput)


def read_again(name: str, draft: dict[str, Any]) -> Reading:
    """The draft against the table as it is now. Raises Refused."""
    rows = list(enumerate(csv.reader(io.StringIO(draft["content"])), 1))
    on = date.fromisoformat(draft["effective_on"])
    return editions.check(name, on, draft["whole"] == "whole", draft["source"], rows)


def digest(draft: dict[str, Any], reading: Reading) -> str:
    """Of the list and of what it changes: another edition in between changes it."""
    shown = [[repr(one.before), repr(one.after)] for one in reading.changes]
    return hashlib.sha256(json.dumps([draft, shown], ensure_ascii=False, sort_keys=True).encode()).hexdigest()


@acting(Capacity.OPERATOR)
def check(request: HttpRequest, actor: Actor, name: str) -> HttpResponse:
    """Before and after; POST takes it into force from its day, if it still is what was shown."""
    draft = draft_of(actor, known(name))
    if draft is None:
        return redirect("code-table", name)
    try:
        reading = read_again(name, draft)
    except Refused as refused:
        return again(request, name, str(refused))
    if reading.problems:
        return again(request, name, _("代码表刚才有了变化，请重新检查。"))
    seen = digest(draft, reading)
    form = SeenForm(request.POST) if request.method == "POST" else SeenForm()
    if request.method != "POST" or not form.is_valid():
        return show(request, check_page(name, draft, reading, form, seen), 422 if form.is_bound else 200)
    if form.cleaned_data["seen"] != seen:
        stale = Alert("warn", _("内容已经变化"), _("您核对之后名单或代码表又有变化，请重新核对。"))
        return show(request, check_page(name, draft, reading, SeenForm(), seen, stale), 409)
    return confirmed(request, actor, name, draft, reading)


def again(request: HttpRequest, name: str, sentence: str) -> HttpResponse:
    messages.warning(request, sentence)
    return redirect("edition-add", name)


def confirmed(request: HttpRequest, actor: Actor, name: str, draft: dict[str, Any], reading: Reading) -> HttpResponse:
    try:
        made = editions.add(actor, name, reading, draft["source"])
    except Refused as refused:
        messages.warning(request, str(refused))
        return redirect("edition-check", name)
    Draft.objects.filter(owner=actor.user, subject=subject(name)).delete()
    facts = {"table": title(name), "number": made.number, "day": day(reading.edition.on)}
    messages.success(request, _("已添加%(table)s第 %(number)d 版，从 %(day)s 起使用。") % facts)
    return redirect(f"{reverse('code-table', args=[name])}?tab=editions")


def check_page(
    name: str, draft: dict[str, Any], reading: Reading, form: SeenForm, seen: str, alert: Alert | None = None
) -> StepPage:
    kinds = sorted_out(reading.changes)
    counts = [(_("新增"), kinds[0]), (_("变化"), kinds[1]), (_("停用"), kinds[2])]
    facts = [
        Fact(_("生效日期"), day(reading.edition.on)),
        Fact(_("来源"), draft["source"]),
        Fact(_("名单"), _("完整名单") if reading.edition.whole else _("只列变化")),
        *(Fact(label, _("%(count)d 个代码") % {"count": len(found)}) for label, found in counts),
    ]
    panels: list[Panel] = [Facts(_("将要添加的版本"), facts, change_url=reverse("edition-add", args=[name]))]
    panels += [change_table(label, found) for label, found in counts if found]
    if len(kinds[2]) * 4 > len(list(table(name).choices())) + 8:
        text = _("完整名单里没有列出的代码都会停用。只想改几个代码时，请选“只有变化”。")
        alert = alert or Alert("warn", _("将停用 %(count)d 个代码") % {"count": len(kinds[2])}, text)
    form.initial["seen"] = seen
    return StepPage(
        title=_("核对变化：%(table)s") % {"table": title(name)},
        lead=_("确认后不能修改；生效之前可以撤回。"),
        back=Link(_("返回修改"), reverse("edition-add", args=[name])),
        alerts=[alert] if alert else [],
        panels=panels,
        form=form,
        confirm="agreed",
        act=Button(_("确认添加"), method="submit", primary=True),
        cancel=Link(_("取消"), reverse("code-table", args=[name])),
    )


def sorted_out(changes: list[Difference]) -> tuple[list[Difference], list[Difference], list[Difference]]:
    """New, changed, ended."""
    new = [one for one in changes if one.before is None]
    return new, [one for one in changes if one.before and one.after], [one for one in changes if one.after is None]


def change_table(label: str, changes: list[Difference]) -> Table:
    rows = []
    for one in changes[:SHOWN]:
        row = one.after or one.before
        assert row is not None
        rows.append(Row([Cell(row.code), Cell(row.name), Cell("；".join(changed_facts(one)) or row.parent or "—")]))
    more = len(changes) - len(rows)
    note = _("另有 %(count)d 个，在名单中。") % {"count": more} if more else ""
    return Table(label, [Column(_("代码")), Column(_("名称")), Column(_("变化或上级"))], rows, note=note)


@acting(Capacity.OPERATOR)
@require_POST
def withdraw(request: HttpRequest, actor: Actor, pk: UUID) -> HttpResponse:
    """Take back an edition whose day has not come."""
    found = CodeEdition.objects.filter(pk=pk, withdraws=None).first()
    if found is None:
        raise Http404
    editions.refresh()
    try:
        editions.withdraw(actor, found)
    except Refused as refused:
        messages.warning(request, str(refused))
    else:
        messages.success(request, _("已撤回第 %(number)d 版。") % {"number": found.number})
    return redirect(f"{reverse('code-table', args=[found.table])}?tab=editions")
