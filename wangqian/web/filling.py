"""A step's form as it is filled in: several needs as one, kept as typed, checked as the door will, with what is handed in beside it."""

from __future__ import annotations

from dataclasses import replace

from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from wangqian.cases.files import collected, slots
from wangqian.cases.forms import Invalid, NeedForm, form_class
from wangqian.cases.models import Event
from wangqian.chart.fields import Keep, Need
from wangqian.chart.words import FLOWS, Step
from wangqian.documents import glyphs
from wangqian.flows.correction_needs import CORRECTION
from wangqian.flows.destinations import destinations
from wangqian.web import proving
from wangqian.web.pages import Panel
from wangqian.web.panels import Button, Fact, Facts, Fieldset
from wangqian.web.retyping import BUTTON, SHOWN
from wangqian.web.subjects import Subject

# Of the page, not of what is asked: none of it is kept or handed on.
IGNORED = ("csrfmiddlewaretoken", "key", "keep", "draft", "over", "then", SHOWN, BUTTON, *proving.FIELDS)


def joined(needs: tuple[Need, ...]) -> Need | None:
    """Several forms as one on the page; the door cleans each by itself."""
    if len(needs) < 2:
        return needs[0] if needs else None
    fields = tuple(replace(field, group=field.group or need.title) for need in needs for field in need.fields)
    return Need("_".join(need.name for need in needs), needs[0].title, fields, needs[0].keep)


def giving_up(subject: Subject) -> Button | None:
    """The chart's 取消 of what is being filled in: the manual has it beside 保存; it asks once more."""
    step = next((step for step in subject.case.chart.steps_from(subject.case.word) if step.name == "cancel"), None)
    return Button(_(step.label), reverse("step", args=[subject.case.pk, step.name]), quiet=True) if step else None


def keeper(subject: Subject) -> Step | None:
    """The chart's 保存 of this form, if it has one."""
    return next((step for step in subject.case.chart.steps.values() if step.keeps == subject.step.name), None)


def type_panel(subject: Subject) -> list[Panel]:
    """Which type of destination the form is for, and the way to another one."""
    kind = destinations().get(subject.case.topic)
    if kind is None or keeper(subject) is None or "choose" not in subject.case.chart.steps:
        return []
    way = reverse("step", args=[subject.case.pk, "choose"])
    return [Facts(_("毕业去向类型"), [Fact(_(kind.label), _(kind.help), change_url=way)])]


def lacking(subject: Subject, raw: dict[str, str]) -> dict[str, str]:
    """What is wrong with the files handed in beside the form: a sentence per box."""
    act_now, found = subject.act(raw), {}
    for need, field in slots(subject.asks(raw)):
        try:
            collected(act_now, (replace(need, fields=(field,)),))
        except Invalid as invalid:
            found[field.name] = str(invalid)
    return found


def printable(form: NeedForm) -> bool:
    """What becomes part of a paper must be printable before anybody signs it: a missing glyph is said at its field."""
    printed = form.need.keep is Keep.TERMS or form.need.name == CORRECTION.name
    given = list(form.cleaned_data.items()) if printed else []
    for name, value in given:
        wrong = [*glyphs.missing(value), *glyphs.invisible(value)] if isinstance(value, str) else []
        if wrong:
            shown = "".join(dict.fromkeys(wrong))[:20]
            form.add_error(name, _("含有不能印在协议书上的字符“%(which)s”，请改用其他文字") % {"which": shown})
    return form.is_valid()


def complaining(subject: Subject, raw: dict[str, str], invalid: Invalid) -> NeedForm:
    """The page's form with what the door found wrong."""
    need = joined(subject.asks(raw))
    assert need is not None
    form = form_class(need)(data=raw)
    form.is_valid()
    for name, sentences in ((name, found) for one in invalid.forms for name, found in one.errors.items()):
        if name not in form.errors:
            form.add_error(name if name in form.fields else None, list(sentences))
    return form


def fieldsets(need: Need) -> list[Fieldset]:
    groups: dict[str, list[str]] = {}
    for field in need.fields:
        groups.setdefault(field.group, []).append(field.name)
    return [Fieldset(_(title), names) for title, names in groups.items() if title]


def answers(request: HttpRequest) -> dict[str, str]:
    return {name: str(value) for name, value in request.POST.items() if name not in IGNORED}


def onward(request: HttpRequest) -> list[tuple[str, str]]:
    """Where somebody wanted to go who must do this first (作废并继续): a path of ours, or nothing."""
    then = (request.POST.get("then") or request.GET.get("then") or "")[:300]
    ours = then.startswith("/") and url_has_allowed_host_and_scheme(then, None)
    return [("then", then)] if ours else []


def form_to_fill(event: Event) -> str:
    """Where to go on after a draft was begun, or its type changed: to the form; "" elsewhere."""
    if event.source and event.source != event.target:
        return ""
    chart = FLOWS[event.flow]
    kept_steps = (step.keeps for step in chart.steps_from(chart.states[event.target]) if step.keeps)
    return next((reverse("step", args=[event.case_id, name]) for name in kept_steps), "")
