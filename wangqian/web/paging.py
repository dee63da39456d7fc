"""Lists of any length in bounded time: counts and pages stop at a thousand rows, and filters narrow the rest."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _

from wangqian.web.lists import Pager, Tab

PAGE = 20
MOST = 1000


def counted(rows: QuerySet[Any, Any]) -> int:
    """How many rows, looking at no more than `MOST` of them.

    In the caller's order where he gives one: an index in that order then finds them, wherever they lie in the table.
    """
    return rows[:MOST].count()


def many(count: int) -> str:
    """A capped count for people: "999+"."""
    return str(count) if count < MOST else f"{MOST - 1}+"


def fit(word: str) -> str:
    """What was typed, fit for a query."""
    return word.replace("\0", "").strip()[:60]


def asked(request: HttpRequest, name: str) -> str:
    """One word of the query string; names and numbers of people never stand there (searching.py)."""
    return fit(request.GET.get(name, ""))


def page_number(request: HttpRequest, name: str = "page") -> int:
    """The page asked for, from 1; anything that is no such number is the first."""
    text = asked(request, name)
    number = int(text) if text.isascii() and text.isdigit() else 1
    return min(max(number, 1), MOST // PAGE)


def window(rows: QuerySet[Any, Any], number: int, size: int = PAGE) -> QuerySet[Any, Any]:
    """The rows of one page; the order is the caller's."""
    return rows[(number - 1) * size : number * size]


def address(request: HttpRequest, **changes: object) -> str:
    """This page with other words in its query string; empty ones are left out."""
    words = {name: asked(request, name) for name in request.GET} | {name: str(said) for name, said in changes.items()}
    kept = urlencode({name: said for name, said in words.items() if said})
    return f"{request.path}?{kept}" if kept else request.path


def pager(request: HttpRequest, count: int, number: int, size: int = PAGE, name: str = "page") -> Pager | None:
    """Which rows these are and the ways on; None where one page is all."""
    if count <= size and number == 1:
        return None
    first, last = (number - 1) * size + 1, min(number * size, count)
    said = _("第 %(first)d–%(last)d 条，共 %(count)s 条") if first <= count else _("这一页没有内容，共 %(count)s 条")
    return Pager(
        said % {"first": first, "last": last, "count": many(count)},
        previous_url=address(request, **{name: number - 1 if number > 2 else ""}) if number > 1 else "",
        next_url=address(request, **{name: number + 1}) if last < count else "",
        first_url=address(request, **{name: ""}) if number > 2 else "",
    )


def tab(label: str, url: str, count: int, active: bool) -> Tab:
    """A tab with its count; a capped one says so in its label."""
    if count < MOST:
        return Tab(label, url, count, active)
    return Tab(f"{label} {many(count)}", url, None, active)
