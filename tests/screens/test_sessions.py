"""登录设备: sessions listed and ended, idle, outlived, ended by a change of rights; and their cookies."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import timedelta

import pytest
from allauth.usersessions.models import UserSession
from django.conf import settings

from tests.cast import Cast
from tests.screens.door import inside, out, with_password
from tests.screens.pages import PageClient, enter
from wangqian.people import accounts
from wangqian.people.clock import now
from wangqian.people.models import Actor, Capacity
from wangqian.web.door.agents import words
from wangqian.web.door.middleware import SEEN, SINCE


@pytest.fixture
def graduate(cast: Cast) -> Actor:
    with_password(cast.graduate.user)
    return cast.graduate


def test_sessions_are_listed_in_words_and_ended_one_by_one_or_together(graduate: Actor) -> None:
    phone = inside(graduate, "Mozilla/5.0 (Linux; Android 14) Chrome/120 Mobile MicroMessenger/8.0.50")
    desk = inside(graduate, "Mozilla/5.0 (Windows NT 10.0; Win64) Chrome/126 Safari/537 Edg/126")
    third = inside(graduate)
    page = desk.get("/account/sessions/").content.decode()
    assert ["微信（安卓手机）" in page, "Edge（Windows 电脑）" in page, page.count("本机")] == [True, True, 1]
    row = UserSession.objects.get(session_key=phone.session.session_key)
    assert desk.post(f"/account/sessions/{row.pk}/end/")["Location"] == "/account/sessions/"
    assert [out(phone), out(desk), out(third)] == [True, False, False]
    assert desk.post("/account/sessions/")["Location"] == "/account/sessions/"
    assert [out(third), out(desk)] == [True, False]


def test_nobody_ends_the_session_of_another(cast: Cast, graduate: Actor) -> None:
    mine = inside(graduate)
    row = UserSession.objects.get(session_key=mine.session.session_key)
    assert enter(cast.employer).post(f"/account/sessions/{row.pk}/end/").status_code == 404
    assert not out(mine)


@pytest.mark.parametrize(("kind", "minutes"), [("graduate", 30), ("employer", 30), ("school_reviewer", 15), ("operator", 15)])
def test_an_idle_session_ends(cast: Cast, kind: str, minutes: int) -> None:
    actor = getattr(cast, kind)
    with_password(actor.user)
    who = inside(actor)
    for idle, ended in ((minutes * 60 - 5, False), (minutes * 60, True)):
        session = who.session
        session[SEEN] = int(time.time()) - idle
        session.save()
        assert out(who) is ended
    assert "已自动退出" in who.get("/login/").content.decode()


def test_no_session_outlives_twelve_hours(graduate: Actor) -> None:
    who = inside(graduate)
    session = who.session
    session[SINCE] = int(time.time()) - 12 * 3600
    session.save()
    assert out(who)


def test_being_here_is_noted_and_reading_again_writes_nothing(graduate: Actor) -> None:
    who = inside(graduate)
    session = who.session
    session[SEEN] = then = int(time.time()) - 60
    session.save()
    UserSession.objects.update(last_seen_at=now() - timedelta(hours=1))
    who.get("/account/")
    assert who.session[SEEN] > then
    assert UserSession.objects.get(session_key=who.session.session_key).last_seen_at > now() - timedelta(minutes=1)
    session = who.session
    session[SEEN] = then = int(time.time()) - 20
    session.save()
    who.get("/account/")
    assert who.session[SEEN] == then


def test_red_control_without_the_lifetime_an_idle_session_lives(graduate: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("wangqian.web.door.middleware.over", lambda *_any: False)
    who = inside(graduate)
    session = who.session
    session[SEEN] = 0
    session.save()
    assert not out(who)


@pytest.mark.parametrize("change", ["given", "taken", "password", "ended"])
def test_a_change_of_rights_ends_the_session_at_its_next_request(cast: Cast, graduate: Actor, change: str) -> None:
    acts: dict[str, Callable[[], object]] = {
        "given": lambda: accounts.give(graduate.user, Capacity.EMPLOYER, employer=cast.employer.membership.employer),
        "taken": lambda: accounts.take(graduate.membership),
        "password": lambda: accounts.set_password(graduate.user, "song-hua-jiang-shang-9"),
        "ended": lambda: accounts.end_sessions(graduate.user),
    }
    who = inside(graduate)
    acts[change]()
    assert out(who)


def test_cookies_are_for_no_script_and_no_other_site(db: None) -> None:
    who = PageClient()
    who.get("/login/")
    assert {"device", settings.CSRF_COOKIE_NAME} <= set(who.cookies)
    for name, cookie in who.cookies.items():
        assert cookie["httponly"] and cookie["samesite"] == "Lax", name


def test_over_https_every_cookie_is_bound_to_the_host() -> None:
    asks = "from django.conf import settings as s; from wangqian.web.door import device as d"
    says = "print(s.SESSION_COOKIE_NAME, s.CSRF_COOKIE_NAME, d.COOKIE, s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE)"
    environ = {**os.environ, "SITE_URL": "https://sign.example.edu", "WANGQIAN_BUILD": "1"}
    code = f"import os, django; os.environ['DJANGO_SETTINGS_MODULE'] = 'wangqian.settings'; django.setup(); {asks}; {says}"
    done = subprocess.run([sys.executable, "-c", code], env=environ, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["__Host-sessionid", "__Host-csrftoken", "__Host-device", "True", "True"]


@pytest.mark.parametrize(
    ("agent", "said"),
    [
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_0) Version/17.0 Mobile Safari/604.1", "Safari（iPhone）"),
        ("Mozilla/5.0 (Phone; OpenHarmony 5.0) Chrome/114 ArkWeb HuaweiBrowser/5.0", "华为浏览器（鸿蒙手机）"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0", "Firefox（Linux 电脑）"),
        ("curl/8.0", "浏览器"),
        ("", "浏览器"),
    ],
)
def test_a_browser_in_words(agent: str, said: str) -> None:
    assert words(agent) == said
