"""The picker of regions: what was typed so far, or what lies in a place. Public data, the same for everybody."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from wangqian.codes.region import Place, regions
from wangqian.web.headers import public_data
from wangqian.web.paging import asked

MOST = 8  # what a phone shows beside its keyboard
KEPT = 3600  # seconds in a browser


@require_safe
def lookup(request: HttpRequest) -> HttpResponse:
    """`?in=430000` steps into a place (the country for ""); else the field named by `as` holds what was typed.

    `revoked=1` finds codes that are no more; `exact=1` steps on from a place that is divided instead of taking it.
    """
    stepping, typed = "in" in request.GET, asked(request, asked(request, "as"))
    if stepping:
        trail = way(asked(request, "in"))
        places = regions().within(trail[-1].code if trail else "")
    else:
        trail, places = [], regions().search(typed, asked(request, "revoked") == "1", MOST)
    words = {
        "stepping": stepping,
        "trail": trail,
        "places": places,
        "exact": asked(request, "exact") == "1",
        "more": "".join(f"&{name}=1" for name in ("revoked", "exact") if asked(request, name) == "1"),
        "said": (_("列出 %(count)d 个地方") % {"count": len(places)} if places else _("没有找到")) if stepping or typed else "",
    }
    return public_data(render(request, "parts/places.page.html", words), KEPT)


def remark(code: str) -> str:
    """Under the name of a region: its code, and what became of a revoked one."""
    if code not in regions().known:
        return code
    place = regions().place(code)
    if not place.revoked:
        return code
    heir = _("，现为%(name)s") % {"name": place.successor} if place.successor else ""
    return _("%(code)s（已撤销%(heir)s）") % {"code": code, "heir": heir}


def way(code: str) -> list[Place]:
    """From the province down to a place of today; empty for anything else."""
    if code not in regions().known or not regions().current(code):
        return []
    line = [regions().place(row.code) for row in regions().line(code)]
    return [place for place in line if place.level != "group" or place.code == code]
