"""The site's addresses and one more: a page whose step asks for files, before there is such a step."""

from __future__ import annotations

from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import path

from wangqian.cases.act import Act
from wangqian.documents import uploads
from wangqian.people.clock import now
from wangqian.people.models import Actor
from wangqian.urls import handler400, handler403, handler404, handler500
from wangqian.urls import urlpatterns as site
from wangqian.web.frame import acting, show
from wangqian.web.pages import CasePage, StepPage
from wangqian.web.panels import Button, Link
from wangqian.web.subjects import visible_case
from wangqian.web.upload_boxes import boxes, viewer

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]


class WordsForm(forms.Form):
    words = forms.CharField(label="说明", required=False)


@acting()
def sending(request: HttpRequest, actor: Actor, pk: UUID) -> HttpResponse:
    case = visible_case(actor, pk)
    page = StepPage(
        title="提交材料",
        back=Link("返回", "#"),
        form=WordsForm(request.POST or None),
        uploads=boxes(Act(case, case.chart.steps["send"], actor, now(), source=case.word)),
        act=Button("提交", method="submit", primary=True),
    )
    return show(request, page)


@acting()
def reading(request: HttpRequest, actor: Actor, pk: UUID) -> HttpResponse:
    case = visible_case(actor, pk)
    files = [*uploads.usable(case, "scan"), *uploads.usable(case, "letter")]
    return show(request, CasePage(title="审核材料", panels=[viewer("上传的材料", files, actor)]))


urlpatterns = [
    *site,
    path("test/<uuid:pk>/sending/", sending, name="test-sending"),
    path("test/<uuid:pk>/reading/", reading, name="test-reading"),
]
