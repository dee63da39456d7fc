"""From the menu in WeChat to one's own first page, by the same stages as any other login."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.mfa.models import Authenticator
from pytest_django.fixtures import Settings

from tests.cast import Cast
from tests.notices.wechat_stage import Stage
from tests.notices.weixin import APP_ID, openid
from tests.screens.door import with_password
from tests.screens.employer_stage import words
from tests.screens.pages import PageClient
from wangqian.people.models import Actor, User

AGENT = "Mozilla/5.0 (Linux; Android 14) Chrome/120 Mobile MicroMessenger/8.0.50"


def browser() -> PageClient:
    return PageClient(HTTP_USER_AGENT=AGENT)


def away(who: PageClient, path: str = "") -> dict[str, str]:
    """What we send along to WeChat."""
    to = who.get(f"/login/wechat/{path}")["Location"]
    assert to.startswith("https://open.weixin.qq.com/connect/oauth2/authorize?appid=") and to.endswith("#wechat_redirect")
    return {name: values[0] for name, values in parse_qs(urlsplit(to).query).items()}


def back(wechat: Stage, who: PageClient, mine: str, path: str = "", **wrong: str):  # type: ignore[no-untyped-def]
    asked = away(who, path)
    return who.get("/login/wechat/back/", {"code": wechat.weixin.came_with(mine), "state": asked["state"], **wrong})


def entered(who: PageClient) -> bool:
    return "_auth_user_id" in who.session


@pytest.fixture
def mine(cast: Cast, wechat: Stage) -> str:
    with_password(cast.graduate.user)
    return wechat.bind(cast.graduate)


def test_a_bound_graduate_is_in_and_where_the_message_leads(cast: Cast, wechat: Stage, mine: str) -> None:
    who = browser()
    asked = away(who)
    assert (asked["appid"], asked["scope"], asked["response_type"]) == (APP_ID, "snsapi_base", "code")
    assert asked["redirect_uri"] == "http://localhost:8000/login/wechat/back/"
    assert back(wechat, who, mine, "?next=/inbox/")["Location"] == "/inbox/" and entered(who)
    assert who.get("/inbox/").status_code == 200
    assert who.get("/login/wechat/?next=/me/")["Location"] == "/me/", "already in"


def test_it_opens_the_account_and_confirms_nothing(cast: Cast, wechat: Stage, mine: str) -> None:
    """Silent as it is, it is no confirmation that the person is there: what a stolen phone must not do is asked again."""
    who = browser()
    back(wechat, who, mine)
    assert who.get("/account/").status_code == 200
    assert who.post("/account/wechat/unbind/")["Location"].startswith("/account/again/")


@pytest.mark.parametrize("path", ["?next=https://evil.example/", "?next=//evil.example", "?next=/\\evil.example", "?next=javascript:x"])
def test_it_leads_to_pages_of_ours_alone(cast: Cast, wechat: Stage, mine: str, path: str) -> None:
    assert back(wechat, browser(), mine, path)["Location"] == "/home/"


WRONG = [{"state": ""}, {"state": "0" * 32}, {"state": "ÿ"}, {"code": ""}, {"code": "x" * 300}]


@pytest.mark.parametrize("wrong", WRONG)
def test_only_the_session_that_went_comes_back(cast: Cast, wechat: Stage, mine: str, wrong: dict[str, str]) -> None:
    who = browser()
    page = back(wechat, who, mine, **wrong)
    assert page.status_code == 400 and "没有完成" in words(page) and not entered(who)


def test_another_browser_with_the_whole_address_is_not_let_in(cast: Cast, wechat: Stage, mine: str) -> None:
    """Login CSRF, or a link passed on: the state is in the first one's session."""
    asked = away(browser())
    other = browser()
    page = other.get("/login/wechat/back/", {"code": wechat.weixin.came_with(mine), "state": asked["state"]})
    assert page.status_code == 400 and not entered(other)


def test_a_state_serves_once_and_a_code_too(cast: Cast, wechat: Stage, mine: str) -> None:
    who = browser()
    asked = away(who)
    address = ("/login/wechat/back/", {"code": wechat.weixin.came_with(mine), "state": asked["state"]})
    assert who.get(*address).status_code == 302 and entered(who)
    who.post("/logout/")
    assert who.get(*address).status_code == 400
    again = {**address[1], "state": away(who)["state"]}
    assert who.get("/login/wechat/back/", again).status_code == 503 and not entered(who)


def test_an_old_state_is_refused(cast: Cast, wechat: Stage, mine: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("wangqian.web.outside.entering.LIVES", -1)
    who = browser()
    assert back(wechat, who, mine).status_code == 400 and not entered(who)


def test_a_wechat_nobody_bound_is_told_how(cast: Cast, wechat: Stage, mine: str) -> None:
    who = browser()
    page = back(wechat, who, openid("stranger"))
    assert page.status_code == 200 and "还没有绑定网签账号" in words(page) and "绑定方法" in words(page) and not entered(who)


def test_an_account_that_is_switched_off_looks_like_none(cast: Cast, wechat: Stage, mine: str) -> None:
    stranger = words(back(wechat, browser(), openid("stranger")))
    User.objects.filter(pk=cast.graduate.user.pk).update(is_active=False)
    who = browser()
    assert words(back(wechat, who, mine)) == stranger and not entered(who)


@pytest.mark.parametrize("way", ["down", "refused"])
def test_where_wechat_does_not_answer_other_ways_are_offered(cast: Cast, wechat: Stage, mine: str, way: str) -> None:
    who = browser()
    asked = away(who)
    wechat.weixin.mode = "503" if way == "down" else ""
    code = wechat.weixin.came_with(mine) if way == "down" else "never given"
    page = who.get("/login/wechat/back/", {"code": code, "state": asked["state"]})
    assert page.status_code == 503 and "用手机号登录" in words(page) and not entered(who)


def test_other_browsers_go_to_the_ordinary_login(cast: Cast, wechat: Stage) -> None:
    assert PageClient().get("/login/wechat/?next=/inbox/")["Location"] == "/login/?next=%2Finbox%2F"


def test_there_is_a_limit(cast: Cast, wechat: Stage) -> None:
    who = browser()
    for _ in range(31):
        answered = who.get("/login/wechat/")
    assert answered.status_code == 429 and "过于频繁" in words(answered)


def test_staff_still_show_their_second_factor(cast: Cast, wechat: Stage, settings: Settings) -> None:
    settings.SECOND_FACTOR = "obligatory"  # type: ignore[attr-defined]
    teacher: Actor = cast.college_reviewer
    with_password(teacher.user)
    mine = wechat.bind(teacher, "teacher")
    who = browser()
    assert back(wechat, who, mine)["Location"] == "/home/"
    assert who.get("/home/")["Location"] == "/account/factors/", "none yet: first that"
    Authenticator.objects.create(user=teacher.user, type=Authenticator.Type.TOTP, data={})
    who = browser()
    assert "/login/second/" in back(wechat, who, mine)["Location"] and not entered(who)


def test_without_a_service_account_there_is_nothing(cast: Cast) -> None:
    for path in ("/login/wechat/", "/login/wechat/back/"):
        assert (browser().get(path).status_code, browser().post(path).status_code) == (404, 404)
