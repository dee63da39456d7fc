"""What people look for by name or number never stands in an address: it is kept in the session under a random key (`?q=`).

The way back, paging and reloading work as with any address; the rest of a filter stays in the query string.
"""

from __future__ import annotations

import secrets
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import Resolver404, resolve, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from wangqian.people.models import Actor
from wangqian.web.frame import acting
from wangqian.web.paging import fit
from wangqian.web.panels import Alert

KEPT = "searches"  # in the session: key → {"to": path, name: word …}
MOST = 30  # the oldest go first
FIELDS = 12


@acting()
@require_POST
def search(request: HttpRequest, actor: Actor) -> HttpResponse:
    """A filter row sent off: its private words into the session, the others into the address of the list it belongs to."""
    said = request.POST
    private = set(said.getlist("private"))
    names = [name for name in said if name not in ("csrfmiddlewaretoken", "private", "to")][:FIELDS]
    words = {name: word for name in names if (word := fit(said[name]))}
    to = local(said.get("to", ""))
    kept = {name: word for name, word in words.items() if name in private}
    plain = {name: word for name, word in words.items() if name not in private}
    if kept:
        plain["q"] = keep(request, to, kept)
    return redirect(f"{to}?{urlencode(plain)}" if plain else to)


def local(path: str) -> str:
    """The list it came from; home for anything that is no page of ours."""
    try:
        resolve(path)
    except Resolver404:
        return reverse("home")
    return path


def keep(request: HttpRequest, to: str, words: dict[str, str]) -> str:
    """The key under which these words are found again, by this session and for this list alone."""
    key = secrets.token_urlsafe(9)
    earlier = list(request.session.get(KEPT, {}).items())[-(MOST - 1) :]
    request.session[KEPT] = {**dict(earlier), key: {"to": to, **words}}
    return key


def found(request: HttpRequest) -> dict[str, str]:
    words: dict[str, str] = request.session.get(KEPT, {}).get(fit(request.GET.get("q", "")), {})
    return words if words.get("to") == request.path else {}


def searched(request: HttpRequest, name: str) -> str:
    """The private word typed into this field of the filter, "" when none."""
    return found(request).get(name, "") if name != "to" else ""


def forgotten(request: HttpRequest) -> list[Alert]:
    """The address names a search that this session does not know: said, instead of showing everything as if it fitted."""
    if not request.GET.get("q") or found(request):
        return []
    return [Alert("warn", _("筛选条件已失效"), _("为保护个人信息，姓名和号码不写进网址，退出登录后即清除。请重新填写筛选条件。"))]
