"""What is asked of this office, one by one: 更正申请 (which field, whose, since when) and 登记异议 (against what, answered by when)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from wangqian.cases.models import Case, Event, Terms
from wangqian.flows.destinations import destinations
from wangqian.flows.dispute import answer_by
from wangqian.flows.parties import cases_for
from wangqian.people import field_classes
from wangqian.people.models import Actor, Membership
from wangqian.web.factors.lost import waiting_resets
from wangqian.web.frame import show
from wangqian.web.lists import Cell, Column, Row
from wangqian.web.pages import DeskPage
from wangqian.web.paging import asked, counted, page_number, pager, window
from wangqian.web.panels import EmptyState
from wangqian.web.school_desk import filtered, filters, loaded, tabs, waiting
from wangqian.web.searching import forgotten
from wangqian.web.slip import waiting_slips
from wangqian.web.wording import clock, left, since, until
from wangqian.web.words import partner


def requests(request: HttpRequest, actor: Actor, counts: dict[str, int], flow: str) -> HttpResponse:
    """A tab of the reviewer's home; the oldest first."""
    kind = KINDS[flow]
    narrowed = filtered(request, actor.membership, waiting(actor.membership, flow)).order_by(kind.order, "id")
    filtering = any(asked(request, name) for name in ("q", "college", "cohort"))
    count, number = counted(narrowed) if filtering else counts[flow], page_number(request)
    ids = list(window(narrowed, number).values_list("pk", flat=True))
    page = DeskPage(
        title=_("待办"),
        alerts=[*forgotten(request), *waiting_slips(actor), *waiting_resets(actor)],
        tabs=tabs(request, flow, counts),
        tab_sentence=str(kind.sentence),
        filters=[one for one in filters(request, actor.membership, flow) if one.name != "employer"],
        clear_url=f"{request.path}?tab={flow}" if filtering else "",
        columns=[Column(str(name)) for name in kind.columns],
        rows=[
            Row(kind.cells(case), reverse("case", args=[case.pk]), name=case.graduate.name if case.graduate else "")
            for case in kind.loaded(actor.membership, ids)
        ],
        empty=EmptyState(str(kind.nothing), str(kind.later)),
        pager=pager(request, count, number),
    )
    return show(request, page)


def correction(case: Case) -> list[Cell]:
    graduate = case.graduate
    assert graduate is not None and case.college is not None
    return [
        Cell(graduate.name),
        Cell(case.college.name, note=graduate.major),
        Cell(field_classes.label(case.topic)),
        Cell(clock(case.since), note=since(case.since)),
    ]


def objection(case: Case) -> list[Cell]:
    """Against what is registered, in the graduate's words; the deadline stays the deadline once it is past."""
    graduate, (first,), due = case.graduate, case.events.all(), answer_by(case)
    assert graduate is not None and case.parent is not None
    late = case.state == "late" or due <= timezone.now()  # said, not decided: no question to the database for every row
    return [
        Cell(graduate.name),
        Cell(first.said.get("about", "")),
        Cell(registered_as(case.parent), note=partner(case.parent)),
        Cell(clock(case.opened_at), note=since(case.opened_at)),
        Cell(until(due), note=_("已超过期限") if late else left(due), note_tone="bad" if late else "off"),
    ]


def registered_as(registration: Case) -> str:
    """The type of a destination, the flow of an agreement."""
    kind = destinations().get(registration.topic)
    return _(kind.label) if kind else _(registration.chart.title)


def objections(membership: Membership, ids: list[UUID]) -> list[Case]:
    """These cases in this order, each with its first event and with what it objects to."""
    first = Prefetch("events", Event.objects.filter(number=1).select_related("note"))
    stated = Prefetch("parent__versions", Terms.objects.order_by("version"))
    related = ("graduate__person", "parent__employer")
    found = cases_for(membership).select_related(*related).prefetch_related(first, stated).in_bulk(ids)
    for case in found.values():
        if case.parent:
            case.parent.graduate = case.graduate  # whose key opens what is registered
    return [found[pk] for pk in ids if pk in found]


@dataclass(frozen=True)
class Kind:
    """One tab: what it says, and what a row of it shows."""

    sentence: Any
    columns: tuple[Any, ...]
    loaded: Callable[[Membership, list[UUID]], list[Case]]
    cells: Callable[[Case], list[Cell]]
    nothing: Any
    later: Any
    order: str = "since"


GRADUATE = gettext_lazy("毕业生")
KINDS = {
    "correction_request": Kind(
        gettext_lazy("毕业生请您更正的登记信息，先申请的在前；请核对证明材料后同意或说明原因。"),
        (GRADUATE, gettext_lazy("院系／专业"), gettext_lazy("更正哪一项"), gettext_lazy("申请时间")),
        loaded,
        correction,
        gettext_lazy("没有等您处理的更正申请"),
        gettext_lazy("有新的申请时会出现在这里，并以消息通知您。"),
    ),
    "dispute": Kind(
        gettext_lazy("毕业生对登记的去向提出的异议，先提出的在前；请核实后答复：有误的先办理“更正”，无误的说明情况。"),
        (GRADUATE, gettext_lazy("哪一项"), gettext_lazy("登记"), gettext_lazy("提出时间"), gettext_lazy("应答复于")),
        objections,
        objection,
        gettext_lazy("没有等您答复的异议"),
        gettext_lazy("毕业生提出异议时会出现在这里，并以消息通知您。"),
        "opened_at",  # a late one came to where it is after its deadline
    ),
}
