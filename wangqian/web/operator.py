"""The operator's pages, by the names under which `urls.py` and `home.py` know them; and what failed, on his home page."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from wangqian.cases.models import Outbox
from wangqian.documents import make
from wangqian.exchange.models import Import, Stage
from wangqian.notices import deliver
from wangqian.notices.channels import status
from wangqian.notices.models import Notice
from wangqian.notices.trouble import in_trouble
from wangqian.people.clock import now
from wangqian.people.models import Actor, Capacity, Employer, School
from wangqian.web.factors.lost import waiting_resets
from wangqian.web.frame import acting, show
from wangqian.web.lists import Cell, Column, Row, Table
from wangqian.web.operator_certification import waiting_suspensions
from wangqian.web.operator_employers import employer, employers
from wangqian.web.operator_health import urgent
from wangqian.web.operator_messages import outcome_columns, row, settling, sms_alarm
from wangqian.web.operator_schools import school, schools
from wangqian.web.pages import Figure, Panel, ReportPage
from wangqian.web.paging import counted, many
from wangqian.web.panels import Alert, Button, EmptyState, Tag
from wangqian.web.wording import clock

__all__ = ["employer", "employers", "home", "retry", "school", "schools"]

SHOWN = 20


def home(request: HttpRequest, actor: Actor) -> HttpResponse:
    """What failed and what can be done about it, what waits for a second person, the channels, the counts."""
    unsent = in_trouble()
    failures = [panel for panel in (messages_failed(unsent), papers_failed(), events_untold(), imports_failed()) if panel]
    page = ReportPage(
        title=_("运行情况"),
        lead=_("先看没有送达和没有生成的；签约本身不受影响。"),
        alerts=[*urgent(), *waiting_suspensions(actor), *waiting_resets(actor), *sms_alarm(), *unconnected()],
        figures=figures(unsent),
        panels=[*(failures or [fine()]), channels()],
        as_of=now(),
    )
    return show(request, page)


def figures(unsent: QuerySet[Notice]) -> list[Figure]:
    employers = Employer.objects.all()
    uncertified = employers.filter(certified_at=None)
    listing = reverse("employers")
    return [
        Figure(label=_("学校"), value=many(counted(School.objects.all())), url=reverse("schools")),
        Figure(label=_("用人单位"), value=many(counted(employers)), url=listing),
        Figure(label=_("未认证单位"), value=many(counted(uncertified)), url=f"{listing}?certified=no"),
        Figure(label=_("未送达的消息"), value=many(counted(unsent)), url=reverse("messages")),
        Figure(label=_("未生成的协议书"), value=many(counted(make.failed()))),
        Figure(label=_("等待处理的后台任务"), value=many(counted(Outbox.objects.all())), note=_("消息和协议书")),
    ]


def fine() -> EmptyState:
    return EmptyState(_("没有失败的任务"), _("消息、协议书和导入都正常；出问题时会列在这里。"), icon="circle-check")


def unconnected() -> list[Alert]:
    missing = [name for name, connected, _sentence in status() if not connected]
    if not missing:
        return []
    return [Alert("warn", _("有消息渠道未接通"), _("没有接通的渠道不会发送消息，说明见下表。"), items=missing)]


def channels() -> Table:
    rows = [
        Row([Cell(name), Cell(tag=Tag(_("已接通"), "ok") if connected else Tag(_("未接通"), "bad")), Cell(sentence)])
        for name, connected, sentence in status()
    ]
    return Table(_("消息渠道"), [Column(_("渠道")), Column(_("状态")), Column(_("说明"))], rows)


def messages_failed(unsent: QuerySet[Notice]) -> Panel | None:
    """To be dealt with, or waiting for another try."""
    rows = [row(notice, home=True) for notice in unsent.select_related("recipient")[:SHOWN]]
    more = [Button(_("按原因查看"), reverse("messages"))]
    return Table(_("未送达的消息"), outcome_columns(), rows, note=settling(), buttons=more) if rows else None


def papers_failed() -> Panel | None:
    rows = [
        Row(
            [
                Cell(row.event.case.number or str(row.event.case_id)),
                Cell(clock(row.event.at)),
                Cell(row.error),
                Cell(_("等待人工处理") if row.next_at == make.BY_HAND else _("会自动重试")),
            ],
            buttons=[Button(_("重试"), reverse("retry", args=[row.pk]), "post", icon="refresh")],
        )
        for row in make.failed()[:SHOWN]
    ]
    names = (_("协议编号"), _("签约时间"), _("原因"), _("接下来"))
    return Table(_("未生成的协议书"), [Column(name) for name in names], rows) if rows else None


def events_untold() -> Panel | None:
    """Events whose messages could not be written; the worker tries them again by itself."""
    rows = [
        Row([Cell(clock(row.event.at)), Cell(row.error or _("原因不明")), Cell(row.tries)])
        for row in deliver.unmade(SHOWN)
    ]
    names = (_("时间"), _("原因"), _("已试次数"))
    return Table(_("没有写成的消息"), [Column(name) for name in names], rows, note=_("会自动重试。")) if rows else None


def imports_failed() -> Panel | None:
    failed = Import.objects.filter(status=Stage.FAILED).select_related("school", "uploaded_by").order_by("-uploaded_at")
    rows = [
        Row([Cell(clock(one.uploaded_at)), Cell(one.school.name), Cell(one.uploaded_by.name), Cell(one.error)])
        for one in failed[:SHOWN]
    ]
    names = (_("时间"), _("学校"), _("上传人"), _("原因"))
    note = _("由学校按原因改好文件后重新上传。")
    return Table(_("未通过的生源导入"), [Column(name) for name in names], rows, note=note) if rows else None


# --- try again ---------------------------------------------------------------------------------------


@acting(Capacity.OPERATOR)
@require_POST
def retry(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """One failed paper, again and now."""
    row = make.failed().filter(pk=pk).first()
    if row is None:
        raise Http404
    make.retry(row)
    messages.success(request, _("已重新排队，协议书稍后会再次生成。"))
    return redirect("home")
