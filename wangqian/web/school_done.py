"""Behind the desk: 已处理, what a reviewer decided last, and 作废记录, what graduates took out of force without a review (M003 §9.2)."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from wangqian.cases.models import Case, Event
from wangqian.chart.words import FLOWS
from wangqian.flows.parties import HANDLER, REVIEWER, cases_for, own_place, where
from wangqian.people.models import Actor
from wangqian.web.frame import show
from wangqian.web.lists import Cell, Column, Row
from wangqian.web.pages import DeskPage
from wangqian.web.paging import address, asked
from wangqian.web.panels import Button, EmptyState, Tag
from wangqian.web.school_desk import counts_of, loaded, matter, tabs, waiting_for_me
from wangqian.web.school_kinds import ASKED
from wangqian.web.school_requests import requests
from wangqian.web.wording import clock
from wangqian.web.words import TONES, partner, state_tag

RECENT = 50
DECIDED = [
    *{step.name for flow in FLOWS.values() for step in flow.steps.values() if step.who in (REVIEWER, HANDLER)},
    "uphold",
    "reject",
]
SENTENCE = gettext_lazy("您最近办理的 50 条审核。")
VOIDED = gettext_lazy("毕业生最近作废的 50 条去向登记，已退出就业方案库；本人可以签约或重新登记。")


def desk(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The reviewer's home: what waits for him, or, on its last tabs, what he decided and what was voided."""
    chosen, counts = asked(request, "tab"), counts_of(actor.membership)
    if chosen in BEHIND:
        return BEHIND[chosen](request, actor, counts)
    flow = chosen if chosen in counts else next((kind for kind in counts if counts[kind]), "online")
    return (requests if flow in ASKED else waiting_for_me)(request, actor, counts, flow)


def done(request: HttpRequest, actor: Actor, counts: dict[str, int]) -> HttpResponse:
    """What I decided last, and how it stands now."""
    place = where(own_place(actor.membership) or {}, "case__")
    mine = Event.objects.filter(place, user=actor.user, step__in=DECIDED)
    related = ("case__graduate__person", "case__employer", "case__college", "case__school")
    names = (_("毕业生"), _("事项"), _("用人单位"), _("我的意见"), _("办理时间"), _("现在的状态"))
    page = DeskPage(
        title=_("待办"),
        tabs=tabs(request, "done", counts),
        tab_sentence=str(SENTENCE),
        columns=[Column(name) for name in names],
        rows=[done_row(event, actor) for event in mine.select_related(*related).order_by("-at")[:RECENT]],
        empty=EmptyState(
            _("您还没有办理过审核"),
            _("审核过的事项会列在这里，可以随时回看。"),
            Button(_("查看待审核"), address(request, tab="")),
        ),
    )
    return show(request, page)


def done_row(event: Event, actor: Actor) -> Row:
    case = event.case
    step = FLOWS[event.flow].steps[event.step]
    cells = [
        Cell(case.graduate.name if case.graduate else ""),
        Cell(_(case.chart.title)),
        Cell(partner(case)),
        Cell(tag=Tag(_(step.label), "bad" if step.tone == "danger" else "ok")),
        Cell(clock(event.at)),
        Cell(tag=state_tag(case, actor.membership) if case.turn else Tag(_(case.word.label), TONES[case.word.kind])),
    ]
    return Row(cells, reverse("case", args=[case.pk]))


def voided(request: HttpRequest, actor: Actor, counts: dict[str, int]) -> HttpResponse:
    """What was voided last in my place."""
    found = cases_for(actor.membership).filter(flow="destination", state="voided").order_by("-moved_at", "-id")
    ids = list(found.values_list("pk", flat=True)[:RECENT])
    names = (_("毕业生"), _("院系／专业"), _("单位或学校"), _("去向类型"), _("作废时间"))
    page = DeskPage(
        title=_("待办"),
        tabs=tabs(request, "voided", counts),
        tab_sentence=str(VOIDED),
        columns=[Column(name) for name in names],
        rows=[voided_row(case) for case in loaded(actor.membership, ids)],
        empty=EmptyState(_("还没有作废记录"), _("毕业生作废已登记的去向后会列在这里。")),
    )
    return show(request, page)


def voided_row(case: Case) -> Row:
    graduate = case.graduate
    assert graduate is not None and case.college is not None
    cells = [
        Cell(graduate.name),
        Cell(case.college.name, note=graduate.major),
        Cell(partner(case)),
        Cell(matter(case)),
        Cell(clock(case.moved_at)),
    ]
    return Row(cells, reverse("case", args=[case.pk]))


BEHIND = {"done": done, "voided": voided}
