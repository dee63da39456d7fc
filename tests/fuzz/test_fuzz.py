"""Every route and form, by everybody, with what nobody should send: never a 5xx (security.md G4).

Requests per operation are few by default; `WANGQIAN_FUZZ=200` sends that many, drawn anew.
"""

from __future__ import annotations

import os
import random
import traceback
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import pytest
from django.db import transaction
from django.http import HttpResponse
from django.urls import NoReverseMatch, reverse

from tests.fuzz import words
from tests.screens.pages import read
from tests.screens.standing import Stage
from tests.screens.standing import stage as stage
from tests.screens.test_routes import PARTIES, ROWS, sample
from wangqian.people.models import Throttle

pytestmark = pytest.mark.postgres  # the stricter of the two: it takes no NUL, no date it does not know
REQUESTS = int(os.environ.get("WANGQIAN_FUZZ", "4"))
SHUT = {"404", "405", "login"}
NAMES = sorted({row["route"] for row in ROWS})
QUERIES = ("page", "tab", "year", "q", "state", "name", "as", "next", "query", "agreed", "channel", "from")


class Draw:
    """One route in the hands of somebody who means no good."""

    def __init__(self, stage: Stage, name: str, kwargs: dict[str, object], method: str, chance: random.Random) -> None:
        self.stage, self.name, self.kwargs, self.method, self.chance = stage, name, kwargs, method, chance
        self.forms = self.known_fields()

    def open_to(self) -> list[str]:
        row = next(row for row in ROWS if row["route"] == self.name and row["method"] == self.method)
        return [party for party in PARTIES if row[party] not in SHUT] or ["anonymous"]

    def somebody(self) -> str:
        return self.chance.choice(self.open_to() if self.chance.random() < 0.8 else PARTIES)

    def known_fields(self) -> dict[str, dict[str, str]]:
        """Field names and values of the page's own forms, by who sees them."""
        found: dict[str, dict[str, str]] = {}
        for party in self.open_to()[:2]:
            page = self.stage.browser(party).get(reverse(self.name, kwargs=self.kwargs))
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
        base: dict[str, Any] = dict(self.chance.choice(list(self.forms.values()) or [{}]))
        names = [*base, "send_code", "assertion", "key", "token", "pick", "file"]
        for name in self.chance.sample(names, min(len(names), self.chance.randint(1, 4))):
            base[name] = words.value(self.chance)
        if base and self.chance.random() < 0.2:
            base.pop(self.chance.choice(list(base)))
        return base

    def send(self) -> tuple[str, HttpResponse]:
        """(what was sent, the answer)."""
        party, url, headers = self.somebody(), self.address(), self.chance.choice(words.HEADERS)
        who = self.stage.browser(party)
        who.raise_request_exception = False
        if self.method == "GET":
            return f"{party} GET {url[:300]}", who.get(url, **headers)
        if self.chance.random() < 0.15:
            kind, body = self.chance.choice(words.RAW)
            return f"{party} POST {url[:200]} {kind} {body[:60]!r}", who.generic("POST", url, body, kind, **headers)
        fields = self.fields()
        told = {name: str(value)[:80] for name, value in fields.items()}
        return f"{party} POST {url[:200]} {told}", who.post(url, fields, **headers)


def answers(draw: Draw) -> Iterator[tuple[str, HttpResponse]]:
    for _ in range(REQUESTS):
        with transaction.atomic():
            Throttle.objects.all().delete()  # limits would hide what is behind them
            yield draw.send()
            transaction.set_rollback(True)


def why(answer: HttpResponse) -> str:
    """The exception and where it was raised."""
    found = getattr(answer, "exc_info", None)
    if not found:
        return str(answer.status_code)
    last = traceback.extract_tb(found[2])[-1]
    return f"{found[0].__name__}: {str(found[1])[:200]} ({last.filename.rpartition('/')[2]}:{last.lineno})"


@pytest.mark.filterwarnings("default")
@pytest.mark.parametrize("name", NAMES)
def test_never_a_server_error(name: str, stage: Stage, db: None) -> None:
    broken, kwargs = [], sample(stage.here(), name)
    for method in ("GET", "POST"):
        seed: Any = None if "WANGQIAN_FUZZ" in os.environ else f"{name} {method}"
        draw = Draw(stage, name, kwargs, method, random.Random(seed))
        found = [(sent, answer) for sent, answer in answers(draw) if answer.status_code >= 500 and answer.status_code != 503]
        broken += [f"{why(answer)} ← {sent}" for sent, answer in found]
    assert broken == []


def test_red_control_a_view_that_trusts_its_input_is_found(stage: Stage, db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """`int()` on what was typed, as it is so often written."""
    from wangqian.web import verification

    real = verification.VerifyForm.clean

    def trusting(form: Any) -> Any:
        int(form.data.get("name") or 0)
        return real(form)

    monkeypatch.setattr(verification.VerifyForm, "clean", trusting)
    draw = Draw(stage, "verify", {}, "POST", random.Random("trusting"))
    sent = [draw.send() for _ in range(60)]
    assert any(answer.status_code == 500 for _what, answer in sent)
