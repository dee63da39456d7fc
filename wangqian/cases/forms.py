"""A need as a Django form: the same check for the page and for the door."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sized
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator, RegexValidator
from django.utils.text import format_lazy
from django.utils.translation import gettext, gettext_lazy

from wangqian.cases.region import RegionField
from wangqian.chart.fields import Days, Field, Input, Keep, Need, Varying
from wangqian.codes import uscc as uscc_codes
from wangqian.codes.region import regions
from wangqian.codes.table import table
from wangqian.codes.table import today as table_today
from wangqian.people.identity import masked

MOBILE = RegexValidator(r"\A1[3-9][0-9]{9}\Z", gettext_lazy("请填写 11 位手机号码，例如 13800000000"))
POSTCODE = RegexValidator(r"\A[0-9]{6}\Z", gettext_lazy("请填写 6 位数字的邮政编码"))
PHONE = RegexValidator(r"\A[0-9+()（）\- 转]{5,30}\Z", gettext_lazy("请填写电话号码，例如 021-55550100"))
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069\ufffe\uffff\ud800-\udfff]")
YES_NO = (("yes", gettext_lazy("是")), ("no", gettext_lazy("否")))


# By the code of Django's own validators, whose sentences say neither what is wrong nor what to do.
WRONG: dict[str, Any] = {
    "max_length": gettext_lazy("最多 %(limit_value)d 个字，现在有 %(show_value)d 个"),
    "min_value": gettext_lazy("不能小于 %(limit_value)s"),
    "max_value": gettext_lazy("不能大于 %(limit_value)s"),
    "max_digits": gettext_lazy("数字太长，最多 %(max)s 位"),
    "max_decimal_places": gettext_lazy("最多写到分，即两位小数"),
    "max_whole_digits": gettext_lazy("数字太大，整数最多 %(max)s 位"),
    "null_characters_not_allowed": gettext_lazy("含有不能使用的控制字符，请删除后重填"),
    "invalid_choice": gettext_lazy("请从列表中选择"),
}
YEARS_AHEAD, YEARS_BACK = 5, 10
NAMED = (Input.CODE, Input.REGION)  # beside the code its name of the day is kept


class Invalid(Exception):
    """The answers do not fit; `forms` are bound forms with an error at each field."""

    status = 422

    def __init__(self, *bound: forms.Form) -> None:
        super().__init__("; ".join(str(e) for form in bound for es in form.errors.values() for e in es))
        self.forms = bound


class NeedForm(forms.Form):
    """Base of the generated forms: conditional fields, clean text, canonical answers."""

    need: Need

    def clean(self) -> dict[str, Any]:
        cleaned = self.cleaned_data
        for field in typed_in(self.need):
            value = cleaned.get(field.name)
            if isinstance(value, str):  # browsers send CR LF for a line end
                value = cleaned[field.name] = value.replace("\r\n", "\n")
            if isinstance(value, str) and CONTROL.search(value):
                self.add_error(field.name, gettext("含有不能使用的控制字符，请删除后重填"))
            if not asked(field, cleaned):
                cleaned[field.name] = None
                self.errors.pop(field.name, None)
            elif field.when and field.required and not value and field.name not in self.errors:
                self.add_error(field.name, self.fields[field.name].error_messages["required"])
        return cleaned

    def answers(self) -> dict[str, str]:
        """Canonical answers: text as typed and trimmed, money "1234.00", dates ISO, codes with the name of the day."""
        found: dict[str, str] = {}
        for field in typed_in(self.need):
            value = self.cleaned_data.get(field.name)
            found[field.name] = plain(value)
            if field.kind in NAMED:
                found[f"{field.name}_name"] = named(field, value) if value else ""
        return found


def named(field: Field, code: str) -> str:
    """The name of a code today: the full one of a region."""
    return regions().full_name(code) if field.kind is Input.REGION else table(field.table).name_of(code)


def asked(field: Field, answers: Mapping[str, Any]) -> bool:
    """Whether a conditional field is asked, given the other answers."""
    if field.when is None:
        return True
    other, wanted = str(answers.get(field.when[0]) or ""), field.when[1]
    return other not in ("", wanted[1:]) if wanted.startswith("!") else other == wanted


def typed_in(need: Need | Varying) -> list[Field]:
    """The questions answered in the form itself; files stand beside it."""
    return [field for field in need.fields if field.kind is not Input.FILES]


def plain(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return f"{value or Decimal(0):.2f}"  # never "-0.00"
    return str(value)


def form_field(field: Field) -> forms.Field:
    """The Django field of one question."""
    required = field.required and field.when is None
    common: dict[str, Any] = {
        "label": gettext_lazy(field.label),
        "required": required,
        "help_text": gettext_lazy(field.help) if field.help else "",
        "initial": field.initial or None,
    }
    made = MAKERS[field.kind](field, common)
    made.error_messages |= WRONG
    made.error_messages["required"] = missing(field)
    if field.lookup:
        made.widget.attrs["data-lookup"] = field.lookup
    if field.when:
        made.widget.attrs["data-when"] = "=".join(field.when)
        made.widget.attrs["data-must"] = field.required  # where it is asked at all
    return made


def missing(field: Field) -> Any:
    choosing = field.kind in (Input.CODE, Input.CHOICE, Input.YESNO, Input.DATE)
    sentence = gettext_lazy("请选择{label}") if choosing else gettext_lazy("请填写{label}")
    return format_lazy(sentence, label=gettext_lazy(field.label))


def text(field: Field, common: dict[str, Any]) -> forms.Field:
    return forms.CharField(max_length=field.most, **common)


def lines(field: Field, common: dict[str, Any]) -> forms.Field:
    """Long text; its length is counted as people count, so a line end is one character, not two."""
    made = forms.CharField(widget=forms.Textarea(attrs={"rows": 4, "maxlength": field.most}), **common)
    made.validators.append(CountedMax(field.most))
    return made


class CountedMax(MaxLengthValidator):
    def clean(self, x: Sized) -> int:
        return len(x.replace("\r\n", "\n")) if isinstance(x, str) else len(x)


def matching(validator: RegexValidator) -> Any:
    def make(field: Field, common: dict[str, Any]) -> forms.Field:
        mode = "tel"
        widget = forms.TextInput(attrs={"inputmode": mode})
        return forms.CharField(max_length=field.most, validators=[validator], widget=widget, **common)

    return make


def email(field: Field, common: dict[str, Any]) -> forms.Field:
    messages = {"invalid": gettext_lazy("请填写完整的邮箱地址，例如 name@example.com")}
    return forms.EmailField(max_length=field.most, error_messages=messages, **common)


def money(field: Field, common: dict[str, Any]) -> forms.Field:
    messages = {"invalid": gettext_lazy("请只填数字，例如 8000 或 8000.50")}
    widget = forms.TextInput(attrs={"inputmode": "decimal", "data-unit": field.unit})
    return forms.DecimalField(
        min_value=field.least,
        max_value=field.most,
        decimal_places=2,
        max_digits=12,
        widget=widget,
        error_messages=messages,
        **common,
    )


def number(field: Field, common: dict[str, Any]) -> forms.Field:
    messages = {"invalid": gettext_lazy("请填写整数")}
    widget = forms.TextInput(attrs={"inputmode": "numeric", "data-unit": field.unit})
    return forms.IntegerField(
        min_value=field.least, max_value=field.most, widget=widget, error_messages=messages, **common
    )


def day(field: Field, common: dict[str, Any]) -> forms.Field:
    messages = {"invalid": gettext_lazy("请按 2027-07-15 这样填写日期")}
    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    made = forms.DateField(input_formats=["%Y-%m-%d"], widget=widget, error_messages=messages, **common)
    made.validators.append(DAYS[field.days])
    return made


def been(value: date) -> None:
    """A day that has come, not longer ago than anybody here could have signed anything."""
    here = table_today()
    if not back(here) <= value <= here:
        raise ValidationError(gettext("请填写今天或以前、{years} 年以内的日期").format(years=YEARS_BACK))


def soon(value: date) -> None:
    """From today to five years from now."""
    here = table_today()
    if not here <= value <= ahead(here):
        raise ValidationError(gettext("请填写今天或以后、五年以内的日期"))


def about_now(value: date) -> None:
    """A day that has come or will come: people register what they began last month, and correct it after the day."""
    here = table_today()
    if not back(here) <= value <= ahead(here):
        raise ValidationError(gettext("请填写以前 {back} 年到今后 {ahead} 年之间的日期").format(back=YEARS_BACK, ahead=YEARS_AHEAD))


DAYS = {Days.AHEAD: soon, Days.PAST: been, Days.ANY: about_now}


def back(here: date) -> date:
    return here.replace(year=here.year - YEARS_BACK, day=min(here.day, 28))


def ahead(here: date) -> date:
    return here.replace(year=here.year + YEARS_AHEAD, day=min(here.day, 28))


def choosing(field: Field, common: dict[str, Any]) -> forms.Field:
    """A list; that of a table is made for each form, because editions begin and end while the program runs."""
    empty = [] if common["initial"] else [("", gettext_lazy("请选择"))]

    def choices() -> list[tuple[str, Any]]:
        pairs = listed(field) if field.kind is Input.CODE else field.choices
        return [*empty, *((code, gettext_lazy(name)) for code, name in pairs)]

    messages = {"invalid_choice": gettext_lazy("请从列表中选择")}
    if field.heads:
        return forms.ChoiceField(choices=field.choices, widget=Headed(field), error_messages=messages, **common)
    return forms.ChoiceField(choices=choices, error_messages=messages, **common)


class Headed(forms.RadioSelect):
    """Choices under headings, each with a sentence: `heads` is [(heading, [(value, label, help)])]."""

    def __init__(self, field: Field) -> None:
        super().__init__()
        labels = dict(field.choices)
        self.heads = [
            (gettext_lazy(heading), [(value, gettext_lazy(labels[value]), gettext_lazy(said)) for value, said in options])
            for heading, options in field.heads
        ]


def listed(field: Field) -> list[tuple[str, str]]:
    """The codes to choose from: the classes of a table, or the sub-classes of one."""
    rows = table(field.table)
    return rows.children(field.parent) if field.parent else rows.choices()


def place(field: Field, common: dict[str, Any]) -> forms.Field:
    return RegionField(exact=field.exact, revoked=field.revoked, **common)


def credit_code(field: Field, common: dict[str, Any]) -> forms.Field:
    """18 characters of GB 32100 with their check character; small letters and blanks are people's, not wrong."""
    widget = forms.TextInput(attrs={"autocapitalize": "characters", "spellcheck": "false"})
    return UsccField(max_length=40, widget=widget, **common)


