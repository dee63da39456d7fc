"""Logging in with a second factor, and with a passkey alone."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from tests.authenticator import UP, SoftAuthenticator
from tests.cast import Cast
from tests.devices import app, code, enrol
from tests.factors.stage import HOME, OVERVIEW, SECOND, begun, log_in, with_password
from tests.screens.door import solved
from tests.screens.pages import PageClient
from wangqian.notices.deliver import inbox
from wangqian.people import limits, recovery, totp
from wangqian.people.models import Actor, User

PASSKEY_LOGIN = "/login/passkey/"


def inside(who: PageClient) -> bool:
    return who.get("/account/").status_code == 200


def test_without_a_factor_the_password_lets_in(cast: Cast) -> None:
    who, answer = log_in(with_password(cast.graduate))
    assert (answer["Location"], inside(who)) == (HOME, True)


@pytest.mark.parametrize("kind", ["app", "passkey"])
def test_staff_with_a_factor_are_asked_for_it(cast: Cast, kind: str) -> None:
    actor = with_password(cast.school_reviewer)
    secret = app(actor) if kind == "app" else ""
    device = enrol(actor) if kind == "passkey" else SoftAuthenticator()
    who, answer = log_in(actor)
    assert (answer["Location"], inside(who)) == (SECOND, False)
    page = who.get(SECOND).content.decode()
    assert ("用通行密钥确认" in page) == (kind == "passkey")
    wrong = who.post(SECOND, {"code": "000000"})
    assert (wrong.status_code, inside(who)) == (422, False)
    given = {"code": code(secret)} if kind == "app" else {"assertion": device.get(begun(who, SECOND))}
    assert who.post(SECOND, given).status_code == 302
    assert inside(who)


def test_a_graduates_passkey_is_a_shorter_way_and_no_lock(cast: Cast) -> None:
    """His browser may not have it (WeChat); an app, which works everywhere, he set up in order to be asked."""
    actor = with_password(cast.graduate)
    enrol(actor)
    assert log_in(actor)[1]["Location"] == HOME
    app(actor)
    assert log_in(actor)[1]["Location"] == SECOND


def test_a_code_used_for_a_proof_does_not_log_in(cast: Cast) -> None:
    actor = with_password(cast.school_reviewer)
    shown = code(app(actor))
    totp.enter(actor.user, shown)
    who, _answer = log_in(actor)
    answer = who.post(SECOND, {"code": shown})
    assert (answer.status_code, "已经用过" in answer.content.decode()) == (422, True)


def test_a_recovery_code_lets_in_once_and_is_told(cast: Cast) -> None:
    actor = with_password(cast.school_reviewer)
    enrol(actor)
    recovery.renew(actor.user)
    codes = recovery.show(actor.user)
    who, _answer = log_in(actor)
    assert who.post(SECOND, {"code": codes[0]}).status_code == 302
    assert inside(who)
    assert [one.subject for one in inbox(actor.user)] == ["您用恢复码登录了"]
    again, _answer = log_in(actor)
    assert again.post(SECOND, {"code": codes[0]}).status_code == 422
    assert not inside(again)


def test_five_wrong_codes_pause_the_codes_and_not_the_passkey(cast: Cast) -> None:
    """A21: who knows the password can bother the app's codes, never the other ways."""
    actor = with_password(cast.school_reviewer)
    secret, device = app(actor), enrol(actor)
    who, _answer = log_in(actor)
    for _try in range(limits.LIMITS["totp"].count):
        who.post(SECOND, {"code": "000000"})
    assert "10 分钟" in who.post(SECOND, {"code": code(secret)}).content.decode()
    assert who.post(SECOND, {"assertion": device.get(begun(who, SECOND))}).status_code == 302


@pytest.mark.parametrize("lie", ["origin", "finger", "stranger", "replay", "unasked"])
def test_what_does_not_prove_does_not_let_in(cast: Cast, lie: str) -> None:
    actor = with_password(cast.school_reviewer)
    device, stranger = enrol(actor), enrol(cast.second_school_user)
    who, _answer = log_in(actor)
    options = begun(who, SECOND)
    if lie == "origin":
        device.origin = "https://evil.example"
    elif lie == "finger":
        device.flags = UP
    answer = (stranger if lie == "stranger" else device).get(options)
    if lie == "replay":
        begun(who, SECOND)
    if lie == "unasked":
        answer = device.get({"publicKey": {"challenge": "AAAA"}})
    assert who.post(SECOND, {"assertion": answer}).status_code == 422
    assert not inside(who)


def test_the_second_step_needs_the_first(cast: Cast) -> None:
    app(with_password(cast.school_reviewer))
    who = PageClient()
    assert who.get(SECOND)["Location"] == "/login/"
    assert who.post(SECOND, {"code": "123456"})["Location"] == "/login/"


