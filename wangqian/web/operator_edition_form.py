"""The form of a new edition: since when, by what document, and the list as a file or pasted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from wangqian.chart.words import Refused
from wangqian.exchange import gate
from wangqian.exchange.sheet import Sheet, inspect

MOST_BYTES = 2 * 2**20
MOST_CHARACTERS = 300_000
Rows = list[tuple[int, Sequence[str]]]


class EditionForm(forms.Form):
    effective_on = forms.DateField(
        label=gettext_lazy("生效日期"),
        input_formats=["%Y-%m-%d"],
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        help_text=gettext_lazy("从这一天的 0:00 起使用；之前的记录不变"),
        error_messages={"invalid": gettext_lazy("请按 2027-07-15 这样填写日期")},
    )
    source = forms.CharField(
        label=gettext_lazy("来源"),
        max_length=200,
        help_text=gettext_lazy("发布单位、文件名称和文号，例如：民政部 2026 年行政区划代码"),
    )
    whole = forms.ChoiceField(
        label=gettext_lazy("名单里是"),
        choices=[
            ("changes", gettext_lazy("只有变化：没有列出的代码不变，要停用的在“停用”一列填“是”")),
            ("whole", gettext_lazy("完整名单：没有列出的代码从生效日期起停用")),
        ],
        widget=forms.RadioSelect,
    )
    file = forms.FileField(
        label=gettext_lazy("名单文件"),
        required=False,
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv"}),
        help_text=gettext_lazy(".csv 或 .xlsx，2 MB 以内"),
    )
    text = forms.CharField(
        label=gettext_lazy("或者把名单粘贴在这里"),
        required=False,
        max_length=MOST_CHARACTERS,
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false"}),
        help_text=gettext_lazy("第一行是列名：代码、名称……；可以直接从表格软件复制"),
        error_messages={"max_length": gettext_lazy("内容太长，请改为上传文件")},
    )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if not given.get("file") and not given.get("text") and "text" not in self.errors:
            self.add_error("file", _("请选择名单文件，或者粘贴名单"))
        elif given.get("file") and given.get("text"):
            self.add_error("text", _("文件和粘贴只能用一种，请清空其中之一"))
        elif not self.errors:
            given["rows"] = self._rows(given)
        return given

    def _rows(self, given: dict[str, Any]) -> Rows:
        """Lines and cells; a file that cannot be read is an error at its field."""
        try:
            return read(given["file"]) if given.get("file") else lines("csv", given["text"].encode())
        except Refused as refused:
            self.add_error("file" if given.get("file") else "text", str(refused))
            return []


def read(file: Any) -> Rows:
    """Raises Refused."""
    form = gate.form_of(file.name)
    if file.size > MOST_BYTES:
        raise Refused("文件超过 2 MB，请核对是否选错了文件。")
    content = file.read()
    gate.look(form, content)
    return lines(form, content)


def lines(form: str, content: bytes) -> Rows:
    """Raises Refused."""
    found: Rows = []
    for number, cells in Sheet(form, content).rows():
        inspect(number, cells)
        found.append((number, cells))
    return found
