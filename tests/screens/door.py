"""Coming in as people do: the form, the challenge solved as the page's script does, the code read from the message sent."""

from __future__ import annotations

import json
import re
from html import unescape
from typing import Any

import altcha
from django.http import HttpResponse

from tests.screens.pages import PageClient
from wangqian.notices.deliver import answer
from wangqian.people.models import Actor, Knock, Throttle, User
from wangqian.web import challenge

PASSWORD = "yun-shan-cang-cang-7"


def solved(purpose: str = "ask") -> str:
    """The answer to a fresh challenge, in the form `static/challenge.js` gives it."""
    asked = altcha.Challenge.from_dict(challenge.issue(purpose))
    found = altcha.solve_challenge(asked)
    assert found is not None
    return altcha.Payload(asked, found).to_base64()


def offered(page: HttpResponse) -> dict[str, Any]:
    """The challenge that stands in a page."""
    found = re.search(r'data-challenge="([^"]+)"', page.content.decode())
    assert found
    told: dict[str, Any] = json.loads(unescape(found.group(1)))
    return told


def ask(who: PageClient, path: str, typed: str) -> HttpResponse:
    """Ask for a code with a solved challenge."""
    return who.post(path, {"login": typed, "work": solved()})


def sent(user: User | None = None) -> str:
    """The newest code, as it went out; "" when none did."""
    answer()
    found = Knock.objects.filter(answered_at__isnull=False, **({"user": user} if user else {"user__isnull": False}))
    last = found.order_by("-made_at").first()
    return last.code if last else ""


def pause() -> None:
    """The minute between two codes has passed."""
    Throttle.objects.filter(key__regex=r"^(code|sent)-minute").delete()


def come_in(typed: str, who: PageClient | None = None) -> PageClient:
    """Log in by a code; fails when nothing came."""
    who = who or PageClient()
    assert ask(who, "/login/code/", typed)["Location"] == "/login/code/enter/"
    user = User.objects.get(pk=Knock.objects.latest("made_at").user_id)
    assert who.post("/login/code/enter/", {"code": sent(user)}).status_code == 302
    return who


def log_in(who: PageClient, typed: str, password: str = PASSWORD, **more: str) -> HttpResponse:
    return who.post("/login/", {"login": typed, "password": password, **more})


def with_password(user: User, **fields: Any) -> User:
    """The account as after its first days: phone and address proven, a password set."""
    user.set_password(PASSWORD)
    for name in ("phone", "email"):
        setattr(user, f"{name}_proven_at", user.created_at)
    user.activated_at = user.created_at
    for name, value in fields.items():
        setattr(user, name, value)
    user.save()
    return user


def inside(actor: Actor, agent: str = "") -> PageClient:
    who = PageClient(HTTP_USER_AGENT=agent) if agent else PageClient()
    assert log_in(who, actor.user.phone)["Location"] == "/home/"
    assert who.get("/account/").status_code == 200
    return who


def out(who: PageClient) -> bool:
    """Whether the session has ended."""
    answered = who.get("/account/")
    return answered.status_code == 302 and answered["Location"].startswith("/login/")
