"""Step-up: before what a stolen session must not do, the person confirms again that it is he (security.md A20).

`confirmed` is written by `again.py` and by every way of logging in; it lives in the session, beside the log allauth keeps there.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from allauth.account.internal.flows.login import get_authentication_records, record_authentication
from allauth.usersessions.models import UserSession
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from wangqian.people.models import User

SECONDS = 120
KEPT = "kept_post"  # what was sent when a confirmation was missing: where, and which fields
MOST_KEPT = 50
QUIET = ("wechat", "outside")  # opened by another house, perhaps without a touch: that confirms nothing
FACTOR = "mfa"  # allauth's word for a passkey, an app or a recovery code
View = Callable[..., HttpResponse]


def confirmed(request: HttpRequest, user: User, method: str, **more: Any) -> None:
    """Note that the person has just shown that it is he: `method` "mfa" by his device, "code" or "password" otherwise.

    The session goes on under a new key, so that whoever knew the old one does not share the confirmation (A19).
    """
    record_authentication(request, user, method, reauthenticated=True, **more)
    old = request.session.session_key
    request.session.cycle_key()
    UserSession.objects.filter(session_key=old).update(session_key=request.session.session_key)


def records(request: HttpRequest) -> list[dict[str, Any]]:
    """How and when this session's person proved who he is, oldest first."""
    return get_authentication_records(request, request.user) if request.user.is_authenticated else []


def lately(request: HttpRequest) -> bool:
    """Within the last 120 s, by whatever way he may use."""
    return any(time.time() - one["at"] < SECONDS for one in records(request)[-3:] if one["method"] not in QUIET)


def by_device(request: HttpRequest) -> bool:
    """Whether this session was ever opened or confirmed with a second factor."""
    return any(one["method"] == FACTOR for one in records(request))


def fresh(view: View) -> View:
    """For views inside `acting`: not confirmed within 120 s leads to the confirmation, and back to what was sent."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if lately(request):
            if request.method == "POST":
                request.session.pop(KEPT, None)
            return view(request, *args, **kwargs)
        if request.method == "POST":
            keep(request)
        return redirect(f"{reverse('account_reauthenticate')}?{urlencode({'next': request.get_full_path()})}")

    wrapped.fresh = True  # type: ignore[attr-defined]
    return wrapped


def keep(request: HttpRequest) -> None:
    """What was typed, but no password and no file: shown again after the confirmation, to be sent by the person himself."""
    fields = [(name, value) for name, values in request.POST.lists() for value in values if name != "csrfmiddlewaretoken"]
    if len(fields) <= MOST_KEPT and not any("password" in name for name, _value in fields) and not request.FILES:
        request.session[KEPT] = {"path": request.get_full_path(), "fields": fields}
