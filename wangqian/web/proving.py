"""† Proving an act on its page: by which ways this person may, asking for one of them, taking the answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django import forms
from django.conf import settings
from django.contrib import messages
from django.forms import BoundField
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from wangqian.cases import devices, proofs
from wangqian.cases.models import Proof
from wangqian.cases.proofs import CodeRefused
from wangqian.chart.words import Refused
from wangqian.notices import deliver
from wangqian.people import factors, passkeys
from wangqian.people.factors import Ways
from wangqian.people.models import Actor
from wangqian.web.panels import CodeProof, Link

FIELDS = ("code", "assertion", "send_code", "begin_passkey")  # of the proof, not of what is proven


class Answer(forms.HiddenInput):
    """Never sent back: an answer serves once."""

    def format_value(self, value: Any) -> str | None:
        return None


class ProofForm(forms.Form):
    """A code typed, or what a passkey answered (put there by static/passkey.js). Neither is required: which one is, is said."""

    code = forms.CharField(
        label=gettext_lazy("手机验证码"),
        max_length=12,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code", "data-narrow": True}),
    )
    assertion = forms.CharField(max_length=passkeys.MOST_BYTES, required=False, widget=Answer)

    def leave_out_proof(self) -> None:
        del self.fields["code"], self.fields["assertion"]


@dataclass(frozen=True)
class Asked:
    """What is to be proven: the step and its items (`proofs.item`). `key` names it in the session, `label` in a message.

    `changed`: said when a code was sent for other items; "" leaves that to the door.
    """

    actor: Actor
    step: str
    items: Sequence[str]
    key: str
    label: str = ""
    changed: str = ""


# --- asking -----------------------------------------------------------------------------------------


def panel(request: HttpRequest, actor: Actor, key: str, field: BoundField) -> CodeProof:
    """The card of the proof, with the ways this person has."""
    ways = factors.ways(actor.membership)
    field.label = label(ways)
    proof = issued(request, key)
    return CodeProof(
        field,
        sent_to(proof) if proof else "",
        wait_seconds=proofs.wait_seconds(actor.user) if ways.code else 0,
        passkey=ways.passkey,
        types=ways.code or ways.totp,
        sends=ways.code,
        note=note(actor, ways),
        enrol=Link(_("现在设置通行密钥或验证器应用"), reverse("mfa_index")) if ways.none else None,
    )


def label(ways: Ways) -> str:
    if ways.totp:
        return _("验证码") if ways.code else _("动态口令")
    return _("手机验证码")


def note(actor: Actor, ways: Ways) -> str:
    """Which ways there are, in a sentence; nothing where there is one way and the page shows it."""
    staff = actor.membership.kind in factors.STAFF
    if ways.none:
        return _("老师和平台用户须用通行密钥或验证器应用确认，您还没有设置。")
    if staff and ways.code:
        where = _("演示环境里") if settings.DEMO else _("本站目前")
        return _("%(where)s老师也可以用短信验证码；正式使用时须用通行密钥或验证器应用。") % {"where": where}
    if ways.totp and ways.code:
        return _("填验证器应用里显示的 6 位数字，或者点“发送验证码”收短信。")
    if ways.totp:
        return _("填验证器应用里显示的 6 位数字。")
    return ""


def sent_to(proof: Proof) -> str:
    """Where the code went, masked."""
    return proofs.sent_to(proof.user, proof.method)


def issued(request: HttpRequest, key: str) -> Proof | None:
    """The code last sent for this, while it can still be entered."""
    pk = request.session.get(f"proof:{key}")
    return proofs.ISSUED.first(UUID(pk)) if pk else None


def begins(request: HttpRequest) -> bool:
    """Whether this post asks for a code or a challenge; nothing is done yet."""
    return request.method == "POST" and ("send_code" in request.POST or "begin_passkey" in request.POST)


def begin(request: HttpRequest, asked: Asked) -> HttpResponse | None:
    """Send the code (the page is then shown again: None), or answer the page's script with what the passkey shall sign."""
    if "send_code" in request.POST:
        send_code(request, asked)
        return None
    try:
        proof, options = devices.begin(asked.actor.user, asked.step, list(asked.items))
    except Refused as refusal:
        return said(refusal)
    request.session[f"passkey:{asked.key}"] = str(proof.pk)
    return JsonResponse(options)


