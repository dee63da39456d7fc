"""The frame around every page, and the door every view passes: who is here, in which capacity."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from wangqian.notices import queries
from wangqian.people.models import Actor, Capacity
from wangqian.web import menus
from wangqian.web.middleware import actor_in
from wangqian.web.pages import Chrome, Page
from wangqian.web.panels import Alert, Link, Tag, Tone

TONES: dict[str, Tone] = {"success": "ok", "warning": "warn", "error": "bad", "info": "info"}
View = Callable[..., HttpResponse]


def show(request: HttpRequest, page: Page, status: int = 200) -> HttpResponse:
    """A page in its frame."""
    return render(request, page.template, {"page": page, "chrome": chrome(request)}, status=status)


def chrome(request: HttpRequest) -> Chrome:
    actor = actor_in(request)
    common: dict[str, Any] = {
        "messages": said(request),
        "links": [Link(_("协议核验"), reverse("verify")), Link(_("事件日志"), reverse("log"))],
        "login_url": reverse("account_login"),
    }
    if settings.DEMO:
        common |= demo(actor)
    if actor is None:
        return Chrome(contact=menus.support_words(), **common)
    membership = actor.membership
    return Chrome(
        home_url=reverse("home"),
        user_name=actor.user.name,
        capacity=menus.capacity_words(membership),
        capacity_tag=certified_tag(actor),
        menu=menus.menu(actor, request.path),
        inbox_url=reverse("inbox"),
        inbox_count=menus.unread(actor),
        switch_url=reverse("switch") if menus.several(actor) else "",
        account_url=reverse("account"),
        logout_url=reverse("account_logout"),
        contact=menus.contact(membership),
        **common,
    )


def demo(actor: Actor | None) -> dict[str, Any]:
    return {
        "demo": _("演示环境：人物和单位都是虚构的，消息不会真的发出。"),
        "demo_code": queries.shown_code(actor.user) if actor else "",
        "demo_link": Link(_("查看全部“已发送”的消息"), reverse("demo-messages")),
    }


def said(request: HttpRequest) -> list[Alert]:
    """What has just happened."""
    if not hasattr(request, "_messages"):
        return []
    return [Alert(TONES.get(one.level_tag, "info"), str(one)) for one in messages.get_messages(request)]


def certified_tag(actor: Actor) -> Tag | None:
    employer = actor.membership.employer
    if actor.membership.kind != Capacity.EMPLOYER or employer is None:
        return None
    if employer.suspended_at:
        return Tag(_("认证已暂停"), "bad")
    return Tag(_("已认证"), "ok") if employer.certified_at else Tag(_("未认证"), "warn")


def acting(*kinds: Capacity) -> Callable[[View], View]:
    """A view for these capacities (all, when none are named). Others get the 404 of things that do not exist."""

    def decorate(view: View) -> View:
        @wraps(view)
        def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            actor = actor_in(request)
            if actor is None:
                return to_login(request)
            if kinds and actor.membership.kind not in kinds:
                raise Http404
            graduate = actor.membership.graduate
            if graduate and graduate.confirmed_at is None and not open_before_confirming(view, actor, kwargs):
                return redirect("confirm-information")
            return view(request, actor, *args, **kwargs)

        wrapped.kinds = kinds  # type: ignore[attr-defined]
        return wrapped

    return decorate


def before_confirming(view: View) -> View:
    """A page a graduate may see before 核对信息 (M003 §2): messages, logout, and the confirmation itself."""
    view.before_confirming = True  # type: ignore[attr-defined]
    return view


def before_confirming_where(may: Callable[[Actor, dict[str, Any]], bool]) -> Callable[[View], View]:
    """The same for some of what a page shows: `may` reads the actor and the words of the address."""

    def decorate(view: View) -> View:
        view.before_confirming = may  # type: ignore[attr-defined]
        return view

    return decorate


def open_before_confirming(view: View, actor: Actor, words: dict[str, Any]) -> bool:
    may = getattr(view, "before_confirming", False)
    return may(actor, words) if callable(may) else bool(may)


def to_login(request: HttpRequest) -> HttpResponse:
    if request.user.is_authenticated:
        raise Http404
    return redirect(f"{reverse('account_login')}?{urlencode({'next': came_from(request)}, safe='/')}")


def came_from(request: HttpRequest) -> str:
    """Where to go on after logging in: the page asked for, or, when something was sent, the page it was sent from."""
    if request.method in ("GET", "HEAD"):
        return request.get_full_path()
    page = urlsplit(request.headers.get("Referer", ""))
    return page.path if page.netloc == request.get_host() else reverse("home")
