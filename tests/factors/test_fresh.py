"""Step-up (A20): what a stolen session must not do asks again who it is, after 120 s, and loses nothing that was typed."""

from __future__ import annotations

import re
from urllib.parse import quote

import pytest
from django.contrib.sessions.models import Session
from django.urls import get_resolver
from pytest_django.fixtures import Settings

from tests.cast import Cast
from tests.devices import app, code, enrol
from tests.factors.stage import AGAIN, HOME, OVERVIEW, PASSWORD, begun, with_password
from tests.notices import weixin
from tests.screens.pages import PageClient, enter, just_entered
from tests.screens.test_routes import addresses
from tests.screens.world import World
from wangqian.notices.queries import shown_code
from wangqian.people.models import AccessLog, Actor, Throttle
from wangqian.web.factors import fresh

# Every route behind the step-up, by hand: a route that loses it, or gains it, is noticed.
STEPPED_UP = {
    "confirm-reset",
    "end-session",
    "graduate-identity",
    "mfa_activate_totp",
    "mfa_add_webauthn",
    "mfa_deactivate_totp",
    "mfa_download_recovery_codes",
    "mfa_edit_webauthn",
    "mfa_generate_recovery_codes",
    "mfa_remove_webauthn",
    "mfa_show_recovery_codes",
    "mfa_totp_picture",
    "mfa_view_recovery_codes",
    "request-reset",
    "wechat-code",
    "wechat-unbind",
}
POSTED = {"end-session", "mfa_download_recovery_codes", "mfa_generate_recovery_codes", "mfa_show_recovery_codes"}


def stale(actor: Actor, ago: int = fresh.SECONDS) -> PageClient:
    """Logged in, but some time ago."""
    who = PageClient().enter(actor)
    session = who.session
    session.update(just_entered(actor, ago=ago))
    session.save()
    return who


def test_these_routes_ask_again() -> None:
    views = {str(one.name): one.callback for one in get_resolver().url_patterns}  # type: ignore[union-attr]
    assert {name for name, view in views.items() if getattr(view, "fresh", False)} == STEPPED_UP


@pytest.mark.parametrize("name", sorted(STEPPED_UP))
def test_stale_is_led_to_the_confirmation(name: str, db: None, settings: Settings) -> None:
    about = {"app_id": weixin.APP_ID, "app_secret": weixin.SECRET, "token": weixin.TOKEN}
    settings.WECHAT = {**settings.WECHAT, **about}  # type: ignore[attr-defined]
    world = World()
    url, _missing = addresses(world, name)
    staff = name in ("confirm-reset", "graduate-identity", "request-reset")
    who = stale(world.school_reviewer if staff else world.graduate)
    answers = [who.post(url, {"reason": "x"})] if name in POSTED else [who.get(url), who.post(url, {"reason": "x"})]
    again = f"{AGAIN}?next={quote(url, safe='')}"
    found = [answer["Location"] if answer.status_code == 302 else answer.status_code for answer in answers]
    assert found[0] == again and found[-1] in (again, 405)


def test_just_within_and_just_after(cast: Cast) -> None:
    assert stale(cast.graduate, ago=fresh.SECONDS - 5).get(f"{OVERVIEW}passkey/").status_code == 200
    assert stale(cast.graduate).get(f"{OVERVIEW}passkey/").status_code == 302