class UsccField(forms.CharField):
    def clean(self, value: Any) -> Any:
        typed = super().clean(value)
        try:
            return uscc_codes.validate(typed) if typed else ""
        except ValueError as wrong:
            raise ValidationError(str(wrong)) from wrong


def yes_no(field: Field, common: dict[str, Any]) -> forms.Field:
    return forms.ChoiceField(choices=YES_NO, widget=forms.RadioSelect, **common)


MAKERS: dict[Input, Callable[[Field, dict[str, Any]], forms.Field]] = {
    Input.TEXT: text,
    Input.LINES: lines,
    Input.PHONE: matching(PHONE),
    Input.MOBILE: matching(MOBILE),
    Input.POSTCODE: matching(POSTCODE),
    Input.EMAIL: email,
    Input.MONEY: money,
    Input.NUMBER: number,
    Input.DATE: day,
    Input.CODE: choosing,
    Input.CHOICE: choosing,
    Input.YESNO: yes_no,
    Input.IDENTITY: text,
    Input.REGION: place,
    Input.USCC: credit_code,
}


@lru_cache(maxsize=200)
def form_class(need: Need) -> type[NeedForm]:
    """The form of a need; made once."""
    body: dict[str, Any] = {field.name: form_field(field) for field in typed_in(need)}
    return type(f"{need.name.title()}Form", (NeedForm,), {**body, "need": need})


