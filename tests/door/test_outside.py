"""学信网登录: a real provider says who somebody is; only whom its claims mean comes in, and it proves nothing for who is new."""

from __future__ import annotations

import base64
import hashlib
import json
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from allauth.mfa.models import Authenticator
from allauth.socialaccount.providers.oauth2.client import OAuth2Client
from django.db import connection
from pytest_django.fixtures import Settings

from tests.canary import ears
from tests.cast import Cast
from tests.door.house import House
from tests.flows.test_activating import newcomer
from tests.screens.door import with_password
from tests.screens.employer_stage import words
from tests.screens.pages import PageClient, read
from wangqian.notices import knocks as answering
from wangqian.operating import outside_login
from wangqian.operating.checks import others
from wangqian.people.models import Actor, Graduate, Knock, Membership, OutsideLink, Status, User
from wangqian.web.outside import provider

NOBODY = "没有找到与您的身份相符的账号或生源信息"
FAILED, DOWN = "没有成功", "暂时不可用"


def claims(graduate: Graduate, **other: str) -> dict[str, str]:
    known = {"name": graduate.name, "identity_number": graduate.identity_number()}
    return {**known, "student_id": str(graduate.student_number), "school_code": graduate.school.code, **other}


def of(actor: Actor) -> Graduate:
    assert actor.membership.graduate
    return actor.membership.graduate


@pytest.fixture
def known(cast: Cast, house: House) -> House:
    """A graduate with an account, whom the house knows by the same name and number."""
    with_password(cast.graduate.user)
    house.knows("sub-1", **claims(of(cast.graduate)))
    return house


def entered(who: PageClient) -> bool:
    return "_auth_user_id" in who.session


# --- coming in ----------------------------------------------------------------------------------------


def test_who_has_an_account_comes_in_by_the_usual_stages(cast: Cast, known: House) -> None:
    who = PageClient()
    assert ("学信网登录", "/login/outside/") in read(who.get("/login/")).links
    assert known.come(who, "sub-1", "?next=/inbox/")["Location"] == "/inbox/" and entered(who)
    assert who.get("/inbox/").status_code == 200
    assert OutsideLink.objects.get().user == cast.graduate.user
    assert known.come(PageClient(), "sub-1")["Location"] == "/home/" and OutsideLink.objects.count() == 1


def test_it_opens_the_account_and_confirms_nothing(cast: Cast, known: House) -> None:
    who = PageClient()
    known.come(who, "sub-1")
    assert who.get("/account/factors/passkey/")["Location"].startswith("/account/again/")


def test_whoever_has_an_app_shows_it(cast: Cast, known: House) -> None:
    Authenticator.objects.create(user=cast.graduate.user, type=Authenticator.Type.TOTP, data={})
    who = PageClient()
    assert known.come(who, "sub-1")["Location"] == "/login/second/" and not entered(who)


def test_what_is_sent_along_binds_the_answer_to_this_login(known: House, monkeypatch: pytest.MonkeyPatch) -> None:
    verifiers: list[str] = []
    asked_for = OAuth2Client.get_access_token

    def heard(self: OAuth2Client, code: str, pkce_code_verifier: str | None = None, **more: Any) -> Any:
        verifiers.append(str(pkce_code_verifier))
        return asked_for(self, code, pkce_code_verifier=pkce_code_verifier, **more)

    monkeypatch.setattr(OAuth2Client, "get_access_token", heard)
    who = PageClient()
    to = who.get("/login/outside/")["Location"]
    sent = {name: values[0] for name, values in parse_qs(urlsplit(to).query).items()}
    assert (sent["response_type"], sent["code_challenge_method"], len(sent["state"])) == ("code", "S256", 32)
    assert len(sent["nonce"]) >= 32 and sent["scope"].split() and "prompt" not in sent
    who.get("/login/outside/back/", known.login(to, "sub-1"))
    digest = hashlib.sha256(verifiers[0].encode()).digest()
    assert base64.urlsafe_b64encode(digest).rstrip(b"=").decode() == sent["code_challenge"]


def test_by_school_and_student_number_where_the_house_has_no_other(cast: Cast, known: House) -> None:
    known.configure(claims="name=name student_number=student_id school=school_code")
    assert known.come(PageClient(), "sub-1")["Location"] == "/home/"


