"""The reviewer's desk: what waits for me, oldest first, and what I did last.

The page takes the same time whatever the size of the table: ids come from an index in its order, names are joined for the
twenty rows shown, counts stop at a thousand.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from wangqian.cases.models import Case, Event, Terms
from wangqian.flows.parties import cases_for
from wangqian.flows.texts import WHOM, same_facts
from wangqian.people.models import Actor, Capacity, Cohort, College, Membership
from wangqian.people.names import name_index
from wangqian.web.factors.lost import waiting_resets
from wangqian.web.frame import show
from wangqian.web.lists import Cell, Column, Filter, Row, Tab
from wangqian.web.pages import DeskPage
from wangqian.web.paging import asked, counted, page_number, pager, tab, window
from wangqian.web.panels import Alert, Button, EmptyState, Link
from wangqian.web.school_kinds import ASKED, REVIEWED, asked_of
from wangqian.web.searching import forgotten, searched
from wangqian.web.slip import waiting_slips
from wangqian.web.wording import clock, since
from wangqian.web.words import level_words, partner

FEW = 2000


def counts_of(membership: Membership) -> dict[str, int]:
    """How many wait for this reviewer, by kind: in one query, unless so many wait that each kind is counted up to its thousand."""
    names = [*REVIEWED, *asked_of(membership)]
    here = list(cases_for(membership).filter(turn=membership.kind).order_by().values_list("flow", "state")[: FEW + 1])
    if len(here) > FEW:
        return {name: counted(waiting(membership, name)) for name in names}
    return {name: sum(belongs(name, flow, state) for flow, state in here) for name in names}


def belongs(name: str, flow: str, state: str) -> bool:
    """Whether a case in this state is of this kind."""
    kind = REVIEWED.get(name)
    return (flow, state) == (kind.flow, kind.state) if kind else flow == name


def waiting_for_me(request: HttpRequest, actor: Actor, counts: dict[str, int], flow: str) -> HttpResponse:
    """等我审核, of one kind."""
    narrowed = filtered(request, actor.membership, waiting(actor.membership, flow))
    filtering = any(asked(request, name) for name in ("q", "employer", "college", "cohort"))
    count, number = counted(narrowed) if filtering else counts[flow], page_number(request)
    ids = list(window(narrowed, number).values_list("pk", flat=True))
    page = DeskPage(
        title=_("待办"),
        alerts=[*forgotten(request), *releases(actor.membership), *waiting_slips(actor), *waiting_resets(actor)],
        tabs=tabs(request, flow, counts),
        tab_sentence=str(REVIEWED[flow].sentence),
        filters=filters(request, actor.membership, flow),
        clear_url=f"{request.path}?tab={flow}" if filtering else "",
        columns=columns(flow),
        rows=[row(case, flow) for case in loaded(actor.membership, ids)],
        empty=nothing(filtering),
        pager=pager(request, count, number),
        batch=[Button(_("批量审核通过"), method="submit", primary=True, name="flow", value=flow)] if REVIEWED[flow].batch else [],
        batch_url=reverse("batch") if REVIEWED[flow].batch else "",
        batch_note=_("勾选后先核对清单，再一次通过；不通过的，请打开事项办理。") if REVIEWED[flow].batch else "",
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


def waiting(membership: Membership, name: str) -> QuerySet[Case]:
    """What waits at this reviewer's level in his place, oldest first: the scope of the reviewer's role, by kind."""
    here = cases_for(membership).filter(turn=membership.kind).order_by("since", "id")
    kind = REVIEWED.get(name)
    return here.filter(flow=kind.flow, state=kind.state) if kind else here.filter(flow=name)


def neighbours(case: Case, actor: Actor) -> tuple[Link | None, Link | None]:
    """The one before and the one after among what waits for this reviewer, of the same kind: to go through them one by one."""
    name = kind_of(case.flow, case.state)
    if not name or case.turn != actor.membership.kind:
        return None, onward(case, actor)
    here = waiting(actor.membership, name)
    older = Q(since__lt=case.since) | Q(since=case.since, pk__lt=case.pk)
    newer = Q(since__gt=case.since) | Q(since=case.since, pk__gt=case.pk)
    before = here.filter(older).order_by("-since", "-id").values_list("pk", flat=True).first()
    following = here.filter(newer).values_list("pk", flat=True).first()
    return (
        Link(_("上一项"), reverse("case", args=[before])) if before else None,
        Link(_("下一项"), reverse("case", args=[following])) if following else None,
    )


def kind_of(flow: str, state: str) -> str:
    return next((name for name, kind in REVIEWED.items() if (kind.flow, kind.state) == (flow, state)), "")


def onward(case: Case, actor: Actor) -> Link | None:
    """After his own decision: the first of what still waits, of the same kind."""
    if actor.membership.party != "school":
        return None
    last = case.events.order_by("-number").first()
    name = kind_of(case.flow, last.source) if last and last.user_id == actor.user.pk else ""
    first = waiting(actor.membership, name).values_list("pk", flat=True).first() if name else None
    return Link(_("下一项"), reverse("case", args=[first])) if first else None


def filtered(request: HttpRequest, membership: Membership, found: QuerySet[Case]) -> QuerySet[Case]:
    if (name := searched(request, "name")) and membership.school_id:
        found = found.filter(graduate__name_index=name_index(membership.school_id, name))
    if employer := asked(request, "employer"):
        found = found.filter(with_employer(employer))
    for column in ("college", "cohort"):
        if pk := chosen_id(asked(request, column)):
            found = found.filter(**{f"{column}_id": pk})
    return found


STATED = ("offline_columns__employer_name", "paper_columns__employer_name", *(f"destination_columns__{name}" for name in WHOM))


def with_employer(words: str) -> Q:
    """By the employer's account, or as the graduate stated it in the newest or an earlier version."""
    stated = Q()
    for column in STATED:
        stated |= Q(**{f"{column}__contains": words})
    written = Terms.objects.filter(stated)
    mine, parents = Exists(written.filter(case=OuterRef("pk"))), Exists(written.filter(case=OuterRef("parent_id")))
    return Q(employer__name__contains=words) | Q(parent__employer__name__contains=words) | Q(mine) | Q(parents)


