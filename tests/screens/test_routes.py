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

from tests.screens.pages import PageClient
from tests.screens.standing import Stage
from tests.screens.standing import stage as stage
from tests.screens.world import NOBODY, World
from wangqian.documents import make
from wangqian.flows import meeting_codes

pytestmark = pytest.mark.once
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
    if "name" in real:
        missing = {"name": "no_such_table"}
    if name == "retry":
        missing = {"what": "notice", "pk": 999999}
    if name in ("mfa_edit_webauthn", "mfa_remove_webauthn", "end-session"):
        missing = {"pk": 999999}
    return reverse(name, kwargs=real), reverse(name, kwargs=missing)


def sample(world: World, name: str) -> dict[str, object]:
    """Arguments of a route that name an object of the world."""
    case, graduate = world.agreement, world.graduate.membership.graduate
    assert graduate
    if name in ("paper-pdf", "paper-page", "paper-mail", "evidence"):
        make.work()
    if name in ("case", "paper", "paper-pdf", "paper-mail", "evidence"):
        return {"pk": case.pk}
    if name.startswith("certificate"):
        world.start("departure", "confirm", world.graduate, {"hukou_transfer": "stay", "authorise": "no"}, graduate=graduate)
        make.work()
        return {"number": 1} if name == "certificate-page" else {}
    if name.startswith("case-form"):
        return {"pk": case.pk, "form": "release-letter", **({"number": 1} if name == "case-form-page" else {})}
    if name == "paper-page":
        return {"pk": case.pk, "number": 1}
    if name == "files":
        return {"pk": case.pk, "slot": "scan"}
    if name.startswith("file-"):
        return {"pk": world.file().pk, **({"number": 1} if name == "file-page" else {})}
    if name in ("step", "step-confirm"):
        return {"pk": world.open_invitation.pk, "step": "retract"}
    if name in ("start-step", "start-step-confirm"):
        return {"flow": "online_termination", "step": "ask", "kind": "case", "pk": case.pk}
    if name == "remove-favourite":
        return {"pk": world.favourite_row().pk}
    if name in ("staff-member", "staff-move", "staff-act"):
        act = {"what": "stop"} if name == "staff-act" else {}
        return {"pk": world.second_school_user.membership.pk, **act}
    if name == "staff-classes":
        return {"pk": world.class_counsellor.membership.pk}
    if name == "college":
        return {"pk": world.college.pk}
    if name == "graduate" or name.startswith("graduate-"):
        return {"pk": graduate.pk}
    if name == "school":
        return {"pk": world.school.pk}
    if name == "employer":
        return {"pk": world.uncertified.membership.employer_id}
    if name == "employer-user":
        return {"pk": world.colleague.membership.pk, "what": "stop"}
    if name == "guide-chapter":
        return {"slug": "door"}
    if name == "verify-code":
        return {"code": case.verification_code}
    if name.startswith("meeting-code") and name != "meeting-codes":
        return {"pk": meeting_codes.make(world.graduate).pk}
    if name == "scanned-meeting-code":
        return {"code": meeting_codes.make(world.graduate).code}
    if name == "slip-print":
        return {"pk": world.slip().pk}
    if name in ("mfa_edit_webauthn", "mfa_remove_webauthn"):
        return {"pk": world.passkey(world.graduate).pk}
    if name == "request-reset":
        return {"pk": world.passkey(world.college_reviewer).user.memberships.get().pk}
    if name in ("confirm-reset", "withdraw-reset"):
        return {"pk": world.reset().pk}
    if name in ("code-table", "code-list", "edition-add", "edition-check"):
        return {"name": "sex"}
    if name == "edition-withdraw":
        return {"pk": world.edition().pk}
    if name == "retry":
        return {"what": "notice", "pk": world.dead_notice().pk}
    if name.startswith("receipts-"):
        return {"token": "no-token-is-set"}
    if name == "link" or name.startswith("link-"):
        more = {"link-paper-page": {"number": 1}, "link-file-page": {"number": 1}}.get(name, {})
        return {"secret": world.link(), **({"pk": NOBODY} if "-file-" in name else {}), **more}
    if name == "end-session":
        return {"pk": world.session_of(world.graduate).pk}
    if name.startswith("roster-") and name != "roster-template":
        return {"pk": world.roster_import().pk}
    return {}


def answer(who: PageClient, method: str, url: str) -> str:
    response = who.get(url) if method == "GET" else who.post(url, {"anything": ""})
    if response.status_code in (301, 302, 303):
        to = response["Location"]
        return "login" if to.startswith("/login/") else "→"
    return str(response.status_code)


def test_every_route_has_its_rows() -> None:
    assert {(row["route"], row["method"]) for row in ROWS} == {(n, m) for n in routes() for m in METHODS}


@pytest.mark.parametrize("name", sorted({row["route"] for row in ROWS}))
def test_cells(name: str, stage: Stage, db: None) -> None:
    expected = {row["method"]: {party: row[party] for party in PARTIES} for row in ROWS if row["route"] == name}
    url, _missing = addresses(stage.here(), name)
    got = {method: {party: cell(stage, url, method, party) for party in PARTIES} for method in METHODS}
    if os.environ.get("WANGQIAN_SHOW_ROUTES"):
        for method in METHODS:
            print("ROW", ",".join([name, method, *got[method].values()]))
    assert got == expected


def cell(stage: Stage, url: str, method: str, party: str) -> str:
    """One cell; what a POST changes is rolled back, so that the next one finds the same world."""
    with transaction.atomic():
        got = answer(stage.browser(party), method, url)
        transaction.set_rollback(True)
    return got


@pytest.mark.parametrize("name", [n for n, p in sorted(routes().items()) if "<uuid:pk>" in str(p.pattern)])
def test_foreign_looks_like_missing(name: str, stage: Stage, db: None) -> None:
    world = stage.here()
    url, missing = addresses(world, name)
    for party, actor in world.people.items():
        if actor is None or not actor.membership.active:
            continue
        who = stage.browser(party)
        foreign, absent = who.get(url), who.get(missing)
        if foreign.status_code == 404:
            assert absent.status_code == 404
            assert TOKEN.sub(b"", foreign.content) == TOKEN.sub(b"", absent.content), party


def test_demo_pages_exist_only_in_the_demo(db: None) -> None:
    assert settings.DEMO is False
    assert PageClient().get("/demo/messages/").status_code == 404
    assert PageClient().post("/demo/enter/", {"as": str(NOBODY)}).status_code == 404
