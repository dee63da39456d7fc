"""A form's draft: kept as typed, never counted or signed (decisions 4), and never overwritten by a page that has not seen it."""

from __future__ import annotations

import re

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from wangqian.cases.models import Draft, digest
from wangqian.chart.fields import Need
from wangqian.chart.words import Refused
from wangqian.people.clock import now
from wangqian.web.panels import Elsewhere
from wangqian.web.subjects import Subject
from wangqian.web.wording import lately

KEY = re.compile(r"[\w-]+", re.ASCII)
LONGEST = 20_000  # characters of a draft
PAGE = "key"  # kept beside the answers: the page that saved them; no question has this name


class SavedElsewhere(Refused):
    """Another page, here or on another device, has saved the draft since this one was loaded."""

    def __init__(self, draft: Draft) -> None:
        super().__init__(gettext_noop("这份表在别的页面或设备上改过（{at}）。"), at=lately(draft.saved_at))
        self.draft = draft


def key_of(request: HttpRequest) -> str:
    """The key of this post as our page made it; "" for anything else, which then counts as a new post."""
    typed = request.POST.get("key", "")[:64]
    return typed if KEY.fullmatch(typed) else ""


def answered(draft: Draft | None) -> dict[str, str]:
    return {name: value for name, value in draft.data.items() if name != PAGE} if draft else {}


def version(draft: Draft | None) -> str:
    """What a page carries of the draft it shows; "" where there was none."""
    return digest(answered(draft))[:32] if draft else ""


def kept_words(draft: Draft | None) -> str:
    return _("已保存 %(at)s · 还未提交") % {"at": lately(draft.saved_at)} if draft else ""


def look(request: HttpRequest, draft: Draft | None, raw: dict[str, str]) -> None:
    """Refuses what would take the place of something this page has not seen. What it saved itself it has: two saves at once, 返回."""
    known = request.POST.get("over", request.POST.get("draft"))
    if draft is None or known is None or known == version(draft) or raw == answered(draft):
        return
    if draft.data.get(PAGE) != (key_of(request) or None):
        raise SavedElsewhere(draft)


def save_draft(request: HttpRequest, subject: Subject, raw: dict[str, str]) -> Draft:
    """What was typed survives the proof page, another tab, another device."""
    data = {**raw, PAGE: key_of(request)}
    with transaction.atomic():
        draft, fresh = Draft.objects.select_for_update().get_or_create(
            owner=subject.actor.user, subject=subject.draft_key, defaults={"data": data, "saved_at": now()}
        )
        if not fresh:
            look(request, draft, raw)
            draft.data, draft.saved_at = data, now()
            draft.save(update_fields=["data", "saved_at"])
    return draft


def kept(request: HttpRequest, subject: Subject, raw: dict[str, str]) -> HttpResponse:
    """保存, what the page keeps by itself, and 用本页的内容."""
    if sum(map(len, raw.values())) > LONGEST:
        raise Http404
    draft = save_draft(request, subject, raw)
    if automatic(request):
        return JsonResponse({"kept": kept_words(draft)})
    if "over" in request.POST:
        messages.success(request, _("已改用本页的内容；内容还没有提交。"))
    else:
        messages.success(request, _("已保存。内容还没有提交，学校看不到；可以随时回来继续填写。"))
    return redirect(subject.url)


def consumed(subject: Subject) -> None:
    """By the act."""
    Draft.objects.filter(owner=subject.actor.user, subject=subject.draft_key).delete()


def automatic(request: HttpRequest) -> bool:
    """Whether the page's script saves (static/autosave.js): it gets sentences, not pages."""
    return request.POST.get("keep") == "auto"


def elsewhere(subject: Subject, need: Need, raw: dict[str, str], newer: SavedElsewhere) -> Elsewhere:
    """The two contents to choose from, and what they answer otherwise."""
    theirs = answered(newer.draft)
    rows = [_(field.label) for field in need.fields if theirs.get(field.name, "") != raw.get(field.name, "")]
    return Elsewhere(str(newer), subject.url, version(newer.draft), rows)


def told_elsewhere(request: HttpRequest, found: Elsewhere) -> HttpResponse:
    """The same for the page's script, which puts it beside the buttons."""
    return render(request, "parts/elsewhere.page.html", {"elsewhere": found}, status=409)


def unread(request: HttpRequest, subject: Subject) -> bool:
    """Whether the draft is another than that on whose text somebody acts."""
    current = version(subject.draft)
    return request.POST.get("draft", current) != current
