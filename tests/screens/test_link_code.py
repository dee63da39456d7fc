"""The code to the contact's phone: what opens a capability link, how often, and where nothing can be sent (security.md §2.4)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.cast import Cast
from tests.screens.door import solved
from tests.screens.link_stage import (
    PHONE,
    Sent,
    ask,
    code_of,
    enter,
    inside,
    is_dead,
    pause,
    photo,
    submit,
    text,
    upload,
)
from tests.screens.pages import PageClient
from wangqian import urls  # noqa: F401  read now: a later test may ask first, as production does, and then the demo has no pages
from wangqian.cases.models import Evidence
from wangqian.flows.link_codes import LIVES, SESSION
from wangqian.flows.models import LinkCode
from wangqian.notices.channels import CHANNELS, Outcome
from wangqian.notices.models import Notice, Reason, Result
from wangqian.people import limits
from wangqian.people.clock import now
from wangqian.people.identity import keyed
from wangqian.people.models import Knock, Throttle

MINUTE = timedelta(minutes=1)

# --- the code ----------------------------------------------------------------------------------------


def test_the_code_opens_and_says_when(sent: Sent) -> None:
    who = PageClient()
    assert ask(who, sent.url)["Location"] == f"{sent.url}code/"
    page = who.get(f"{sent.url}code/")
    assert "139****2222" in text(page) and code_of(sent.link) not in text(page)
    assert sent.fresh().opened_at is None
    before = who.session.session_key
    assert enter(who, sent.url, f" {code_of(sent.link)[:3]} {code_of(sent.link)[3:]}")["Location"] == sent.url
    link = sent.fresh()
    assert link.opened_at and link.sessions == 1 and link.used_at is None
    assert who.session.session_key != before
    inside_page = text(who.get(sent.url))
    for word in ("曹文公", "工艺工程师", "8,000", "第二步：上传盖章的协议书", "下一步：核对后提交"):
        assert word in inside_page, word
    assert sent.case.graduate and sent.case.graduate.identity_number() not in inside_page
    assert who.get(f"{sent.url}code/")["Location"] == sent.url
    opened = link.opened_at
    inside(sent)
    assert (sent.fresh().opened_at, sent.fresh().sessions) == (opened, 2)


def test_a_code_serves_the_browser_that_asked_and_once(sent: Sent) -> None:
    who, other = PageClient(), PageClient()
    ask(who, sent.url)
    code = code_of(sent.link)
    assert "请重新获取" in text(enter(other, sent.url, code)) and other.get(sent.url).status_code == 200
    assert enter(who, sent.url, code).status_code == 302
    who.session.flush()
    thief = PageClient()
    session = thief.session
    session["links"] = {str(sent.link.pk): ""}
    session.save()
    assert "请重新获取" in text(enter(thief, sent.url, code))
    assert "上传盖章" not in text(thief.get(sent.url))


def test_five_tries_ten_minutes(sent: Sent) -> None:
    who = PageClient()
    ask(who, sent.url)
    code = code_of(sent.link)
    wrong = "000000" if code != "000000" else "000001"
    said = [text(enter(who, sent.url, wrong)) for _try in range(5)]
    assert all("验证码不正确" in one for one in said[:4]) and "次数过多" in said[4]
    assert "请重新获取" in text(enter(who, sent.url, code)) and sent.fresh().sessions == 0
    pause()
    ask(who, sent.url)
    LinkCode.objects.update(made_at=now() - LIVES)
    assert "请重新获取" in text(enter(who, sent.url, code_of(sent.link))) and sent.fresh().sessions == 0
    assert who.get(f"{sent.url}code/")["Location"] == sent.url


def test_codes_of_other_purposes_do_not_open_it_and_the_other_way_round(sent: Sent) -> None:
    who = PageClient()
    who.post("/login/code/", {"login": sent.by.user.phone, "work": solved()})
    knock = Knock.objects.latest("made_at")
    session = who.session
    session["links"] = {str(sent.link.pk): str(knock.pk)}
    session.save()
    assert "请重新获取" in text(enter(who, sent.url, knock.code)) and sent.fresh().sessions == 0
    ask(who, sent.url)
    row = LinkCode.objects.get()
    assert row.digest not in (keyed("knock", str(row.pk), row.shown), keyed("proof-code", str(row.pk), row.shown))
    from wangqian.people import knocks

    for purpose in ("login", "reset", "contact", "activate", "link"):
        with pytest.raises(knocks.CodeRefused):
            knocks.enter(purpose, str(row.pk), row.shown)


def test_a_code_of_one_link_opens_no_other(cast: Cast) -> None:
    one, two = Sent(cast), Sent(cast, cast.graduate_named("李清照"))
    who = PageClient()
    ask(who, one.url)
    session = who.session
    session["links"] = {str(link.pk): str(LinkCode.objects.get().pk) for link in (one.link, two.link)}
    session.save()
    assert "请重新获取" in text(enter(who, two.url, code_of(one.link)))
    assert enter(who, one.url, code_of(one.link)).status_code == 302
    assert "先验证手机" in text(who.get(two.url))


def test_three_sessions_and_no_fourth(sent: Sent) -> None:
    waiting = PageClient()
    ask(waiting, sent.url)
    late = code_of(sent.link)
    three = [inside(sent) for _time in range(3)]
    assert is_dead(PageClient().get(sent.url))
    assert is_dead(enter(waiting, sent.url, late)) and sent.fresh().sessions == 3
    assert all("上传盖章" in text(who.get(sent.url)) for who in three)


def test_a_session_lasts_thirty_minutes(sent: Sent) -> None:
    who = inside(sent)
    LinkCode.objects.update(proven_at=now() - SESSION + MINUTE)
    assert "上传盖章" in text(who.get(sent.url))
    LinkCode.objects.update(proven_at=now() - SESSION)
    assert "先验证手机" in text(who.get(sent.url))
    assert upload(who, sent.url)["Location"] == sent.url and not Evidence.objects.exists()
    script = who.post(f"{sent.url}files/", {"files": [photo()]}, headers={"HX-Request": "true"})
    assert script["HX-Redirect"] == sent.url
    assert submit(who, sent.url)["Location"] == sent.url and sent.received() == 0


# --- how often, and where nothing can be sent --------------------------------------------------------


def test_no_sms_without_the_challenge_or_the_slow_lane(sent: Sent) -> None:
    who = PageClient()
    assert "安全验证已过期" in text(ask(who, sent.url, work="wrong")) and not LinkCode.objects.exists()
    assert ask(who, sent.url, work=solved("ask")).status_code == 422
    once = solved("link")
    assert ask(who, sent.url, work=once).status_code == 302
    pause()
    Throttle.objects.all().delete()
    assert ask(PageClient(), sent.url, work="").status_code == 302
    limits.clear("sent-minute", "sms", PHONE)
    slow = ask(PageClient(), sent.url, work="")
    assert slow.status_code == 429 and "10 分钟内只能提交一次" in text(slow)


def test_per_phone_one_a_minute_five_an_hour_ten_a_day(sent: Sent) -> None:
    def sends(count: int) -> int:
        done = 0
        for _time in range(count):
            limits.clear("sent-minute", "sms", PHONE)
            done += ask(PageClient(), sent.url).status_code == 302
        return done

    assert ask(PageClient(), sent.url).status_code == 302
    assert "1 分钟后" in text(ask(PageClient(), sent.url))
    assert sends(6) == 4
    limits.clear("sent-hour", "sms", PHONE)
    assert sends(5) == 5
    limits.clear("sent-hour", "sms", PHONE)
    limits.clear("sent-minute", "sms", PHONE)
    last = ask(PageClient(), sent.url)
    assert last.status_code == 429 and "明天再试" in text(last)
    assert LinkCode.objects.count() == 10


def test_a_device_has_its_share(sent: Sent) -> None:
    who = PageClient()
    ask(who, sent.url)
    assert "device" in who.cookies
    for _time in range(limits.LIMITS["code-device"].count):
        for name in ("sent-minute", "sent-hour", "sent-day"):
            limits.clear(name, "sms", PHONE)
        last = ask(who, sent.url)
    assert last.status_code == 429


def test_where_sms_is_not_connected_the_page_says_so(sent: Sent, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(CHANNELS["sms"], "connected", lambda: False)
    page = PageClient().get(sent.url)
    assert "还没有接通短信" in text(page) and 'name="send_code"' not in text(page)
    answer = ask(PageClient(), sent.url)
    assert "还没有接通短信" in text(answer) and not LinkCode.objects.exists()


@pytest.mark.parametrize(
    ("reason", "words", "kept"),
    [
        (Reason.BUDGET, "今天的短信额度已用完", 0),
        (Reason.ADDRESS, "收不到短信", 0),
        ("", "没有发出", 0),
        (Reason.UNKNOWN, "没有及时答复", 1),
    ],
)
def test_what_did_not_go_out_is_said(sent: Sent, monkeypatch: pytest.MonkeyPatch, reason: str, words: str, kept: int) -> None:
    monkeypatch.setattr(CHANNELS["sms"], "send", lambda *_: Outcome(Result.FAILED, "", reason))
    answer = ask(PageClient(), sent.url)
    assert answer.status_code == 409 and words in text(answer)
    assert LinkCode.objects.count() == kept


def test_the_code_is_stored_nowhere_and_the_demo_shows_it(sent: Sent, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("wangqian.notices.link_codes.shows", lambda: False)
    ask(PageClient(), sent.url)
    assert LinkCode.objects.get().shown == "" and not Notice.objects.filter(template="direct.code").exists()
    monkeypatch.undo()
    settings.DEMO = True
    pause()
    who = PageClient()
    ask(who, sent.url)
    assert f"演示环境：验证码是 {code_of(sent.link)}" in text(who.get(f"{sent.url}code/"))
    messages = text(PageClient().get("/demo/messages/"))
    assert code_of(sent.link) in messages and "139****2222" in messages
