"""What one page says on the next: read by the browser that was told, by nothing else."""

from __future__ import annotations

from base64 import urlsafe_b64decode

import pytest
from django.contrib.messages.storage.cookie import CookieStorage

from tests.canary.words import Word, hits
from tests.cast import Cast
from tests.screens.employer_stage import words
from tests.screens.pages import PageClient, enter
from wangqian.people.models import Favourite
from wangqian.web import flashes

NAME = Word("name", "曹文公")


def removed(cast: Cast) -> PageClient:
    cast.favour(cast.employer, cast.graduate)
    who = enter(cast.employer)
    who.post(f"/favourites/{Favourite.objects.get().pk}/remove/")
    return who


def test_it_is_said_once_and_the_cookie_names_nobody(cast: Cast) -> None:
    who = removed(cast)
    cookie = who.cookies["messages"]
    assert hits([NAME], cookie.value) == set() and len(urlsafe_b64decode(cookie.value)) > 40
    assert cookie["httponly"] and cookie["samesite"] == "Lax"
    assert "已将曹文公移出收藏夹" in words(who.get("/home/"))
    assert "移出收藏夹。" not in words(who.get("/home/"))


def test_red_control_django_s_own_cookie_does(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(flashes.Flashes, "storage_classes", (CookieStorage,))
    assert hits([NAME], removed(cast).cookies["messages"].value)


@pytest.mark.parametrize("cookie", ["", "x", "AAAA", "AQRkZW1v", "é", "AQRnb25l" + "A" * 80, "=" * 5000])
def test_odd_cookies_say_nothing(cast: Cast, cookie: str) -> None:
    who = enter(cast.employer)
    who.cookies["messages"] = cookie
    assert who.get("/home/").status_code == 200


def test_a_changed_one_says_nothing(cast: Cast) -> None:
    who = removed(cast)
    sealed = who.cookies["messages"].value
    who.cookies["messages"] = sealed[:-6] + ("A" if sealed[-6] != "A" else "B") + sealed[-5:]
    page = who.get("/home/")
    assert page.status_code == 200 and "移出收藏夹。" not in words(page)


def test_what_is_too_long_goes_with_the_session(cast: Cast) -> None:
    from django.contrib import messages
    from django.http import HttpResponse
    from django.test import RequestFactory

    request = RequestFactory().get("/")
    request.session = enter(cast.employer).session  # type: ignore[assignment]
    storage = flashes.Flashes(request)
    long = "".join(chr(0x4E00 + place * 7 % 20000) for place in range(3000))
    storage.add(messages.INFO, long)
    answer = HttpResponse()
    storage.update(answer)
    request.COOKIES["messages"] = answer.cookies["messages"].value
    assert [str(one) for one in flashes.Flashes(request)] == [long]
