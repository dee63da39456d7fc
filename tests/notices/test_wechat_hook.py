"""The callback: only WeChat is heard, each thing once; plain and in 安全模式."""

from __future__ import annotations

import time
from datetime import timedelta

import pytest
from django.test import Client
from django.utils.http import urlencode

from tests.cast import Cast
from tests.notices import weixin
from tests.notices.wechat_stage import Stage, bound, number_in
from tests.notices.weixin import event, openid, signed, xml
from wangqian.notices.models import Notice
from wangqian.notices.wechat import envelope
from wangqian.people import wechat as binding
from wangqian.people.clock import now
from wangqian.people.models import WechatLink, WechatScan
from wangqian.web.wechat import hook

SOMEBODY = openid("somebody")


def get(**query: str) -> Client:
    return Client().get(f"/hooks/wechat/?{urlencode(query)}")  # type: ignore[return-value]


def message(**more: str) -> str:
    fields = {"MsgType": "text", "CreateTime": str(int(time.time())), "MsgId": "1234567890123456", "Content": "在吗", **more}
    return xml(ToUserName=weixin.OURS, FromUserName=SOMEBODY, **fields)


# --- who is heard -------------------------------------------------------------------------------------


def test_the_platform_gets_its_echo_back(db: None, wechat: Stage) -> None:
    answered = get(**signed(), echostr="5837397520665436")
    assert (answered.status_code, answered.content) == (200, b"5837397520665436")
    assert answered["Content-Type"].startswith("text/plain")


WRONG = [
    {"signature": "0" * 40},
    {"signature": ""},
    {"nonce": "other"},
    {"timestamp": "1"},
    {"timestamp": ""},
    {"timestamp": "１２"},
    {"timestamp": "9" * 400},
    {"signature": "ÿ"},
]


@pytest.mark.parametrize("wrong", WRONG)
def test_a_wrong_signature_is_refused(db: None, wechat: Stage, wrong: dict[str, str]) -> None:
    query = {**signed(), **wrong}
    assert get(**query, echostr="x").status_code == 403
    assert wechat.tell(message(), query).status_code == 403
    assert wechat.tell(message(), {}).status_code == 403


@pytest.mark.parametrize("off", [-hook.SECONDS - 5, hook.SECONDS + 5])
def test_old_and_future_signatures_are_refused(db: None, wechat: Stage, off: int) -> None:
    assert wechat.tell(message(), signed(at=int(time.time()) + off)).status_code == 403


