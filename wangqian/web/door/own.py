"""Changing one's own phone or e-mail address: proven by a device of his or a code to the old one, then by a code to the new one."""

from __future__ import annotations

import copy
import time
from dataclasses import replace

from django.contrib import messages
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from wangqian.chart.words import Refused
from wangqian.flows.corrections import SELF, Why, renew
from wangqian.notices import deliver
from wangqian.people import knocks, limits
from wangqian.people.clock import now
from wangqian.people.models import AccessLog, Actor, Membership, User
from wangqian.web import challenge, proving
from wangqian.web.door import asking, device
from wangqian.web.door.own_form import KINDS, PURPOSE, EnterForm, Kind, NewForm
from wangqian.web.frame import acting, before_confirming, show
from wangqian.web.pages import StepPage
from wangqian.web.panels import Button, CodeProof, Link

SESSION = "own_contact"
TAKEN = gettext_noop("这个号码或邮箱已经是另一个账号的登录方式，不能再用。如果那也是您本人的账号，请联系平台。")
RENEWED = gettext_noop("先确认是您本人，再验证新的。以后的验证码和通知发到新的，登录也用新的。")
NOTED = gettext_noop("下面是登记的，还没有验证过。确认是您本人、验证之后，可以用它登录和找回密码。不对的话，请直接改成您现在用的。")
CHANGED = gettext_noop("获取验证码之后又有改动，请重新获取。")


def change_page(request: HttpRequest, actor: Actor, what: str) -> HttpResponse:
    kind = KINDS[what]
    form = NewForm(kind, request.POST if request.method == "POST" else None, unproven(actor.user, kind))
    if not form.is_valid():
        return ask(request, actor, form)
    asked = proving.Asked(actor, "people.contact", form.items(), what, _("修改联系方式"), CHANGED)
    if proving.begins(request):
        return proving.begin(request, asked) or ask(request, actor, form)
    try:
        proof = proving.entered(request, asked, form.cleaned_data)
        if form.same and proof.method == kind.channel:  # the code came to the very one that is proven
            return moved(request, actor, kind, form.cleaned_data["value"])
        send(request, form, actor.user, kind, form.cleaned_data["value"])
    except Refused as refusal:
        form.add_error("value" if isinstance(refusal, limits.Over | challenge.Stale) else "code", str(refusal))
        return ask(request, actor, form)
    return redirect("own-contact-enter")


def unproven(user: User, kind: Kind) -> str:
    """What somebody else wrote down stands in the field, to be proven as it is; "" where his own is proven."""
    return "" if getattr(user, f"{kind.column}_proven_at") else str(getattr(user, kind.column))


def by(request: HttpRequest, actor: Actor, form: NewForm) -> CodeProof:
    """The first code goes to the phone that is changed, not to the new one."""
    panel = proving.panel(request, actor, form.kind.column, form["code"])
    if not panel.sends or panel.note or form.kind.column != "phone" or form.same:
        return panel
    return replace(panel, note=_("验证码发到您现在的手机，不是新填的号码。"))


def ask(request: HttpRequest, actor: Actor, form: NewForm) -> HttpResponse:
    page = StepPage(
        title=form.title(),
        lead=_(NOTED if form.same else RENEWED),
        back=Link(_("返回"), reverse("account")),
        form=form,
        proof=by(request, actor, form),
        act=Button(_("下一步"), method="submit", primary=True),
        cancel=Link(_("取消"), reverse("account")),
    )
    return show(request, page, 422 if form.errors else 200)


def send(request: HttpRequest, form: challenge.Challenged, user: User, kind: Kind, value: str) -> None:
    """A code to the new one; what it is stays in the session until the code comes back. Raises `limits.Over`, `challenge.Stale`.

    Whoever has the number was not asked, so it takes what a stranger's message takes.
    """
    challenge.require(request, form, limits.spelled(value))
    limits.spend("code-device", device.of(request).number)
    for limit in asking.PER_TARGET:
        limits.spend(limit, limits.spelled(value))
    row = knocks.knock(PURPOSE, user, kind.channel, target=value)
    request.session[SESSION] = {"what": kind.column, "value": value, "knock": str(row.pk), "at": int(time.time())}


