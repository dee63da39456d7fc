"""Pages anybody may see: start, errors; and the demo's way in."""

from __future__ import annotations

import sys
from uuid import UUID

import structlog
from allauth.account.internal.flows.login import record_authentication
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth import login
from django.db import OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from wangqian.notices import link_codes, queries
from wangqian.notices.channels import CHANNELS
from wangqian.notices.models import Notice
from wangqian.notices.templates import LINK_SENT
from wangqian.people.models import Membership
from wangqian.web import demo
from wangqian.web.door.gates import ENTERED
from wangqian.web.doors import EnterAs, Entry, ErrorPage, StartPage
from wangqian.web.frame import show
from wangqian.web.lists import Cell, Column, Row, Table
from wangqian.web.middleware import SESSION_KEY, actor_in
from wangqian.web.pages import PlainPage
from wangqian.web.panels import Button, EmptyState, Link
from wangqian.web.requests import number_of
from wangqian.web.switching import of_another

log = structlog.get_logger(__name__)


@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """学生登录 / 单位登录 / 学校登录; in the demo also "enter as"."""
    if actor_in(request) is not None:
        return redirect("home")
    student, employer, school = (f"{reverse('account_login')}?as={who}" for who in ("student", "employer", "school"))
    page = StartPage(
        title=_("毕业生网上签约与去向登记"),
        lead=_("毕业生、用人单位和学校在这里签订就业协议，一次填写，各方可查。"),
        entries=[
            Entry(
                title=_("学生登录"),
                sentence=_("查看邀请、签约、下载协议书"),
                button=Button(_("学生登录"), student, primary=True),
                icon="user",
            ),
            Entry(
                title=_("单位登录"),
                sentence=_("发起签约邀请，查看办理进度"),
                button=Button(_("单位登录"), employer),
                icon="building",
            ),
            Entry(
                title=_("学校登录"), sentence=_("导入生源，审核签约"), button=Button(_("学校登录"), school), icon="school"
            ),
        ],
        enter_as=enter_as() if settings.DEMO else (),
        enter_note=_("点一下就以这个人的身份进入；随时可以退出换一个人。"),
        links=[Link(_("核验一份协议书"), reverse("verify")), Link(_("操作手册"), reverse("guide"))],
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
    request.session[SESSION_KEY], request.session[ENTERED] = str(membership.pk), "demo"
    record_authentication(request, membership.user, "demo")
    UserSession.objects.create_from_request(request)
    return redirect("home")


# --- demo --------------------------------------------------------------------------------------------


@require_safe
def demo_messages(request: HttpRequest) -> HttpResponse:
    """Demo only: every message "sent"."""
    if not settings.DEMO:
        raise Http404
    found = [
        (one.created_at, str(CHANNELS[one.channel].label()), receiver(one), one.subject, one.body)
        for one in queries.all_messages()[:200]
    ]
    found = sorted([*found, *link_codes.shown()], reverse=True)
    rows = [
        Row([Cell(at.astimezone().strftime("%m-%d %H:%M:%S")), Cell(channel), Cell(to), Cell(subject, note=body)])
        for at, channel, to, subject, body in found
    ]
    columns = [Column(_("时间")), Column(_("渠道")), Column(_("收件人")), Column(_("内容"))]
    table = Table(_("全部消息"), columns, rows)
    empty = EmptyState(_("还没有消息"), _("办理任何一步之后，通知会出现在这里。"))
    page = PlainPage(
        title=_("“已发送”的消息"),
        lead=_("演示环境里短信、邮件和微信消息不会真的发出，都列在这里。"),
        back=Link(_("返回"), reverse("home")),
        panels=[table] if rows else [empty],
    )
    return show(request, page)


def receiver(notice: Notice) -> str:
    """A capability link goes to a phone of nobody with an account."""
    return notice.address if notice.template == LINK_SENT else notice.recipient.name


# --- errors ------------------------------------------------------------------------------------------


def error(
    request: HttpRequest, status: int, code: str, title: str, *sentences: str, instead: Link | None = None
) -> HttpResponse:
    """`instead`: where what was asked for can be had."""
    buttons = [Button(instead.label, instead.url, primary=True)] if instead else []
    buttons.append(Button(_("返回首页"), reverse("start"), primary=not buttons))
    return show(request, ErrorPage(title=title, code=code, sentences=sentences, buttons=buttons), status)


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
    if instead := of_another(request):
        words = [_("这个事项属于您的另一个身份。")]
        if request.method == "POST":
            words.append(_("刚才的内容没有提交。请先切换身份，再返回上一页重新提交，填写的内容还在那一页。"))
        return error(request, 404, "404", _("找不到这个页面"), *words, instead=instead)
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
    """Where even the page of the error cannot be drawn, its words alone."""
    quoted = _("错误编号 %(number)s：联系客服时报出它，便于查找原因。") % {"number": number_of(request)}
    try:
        return failed(request, quoted)
    except Exception as problem:
        log.error("error page not drawn", exc_info=problem)
        words = f"{_('系统出了问题，没有办理')}\n{quoted}\n"
        return HttpResponse(words, status=500, content_type="text/plain; charset=utf-8")


def failed(request: HttpRequest, quoted: str) -> HttpResponse:
    """Plain and without the database: it may be the database that failed. A full queue is a 503, not a bug."""
    request.actor = None  # type: ignore[attr-defined]
    if isinstance(sys.exc_info()[1], OperationalError):
        said = _("办理的人很多，刚才的操作没有生效。请过几秒再提交一次；同一次提交不会重复办理。")
        busy = error(request, 503, "503", _("系统正忙，没有办理"), said, quoted)
        busy.headers["Retry-After"] = "5"
        return busy
    return error(
        request,
        500,
        "500",
        _("系统出了问题，没有办理"),
        _("刚才的操作没有生效，您可以稍后再试；管理员已能看到这个错误。"),
        quoted,
    )
