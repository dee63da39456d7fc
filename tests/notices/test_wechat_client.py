"""The client through real requests: one token for all processes, error codes in words, secrets nowhere."""

from __future__ import annotations

import time

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from tests.canary import ears
from tests.notices import weixin
from tests.notices.processes import together
from tests.notices.wechat_stage import Stage
from wangqian.notices.channels import CHANNELS, provider
from wangqian.notices.models import Reason, WechatToken
from wangqian.notices.wechat import client, config, token
from wangqian.notices.wechat.codes import KNOWN, Refusal
from wangqian.people.clock import now

pytestmark = pytest.mark.usefixtures("wechat")


def call() -> str:
    return client.code_url("a-scene", 600)


def test_the_token_is_asked_for_once_and_sealed(db: None, wechat: Stage) -> None:
    assert call().startswith("http://weixin.qq.com/q/")
    call()
    assert wechat.weixin.asked_for == [False]
    with connection.cursor() as cursor:
        cursor.execute("SELECT app, value FROM notices_wechattoken")
        ((app, value),) = cursor.fetchall()
    assert wechat.weixin.valid.encode() not in bytes(value) and weixin.APP_ID not in app


def test_it_is_renewed_before_it_ends(db: None, wechat: Stage) -> None:
    call()
    WechatToken.objects.update(expires_at=now() + token.EARLY)
    call()
    assert wechat.weixin.asked_for == [False, False]


@pytest.mark.parametrize("lost", ["expired", "forged"])
def test_one_that_is_not_taken_is_renewed_once(db: None, wechat: Stage, lost: str) -> None:
    call()
    if lost == "expired":
        wechat.weixin.expire()  # 42001
    else:
        row = WechatToken.objects.get()
        row.value = "nobody's"
        row.save()  # 40001
    assert call()
    assert wechat.weixin.asked_for == [False, False]


def test_where_the_same_comes_back_a_new_one_is_forced(db: None, wechat: Stage) -> None:
    by = token.token()
    assert token.renewed(by) != by
    assert wechat.weixin.asked_for == [False, False, True]


def test_a_wrong_secret_is_not_asked_about_again_and_again(db: None, wechat: Stage) -> None:
    wechat.settings.WECHAT = {**wechat.settings.WECHAT, "app_secret": "another-secret-of-nobody"}
    with pytest.raises(Refusal) as caught:
        call()
    assert (caught.value.reason, caught.value.words) == (Reason.KEY, "服务商的密钥或权限有问题（40125）")
    assert wechat.weixin.asked == 1


@pytest.mark.parametrize("stale", ["", "the token that has ended"])
def test_an_expired_token_is_refreshed_once_by_many_processes(transactional_db: None, wechat: Stage, stale: str) -> None:
    """One asks, the others wait for what it gets."""
    wechat.weixin.pause = 0.5
    if stale:
        WechatToken.objects.create(app=token.app(), value=stale, expires_at=now() + 2 * token.EARLY)
    assert together(3, lambda: token.renewed(stale) if stale else token.token()) == [0, 0, 0]
    assert (wechat.weixin.asked_for, token.token()) == ([False], wechat.weixin.valid)


def test_red_control_without_the_claim_all_of_them_ask(transactional_db: None, wechat: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    wechat.weixin.pause = 0.5
    WechatToken.objects.create(app=token.app())
    monkeypatch.setattr(token, "claimed", lambda: True)
    assert together(2, token.token) == [0, 0]
    assert len(wechat.weixin.asked_for) == 2


def test_whoever_asked_and_died_holds_nobody_up(db: None, wechat: Stage) -> None:
    WechatToken.objects.create(app=token.app(), asked_at=now() - token.ASKING)
    assert call()
    WechatToken.objects.update(expires_at=None, asked_at=None)
    wechat.weixin.mode = "cut"
    with pytest.raises(Refusal):
        call()
    assert WechatToken.objects.get().asked_at is None


@pytest.mark.parametrize("code", [*sorted(set(KNOWN) - {40001, 40014, 42001}), 99999])
def test_every_code_is_a_reason(db: None, wechat: Stage, code: int) -> None:
    wechat.weixin.says = code
    with pytest.raises(Refusal) as caught:
        call()
    assert caught.value.reason == KNOWN.get(code, Reason.OTHER)
    assert caught.value.words.endswith(f"（{code}）") and weixin.SECRET not in caught.value.words


@pytest.mark.parametrize("mode", ["silent", "cut", "nonsense", "503", "endless", "elsewhere"])
def test_whatever_the_line_does_it_ends_soon(db: None, wechat: Stage, monkeypatch: pytest.MonkeyPatch, mode: str) -> None:
    monkeypatch.setattr(provider, "READ", 0.5)
    wechat.weixin.mode = mode
    began = time.monotonic()
    with pytest.raises(Refusal):
        call()
    assert time.monotonic() - began < 4


def test_neither_token_nor_secret_nor_openid_is_logged(db: None, wechat: Stage) -> None:
    with ears.logged() as log:
        call()
        wechat.weixin.expire()
        client.openid_by(wechat.weixin.came_with(weixin.openid("x")))
        with pytest.raises(Refusal):
            client.send(weixin.openid("x"), "TPL-account", "https://x", {"thing2": "事", "time5": "2026年1月1日 09:00"}, "k")
    said = log.getvalue()
    assert said.count("\n") > 5
    for secret in (*wechat.weixin.tokens, weixin.SECRET, weixin.openid("x")):
        assert secret not in said


# --- what is set, what is missing ---------------------------------------------------------------------


def test_nothing_set_is_not_connected_and_no_trouble(db: None, wechat: Stage) -> None:
    wechat.settings.WECHAT = {**wechat.settings.WECHAT, "app_id": "", "app_secret": "", "token": ""}
    assert (config.wanted(), CHANNELS["wechat"].connected()) == (False, False)
    assert CHANNELS["wechat"].sentence() == "微信未接通：没有设置服务号（WECHAT_APP_ID）。"


@pytest.mark.parametrize(
    ("name", "value", "variable"),
    [
        ("app_secret", "", "WECHAT_APP_SECRET"),
        ("token", "a b", "WECHAT_TOKEN"),
        ("aes_key", "short", "WECHAT_AES_KEY"),
        ("endpoint", "http://api.example.com", "WECHAT_ENDPOINT"),
    ],
)
def test_half_a_configuration_is_said_by_name(wechat: Stage, name: str, value: str, variable: str) -> None:
    wechat.settings.WECHAT = {**wechat.settings.WECHAT, name: value}
    assert not CHANNELS["wechat"].connected()
    assert CHANNELS["wechat"].sentence() == f"微信未接通。设置缺少或有误：{variable}。"


def test_missing_templates_are_counted(wechat: Stage) -> None:
    assert CHANNELS["wechat"].sentence() == "微信服务号已接通。"
    wechat.settings.WECHAT = {**wechat.settings.WECHAT, "templates": "/nowhere.csv"}
    assert CHANNELS["wechat"].sentence() == "微信服务号已接通。还有 3 个模板没有编号（WECHAT_TEMPLATES）。"


def test_the_menu_leads_to_the_login(db: None, wechat: Stage) -> None:
    call_command("wechat_menu")
    ((button,),) = [menu["button"] for menu in wechat.weixin.menus]
    first = button["sub_button"][0]
    assert (first["type"], first["name"], first["url"]) == ("view", "网签/去向登记", "http://localhost:8000/login/wechat/")
    wechat.weixin.says = 48001
    with pytest.raises(CommandError, match="48001"):
        call_command("wechat_menu")


