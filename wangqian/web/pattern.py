"""The pattern page (demo only): every part in every state, and with `?kind=` every kind of page."""

import time
from collections.abc import Callable
from dataclasses import replace

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.datastructures import MultiValueDict

from wangqian.web import pages
from wangqian.web.lists import Table
from wangqian.web.panels import Link, Progress, Text
from wangqian.web.patterns import entrances, kinds, lists, parts
from wangqian.web.patterns.frame import SampleForm, chrome

KINDS: dict[str, Callable[[HttpRequest], pages.Page]] = {
    view.__name__: view
    for view in (
        *(kinds.desk, kinds.many, kinds.nobody, kinds.case, kinds.step, kinds.uploads, kinds.sheet, kinds.upload),
        *(kinds.report, kinds.plain, entrances.home, entrances.start, entrances.login),
        *(entrances.preview, entrances.verify, entrances.error),
    )
}
SIGNED_OUT = ("start", "login", "verify", "error")


def pattern(request: HttpRequest) -> HttpResponse:
    """All parts; with `?kind=` one kind of page, or the progress part alone, as polling asks for it."""
    kind = request.GET.get("kind", "")
    if kind == "progress":
        return render(request, "parts/progress.page.html", {"progress": moving()})
    if kind and kind not in KINDS:
        raise Http404
    if kind:
        frame = chrome("", menu=0) if kind in SIGNED_OUT else chrome()
        page = KINDS[kind](request)
        return render(request, page.template, {"page": page, "chrome": frame})
    return render(request, "pages/pattern.html", everything())


def moving() -> Progress:
    """A progress that runs through its length once a minute."""
    return parts.progress(int(time.time()) % 60 * 1_700, poll_url="?kind=progress")


def everything() -> dict[str, object]:
    """The context of the page of parts."""
    links = [Link(name, f"?kind={name}") for name in KINDS]
    links += [Link(f"{name}（有误）", f"?kind={name}&errors=1") for name in ("step", "upload", "login")]
    page = pages.PlainPage(title="全部样式", lead="每个部件的每种状态。")
    shown: list[pages.Panel] = [parts.turn(), parts.turn(mine=False), parts.tasks(), parts.facts()]
    shown += [
        parts.facts("请核对", change="#"),
        replace(parts.facts("学生信息"), folded="曹文公 · 详细信息"),
        parts.changes(),
        parts.timeline(),
        parts.exact(is_open=False),
    ]
    shown += [lists.result(), moving(), parts.progress(100_000, finished=True, tone="ok"), parts.empty()]
    shown += [parts.upload(errors=True), parts.upload("letter", empty=True), parts.viewer()]
    shown += [parts.prose(), Table("列表", lists.columns(), lists.rows(4, buttons=True)), parts.picture()]
    form = SampleForm({"hukou": "no"}, MultiValueDict())
    context = {
        "page": page,
        "chrome": chrome(),
        "parts": parts,
        "lists": lists,
        "panels": shown,
        "form": form,
    }
    return context | {"kinds": Text("页面种类", links=links)}