def chosen_id(text: str) -> UUID | None:
    """The id chosen in a filter; anything else filters nothing."""
    try:
        return UUID(text) if text else None
    except ValueError:
        return None


def filters(request: HttpRequest, membership: Membership, tab: str) -> list[Filter]:
    return [
        Filter("tab", "", tab, "hidden"),
        Filter("name", _("毕业生姓名（完整）"), searched(request, "name"), private=True),
        Filter("employer", _("单位名称"), asked(request, "employer")),
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
        tab(label_of(kind), f"{request.path}?tab={kind}", count, kind == active)
        for kind, count in counts.items()
        if count or kind in (active, *ALWAYS)
    ]
    behind = {"done": _("已处理"), "voided": _("作废记录")}
    return [*kinds, *(Tab(label, f"{request.path}?tab={name}", None, name == active) for name, label in behind.items())]


ALWAYS = ("online", "online_termination")  # tabs that stand there empty as well


def label_of(kind: str) -> str:
    return str(REVIEWED[kind].label if kind in REVIEWED else ASKED[kind])


def columns(kind: str) -> list[Column]:
    names = (_("毕业生"), _("院系／专业"), _("单位或学校"), str(REVIEWED[kind].about), _("提交时间"), _("级别"))
    return [Column(name) for name in names]


def loaded(membership: Membership, ids: list[UUID]) -> list[Case]:
    """These cases in this order, with everything a row shows."""
    versions = Prefetch("versions", Terms.objects.order_by("version"))
    related = ("graduate__person", "college", "employer", "school")
    found = cases_for(membership).select_related(*related).prefetch_related(versions).in_bulk(ids)
    return [found[pk] for pk in ids if pk in found]


def matter(case: Case) -> str:
    """What it is about: the type of a destination, the post of a signing, the reason of a termination."""
    content = last_content(case)
    kind = content.get("type")
    return _(kind["label"]) if kind else str(content.get("terms", {}).get("job_title") or content.get("reason_name", ""))


def last_content(case: Case) -> dict[str, Any]:
    """The newest version of a case loaded by `loaded`."""
    versions: Iterable[Terms] = case.versions.all()
    last = max(versions, key=lambda version: version.version, default=None)
    if last:
        last.case = case
    return last.content if last else {}


def row(case: Case, flow: str) -> Row:
    graduate = case.graduate
    assert graduate is not None and case.college is not None
    cells = [
        differing_name(case),
        Cell(case.college.name, note=graduate.major),
        Cell(partner(case)),
        Cell(matter(case)),
        Cell(clock(case.since), note=since(case.since)),
        Cell(level_words(case) or _("仅此一级")),
    ]
    return Row(cells, reverse("case", args=[case.pk]), key=str(case.pk), name=graduate.name)


def differing_name(case: Case) -> Cell:
    """The graduate, marked where his data were corrected after he signed and he has not confirmed them again."""
    graduate = case.graduate
    assert graduate is not None
    if "reconfirm" not in case.chart.steps or same_facts(last_content(case), graduate):
        return Cell(graduate.name)
    return Cell(graduate.name, note=_("信息有更正，待本人重新确认"), note_tone="bad")


def nothing(filtering: bool) -> EmptyState:
    if filtering:
        return EmptyState(_("没有符合条件的事项"), _("请换一个筛选条件，或清除筛选。"), icon="search")
    return EmptyState(_("没有等您审核的事项"), _("有新的提交时会出现在这里，并以消息通知您。"))
