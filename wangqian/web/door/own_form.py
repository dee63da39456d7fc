"""What is asked when one changes one's own phone or e-mail address."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from wangqian.cases.forms import MOBILE
from wangqian.people.identity import keyed, masked_email, masked_phone
from wangqian.web import challenge, proving

PURPOSE = "contact"


@dataclass(frozen=True)
class Kind:
    """A phone or an e-mail address: the column, the channel, how it is asked for; `proving`: label and title where it stays."""

    column: str
    channel: str
    field: Callable[[], forms.Field]
    title: str
    mask: Callable[[str], str]
    proving: tuple[str, str]


KINDS = {
    "phone": Kind(
        "phone",
        "sms",
        lambda: forms.CharField(
            label=_("新手机号"),
            max_length=11,
            validators=[MOBILE],
            widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "tel"}),
        ),
        gettext_lazy("修改手机号"),  # type: ignore[arg-type]
        masked_phone,
        (gettext_lazy("手机号"), gettext_lazy("验证手机号")),  # type: ignore[arg-type]
    ),
    "email": Kind(
        "email",
        "email",
        lambda: forms.EmailField(
            label=_("新邮箱"),
            max_length=100,
            error_messages={"invalid": _("请填写完整的邮箱地址，例如 name@example.com")},
            widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        ),
        gettext_lazy("修改邮箱"),  # type: ignore[arg-type]
        masked_email,
        (gettext_lazy("邮箱"), gettext_lazy("验证邮箱")),  # type: ignore[arg-type]
    ),
}


class NewForm(challenge.Challenged, proving.ProofForm):
    """The new value, the proof that it is he who changes it, and the challenge before a message to whoever has the new one.

    `noted`: what somebody else wrote down and nobody has proven; given back unchanged (`same`), it is proven as it is.
    """

    purpose = PURPOSE
    field_order = ("value", "code")

    def __init__(self, kind: Kind, data: QueryDict | None, noted: str) -> None:
        super().__init__(data, initial={"value": noted})
        self.kind = kind
        self.fields["value"] = kind.field()
        self.order_fields(self.field_order)
        self.same = bool(noted) and (noted if data is None else data.get("value", "").strip()) == noted
        if self.same:
            self.fields["value"].label = kind.proving[0]

    def title(self) -> str:
        return str(self.kind.proving[1] if self.same else self.kind.title)

    def items(self) -> list[str]:
        """What is proven: exactly this value, as the new one or as the one that stands. A code sent for one is none for the other."""
        about = "noted" if self.same else "contact"
        return [f"{about}:{keyed('contact', self.kind.column, self.cleaned_data['value'])}"]


class EnterForm(challenge.Challenged):
    """The code that came to the new one; asking for another takes a challenge again."""

    purpose = PURPOSE
    code = forms.CharField(
        label=gettext_lazy("验证码"),
        max_length=12,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code", "data-narrow": True}),
    )
