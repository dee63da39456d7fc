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
from wangqian.documents.printing import page_count
from wangqian.people.models import Actor, Capacity
from wangqian.web.doors import PreviewPage
from wangqian.web.frame import acting, show
from wangqian.web.panels import Button, Link, Picture
from wangqian.web.subjects import visible_case

BOXES = {"release-letter": "letter", "flexible": "evidence", "freelance": "evidence"}  # in which each is handed in, once signed


def form_links(case: Case, box: str = "") -> list[Link]:
    """Which forms there are: for the page of a case all, for a box those that are handed in there."""
    return [
        Link(_("下载%(form)s模板") % {"form": _(title)}, reverse("case-form", args=[case.pk, name]), icon="download")
        for name, title in letters.forms_for(case).items()
        if box in ("", BOXES[name])
    ]


@acting(Capacity.GRADUATE)
@require_safe
def preview(request: HttpRequest, actor: Actor, pk: UUID, form: str) -> HttpResponse:
    """As pages inside the site, for WeChat's browser saves no files; only for the graduate, who has it signed."""
    case, title = form_of(actor, pk, form)
    pages = range(1, page_count(letters.form_pdf(case, form)) + 1)
    words = _("%(form)s第 %(n)d 页")
    page = PreviewPage(
        title=_(title),
        back=Link(_("返回"), reverse("case", args=[pk])),
        pictures=[Picture(reverse("case-form-page", args=[pk, form, n]), words % {"form": _(title), "n": n}) for n in pages],
        buttons=[Button(_("下载 PDF"), reverse("case-form-pdf", args=[pk, form]), icon="download")],
    )
    return show(request, page)


@acting(Capacity.GRADUATE)
@require_safe
def form_pdf(request: HttpRequest, actor: Actor, pk: UUID, form: str) -> HttpResponse:
    """Made anew each time."""
    case, title = form_of(actor, pk, form)
    answer = HttpResponse(letters.form_pdf(case, form), content_type="application/pdf")
    answer["Content-Disposition"] = content_disposition_header(True, f"{title}.pdf")
    return answer


@acting(Capacity.GRADUATE)
@require_safe
def form_page(request: HttpRequest, actor: Actor, pk: UUID, form: str, number: int) -> HttpResponse:
    """One page as PNG."""
    case, _title = form_of(actor, pk, form)
    pages = letters.form_pages(case, form)
    if not 1 <= number <= len(pages):
        raise Http404
    return HttpResponse(pages[number - 1], content_type="image/png")


def form_of(actor: Actor, pk: UUID, form: str) -> tuple[Case, str]:
    """The case and the form's title; a form that it does not have does not exist."""
    case = visible_case(actor, pk, ("parent",))
    titles = letters.forms_for(case)
    if form not in titles:
        raise Http404
    return case, titles[form]
