"""How long the school usually takes (ux.md 14): from handing in to the end of its review, by college and flow, from its own figures.

Kept as a small table that the worker makes anew; a page reads one row of it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import cache
from statistics import quantiles
from typing import NamedTuple
from uuid import UUID

from django.db import transaction
from django.db.models import F, OuterRef, Q, Subquery
from django.utils.translation import gettext as _

from wangqian.cases.models import Case, Event
from wangqian.chart.check import reviewing
from wangqian.chart.words import FLOWS
from wangqian.flows.models import Pace
from wangqian.flows.parties import REVIEWING
from wangqian.people.clock import now
from wangqian.people.workdays import workdays_between

WINDOW = timedelta(days=60)
LEAST, MOST = 20, 200  # reviews of a college: with fewer nothing is said; no more are looked at
ALL = 100_000


@cache
def reviewed() -> tuple[tuple[str, str], ...]:
    """(flow, state) of everything the school reviews."""
    return tuple((flow.slug, state.name) for flow in FLOWS.values() for state in flow.states.values() if reviewing(flow, state))


class Review(NamedTuple):
    """One review that ended: when it was handed in and decided."""

    college: UUID
    flow: str
    begun: datetime
    ended: datetime


def measure() -> int:
    """Make the table anew; returns its rows."""
    rows = figures(finished())
    with transaction.atomic():
        Pace.objects.all().delete()
        Pace.objects.bulk_create(rows, batch_size=1000, ignore_conflicts=True)
    return len(rows)


def finished() -> list[Review]:
    """The reviews that ended lately, the newest first."""
    among = Q(*(Q(flow=flow, source=state) for flow, state in reviewed()), _connector=Q.OR)
    before = Event.objects.filter(case=OuterRef("case"), number__lt=OuterRef("number"), target=OuterRef("source"))
    begun = Subquery(before.exclude(source=OuterRef("source")).order_by("-number").values("at")[:1])
    ended = Event.objects.filter(among, at__gt=now() - WINDOW, capacity__in=REVIEWING, case__college__isnull=False)
    ended = ended.exclude(target=F("source")).order_by("-pk")
    return [Review(*found) for found in ended.values_list("case__college", "flow", begun, "at")[:ALL]]


def figures(reviews: Iterable[Review]) -> list[Pace]:
    """Unsaved rows for colleges with enough of them: within their bounds six in ten people were answered."""
    waited: dict[tuple[UUID, str], list[int]] = defaultdict(list)
    for one in reviews:
        mine = waited[one.college, one.flow]
        if len(mine) < MOST:
            mine.append(workdays_between(one.begun, one.ended))
    rows = []
    for (college, flow), days in waited.items():
        if len(days) >= LEAST:
            least, *_between, most = quantiles(days, n=5, method="inclusive")
            rows.append(Pace(college_id=college, flow=flow, least=round(least), most=round(most), count=len(days)))
    return rows


def usual(case: Case) -> str:
    """ "本院系一般 1–3 个工作日审核完", or "" while too little is known. One query, and none where nobody reviews."""
    if not case.college_id or (case.flow, case.state) not in reviewed():
        return ""
    found = Pace.objects.filter(college=case.college_id, flow=case.flow).first()
    return said(found.least, found.most) if found else ""


def said(least: int, most: int) -> str:
    if most == 0:
        return _("本院系一般当天审核完")
    if least == most:
        return _("本院系一般 %(most)d 个工作日审核完") % {"most": most}
    if least == 0:
        return _("本院系一般 %(most)d 个工作日以内审核完") % {"most": most}
    return _("本院系一般 %(least)d–%(most)d 个工作日审核完") % {"least": least, "most": most}
