"""The browser somebody comes with: a signed cookie that counts its tries and remembers whose accounts were opened with it.

It identifies nobody: a random number, and digests of accounts. A known device keeps its owner's way in open while strangers guess.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponseBase

from wangqian.people.identity import keyed
from wangqian.people.models import User

COOKIE = "device" if settings.INSECURE else "__Host-device"
SALT, LIVES = "wangqian.device", 180 * 24 * 3600
MOST = 5  # accounts remembered: an office shares a computer


@dataclass(frozen=True)
class Device:
    """`number` is random; `known` are digests of accounts that were opened here."""

    number: str
    known: tuple[str, ...] = ()

    def knows(self, user: User | None) -> bool:
        return user is not None and mark(user) in self.known


def mark(user: User) -> str:
    return keyed("device", str(user.pk))[:16]


def of(request: HttpRequest) -> Device:
    """The device of this request; a new one when the cookie is missing, old or not ours."""
    if not hasattr(request, "device"):
        request.device = read(request)  # type: ignore[attr-defined]
    found: Device = request.device  # type: ignore[attr-defined]
    return found


def read(request: HttpRequest) -> Device:
    try:
        number, *known = signing.loads(request.COOKIES.get(COOKIE, ""), salt=SALT, max_age=LIVES)
        return Device(str(number), tuple(map(str, known)))
    except (signing.BadSignature, ValueError, TypeError):
        return Device(secrets.token_hex(8))


def keep(response: HttpResponseBase, device: Device, user: User | None = None) -> None:
    """Set the cookie; with `user`, as one whose account was opened here."""
    known = [mark(user), *(one for one in device.known if one != mark(user))] if user else list(device.known)
    response.set_cookie(
        COOKIE,
        signing.dumps([device.number, *known[:MOST]], salt=SALT),
        max_age=LIVES,
        secure=not settings.INSECURE,
        httponly=True,
        samesite="Lax",
    )
