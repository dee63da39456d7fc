"""操作手册: the guide for graduates, open to everybody; a page of contents and a page per chapter. Its text is Chinese."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from wangqian.documents import guide
from wangqian.web.frame import show
from wangqian.web.pages import Panel, PlainPage
from wangqian.web.panels import Fact, Facts, Link, Picture, Text


@require_safe
def contents(request: HttpRequest) -> HttpResponse:
    links = [Link(one.title, address(one), note=one.about) for one in guide.chapters()]
    page = PlainPage(
        title=_("操作手册"),
        lead=_("写给毕业生：从激活账号到离校确认，每件事怎么办、没办成怎么办。"),
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


def shown(one: guide.Picture) -> Picture:
    width, height = guide.size(one.file)
    return Picture(static(f"guide/{one.file}"), one.alt, one.caption, width, height)


def address(one: guide.Chapter) -> str:
    return reverse("guide-chapter", args=[one.slug])
