"""What is typed, or chosen, on the page of public verification."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from wangqian.codes import serial
from wangqian.web import challenge


class VerifyForm(challenge.Challenged):
    """A code needs no name; a number does."""

    purpose = "verify"
    number = forms.CharField(label=gettext_lazy("协议书编号、转递编号或核验编号"), max_length=40)
    name = forms.CharField(
        label=gettext_lazy("毕业生姓名"),
        max_length=64,
        required=False,
        help_text=gettext_lazy("按协议书编号或转递编号核验时须填写"),
    )

    @classmethod
    def with_code(cls, code: str) -> VerifyForm:
        """As scanned, with a challenge that is begun at once."""
        form = cls(initial={"number": serial.pretty(serial.normal(code)[:40])})
        form.fields[challenge.FIELD].widget.attrs["data-eager"] = ""
        return form

    def plain(self) -> str:
        return serial.normal(str(self.cleaned_data["number"]))

    def by_code(self) -> bool:
        """Whether a code of the paper was typed."""
        return serial.verification_valid(self.plain())

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        if given.get("number") and not given.get("name") and "name" not in self.errors and not self.by_code():
            self.add_error("name", _("按协议书编号或转递编号核验时，请填写毕业生姓名"))
        return given


class MarkForm(forms.Form):
    """What the code on a printed page says beside the 核验编号: version, page, pages (flows/scans.py)."""

    v = forms.IntegerField(required=False, min_value=1, max_value=99999)
    p = forms.IntegerField(required=False, min_value=1, max_value=999)
    n = forms.IntegerField(required=False, min_value=1, max_value=999)


class FileForm(challenge.Challenged):
    purpose = "verify-file"
    file = forms.FileField(
        label=gettext_lazy("协议书 PDF 文件"),
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ".pdf,application/pdf"}),
        help_text=gettext_lazy("10 MB 以内；只核对，不保存您的文件，也不显示其中的内容"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields[challenge.FIELD].widget.attrs["id"] = "id_file_work"  # the page has two forms
