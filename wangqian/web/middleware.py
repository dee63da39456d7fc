"""The middleware that settings name."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation

from wangqian.people import editions
from wangqian.people.models import Actor, Membership
from wangqian.people.models.membership import Capacity as Kind
from wangqian.people.prepared import Prepared
from wangqian.web.headers import SecurityHeaders

__all__ = ["Capacity", "FreshCodes", "PageForEveryAnswer", "SecurityHeaders"]

SESSION_KEY, KIND = "membership", "kind"  # of the capacity in which a session is used
PLACE = ("school", "college")
OF_GRADUATE = ("graduate__school", "graduate__college", "graduate__cohort")
SHOWN: dict[str, tuple[str, ...]] = {  # by kind; "" where it is not known yet: PostgreSQL takes ten times as long to plan that
    "": (*OF_GRADUATE, "employer", *PLACE),
    Kind.GRADUATE: OF_GRADUATE,
    Kind.EMPLOYER: ("employer",),
    Kind.COUNSELLOR: PLACE,
    Kind.COLLEGE: PLACE,
    Kind.SCHOOL: PLACE,
    Kind.OPERATOR: (),
}


def chosen_read(*shown: str) -> Prepared:
    return Prepared(lambda user, pk: Membership.objects.filter(user=user, pk=pk, active=True).select_related(*shown), UUID, UUID)


def first_read(*shown: str) -> Prepared:
    return Prepared(lambda user: Membership.objects.filter(user=user, active=True).select_related(*shown).order_by("pk")[:1])


CHOSEN = {kind: chosen_read(*shown) for kind, shown in SHOWN.items()}
FIRST = {kind: first_read(*shown) for kind, shown in SHOWN.items()}


class PageForEveryAnswer:
    """Django answers a method a page does not take with nothing at all; people get a page that says how to go on."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code != 405 or response.content:
            return response
        from wangqian.web.public import method_not_allowed

        page = method_not_allowed(request)
        page.headers["Allow"] = response.headers["Allow"]
        return page


class FreshCodes:
    """Tables of codes as every process has them, before a page is made from them (people/editions.py)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        editions.look()
        return self.get_response(request)


class Capacity:
    """Sets `request.actor`: the capacity chosen in the session, re-read on every request, else the user's first.

    Pages speak the user's own language, Chinese before he is known: the terms of law are Chinese.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        actor = request.actor = actor_of(request)  # type: ignore[attr-defined]
        language = actor.user.language if actor else settings.LANGUAGE_CODE
        with translation.override(language):
            return self.get_response(request)


def actor_in(request: HttpRequest) -> Actor | None:
    """Who is here, in which capacity; None for a stranger."""
    found: Actor | None = getattr(request, "actor", None)
    return found


def address(request: HttpRequest) -> str:
    """The client's address; a forwarded one only when our own proxy sets it."""
    forwarded = request.headers.get("X-Forwarded-For", "") if settings.TRUST_PROXY else ""
    return forwarded.rpartition(",")[2].strip() or str(request.META.get("REMOTE_ADDR", ""))


def line(request: HttpRequest) -> str:
    """What the address counts as in a limit: itself, or its /64, which one subscriber has to himself."""
    found = address(request)
    try:
        return str(ipaddress.ip_network((found, 64), strict=False)) if ":" in found else found
    except ValueError:
        return found


def agent(request: HttpRequest) -> str:
    """The browser's name for itself, without what no database keeps."""
    return "".join(filter(str.isprintable, request.headers.get("User-Agent", "")))


def actor_of(request: HttpRequest) -> Actor | None:
    if not request.user.is_authenticated:
        return None
    kind, chosen = request.session.get(KIND, ""), request.session.get(SESSION_KEY)
    membership: Membership | None = CHOSEN[kind].first(request.user.pk, UUID(chosen)) if chosen else None
    membership = membership or FIRST[kind].first(request.user.pk)
    if membership is None:
        return None
    membership.user = request.user
    return Actor(membership, address(request), agent(request))
