"""A form's field as the page draws it: which part it is, and its control with classes and ARIA."""

from collections.abc import Collection
from typing import Any

from django import forms
from django.forms import BoundField
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from wangqian.cases.region import RegionField, RegionInput

CLASSES = {"select": "form-select", "check": "form-check-input"}
# Options of ours that are read by the template from `widget.attrs` and must not reach the control.
OURS = ("data-must", "data-unit", "data-when", "data-narrow", "data-lookup", "data-follows")


def kind(bound: BoundField) -> str:
    """hidden · radio · checks · check · select · textarea · file · date · number · password · region · text."""
    widget = bound.field.widget
    for name, types in (
        ("hidden", (forms.HiddenInput, forms.MultipleHiddenInput)),
        ("checks", (forms.CheckboxSelectMultiple,)),
        ("radio", (forms.RadioSelect,)),
        ("check", (forms.CheckboxInput,)),
        ("select", (forms.Select,)),
        ("textarea", (forms.Textarea,)),
        ("file", (forms.FileInput,)),
        ("date", (forms.DateInput,)),
        ("number", (forms.NumberInput,)),
        ("password", (forms.PasswordInput,)),
        ("region", (RegionInput,)),
    ):
        if isinstance(widget, types):
            return name
    return "text"


def anchor(bound: BoundField) -> str:
    """The id an error's link jumps to: the control, or the first choice of a group."""
    return f"{bound.auto_id}_0" if kind(bound) in ("radio", "checks") else bound.auto_id


def described_by(bound: BoundField) -> str:
    """Ids of the help, the error and the unit of a field, as `aria-describedby` wants them."""
    ids = [f"{bound.auto_id}_help"] if bound.help_text else []
    ids += [f"{bound.auto_id}_error"] if bound.errors else []
    ids += [f"{bound.auto_id}_unit"] if "data-unit" in bound.field.widget.attrs else []
    return " ".join(ids)


def control(bound: BoundField) -> SafeString:
    """The control of a field that is not a group of choices."""
    what, widget = kind(bound), bound.field.widget
    if what == "date":  # a browser's date picker takes and gives ISO dates only
        widget.input_type, widget.format = "date", "%Y-%m-%d"
    attrs: dict[str, Any] = dict.fromkeys(OURS, False)
    attrs["class"] = " ".join(filter(None, (CLASSES.get(what, "form-control"), widget.attrs.get("class"))))
    attrs["aria-describedby"] = described_by(bound) or False
    attrs["aria-invalid"] = "true" if bound.errors else False
    if bound.errors:
        attrs["class"] += " is-invalid"
    if what == "number":  # a wheel must not change a salary; a letter must get our sentence
        widget.input_type = "text"
        decimal = isinstance(bound.field, forms.DecimalField | forms.FloatField)
        attrs |= {"inputmode": "decimal" if decimal else "numeric", "min": False, "max": False, "step": False}
    if what == "region":
        attrs |= {"hx-get": places(bound, f"&as={bound.html_name}"), "hx-trigger": "input changed delay:250ms"}
        attrs |= {"hx-target": f"#{bound.auto_id}_found", "autocomplete": "off"}
    if register := widget.attrs.get("data-lookup"):
        attrs |= {"hx-get": f"{reverse(register + '-known')}?as={bound.html_name}", "hx-trigger": "input changed delay:300ms"}
        attrs |= {"hx-target": f"#{bound.auto_id}_known", "autocomplete": "off"}
    if widget.attrs.get("data-follows"):  # another choice, other questions: the whole page, with what was typed
        attrs |= {"hx-post": "", "hx-trigger": "change", "hx-target": "#main", "hx-select": "#main", "hx-swap": "outerHTML"}
    if what == "textarea":
        attrs |= {"rows": 4 if widget.attrs.get("rows") == "10" else widget.attrs["rows"], "cols": False}
    return bound.as_widget(attrs=attrs)


def places(bound: BoundField, more: str = "") -> str:
    """Where the picker of a region's field asks."""
    field = bound.field
    assert isinstance(field, RegionField)
    options = [name for name, wanted in (("exact", field.exact), ("revoked", field.revoked)) if wanted]
    return f"{reverse('regions')}?{'&'.join(f'{name}=1' for name in options)}{more}".replace("?&", "?")


def sentences(bound: BoundField) -> list[str]:
    """A field's errors, each naming what to do: Django's "required" does not say which field it is."""
    asks = {
        "check": _("请先勾选“%(label)s”"),
        "file": _("请选择文件：%(label)s"),
        "text": _("请填写%(label)s"),
    }
    asks |= dict.fromkeys(("select", "radio", "checks", "date"), _("请选择%(label)s"))
    what = asks.get(kind(bound), asks["text"]) % {"label": bound.label}
    found: list[str] = []
    for error in bound.errors.as_data():
        found += [what] if error.code == "required" else error.messages
    return found


def named(bound: BoundField) -> list[str]:
    """The same for the list on top, where nothing but the sentence says which field it is about."""
    label = str(bound.label)
    return [said if label in said else _("%(label)s：%(said)s") % {"label": label, "said": said} for said in sentences(bound)]


def remaining(form: forms.BaseForm, named: Collection[str]) -> list[BoundField]:
    """The visible fields not in `named`."""
    return [bound for bound in form.visible_fields() if bound.name not in named]
