"""Who may pass at a capability link: is there such a link, does it live, has this browser shown the phone (security.md §2.4).

Whatever is wrong with a link looks the same: used, expired, replaced, withdrawn, reviewed, three times proven, or never made.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from wangqian.cases.act import Bearer
from wangqian.cases.models import Case
from wangqian.chart.words import Refused
from wangqian.flows import link_codes, links
from wangqian.flows.models import Link, LinkCode
from wangqian.people import limits
from wangqian.people.clock import now
from wangqian.web import challenge
from wangqian.web.frame import show
from wangqian.web.middleware import address, agent, line
from wangqian.web.pages import PlainPage
from wangqian.web.panels import Alert, Button, Text

KEY, MOST = "links", 20  # of a browser's session: by link, the key of its code; an office has several graduates
SECRET = re.compile(r"[\w-]{20,60}", re.ASCII)


@dataclass(frozen=True)
class Visit:
    """A browser at a link; `code` is its proven session, while that lasts."""

    link: Link
    secret: str
    asked: str = ""
    code: LinkCode | None = None

    @property
    def case(self) -> Case:
        return self.link.case

    @property
    def done(self) -> bool:
        return self.code is not None and self.code.done_at is not None

    def url(self, name: str, *more: Any) -> str:
        return reverse(name, args=[self.secret, *more])

    def bearer(self, request: HttpRequest) -> Bearer:
        return links.bearer(self.link, address(request), agent(request))


class PassForm(challenge.Challenged):
    """Nothing but the challenge."""

    purpose = "link-look"


View = Callable[..., HttpResponse]


def opened(view: View) -> View:
    """With the visit at the address's link; else the page that dead and unknown links have in common."""

    @wraps(view)
    def wrapped(request: HttpRequest, secret: str, **more: Any) -> HttpResponse:
        found = links.of_secret(secret) if SECRET.fullmatch(secret) else None
        asked = remembered(request).get(str(found.pk)) if found else None
        if asked is None and limits.exhausted("link-misses", line(request)):
            return crowded(request, secret, found)
        if found is None:
            limits.allowed("link-misses", line(request))
            return dead(request)
        request.about = found.pk  # type: ignore[attr-defined]
        visit = Visit(found, secret, asked or "", link_codes.session(found, asked or ""))
        if not (visit.done or living(visit)):
            return dead(request)
        return view(request, visit, **more)

    return wrapped


def proven(view: View) -> View:
    """The same for what only a browser sees that has shown the phone; once the paper is handed in, nobody does."""

    @opened
    @wraps(view)
    def wrapped(request: HttpRequest, visit: Visit, **more: Any) -> HttpResponse:
        if visit.done:
            return dead(request)
        return view(request, visit, **more) if visit.code else to_start(request, visit)

    return wrapped


def to_start(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Where the phone is shown; a script is told to lead the whole page there."""
    if request.headers.get("HX-Request"):
        return HttpResponse(headers={"HX-Redirect": visit.url("link")})
    return redirect("link", visit.secret)


def living(visit: Visit) -> bool:
    """Whether this browser may still do something with it: one that has not shown the phone needs one of the three times."""
    return links.alive(visit.link, now()) and (visit.code is not None or link_codes.room(visit.link))


def remembered(request: HttpRequest) -> dict[str, str]:
    found: dict[str, str] = request.session.get(KEY, {})
    return found


def remember(request: HttpRequest, link: Link, code: str = "") -> None:
    """In this browser's session, sealed like every session: that it may look, and which code it asked for."""
    others = [(pk, kept) for pk, kept in remembered(request).items() if pk != str(link.pk)]
    request.session[KEY] = dict([*others, (str(link.pk), code)][-MOST:])


def dead(request: HttpRequest) -> HttpResponse:
    page = PlainPage(
        title=_("这个链接不能使用"),
        lead=_("链接可能已经用过、已过期或被新的链接替换，也可能没有复制完整。"),
        panels=[
            Text(
                _("怎么办"),
                [
                    _("请联系毕业生：协议书还没有回传的，由毕业生在平台上重新发送链接。每个链接 72 小时内有效，只能提交一次。"),
                    _("已经提交过的，不需要再办理；审核结果请向毕业生或学校就业部门了解。"),
                ],
            )
        ],
    )
    return show(request, page, 404)


# --- an address that has tried many links ------------------------------------------------------------


def crowded(request: HttpRequest, secret: str, found: Link | None) -> HttpResponse:
    """First a challenge, whatever stands behind the address asked for; never a wall."""
    form = PassForm(request.POST if request.method == "POST" and challenge.FIELD in request.POST else None)
    if not form.is_bound or not form.is_valid():
        return crowded_page(request, secret, form, limits.Over.status)
    try:
        challenge.require(request, form, secret)
    except Refused as refusal:
        return crowded_page(request, secret, PassForm(), refusal.status, str(refusal))
    if found is None or not links.alive(found, now()):
        return dead(request)
    remember(request, found)
    return redirect("link", secret)


def crowded_page(request: HttpRequest, secret: str, form: PassForm, status: int, refusal: str = "") -> HttpResponse:
    said = _("您所在的网络短时间内打开了很多无效的链接。点“继续”完成一次安全验证就可以打开，不需要输入别的内容。")
    page = PlainPage(
        title=_("打开链接前，请先完成安全验证"),
        lead=said,
        alerts=[Alert("warn", refusal)] if refusal else [],
        form=form,
        act=Button(_("继续"), method="submit", primary=True),
        action_url=reverse("link", args=[secret]),
    )
    return show(request, page, status)
