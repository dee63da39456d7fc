"""Pages anybody may see: start, login, verification, errors; and the demo's way in."""

from __future__ import annotations

import sys
from datetime import timedelta
from uuid import UUID

from django import forms
from django.conf import settings
from django.contrib.auth import authenticate, login, logout
from django.db import OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from wangqian.chart.words import Refused
from wangqian.codes import serial
from wangqian.documents import verify as verification
from wangqian.notices import queries
from wangqian.notices.channels import CHANNELS
from wangqian.people.clock import now
from wangqian.people.identity import keyed
from wangqian.people.models import Capacity, Membership, Throttle, User
from wangqian.web import demo
from wangqian.web.doors import EnterAs, Entry, ErrorPage, LoginPage, StartPage, Verified, VerifyPage
from wangqian.web.frame import show
from wangqian.web.lists import Cell, Column, Row, Table
from wangqian.web.menus import LABELS
from wangqian.web.middleware import SESSION_KEY, actor_in, address
from wangqian.web.pages import PlainPage
from wangqian.web.panels import Alert, Button, EmptyState, Fact, Link, Tag

LOGIN_TRIES, LOGIN_WINDOW_MINUTES = 10, 15


@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """学生登录 / 单位登录 / 学校登录; in the demo also "enter as"."""
    if actor_in(request) is not None:
        return redirect("home")
    door = reverse("login")
    page = StartPage(
        title=_("毕业生网上签约与去向登记"),
        lead=_("毕业生、用人单位和学校在这里签订就业协议，一次填写，各方可查。"),
        entries=[
            Entry(
                title=_("学生登录"),
                sentence=_("查看邀请、签约、下载协议书"),
                button=Button(_("学生登录"), door, primary=True),
                icon="user",
            ),
            Entry(
                title=_("单位登录"),
                sentence=_("发起签约邀请，查看办理进度"),
                button=Button(_("单位登录"), door),
                icon="building",
            ),
            Entry(
                title=_("学校登录"), sentence=_("导入生源，审核签约"), button=Button(_("学校登录"), door), icon="school"
            ),
        ],
        enter_as=enter_as() if settings.DEMO else (),
        enter_note=_("点一下就以这个人的身份进入；随时可以退出换一个人。"),
        links=[Link(_("核验一份协议书"), reverse("verify"))],
    )
    return show(request, page)


def enter_as() -> list[EnterAs]:
    return [
        EnterAs(title, [Button(label, reverse("demo-enter"), "post", fields=[("as", str(pk))]) for pk, label in people])
        for title, people in demo.cast()
    ]


@require_POST
def enter(request: HttpRequest) -> HttpResponse:
    """Demo only: become one of the invented people."""
    if not settings.DEMO:
        raise Http404
    try:
        membership = Membership.objects.select_related("user").get(pk=UUID(request.POST.get("as", "")), active=True)
    except (ValueError, Membership.DoesNotExist) as missing:
        raise Http404 from missing
    login(request, membership.user)
    request.session[SESSION_KEY] = str(membership.pk)
    return redirect("home")


