"""The evidence package of a signed case, for its parties and the school."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from wangqian.chart.words import Refused
from wangqian.documents import evidence
from wangqian.people.models import Actor
from wangqian.web.frame import acting
from wangqian.web.paper import refused_download, signed_case


@acting(*evidence.MAY)
@require_safe
def package(request: HttpRequest, actor: Actor, pk: UUID) -> HttpResponse:
    """Made anew each time, with the log's latest head; the download is written down."""
    case = signed_case(actor, pk)
    try:
        data = evidence.package(case, actor)
    except Refused as refused:
        return refused_download(request, pk, refused)
    answer = HttpResponse(data, content_type="application/zip")
    answer["Content-Disposition"] = f'attachment; filename="{case.number}-evidence.zip"'
    return answer
