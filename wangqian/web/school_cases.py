"""All cases of the school by state, and the review levels at which nobody sits."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from wangqian.cases.models import Case, Event
from wangqian.chart.words import FLOWS, OPEN
from wangqian.flows.parties import cases_for
from wangqian.people.models import Actor, Capacity, College, Membership, SchoolProfile
from wangqian.web.frame import acting, show
from wangqian.web.lists import Cell, Column, Filter, Row, Tab
from wangqian.web.menus import LABELS
from wangqian.web.pages import DeskPage
from wangqian.web.paging import asked, counted, page_number, pager, tab, window
from wangqian.web.panels import Alert, EmptyState, Tag
from wangqian.web.school_desk import filtered, place_filters
from wangqian.web.wording import clock, since
from wangqian.web.words import TONES, turn_of

REVIEWED = [flow for flow in FLOWS.values() if flow.chain]
TABS = {"review": gettext_lazy("审核中"), "signed": gettext_lazy("已签约"), "ended": gettext_lazy("已结束")}
SENTENCES = {
    "review": gettext_lazy("双方已同意、正在辅导员、院系或学校审核的签约和解约，等得久的在前。"),
    "signed": gettext_lazy("现在有效的就业协议。"),
    "ended": gettext_lazy("拒绝、逾期、撤回、不通过、已解约和已解除的事项。"),
}
FILTERS = ("name", "employer", "college", "cohort", "flow", "release")


@acting(Capacity.SCHOOL)
def cases(request: HttpRequest, actor: Actor) -> HttpResponse:
    """签约情况 of the whole school."""
    chosen = asked(request, "tab") if asked(request, "tab") in TABS else "review"
    found = narrowed(request, of_tab(actor.membership, chosen))
    number, count = page_number(request), counted(found)
    related = ("graduate", "employer", "college", "school")
    shown = window(marked(found).order_by(*ORDERS[chosen]), number).select_related(*related)
    names = (_("毕业生"), _("事项"), _("院系／专业"), _("用人单位"), _("状态"), _("轮到谁"), _("最近办理"))
    filtering = any(asked(request, name) for name in FILTERS)
    page = DeskPage(
        title=_("签约情况"),
        alerts=empty_levels(actor.membership) if actor.membership.admin else [],
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
        return mine.filter(turn__in=[Capacity.COUNSELLOR, Capacity.COLLEGE, Capacity.SCHOOL])
    if chosen == "signed":
        return mine.filter(holds=True, state="signed")
    return mine.filter(ended())


def narrowed(request: HttpRequest, found: QuerySet[Case]) -> QuerySet[Case]:
    found = filtered(request, found)
    if (flow := asked(request, "flow")) in FLOWS:
        found = found.filter(flow=flow)
    if asked(request, "release"):
        found = marked(found).filter(holds=True, last_release="request_release")
    return found


def marked(found: QuerySet[Case]) -> QuerySet[Any, Any]:
    """With the last word on a release: asked for, withdrawn, or none."""
    steps = ["request_release", "withdraw_release"]
    last = Event.objects.filter(case=OuterRef("pk"), step__in=steps).order_by("-number").values("step")[:1]
    return found.annotate(last_release=Subquery(last))


def tabs(request: HttpRequest, membership: Membership, chosen: str) -> list[Tab]:
    return [
        tab(str(label), f"{request.path}?tab={name}", counted(of_tab(membership, name)), name == chosen)
        for name, label in TABS.items()
    ]


def filters(request: HttpRequest, membership: Membership, chosen: str) -> list[Filter]:
    kinds = [("", _("全部")), *((flow.slug, _(flow.title)) for flow in REVIEWED)]
    return [
        Filter("tab", "", chosen, "hidden"),
        Filter("name", _("毕业生姓名"), asked(request, "name")),
        Filter("employer", _("用人单位"), asked(request, "employer")),
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
        Cell(case.employer.name if case.employer else ""),
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


# --- levels without reviewers ------------------------------------------------------------------------


def empty_levels(membership: Membership) -> list[Alert]:
    """Where nobody reviews: such a level is passed over, and the last level waits until somebody is appointed."""
    profile = SchoolProfile.objects.filter(school=membership.school_id).order_by("-version").first()
    if profile is None:
        return []
    levels = {level for kind in ("signing", "termination") for level in profile.levels(kind)}
    names = dict(College.objects.filter(school=membership.school_id).order_by("name").values_list("pk", "name"))
    stuck = waiting_for_nobody(membership)
    places = list(dict.fromkeys([*unmanned(membership, levels), *stuck]))
    if not places:
        return []
    items = [said(level, names.get(pk, "") if pk else "", stuck.get((level, pk), 0)) for level, pk in places]
    return [
        Alert(
            "warn",
            _("有审核级没有在岗的审核人"),
            _(
                "中间级没有审核人时，事项会自动转下一级并留下记录；最后一级没有审核人时，事项会一直等待。请尽快指定审核人。"
            ),
            items,
        )
    ]


Place = tuple[str, UUID | None]


def unmanned(membership: Membership, levels: set[str]) -> list[Place]:
    """(level, college) of every level of the chains, in every college, without an active reviewer."""
    staff = Membership.objects.filter(school=membership.school_id, active=True, user__is_active=True)
    manned = {
        (kind, None if kind == Capacity.SCHOOL else college)
        for kind, college in staff.values_list("kind", "college_id")
    }
    colleges = (
        College.objects.filter(school=membership.school_id, active=True).order_by("name").values_list("pk", flat=True)
    )
    needed: list[Place] = [(Capacity.SCHOOL.value, None)]
    needed += [(level, pk) for pk in colleges for level in (Capacity.COUNSELLOR.value, Capacity.COLLEGE.value)]
    return [place for place in needed if place[0] in levels and place not in manned]


def waiting_for_nobody(membership: Membership) -> dict[Place, int]:
    """(level, college) → how many cases wait at a level that has nobody for them."""
    here = Membership.objects.filter(
        kind=OuterRef("turn"), school=OuterRef("school"), active=True, user__is_active=True
    )
    here = here.filter(
        Q(kind=Capacity.SCHOOL)
        | Q(kind=Capacity.COLLEGE, college=OuterRef("college"))
        | Q(kind=Capacity.COUNSELLOR, college=OuterRef("college"), klass=OuterRef("klass"))
    )
    waiting = of_tab(membership, "review").filter(~Exists(here)).order_by()
    grouped = waiting.values_list("turn", "college").annotate(count=Count("pk"))
    return {(turn, None if turn == Capacity.SCHOOL else college): count for turn, college, count in grouped}


def said(level: str, college: str, count: int) -> str:
    facts = {"college": college, "level": str(LABELS[Capacity(level)]), "count": count}
    where = _("%(college)s：%(level)s级没有审核人") if college else _("%(level)s级没有审核人")
    waiting = _("，%(count)d 项在等待") if count else ""
    return (where + waiting) % facts
