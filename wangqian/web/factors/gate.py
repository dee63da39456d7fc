"""Nobody who is more than a password should open gets past this gate by a password (G16)."""

from __future__ import annotations

from django.http import HttpRequest

from wangqian.people import factors
from wangqian.web.factors.fresh import by_device
from wangqian.web.middleware import actor_in

# Reached in spite of the gate: setting one up, confirming with one, another capacity, leaving.
WAYS = {
    "account_reauthenticate",
    "mfa_index",
    "mfa_add_webauthn",
    "mfa_activate_totp",
    "mfa_totp_picture",
    "switch",
}


def second_factor(request: HttpRequest) -> str:
    """To the overview while he has none; to the confirmation while this session was opened without it."""
    actor, here = actor_in(request), request.resolver_match
    if here and here.url_name in WAYS:
        return ""
    if actor is None or not factors.obligatory() or not factors.needs_one(actor.membership) or by_device(request):
        return ""
    return "account_reauthenticate" if factors.enrolled(actor.user) else "mfa_index"
