"""Where second factors are obligatory nobody who is more than a password should open gets anywhere by one (G16)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.urls import get_resolver, reverse
from django.urls.converters import get_converters

from tests.authenticator import SoftAuthenticator
from tests.cast import Cast
from tests.devices import app, code, enrol
from tests.factors.stage import AGAIN, HOME, OVERVIEW, PASSWORD, SECOND, add_passkey, begun, log_in, with_password
from tests.screens.pages import PageClient
from tests.screens.world import NOBODY
from wangqian.people.clock import now
from wangqian.people.models import Actor, User
from wangqian.web.door.gates import OPEN
from wangqian.web.factors import gate

CHANGE, STRONG = "/account/password/", "Chun-Teng.1957-Bei"
OBLIGED = ("employer", "college_reviewer", "school_reviewer", "operator")


@pytest.fixture(autouse=True)
def production(settings: object) -> None:
    settings.SECOND_FACTOR = "obligatory"  # type: ignore[attr-defined]


def by_password(actor: Actor) -> PageClient:
    return log_in(with_password(actor))[0]


@pytest.mark.parametrize("who_it_is", OBLIGED)
def test_first_a_factor_then_the_desk(cast: Cast, who_it_is: str) -> None:
    who = by_password(getattr(cast, who_it_is))
    assert who.get(HOME)["Location"] == OVERVIEW
    assert "请先设置一种，再继续办理" in who.get(OVERVIEW).content.decode()
    add_passkey(who)
    assert who.get(HOME).status_code == 200


def test_an_app_opens_the_gate_too(cast: Cast) -> None:
    who, url = by_password(cast.school_reviewer), f"{OVERVIEW}app/"
    who.get(url)
    assert who.post(url, {"code": code(who.session["totp_secret"])}).status_code == 302
    assert who.get(HOME).status_code == 200


@pytest.mark.parametrize("who_it_is", ["graduate", "member"])
def test_others_pass(cast: Cast, who_it_is: str) -> None:
    member = cast.actor("职员", "employer", employer=cast.employer.membership.employer)
    who = by_password(cast.graduate if who_it_is == "graduate" else member)
    assert who.get(HOME).status_code == 200


PROBES = {"livez", "readyz"}  # of machines; answered before it is asked who is there
ANY = {"uuid": NOBODY, "int": 1, "slug": "x", "str": "x", "path": "x"}


def urls() -> dict[str, str]:
    """One address of every route; whether its object exists does not matter, for the gate stands before the view."""
    kinds = {type(converter): name for name, converter in get_converters().items()}
    found = {}
    for route in get_resolver().url_patterns:
        name, asked = str(route.name), route.pattern.converters  # type: ignore[union-attr]
        found[name] = reverse(name, kwargs={key: ANY[kinds[type(one)]] for key, one in asked.items()})
    return found


def test_no_other_page_gets_past(cast: Cast) -> None:
    """Every route of the site, by an administrator who has only his password."""
    who, wrong = by_password(cast.school_reviewer), {}
    for name, url in urls().items():
        if name in OPEN | gate.WAYS | PROBES:
            continue
        for answer in (who.get(url), who.post(url, {"anything": ""})):
            if answer.get("Location") != OVERVIEW:
                wrong[name] = (answer.status_code, answer.get("Location"))
    assert wrong == {}


def test_without_the_gate_a_password_opens_the_desk(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """The red control."""
    monkeypatch.setattr("wangqian.web.door.gates.GATES", [])
    assert by_password(cast.school_reviewer).get(HOME).status_code == 200


def test_a_session_begun_before_the_factor_must_show_it(cast: Cast) -> None:
    """Whoever was logged in by password elsewhere does not profit from the owner's passkey."""
    thief = by_password(cast.school_reviewer)
    owner = log_in(cast.school_reviewer)[0]
    device = add_passkey(owner)
    assert thief.get(HOME)["Location"] == AGAIN
    page = thief.get(AGAIN).content.decode()
    assert "登录密码" not in page and "发送验证码" not in page
    assert thief.post(AGAIN, {"assertion": device.get(begun(thief, AGAIN))}).status_code == 302
    assert thief.get(HOME).status_code == 200


def test_after_the_second_step_the_desk_is_open(cast: Cast) -> None:
    secret = app(with_password(cast.school_reviewer))
    who, answer = log_in(cast.school_reviewer)
    assert answer["Location"] == SECOND
    who.post(SECOND, {"code": code(secret)})
    assert who.get(HOME).status_code == 200


def test_a_capacity_gained_later_is_behind_the_gate(cast: Cast) -> None:
    """A graduate in his session who switches to being a counsellor."""
    cast.actor("同一人", "counsellor", user=cast.graduate.user, school=cast.school, college=cast.college)
    who = by_password(cast.graduate)
    memberships = list(cast.graduate.user.memberships.order_by("pk"))
    who.post("/switch/", {"as": str(memberships[0].pk)})
    assert who.get(HOME).status_code == 200
    who.post("/switch/", {"as": str(memberships[1].pk)})
    assert who.get(HOME)["Location"] == OVERVIEW


def test_the_picture_and_the_ways_are_reached(cast: Cast) -> None:
    who = by_password(cast.school_reviewer)
    for url in (OVERVIEW, f"{OVERVIEW}passkey/", f"{OVERVIEW}app/", f"{OVERVIEW}app/picture.svg", "/switch/", AGAIN):
        assert who.get(url).status_code == 200, url
    assert who.post("/logout/").status_code == 302


def test_a_stolen_password_alone_cannot_replace_the_factor(cast: Cast) -> None:
    enrol(with_password(cast.school_reviewer))
    who, answer = log_in(cast.school_reviewer)
    assert answer["Location"] == SECOND
    device = SoftAuthenticator()
    assert device and who.get(f"{OVERVIEW}passkey/")["Location"].startswith("/login/")


@pytest.mark.parametrize("who_it_is", OBLIGED)
def test_first_a_factor_then_a_new_password(cast: Cast, settings: Any, who_it_is: str) -> None:
    """Where passwords grow old as well: one gate never sends people to a page that the other one closes."""
    settings.PASSWORDS = "dengbao"
    who = by_password(getattr(cast, who_it_is))
    User.objects.update(password_set_at=now() - timedelta(days=91))
    assert who.get(HOME, follow=True).request["PATH_INFO"] == OVERVIEW
    add_passkey(who)
    assert who.get(OVERVIEW).status_code == 200
    assert who.get(HOME)["Location"] == CHANGE
    changed = {"oldpassword": PASSWORD, "password1": STRONG, "password2": STRONG}
    assert who.post(CHANGE, changed).status_code == 302
    assert who.get(HOME).status_code == 200
