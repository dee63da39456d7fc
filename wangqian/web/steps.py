"""The page of any step: explain and ask (GET), check the answers and the exact text, prove, act (POST), go on."""

from __future__ import annotations

from typing import Any
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
from wangqian.cases.forms import Invalid, NeedForm, clean_all, facts, form_class
from wangqian.cases.models import Draft, Proof, digest
from wangqian.cases.proofs import CodeRefused
from wangqian.cases.receipts import OtherBody, earlier, once
from wangqian.chart.fields import Keep, Need
from wangqian.chart.words import Refused
from wangqian.documents import glyphs
from wangqian.notices import deliver
from wangqian.notices.channels import CHANNELS
from wangqian.people.clock import now
from wangqian.people.ids import new_id
from wangqian.people.models import Actor
from wangqian.web import exact
from wangqian.web.frame import acting, show
from wangqian.web.pages import Panel, StepPage
from wangqian.web.panels import Alert, Button, CodeProof, Fact, Facts, Fieldset, Link
from wangqian.web.prefill import prefill
from wangqian.web.subjects import RELATED, Subject, on_case, starting
from wangqian.web.wording import clock
from wangqian.web.words import done_sentence, other_side, path_of, said, title_of

IGNORED = ("csrfmiddlewaretoken", "code", "send_code", "key")


