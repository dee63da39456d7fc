"""The page of a case: whose turn, what was agreed, what happened, what may be done now."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from wangqian.cases.act import Act
from wangqian.cases.models import Case, Event, Evidence
from wangqian.cases.queries import Move, admits, content_of, drawn, moves, timeline
from wangqian.chart.check import reviewing
from wangqian.chart.fields import Input
from wangqian.chart.words import FLOWS
from wangqian.codes.serial import pretty
from wangqian.flows.correction_request import CorrectionRequest
from wangqian.flows.dispute import Dispute, open_dispute
from wangqian.flows.pace import usual
from wangqian.flows.parties import cases_for
from wangqian.flows.rules import Standing, facts_changed, free, paper_current, pending_release
from wangqian.flows.texts import same_facts
from wangqian.notices import queries
from wangqian.notices.fared import Delivery, deliveries
from wangqian.people.clock import now
from wangqian.people.models import Actor, Capacity, School
from wangqian.web import exact
from wangqian.web.assistance import assistance_panels
from wangqian.web.case_forms import form_links
from wangqian.web.data_panels import request_panels
from wangqian.web.deciding import decides, decisions
from wangqian.web.departure_panels import moved_on
from wangqian.web.frame import acting, before_confirming_where, show
from wangqian.web.noticed import noticed
from wangqian.web.pages import CasePage, Panel
from wangqian.web.panels import Alert, Button, Fact, Facts, Link, Tag, Text, Timeline, TimelineItem, Tone, TurnCard
from wangqian.web.paper import paper_panels
from wangqian.web.returns import resubmitted, returned, unconfirmed
from wangqian.web.school_desk import neighbours
from wangqian.web.slip import slip_panels
from wangqian.web.subjects import about_correction, visible_case
from wangqian.web.upload_boxes import READERS, viewer
from wangqian.web.wording import clock
from wangqian.web.words import (
    LOCKED,
    case_title,
    kept_while_typed,
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
@before_confirming_where(about_correction)
@require_safe
def case_page(request: HttpRequest, actor: Actor, pk: UUID) -> HttpResponse:
    """One matter. Everybody in scope reads the same facts; the buttons differ."""
    case = visible_case(actor, pk)
    membership = actor.membership
    if case.flow == "certification":  # it has its page where the employer has
        own = membership.kind == Capacity.EMPLOYER
        return redirect("employer-information") if own else redirect("employer", case.employer_id)
    happened = list(timeline(case))
    queries.mark_case_read(case, actor.user)
    ways = list(moves(case, actor))
    deciding = decisions(request, case, actor, ways)
    handed, former = file_panels(case, actor, happened)
    before, after_it = neighbours(case, actor)
    over = moved_on(case)
    page = CasePage(
        title=case_title(case, membership),
        lead=lead(case),
        back=Link(_("返回"), reverse("home")),
        tags=[Tag(_("登记已变动"), "off") if over else state_tag(case, membership, locked(case, membership))],
        alerts=[*alerts(case, happened, actor), *over],
        path=path_of(case),
        turn=turn_card(case, actor, ways),
        decisions=deciding,
        buttons=buttons(case, actor, ways),
        beside=handed if deciding else (),
        panels=[
            *slip_panels(case, actor),
            *paper_panels(case, actor),
            *assistance_panels(case, actor),
            *resubmitted_panels(case, actor),
            *asked_panels(case),
            *(() if deciding else handed),
            *content_panels(case),
            *former,
        ],
        side=related(case, actor),
        previous=before,
        next=after_it,
        timeline=Timeline(_("办理过程"), [item(case, event, actor) for event in reversed(happened)]),
    )
    return show(request, page)


def lead(case: Case) -> str:
    words = [_("%(at)s 发起") % {"at": clock(case.opened_at)}, level_words(case)]
    if case.number:
        words.insert(0, _("协议编号 %(number)s") % {"number": pretty(case.number)})
    return " · ".join(word for word in words if word)


def alerts(case: Case, happened: list[Event], actor: Actor) -> list[Alert]:
    """Why it ended, and what hangs over it."""
    found = []
    because = [event for event in happened if event.said.get("reason")][-1:]
    if because and case.word.kind in ("failed", "void"):
        found.append(Alert("bad", _(case.word.label), items=[f"{a}：{b}" for a, b in said(case, because[0])]))
    if reconfirmed(case) and not confirmed_again(case):
        found.append(Alert("warn", _("毕业生信息有更正，待本人重新确认"), _("重新确认之前不能审核通过。")))
    if outdated(case):
        found.append(Alert("warn", _("毕业生的信息在盖章后有更正"), _(paper_current.sentence)))
    found += [*returned(case), *noticed(case, actor)]
    if case.unconfirmed_at and case.word.kind == "done":
        found.append(Alert("warn", _("学校更正过登记的内容，待本人确认"), _("确认之前，更正的内容单独标注。")))
    found += in_the_way(case, actor)
    if actor.membership.party in ("graduate", "school") and open_dispute(case):
        found.append(Alert("warn", _("毕业生对这条登记有异议，学校正在处理")))
    if case.holds and pending_release(case):
        found.append(Alert("warn", _("学校已提请解除，等待另一位学校老师确认")))
    return found


def in_the_way(case: Case, actor: Actor) -> list[Alert]:
    """An invitation that only a registered 待就业 keeps from being accepted: 作废并继续 (flows.md §6)."""
    if case.exclusive != "invitation" or actor.membership.kind != Capacity.GRADUATE:
        return []
    refusal = free.refusal(Act(case, case.chart.steps["accept"], actor, now(), source=case.word))
    if not isinstance(refusal, Standing):
        return []
    then = urlencode({"then": reverse("step", args=[case.pk, "accept"])})
    link = Link(_("作废并继续"), f"{reverse('step', args=[refusal.case.pk, 'void'])}?{then}")
    return [Alert("warn", _("要接受这份邀请，请先作废已登记的去向"), str(refusal), link=link)]


def reconfirmed(case: Case) -> bool:
    """Whether the graduate is asked, where the case is now, to confirm his data again when they are corrected."""
    return any(facts_changed in step.only_if for step in case.chart.steps_from(case.word))


def outdated(case: Case) -> bool:
    """Whether a stamped paper waits for review that says of the graduate what is no more registered."""
    return any(paper_current in step.only_if for step in case.chart.steps_from(case.word)) and not confirmed_again(case)


def confirmed_again(case: Case) -> bool:
    """Whether the version under review says of the graduate what is registered now."""
    return case.graduate is None or same_facts(content_of(case), case.graduate)


def turn_card(case: Case, actor: Actor, ways: list[Move]) -> TurnCard | None:
    if not case.turn:
        return None
    shut = locked(case, actor.membership)
    mine = case.turn in (actor.membership.kind, *offices(ways)) and not shut
    return TurnCard(
        tag=state_tag(case, actor.membership, shut),
        title=heading(case, mine, shut),
        sentence=str(LOCKED) if shut else after(case, mine),
        due=case.respond_by if case.word.due else None,
        since=case.since,
        mine=mine,
    )


def offices(ways: list[Move]) -> list[str]:
    """Roles of several capacities of which this is one that may go on: 院系／学校, but not who asked."""
    return [move.step.who.name for move in ways if not move.refusal and not move.step.tone]


def heading(case: Case, mine: bool, shut: bool) -> str:
    if shut:
        return _("现在只能查看")
    return _("轮到您办理") if mine else _("等待%(who)s办理") % {"who": turn_of(case)}


def after(case: Case, mine: bool) -> str:
    """What happens if nobody acts."""
    if case.exclusive == "draft" and not mine:  # taken back
        return _("重新提交后会通知审核人；下面是上次提交的内容。")
    if case.word.otherwise:
        return _(case.word.otherwise)
    if pace := usual(case):
        return _("%(pace)s；没有期限，审核结果会通知各方。") % {"pace": pace}
    return _("审核没有期限；审核结果会通知各方。")


def buttons(case: Case, actor: Actor, ways: list[Move]) -> list[Button]:
    """What is not decided on this page, the one that stands out first."""
    found = [*(button(case, move) for move in ways if not decides(move)), *to_correct(case, actor, ways)]
    return sorted(found, key=lambda one: not one.primary)


def button(case: Case, move: Move) -> Button:
    """A move as a button; a refused one says why."""
    if move.step.starts:
        url = reverse("start-step", args=[move.flow.slug, move.step.name, "case", case.pk])
    else:
        url = reverse("step", args=[case.pk, move.step.name])
    return Button(
        _("继续填写") if begun(case, move) else _(move.label),
        url,
        primary=not move.step.tone and not move.refusal,
        danger=move.step.tone == "danger",
        quiet=move.step.tone == "quiet",
        disabled_reason=str(move.refusal) if move.refusal else "",
    )


def begun(case: Case, move: Move) -> bool:
    """Whether the button leads back to a form that was never handed in: what it is handed in by stands below the form itself."""
    return case.exclusive == "draft" and kept_while_typed(move.flow, move.step)


def to_correct(case: Case, actor: Actor, ways: list[Move]) -> list[Button]:
    """From an objection to 更正 of what it is about, and back here: it comes before the answer that the objection was right."""
    entry = case.parent
    if case.flow != Dispute.slug or case.turn != actor.membership.kind or entry is None:
        return []
    step = entry.chart.steps["correct"]
    if entry.word not in step.sources or not admits(step, actor, entry):
        return []
    first = not any(not way.refusal and not way.step.tone for way in ways)
    then = urlencode({"then": reverse("case", args=[case.pk])})
    found = [(button(entry, move), move) for move in drawn(Act(entry, step, actor, now(), source=entry.word))]
    return [
        replace(one, label=_("去更正"), url=f"{one.url}?{then}", primary=first and not move.refusal, quiet=False) for one, move in found
    ]


def asked_panels(case: Case) -> list[Panel]:
    """What the graduate asks of the school."""
    if case.flow == CorrectionRequest.slug:
        return request_panels(case)
    return exact.objection(case) if case.flow == Dispute.slug else []


def content_panels(case: Case) -> list[Panel]:
    if case.flow == Dispute.slug:
        return exact.registered(case)
    content = content_of(case)
    return [*exact.panels(content), exact.full(content)] if content else []


def resubmitted_panels(case: Case, actor: Actor) -> list[Panel]:
    """What is different this time: for everybody while the school's changes wait for the graduate's word, else for who reviews."""
    if case.unconfirmed_at:
        return unconfirmed(case, content_of(case))
    return resubmitted(case) if reviewing(case.chart, case.word) and actor.membership.party == "school" else []


def file_panels(case: Case, actor: Actor, happened: list[Event]) -> tuple[list[Panel], list[Panel]]:
    """What was handed in last, by what it was asked as; and apart from it what had been handed in before."""
    if actor.membership.kind not in READERS:
        return [], []
    last = {slot: sums for event in happened for slot, sums in event.data.get("files", {}).items()}
    found: dict[str, list[Evidence]] = {}
    for row in case.evidence.select_related("case__graduate__person"):
        replaced = row.bound_at is not None and row.sha256 not in last.get(row.slot, ())
        found.setdefault("" if replaced else row.slot, []).append(row)
    former = viewer(_("以前提交的材料（已被后来提交的替换）"), found.pop("", []), actor)
    panels = [viewer(slot_title(case, slot), handed, actor) for slot, handed in found.items()]
    return [panel for panel in panels if panel.files], [former] if former.files else []


def slot_title(case: Case, slot: str) -> str:
    """What was asked for there."""
    fields = (field for step in case.chart.steps.values() for need in step.needs for field in need.fields)
    return next((_(field.label) for field in fields if field.kind is Input.FILES and field.name == slot), _("证明材料"))


def related(case: Case, actor: Actor) -> list[Panel]:
    """The agreement this ends, the terminations of this agreement, the case it started again from."""
    others = [case.parent] if case.parent else []
    mine = cases_for(actor.membership).filter(parent=case)  # an objection is not the employer's to read
    others += list(mine.select_related("graduate", "employer").order_by("-opened_at")[:5])
    rows = [
        Fact(
            _(other.chart.title),
            " · ".join(filter(None, (other_side(other, actor.membership), state_words(other, actor.membership)))),
            link=Link(_("查看"), reverse("case", args=[other.pk])),
        )
        for other in others
    ]
    found: list[Panel] = [Facts(_("相关事项"), rows)] if rows else []
    if actor.membership.kind == Capacity.GRADUATE and (links := form_links(case)):
        found.append(Text(_("可下载的表格"), links=links))
    if actor.membership.party in ("graduate", "employer") and case.school:
        found.append(office(case.school))
    if actor.membership.party == "school":
        sent = [fared(one) for one in deliveries(case)]
        found += [Facts(_("消息送达"), sent)] if sent else []
    return found


def office(school: School) -> Panel:
    """Whom a graduate or an employer asks about the school's part."""
    rows = [(_("部门"), school.office), (_("联系人"), school.contact), (_("电话"), school.phone), (_("办公时间"), school.hours)]
    rows += [(_("鉴证地点"), school.attestation_place), (_("鉴证时间"), school.attestation_hours)]
    return Facts(_("学校就业部门"), [Fact(_("学校"), school.name), *(Fact(*row) for row in rows if row[1])])


