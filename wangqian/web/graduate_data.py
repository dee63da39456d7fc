"""The graduate and his own data: edit what is his to edit, ask for the correction of the rest, see what was changed by whom."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from wangqian.cases.models import Case
from wangqian.cases.queries import starts
from wangqian.chart.words import FLOWS, Refused
from wangqian.flows.correction_request import CorrectionRequest
from wangqian.flows.corrections import SELF, Why, Wrong, correct, own_refusal
from wangqian.flows.parties import cases_for
from wangqian.people import field_classes
from wangqian.people.field_classes import DATA, SAID, Edits
from wangqian.people.models import Actor, Capacity, Graduate
from wangqian.web import data_form
from wangqian.web.data_form import DataForm
from wangqian.web.data_panels import change_panels, changes_of
from wangqian.web.frame import acting, before_confirming, show
from wangqian.web.lists import Cell, Column, Row, Table
from wangqian.web.pages import Panel, PlainPage, StepPage
from wangqian.web.panels import Alert, Button, EmptyState, Link
from wangqian.web.wording import clock
from wangqian.web.words import state_tag

GROUPS = (
    (gettext_lazy("政治面貌与生源"), tuple(datum.name for datum in field_classes.of_class(Edits.UNTIL))),
    (gettext_lazy("联系方式"), tuple(datum.name for datum in field_classes.of_class(Edits.ALWAYS))),
)
STALE = gettext_lazy("您的信息刚刚有变动，下面是最新内容，请核对后重新填写。")


def own(actor: Actor) -> Graduate:
    graduate = actor.membership.graduate
    assert graduate is not None
    return graduate


def editable(graduate: Graduate) -> list[str]:
    """The fields that are his now, those with a page of their own apart."""
    return [name for name, datum in DATA.items() if own_refusal(datum, graduate) is None]


# --- edit --------------------------------------------------------------------------------------------


def edit_page(request: HttpRequest, actor: Actor) -> HttpResponse:
    """政治面貌, 生源地 until the college has confirmed; addresses always."""
    graduate = own(actor)
    form = DataForm(graduate, editable(graduate), False, request.POST if request.method == "POST" else None)
    if request.method != "POST":
        return ask(request, form)
    if form.stale():
        fresh = DataForm(graduate, editable(graduate), False)
        return ask(request, fresh, 409, [Alert("warn", str(STALE))])
    values = form.values()
    if values is None:
        return ask(request, form, 422)
    try:
        rows = correct(graduate.pk, values, actor, Why(SELF), data_form.said(form, values))
    except Wrong as wrong:
        form.form.add_error(wrong.field, str(wrong))
        return ask(request, form, 422)
    except Refused as refusal:
        return ask(request, form, refusal.status, [Alert("warn", str(refusal))])
    messages.success(request, _("已保存 %(count)d 项。") % {"count": len(rows)} if rows else _("没有改动，不用保存。"))
    return redirect("my-information")


def ask(request: HttpRequest, form: DataForm, status: int = 200, alerts: list[Alert] | None = None) -> HttpResponse:
    until = _(SAID[Edits.UNTIL]) if form.graduate.college_confirmed_at is None else ""
    page = StepPage(
        title=_("修改我的信息"),
        lead=_("政治面貌、生源等项目在院系确认前可以修改，家庭住址等随时可以修改。") if until else _("家庭住址等随时可以修改。"),
        back=Link(_("我的信息"), reverse("my-information")),
        alerts=alerts or [],
        form=form.form,
        fieldsets=data_form.fieldsets(form.names, [(str(title), names) for title, names in GROUPS]),
        act=Button(_("保存"), method="submit", primary=True),
        cancel=Link(_("取消"), reverse("my-information")),
    )
    return show(request, page, status)


edit = acting(Capacity.GRADUATE)(before_confirming(edit_page))


# --- corrections -------------------------------------------------------------------------------------


@before_confirming
@require_safe
def corrections_page(request: HttpRequest, actor: Actor) -> HttpResponse:
    """What I asked for and what became of it; the way to ask."""
    graduate = own(actor)
    related = ("graduate__person", "school", "college")
    mine = cases_for(actor.membership).filter(flow=CorrectionRequest.slug).select_related(*related)
    found = list(mine.order_by("-opened_at")[:50])
    rows = [row(case, actor) for case in found]
    names = (_("更正哪一项"), _("状态"), _("申请时间"), _("最近办理"))
    empty = EmptyState(_("还没有更正申请"), _("登记的信息有误、又不能自行修改时，在这里申请更正。"))
    page = PlainPage(
        title=_("更正申请"),
        lead=_("申请由学校或院系核对后处理，结果会通知您。"),
        back=Link(_("我的信息"), reverse("my-information")),
        panels=[Table(_("我的更正申请"), [Column(name) for name in names], rows) if rows else empty],
        buttons=asking_buttons(graduate, actor),
    )
    return show(request, page)


corrections = acting(Capacity.GRADUATE)(corrections_page)


def row(case: Case, actor: Actor) -> Row:
    times = [Cell(clock(case.opened_at)), Cell(clock(case.moved_at))]
    cells = [Cell(field_classes.label(case.topic)), Cell(tag=state_tag(case, actor.membership)), *times]
    return Row(cells, reverse("case", args=[case.pk]))


def asking_buttons(graduate: Graduate, actor: Actor) -> list[Button]:
    """申请更正, where the flow offers it."""
    return [
        Button(_(move.label), apply_url(graduate), primary=True, disabled_reason=str(move.refusal or ""))
        for move in starts(FLOWS[CorrectionRequest.slug], actor, graduate=graduate)
    ]


def apply_url(graduate: Graduate) -> str:
    return reverse("start-step", args=[CorrectionRequest.slug, "fill", "graduate", graduate.pk])


# --- what was changed --------------------------------------------------------------------------------


@before_confirming
@require_safe
def changes_page(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Before and after of every change, who made it, when and why."""
    found: list[Panel] = change_panels(changes_of(own(actor)), actor)
    nothing = EmptyState(_("还没有更改记录"), _("您自己或学校更改信息后，更改前后的内容会列在这里。"))
    page = PlainPage(
        title=_("信息更改记录"),
        lead=_("最近 100 项，最新的在前。如有不符，请申请更正或联系学校。"),
        back=Link(_("我的信息"), reverse("my-information")),
        panels=found or [nothing],
    )
    return show(request, page)


changes = acting(Capacity.GRADUATE)(changes_page)