def clean_all(needs: tuple[Need, ...], given: Mapping[str, Any]) -> dict[Keep, dict[str, str]]:
    """Answers by where they are kept; raises `Invalid` with every error of every form at once."""
    bound = [form_class(need)(data=given) for need in needs]
    valid = [form.is_valid() for form in bound]  # every form, so that every error is found
    if not all(valid):
        raise Invalid(*bound)
    kept: dict[Keep, dict[str, str]] = {keep: {} for keep in Keep}
    for form in bound:
        kept[form.need.keep].update(form.answers())
    return kept


def complain(need: Need, given: Mapping[str, Any], field: str, sentence: str, **words: object) -> Invalid:
    """One field's error found only while acting; nothing typed is lost."""
    form = form_class(need)(data=given)
    form.is_valid()
    form.add_error(field, gettext(sentence).format(**words))
    return Invalid(form)


def facts(need: Need | Varying, answers: Mapping[str, str]) -> list[tuple[str, str]]:
    """(label, value for people) of every question that was asked and answered."""
    return [
        (gettext(field.label), shown(field, answers))
        for field in typed_in(need)
        if asked(field, answers) and answers.get(field.name)
    ]


def shown(field: Field, answers: Mapping[str, str]) -> str:
    value = answers[field.name]
    if field.kind in NAMED:
        return answers.get(f"{field.name}_name", value)
    if field.kind in (Input.CHOICE, Input.YESNO):
        return str(dict(YES_NO if field.kind is Input.YESNO else field.choices).get(value, value))
    if field.kind is Input.IDENTITY:
        return masked(value)
    if field.kind is Input.MONEY:
        whole = f"{Decimal(value):,.2f}".removesuffix(".00")
        return f"{whole} {gettext(field.unit)}".strip()
    return f"{value} {gettext(field.unit)}" if field.unit else value
