"""Every route × method × party, against one expectation file typed by hand: `routes.csv`.

The routes come from the URL resolver: a route without a row fails, a row without a route fails, every cell is executed, and
what is foreign answers byte for byte like what does not exist.
"""

from __future__ import annotations

import csv
import os
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.db import transaction
from django.urls import get_resolver, reverse
from django.urls.resolvers import URLPattern

from tests.screens.pages import PageClient, enter
from tests.screens.world import NOBODY, World
from wangqian.documents import make
from wangqian.people.models import Actor

TABLE = Path(__file__).with_name("routes.csv")
ROWS = list(csv.DictReader(TABLE.read_text(encoding="utf-8").splitlines()))
PARTIES = [name for name in ROWS[0] if name not in ("route", "method")] if ROWS else []
METHODS = ("GET", "POST")
TOKEN = re.compile(rb'name="csrfmiddlewaretoken" value="[^"]*"')


def routes() -> dict[str, URLPattern]:
    found = {str(p.name): p for p in get_resolver().url_patterns if isinstance(p, URLPattern)}
    assert len(found) == len(get_resolver().url_patterns), "two routes share a name"
    return found


def addresses(world: World, name: str) -> tuple[str, str]:
    """(address of an object, address of one that does not exist) of a route."""
    real = sample(world, name)
    missing = {key: (NOBODY if key == "pk" else value) for key, value in real.items()}
    if name == "verify-code":
        missing = {"code": "0000000000000000"}
    if name == "retry":
        missing = {"what": "notice", "pk": 999999}
    return reverse(name, kwargs=real), reverse(name, kwargs=missing)


def sample(world: World, name: str) -> dict[str, object]:
    """Arguments of a route that name an object of the world."""
    case, graduate = world.agreement, world.graduate.membership.graduate
    assert graduate
    if name in ("paper-pdf", "paper-page"):
        make.work()
    if name in ("case", "paper", "paper-pdf"):
        return {"pk": case.pk}
    if name == "paper-page":
        return {"pk": case.pk, "number": 1}
    if name in ("step", "step-confirm"):
        return {"pk": world.open_invitation.pk, "step": "retract"}
    if name in ("start-step", "start-step-confirm"):
        return {"flow": "online_termination", "step": "ask", "kind": "case", "pk": case.pk}
    if name == "remove-favourite":
        return {"pk": world.favourite_row().pk}
    if name in ("graduate", "graduate-identity"):
        return {"pk": graduate.pk}
    if name == "school":
        return {"pk": world.school.pk}
    if name == "employer":
        return {"pk": world.uncertified.membership.employer_id}
    if name == "verify-code":
        return {"code": case.verification_code}
    if name == "retry":
        return {"what": "notice", "pk": world.dead_notice().pk}
    if name.startswith("roster-") and name != "roster-template":
        return {"pk": world.roster_import().pk}
    return {}


def client(actor: Actor | None) -> PageClient:
    return enter(actor) if actor else PageClient()


def answer(who: PageClient, method: str, url: str) -> str:
    response = who.get(url) if method == "GET" else who.post(url, {"anything": ""})
    if response.status_code in (301, 302, 303):
        to = response["Location"]
        return "login" if to.startswith("/login/") else "→"
    return str(response.status_code)


def test_every_route_has_its_rows() -> None:
    assert {(row["route"], row["method"]) for row in ROWS} == {(n, m) for n in routes() for m in METHODS}


@pytest.mark.parametrize("name", sorted({row["route"] for row in ROWS}))
def test_cells(name: str, db: None) -> None:
    expected = {row["method"]: {party: row[party] for party in PARTIES} for row in ROWS if row["route"] == name}
    world = World()
    url, _missing = addresses(world, name)
    _ = world.people
    got = {method: {party: cell(world, url, method, party) for party in PARTIES} for method in METHODS}
    if os.environ.get("WANGQIAN_SHOW_ROUTES"):
        for method in METHODS:
            print("ROW", ",".join([name, method, *got[method].values()]))
    assert got == expected


def cell(world: World, url: str, method: str, party: str) -> str:
    """One cell; what a POST changes is rolled back, so that the next one finds the same world."""
    with transaction.atomic():
        got = answer(client(world.people[party]), method, url)
        transaction.set_rollback(True)
    return got


@pytest.mark.parametrize("name", [n for n, p in sorted(routes().items()) if "<uuid:pk>" in str(p.pattern)])
def test_foreign_looks_like_missing(name: str, db: None) -> None:
    world = World()
    url, missing = addresses(world, name)
    for party, actor in world.people.items():
        if actor is None or not actor.membership.active:
            continue
        who = client(actor)
        foreign, absent = who.get(url), who.get(missing)
        if foreign.status_code == 404:
            assert absent.status_code == 404
            assert TOKEN.sub(b"", foreign.content) == TOKEN.sub(b"", absent.content), party


def test_demo_pages_exist_only_in_the_demo(db: None) -> None:
    assert settings.DEMO is False
    assert PageClient().get("/demo/messages/").status_code == 404
    assert PageClient().post("/demo/enter/", {"as": str(NOBODY)}).status_code == 404
