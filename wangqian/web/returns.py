"""退回修改 on the pages of both sides: what is to be put right, and what was changed when it came back (ux.md 12)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from wangqian.cases.effects import mark_unconfirmed
from wangqian.cases.forms import NeedForm
from wangqian.cases.models import Case, Event, Terms
from wangqian.cases.queries import content_of
from wangqian.chart.check import reviewing
from wangqian.chart.words import STAY, Step
from wangqian.flows.changes import changes, own_changes
from wangqian.flows.parties import GRADUATE
from wangqian.web.fields import anchor
from wangqian.web.file_panels import UploadBox
from wangqian.web.pages import Panel
from wangqian.web.panels import Alert, Change, Changes, Link
from wangqian.web.words import said

BACK = ("send_back", "send_paper_back")


def sent_back(case: Case) -> Event | None:
    """The reviewer's words that brought the case where it is now; None when it came otherwise."""
    came = case.events.select_related("note").filter(target=case.state).exclude(source=case.state).order_by("-number").first()
    if came is not None:
        came.case = case
    return came if came and came.step in BACK else None


def ways(case: Case, url: str, form: NeedForm, boxes: Collection[UploadBox]) -> dict[str, str]:
    """Where each question is answered: a field or a box of the page at `url`; the type of a destination on a page of its own."""
    elsewhere = {"topic": reverse("step", args=[case.pk, "choose"])} if case.version and "choose" in case.chart.steps else {}
    fields = {bound.name: f"{url}#{anchor(bound)}" for bound in form.visible_fields()}
    return elsewhere | fields | {box.slot: f"{url}#{box.anchor}" for box in boxes}


def returned(case: Case, found: Mapping[str, str] | None = None) -> list[Alert]:
    """What the reviewer asks to be changed, with the way there; of his data as a whole, or of something else, there is none."""
    event = sent_back(case) if case.version else None
    if event is None:
        return []
    words = said(case, event)
    way = (found or {}).get(str(event.said.get("about", "")))
    link = Link(_("去改这一项"), way) if way else None
    return [Alert("warn", _("老师退回修改"), items=[f"{label}：{value}" for label, value in words], link=link)]


def resubmitted(case: Case) -> list[Panel]:
    """Before and after, where what is under review was sent back or edited before."""
    versions = list(case.versions.order_by("-version")[:2])
    if len(versions) < 2 or passed_on(case, versions[0]):
        return []
    for one in versions:
        one.case = case
    rows = [Change(*row) for row in changes(case, versions[1].content, versions[0].content)]
    return [Changes(_("与上一次的不同"), rows, _("只列出改动过的项目；没有列出的与上一次相同。"))] if rows else []


def unconfirmed(case: Case, content: Mapping[str, Any]) -> list[Panel]:
    """Before and after until the graduate confirms: all that is otherwise than he wrote or confirmed it himself (ux.md 13)."""
    rows = [Change(*row) for row in own_changes(case, content)] if case.unconfirmed_at else []
    note = _("只列出改动过的项目；没有列出的与毕业生本人填写或确认的相同。")
    return [Changes(_("与本人填写或确认的不同"), rows, note)] if rows else []


def to_confirm(step: Step, case: Case, content: Mapping[str, Any]) -> list[Panel]:
    """The same above a text that he confirms as it stands; above one that the school changes, what it changes."""
    if mark_unconfirmed in step.then:
        rows = [Change(*row) for row in changes(case, content_of(case), content)]
        return [Changes(_("这次改动的内容"), rows, _("只列出改动过的项目；没有列出的与现在的相同。"))] if rows else []
    return unconfirmed(case, content) if step.who is GRADUATE and step.target is STAY else []


def passed_on(case: Case, version: Terms) -> bool:
    """Whether this very text has left one review and something else is reviewed now: the stamped paper, after what is on it."""
    reviews = {name for name, state in case.chart.states.items() if reviewing(case.chart, state)}
    if case.state not in reviews:
        return False
    since = Event.objects.filter(case=case, at__gt=version.at, source__in=reviews - {case.state})
    return since.exclude(target__in=reviews).exists()
