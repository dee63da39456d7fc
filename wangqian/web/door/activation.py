"""激活账号 (flows.md §11): facts identify, the code to his phone proves, then the graduate sets his own password.

Whether the facts were right is never said: both ways lead to the page that asks for the code.
"""

from __future__ import annotations

from uuid import UUID

from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.models import Login
from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from wangqian.chart.words import Refused
from wangqian.flows import activating
from wangqian.notices import deliver
from wangqian.people import knocks, limits
from wangqian.people.identity import masked_phone
from wangqian.people.models import User
from wangqian.people.passwords import facts_of_graduate
from wangqian.web import challenge
from wangqian.web.door import asking
from wangqian.web.door.by_slip import ask_new, send_new
from wangqian.web.door.devices import keep_session
from wangqian.web.door.facts import KEY, PURPOSE, FactsForm, Trying, graduate_of, reachable
from wangqian.web.door.password import PasswordFields
from wangqian.web.doors import LoginPage
from wangqian.web.equal import in_equal_time
from wangqian.web.frame import show
from wangqian.web.outside import known
from wangqian.web.panels import Alert, Button, CodeProof, Link
from wangqian.web.wording import clock

NOBODY = UUID(int=0)

# --- who I am ----------------------------------------------------------------------------------------


@in_equal_time
def begin(request: HttpRequest) -> HttpResponse:
    """School, name, number; then a code to the phone the school has, if that is somebody who may activate."""
    form = FactsForm(request.POST if request.method == "POST" else None, initial=known.facts(request))
    if request.method != "POST" or not form.is_valid():
        return ask_facts(request, form, 422 if form.errors else 200)
    trying = Trying(form.target())
    try:
        found = form.graduate()
        send(request, form, trying, found.pk if found else None)
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return ask_facts(request, form, refusal.status)
    known.forget(request)
    return redirect("activate-code")


def send(request: HttpRequest, form: challenge.Challenged, trying: Trying, graduate: UUID | None) -> None:
    """Ask for a code, for nobody as for somebody. Raises `Refused` by what was typed and by the device.

    Whether there is an account, whose it is and whether it is in use, the worker sees (notices/knocks.py): here nothing is
    locked, looked up or made that is not for nobody.
    """
    reachable()
    challenge.require(request, form, limits.spelled(trying.target))
    trying.graduate = str(graduate) if graduate else ""
    row = asking.leave(request, PURPOSE, trying.target, (here(request), "sms"), graduate=graduate or NOBODY)
    trying.knock = str(row.pk)
    trying.keep(request)


def here(request: HttpRequest) -> User | None:
    return request.user if isinstance(request.user, User) else None


def ask_facts(request: HttpRequest, form: FactsForm, status: int = 200) -> HttpResponse:
    page = LoginPage(
        title=_("激活账号"),
        lead=_("第一次使用时，用学校登记的信息和手机激活账号，并设置您自己的密码。"),
        back=Link(_("返回登录"), reverse("account_login")),
        alerts=known.alerts(request),
        form=form,
        act=Button(_("获取验证码"), method="submit", primary=True),
        others=[Button(_("我有学院发的激活码"), reverse("activate-slip"))],
        help=[_("验证码发到学校登记的手机。手机号已停用、登记有误，或今天不能再获取验证码的，请带证件到学院办理，领取激活码。")],
    )
    return show(request, page, status)


# --- the code ----------------------------------------------------------------------------------------


@in_equal_time
def code(request: HttpRequest) -> HttpResponse:
    """Enter the code, or ask for another one."""
    trying = Trying.of(request)
    if trying is None:
        return redirect("activate")
    if trying.proven:  # the other tab, or the way back
        return redirect("activate-password")
    form = asking.CodeForm(request.POST if request.method == "POST" else None)
    if request.method != "POST" or not form.is_valid():
        return ask_code(request, form, trying, 422 if form.errors else 200)
    try:
        if "send_code" in request.POST:
            again(request, form, trying)
            return redirect("activate-code")
        user = proven(trying, form.cleaned_data["code"])
    except Refused as refusal:
        form.add_error("code", str(refusal))
        return ask_code(request, form, trying, refusal.status)
    trying.proven = True
    trying.keep(request)
    return redirect("activate-password") if user.activated_at is None else enter(request, trying, None)


def again(request: HttpRequest, form: asking.CodeForm, trying: Trying) -> None:
    """Another code. Raises `Refused`."""
    found = graduate_of(trying) if trying.slip else None
    if found is None:
        send(request, form, trying, UUID(trying.graduate) if trying.graduate else None)
        return
    reachable()
    challenge.require(request, form, limits.spelled(trying.target))
    send_new(request, trying, found)


