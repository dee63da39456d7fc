"""A place of GB/T 2260 as a form field: one line of text that a picker may fill, and a choice where it means several."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from wangqian.codes.region import Place, regions

OFFERED = 12
HELP = gettext_lazy("输入名称或六位代码，例如：湖南省长沙市岳麓区")


class RegionInput(forms.TextInput):
    """Shows a code as its full name. The choices under it bear the same name: the last value sent counts."""

    def format_value(self, value: Any) -> str | None:
        text = str(value or "").strip()
        return regions().place(text).text if text in regions().known else text or None


class RegionField(forms.CharField):
    """Cleans to the six digits. `offered`: what a text that was not clear may have meant, to be chosen from."""

    widget = RegionInput

    def __init__(self, *, exact: bool = False, revoked: bool = False, **more: Any) -> None:
        super().__init__(**{"max_length": 100, **more, "help_text": more.get("help_text") or HELP})
        self.exact, self.revoked = exact, revoked
        self.offered: list[Place] = []

    def clean(self, value: Any) -> str:
        """The code of the one place meant. Raises ValidationError; `offered` then holds what to choose from."""
        self.offered = []
        text = super().clean(value)
        if not text:
            return ""
        found = [regions().place(code) for code in regions().meant(text)]
        if not found:
            self.offered = regions().search(text, self.revoked, OFFERED)
            raise ValidationError(self._unknown(text), code="unknown")
        if len(found) > 1:
            self.offered = found[:OFFERED]
            facts = {"text": text, "count": len(found)}
            raise ValidationError(_("有 %(count)d 个地方都叫“%(text)s”，请选择是哪一个"), "several", facts)
        return self._judged(found[0])

    def _judged(self, place: Place) -> str:
        if place.revoked and not self.revoked:
            self.offered = regions().search(place.successor or place.own, False, OFFERED)
            raise ValidationError(_("“%(name)s”已撤销，请填写现在的名称"), "revoked", {"name": place.name})
        if self.exact and place.divided and place.level != "county":
            self.offered = regions().within(place.code)
            raise ValidationError(_("请具体到区县：“%(name)s”中的哪一个"), "wide", {"name": place.name})
        return place.code

    def _unknown(self, text: str) -> str:
        sentence = _("没有找到“%(text)s”") if len(text) <= 40 else _("没有找到这个地方")
        ask = _("，请从下面选择或换一种写法") if self.offered else _("，请填写完整的省、市、区县名称或六位代码")
        return (sentence + ask) % {"text": text}