def test_red_control_with_the_check_switched_off_anybody_is_heard(
    db: None, wechat: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The two tests above say something: it is this check that refuses."""
    monkeypatch.setattr(envelope, "signed", lambda *_given: True)
    assert wechat.tell(message(), {**signed(), "signature": "0" * 40}).status_code == 200


def test_without_a_service_account_there_is_nothing_here(db: None, wechat: Stage) -> None:
    wechat.settings.WECHAT = {**wechat.settings.WECHAT, "app_id": ""}
    assert (get(**signed(), echostr="x").status_code, wechat.tell(message()).status_code) == (404, 404)


BOMB = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]><xml><MsgType>&b;</MsgType></xml>'
OUTSIDE = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><xml><MsgType>&a;</MsgType></xml>'


@pytest.mark.parametrize("body", ["", "nonsense", "<xml>", "<a/>", "<xml/>", BOMB, OUTSIDE, "\0", "<xml>" + "<a/>" * 100 + "</xml>"])
def test_what_is_no_message_is_refused(db: None, wechat: Stage, body: str) -> None:
    assert wechat.tell(body).status_code == 400


def test_it_is_bounded(db: None, wechat: Stage) -> None:
    assert wechat.tell(message(Content="字" * hook.MOST_BYTES)).status_code == 400


# --- 安全模式 -----------------------------------------------------------------------------------------


def test_sealed_messages_are_opened_and_answered_sealed(db: None, wechat: Stage) -> None:
    wechat.secure()
    query, body = weixin.in_envelope(message())
    said = weixin.opened(wechat.tell(body, query).content.decode())
    assert "<MsgType>text</MsgType>" in said and "网签/去向登记" in said and f"<ToUserName>{SOMEBODY}</ToUserName>" in said


def test_where_a_key_is_set_nothing_plain_is_taken(db: None, wechat: Stage) -> None:
    wechat.secure()
    assert wechat.tell(message()).status_code == 403


@pytest.mark.parametrize("signature", ["", "0" * 40])
def test_the_seal_must_be_signed(db: None, wechat: Stage, signature: str) -> None:
    wechat.secure()
    query, body = weixin.in_envelope(message(), msg_signature=signature)
    assert wechat.tell(body, query).status_code == 403


def test_a_changed_seal_is_refused(db: None, wechat: Stage) -> None:
    """A byte turned, and the whole put into another message's place: each breaks the signature over it."""
    wechat.secure()
    query, _body = weixin.in_envelope(message())
    _other, body = weixin.in_envelope(message(Content="别的"))
    assert wechat.tell(body, query).status_code == 403


def test_red_control_without_its_signature_a_changed_seal_would_pass(
    db: None, wechat: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    wechat.secure()
    query, _body = weixin.in_envelope(message())
    _other, body = weixin.in_envelope(message(Content="别的"))
    monkeypatch.setattr(envelope, "signed", lambda *_given: True)
    assert wechat.tell(body, query).status_code == 200


@pytest.mark.parametrize("inside", ["another app", "garbage", "short", "no base64"])
def test_what_is_sealed_for_others_or_nonsense_is_refused(db: None, wechat: Stage, inside: str) -> None:
    wechat.secure()
    made = {
        "another app": weixin.sealed(message(), "wxffffffffffffffff"),
        "garbage": "AAAA" * 40,
        "short": "AAAA",
        "no base64": "!!!!",
    }[inside]
    query = signed()
    query["msg_signature"] = weixin.sha1(weixin.TOKEN, query["timestamp"], query["nonce"], made)
    assert wechat.tell(xml(ToUserName=weixin.OURS, Encrypt=made), query).status_code == 400


# --- what is told, once -------------------------------------------------------------------------------


def test_a_message_is_answered_once_with_what_to_do(db: None, wechat: Stage) -> None:
    first, again = wechat.tell(message()), wechat.tell(message())
    assert "http://localhost:8000" in first.content.decode() and again.content == b"success"
    assert "localhost" in wechat.tell(message(MsgId="2")).content.decode()


def test_who_unfollows_is_unbound_and_told_once(cast: Cast, wechat: Stage) -> None:
    mine = wechat.bind(cast.graduate)
    gone = event(mine, "unsubscribe", at=1700000000)
    assert wechat.tell(gone).content == b"success"
    assert bound(cast.graduate.user) == ""
    assert Notice.objects.filter(template="direct.wechat_left", channel="inbox").count() == 1
    wechat.bind(cast.graduate)
    wechat.tell(gone)  # WeChat repeats itself, or somebody plays it again
    assert bound(cast.graduate.user) == mine


def test_a_scan_told_twice_gives_the_same_number(cast: Cast, wechat: Stage) -> None:
    binding.offer(cast.graduate.user, "scene", "http://weixin.qq.com/q/x")
    first, again = wechat.scan(SOMEBODY, "scene"), wechat.scan(SOMEBODY, "scene")
    assert number_in(first) == number_in(again) and "曹**" in first and cast.graduate.user.name not in first
    assert not WechatLink.objects.exists(), "a scan alone binds nobody"


def test_who_follows_by_the_code_has_scanned_it(cast: Cast, wechat: Stage) -> None:
    binding.offer(cast.graduate.user, "scene", "http://weixin.qq.com/q/x")
    assert number_in(wechat.scan(SOMEBODY, "scene", following=False))


@pytest.mark.parametrize("scene", ["another", "' OR 1=1", "x" * 500])
def test_a_code_that_is_none_says_so(cast: Cast, wechat: Stage, scene: str) -> None:
    assert "已失效" in wechat.scan(SOMEBODY, scene)


def test_an_old_code_says_so(cast: Cast, wechat: Stage) -> None:
    binding.offer(cast.graduate.user, "scene", "http://weixin.qq.com/q/x")
    WechatScan.objects.update(made_at=now() - binding.LIVES)
    assert "已失效" in wechat.scan(SOMEBODY, "scene")
    assert binding.sweep() == 1


@pytest.mark.parametrize("kind", ["VIEW", "LOCATION", "CLICK", "scan", "new_kind"])
def test_other_events_are_taken_in_silence(db: None, wechat: Stage, kind: str) -> None:
    answered = wechat.tell(event(SOMEBODY, kind, "x"))
    assert (answered.status_code, answered.content) == (200, b"success")


def test_it_answers_quickly(cast: Cast, wechat: Stage) -> None:
    """Also to a receipt of a message nobody knows; WeChat waits five seconds."""
    began = time.monotonic()
    wechat.tell(event(SOMEBODY, "TEMPLATESENDJOBFINISH", MsgID="1", Status="success"))
    assert timedelta(seconds=time.monotonic() - began) < timedelta(seconds=2)
