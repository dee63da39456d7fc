"""What an SMS provider is; how it is asked over HTTP; and two of them, the second for when the first is down."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any, Protocol
from urllib.parse import urlsplit

import requests
from django.utils.translation import gettext as _

from wangqian.notices.channels import reasons
from wangqian.notices.channels.base import Outcome
from wangqian.notices.models import Attempt, Reason, Result
from wangqian.people.clock import now

CONNECT, READ = 2, 3  # seconds; the same again for an answer that comes drop by drop
MOST = 64 * 1024  # bytes of an answer
BEHIND = (500, 502, 504)  # something broke after the gateway: it may have been taken
LOOPBACK = ("127.0.0.1", "localhost", "::1")
SIGN = re.compile(r"(?!\d+$)[\u4e00-\u9fffA-Za-z0-9]{2,12}")  # both providers: 2–12 characters, no symbols
RESTS = timedelta(minutes=1)  # how long a provider that was down is asked second
AWAY = (Reason.DOWN, Reason.UNKNOWN)
# Surely not taken, and no fault of this message or number: the other provider may send it. A limit per phone is not
# among these: it protects people. An unknown outcome neither: they might get it twice.
PASSED_ON = (Reason.DOWN, Reason.KEY, Reason.BALANCE, Reason.TEMPLATE)


@dataclass(frozen=True)
class Short:
    """One SMS. `key` is the same on every try of a message; providers give it back in what they report."""

    phone: str
    text: str
    key: str
    approved: str = ""
    variables: Mapping[str, str] = field(default_factory=dict)


class Provider(Protocol):
    """Hands an SMS to its phone. Answers with an `Outcome`, whatever the network does, within seconds."""

    @property
    def name(self) -> str:
        """As the settings say it."""

    def label(self) -> str:
        """Its name for people."""

    def gaps(self) -> list[str]:
        """The settings that are missing or wrong; with any, nothing is sent by it."""

    def sign(self) -> str:
        """The signature before every text, without its brackets."""

    def send(self, short: Short) -> Outcome: ...


class Trouble(Exception):
    """The provider could not be asked; `reason` says whether it may have taken the message."""

    def __init__(self, reason: Reason, code: str = "") -> None:
        super().__init__(reason)
        self.reason, self.code = reason, code


def post(url: str, headers: Mapping[str, str], body: bytes, method: str = "POST") -> dict[str, Any]:
    """The answer's JSON object. `Trouble` when there is none. No redirect is followed, no `.netrc` read."""
    try:
        with requests.request(
            method,
            url,
            data=body,
            headers=dict(headers),
            timeout=(CONNECT, READ),
            allow_redirects=False,
            stream=True,
            auth=lambda request: request,
        ) as answer:
            said = parsed(read(answer))
            status = answer.status_code
    except (requests.ConnectTimeout, requests.exceptions.SSLError) as nobody:
        raise Trouble(Reason.DOWN) from nobody
    except requests.ConnectionError as broken:
        raise Trouble(Reason.DOWN if never_connected(broken) else Reason.UNKNOWN) from broken
    except (requests.RequestException, OSError) as broken:
        raise Trouble(Reason.UNKNOWN) from broken
    except Exception as broken:  # what urllib3 raises while the answer is read
        raise Trouble(Reason.UNKNOWN) from broken
    if said is None:
        raise Trouble(Reason.UNKNOWN if status < 300 or status in BEHIND else Reason.DOWN, f"HTTP{status}")
    return said


def read(answer: requests.Response) -> bytes:
    """The body, as far as it comes in time and is of a reasonable size."""
    body, until = b"", time.monotonic() + READ
    while (more := answer.raw.read1(MOST, decode_content=True)) and len(body) < MOST:
        body += more
        if time.monotonic() > until:
            raise requests.ReadTimeout
    return body


def never_connected(broken: requests.ConnectionError) -> bool:
    """Refused, no such host, no route: nothing of the request can have arrived."""
    inner = getattr(broken.args[0] if broken.args else None, "reason", None)
    return type(inner).__name__ in ("NewConnectionError", "NameResolutionError", "ConnectTimeoutError")


def parsed(body: bytes) -> dict[str, Any] | None:
    try:
        said = json.loads(body)
    except ValueError:
        return None
    return said if isinstance(said, dict) else None


def outcome(provider: str, code: str, known: Mapping[str, Reason], starts: Mapping[str, Reason]) -> Outcome:
    """What a refusal of the provider means: by its code, else by how the code begins."""
    reason = known.get(code) or next((why for start, why in starts.items() if code.startswith(start)), Reason.OTHER)
    result = Result.INVALID if reason == Reason.ADDRESS else Result.FAILED
    return Outcome(result, reasons.said(reason, code), reason, provider)


def taken(provider: Provider, reference: object) -> Outcome:
    """Accepted; the carrier's receipt tells the rest. A reference that is none is not kept."""
    kept = reference if isinstance(reference, str) and reasons.CODE.fullmatch(reference) else ""
    return Outcome(Result.SUBMITTED, _("%(name)s已接收。") % {"name": provider.label()}, "", provider.name, kept)


def trouble(provider: Provider, found: Trouble) -> Outcome:
    return Outcome(Result.FAILED, reasons.said(found.reason, found.code), found.reason, provider.name)


def unsafe(endpoint: str) -> bool:
    """Anything but https, except to this very machine."""
    parts = urlsplit(endpoint)
    return not parts.hostname or not (parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK))


@dataclass(frozen=True)
class Both:
    """Two providers: the second sends what the first could not take for reasons of its own."""

    first: Provider
    second: Provider

    @property
    def name(self) -> str:
        return self.first.name

    def label(self) -> str:
        return _("%(first)s（备用：%(second)s）") % {"first": self.first.label(), "second": self.second.label()}

    def gaps(self) -> list[str]:
        return [*self.first.gaps(), *self.second.gaps()]

    def sign(self) -> str:
        return max(self.first.sign(), self.second.sign(), key=len)

    def send(self, short: Short) -> Outcome:
        one, other = (self.second, self.first) if resting(self.first.name) else (self.first, self.second)
        found = one.send(short)
        if found.reason not in PASSED_ON:
            return found
        return replace(other.send(short), earlier=found)


def resting(name: str) -> bool:
    """Whether the provider's last attempt, by any process, found it away less than a minute ago."""
    last = Attempt.objects.filter(provider=name).order_by("-id").first()
    return last is not None and last.reason in AWAY and last.at > now() - RESTS
