"""Many approvals at once: a list to check, one proof over the whole list, one act and one result per item (A20).

The list and what became of each item stand in a draft, written in the same transaction as the item's act: a repeated post, a
second tab or a worker that died half-way doubles nothing, and the page goes on with what is left.
"""

from __future__ import annotations

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_POST

from wangqian.cases.act import NeedsProof, Stale
from wangqian.cases.engine import perform
from wangqian.cases.models import Draft, Proof
from wangqian.cases.proofs import CodeRefused
from wangqian.chart.words import Refused
from wangqian.flows.parties import REVIEWING, cases_for
from wangqian.people.clock import now
from wangqian.people.models import Actor
from wangqian.web import proving
from wangqian.web.frame import acting, show
from wangqian.web.school_batch_list import GONE, SUBJECT, AgreeForm, Batch, ItemsForm, PickForm, opened
from wangqian.web.school_batch_page import check_page, result_page
from wangqian.web.words import done_sentence

SESSION = f"proof:{SUBJECT}"


@acting(*REVIEWING)
@require_POST
def batch(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Remember what was ticked; nothing is approved yet."""
    form = PickForm(request.POST)
    if not form.is_valid():
        messages.warning(request, str(next(iter(form.errors.values()))[0]))
        return redirect("home")
    given = form.cleaned_data
    data = {"flow": given["flow"], "picks": given["pick"], "results": {}}
    Draft.objects.update_or_create(owner=actor.user, subject=SUBJECT, defaults={"data": data, "saved_at": now()})
    return redirect("batch-confirm")


@acting(*REVIEWING)
def batch_confirm(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The list, the tick, the code; afterwards what became of each item."""
    found = opened(actor)
    if found is None:
        messages.info(request, _("没有等待核对的批量审核，请先在待办中勾选。"))
        return redirect("home")
    if request.method == "POST":
        return posted(request, found)
    return ask(request, found) if found.left else show(request, result_page(found))


def ask(request: HttpRequest, found: Batch, form: AgreeForm | None = None, status: int = 200) -> HttpResponse:
    proof = issued(request, found.actor)
    form = form or AgreeForm(len(found.left), needs_code(found, proof))
    card = proving.panel(request, found.actor, SUBJECT, form["code"]) if "code" in form.fields else None
    return show(request, check_page(found, form, card), status)


def posted(request: HttpRequest, found: Batch) -> HttpResponse:
    """Send the code, or act on what was on the screen."""
    shown = ItemsForm(request.POST)
    items = shown.cleaned_data["item"] if shown.is_valid() else []
    if not items or not found.left:
        return redirect("batch-confirm")
    if proving.begins(request):
        return proving.begin(request, asked(found, items)) or redirect("batch-confirm")
    proof = issued(request, found.actor)
    form = AgreeForm(len(found.left), needs_code(found, proof), data=request.POST)
    if not form.is_valid():
        return ask(request, found, form, 422)
    try:
        proof = proven(request, found, proof, items, form)
    except CodeRefused as refusal:
        form.add_error("code" if "code" in form.fields else None, str(refusal))
        return ask(request, found, form, 422)
    for line in items:
        pk, text = line.split(":")
        settle(found, pk, text, proof)
    request.session.pop("demo_code", None)
    return redirect("batch-confirm")


def issued(request: HttpRequest, actor: Actor) -> Proof | None:
    """The code last sent for a list, while it can be entered or, once entered, still covers the list."""
    pk = request.session.get(SESSION)
    proof = Proof.objects.filter(pk=pk, user=actor.user).first() if pk else None
    if proof is None or proof.verified_at is None:
        return proof
    fresh = len(proof.items) > 1 and now() < proof.verified_at + Proof.FRESH_BATCH
    return proof if fresh else None


def needs_code(found: Batch, proof: Proof | None) -> bool:
    """Unless no item is at its last level, or the code of this very list was just entered."""
    if not any(found.binds(case) for case in found.left):
        return False
    return not (proof and proof.verified_at and set(found.items()) <= set(proof.items))


def asked(found: Batch, items: list[str]) -> proving.Asked:
    """One proof over the whole list."""
    changed = gettext_noop("清单在发送验证码之后有变化，请重新获取验证码。")
    return proving.Asked(found.actor, f"{found.flow}.{found.step.name}", items, SUBJECT, _(found.step.label), changed)


def proven(
    request: HttpRequest, found: Batch, proof: Proof | None, items: list[str], form: AgreeForm
) -> Proof | None:
    """The proof, checked before anything is tried; it must cover what was on the screen."""
    if "code" in form.fields:
        proof = proving.entered(request, asked(found, items), form.cleaned_data)
        request.session[SESSION] = str(proof.pk)
    return proof


def settle(found: Batch, pk: str, text: str, proof: Proof | None) -> None:
    """One item: the act and its result in one transaction; what is settled already is left alone."""
    try:
        with transaction.atomic():
            draft = Draft.objects.select_for_update().get(pk=found.draft.pk)
            if pk in draft.data["picks"] and pk not in draft.data["results"]:
                draft.data["results"][pk] = outcome(found, pk, text, proof)
                draft.save(update_fields=["data"])
    except NeedsProof:  # it has become the last level's meanwhile: the page asks for the code
        return


def outcome(found: Batch, pk: str, text: str, proof: Proof | None) -> list[str]:
    """[tone, sentence] of one approval."""
    case = cases_for(found.actor.membership).filter(pk=pk, flow=found.flow).first()
    if case is None:
        return ["off", str(GONE)]
    try:
        with transaction.atomic():
            event = perform(case, found.step.name, by=found.actor, seen=text, proof=proof if found.binds(case) else None)
    except NeedsProof:
        raise
    except Stale:
        return ["warn", _("内容在您核对之后有更新，没有通过；请打开事项核对后再审核。")]
    except Refused as refusal:
        return ["bad", str(refusal)]
    return ["ok", done_sentence(found.actor, event)]
