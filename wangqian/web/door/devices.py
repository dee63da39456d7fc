"""登录设备: where one is logged in, since when; ending one of them, or all others."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from allauth.usersessions.models import UserSession
from allauth.usersessions.views import ListUserSessionsView
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from wangqian.people.clock import SHANGHAI
from wangqian.people.models import User
from wangqian.web.door import agents
from wangqian.web.door.ours import Ours
from wangqian.web.factors.fresh import fresh
from wangqian.web.lists import Cell, Column, Row, Table
from wangqian.web.middleware import address
from wangqian.web.pages import PlainPage
from wangqian.web.panels import Button, Link, Tag


class DevicesView(Ours, ListUserSessionsView):  # type: ignore[misc]
    """GET lists them; POST ends all others."""

    def get_context_data(self, **named: Any) -> dict[str, Any]:
        return {"form": named.get("form") or self.get_form()}

    def form_valid(self, form: Any) -> HttpResponse:
        form.save(self.request)
        messages.success(self.request, _("其他设备上的登录都已退出。"))
        return redirect("usersessions_list")

    def page(self, form: Any) -> PlainPage:
        found = UserSession.objects.purge_and_list(self.request.user)
        found.sort(key=lambda one: (not one.is_current(), -one.last_seen_at.timestamp()))
        rows = [row(one) for one in found]
        columns = [Column(_("设备")), Column(_("登录时间")), Column(_("最近使用")), Column(_("网络地址"))]
        others = Button(_("退出其他所有设备"), reverse("usersessions_list"), "post", danger=True)
        return PlainPage(
            title=_("登录设备"),
            lead=_("不认识的设备请立即退出它，并修改密码。"),
            back=Link(_("返回"), reverse("account")),
            panels=[Table(_("已登录的设备"), columns, rows)],
            buttons=[others] if len(rows) > 1 else [],
        )


def row(one: UserSession) -> Row:
    here = one.is_current()
    cells = [
        Cell(agents.words(one.user_agent), tag=Tag(_("本机"), "ok") if here else None),
        Cell(spelled(one.created_at)),
        Cell(spelled(one.last_seen_at)),
        Cell(one.ip),
    ]
    end = Button(_("退出"), reverse("end-session", kwargs={"pk": one.pk}), "post")
    return Row(cells, buttons=[] if here else [end])


def spelled(moment: datetime) -> str:
    return moment.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M")


@login_required
@require_POST
@fresh
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """One of his own; anybody else's does not exist."""
    one = UserSession.objects.filter(user=request.user, pk=pk).first()
    if one is None:
        raise Http404
    if one.is_current():
        return redirect("usersessions_list")
    one.end()
    messages.success(request, _("已退出那台设备上的登录。"))
    return redirect("usersessions_list")


def begun(request: HttpRequest, user: User) -> None:
    """A new line in the list of sessions; lines of sessions that cannot live any more go."""
    gone = timezone.now() - timedelta(seconds=settings.SESSION_COOKIE_AGE)
    UserSession.objects.filter(user=user, created_at__lt=gone).delete()
    agent = request.META.get("HTTP_USER_AGENT", "")[:200]
    key = request.session.session_key or ""
    UserSession.objects.create(user=user, ip=address(request) or "0.0.0.0", session_key=key, user_agent=agent)


def keep_session(request: HttpRequest, user: User) -> None:
    """After a change that ends every session: this one goes on, under a new key."""
    update_session_auth_hash(request, user)
    follow(request)


def new_key(request: HttpRequest) -> None:
    """A new key for this session: at login and at every step-up, so that nobody goes on with one he was given before."""
    request.session.cycle_key()
    follow(request)


def follow(request: HttpRequest) -> None:
    """The list of sessions knows this one by its new key; the row of the old one goes."""
    UserSession.objects.create_from_request(request)


def listed(request: HttpRequest) -> HttpResponse:
    """Reading the list is free; ending the others takes a fresh confirmation."""
    view = DevicesView.as_view()
    return fresh(view)(request) if request.method == "POST" and request.user.is_authenticated else view(request)
