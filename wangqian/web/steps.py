"""The page of any step: explain and ask (GET), check the answers and the exact text, prove, act (POST), go on."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from wangqian.cases import proofs
from wangqian.cases.act import Act, NeedsProof, NotYours, Stale
from wangqian.cases.files import collected
from wangqian.cases.forms import Invalid, NeedForm, clean_all, form_class
from wangqian.cases.models import Proof, digest
from wangqian.cases.proofs import CodeRefused
from wangqian.cases.receipts import OtherBody, earlier, once
from wangqian.chart.words import Refused
from wangqian.flows.rules import Standing
from wangqian.people.ids import new_id
from wangqian.people.models import Actor
from wangqian.web import drafts, exact, proving
from wangqian.web.answered import answer_panels, cited_files
from wangqian.web.drafts import SavedElsewhere, key_of
from wangqian.web.filling import (
    answers,
    complaining,
    fieldsets,
    form_to_fill,
    giving_up,
    joined,
    keeper,
    lacking,
    onward,
    printable,
    type_panel,
)
from wangqian.web.frame import acting, before_confirming_where, show
from wangqian.web.noticed import noticed
from wangqian.web.pages import StepPage
from wangqian.web.panels import Alert, Button, Elsewhere, Link
from wangqian.web.prefill import chosen, prefill
from wangqian.web.returns import returned, to_confirm, ways
from wangqian.web.retyping import retyped, shown_type
from wangqian.web.subjects import RELATED, Subject, about_correction, on_case, starting
from wangqian.web.upload_boxes import boxes
from wangqian.web.words import done_sentence, other_side, path_of, title_of

CHANGED = Stale("内容在您阅读之后有更新，请核对最新内容后再提交。")


class ConfirmForm(proving.ProofForm):
    """The last questions: the tick and the proof."""

    agreed = forms.BooleanField(label="", error_messages={"required": gettext_lazy("请先勾选，表示您已核对并同意")})
    field_order = ("agreed", "code")

    def __init__(self, subject_act: Act, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if subject_act.step.ask:
            self.fields["agreed"].label = _(subject_act.step.ask)
        else:
            del self.fields["agreed"]
        if not subject_act.step.needs_proof(subject_act):
            self.leave_out_proof()


@acting()
@before_confirming_where(about_correction)
def case_step(request: HttpRequest, actor: Actor, pk: UUID, step: str) -> HttpResponse:
    return fill(request, on_case(actor, pk, step))


@acting()
@before_confirming_where(about_correction)
def case_confirm(request: HttpRequest, actor: Actor, pk: UUID, step: str) -> HttpResponse:
    related = () if request.method == "POST" else RELATED  # the door reads them again, after the lock
    return confirm(request, on_case(actor, pk, step, related))


@acting()
@before_confirming_where(about_correction)
def start_step(request: HttpRequest, actor: Actor, flow: str, step: str, kind: str, pk: UUID) -> HttpResponse:
    return fill(request, starting(actor, flow, step, kind, pk))


@acting()
def start_confirm(request: HttpRequest, actor: Actor, flow: str, step: str, kind: str, pk: UUID) -> HttpResponse:
    return confirm(request, starting(actor, flow, step, kind, pk))


def fill(request: HttpRequest, subject: Subject) -> HttpResponse:
    """The form. A step that asks nothing goes straight to its confirmation."""
    auto = drafts.automatic(request)
    if request.method == "POST" and not auto and (answered := repeated(request, subject)):
        return answered
    if refusal := subject.refusal():
        return proving.said(refusal) if auto else refused(request, subject, refusal)
    raw = answers(request) if request.method == "POST" else prefill(subject) | chosen(request, subject.step)
    need = joined(subject.asks(raw))
    if need is None:
        return confirm(request, subject)
    if request.method != "POST":
        return ask(request, subject, form_class(need)(initial=raw))
    if retyped(request, raw):  # what the other type does not ask comes back with the first
        return ask(request, subject, form_class(need)(initial=prefill(subject) | raw))
    try:
        return sent(request, subject, form_class(need)(data=raw), raw)
    except SavedElsewhere as newer:
        found = drafts.elsewhere(subject, need, raw, newer)
        return drafts.told_elsewhere(request, found) if auto else ask(request, subject, form_class(need)(initial=raw), 409, newer=found)


def sent(request: HttpRequest, subject: Subject, form: NeedForm, raw: dict[str, str]) -> HttpResponse:
    """What was typed: kept, checked, taken to the text, or acted on. `SavedElsewhere` before any of it."""
    if "keep" in request.POST and keeper(subject) is None:
        raise Http404
    if "keep" in request.POST or ("over" in request.POST and subject.draft):
        return drafts.kept(request, subject, raw)
    drafts.look(request, subject.draft, raw)
    missing = lacking(subject, raw)
    if not all((form.is_valid(), printable(form), not missing)):  # every fault at once (ux.md 7)
        return ask(request, subject, form, 422, missing)
    if not subject.step.shows:
        return act(request, subject, raw)
    drafts.save_draft(request, subject, raw)
    then = urlencode(onward(request))
    return redirect(f"{subject.confirm_url}?{then}" if then else subject.confirm_url)


def ask(
    request: HttpRequest,
    subject: Subject,
    form: NeedForm,
    status: int = 200,
    missing: dict[str, str] | None = None,
    newer: Elsewhere | None = None,
) -> HttpResponse:
    step, keep, content = subject.step, keeper(subject), subject.act().content()
    uploads = boxes(subject.act(dict(form.data if form.is_bound else form.initial)), missing) if subject.case.version else []
    label = _("下一步：核对") if step.shows else _(step.again if step.again and subject.case.parent else step.label)
    page = StepPage(
        title=title_of(subject),
        lead=_(step.explain) if step.explain else "",
        back=Link(_("返回"), subject.back),
        path=path_of(subject.case),
        alerts=[*returned(subject.case, ways(subject.case, subject.url, form, uploads)), *noticed(subject.case, subject.actor, content)],
        panels=[*exact.about(subject), *type_panel(subject), *cited_files(subject)],
        form=form,
        fieldsets=fieldsets(form.need),
        uploads=uploads,
        hidden=[*hidden(request, subject, content), *shown_type(form)],
        act=Button(label, method="submit", primary=step.tone != "danger" or step.shows, danger=step.tone == "danger"),
        keep=Button(_(keep.label), method="submit", name="keep", value="1") if keep else None,
        drop=giving_up(subject) if keep else None,
        cancel=Link(_("返回"), subject.back) if keep else Link(_("取消"), subject.back),
        saved=drafts.kept_words(subject.draft),
        elsewhere=newer,
    )
    return show(request, page, status)


def hidden(request: HttpRequest, subject: Subject, content: dict[str, Any], fresh: bool = False) -> list[tuple[str, str]]:
    """What the page carries: its key, the draft it shows (shown again, the one it was loaded with), the text, the way on."""
    shown = drafts.version(subject.draft)
    draft = shown if fresh else request.POST.get("draft", shown)
    return [("key", key_of(request) or str(new_id())), ("draft", draft), *read(subject, content), *onward(request)]


def confirm(request: HttpRequest, subject: Subject) -> HttpResponse:
    """Check your answers: the exact text, the tick, the code."""
    if request.method == "POST" and (answered := submitted(request, subject) or repeated(request, subject)):
        return answered
    if refusal := subject.refusal():
        return refused(request, subject, refusal)
    if request.method == "POST" and drafts.unread(request, subject):
        return changed(request, subject, CHANGED)
    raw = drafts.answered(subject.draft) if subject.step.needs else {}
    try:
        content = written(subject, raw)
    except Invalid:
        return redirect(subject.url)
    except Refused as refusal:
        return refused(request, subject, refusal)
    if proving.begins(request):
        return begin_proof(request, subject, content)
    if request.method != "POST":
        return check(request, subject, content, ConfirmForm(subject.act(), initial={"agreed": "agreed" in request.GET}))
    form = ConfirmForm(subject.act(), data=request.POST)
    if not form.is_valid():
        return check(request, subject, content, form, 422)
    return act(request, subject, raw, content, form)


def submitted(request: HttpRequest, subject: Subject) -> HttpResponse | None:
    """Straight to the door, which checks everything under the lock, where nothing was asked and the form is complete."""
    if subject.step.needs or proving.begins(request):
        return None
    form = ConfirmForm(subject.act(), data=request.POST)
    return act(request, subject, {}, form=form) if form.is_valid() else None


def written(subject: Subject, raw: dict[str, str]) -> dict[str, Any]:
    """The content the step would sign: computed exactly as the door will, so that the hashes agree."""
    act_now, needs = subject.act(raw), subject.asks(raw)
    answered = clean_all(needs, raw)
    act_now.files = collected(act_now, needs)
    act_now.given = {name: value for found in answered.values() for name, value in found.items()}
    return subject.step.writes(act_now) if subject.step.writes else act_now.content()


def check(
    request: HttpRequest,
    subject: Subject,
    content: dict[str, Any],
    form: ConfirmForm,
    status: int = 200,
    alerts: tuple[Alert, ...] = (),
) -> HttpResponse:
    step = subject.step
    change = subject.url if subject.asks() else ""
    whom = [] if "graduate" in content else exact.about(subject)  # an invitation's text does not name the graduate
    page = StepPage(
        title=title_of(subject),
        lead=_(step.explain) if step.explain else "",
        back=Link(_("返回修改") if change else _("返回"), change or subject.back),
        path=path_of(subject.case),
        alerts=[*alerts, *noticed(subject.case, subject.actor, content), *exact.warnings(content, subject.actor)],
        panels=[
            *whom,
            *to_confirm(step, subject.case, content),
            *answer_panels(subject, change),
            *cited_files(subject),
            *exact.panels(content, change),
        ],
        exact=exact.full(content) if step.shows else None,
        form=form,
        confirm="agreed" if "agreed" in form.fields else "",
        proof=proving.panel(request, subject.actor, subject.draft_key, form["code"]) if "code" in form.fields else None,
        hidden=hidden(request, subject, content, fresh=True),
        act=Button(_(step.label), method="submit", primary=step.tone != "danger", danger=step.tone == "danger"),
        cancel=Link(_("再想想"), subject.back),
    )
    return show(request, page, status)


def read(subject: Subject, content: dict[str, Any]) -> list[tuple[str, str]]:
    """What must come back from a page on which somebody reads what he acts on."""
    return [("seen", subject.act().on_screen(digest(content)))] if subject.step.reads else []


def asked(subject: Subject, text: str) -> proving.Asked:
    """What is proven: this step, on the text with this hash."""
    whom = other_side(subject.case, subject.actor.membership)
    label = f"{_(subject.step.label)}（{whom or _(subject.case.chart.title)}）"
    items = [proofs.item(subject.act(), text)]
    return proving.Asked(subject.actor, f"{subject.case.flow}.{subject.step.name}", items, subject.draft_key, label)


def begin_proof(request: HttpRequest, subject: Subject, content: dict[str, Any]) -> HttpResponse:
    """A code on its way, or what the passkey shall sign: the text that is on the screen, if it is still the text."""
    text = digest(content)
    current = subject.act().on_screen(text)
    if subject.step.reads and request.POST.get("seen", "" if "begin_passkey" in request.POST else current) != current:
        return changed(request, subject, CHANGED)
    if answer := proving.begin(request, asked(subject, text)):
        return answer
    ticked = [("agreed", "on")] if "agreed" in request.POST else []
    query = urlencode([*ticked, *onward(request)])
    return redirect(f"{request.path}{query and f'?{query}'}#id_code")


def proven(request: HttpRequest, subject: Subject, form: ConfirmForm | None) -> Proof | None:
    """The proof this post brings; a wrong one is refused before anything else is tried."""
    if form is None or "code" not in form.fields:
        return None
    text = request.POST.get("seen", "").partition(".")[0] if subject.step.shows else digest(subject.act().content())
    return proving.entered(request, asked(subject, text), form.cleaned_data)


def repeated(request: HttpRequest, subject: Subject) -> HttpResponse | None:
    """The stored answer when this very post was answered before: a double click, a lost reply."""
    key = key_of(request)
    if not key or proving.begins(request):
        return None
    try:
        location = earlier(subject.actor.user, key, answers(request))
    except OtherBody:
        return None
    return redirect(location) if location else None


def act(
    request: HttpRequest,
    subject: Subject,
    raw: dict[str, str],
    content: dict[str, Any] | None = None,
    form: ConfirmForm | None = None,
) -> HttpResponse:
    """Take the step once per key, then go to the case; every refusal keeps what was typed."""
    try:
        proof = proven(request, subject, form)
        location = once(
            subject.actor.user,
            key_of(request) or str(new_id()),
            answers(request),
            lambda: acted(request, subject, raw, proof),
        )
    except NotYours as gone:
        raise Http404 from gone
    except Invalid as invalid:
        return ask(request, subject, complaining(subject, raw, invalid), 422)
    except (NeedsProof, Stale, Refused) as refusal:
        return again(request, subject, raw, content, form, refusal)
    return redirect(location)


def acted(request: HttpRequest, subject: Subject, raw: dict[str, str], proof: Proof | None) -> str:
    event = subject.take(raw, request.POST.get("seen", ""), proof)
    if subject.step.needs:
        drafts.consumed(subject)
    messages.success(request, done_sentence(subject.actor, event))
    if then := dict(onward(request)).get("then"):
        return then
    if event.flow == "reopening" or event.flow == "certification":
        return subject.back
    return form_to_fill(event) or reverse("case", args=[event.case_id])


def again(
    request: HttpRequest,
    subject: Subject,
    raw: dict[str, str],
    content: dict[str, Any] | None,
    form: ConfirmForm | None,
    refusal: Refused,
) -> HttpResponse:
    """The same page with the sentence: at the code when it is about the code, else on top with the text as it is now."""
    if answered := repeated(request, subject):
        return answered
    if form is None:
        return refused(request, subject, refusal)
    if not isinstance(refusal, Stale) and (sooner := subject.refusal()):
        return refused(request, subject, sooner)
    if isinstance(refusal, Stale):
        return changed(request, subject, refusal)
    if isinstance(refusal, CodeRefused):
        form.add_error("code", str(refusal))
        return check(request, subject, content or written(subject, raw), form, 422)
    return refused(request, subject, refusal)


def changed(request: HttpRequest, subject: Subject, stale: Stale) -> HttpResponse:
    """What was read is no longer what would be signed: said, and shown as it is now; the form, where it holds no longer."""
    if "begin_passkey" in request.POST:
        return proving.said(Stale("内容在您阅读之后有更新，请刷新页面，核对最新内容后再确认。"))
    fresh = on_case(subject.actor, UUID(subject.key), subject.step.name) if subject.case.version else replace(subject)
    try:
        content = written(fresh, drafts.answered(fresh.draft) if fresh.step.needs else {})
    except Invalid:
        messages.warning(request, str(stale))
        return redirect(fresh.url)
    except Refused as refusal:
        return refused(request, fresh, refusal)
    return check(request, fresh, content, ConfirmForm(fresh.act()), 409, (Alert("warn", str(stale)),))


def refused(request: HttpRequest, subject: Subject, refusal: Refused) -> HttpResponse:
    """The rule's own sentence, and the way back."""
    page = StepPage(
        title=title_of(subject),
        back=Link(_("返回"), subject.back),
        alerts=[Alert("warn", _("现在不能办理"), str(refusal))],
        act=way_out(subject, refusal),
    )
    return show(request, page, refusal.status if request.method == "POST" else 200)


def way_out(subject: Subject, refusal: Refused) -> Button:
    """What to do about it: void what stands in the way, go on with the draft, or go back."""
    if isinstance(refusal, Standing):
        address = f"{reverse('step', args=[refusal.case.pk, 'void'])}?{urlencode({'then': subject.url})}"
        return Button(_("作废并继续"), address, danger=True)
    return Button(_("返回查看"), subject.back, primary=True)
