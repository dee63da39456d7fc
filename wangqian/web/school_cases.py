"""All cases of the school by state, and the review levels at which nobody sits."""

from __future__ import annotations

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from wangqian.cases.models import Case
from wangqian.chart.words import FLOWS, OPEN
from wangqian.flows.parties import cases_for
from wangqian.people.models import Actor, Capacity, Membership
from wangqian.web.frame import acting, show
from wangqian.web.lists import Cell, Column, Filter, Row, Tab
from wangqian.web.pages import DeskPage
from wangqian.web.paging import asked, counted, page_number, pager, tab, window
from wangqian.web.panels import EmptyState, Tag
from wangqian.web.school_desk import filtered, marked, pending_releases, place_filters
from wangqian.web.school_kinds import reviewed_flows
from wangqian.web.school_levels import empty_levels
from wangqian.web.searching import forgotten, searched
from wangqian.web.wording import clock, since
from wangqian.web.words import TONES, partner, turn_of

REVIEWED = reviewed_flows()
TABS = {"review": gettext_lazy("审核中"), "signed": gettext_lazy("已签约、已登记"), "ended": gettext_lazy("已结束")}
SENTENCES = {
    "review": gettext_lazy("正在辅导员、院系或学校审核的签约、解约和去向登记，等得久的在前。"),
    "signed": gettext_lazy("现在有效的就业协议和去向登记。"),
    "ended": gettext_lazy("拒绝、逾期、撤回、不通过、已解约和已解除的事项。"),
}
FILTERS = ("q", "employer", "college", "cohort", "flow", "release")


@acting(Capacity.SCHOOL)
@require_safe
def cases(request: HttpRequest, actor: Actor) -> HttpResponse:
    """签约情况 of the whole school."""
    chosen = asked(request, "tab") if asked(request, "tab") in TABS else "review"
    found = narrowed(request, actor.membership, of_tab(actor.membership, chosen))
    number, count = page_number(request), counted(found)
    related = ("graduate__person", "employer", "college", "school")
    shown = window(marked(found).order_by(*ORDERS[chosen]), number).select_related(*related).prefetch_related("versions")
    names = (_("毕业生"), _("事项"), _("院系／专业"), _("用人单位"), _("状态"), _("轮到谁"), _("最近办理"))
    filtering = any(asked(request, name) for name in FILTERS)
    page = DeskPage(
        title=_("签约情况"),
        alerts=[*forgotten(request), *(empty_levels(actor.membership) if actor.membership.admin else [])],
        tabs=tabs(request, actor.membership, chosen),
        tab_sentence=str(SENTENCES[chosen]),
        filters=filters(request, actor.membership, chosen),
        clear_url=f"{request.path}?tab={chosen}" if filtering else "",
        columns=[Column(name) for name in names],
        rows=[row(case) for case in shown],
        empty=nothing(filtering),
        pager=pager(request, count, number),
    )
    return show(request, page)


ORDERS = {"review": ("since", "id"), "signed": ("-id",), "ended": ("-id",)}


def ended() -> Q:
    """Cases of the reviewed flows that came to an end and bind nobody."""
    found = Q()
    for flow in REVIEWED:
        names = [state.name for state in flow.states.values() if state.kind != OPEN and not state.holds]
        found |= Q(flow=flow.slug, state__in=names)
    return found


def of_tab(membership: Membership, chosen: str) -> QuerySet[Case]:
    mine = cases_for(membership)
    if chosen == "review":
        kinds = [flow.slug for flow in REVIEWED]
        return mine.filter(turn__in=[Capacity.COUNSELLOR, Capacity.COLLEGE, Capacity.SCHOOL], flow__in=kinds)
    if chosen == "signed":
        return mine.filter(holds=True, state__in=("signed", "registered"))
    return mine.filter(ended())


def narrowed(request: HttpRequest, membership: Membership, found: QuerySet[Case]) -> QuerySet[Case]:
    found = filtered(request, membership, found)
    if (flow := asked(request, "flow")) in FLOWS:
        found = found.filter(flow=flow)
    if asked(request, "release"):
        found = pending_releases(found)
    return found


def tabs(request: HttpRequest, membership: Membership, chosen: str) -> list[Tab]:
    return [
        tab(str(label), f"{request.path}?tab={name}", counted(of_tab(membership, name)), name == chosen)
        for name, label in TABS.items()
    ]


def filters(request: HttpRequest, membership: Membership, chosen: str) -> list[Filter]:
    kinds = [("", _("全部")), *((flow.slug, _(flow.title)) for flow in REVIEWED)]
    return [
        Filter("tab", "", chosen, "hidden"),
        Filter("name", _("毕业生姓名（完整）"), searched(request, "name"), private=True),
        Filter("employer", _("单位名称"), asked(request, "employer")),
        *place_filters(request, membership),
        Filter("flow", _("事项"), asked(request, "flow"), "select", kinds),
        Filter(
            "release", _("学校解除"), asked(request, "release"), "select", [("", _("全部")), ("1", _("待确认解除"))]
        ),
    ]


def row(case: Case) -> Row:
    graduate = case.graduate
    assert graduate is not None and case.college is not None
    pending = case.holds and case.last_release == "request_release"  # type: ignore[attr-defined]
    cells = [
        Cell(graduate.name),
        Cell(_(case.chart.title)),
        Cell(case.college.name, note=graduate.major),
        Cell(partner(case)),
        Cell(
            tag=Tag(_(case.word.label), TONES[case.word.kind]),
            note=_("待确认解除") if pending else "",
            note_tone="bad" if pending else "off",
        ),
        Cell(turn_of(case)),
        Cell(clock(case.moved_at), note=since(case.since) if case.turn else ""),
    ]
    return Row(cells, reverse("case", args=[case.pk]))


def nothing(filtering: bool) -> EmptyState:
    if filtering:
        return EmptyState(_("没有符合条件的事项"), _("请换一个筛选条件，或清除筛选。"), icon="search")
    return EmptyState(_("还没有这样的事项"), _("毕业生接受单位的邀请后，签约会出现在“审核中”。"))
