"""Forms to download, filled in from a case (documents/letters.py)."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from wangqian.cases.models import Case
from wangqian.documents import letters
from wangqian.people.models import Actor, Capacity
from wangqian.web.frame import acting
from wangqian.web.panels import Link
from wangqian.web.subjects import visible_case


def form_links(case: Case) -> list[Link]:
    """For the page of a case, or of a step on it: which forms there are."""
    return [
        Link(_("下载%(form)s模板") % {"form": _(title)}, reverse("case-form", args=[case.pk, name]), icon="download")
        for name, title in letters.forms_for(case).items()
    ]


@acting(Capacity.GRADUATE)
@require_safe
def form_pdf(request: HttpRequest, actor: Actor, pk: UUID, form: str) -> HttpResponse:
    """Made anew each time; only for the graduate, who has it signed."""
    case = visible_case(actor, pk, ("parent",))
    titles = letters.forms_for(case)
    if form not in titles:
        raise Http404
    answer = HttpResponse(letters.form_pdf(case, form), content_type="application/pdf")
    answer["Content-Disposition"] = content_disposition_header(True, f"{titles[form]}.pdf")
    return answer
