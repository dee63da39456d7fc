"""What a person who has logged in must do before anything else. Nobody passes a gate by asking for another page.

Each gate of `GATES` gets the request and answers with the name of the page where the missing thing is done, "" when nothing is
missing. The pages in `OPEN` are reached in spite of them: add the pages of a new gate there.
"""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest

from wangqian.people import passwords
from wangqian.people.models import User
from wangqian.web.factors.gate import WAYS, second_factor
from wangqian.web.middleware import actor_in

Gate = Callable[[HttpRequest], str]

ENTERED = "entered"  # how the session began: "account", or "demo" for the demo's people, who pass every gate
PUBLIC = {"verify", "verify-code", "verify-file", "guide", "guide-pdf", "guide-chapter", "log", "log-heads", "log-proof", "log-verify"}
OPEN = {"account_set_password", "account_logout", "no-capacity", *PUBLIC}
# Reached with an old password: where it is changed, and the ways of the second factor, which is asked for before that page opens.
CHANGING = {"account_change_password", *WAYS}


def password(request: HttpRequest) -> str:
    """Who first came in by a code sets a password; where the rules let passwords grow old, an old one is changed."""
    user = request.user
    assert isinstance(user, User)
    if not user.has_usable_password():
        return "account_set_password"
    here = request.resolver_match
    return "account_change_password" if passwords.overdue(user) and here and here.url_name not in CHANGING else ""


def capacity(request: HttpRequest) -> str:
    """An account that acts for nobody any more is told so."""
    return "" if actor_in(request) else "no-capacity"


GATES: list[Gate] = [password, capacity, second_factor]


def closed(request: HttpRequest) -> str:
    """The page to which this request is led instead of the one asked for; "" when it may go on."""
    way = request.session.get(ENTERED, "")
    if way != "account" and (settings.DEMO or settings.TESTING):
        return ""
    match = request.resolver_match
    if match is None or match.url_name in OPEN:
        return ""
    return next((page for gate in GATES if (page := gate(request))), "")