def test_a_late_answer_is_refused(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    actor = with_password(cast.school_reviewer)
    device = enrol(actor)
    who, _answer = log_in(actor)
    answer = device.get(begun(who, SECOND))
    monkeypatch.setattr("wangqian.web.factors.stage.LIVES", 0)
    refused = who.post(SECOND, {"assertion": answer})
    assert "已超时" in refused.content.decode() and not inside(who)


# --- a passkey alone --------------------------------------------------------------------------------


def passkey_login(device: SoftAuthenticator, who: PageClient | None = None, to: str = "") -> tuple[PageClient, str]:
    who = who or PageClient()
    url = f"{PASSKEY_LOGIN}?next={to}" if to else PASSKEY_LOGIN
    return who, who.post(url, {"assertion": device.get(begun(who, url))})["Location"]


@pytest.mark.parametrize("who_it_is", ["graduate", "employer", "school_reviewer", "operator"])
def test_a_passkey_alone_logs_in(cast: Cast, who_it_is: str) -> None:
    actor: Actor = with_password(getattr(cast, who_it_is))
    device = enrol(actor)
    who, to = passkey_login(device)
    assert to == HOME and inside(who)
    assert int(who.session["_auth_user_id"].replace("-", ""), 16) == actor.user.pk.int


def test_it_leads_to_what_was_asked_for(cast: Cast) -> None:
    assert passkey_login(enrol(cast.graduate), to="/inbox/")[1] == "/inbox/"
    assert passkey_login(enrol(cast.employer), to="//evil.example/")[1] == HOME


def test_the_question_names_nobody(cast: Cast) -> None:
    """Before he is known nothing tells which accounts or passkeys there are."""
    enrol(cast.graduate)
    options = begun(PageClient(), PASSKEY_LOGIN)["publicKey"]
    assert set(options) == {"challenge", "rpId", "userVerification"}
    assert options["userVerification"] == "required"


@pytest.mark.parametrize("lie", ["unknown user", "removed", "inactive", "other handle", "finger", "garbage", "replay"])
def test_a_passkey_that_proves_nothing_is_one_neutral_sentence(cast: Cast, lie: str) -> None:
    device, who = enrol(cast.graduate), PageClient()
    if lie == "unknown user":
        device.user_handle = b"0" * 16
    elif lie == "removed":
        cast.graduate.user.authenticator_set.all().delete()
    elif lie == "inactive":
        User.objects.filter(pk=cast.graduate.user.pk).update(is_active=False)
    elif lie == "other handle":
        device.user_handle = cast.employer.user.pk.bytes
    elif lie == "finger":
        device.flags = UP
    answer = device.get(begun(who, PASSKEY_LOGIN))
    if lie == "garbage":
        answer = json.dumps({"id": [], "rawId": {}, "response": "\ud800"})
    if lie == "replay":
        begun(who, PASSKEY_LOGIN)
    assert who.post(PASSKEY_LOGIN, {"assertion": answer})["Location"].startswith("/login/")
    assert not inside(who)


def test_a_crowded_address_leads_to_a_challenge_and_to_no_block(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("passkey-address", "slow-address"):
        monkeypatch.setitem(limits.LIMITS, name, replace(limits.LIMITS[name], count=1))
    device = enrol(with_password(cast.graduate))

    def tried(work: str = "") -> tuple[str, bool]:
        who = PageClient()
        answer = who.post(PASSKEY_LOGIN, {"assertion": device.get(begun(who, PASSKEY_LOGIN)), "work": work})
        return answer["Location"], inside(who)

    assert tried() == (HOME, True)
    assert tried() == (HOME, True)  # the slow lane, for who has no script
    assert tried() == ("/login/", False)
    work = solved("passkey-login")
    assert [tried(work), tried(work), tried(solved("login"))] == [(HOME, True), ("/login/", False), ("/login/", False)]
    assert tried(solved("passkey-login")) == (HOME, True)


def test_limits_that_are_only_tracked_hold_for_codes(cast: Cast, settings: object) -> None:
    """Six digits are as strong as their tries are few."""
    settings.LIMITS = "track"  # type: ignore[attr-defined]
    actor = with_password(cast.school_reviewer)
    secret = app(actor)
    who, _answer = log_in(actor)
    for _try in range(limits.LIMITS["totp"].count):
        who.post(SECOND, {"code": "000000"})
    assert "10 分钟" in who.post(SECOND, {"code": code(secret)}).content.decode()


def test_it_counts_as_the_second_factor(cast: Cast, settings: object) -> None:
    settings.SECOND_FACTOR = "obligatory"  # type: ignore[attr-defined]
    who, to = passkey_login(enrol(with_password(cast.school_reviewer)))
    assert (to, who.get(HOME).status_code, who.get(OVERVIEW).status_code) == (HOME, 200, 200)
