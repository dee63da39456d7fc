"""The page of a case: whose turn, what was agreed, what happened, what may be done now."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from wangqian.cases.models import Case, Event
from wangqian.cases.queries import Move, moves, timeline
from wangqian.codes.serial import pretty
from wangqian.flows.rules import pending_release
from wangqian.notices import queries
from wangqian.people.models import Actor
from wangqian.web import exact
from wangqian.web.frame import acting, show
from wangqian.web.pages import CasePage, Panel
from wangqian.web.panels import Alert, Button, Fact, Facts, Link, Timeline, TimelineItem, Tone, TurnCard
from wangqian.web.paper import paper_panels
from wangqian.web.subjects import visible_case
from wangqian.web.wording import clock
from wangqian.web.words import (
    LOCKED,
    case_title,
    level_words,
    locked,
    other_side,
    path_of,
    said,
    state_tag,
    state_words,
    turn_of,
    who_words,
)

TONES: dict[str, Tone] = {"failed": "bad", "void": "warn", "done": "ok", "open": "info"}


@acting()
@require_safe
def case_page(request: HttpRequest, actor: Actor, pk: UUID) -> HttpResponse:
    """One matter. Everybody in scope reads the same facts; the buttons differ."""
    case = visible_case(actor, pk)
    membership = actor.membership
    happened = list(timeline(case))
    queries.mark_case_read(case, actor.user)
    page = CasePage(
        title=case_title(case, membership),
        lead=lead(case),
        back=Link(_("返回"), reverse("home")),
        tags=[state_tag(case, membership, locked(case, membership))],
        alerts=alerts(case, happened),
        path=path_of(case),
        turn=turn_card(case, actor),
        buttons=[button(case, move) for move in moves(case, actor)],
        panels=[*paper_panels(case), *content_panels(case)],
        side=related(case, actor),
        timeline=Timeline(_("办理过程"), [item(case, event, actor) for event in reversed(happened)]),
    )
    return show(request, page)


def lead(case: Case) -> str:
    words = [_("%(at)s 发起") % {"at": clock(case.opened_at)}, level_words(case)]
    if case.number:
        words.insert(0, _("协议编号 %(number)s") % {"number": pretty(case.number)})
    return " · ".join(word for word in words if word)


def alerts(case: Case, happened: list[Event]) -> list[Alert]:
    """Why it ended, and what hangs over it."""
    found = []
    because = [event for event in happened if event.said.get("reason")][-1:]
    if because and case.word.kind in ("failed", "void"):
        found.append(Alert("bad", _(case.word.label), items=[f"{a}：{b}" for a, b in said(case, because[0])]))
    if case.holds and pending_release(case):
        found.append(Alert("warn", _("学校已提请解除，等待另一位学校老师确认")))
    return found


def turn_card(case: Case, actor: Actor) -> TurnCard | None:
    if not case.turn:
        return None
    shut = locked(case, actor.membership)
    mine = case.turn == actor.membership.kind and not shut
    return TurnCard(
        tag=state_tag(case, actor.membership, shut),
        title=heading(case, mine, shut),
        sentence=str(LOCKED) if shut else after(case),
        due=case.respond_by if case.word.due else None,
        since=case.since,
        mine=mine,
    )


def heading(case: Case, mine: bool, shut: bool) -> str:
    if shut:
        return _("现在只能查看")
    return _("轮到您办理") if mine else _("等待%(who)s办理") % {"who": turn_of(case)}


def after(case: Case) -> str:
    """What happens if nobody acts."""
    if case.word.otherwise:
        return _(case.word.otherwise)
    return _("审核没有期限；审核结果会通知各方。")


def button(case: Case, move: Move) -> Button:
    """A move as a button; a refused one says why."""
    if move.step.starts:
        url = reverse("start-step", args=[move.flow.slug, move.step.name, "case", case.pk])
    else:
        url = reverse("step", args=[case.pk, move.step.name])
    return Button(
        _(move.label),
        url,
        primary=not move.step.tone and not move.refusal,
        danger=move.step.tone == "danger",
        quiet=move.step.tone == "quiet",
        disabled_reason=str(move.refusal) if move.refusal else "",
    )


def content_panels(case: Case) -> list[Panel]:
    last = case.versions.order_by("-version").first()
    if last is None:
        return []
    return [*exact.panels(last.content), exact.full(last.content)]


def related(case: Case, actor: Actor) -> list[Panel]:
    """The agreement this ends, the terminations of this agreement, the case it started again from."""
    others = [case.parent] if case.parent else []
    others += list(case.children.select_related("graduate", "employer").order_by("-opened_at")[:5])
    rows = [
        Fact(
            _(other.chart.title),
            f"{other_side(other, actor.membership)} · {state_words(other, actor.membership)}",
            link=Link(_("查看"), reverse("case", args=[other.pk])),
        )
        for other in others
    ]
    found: list[Panel] = [Facts(_("相关事项"), rows)] if rows else []
    if actor.membership.party == "school":
        sent = [Fact(one.to, one.words) for one in queries.deliveries(case)]
        found += [Facts(_("消息送达"), sent)] if sent else []
    return found


def item(case: Case, event: Event, actor: Actor) -> TimelineItem:
    step = case.chart.steps[event.step]
    target = case.chart.states[event.target]
    words = _(step.label) if step.label else str(AUTOMATIC.get(event.step) or _(target.label))
    note = "；".join(f"{label}：{value}" for label, value in said(case, event))
    tone = TONES[target.kind] if event.source != event.target else "info"
    return TimelineItem(event.at, who_words(event, actor.membership), words, note, tone)


AUTOMATIC = {
    "remind": gettext_lazy("已发出到期提醒"),
    "skip": gettext_lazy("这一级没有审核人，已转下一级"),
    "lapse": gettext_lazy("逾期未回应"),
    "invalidate": gettext_lazy("邀请已失效"),
    "terminate": gettext_lazy("解约完成"),
    "filed": gettext_lazy("协议书已生成"),
    "overtaken": gettext_lazy("学校已解除协议，本次解约随之结束"),
}