class LoginForm(forms.Form):
    account = forms.CharField(
        label=gettext_lazy("账号"), max_length=64, widget=forms.TextInput(attrs={"autocomplete": "username"})
    )
    password = forms.CharField(
        label=gettext_lazy("密码"),
        max_length=128,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


def log_in(request: HttpRequest) -> HttpResponse:
    """One neutral answer for an unknown account and a wrong password."""
    form = LoginForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        user = admitted(request, form.cleaned_data)
        if user is not None:
            login(request, user)
            return redirect(next_url(request))
        form.add_error("password", _("账号或密码不正确，请核对后再试。"))
    page = LoginPage(
        title=_("登录"),
        form=form,
        act=Button(_("登录"), method="submit", primary=True),
        help=[_("账号由学校或平台分配；忘记密码请联系学校就业部门或平台。")],
        links=[Link(_("返回首页"), reverse("start"))],
    )
    return show(request, page, 422 if form.errors else 200)


def admitted(request: HttpRequest, given: dict[str, str]) -> User | None:
    """The user, or None: too many tries and wrong words look alike."""
    key = f"login:{keyed('login', given['account'])}"
    if not Throttle.spend(key, LOGIN_TRIES, timedelta(minutes=LOGIN_WINDOW_MINUTES)):
        return None
    found = authenticate(request, username=given["account"], password=given["password"])
    return found if isinstance(found, User) else None


def next_url(request: HttpRequest) -> str:
    asked = request.GET.get("next", "")
    own = url_has_allowed_host_and_scheme(asked, allowed_hosts={request.get_host()}, require_https=request.is_secure())
    return asked if own else reverse("home")


@require_POST
def log_out(request: HttpRequest) -> HttpResponse:
    logout(request)
    return redirect("start")


def switch(request: HttpRequest) -> HttpResponse:
    """The capacity in which I act: visible, and chosen here."""
    actor = actor_in(request)
    if actor is None:
        return redirect("login")
    mine = Membership.objects.filter(user=actor.user, active=True).select_related(
        "graduate__school", "graduate__college", "employer", "school", "college"
    )
    if request.method == "POST":
        chosen = next((one for one in mine if str(one.pk) == request.POST.get("as")), None)
        if chosen is None:
            raise Http404
        request.session[SESSION_KEY] = str(chosen.pk)
        return redirect("home")
    rows = [
        Row(
            [Cell(str(LABELS[Capacity(one.kind)])), Cell(one.place())],
            buttons=[Button(_("以此身份办理"), reverse("switch"), "post", fields=[("as", str(one.pk))])],
        )
        for one in mine
    ]
    table = Table(_("我的身份"), [Column(_("身份")), Column(_("单位"))], rows)
    return show(request, PlainPage(title=_("切换身份"), back=Link(_("返回"), reverse("home")), panels=[table]))


# --- verification ------------------------------------------------------------------------------------


class VerifyForm(forms.Form):
    number = forms.CharField(label=gettext_lazy("协议书编号或核验编号"), max_length=40)
    name = forms.CharField(
        label=gettext_lazy("毕业生姓名"),
        max_length=64,
        required=False,
        help_text=gettext_lazy("按协议书编号核验时须填写"),
    )


def verify(request: HttpRequest) -> HttpResponse:
    """By number and name; a code on paper may be typed instead."""
    form = VerifyForm(request.POST if request.method == "POST" else None)
    if request.method != "POST" or not form.is_valid():
        return verify_page(request, form, status=422 if form.errors else 200)
    given, ip, viewer = form.cleaned_data, address(request), actor_in(request)
    try:
        if serial.verification_valid(serial.normal(given["number"])):
            found = verification.by_code(given["number"], ip, viewer)
        elif given["name"]:
            found = verification.by_number(given["number"], given["name"], ip, viewer)
        else:
            form.add_error("name", _("按协议书编号核验时，请填写毕业生姓名"))
            return verify_page(request, form, status=422)
    except Refused as refusal:
        return verify_page(request, form, refusal=refusal)
    return verify_page(request, form, found, "" if found else str(MISS))


MISS = gettext_lazy("没有查到相符的协议书。请核对编号和姓名，或扫描协议书上的二维码。")


@require_safe
def verify_code(request: HttpRequest, code: str) -> HttpResponse:
    """From the QR."""
    try:
        found = verification.by_code(code, ip=address(request), viewer=actor_in(request))
    except Refused as refusal:
        return verify_page(request, VerifyForm(), refusal=refusal)
    return verify_page(request, VerifyForm(), found, "" if found else str(MISS), 200 if found else 404)


def verify_page(
    request: HttpRequest,
    form: VerifyForm,
    found: verification.Facts | None = None,
    miss: str = "",
    status: int = 200,
    refusal: Refused | None = None,
) -> HttpResponse:
    page = VerifyPage(
        title=_("协议核验"),
        lead=_("核对一份就业协议书现在是否有效。查询会留下记录，毕业生本人可以看到。"),
        form=form,
        act=Button(_("核验"), method="submit", primary=True),
        action_url=reverse("verify"),
        result=verified(request, found) if found else None,
        miss=miss,
        alerts=[Alert("warn", _("现在不能查询"), str(refusal))] if refusal else [],
    )
    return show(request, page, refusal.status if refusal else status)


def verified(request: HttpRequest, found: verification.Facts) -> Verified:
    rows = [Fact(label, value) for label, value in found.rows()]
    good = found.in_force
    return Verified(
        tag=Tag(_(found.state), "ok" if good else "bad"),
        sentence=_("这份协议书现在有效。")
        if good
        else _("这份协议书现在的状态是“%(state)s”。") % {"state": _(found.state)},
        rows=rows,
        checked_at=now(),
        domain=request.get_host(),
    )


# --- demo --------------------------------------------------------------------------------------------


@require_safe
def demo_messages(request: HttpRequest) -> HttpResponse:
    """Demo only: every message "sent"."""
    if not settings.DEMO:
        raise Http404
    rows = [
        Row(
            [
                Cell(one.created_at.astimezone().strftime("%m-%d %H:%M:%S")),
                Cell(str(CHANNELS[one.channel].label())),
                Cell(one.recipient.name),
                Cell(one.subject, note=one.body),
            ]
        )
        for one in queries.all_messages()[:200]
    ]
    columns = [Column(_("时间")), Column(_("渠道")), Column(_("收件人")), Column(_("内容"))]
    table = Table(_("全部消息"), columns, rows)
    empty = EmptyState(_("还没有消息"), _("办理任何一步之后，通知会出现在这里。"))
    page = PlainPage(
        title=_("“已发送”的消息"),
        lead=_("演示环境里短信和邮件不会真的发出，都列在这里。"),
        back=Link(_("返回"), reverse("home")),
        panels=[table] if rows else [empty],
    )
    return show(request, page)


# --- errors ------------------------------------------------------------------------------------------


def error(request: HttpRequest, status: int, code: str, title: str, *sentences: str) -> HttpResponse:
    page = ErrorPage(
        title=title, code=code, sentences=sentences, buttons=[Button(_("返回首页"), reverse("start"), primary=True)]
    )
    return show(request, page, status)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form's token is missing or old: nothing happened, and the page says how to go on."""
    return error(
        request,
        403,
        "403",
        _("页面已过期，没有提交"),
        _("请返回上一页刷新后再提交；您填写的内容没有办理，也没有丢失已保存的部分。"),
    )


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return error(request, 403, "403", _("不能访问这个页面"), _("请确认您登录的身份。"))


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return error(request, 400, "400", _("请求不完整"), _("请回到首页重新操作。"))


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return error(
        request,
        404,
        "404",
        _("找不到这个页面"),
        _("地址可能有误，或者这个事项不属于您现在的身份。"),
        _("如果您有多个身份，请先在右上角切换。"),
    )


def method_not_allowed(request: HttpRequest) -> HttpResponse:
    return error(
        request, 405, "405", _("请从页面上的按钮操作"), _("这个地址不能直接打开。刚才没有办理任何事，请回到首页继续。")
    )


def server_error(request: HttpRequest) -> HttpResponse:
    """Plain and without the database: it may be the database that failed. A full queue is a 503, not a bug."""
    request.actor = None  # type: ignore[attr-defined]
    if isinstance(sys.exc_info()[1], OperationalError):
        said = _("办理的人很多，刚才的操作没有生效。请过几秒再提交一次；同一次提交不会重复办理。")
        busy = error(request, 503, "503", _("系统正忙，没有办理"), said)
        busy.headers["Retry-After"] = "5"
        return busy
    return error(
        request,
        500,
        "500",
        _("系统出了问题，没有办理"),
        _("刚才的操作没有生效，您可以稍后再试；管理员已能看到这个错误。"),
    )
