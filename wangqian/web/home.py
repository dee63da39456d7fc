"""Home and inbox of every capacity."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from wangqian.notices import queries
from wangqian.notices.expand import page_of
from wangqian.notices.models import Notice
from wangqian.people.models import Actor, Capacity
from wangqian.web import employer, graduate_home, operator, school
from wangqian.web.frame import acting, before_confirming, show
from wangqian.web.pages import PlainPage
from wangqian.web.panels import EmptyState, Link, Timeline, TimelineItem
from wangqian.web.switching import towards

NOWHERE = ("", "/", "/home/", "/login/")  # no page of its own
HOMES = {
    Capacity.GRADUATE: graduate_home.home,
    Capacity.EMPLOYER: employer.workbench,
    Capacity.COUNSELLOR: school.desk,
    Capacity.COLLEGE: school.desk,
    Capacity.SCHOOL: school.desk,
    Capacity.OPERATOR: operator.home,
}


@acting()
@require_safe
def home(request: HttpRequest, actor: Actor) -> HttpResponse:
    return HOMES[Capacity(actor.membership.kind)](request, actor)


@before_confirming
@require_safe
def inbox_page(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Messages, newest first; opening the page reads them."""
    mine = list(queries.inbox(actor.user)[:100])
    items = [
        TimelineItem(
            one.created_at,
            _("新") if one.read_at is None else "",
            one.subject,
            one.body,
            "info" if one.read_at else "warn",
            leading(one, actor),
        )
        for one in mine
    ]
    queries.mark_read([one.pk for one in mine], actor.user)
    empty = EmptyState(_("还没有消息"), _("有新的邀请、审核结果或提醒时会出现在这里。"))
    page = PlainPage(
        title=_("消息"),
        lead=_("最近 100 条，最新的在前。"),
        panels=[Timeline(_("消息"), items)] if items else [empty],
    )
    return show(request, page)


def leading(notice: Notice, actor: Actor) -> Link | None:
    """Where the message leads: its case, or what it says has changed; under another capacity of his by way of switching."""
    to = notice.membership or actor.membership
    path = page_of(notice.event.case, to.party) if notice.event else notice.path
    if path in NOWHERE:
        return None
    if to.pk != actor.membership.pk:
        return towards(to, path) if to.active else None
    return Link(_("查看事项") if notice.event else _("查看"), path)


inbox = acting()(inbox_page)
