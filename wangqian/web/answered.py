"""What stands on a step's page beside the text: the answers kept elsewhere, and the files that came with what is answered."""

from __future__ import annotations

from django.utils.translation import gettext as _

from wangqian.cases.files import Sender, handed_in, handed_in_last, slots
from wangqian.cases.forms import facts, form_class
from wangqian.chart.fields import Keep
from wangqian.flows.parties import REVIEWER
from wangqian.web.drafts import answered
from wangqian.web.pages import Panel
from wangqian.web.panels import Fact, Facts
from wangqian.web.subjects import Subject
from wangqian.web.upload_boxes import viewer
from wangqian.web.words import said


def answer_panels(subject: Subject, change: str) -> list[Panel]:
    """What was answered and is kept beside the event rather than in the text."""
    found: list[Panel] = []
    if cited := subject.act().cited:
        words = [Fact(*row, long=True) for row in said(subject.case, cited)]
        found.append(Facts(_(subject.case.chart.steps[cited.step].label), words))
    raw = answered(subject.draft)
    for need in subject.asks(raw):
        if need.keep is not Keep.TERMS:
            form = form_class(need)(data=raw)
            rows = facts(need, form.answers()) if form.is_valid() else []
            found += [Facts(_(need.title), [Fact(*row, long=True) for row in rows], change_url=change)] if rows else []
            files = Sender.of(subject.actor).usable
            found += [viewer(_(field.label), files(subject.case, field), subject.actor) for _need, field in slots((need,))]
    return found


def cited_files(subject: Subject) -> list[Panel]:
    """What came with the event that is answered, or with what is reviewed."""
    answered = subject.act().cited or (handed_in_last(subject.case) if subject.step.who is REVIEWER else None)
    files = handed_in(answered) if answered else []
    return [viewer(_("请核对的材料"), files, subject.actor)] if files else []
