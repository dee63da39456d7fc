"""Printing an activation slip, once, at the counter of the college or school."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from wangqian.cases.models import Case
from wangqian.chart.words import Refused
from wangqian.documents import slip
from wangqian.flows.activation_slip import ActivationSlip
from wangqian.flows.models import Slip
from wangqian.flows.parties import OFFICE, cases_for
from wangqian.people.models import Actor, Capacity, Graduate
from wangqian.web.frame import acting
from wangqian.web.pages import Panel
from wangqian.web.panels import Alert, Button, Fact, Facts, Link, Text
from wangqian.web.subjects import visible_case
from wangqian.web.wording import clock

AT_ONCE = 3  # said on the desk; who has confirmed one is told of the next


def waiting_slips(actor: Actor) -> list[Alert]:
    """On the desk: graduates who stand at a counter until a second person has seen them. Not for who asked."""
    if actor.membership.kind not in (Capacity.COLLEGE, Capacity.SCHOOL):
        return []
    found = cases_for(actor.membership).filter(turn=OFFICE.name, flow=ActivationSlip.slug).order_by("since")
    theirs = found.exclude(events__step="request", events__user=actor.user).select_related("graduate__person")[:AT_ONCE]
    return [
        Alert(
            "warn",
            _("%(name)s的激活码等待另一位老师确认") % {"name": case.graduate.name},
            link=Link(_("查看并确认"), reverse("case", args=[case.pk])),
        )
        for case in theirs
        if case.graduate
    ]


def slip_panels(case: Case, actor: Actor) -> list[Panel]:
    """On the case's page, for the counter: whom to look at, and print, or who printed it."""
    if case.flow != ActivationSlip.slug or not OFFICE.admits(actor.membership, case):
        return []
    return [*printing(case), whom(case.graduate)] if case.graduate else printing(case)


def whom(graduate: Graduate) -> Facts:
    rows = [
        Fact(_("姓名"), graduate.name),
        Fact(_("证件号码"), graduate.masked_identity()),
        Fact(_("学号"), graduate.student_number),
        Fact(_("学校"), f"{graduate.school} · {graduate.college}"),
        Fact(_("学历专业"), f"{graduate.education_name} · {graduate.major}"),
    ]
    return Facts(_("毕业生"), rows, note=_("请与本人和证件原件核对一致。"))


def printing(case: Case) -> list[Panel]:
    found = Slip.objects.filter(case=case).select_related("printed_by__user").first()
    if found is None:
        return []
    if found.printed_by and found.printed_at:
        words = {"who": found.printed_by.user.name, "at": clock(found.printed_at)}
        return [Text(_("激活码"), [_("%(who)s 于 %(at)s 打印。激活码只在纸上，系统不再保存。") % words])]
    if case.state != ActivationSlip.issued.name:
        return []
    button = Button(_("打印密封激活码"), reverse("slip-print", args=[case.pk]), "post", primary=True, icon="printer")
    sentence = _("只能打印一次。请用打印机直接打印，折叠密封后当面交给本人，不要保存或发送文件。")
    return [Text(_("激活码"), [sentence], buttons=[button])]


@acting(Capacity.COLLEGE, Capacity.SCHOOL)
@require_POST
def print_slip(request: HttpRequest, actor: Actor, pk: UUID) -> HttpResponse:
    case = visible_case(actor, pk, ())
    if case.flow != ActivationSlip.slug or not Slip.objects.filter(case=case).exists():
        raise Http404
    try:
        pdf = slip.printed(actor, pk)
    except Refused as refusal:
        messages.warning(request, str(refusal))
        return redirect("case", pk)
    answer = HttpResponse(pdf, content_type="application/pdf")
    answer["Content-Disposition"] = 'inline; filename="slip.pdf"'
    answer["Cache-Control"] = "no-store"
    return answer