def test_a_campus_speaks_for_its_own_alone(cast: Cast, known: House) -> None:
    known.configure(school=of(cast.graduate).school.code)
    assert known.come(PageClient(), "sub-1")["Location"] == "/home/"
    known.configure(school="99999")
    assert NOBODY in words(known.come(PageClient(), "sub-1"))


# --- whom it does not mean ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": "别人"},
        {"name": ""},
        {"identity_number": "430102200405010000"},
        {"identity_number": "", "student_id": "", "school_code": ""},
    ],
)
def test_name_and_number_must_both_fit(cast: Cast, known: House, wrong: dict[str, str]) -> None:
    known.knows("sub-1", **claims(of(cast.graduate), **wrong))
    who = PageClient()
    page = known.come(who, "sub-1")
    assert page.status_code == 200 and NOBODY in words(page) and not entered(who) and not OutsideLink.objects.exists()


def test_accounts_switched_off_and_graduates_who_left_look_like_nobody(cast: Cast, known: House) -> None:
    User.objects.filter(pk=cast.graduate.user.pk).update(is_active=False)
    assert NOBODY in words(known.come(PageClient(), "sub-1"))
    User.objects.filter(pk=cast.graduate.user.pk).update(is_active=True)
    Graduate.objects.filter(pk=of(cast.graduate).pk).update(status=Status.WITHDRAWN)
    assert NOBODY in words(known.come(PageClient(), "sub-1"))


def test_changed_claims_open_nobody_elses_account(cast: Cast, known: House) -> None:
    """The house says today that the person it said was A is B: he comes in as neither of them."""
    known.come(PageClient(), "sub-1")
    other = cast.graduate_named("李白")
    with_password(other.user)
    known.knows("sub-1", **claims(of(other)))
    who = PageClient()
    assert NOBODY in words(known.come(who, "sub-1")) and not entered(who)
    known.knows("sub-2", **claims(of(cast.graduate)))
    assert NOBODY in words(known.come(who, "sub-2")) and not entered(who), "another subject as the same account"
    known.knows("sub-3", **claims(of(other)))
    assert known.come(who, "sub-3").status_code == 302 and entered(who)


# --- tokens that are not for us -----------------------------------------------------------------------


def token_for(house: House, monkeypatch: pytest.MonkeyPatch, change: Any) -> None:
    """What the token end point gives, changed on the way."""
    asked_for = OAuth2Client.get_access_token
    monkeypatch.setattr(OAuth2Client, "get_access_token", lambda self, *args, **more: change(asked_for(self, *args, **more)))


def refused(house: House) -> None:
    who = PageClient()
    page = house.come(who, "sub-1")
    assert page.status_code == 400 and FAILED in words(page) and not entered(who)


def test_another_nonce(known: House) -> None:
    """A token of another login, put into this one."""
    who = PageClient()
    to = who.get("/login/outside/")["Location"]
    session = who.session
    session["outside_login"] = {**session["outside_login"], "nonce": "of another login"}
    session.save()
    page = who.get("/login/outside/back/", known.login(to, "sub-1"))
    assert page.status_code == 400 and FAILED in words(page) and not entered(who)


