"""手机 and 邮箱 are the graduate's own to change (M003 §2): proven by a code to where codes went until now."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from wangqian.cases import proofs
from wangqian.cases.forms import MOBILE
from wangqian.cases.models import Proof
from wangqian.chart.words import Refused
from wangqian.notices import deliver
from wangqian.people.clock import now
from wangqian.people.identity import keyed
from wangqian.people.models import AccessLog, Actor, Capacity, Graduate, User
from wangqian.web.frame import acting, before_confirming, show
from wangqian.web.pages import StepPage
from wangqian.web.panels import Button, CodeProof, Link
from wangqian.web.steps import deliver_code, issued, sent_to

KEY = "contact"
STEP = "people.contact"


class ContactForm(forms.Form):
    phone = forms.CharField(
        label=gettext_lazy("手机号码"),
        max_length=11,
        validators=[MOBILE],
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "tel"}),
    )
    email = forms.EmailField(
        label=gettext_lazy("电子邮箱"),
        max_length=100,
        error_messages={"invalid": gettext_lazy("请填写完整的邮箱地址，例如 name@example.com")},
    )
    code = forms.CharField(
        label=gettext_lazy("验证码"),
        max_length=12,
        required=False,
        help_text=gettext_lazy("发送到您现在登记的手机"),
        widget=forms.TextInput(
            attrs={"inputmode": "numeric", "autocomplete": "one-time-code", "data-narrow": True}
        ),
    )

    def items(self) -> list[str]:
        """What the code proves: exactly these new values."""
        return [f"contact:{keyed('contact', self.cleaned_data['phone'], self.cleaned_data['email'])}"]


def contact_page(request: HttpRequest, actor: Actor) -> HttpResponse:
    graduate = actor.membership.graduate
    assert graduate is not None
    known = {"phone": graduate.phone, "email": graduate.email}
    if request.method != "POST":
        return ask(request, actor, ContactForm(initial=known))
    form = ContactForm(request.POST)
    if not form.is_valid():
        return ask(request, actor, form, 422)
    if "send_code" in request.POST:
        deliver_code(request, actor, STEP, form.items(), _("修改联系方式"), KEY)
        return ask(request, actor, form)
    try:
        proof = prove(request, form)
    except Refused as refusal:
        form.add_error("code", str(refusal))
        return ask(request, actor, form, 422)
    change(actor, graduate, form.cleaned_data, proof)
    messages.success(request, _("联系方式已保存，以后的验证码和通知发到新的手机和邮箱。"))
    return redirect("my-information")


def prove(request: HttpRequest, form: ContactForm) -> Proof:
    """The code entered was sent for exactly these values."""
    proof = issued(request, KEY)
    if proof is None:
        raise Refused("请先点“发送验证码”，再填写收到的 6 位数字。")
    if proof.items != form.items():
        raise Refused("获取验证码之后手机或邮箱又有改动，请重新获取。")
    proofs.verify(proof, form.cleaned_data["code"])
    return proof


def change(actor: Actor, graduate: Graduate, given: dict[str, Any], proof: Proof) -> None:
    """Roster row and account together, noted where he sees it, and told in his inbox and at the new addresses."""
    new = {"phone": given["phone"], "email": given["email"]}
    with transaction.atomic():
        key = f"contact:{proof.pk}"
        deliver.message(actor.user, "contact_changed", {}, key=key, membership=actor.membership, path="/me/")
        Graduate.objects.filter(pk=graduate.pk).update(**new)
        User.objects.filter(pk=actor.user.pk).update(**new)
        AccessLog.objects.create(
            actor=actor.user,
            membership=actor.membership,
            subject=graduate,
            what="contact_changed",
            ip=actor.ip or None,
            at=now(),
        )


def ask(request: HttpRequest, actor: Actor, form: ContactForm, status: int = 200) -> HttpResponse:
    proof = issued(request, KEY)
    page = StepPage(
        title=_("修改联系方式"),
        lead=_("新的手机会用来接收验证码，请填写您本人使用的号码。现在的手机收不到短信时，请联系学校就业部门更正。"),
        back=Link(_("返回"), reverse("my-information")),
        form=form,
        proof=CodeProof(form["code"], sent_to(proof) if proof else "", wait_seconds=proofs.wait_seconds(actor.user)),
        act=Button(_("保存"), method="submit", primary=True),
        cancel=Link(_("取消"), reverse("my-information")),
    )
    return show(request, page, status)


contact = acting(Capacity.GRADUATE)(before_confirming(contact_page))
