"""Employers' search by name and number, as its target sees it: closed after too many misses, opened again by the school."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from wangqian.flows import favourites
from wangqian.people.models import Actor, Capacity, Graduate
from wangqian.web.frame import acting
from wangqian.web.panels import Alert, Button, Fact, Facts, Link, Tag
from wangqian.web.school_graduates import in_place
from wangqian.web.wording import clock


@acting(Capacity.SCHOOL)
@require_POST
def reopen(request: HttpRequest, actor: Actor, pk: UUID) -> HttpResponse:
    """重新开放查询. Of the school alone: whoever bears the name there is found again."""
    found = get_object_or_404(in_place(actor.membership), pk=pk)
    if favourites.reopen(actor, found):
        messages.success(request, _("已重新开放，单位又可以按姓名和证件号查到%(name)s。") % {"name": found.name})
    else:
        messages.info(request, _("查询没有关闭，不需要重新开放。"))
    return redirect("graduate", pk)


def shut(found: Graduate, actor: Actor) -> list[Facts]:
    """Why employers do not find him, and what to do; nothing while they do."""
    until = favourites.shut_until(found)
    if until is None:
        return []
    said = Fact(_("按姓名、证件号查询"), _("已关闭"), tag=Tag(_("查不到"), "warn"), note=_("至 %(at)s") % {"at": clock(until)})
    why = _("30 天内多次有单位填了这个姓名而其他信息不符，为防猜测证件号，查询已对所有单位关闭。应约码不受影响。")
    if actor.membership.kind != Capacity.SCHOOL:
        return [Facts(_("单位查询"), [said], note=why + _("需要重新开放的，请联系学校就业部门。"))]
    button = Button(_("重新开放查询"), reverse("graduate-reopen-search", args=[found.pk]), "post")
    return [Facts(_("单位查询"), [said], note=why + _("重新开放对本校同名的毕业生一并有效。"), buttons=[button])]


def own_shut(found: Graduate) -> list[Alert]:
    """The same for himself, with the way that stays open."""
    until = favourites.shut_until(found)
    if until is None:
        return []
    why = _("多次有单位填了您的姓名而其他信息不符，为防猜测证件号，%(at)s 以前不能再查。请把应约码交给单位，或请学校就业部门重新开放。")
    link = Link(_("应约码"), reverse("meeting-codes"))
    return [Alert("info", _("单位现在不能按姓名和证件号查到您"), why % {"at": clock(until)}, link=link)]