def test_another_audience(known: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """A rightly signed token that the house gave to somebody else's site, with our nonce in it."""
    ours = dict(known.settings.OIDC)
    known.configure()
    theirs, known.settings.OIDC = known.settings.OIDC, ours
    who = PageClient()
    to = who.get("/login/outside/")["Location"]
    back = known.login(to, "sub-1")
    code = known.login(to.replace(ours["client_id"], theirs["client_id"]), "sub-1")["code"]
    given = requests.post(
        f"{known.url}/oauth2/token",
        data={"grant_type": "authorization_code", "code": code, "redirect_uri": "http://localhost:8000/login/outside/back/"},
        auth=(theirs["client_id"], theirs["client_secret"]),
        timeout=5,
    ).json()
    token_for(known, monkeypatch, lambda mine: {**mine, "id_token": given["id_token"]})
    page = who.get("/login/outside/back/", back)
    assert page.status_code == 400 and FAILED in words(page) and not entered(who)


def tampered(token: str, **changes: Any) -> str:
    head, body, signature = token.split(".")
    told = json.loads(base64.urlsafe_b64decode(body + "=="))
    body = base64.urlsafe_b64encode(json.dumps({**told, **changes}).encode()).rstrip(b"=").decode()
    return f"{head}.{body}.{signature}"


def unsigned(token: str) -> str:
    head = base64.urlsafe_b64encode(b'{"alg":"none","typ":"JWT"}').rstrip(b"=").decode()
    return f"{head}.{token.split('.')[1]}."


FORGED = [lambda one: tampered(one, sub="sub-9"), tampered, unsigned, lambda _one: "x", lambda _one: ""]


@pytest.mark.parametrize("forge", FORGED)
def test_a_forged_token(known: House, monkeypatch: pytest.MonkeyPatch, forge: Any) -> None:
    token_for(known, monkeypatch, lambda mine: {**mine, "id_token": forge(mine["id_token"])})
    refused(known)


def test_user_info_of_somebody_else(known: House, monkeypatch: pytest.MonkeyPatch) -> None:
    fetched = provider.fetched
    monkeypatch.setattr(
        provider, "fetched", lambda url, **more: {**fetched(url, **more), **({"sub": "sub-9"} if "userinfo" in url else {})}
    )
    refused(known)


def test_red_control_without_its_checks_a_forged_token_would_pass(
    cast: Cast, known: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    token_for(known, monkeypatch, lambda mine: {**mine, "id_token": tampered(mine["id_token"], nonce="x")})
    monkeypatch.setattr(
        provider, "checked", lambda token, *_more: json.loads(base64.urlsafe_b64decode(token.split(".")[1] + "=="))
    )
    assert known.come(PageClient(), "sub-1").status_code == 302


def test_a_code_and_a_state_serve_once(known: House) -> None:
    who = PageClient()
    back = known.login(who.get("/login/outside/")["Location"], "sub-1")
    assert who.get("/login/outside/back/", back).status_code == 302
    who.post("/logout/")
    assert who.get("/login/outside/back/", back).status_code == 400
    state = parse_qs(urlsplit(who.get("/login/outside/")["Location"]).query)["state"][0]
    page = who.get("/login/outside/back/", {**back, "state": state})
    assert page.status_code == 400 and FAILED in words(page) and not entered(who)


def test_another_browser_with_the_whole_address_is_not_let_in(known: House) -> None:
    back = known.login(PageClient().get("/login/outside/")["Location"], "sub-1")
    other = PageClient()
    page = other.get("/login/outside/back/", back)
    assert page.status_code == 400 and "没有完成" in words(page) and not entered(other)


@pytest.mark.parametrize("query", [{}, {"error": "access_denied"}, {"code": "x"}, {"code": "x" * 3000, "state": "y"}])
def test_coming_back_without_having_gone(known: House, query: dict[str, str]) -> None:
    page = PageClient().get("/login/outside/back/", query)
    assert page.status_code == 400 and "用手机号登录" in words(page)


# --- who has no account yet ---------------------------------------------------------------------------


def test_who_is_new_is_led_to_activation_and_a_code_to_his_phone_still_proves(cast: Cast, house: House) -> None:
    graduate, who = newcomer(cast), PageClient()
    house.knows("sub-7", **claims(graduate))
    assert house.come(who, "sub-7")["Location"] == "/activate/" and not entered(who)
    page = who.get("/activate/")
    assert "请核对" in words(page) and graduate.name in page.content.decode() and graduate.identity_number() in page.content.decode()
    assert not User.objects.filter(identity_index=bytes(graduate.identity_index)).exists(), "nothing is made for him yet"
    facts = {"school": str(graduate.school_id), "name": graduate.name, "kind": "resident", "number": graduate.identity_number()}
    assert who.post("/activate/", facts)["Location"] == "/activate/code/"
    assert "请核对" not in words(who.get("/activate/")), "kept no longer than needed"
    answering.answer()
    who.post("/activate/code/", {"code": "000000"})
    assert not Membership.objects.filter(graduate=graduate).exists()
    who.post("/activate/code/", {"code": Knock.objects.latest("made_at").code})
    own = "绿蚁新醅酒 red clay 7"
    who.post("/activate/password/", {"password1": own, "password2": own})
    assert entered(who) and Membership.objects.filter(graduate=graduate).exists()
    assert house.come(PageClient(), "sub-7")["Location"] == "/home/"


def test_our_number_is_not_shown_to_who_only_named_his_student_number(cast: Cast, house: House) -> None:
    house.configure(claims="name=name student_number=student_id school=school_code")
    graduate, who = newcomer(cast), PageClient()
    house.knows("sub-7", **claims(graduate))
    house.come(who, "sub-7")
    page = who.get("/activate/").content.decode()
    assert graduate.name in page and graduate.identity_number() not in page


# --- what is kept -------------------------------------------------------------------------------------


def test_neither_number_nor_name_nor_token_nor_subject_is_kept_or_said(cast: Cast, house: House) -> None:
    graduate = newcomer(cast)
    house.knows("subject-of-somebody", **claims(graduate))
    with_password(cast.graduate.user)
    house.knows("sub-1", **claims(of(cast.graduate)))
    with ears.logged() as log:
        house.come(PageClient(), "sub-1")
        house.come(PageClient(), "subject-of-somebody")
    stored = b"\n".join(value for _name, value in ears.columns())
    heard = log.getvalue() + "".join(house.addresses)
    for secret in (graduate.identity_number(), "subject-of-somebody", house.settings.OIDC["client_secret"]):
        assert secret.encode() not in stored and secret not in heard
    for name in (graduate.name, of(cast.graduate).name):
        assert name not in heard
    tables = connection.introspection.table_names()
    assert not [one for one in tables if one.startswith("socialaccount")], "no table of tokens"


# --- whether it is there ------------------------------------------------------------------------------


def test_where_the_house_is_down_other_ways_are_offered(known: House) -> None:
    who = PageClient()
    to = who.get("/login/outside/")["Location"]
    back = known.login(to, "sub-1")
    known.settings.OIDC = {**known.settings.OIDC, "discovery": "http://127.0.0.1:1/.well-known/openid-configuration"}
    page = who.get("/login/outside/back/", back)
    assert page.status_code == 503 and DOWN in words(page) and "用手机号登录" in words(page)
    page = who.get("/login/outside/")
    assert page.status_code == 503 and DOWN in words(page) and "用验证码登录" in words(page)


def test_a_house_that_calls_itself_otherwise_is_not_believed(known: House, monkeypatch: pytest.MonkeyPatch) -> None:
    fetched = provider.fetched
    monkeypatch.setattr(provider, "fetched", lambda url, **more: {**fetched(url, **more), "issuer": "https://evil.example"})
    assert PageClient().get("/login/outside/").status_code == 503


def test_there_is_a_limit(known: House) -> None:
    who = PageClient()
    for _ in range(31):
        answered = who.get("/login/outside/")
    assert answered.status_code == 429


def test_without_configuration_there_is_neither_button_nor_page(db: None) -> None:
    who = PageClient()
    assert "outside" not in who.get("/login/").content.decode()
    for path in ("/login/outside/", "/login/outside/back/"):
        assert (who.get(path).status_code, who.post(path).status_code) == (404, 404)
    assert others.outside().said == "外部登录未接通：没有设置 OIDC_DISCOVERY_URL。"


def test_the_button_is_for_graduates(known: House) -> None:
    assert "学信网登录" in words(PageClient().get("/login/?as=student"))
    assert "学信网登录" not in words(PageClient().get("/login/?as=school"))


@pytest.mark.parametrize(
    ("name", "value", "variable"),
    [
        ("client_secret", "", "OIDC_CLIENT_SECRET"),
        ("name", "", "OIDC_NAME"),
        ("discovery", "http://login.example.com/.well-known/openid-configuration", "OIDC_DISCOVERY_URL"),
        ("discovery", "https://login.example.com/", "OIDC_DISCOVERY_URL"),
        ("claims", "name=name", "OIDC_CLAIMS"),
        ("claims", "name=name number=x phone=y", "OIDC_CLAIMS"),
        ("claims", "number=x", "OIDC_CLAIMS"),
    ],
)
def test_half_a_configuration_is_said_by_name_and_nothing_is_shown(
    db: None, settings: Settings, name: str, value: str, variable: str
) -> None:
    whole = {
        "name": "统一身份认证", "discovery": "https://id.example.com/.well-known/openid-configuration", "client_id": "a",
        "client_secret": "b", "scope": "openid", "claims": "name=name number=id", "school": "",
    }  # fmt: skip
    settings.OIDC = whole  # type: ignore[attr-defined]
    assert others.outside().said == "外部登录已接通：统一身份认证。"
    settings.OIDC = {**whole, name: value}  # type: ignore[attr-defined]
    assert not outside_login.connected() and PageClient().get("/login/outside/").status_code == 404
    assert others.outside().said == f"外部登录未接通。设置缺少或有误：{variable}。"
