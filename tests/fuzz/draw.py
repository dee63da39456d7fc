"""One address in the hands of people who mean no good: what they send, and what came of it."""

from __future__ import annotations

import json
import os
import random
import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.db import transaction
from django.http import HttpResponse
from django.urls import NoReverseMatch, reverse

from tests.fuzz import words
from tests.screens.pages import PageClient, read
from wangqian.people.models import Throttle

DRAWN = "WANGQIAN_FUZZ" in os.environ  # anew each time
QUERIES = ("page", "tab", "year", "q", "state", "name", "as", "next", "query", "agreed", "channel", "from")


@dataclass
class Draw:
    """A route with its arguments. `open_to` are those it is open to, `parties` everybody; `browser` gives the browser of one.

    `forms`: field names and values of the page's own forms, by who sees them; looked up where another draw has not done it.
    """

    name: str
    kwargs: dict[str, object]
    method: str
    browser: Callable[[str], PageClient]
    open_to: list[str]
    parties: list[str]
    forms: dict[str, dict[str, str]] | None = None
    chance: random.Random = field(init=False)

    def __post_init__(self) -> None:
        self.chance = random.Random(None if DRAWN else f"{self.name} {self.method} {self.kwargs.get('step', '')}")
        if self.forms is None:
            self.forms = self.known_fields()

    def somebody(self) -> str:
        return self.chance.choice(self.open_to if self.chance.random() < 0.8 else self.parties)

    def known_fields(self) -> dict[str, dict[str, str]]:
        found: dict[str, dict[str, str]] = {}
        for party in self.open_to[:2]:
            page = self.browser(party).get(reverse(self.name, kwargs=self.kwargs))
            kind = page.headers.get("Content-Type", "")
            if page.status_code == 200 and kind.startswith("text/html"):
                inputs = read(page).inputs
                found[party] = {one["name"]: one.get("value", "on") for one in inputs if one.get("name")}
        return found

    def address(self) -> str:
        kwargs = dict(self.kwargs)
        if kwargs and self.chance.random() < 0.2:
            kwargs[self.chance.choice(list(kwargs))] = self.chance.choice(words.PATHS)
        try:
            url = reverse(self.name, kwargs=kwargs)
        except NoReverseMatch:  # the converter keeps it out: typed by hand it is a 404
            url = reverse(self.name, kwargs=self.kwargs) + self.chance.choice(words.PATHS)
        if self.chance.random() < 0.5:
            pairs = [(self.chance.choice(QUERIES), words.word(self.chance)[:2000]) for _ in range(self.chance.randint(1, 3))]
            url += "?" + urlencode(pairs)
        return url

    def fields(self) -> dict[str, Any]:
        """The page's own fields, some of them spoilt; or only spoilt ones."""
        assert self.forms is not None
        base: dict[str, Any] = dict(self.chance.choice(list(self.forms.values()) or [{}]))
        names = [*base, "send_code", "assertion", "key", "token", "pick", "file"]
        for name in self.chance.sample(names, min(len(names), self.chance.randint(1, 4))):
            base[name] = words.value(self.chance)
        if base and self.chance.random() < 0.2:
            base.pop(self.chance.choice(list(base)))
        return base

    def raw(self) -> tuple[str, bytes] | None:
        """(content type, body) where it is no form that is sent: seldom, and always to the addresses for machines."""
        if self.name in words.REPORTED and self.chance.random() < 0.7:
            rows = [words.report(self.chance, self.name) for _ in range(self.chance.randint(1, 3))]
            return "application/json", json.dumps(rows).encode()
        return self.chance.choice(words.RAW) if self.name in words.REPORTED or self.chance.random() < 0.15 else None

    def send(self) -> tuple[str, HttpResponse]:
        """(what was sent, the answer)."""
        party, url, headers = self.somebody(), self.address(), self.chance.choice(words.HEADERS)
        who = self.browser(party)
        who.raise_request_exception = False
        if self.method == "GET":
            return f"{party} GET {url[:300]}", who.get(url, **headers)
        if raw := self.raw():
            kind, body = raw
            return f"{party} POST {url[:200]} {kind} {body[:300]!r}", who.generic("POST", url, body, kind, **headers)
        fields = self.fields()
        told = {name: str(value)[:80] for name, value in fields.items()}
        return f"{party} POST {url[:200]} {told}", who.post(url, fields, **headers)


def answers(draw: Draw, requests: int) -> Iterator[tuple[str, HttpResponse]]:
    for _ in range(requests):
        with transaction.atomic():
            Throttle.objects.all().delete()  # limits would hide what is behind them
            yield draw.send()
            transaction.set_rollback(True)


def broken(draw: Draw, requests: int) -> list[str]:
    """The answers from 500 up, 503 among them: that is how an error of the database ends (web/public.py).

    On purpose it is said where another house or WeChat does not answer (not configured here: 404), where a file cannot be read
    (here each can), by a paper that is damaged, and by `readyz` of an instance that is draining or not ready. None of these happens here.
    """
    return [f"{why(answer)} ← {sent}" for sent, answer in answers(draw, requests) if answer.status_code >= 500]


def why(answer: HttpResponse) -> str:
    """The exception and where it was raised."""
    found = getattr(answer, "exc_info", None)
    if not found:
        return str(answer.status_code)
    last = traceback.extract_tb(found[2])[-1]
    return f"{found[0].__name__}: {str(found[1])[:200]} ({last.filename.rpartition('/')[2]}:{last.lineno})"
