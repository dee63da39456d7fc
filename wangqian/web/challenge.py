"""A proof of work before an SMS, after wrong guesses, and where one address asks a lot. No picture to read, no other host.

There is nothing for people to do. The page carries a challenge; `static/challenge.js` solves it while the form is filled in and puts
the answer in a hidden field. Each serves once. Without a script there is a slow lane instead of a wall. It makes attempts cost
something; it tells nobody from a robot.
"""

from __future__ import annotations

import base64
import json
import secrets
import time
from datetime import timedelta
from typing import Any

import altcha
from django import forms
from django.conf import settings
from django.http import HttpRequest
from django.templatetags.static import static
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from wangqian.chart.words import Refused
from wangqian.people import limits
from wangqian.people.identity import keyed
from wangqian.people.models import Throttle
from wangqian.web.middleware import line

FIELD = "work"
ALGORITHM = "PBKDF2/SHA-256"
LIVES = timedelta(minutes=20)
MOST = 4000  # characters of an answer; an honest one has about 900
AGAIN = gettext_noop("安全验证已过期，请再提交一次。")


class Stale(Refused):
    """A challenge that was used, or is too old: the page brings a new one."""

    status = 422


class Work(forms.HiddenInput):
    """Never sent back; brings a new challenge whenever it is drawn."""

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        told = {
            "data-challenge": json.dumps(issue(self.attrs["data-for"]), separators=(",", ":")),
            "data-script": static("challenge.js"),
            "data-working": _("正在完成安全验证，请稍候……"),
            "data-failed": _("这个浏览器不能完成安全验证：10 分钟内只能提交一次。"),
        }
        return super().get_context(name, "", {**(attrs or {}), **told})


class Challenged(forms.Form):
    """A form with a challenge for one `purpose`."""

    purpose = ""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        widget = Work(attrs={"data-for": self.purpose})
        self.fields[FIELD] = forms.CharField(max_length=MOST, required=False, widget=widget)

    def answer(self) -> str:
        """What the page's script found; "" without one."""
        return str(self.cleaned_data.get(FIELD, ""))


def issue(purpose: str) -> dict[str, Any]:
    """A new challenge: find which number was hashed. About the same work for everybody."""
    cost, least = settings.CHALLENGE
    made = altcha.create_challenge(
        ALGORITHM,
        cost,
        counter=least + secrets.randbelow(least),
        expires_at=int(time.time() + LIVES.total_seconds()),
        data={"for": purpose},
        hmac_secret=secret("challenge"),
        hmac_key_secret=secret("challenge-key"),
    )
    return made.to_dict()


def require(request: HttpRequest, form: Challenged, target: str) -> None:
    """Go on with a solved challenge, or by the slow lane: once in ten minutes for `target`, a few times for an address.

    Raises `Stale` or `limits.Over`.
    """
    answer = form.answer()
    if not answer:
        limits.spend("slow-address", line(request))
        limits.spend("slow", form.purpose, target)
    elif not solved(answer, form.purpose):
        raise Stale(AGAIN)


def require_of_many(request: HttpRequest, form: Challenged, limit: str, target: str) -> None:
    """Go on while the address has room in `limit`; then with a challenge. An address is never simply shut out."""
    if not limits.allowed(limit, line(request)):
        require(request, form, target)


def require_after(request: HttpRequest, form: Challenged, misses: str, who: str) -> None:
    """Go on until `who` has guessed wrong as often as `misses` allows; then with a challenge."""
    if limits.exhausted(misses, who):
        require(request, form, who)


def solved(answer: str, purpose: str) -> bool:
    """Whether it solves a challenge of ours for this purpose that nobody has used yet; it is used up by asking."""
    try:
        payload = altcha.Payload.from_dict(json.loads(base64.b64decode(answer, validate=True)))
        found = altcha.verify_solution(payload, secret("challenge"), hmac_key_secret=secret("challenge-key"))
        meant = (payload.challenge.parameters.data or {}).get("for")
    except (ValueError, TypeError, KeyError, AttributeError, OverflowError, RecursionError):
        return False
    if not found.verified or meant != purpose:
        return False
    return Throttle.spend(f"challenge:{keyed('challenge', str(payload.challenge.signature))}", 1, LIVES)


def secret(name: str) -> str:
    return keyed("altcha", name)
