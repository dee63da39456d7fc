"""The reviewer's desk: what waits for me, oldest first, and what I did last.

The page takes the same time whatever the size of the table: ids come from an index in its order, names are joined for the
twenty rows shown, counts stop at a thousand.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db.models import OuterRef, Prefetch, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from wangqian.cases.models import Case, Event, Terms
from wangqian.flows.parties import cases_for
from wangqian.people.models import Actor, Capacity, Cohort, College, Membership
from wangqian.web.frame import show
from wangqian.web.lists import Cell, Column, Filter, Row, Tab
from wangqian.web.pages import DeskPage
from wangqian.web.paging import asked, counted, page_number, pager, tab, window
from wangqian.web.panels import Alert, Button, EmptyState, Link
from wangqian.web.wording import clock, since
from wangqian.web.words import level_words

REVIEWED = {"online": gettext_lazy("签约审核"), "online_termination": gettext_lazy("解约审核")}
SENTENCES = {
    "online": gettext_lazy("毕业生已接受、等您这一级审核的签约，先提交的在前。"),
    "online_termination": gettext_lazy("双方已同意、等您这一级审核的解约，先提交的在前。"),
}


def waiting_for_me(request: HttpRequest, actor: Actor) -> HttpResponse:
    """等我审核, by kind."""
    chosen = asked(request, "tab")
    counts = {kind: counted(waiting(actor.membership, kind)) for kind in REVIEWED}
    flow = chosen if chosen in REVIEWED else next((kind for kind in REVIEWED if counts[kind]), "online")
    narrowed = filtered(request, waiting(actor.membership, flow))
    filtering = any(asked(request, name) for name in ("name", "employer", "college", "cohort"))
    count, number = counted(narrowed) if filtering else counts[flow], page_number(request)
    ids = list(window(narrowed, number).values_list("pk", flat=True))
    page = DeskPage(
        title=_("待办"),
        alerts=releases(actor.membership),
        tabs=tabs(request, flow, counts),
        tab_sentence=str(SENTENCES[flow]),
        filters=filters(request, actor.membership, flow),
        clear_url=f"{request.path}?tab={flow}" if filtering else "",
        columns=columns(flow),
        rows=[row(case, flow) for case in loaded(actor.membership, ids)],
        empty=nothing(filtering),
        pager=pager(request, count, number),
        batch=[Button(_("批量审核通过"), method="submit", primary=True, name="flow", value=flow)],
        batch_url=reverse("batch"),
        batch_note=_("勾选后先核对清单，再一次通过；不通过的，请打开事项办理。"),
    )
    return show(request, page)


def releases(membership: Membership) -> list[Alert]:
    """学校解除 that wait for a second school user (law L3)."""
    if membership.kind != Capacity.SCHOOL:
        return []
    count = counted(pending_releases(cases_for(membership)))
    if not count:
        return []
    link = Link(_("查看并确认"), f"{reverse('school-cases')}?tab=signed&release=1")
    return [Alert("warn", _("%(count)d 项学校解除等待另一位老师确认") % {"count": count}, link=link)]


def pending_releases(found: QuerySet[Case]) -> QuerySet[Case]:
    """Asked for and neither confirmed nor withdrawn; the rare events that ask have an index of their own."""
    asking = Event.objects.filter(step="request_release").values("case")
    return marked(found.filter(holds=True, pk__in=asking)).filter(last_release="request_release")


def marked(found: QuerySet[Case]) -> QuerySet[Any, Any]:
    """With the last word on a release: asked for, withdrawn, or none."""
    steps = ["request_release", "withdraw_release"]
    last = Event.objects.filter(case=OuterRef("pk"), step__in=steps).order_by("-number").values("step")[:1]
    return found.annotate(last_release=Subquery(last))


def waiting(membership: Membership, flow: str) -> QuerySet[Case]:
    """What waits at this reviewer's level in his place, oldest first: the scope of the reviewer's role, by kind."""
    return cases_for(membership).filter(turn=membership.kind, flow=flow).order_by("since", "id")


def filtered(request: HttpRequest, found: QuerySet[Case]) -> QuerySet[Case]:
    if name := asked(request, "name"):
        found = found.filter(graduate__name__contains=name)
    if employer := asked(request, "employer"):
        found = found.filter(employer__name__contains=employer)
    for column in ("college", "cohort"):
        if pk := chosen_id(asked(request, column)):
            found = found.filter(**{f"{column}_id": pk})
    return found


def chosen_id(text: str) -> UUID | None:
    """The id chosen in a filter; anything else filters nothing."""
    try:
        return UUID(text) if text else None
    except ValueError:
        return None


def filters(request: HttpRequest, membership: Membership, tab: str) -> list[Filter]:
    return [
        Filter("tab", "", tab, "hidden"),
        Filter("name", _("毕业生姓名"), asked(request, "name")),
        Filter("employer", _("用人单位"), asked(request, "employer")),
        *place_filters(request, membership),
    ]


def place_filters(request: HttpRequest, membership: Membership) -> list[Filter]:
    """院系, where there are several to see, and 届别."""
    found, school = [], membership.school_id
    everything = ("", _("全部"))
    if membership.kind == Capacity.SCHOOL:
        colleges = College.objects.filter(school=school).order_by("name").values_list("pk", "name")
        options = [everything, *((str(pk), name) for pk, name in colleges)]
        found.append(Filter("college", _("院系"), asked(request, "college"), "select", options))
    cohorts = Cohort.objects.filter(school=school).order_by("-year").values_list("pk", "year")
    options = [everything, *((str(pk), str(year)) for pk, year in cohorts)]
    return [*found, Filter("cohort", _("届别"), asked(request, "cohort"), "select", options)]


def tabs(request: HttpRequest, active: str, counts: dict[str, int]) -> list[Tab]:
    kinds = [
        tab(str(REVIEWED[kind]), f"{request.path}?tab={kind}", count, kind == active) for kind, count in counts.items()
    ]
    return [*kinds, Tab(_("已处理"), f"{request.path}?tab=done", None, active == "done")]


def columns(flow: str) -> list[Column]:
    about = _("岗位") if flow == "online" else _("解约原因")
    names = (_("毕业生"), _("院系／专业"), _("用人单位"), about, _("提交时间"), _("级别"))
    return [Column(name) for name in names]


def loaded(membership: Membership, ids: list[UUID]) -> list[Case]:
    """These cases in this order, with everything a row shows."""
    versions = Prefetch("versions", Terms.objects.order_by("version"))
    related = ("graduate", "college", "employer", "school")
    found = cases_for(membership).select_related(*related).prefetch_related(versions).in_bulk(ids)
    return [found[pk] for pk in ids if pk in found]


def matter(case: Case) -> str:
    """What it is about: the post of a signing, the reason of a termination."""
    content = last_content(case)
    return str(
        content.get("terms", {}).get("job_title", "") if case.flow == "online" else content.get("reason_name", "")
    )


def last_content(case: Case) -> dict[str, Any]:
    """The newest version of a case loaded by `loaded`."""
    versions: Iterable[Terms] = case.versions.all()
    last = max(versions, key=lambda version: version.version, default=None)
    return last.content if last else {}


def row(case: Case, flow: str) -> Row:
    graduate, employer = case.graduate, case.employer
    assert graduate is not None and case.college is not None
    cells = [
        Cell(graduate.name),
        Cell(case.college.name, note=graduate.major),
        Cell(employer.name if employer else ""),
        Cell(matter(case)),
        Cell(clock(case.since), note=since(case.since)),
        Cell(level_words(case) or _("仅此一级")),
    ]
    return Row(cells, reverse("case", args=[case.pk]), key=str(case.pk), name=graduate.name)


def nothing(filtering: bool) -> EmptyState:
    if filtering:
        return EmptyState(_("没有符合条件的事项"), _("请换一个筛选条件，或清除筛选。"), icon="search")
    return EmptyState(_("没有等您审核的事项"), _("有新的提交时会出现在这里，并以消息通知您。"))