def test_without_the_step_up_a_stale_session_gets_in(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """The red control."""
    monkeypatch.setattr(fresh, "lately", lambda _request: True)
    assert stale(cast.graduate, ago=9999).get(f"{OVERVIEW}passkey/").status_code == 200


def test_another_persons_confirmation_is_not_mine(cast: Cast) -> None:
    """Records of one account in the session of another (a person who logged in over another) count for nothing."""
    who = PageClient().enter(cast.graduate)
    session = who.session
    session.update(just_entered(cast.outsider))
    session.save()
    assert who.get(f"{OVERVIEW}passkey/").status_code == 302


# --- the ways ---------------------------------------------------------------------------------------


def test_by_password(cast: Cast) -> None:
    who = stale(with_password(cast.graduate))
    url = f"{AGAIN}?next={OVERVIEW}passkey/"
    wrong = who.post(url, {"password": "nein"})
    assert (wrong.status_code, "密码不正确" in wrong.content.decode()) == (422, True)
    assert who.post(url, {"password": PASSWORD})["Location"] == f"{OVERVIEW}passkey/"
    assert who.get(f"{OVERVIEW}passkey/").status_code == 200


def test_five_wrong_passwords_and_a_pause(cast: Cast) -> None:
    who = stale(with_password(cast.graduate))
    for _try in range(5):
        who.post(AGAIN, {"password": "nein"})
    assert "10 分钟" in who.post(AGAIN, {"password": PASSWORD}).content.decode()
    Throttle.objects.all().delete()
    assert who.post(AGAIN, {"password": PASSWORD}).status_code == 302


def test_by_code(cast: Cast) -> None:
    who = stale(cast.graduate)
    who.post(AGAIN, {"send_code": "1"})
    assert who.post(AGAIN, {"code": shown_code(cast.graduate.user)})["Location"] == HOME
    assert who.get(f"{OVERVIEW}passkey/").status_code == 200


def test_by_app_and_by_passkey(cast: Cast) -> None:
    secret, device = app(cast.graduate), enrol(cast.graduate)
    who = stale(cast.graduate)
    assert who.post(AGAIN, {"code": code(secret)})["Location"] == HOME
    who = stale(cast.graduate)
    assert who.post(AGAIN, {"assertion": device.get(begun(who, AGAIN))})["Location"] == HOME
    assert who.get(f"{OVERVIEW}passkey/").status_code == 200


def test_staff_with_a_factor_confirm_with_it(cast: Cast) -> None:
    app(cast.school_reviewer)
    who = stale(with_password(cast.school_reviewer))
    page = who.get(AGAIN).content.decode()
    assert "登录密码" not in page and "发送验证码" not in page
    assert who.post(AGAIN, {"password": PASSWORD}).status_code == 422


def test_a_confirmation_belongs_to_its_session(cast: Cast) -> None:
    device, who, other = enrol(cast.graduate), stale(cast.graduate), stale(cast.graduate)
    answer = device.get(begun(who, AGAIN))
    assert other.post(AGAIN, {"assertion": answer}).status_code == 422
    assert who.post(AGAIN, {"assertion": answer}).status_code == 302


def test_the_session_goes_on_under_a_new_key(cast: Cast) -> None:
    """A19: whoever knew the old key does not share the confirmation."""
    who = stale(with_password(cast.graduate))
    before = who.session.session_key
    who.post(AGAIN, {"password": PASSWORD})
    assert who.session.session_key != before
    assert not Session.objects.filter(session_key=before).exists()
    assert who.get(HOME).status_code == 200


# --- nothing is lost --------------------------------------------------------------------------------


def test_what_was_typed_is_sent_once_more_by_the_person(cast: Cast) -> None:
    graduate = cast.graduate.membership.graduate
    assert graduate
    who = stale(with_password(cast.college_reviewer))
    url = f"/graduates/{graduate.pk}/identity/"
    away = who.post(url, {"reason": "核对派遣材料"})["Location"]
    assert "已保留" in who.get(away).content.decode()
    assert who.post(away, {"password": PASSWORD})["Location"] == f"{AGAIN}send/"
    page = who.get(f"{AGAIN}send/").content.decode()
    assert re.findall(r'<form[^>]*action="([^"]*identity[^"]*)"', page) == [url]
    assert '<input type="hidden" name="reason" value="核对派遣材料">' in page
    assert not AccessLog.objects.exists()
    assert graduate.identity_number() in who.post(url, {"reason": "核对派遣材料"}).content.decode()
    assert who.get(f"{AGAIN}send/")["Location"] == HOME


def test_passwords_are_never_kept(cast: Cast) -> None:
    class Request:
        POST = type("Post", (), {"lists": lambda _self: [("password1", ["geheim"]), ("x", ["y"])]})()
        session: dict[str, object] = {}
        FILES: dict[str, object] = {}

    fresh.keep(Request())  # type: ignore[arg-type]
    assert Request.session == {}


@pytest.mark.parametrize("to", ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)", ""])
def test_the_errand_is_on_this_site(cast: Cast, to: str) -> None:
    who = stale(with_password(cast.graduate))
    assert who.post(f"{AGAIN}?next={quote(to)}", {"password": PASSWORD})["Location"] == HOME


def test_a_held_graduate_can_confirm_before_checking_his_data(cast: Cast) -> None:
    """核对基本信息 comes first for pages, not for the security of the account."""
    actor = cast.graduate_named("新来的", confirmed_at=None)
    assert enter(actor).get(HOME)["Location"] == "/me/confirm/"
    assert enter(actor).get(OVERVIEW).status_code == 200
