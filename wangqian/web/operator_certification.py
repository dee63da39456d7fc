"""An employer's certification on the operator's page: what may be done, what hangs over it, what it touches, what happened."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from wangqian.cases.models import Case, Event
from wangqian.cases.queries import Move, moves, starts
from wangqian.chart.words import FLOWS
from wangqian.flows.certification import Certification, pending_suspension, suspensions_asked
from wangqian.flows.online import OnlineSigning
from wangqian.people.models import Actor, Employer
from wangqian.web.paging import counted, many
from wangqian.web.panels import Alert, Button, Fact, Facts, Link, TimelineItem, Tone
from wangqian.web.words import said

TONES: dict[str, Tone] = {"confirm_suspension": "bad", "request_suspension": "warn", "withdraw_suspension": "info"}


def certifying(found: Employer, case: Case | None, actor: Actor) -> list[Button]:
    """The steps of the certification: the first one, or those of the matter there is."""
    offered = moves(case, actor) if case else starts(FLOWS["certification"], actor, employer=found)
    return [button(found, case, move) for move in offered]


def button(found: Employer, case: Case | None, move: Move) -> Button:
    if case:
        url = reverse("step", args=[case.pk, move.step.name])
    else:
        url = reverse("start-step", args=[move.flow.slug, move.step.name, "employer", found.pk])
    return Button(
        _(move.label),
        url,
        primary=move.refusal is None and not move.step.tone,
        danger=move.step.tone == "danger",
        quiet=move.step.tone == "quiet",
        disabled_reason=str(move.refusal or ""),
    )


def standing_alerts(case: Case | None) -> list[Alert]:
    """A request that waits for the second operator, with its reason."""
    request = pending_suspension(case) if case else None
    if case is None or request is None:
        return []
    words = [f"{label}：{value}" for label, value in said(case, request)]
    by = _("%(who)s提请；须由另一位平台人员确认后才生效，在此之前单位照常办理。")
    return [Alert("warn", _("已提请暂停／撤销认证，等待确认"), by % {"who": request.user}, items=words)]


def waiting_suspensions(actor: Actor) -> list[Alert]:
    """On his home: what another operator asked for and he may confirm."""
    count = counted(suspensions_asked().exclude(asked_by=actor.user.pk))
    link = Link(_("查看并确认"), f"{reverse('employers')}?certified=asked")
    return [Alert("warn", _("%(count)d 家单位的暂停等待另一位平台人员确认") % {"count": count}, link=link)] if count else []


def consequences(found: Employer) -> list[Facts]:
    """What a suspension touches, or is still touching."""
    mine = Case.objects.filter(employer=found)
    open_ones = mine.filter(exclusive="invitation")
    rows = [
        Fact(_("未答复的邀请"), many(counted(open_ones)), note=_("暂停后逐一失效，双方会收到通知")),
        Fact(
            _("审核中的签约"),
            many(counted(mine.filter(flow=OnlineSigning.slug, state=OnlineSigning.review.name))),
            note=_("暂停期间不能通过，可以不通过或等恢复"),
        ),
        Fact(
            _("已签约"),
            many(counted(mine.filter(flow=OnlineSigning.slug, state=OnlineSigning.signed.name))),
            note=_("不受影响，仍可答复解约；有关学校会收到通知"),
        ),
    ]
    return [Facts(_("办理中的事项"), rows)] if found.certified_at else []


def happened(found: Employer) -> list[TimelineItem]:
    """Who certified, suspended or restored it, when and why; newest first."""
    events = Event.objects.filter(case__employer=found, flow=Certification.slug)
    newest = events.select_related("note", "user", "case").order_by("-id")
    return [
        TimelineItem(
            event.at,
            event.user.name if event.user else "",
            _(Certification.steps[event.step].label),
            "；".join(value for _label, value in said(event.case, event)),
            TONES.get(event.step, "ok"),
        )
        for event in newest
    ]