def said(refusal: Refused) -> HttpResponse:
    """A refusal for the page's script."""
    return JsonResponse({"error": str(refusal)}, status=refusal.status)


def send_code(request: HttpRequest, asked: Asked) -> None:
    """Issue and send a code; a limit is said, nothing typed is lost."""
    user = asked.actor.user
    try:
        if not factors.code_suffices(asked.actor.membership):
            raise Refused("老师和平台用户不能用短信验证码确认，请用通行密钥或验证器应用。")
        by = deliver.code_channel(user)
        proof, code = proofs.issue(user, asked.step, list(asked.items), by)
        deliver.send_code(user, code, asked.label, by, asked.step)
    except Refused as refusal:
        messages.warning(request, str(refusal))
        return
    request.session[f"proof:{asked.key}"] = str(proof.pk)


# --- taking -----------------------------------------------------------------------------------------


def entered(request: HttpRequest, asked: Asked, given: dict[str, Any]) -> Proof:
    """The proof this post brings. `CodeRefused` before anything else is tried; each try is counted."""
    if given["assertion"]:
        return by_passkey(request, asked, given["assertion"])
    sent, code = issued(request, asked.key), given["code"].strip()
    if sent is None or not code:
        return entered_before(request, asked, code) or by_app(asked, code)
    if asked.changed and not set(asked.items) <= set(sent.items):
        raise CodeRefused(asked.changed)
    try:
        proofs.verify(sent, code)
    except CodeRefused as refusal:
        return by_app(asked, code, refusal)
    return sent


def entered_before(request: HttpRequest, asked: Asked, code: str) -> Proof | None:
    """The same code again, after it was taken and before anything came of it: a repeated post must find what the first one had."""
    pk = request.session.get(f"proof:{asked.key}")
    return proofs.again(UUID(pk), list(asked.items), code) if pk and code else None


def by_passkey(request: HttpRequest, asked: Asked, answer: str) -> Proof:
    pk = request.session.pop(f"passkey:{asked.key}", None)
    proof = Proof.objects.filter(pk=pk, user=asked.actor.user).select_related("user").first() if pk else None
    if proof is None:
        raise CodeRefused("通行密钥的确认已失效，请再点一次“用通行密钥确认”。")
    devices.confirm(proof, answer)
    return proof


def by_app(asked: Asked, code: str, sent: CodeRefused | None = None) -> Proof:
    """The code of the authenticator app, or why nothing that was typed will do; `sent` is why it is not the code sent."""
    ways = factors.ways(asked.actor.membership)
    if not (ways.totp and code):
        raise sent or missing(ways)
    try:
        return devices.by_app(asked.actor.user, asked.step, list(asked.items), code)
    except CodeRefused as refusal:
        if sent is None:
            raise
        raise CodeRefused("验证码不正确：请填最近一条短信中的 6 位数字，或验证器应用里现在显示的数字。") from refusal


def missing(ways: Ways) -> CodeRefused:
    """What to do when nothing usable was typed."""
    if ways.passkey and not (ways.totp or ways.code):
        return CodeRefused("请点“用通行密钥确认”。")
    if ways.totp and not ways.code:
        return CodeRefused("请填写验证器应用里显示的 6 位数字。")
    if ways.totp:
        return CodeRefused("请填写验证器应用里的 6 位数字，或先点“发送验证码”，再填写收到的数字。")
    return CodeRefused("请先点“发送验证码”，再填写收到的 6 位数字。")
