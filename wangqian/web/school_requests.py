"""更正申请 that wait for this office: which field, whose, since when. They are answered one by one."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from wangqian.cases.models import Case
from wangqian.people import field_classes
from wangqian.people.models import Actor
from wangqian.web.frame import show
from wangqian.web.lists import Cell, Column, Row
from wangqian.web.pages import DeskPage
from wangqian.web.paging import asked, counted, page_number, pager, window
from wangqian.web.panels import EmptyState
from wangqian.web.school_desk import filtered, filters, loaded, tabs, waiting
from wangqian.web.searching import forgotten
from wangqian.web.slip import waiting_slips
from wangqian.web.wording import clock, since


def corrections(request: HttpRequest, actor: Actor, counts: dict[str, int], flow: str) -> HttpResponse:
    """The tab of the reviewer's home; the oldest first."""
    narrowed = filtered(request, actor.membership, waiting(actor.membership, flow))
    filtering = any(asked(request, name) for name in ("q", "college", "cohort"))
    count, number = counted(narrowed) if filtering else counts[flow], page_number(request)
    ids = list(window(narrowed, number).values_list("pk", flat=True))
    names = (_("毕业生"), _("院系／专业"), _("更正哪一项"), _("申请时间"))
    page = DeskPage(
        title=_("待办"),
        alerts=[*forgotten(request), *waiting_slips(actor)],
        tabs=tabs(request, flow, counts),
        tab_sentence=_("毕业生请您更正的登记信息，先申请的在前；请核对证明材料后同意或说明原因。"),
        filters=[one for one in filters(request, actor.membership, flow) if one.name != "employer"],
        clear_url=f"{request.path}?tab={flow}" if filtering else "",
        columns=[Column(name) for name in names],
        rows=[row(case) for case in loaded(actor.membership, ids)],
        empty=EmptyState(_("没有等您处理的更正申请"), _("有新的申请时会出现在这里，并以消息通知您。")),
        pager=pager(request, count, number),
    )
    return show(request, page)


def row(case: Case) -> Row:
    graduate = case.graduate
    assert graduate is not None and case.college is not None
    cells = [
        Cell(graduate.name),
        Cell(case.college.name, note=graduate.major),
        Cell(field_classes.label(case.topic)),
        Cell(clock(case.since), note=since(case.since)),
    ]
    return Row(cells, reverse("case", args=[case.pk]), name=graduate.name)
