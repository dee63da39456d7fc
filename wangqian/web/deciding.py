"""What a reviewer decides, on the page of the case: 通过, 退回修改, 不通过, each with its questions folded under its name.

They are posted to the pages of the steps, which say what is wrong and where; here nothing is decided.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from wangqian.cases.files import slots
from wangqian.cases.forms import form_class
from wangqian.cases.models import Case
from wangqian.cases.queries import Move, content_of
from wangqian.chart.words import STAY, Step
from wangqian.flows.parties import REVIEWER
from wangqian.people.clock import now
from wangqian.people.ids import new_id
from wangqian.people.models import Actor
from wangqian.web import proving
from wangqian.web.filling import joined
from wangqian.web.panels import Button, Decision
from wangqian.web.steps import ConfirmForm, read
from wangqian.web.subjects import Subject

# What a reviewer decides without the mouse; next and previous stand in the template.
KEYS = {"approve": "a", "approve_paper": "a", "send_back": "r", "send_paper_back": "r"}


def decides(move: Move) -> bool:
    """A step that ends this level's review one way or another; whoever edits goes to the page of its own form."""
    return move.step.who is REVIEWER and move.step.target is not STAY and not move.refusal


def decisions(request: HttpRequest, case: Case, actor: Actor, ways: Sequence[Move]) -> list[Decision]:
    mine = [move.step for move in ways if decides(move)]
    moment = now() if mine else None
    return [decision(request, subject_of(case, actor, step, moment)) for step in mine]


def subject_of(case: Case, actor: Actor, step: Step, moment: datetime | None) -> Subject:
    url, back = reverse("step", args=[case.pk, step.name]), reverse("case", args=[case.pk])
    return Subject(actor, case, step, str(case.pk), url, back, moment)


def decision(request: HttpRequest, subject: Subject) -> Decision:
    step, need = subject.step, joined(subject.asks())
    assert need is None or not slots([need]), "files are handed in on the page of the step"
    ids = f"{step.name}_%s"
    form = form_class(need)(auto_id=ids) if need else ConfirmForm(subject.act(), auto_id=ids)
    on = need is not None and step.shows  # what was answered is checked on the next page
    return Decision(
        label=_(step.label),
        lead=_(step.explain) if step.explain else "",
        url=subject.url if need else subject.confirm_url,
        form=form,
        hidden=[("key", str(new_id())), *read(subject, content_of(subject.case))],
        act=Button(
            _("下一步：核对") if on else _("确认%(step)s") % {"step": _(step.label)},
            method="submit", primary=True, danger=step.tone == "danger" and not on,
        ),
        tone=step.tone,
        confirm="agreed" if "agreed" in form.fields else "",
        proof=proving.panel(request, subject.actor, subject.draft_key, form["code"]) if not need and "code" in form.fields else None,
        key=KEYS.get(step.name, ""),
    )
