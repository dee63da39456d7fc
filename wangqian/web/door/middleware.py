"""How long a session lives, and what must be done before anything else."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from wangqian.people.factors import STAFF
from wangqian.web.door.gates import closed
from wangqian.web.middleware import KIND, actor_in, address

SINCE, SEEN = "since", "seen"
STEP = 30  # seconds between two notes of being here, so that reading a page writes nothing
Answer = Callable[[HttpRequest], HttpResponse]


class Lifetime:
    """A session ends after 12 h, and when nothing was asked for 15 min (staff, operators) or 30 min (others)."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            moment = int(time.time())
            if over(request, moment):
                logout(request)
                messages.info(request, _("您有一段时间没有操作，已自动退出，请重新登录。"))
            elif moment - request.session.get(SEEN, 0) >= STEP:
                note(request, moment)
        return self.get_response(request)


def over(request: HttpRequest, moment: int) -> bool:
    since, seen = request.session.get(SINCE, moment), request.session.get(SEEN, moment)
    idle = settings.SESSION_IDLE["staff" if request.session.get(KIND) in STAFF else "others"]
    return bool(moment - seen >= idle or moment - since >= settings.SESSION_COOKIE_AGE)


def note(request: HttpRequest, moment: int) -> None:
    """He is here: said in the session and in the list of his sessions."""
    request.session.setdefault(SINCE, moment)
    request.session[SEEN] = moment
    here = UserSession.objects.filter(session_key=request.session.session_key)
    here.update(last_seen_at=timezone.now(), ip=address(request) or "0.0.0.0")


class Gates:
    """Leads to what must be done first (`gates.py`), and remembers in which capacity the session is used."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_view: Any) -> HttpResponse | None:
        actor = actor_in(request)
        if actor and request.session.get(KIND) != actor.membership.kind:
            request.session[KIND] = actor.membership.kind
        first = closed(request) if request.user.is_authenticated else ""
        return redirect(first) if first else None