DELIVERED: dict[str, Tone] = {"sent": "ok", "dead": "bad", "failed": "warn"}


def fared(one: Delivery) -> Fact:
    """What became of one message, and by which other way it went."""
    return Fact(one.to, one.subject, note=one.otherwise, tag=Tag(one.word, DELIVERED.get(one.state, "info")), long=True)


def item(case: Case, event: Event, actor: Actor) -> TimelineItem:
    step = case.chart.steps[event.step]
    target = case.chart.states[event.target]
    words = _(step.label) if step.label else overtaken(event) or str(AUTOMATIC.get(event.step) or _(target.label))
    note = "；".join(f"{label}：{value}" for label, value in said(case, event))
    if event.data.get("own_edit"):
        note = "；".join(filter(None, (note, _("审核的内容由本人修改过，本级没有其他老师"))))
    tone = TONES[target.kind] if event.source != event.target else "info"
    return TimelineItem(event.at, who_words(event, actor.membership), words, note, tone)


def overtaken(event: Event) -> str:
    """By what else the agreement ended that was asked to be ended; "" of any other event."""
    if event.step != "overtaken" or event.cause is None:
        return ""
    if event.cause.step == "confirm_release":
        return _("学校已解除协议，本次解约随之结束")
    return _("协议已通过“%(how)s”解除，本次解约随之结束") % {"how": _(FLOWS[event.cause.flow].title)}


AUTOMATIC = {
    "remind": gettext_lazy("已发出到期提醒"),
    "skip": gettext_lazy("这一级没有审核人，已转下一级"),
    "await_head": gettext_lazy("这一级须由负责人审批，现在没有审核人，已通知学校指定"),
    "lapse": gettext_lazy("逾期未回应"),
    "invalidate": gettext_lazy("邀请已失效"),
    "terminate": gettext_lazy("解约完成"),
    "filed": gettext_lazy("协议书已生成"),
}
