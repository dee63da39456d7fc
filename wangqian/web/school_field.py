"""Which school: a list where there are few, where there are many a name to type, which the browser completes."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from wangqian.people.models import School

FEW = 20  # as many as are found at a glance on a phone
NEAR = 5  # names to choose from, where one was not written out
NAME_MOST = 60


class SchoolInput(forms.Select):
    """A list of a province's schools is a long wheel on a phone: there a text with suggestions (`<datalist>`) stands for it."""

    def render(self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None) -> SafeString:
        self.choices = list(self.choices)  # read once
        names = {str(key): label for key, label in self.choices if key}
        if len(names) <= FEW:
            return super().render(name, value, attrs, renderer)
        attrs = {**(attrs or {}), "list": f"id_{name}_names", "autocomplete": "off", "placeholder": _("输入校名中的几个字，再选择")}
        attrs["class"] = attrs.get("class", "").replace("form-select", "form-control")
        typed = forms.TextInput().render(name, names.get(str(value), value), attrs, renderer)
        options = format_html_join("", '<option value="{}"></option>', ((label,) for label in names.values()))
        return format_html('{}<datalist id="{}">{}</datalist>', typed, attrs["list"], options)


class SchoolField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A school by its key, its whole name or its code (院校代码). What is none of them is told the names that come near."""

    widget = SchoolInput

    def to_python(self, value: Any) -> School | None:
        try:
            return super().to_python(value)
        except forms.ValidationError:
            return self.named(str(value).strip())

    def named(self, typed: str) -> School:
        """Raises `ValidationError`."""
        schools: Any = self.queryset
        if not typed or len(typed) > NAME_MOST or "\0" in typed:
            raise forms.ValidationError(_("没有这所学校，请从列表中选择"), "invalid_choice")
        if found := schools.filter(name=typed).first() or schools.filter(code=typed).first():
            return found  # type: ignore[no-any-return]
        near = [school.name for school in schools.filter(name__contains=typed)[:NEAR]]
        if near:
            said = _("请填写学校的全称，例如：%(names)s") % {"names": "、".join(near)}
        else:
            said = _("没有名称包含“%(typed)s”的学校，请核对校名，填写全称") % {"typed": typed}
        raise forms.ValidationError(said, "invalid_choice")
