"""Employers known to the platform, offered while a graduate types a name or a credit code (ux.md 9: prefilled, with its source)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from wangqian.chart.words import Refused
from wangqian.codes.region import regions
from wangqian.flows.models import OfflineTerms, PaperTerms
from wangqian.people import limits
from wangqian.people.models import CERTIFIED, Actor, Capacity, Employer, SchoolProfile
from wangqian.web.frame import acting
from wangqian.web.paging import asked
from wangqian.web.wording import day

LEAST, MOST = 2, 6  # characters before anything is looked up, and how many are offered


@dataclass(frozen=True)
class Known:
    name: str
    uscc: str
    source: str
    fields: dict[str, str]


@acting(Capacity.GRADUATE)
@require_safe
def employers(request: HttpRequest, actor: Actor) -> HttpResponse:
    """`?as=` names the field that holds what was typed. Nothing personal: contacts are never offered."""
    typed = asked(request, asked(request, "as"))[:60]
    found: list[Known] = []
    if len(typed) >= LEAST and enough(actor):
        found = [*certified(typed, actor), *stated(typed, actor)]
    shown = list({one.uscc: one for one in reversed(found)}.values())[::-1][:MOST]
    return render(request, "parts/known.page.html", {"found": shown})


def enough(actor: Actor) -> bool:
    """Whether he may go on asking."""
    try:
        limits.spend("known-employers", str(actor.user.pk))
    except Refused:
        return False
    return True


def signs_online(actor: Actor) -> bool:
    """Whether an employer can invite this graduate at all: a dial of his school."""
    graduate = actor.membership.graduate
    profile = SchoolProfile.of(graduate.school_id) if graduate else None
    return profile is not None and profile.offers_online


def certified(typed: str, actor: Actor) -> list[Known]:
    """Registered on the platform, and not suspended: they can invite online, where his school has that."""
    source = _("已在平台注册，可请其线上邀请") if signs_online(actor) else _("已在平台注册")
    named = Employer.objects.filter(CERTIFIED, Q(name__contains=typed) | Q(uscc=typed.upper()))
    return [
        known(one.name, one.uscc, source, one, one.region_code, one.address)
        for one in named.order_by("name")[:MOST]
    ]


def stated(typed: str, actor: Actor) -> list[Known]:
    """What graduates of this school stated and the school approved."""
    found: list[Known] = []
    for model, states in ((OfflineTerms, ("stamping", "stamped_review", "signed")), (PaperTerms, ("registered",))):
        rows: Any = model._default_manager.filter(
            Q(employer_name__contains=typed) | Q(employer_uscc=typed.upper()),
            terms__case__school=actor.membership.graduate.school_id,  # type: ignore[union-attr]
            terms__case__state__in=states,
        ).select_related("terms")
        for row in rows.order_by("-terms__at")[:MOST]:
            source = _("本校毕业生 %(day)s 登记") % {"day": day(row.terms.at)}
            found.append(known(row.employer_name, row.employer_uscc, source, row, row.region, row.address))
    return found


def known(name: str, uscc: str, source: str, row: Any, region: str, address: str) -> Known:
    place = regions().place(region).text if region in regions().known else ""
    fields = {"employer_name": name, "employer_uscc": uscc, "nature": row.nature, "industry": row.industry}
    return Known(name, uscc, source, {**fields, "region": place, "address": address})
