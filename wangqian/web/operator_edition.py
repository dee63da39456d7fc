"""A new edition of a table: upload or paste, and everything that is wrong with it at once; what is right waits as a draft."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from wangqian.cases.models import Draft
from wangqian.chart.words import Refused
from wangqian.codes.edition_check import Problem, Reading
from wangqian.codes.edition_kept import written
from wangqian.codes.titles import title
from wangqian.people import editions
from wangqian.people.clock import now
from wangqian.people.models import Actor, Capacity
from wangqian.web.frame import acting, show
from wangqian.web.lists import Cell, Column, Row, Table
from wangqian.web.operator_codes import known
from wangqian.web.operator_edition_form import EditionForm
from wangqian.web.pages import Panel, UploadPage
from wangqian.web.panels import Alert, Button, Link

SHOWN, FIRST = 200, 8
RULES = (
    gettext_lazy("先检查，列出全部问题和每一处变化，由您确认后才从生效日期起使用。"),
    gettext_lazy("停用的代码不会删除：已有的记录照旧显示当时的代码和名称。"),
    gettext_lazy("可以先下载现行名单，在表格软件里修改后上传。代码一列请设为文本格式，以免丢掉前面的 0。"),
    gettext_lazy("已有的代码可以只写代码和名称，其余各列留空表示不变。"),
)


@acting(Capacity.OPERATOR)
def add(request: HttpRequest, actor: Actor, name: str) -> HttpResponse:
    """The form; with problems it comes back with every one of them, and with what was pasted."""
    known(name)
    form = EditionForm(request.POST, request.FILES) if request.method == "POST" else EditionForm(initial=typed(actor, name))
    problems: list[Problem] = []
    if request.method == "POST" and form.is_valid():
        reading = checked(name, form)
        problems = reading.problems if reading else []
        if reading and not problems:
            keep(actor, name, form, reading)
            return redirect("edition-check", name)
    return show(request, upload_page(name, form, problems), 422 if request.method == "POST" else 200)


def checked(name: str, form: EditionForm) -> Reading | None:
    given = form.cleaned_data
    try:
        return editions.check(name, given["effective_on"], given["whole"] == "whole", given["source"], given["rows"])
    except Refused as refused:
        form.add_error("effective_on", str(refused))
        return None


def upload_page(name: str, form: EditionForm, problems: list[Problem]) -> UploadPage:
    wrong: list[Panel] = [problem_table(problems)] if len(problems) > FIRST else []
    said = _("名单有 %(count)d 处问题，没有添加任何内容。请改正后重新检查。") % {"count": len(problems)}
    first = [f"{where(one)}：{one.sentence}" for one in in_order(problems)[:FIRST]]
    return UploadPage(
        title=_("添加新版本：%(table)s") % {"table": title(name)},
        back=Link(title(name), reverse("code-table", args=[name])),
        alerts=[Alert("bad", _("没有通过检查"), said, items=first)] if problems else [],
        form=form,
        act=Button(_("检查"), method="submit", primary=True),
        template_link=Link(_("下载现行名单"), reverse("code-list", args=[name])),
        rules=[str(rule) for rule in RULES],
        panels=wrong,
    )


def in_order(problems: list[Problem]) -> list[Problem]:
    return sorted(problems, key=lambda one: one.line)


def where(one: Problem) -> str:
    return _("第 %(line)d 行") % {"line": one.line} if one.line else _("整个名单")


def problem_table(problems: list[Problem]) -> Table:
    rows = [Row([Cell(where(one)), Cell(one.sentence)]) for one in in_order(problems)[:SHOWN]]
    more = len(problems) - len(rows)
    note = _("还有 %(count)d 处，改正以上问题后再检查。") % {"count": more} if more else ""
    return Table(_("问题"), [Column(_("位置")), Column(_("问题"))], rows, note=note)


def subject(name: str) -> str:
    return f"codes:{name}"


def keep(actor: Actor, name: str, form: EditionForm, reading: Reading) -> None:
    """What was checked waits as a draft: it is there on any device until it is confirmed or replaced."""
    given = form.cleaned_data
    data = {
        "effective_on": given["effective_on"].isoformat(),
        "source": given["source"],
        "whole": given["whole"],
        "content": written(reading.edition),
    }
    Draft.objects.update_or_create(owner=actor.user, subject=subject(name), defaults={"data": data, "saved_at": now()})


def draft_of(actor: Actor, name: str) -> dict[str, Any] | None:
    draft = Draft.objects.filter(owner=actor.user, subject=subject(name)).first()
    return dict(draft.data) if draft else None


def typed(actor: Actor, name: str) -> dict[str, Any]:
    """The form starts with what was checked last and not confirmed."""
    draft = draft_of(actor, name)
    if draft is None:
        return {"whole": "changes"}
    return {**draft, "text": draft["content"]}
