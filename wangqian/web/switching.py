"""The capacity in which I act: visible, chosen here, and offered where a page belongs to another one of mine."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from wangqian.chart.words import FLOWS
from wangqian.flows.parties import cases_for
from wangqian.people.models import Capacity, Membership, User
from wangqian.web.factors.again import next_path
from wangqian.web.frame import show
from wangqian.web.lists import Cell, Column, Row, Table
from wangqian.web.menus import LABELS, capacity_words
from wangqian.web.middleware import SESSION_KEY, actor_in
from wangqian.web.pages import PlainPage
from wangqian.web.panels import Button, Link

CASE = re.compile(r"/cases/([0-9a-f-]{36})/")


def capacities(user: User) -> list[Membership]:
    places = ("graduate__school", "graduate__college", "employer", "school", "college")
    return list(Membership.objects.filter(user=user, active=True).select_related(*places))


def switch(request: HttpRequest) -> HttpResponse:
    """All of them; or the one (`to`) that a page (`next`) belongs to. Choosing is a POST."""
    actor = actor_in(request)
    if actor is None:
        return redirect("account_login")
    mine = capacities(actor.user)
    if request.method == "POST":
        chosen = next((one for one in mine if str(one.pk) == request.POST.get("as")), None)
        if chosen is None:
            raise Http404
        request.session[SESSION_KEY] = str(chosen.pk)
        return redirect(next_path(request))
    here = request.get_full_path()
    rows = [
        Row(
            [Cell(str(LABELS[Capacity(one.kind)])), Cell(one.place())],
            buttons=[Button(_("以此身份办理"), here, "post", fields=[("as", str(one.pk))])],
        )
        for one in [one for one in mine if str(one.pk) == request.GET.get("to")] or mine
    ]
    table = Table(_("我的身份"), [Column(_("身份")), Column(_("单位"))], rows)
    return show(request, PlainPage(title=_("切换身份"), back=Link(_("返回"), reverse("home")), panels=[table]))


def towards(membership: Membership, path: str) -> Link:
    """The way to a page of another capacity: asked first, as looking changes nothing."""
    words = _("以“%(capacity)s”的身份查看") % {"capacity": capacity_words(membership)}
    return Link(words, f"{reverse('switch')}?{urlencode({'to': str(membership.pk), 'next': path}, safe='/')}")


def of_another(request: HttpRequest) -> Link | None:
    """Where the page asked for belongs to another capacity of the same person."""
    actor = actor_in(request)
    belongs = belonging(request, actor.membership) if actor else None
    if actor is None or belongs is None:
        return None
    others = [one for one in capacities(actor.user) if one.pk != actor.membership.pk]
    return next((towards(one, request.path) for one in others if belongs(one)), None)


def belonging(request: HttpRequest, here: Membership) -> Callable[[Membership], bool] | None:
    """To which capacities: a case to those that may read it, the beginning of one to whose step it is (if not mine), a scanned
    应约码 to any employer's. Other pages say nothing."""
    if found := CASE.match(request.path):
        return lambda one: cases_for(one).filter(pk=found[1]).exists()
    match = request.resolver_match
    if match and match.url_name == "scanned-meeting-code":
        return lambda one: one.kind == Capacity.EMPLOYER
    if match and match.url_name in ("start-step", "start-step-confirm"):
        flow = FLOWS.get(match.kwargs["flow"])
        step = flow.steps.get(match.kwargs["step"]) if flow else None
        return (lambda one: step.who.scope(one) is not None) if step and step.who.scope(here) is None else None
    return None
