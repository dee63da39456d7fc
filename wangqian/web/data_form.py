"""The form in which a graduate's data are edited: by himself what his class of field allows, by his school with a reason."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _

from wangqian.cases.forms import NeedForm, form_class
from wangqian.cases.region import RegionInput
from wangqian.chart.fields import Field, Input, Need
from wangqian.documents import glyphs
from wangqian.flows.correction_needs import KIND, question, typed
from wangqian.people import field_classes
from wangqian.people.field_classes import BAR, DATA, Datum, joined
from wangqian.people.identity import keyed
from wangqian.people.models import College, Graduate
from wangqian.web.panels import Fieldset

REASON = Field("reason", "更正原因", Input.LINES, True, most=300, help="依据什么更正；毕业生会看到")
SEEN = "seen"


class DataForm:
    """The bound or fresh form of some fields of one graduate. `values()` is what was typed and differs."""

    def __init__(self, graduate: Graduate, names: Sequence[str], reason: bool, data: QueryDict | None = None) -> None:
        self.graduate, self.names, self.data = graduate, tuple(names), data
        self.now = {name: field_classes.read(graduate, DATA[name]) for name in names}
        need = need_of(self.names, reason, colleges(graduate) if "college" in names else ())
        self.form: NeedForm = form_class(need)(data=data, initial=self.initial())
        self.form.fields[SEEN] = forms.CharField(widget=forms.HiddenInput, required=False, initial=self.seen())

    def seen(self) -> str:
        """A keyed digest of what the screen shows, so that a change meanwhile is noticed."""
        return keyed("seen", str(self.graduate.pk), *self.now.values())

    def initial(self) -> dict[str, str]:
        found: dict[str, str] = {}
        for name, value in self.now.items():
            datum = DATA[name]
            first, _bar, second = value.partition(BAR)
            if datum.kind == "region":
                found[name] = first or second
            elif datum.kind != "identity":  # a number is typed anew, never read off a form
                found[name] = first if datum.halves else value
        return found

    def stale(self) -> bool:
        return self.data is not None and self.data.get(SEEN, "") != self.seen()

    def values(self) -> dict[str, str] | None:
        """Changed values by field, cleaned; None when something is wrong, which then stands at its field."""
        self.form.is_valid()
        found: dict[str, str] = {}
        answers = self.form.answers()
        for name in self.names:
            if self.untouched(name):
                self.form.errors.pop(name, None)
            elif name not in self.form.errors and KIND not in self.form.errors:
                self.clean(DATA[name], answers, found)
        return None if self.form.errors else found

    def untouched(self, name: str) -> bool:
        """Left as it was: neither judged nor written, even where it would not pass today."""
        assert self.data is not None
        given = self.data.get(name, "")
        if DATA[name].kind == "region":
            return given == (RegionInput().format_value(self.initial()[name]) or "")
        return given == self.initial().get(name, "")

    def clean(self, datum: Datum, answers: dict[str, str], found: dict[str, str]) -> None:
        if datum.kind == "identity" and not answers.get(KIND):
            self.form.add_error(KIND, _("请选择证件类型"))
            return
        try:
            value = field_classes.cleaned(datum, self.typed(datum, answers))
        except ValueError as wrong:
            self.form.add_error(datum.name, str(wrong))
            return
        missing = [*glyphs.missing(value), *glyphs.invisible(value)]
        if missing:
            which = "".join(dict.fromkeys(missing))[:20]
            self.form.add_error(datum.name, _("含有不能印在协议书上的字符“%(which)s”，请改用其他文字") % {"which": which})
        elif not field_classes.same(datum, value, self.now[datum.name]):
            found[datum.name] = value


    def typed(self, datum: Datum, answers: dict[str, str]) -> str:
        if datum.kind != "college":
            return typed(datum, answers)
        return joined(answers[datum.name], dict(colleges(self.graduate))[answers[datum.name]])


@lru_cache(maxsize=500)
def need_of(names: tuple[str, ...], reason: bool, places: tuple[tuple[str, str], ...]) -> Need:
    fields = [field for name in names for field in asked(DATA[name], places)]
    return Need("data", "登记信息", (*fields, *((REASON,) if reason else ())))


def asked(datum: Datum, places: tuple[tuple[str, str], ...]) -> list[Field]:
    if datum.kind == "college":
        return [Field(datum.name, datum.label, Input.CHOICE, True, choices=places)]
    fields = list(question(datum, required=datum.required and datum.kind != "identity"))
    return [replace(field, help=_note(datum) or field.help) for field in fields]


def _note(datum: Datum) -> str:
    return "不改请留空" if datum.kind == "identity" else ""


def colleges(graduate: Graduate) -> tuple[tuple[str, str], ...]:
    """Where he may be moved: the colleges in use, and the one he is in."""
    found = College.objects.filter(school=graduate.school_id).order_by("name")
    return tuple((str(one.pk), one.name) for one in found if one.active or one.pk == graduate.college_id)


def fieldsets(names: Sequence[str], titles: Sequence[tuple[str, Sequence[str]]]) -> list[Fieldset]:
    """The fields under their headings, the kind of a document before its number."""
    groups = [(title, [each for name in group if name in names for each in shown(name)]) for title, group in titles]
    return [Fieldset(title, fields) for title, fields in groups if fields]


def shown(name: str) -> list[str]:
    return [KIND, name] if name == "identity" else [name]


def said(form: DataForm, values: dict[str, str]) -> dict[str, Any]:
    """What the screen said of the changed fields: what the door compares with what stands there."""
    return {name: form.now[name] for name in values}