def enter_page(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The code that came to the new phone or address."""
    waiting = request.session.get(SESSION)
    if not waiting or time.time() - waiting["at"] > 2 * knocks.LIVES.total_seconds():
        return redirect("account")
    kind, form = KINDS[waiting["what"]], EnterForm(request.POST if request.method == "POST" else None)
    if request.method != "POST" or not form.is_valid():
        return enter(request, kind, form, waiting)
    try:
        if "send_code" in request.POST:
            send(request, form, actor.user, kind, waiting["value"])
            return redirect("own-contact-enter")
        knocks.enter(PURPOSE, waiting["knock"], form.cleaned_data["code"])
        answer = moved(request, actor, kind, waiting["value"])
    except Refused as refusal:
        form.add_error("code", str(refusal))
        return enter(request, kind, form, waiting)
    del request.session[SESSION]
    return answer


def moved(request: HttpRequest, actor: Actor, kind: Kind, value: str) -> HttpResponse:
    """It is his from now on, and he is told which. Raises `Refused`."""
    said = _("%(value)s 已验证。") if value == getattr(actor.user, kind.column) else _("已改为 %(value)s。")
    move(actor, kind, value)
    messages.success(request, said % {"value": kind.mask(value)})
    return redirect("account")


def enter(request: HttpRequest, kind: Kind, form: EnterForm, waiting: dict[str, str]) -> HttpResponse:
    value = waiting["value"]
    page = StepPage(
        title=str(kind.proving[1]),
        lead=_("验证码已发到 %(to)s，10 分钟内有效。") % {"to": kind.mask(value)},
        back=Link(_("返回"), reverse("account")),
        alerts=asking.demo(PURPOSE, waiting["knock"]),
        form=form,
        proof=CodeProof(form["code"], kind.mask(value), wait_seconds=limits.wait("code-minute", limits.spelled(value))),
        act=Button(_("保存"), method="submit", primary=True),
        cancel=Link(_("取消"), reverse("account")),
    )
    return show(request, page, 422 if form.errors else 200)


def move(actor: Actor, kind: Kind, value: str) -> None:
    """Account and roster rows together; the old one is told, and every channel, unless it stays and is only proven.

    `Refused` when it is another's.
    """
    before, key = copy.copy(actor.user), f"{kind.column}:{now():%Y%m%d%H%M%S%f}"
    try:
        with transaction.atomic():
            for membership in Membership.objects.filter(user=actor.user, graduate__isnull=False).order_by("graduate"):
                correct(actor, membership, kind, value)
            user = User.objects.select_for_update(no_key=True).get(pk=actor.user.pk)
            stays = getattr(user, kind.column) == value
            setattr(user, kind.column, value)
            setattr(user, f"{kind.column}_proven_at", now())
            user.save(update_fields=[kind.column, f"{kind.column}_index", f"{kind.column}_proven_at"])
            if not stays:
                deliver.message(user, "contact_changed", {}, key=key, path="/account/")
                deliver.farewell(before, kind.channel, f"old:{key}")
    except IntegrityError as taken:
        raise Refused(TAKEN) from taken


def correct(actor: Actor, membership: Membership, kind: Kind, value: str) -> None:
    """His row on the roster says the same; noted where he sees it."""
    assert membership.graduate_id and membership.graduate
    if getattr(membership.graduate, kind.column) == getattr(actor.user, kind.column) == value:
        return  # only proven
    graduate = renew(membership.graduate_id, kind.column, value, Actor(membership, actor.ip, actor.agent), Why(SELF))
    AccessLog.objects.create(
        actor=actor.user, membership=membership, subject=graduate, what="contact_changed", ip=actor.ip or None, at=now()
    )


phone = acting()(before_confirming(lambda request, actor: change_page(request, actor, "phone")))
email = acting()(before_confirming(lambda request, actor: change_page(request, actor, "email")))
entered = acting()(before_confirming(enter_page))