def proven(trying: Trying, typed: str) -> User:
    """Whose code it is; now the slip is spent, if there is one.

    An account that was never in use, or that the slip took from its holder, gets its password next; one in use keeps its own.
    The phones the slip left behind are told, as whoever stood at the counter was perhaps not their owner.
    """
    row, found = knocks.enter(PURPOSE, trying.knock, typed), graduate_of(trying)
    if row.user is None or found is None:
        raise knocks.CodeRefused(knocks.STALE, again=True)
    if not trying.slip:
        return row.user
    with transaction.atomic():
        user, before = activating.accept_slip(found, trying.slip, row.target)
        for each, left in enumerate(before):
            deliver.farewell(left, "sms", f"slip:{row.pk}:{each}")
    return user


def ask_code(request: HttpRequest, form: asking.CodeForm, trying: Trying, status: int = 200) -> HttpResponse:
    if trying.slip:
        return ask_new(request, form, trying, status)
    page = LoginPage(
        title=_("填写验证码"),
        lead=_("如果填写的信息与学校登记的一致，而且账号还没有激活，验证码会在 1 分钟内送到登记的手机，10 分钟内有效。"),
        back=Link(_("返回修改"), reverse("activate")),
        alerts=asking.demo(PURPOSE, trying.knock),
        form=form,
        proof=CodeProof(form["code"], again=True, wait_seconds=limits.wait("code-minute", limits.spelled(trying.target))),
        act=Button(_("下一步"), method="submit", primary=True),
        help=[
            _("没有收到？请核对上一页的信息；已经激活过的，请直接登录或找回密码。"),
            _("登记的手机号已停用，或今天一直收不到验证码的，请带证件到学院办理，领取激活码。"),
        ],
        links=[Link(_("直接登录"), reverse("account_login")), Link(_("找回密码"), reverse("account_reset_password"))],
    )
    return show(request, page, status)


# --- the password ------------------------------------------------------------------------------------


def password(request: HttpRequest) -> HttpResponse:
    """Only after the code; the password knows nothing of his data."""
    trying = Trying.of(request)
    found = graduate_of(trying) if trying and trying.proven else None
    if trying is None or found is None:
        return redirect("activate")
    if knocks.used(PURPOSE, trying.knock) is None:
        return late(request)
    form = PasswordFields(request.POST if request.method == "POST" else None, facts=facts_of_graduate(found))
    if request.method == "POST" and form.is_valid():
        return enter(request, trying, form.cleaned_data["password1"])
    page = LoginPage(
        title=_("设置密码"),
        lead=_("%(name)s，您好。请设置以后登录用的密码。") % {"name": found.name},
        form=form,
        act=Button(_("激活并进入"), method="submit", primary=True),
    )
    return show(request, page, 422 if form.errors else 200)


def enter(request: HttpRequest, trying: Trying, chosen: str | None) -> HttpResponse:
    """Make it his account and let him in, by the same stages as any login."""
    found, row = graduate_of(trying), knocks.used(PURPOSE, trying.knock)
    if found is None or row is None or row.user is None:
        return late(request)
    del request.session[KEY]
    try:
        membership = activating.activate(row.user, found, chosen)
    except Refused as refusal:
        return refused(request, refusal)
    messages.success(request, welcome(membership.user, chosen))
    if request.user.is_authenticated and request.user.pk == membership.user_id:
        keep_session(request, membership.user)
        return redirect("switch")
    record_authentication(request, membership.user, method="code")
    answer: HttpResponse = perform_login(request, Login(user=membership.user, redirect_url=reverse("home")))
    return answer


def late(request: HttpRequest) -> HttpResponse:
    """The code was entered too long ago: nothing is kept of what was typed."""
    del request.session[KEY]
    messages.warning(request, _("离填写验证码的时间过长，密码没有保存，账号还没有激活。请重新获取验证码。"))
    return redirect("activate")


def welcome(user: User, chosen: str | None) -> str:
    """What happened, and by what he comes in next time."""
    if chosen is None:
        return _("激活完成，这个账号现在也有毕业生身份；登录方式和密码不变。")
    done = _("账号已激活。以后用手机号 %(phone)s 和刚才设置的密码登录。") % {"phone": masked_phone(user.phone)}
    return done + (waits(user) if user.binding_from else "")


def waits(user: User) -> str:
    """After a slip: from when he may bind himself."""
    assert user.binding_from is not None
    return _("为防他人冒用，%(opens)s 之前不能应约、签约。") % {"opens": clock(user.binding_from)}


def refused(request: HttpRequest, refusal: Refused) -> HttpResponse:
    page = LoginPage(
        title=_("没有激活"),
        alerts=[Alert("warn", _("现在不能激活"), str(refusal))],
        form=forms.Form(),
        act=Button(_("返回登录"), reverse("account_login"), primary=True),
    )
    return show(request, page, 409)
