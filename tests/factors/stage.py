"""What the tests of second factors share: people with passwords, who log in as people do."""

from __future__ import annotations

import json
from typing import Any

from django.http import HttpResponse

from tests.authenticator import SoftAuthenticator
from tests.screens.pages import PageClient
from wangqian.people.clock import now
from wangqian.people.models import Actor

PASSWORD = "长春藤-爬满-北墙-1957"
HOME, SECOND, OVERVIEW, AGAIN = "/home/", "/login/second/", "/account/factors/", "/account/again/"


def with_password(actor: Actor) -> Actor:
    user = actor.user
    user.set_password(PASSWORD)
    user.phone_proven_at = user.activated_at = now()
    user.save()
    return actor


def log_in(actor: Actor, password: str = PASSWORD) -> tuple[PageClient, HttpResponse]:
    """(client, answer to the password)."""
    who = PageClient()
    return who, who.post("/login/", {"login": actor.user.username, "password": password})


def begun(who: PageClient, url: str, **fields: Any) -> dict[str, Any]:
    """What the page's script is told to ask of the browser."""
    answer = who.post(url, {**fields, "begin_passkey": "1"})
    assert answer["Content-Type"] == "application/json", answer.content.decode()[:300]
    found: dict[str, Any] = json.loads(answer.content)
    return found


def add_passkey(who: PageClient, name: str = "我的手机") -> SoftAuthenticator:
    """On the page, as its script does."""
    device, url = SoftAuthenticator(), f"{OVERVIEW}passkey/"
    assertion = device.create(begun(who, url, name=name))
    answer = who.post(url, {"name": name, "assertion": assertion})
    assert answer.status_code == 302, answer.content.decode()
    return device