class ConfirmForm(forms.Form):
    """The last questions: the tick and the one-time code."""

    agreed = forms.BooleanField(label="", error_messages={"required": gettext_lazy("请先勾选，表示您已核对并同意")})
    code = forms.CharField(
        label=gettext_lazy("手机验证码"),
        max_length=12,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code", "data-narrow": True}),
    )

    def __init__(self, subject_act: Act, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if subject_act.step.ask:
            self.fields["agreed"].label = _(subject_act.step.ask)
        else:
            del self.fields["agreed"]
        if not subject_act.step.needs_proof(subject_act):
            del self.fields["code"]


@acting()
def case_step(request: HttpRequest, actor: Actor, pk: UUID, step: str) -> HttpResponse:
    return fill(request, on_case(actor, pk, step))


@acting()
def case_confirm(request: HttpRequest, actor: Actor, pk: UUID, step: str) -> HttpResponse:
    related = () if request.method == "POST" else RELATED  # the door reads them again, after the lock
    return confirm(request, on_case(actor, pk, step, related))


@acting()
def start_step(request: HttpRequest, actor: Actor, flow: str, step: str, kind: str, pk: UUID) -> HttpResponse:
    return fill(request, starting(actor, flow, step, kind, pk))


@acting()
def start_confirm(request: HttpRequest, actor: Actor, flow: str, step: str, kind: str, pk: UUID) -> HttpResponse:
    return confirm(request, starting(actor, flow, step, kind, pk))


def fill(request: HttpRequest, subject: Subject) -> HttpResponse:
    """The form. A step that asks nothing goes straight to its confirmation."""
    if request.method == "POST" and (answered := repeated(request, subject)):
        return answered
    if refusal := subject.refusal():
        return refused(request, subject, refusal)
    if not subject.step.needs:
        return confirm(request, subject)
    if request.method != "POST":
        return ask(request, subject, [form_class(n)(initial=prefill(subject)) for n in subject.step.needs])
    raw = answers(request)
    bound = [form_class(need)(data=raw) for need in subject.step.needs]
    valid = [form.is_valid() and printable(form) for form in bound]  # every form, so that every error is shown
    if not all(valid):
        return ask(request, subject, bound, 422)
    if not subject.step.shows:
        return act(request, subject, raw)
    save_draft(subject, raw)
    return redirect(subject.confirm_url)


def printable(form: NeedForm) -> bool:
    """What becomes part of a paper must be printable before anybody signs it: a missing glyph is said at its field."""
    answers = list(form.cleaned_data.items()) if form.need.keep is Keep.TERMS else []
    for name, value in answers:
        wrong = [*glyphs.missing(value), *glyphs.invisible(value)] if isinstance(value, str) else []
        if wrong:
            shown = "".join(dict.fromkeys(wrong))[:20]
            form.add_error(name, _("含有不能印在协议书上的字符“%(which)s”，请改用其他文字") % {"which": shown})
    return form.is_valid()


def ask(request: HttpRequest, subject: Subject, bound: list[NeedForm], status: int = 200) -> HttpResponse:
    step, form = subject.step, bound[0]
    label = _("下一步：核对") if step.shows else _(step.again if step.again and subject.case.parent else step.label)
    page = StepPage(
        title=title_of(subject),
        lead=_(step.explain) if step.explain else "",
        back=Link(_("返回"), subject.back),
        path=path_of(subject.case),
        panels=exact.about(subject),
        form=form,
        fieldsets=fieldsets(form.need),
        hidden=[("key", request.POST.get("key") or str(new_id()))],
        act=Button(label, method="submit", primary=step.tone != "danger" or step.shows, danger=step.tone == "danger"),
        cancel=Link(_("取消"), subject.back),
        saved=saved(subject),
    )
    return show(request, page, status)


def fieldsets(need: Need) -> list[Fieldset]:
    groups: dict[str, list[str]] = {}
    for field in need.fields:
        groups.setdefault(field.group, []).append(field.name)
    return [Fieldset(_(title), names) for title, names in groups.items() if title]


def saved(subject: Subject) -> str:
    draft = Draft.objects.filter(owner=subject.actor.user, subject=subject.draft_key).first()
    if draft is None:
        return ""
    return _("已保存 %(at)s · 还未提交") % {"at": clock(draft.saved_at)}


def save_draft(subject: Subject, raw: dict[str, str]) -> None:
    """What was typed survives the proof page, another tab, another device."""
    Draft.objects.update_or_create(
        owner=subject.actor.user, subject=subject.draft_key, defaults={"data": raw, "saved_at": now()}
    )


def draft_of(subject: Subject) -> dict[str, str]:
    draft = Draft.objects.filter(owner=subject.actor.user, subject=subject.draft_key).first()
    return draft.data if draft else {}


def answers(request: HttpRequest) -> dict[str, str]:
    return {name: str(value) for name, value in request.POST.items() if name not in IGNORED}


def confirm(request: HttpRequest, subject: Subject) -> HttpResponse:
    """Check your answers: the exact text, the tick, the code."""
    if request.method == "POST" and (answered := submitted(request, subject) or repeated(request, subject)):
        return answered
    if refusal := subject.refusal():
        return refused(request, subject, refusal)
    raw = draft_of(subject) if subject.step.needs else {}
    try:
        content = written(subject, raw)
    except Invalid:
        return redirect(subject.url)
    except Refused as refusal:
        return refused(request, subject, refusal)
    if request.method == "POST" and "send_code" in request.POST:
        return send_code(request, subject, content)
    if request.method != "POST":
        return check(request, subject, content, ConfirmForm(subject.act(), initial={"agreed": "agreed" in request.GET}))
    form = ConfirmForm(subject.act(), data=request.POST)
    if not form.is_valid():
        return check(request, subject, content, form, 422)
    return act(request, subject, raw, content, form)


def submitted(request: HttpRequest, subject: Subject) -> HttpResponse | None:
    """Straight to the door, which checks everything under the lock, where nothing was asked and the form is complete."""
    if subject.step.needs or "send_code" in request.POST:
        return None
    form = ConfirmForm(subject.act(), data=request.POST)
    return act(request, subject, {}, form=form) if form.is_valid() else None


def written(subject: Subject, raw: dict[str, str]) -> dict[str, Any]:
    """The content the step would sign: computed exactly as the door will, so that the hashes agree."""
    act_now = subject.act(raw)
    kept = clean_all(subject.step.needs, raw)
    act_now.given = {name: value for found in kept.values() for name, value in found.items()}
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
    change = subject.url if step.needs else ""
    whom = [] if "graduate" in content else exact.about(subject)  # an invitation's text does not name the graduate
    page = StepPage(
        title=title_of(subject),
        lead=_(step.explain) if step.explain else "",
        back=Link(_("返回修改") if step.needs else _("返回"), subject.url if step.needs else subject.back),
        path=path_of(subject.case),
        alerts=[*alerts, *exact.warnings(content)],
        panels=[*whom, *answer_panels(subject, change), *exact.panels(content, change)],
        exact=exact.full(content) if step.shows else None,
        form=form,
        confirm="agreed" if "agreed" in form.fields else "",
        proof=code_proof(request, subject, form),
        hidden=[("key", request.POST.get("key") or str(new_id())), ("seen", digest(content) if step.shows else "")],
        act=Button(_(step.label), method="submit", primary=step.tone != "danger", danger=step.tone == "danger"),
        cancel=Link(_("再想想"), subject.back),
    )
    return show(request, page, status)


def answer_panels(subject: Subject, change: str) -> list[Panel]:
    """What was answered and is kept beside the event rather than in the text."""
    found: list[Panel] = []
    cited = subject.step.cites(subject.case) if subject.step.cites else None
    if cited:
        words = [Fact(*row, long=True) for row in said(subject.case, cited)]
        found.append(Facts(_(subject.case.chart.steps[cited.step].label), words))
    for need in subject.step.needs:
        if need.keep is not Keep.TERMS:
            form = form_class(need)(data=draft_of(subject))
            rows = facts(need, form.answers()) if form.is_valid() else []
            found.append(Facts(_(need.title), [Fact(*row, long=True) for row in rows], change_url=change))
    return found


def code_proof(request: HttpRequest, subject: Subject, form: ConfirmForm) -> CodeProof | None:
    if "code" not in form.fields:
        return None
    proof = issued(request, subject.draft_key)
    wait = proofs.wait_seconds(subject.actor.user)
    return CodeProof(form["code"], sent_to(proof) if proof else "", wait_seconds=wait)


def sent_to(proof: Proof) -> str:
    """Where the code went, masked."""
    channel = CHANNELS[proof.method]
    return channel.masked(channel.address(proof.user))


def issued(request: HttpRequest, key: str) -> Proof | None:
    """The code last sent for this step, while it can still be entered."""
    pk = request.session.get(f"proof:{key}")
    return proofs.ISSUED.first(UUID(pk)) if pk else None


def send_code(request: HttpRequest, subject: Subject, content: dict[str, Any]) -> HttpResponse:
    step = f"{subject.case.flow}.{subject.step.name}"
    items = [proofs.item(subject.act(), digest(content))]
    whom = other_side(subject.case, subject.actor.membership)
    deliver_code(request, subject.actor, step, items, f"{_(subject.step.label)}（{whom}）", subject.draft_key)
    ticked = "?agreed=on" if "agreed" in request.POST else ""
    return redirect(f"{request.path}{ticked}#id_code")


def deliver_code(request: HttpRequest, actor: Actor, step: str, items: list[str], label: str, key: str) -> None:
    """Issue and send a code; a limit is said, nothing typed is lost."""
    try:
        by = deliver.code_channel(actor.user)
        proof, code = proofs.issue(actor.user, step, items, by)
        deliver.send_code(actor.user, code, label, by)
    except Refused as refusal:
        messages.warning(request, str(refusal))
        return
    request.session[f"proof:{key}"] = str(proof.pk)


def repeated(request: HttpRequest, subject: Subject) -> HttpResponse | None:
    """The stored answer when this very post was answered before: a double click, a lost reply."""
    key = request.POST.get("key", "")
    if not key or "send_code" in request.POST:
        return None
    try:
        location = earlier(subject.actor.user, key[:64], answers(request))
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
        proof = entered(request, subject, form)
        location = once(
            subject.actor.user,
            request.POST.get("key", str(new_id()))[:64],
            answers(request),
            lambda: acted(request, subject, raw, proof),
        )
    except NotYours as gone:
        raise Http404 from gone
    except Invalid as invalid:
        return ask(request, subject, list(invalid.forms), 422)  # type: ignore[arg-type]
    except (NeedsProof, Stale, Refused) as refusal:
        return again(request, subject, raw, content, form, refusal)
    return redirect(location)


def acted(request: HttpRequest, subject: Subject, raw: dict[str, str], proof: Proof | None) -> str:
    event = subject.take(raw, request.POST.get("seen", ""), proof)
    if subject.step.needs:
        Draft.objects.filter(owner=subject.actor.user, subject=subject.draft_key).delete()
    messages.success(request, done_sentence(subject.actor, event))
    if event.flow == "reopening" or event.flow == "certification":
        return subject.back
    return reverse("case", args=[event.case_id])


def entered(request: HttpRequest, subject: Subject, form: ConfirmForm | None) -> Proof | None:
    """The proof whose code was typed; a wrong code is refused before anything else is tried."""
    if form is None or "code" not in form.fields:
        return None
    proof = issued(request, subject.draft_key)
    if proof is None:
        raise CodeRefused("请先点“发送验证码”，再填写收到的 6 位数字。")
    proofs.verify(proof, form.cleaned_data["code"], subject.moment)
    return proof


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
        fresh = on_case(subject.actor, UUID(subject.key), subject.step.name) if subject.case.version else subject
        return check(request, fresh, written(fresh, raw), ConfirmForm(fresh.act()), 409, (Alert("warn", str(refusal)),))
    if isinstance(refusal, CodeRefused):
        form.add_error("code", str(refusal))
        return check(request, subject, content or written(subject, raw), form, 422)
    return refused(request, subject, refusal)


def refused(request: HttpRequest, subject: Subject, refusal: Refused) -> HttpResponse:
    """The rule's own sentence, and the way back."""
    page = StepPage(
        title=title_of(subject),
        back=Link(_("返回"), subject.back),
        alerts=[Alert("warn", _("现在不能办理"), str(refusal))],
        act=Button(_("返回查看"), subject.back, primary=True),
    )
    return show(request, page, refusal.status if request.method == "POST" else 200)
