"""Another type of destination chosen on the form itself (修改类型及信息, 更正): the form follows, before anything is checked."""

from __future__ import annotations

from django.http import HttpRequest

from wangqian.cases.forms import NeedForm

TYPE = "topic"
SHOWN, BUTTON = "shown_type", "retype"  # whose questions the page asks; 换成这一类型, where there is no script


def retyped(request: HttpRequest, raw: dict[str, str]) -> bool:
    """Whether what was sent answers the questions of another type: by the select, by its button, or by going on."""
    return BUTTON in request.POST or request.POST.get(SHOWN, raw.get(TYPE)) != raw.get(TYPE)


def shown_type(form: NeedForm) -> list[tuple[str, str]]:
    """What the page carries where the type is chosen among its other questions; its select asks for the other form at once."""
    if TYPE not in form.fields or len(form.fields) == 1:
        return []
    form.fields[TYPE].widget.attrs["data-follows"] = True
    return [(SHOWN, str(form[TYPE].value()))]
