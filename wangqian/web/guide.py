"""操作手册: the guide for graduates, open to everybody; a page of contents, a page per chapter, all as one PDF. Its text is Chinese."""

from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.templatetags.static import static
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from wangqian.documents import guide
from wangqian.documents.guide import printed
from wangqian.web.frame import show
from wangqian.web.headers import public_data
from wangqian.web.pages import Panel, PlainPage
from wangqian.web.panels import Button, Fact, Facts, Link, Picture, Text

SIZE = 2  # megabytes of the PDF, as said beside it
KEPT = 3600


@require_safe
def contents(request: HttpRequest) -> HttpResponse:
    links = [Link(one.title, address(one), note=one.about) for one in guide.chapters()]
    page = PlainPage(
        title=_("操作手册"),
        lead=_("写给毕业生：从激活账号到离校确认，每件事怎么办、没办成怎么办。"),
        buttons=[Button(_("下载操作手册（PDF，约 %(size)d MB）") % {"size": SIZE}, reverse("guide-pdf"), icon="download")],
        panels=[Text(_("目录"), links=links)],
    )
    return show(request, page)


@require_safe
def chapter(request: HttpRequest, slug: str) -> HttpResponse:
    number = next((at for at, one in enumerate(guide.chapters()) if one.slug == slug), None)
    if number is None:
        raise Http404
    found = guide.chapters()[number]
    panels: list[Panel] = [
        Text(part.title, steps=part.steps, items=part.notes, pictures=[shown(one) for one in part.pictures]) for part in found.parts
    ]
    if found.trouble:
        panels.append(Facts(found.trouble_title, [Fact(one.case, one.then, long=True) for one in found.trouble]))
    onward = [Link(one.title, address(one)) for one in guide.chapters()[number + 1 : number + 2]]
    page = PlainPage(
        title=found.title,
        lead=found.about,
        back=Link(_("操作手册"), reverse("guide")),
        panels=[*panels, *([Text(_("下一章"), links=onward)] if onward else [])],
    )
    return show(request, page)


@require_safe
def pdf(request: HttpRequest) -> HttpResponse:
    """Shown rather than saved: WeChat's browser saves nothing."""
    answer = HttpResponse(printed.pdf(f"{settings.SITE_URL}{reverse('guide')}"), content_type="application/pdf")
    answer["Content-Disposition"] = content_disposition_header(False, f"{guide.TITLE}.pdf") or "inline"
    return public_data(answer, KEPT)


def shown(one: guide.Picture) -> Picture:
    width, height = guide.size(one.file)
    return Picture(static(f"guide/{one.file}"), one.alt, one.caption, width, height)


def address(one: guide.Chapter) -> str:
    return reverse("guide-chapter", args=[one.slug])
