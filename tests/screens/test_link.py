"""The capability link (security.md §2.4): what opens it, what ends it, what it shows, and what it never does."""

from __future__ import annotations

import re
import secrets
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from prometheus_client import REGISTRY, generate_latest

from tests.canary import ears
from tests.cast import Cast, edit
from tests.papers import other_major
from tests.screens.door import solved
from tests.screens.link_stage import (
    PHONE,
    Sent,
    ask,
    code_of,
    enter,
    inside,
    pause,
    photo,
    submit,
    text,
    upload,
    with_paper,
)
from tests.screens.pages import PageClient
from tests.screens.pages import enter as logged_in
from wangqian import urls  # noqa: F401  read now: a later test may ask first, as production does, and then the demo has no pages
from wangqian.cases.models import Case, Event, Evidence
from wangqian.documents import uploads
from wangqian.documents.uploads.objects import names
from wangqian.flows import links
from wangqian.flows.link_codes import LIVES, SESSION
from wangqian.flows.models import Link, LinkCode
from wangqian.notices.channels import CHANNELS, Outcome
from wangqian.notices.models import Notice, Reason, Result
from wangqian.people import limits
from wangqian.people.clock import now
from wangqian.people.identity import keyed
from wangqian.people.models import Knock, Throttle

MINUTE = timedelta(minutes=1)
READING = ("", "code/", "paper/", "paper/agreement.pdf", "paper/1.png", "confirm/")
POSTING = ("", "code/", "files/", "confirm/")
NOBODY = "01900000-0000-7000-8000-000000000000"
OF_FILES = (f"files/{NOBODY}/1/", f"files/{NOBODY}/drop/", f"files/{NOBODY}/turn/")


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = str(tmp_path / "files")


@pytest.fixture
def sent(cast: Cast) -> Sent:
    return Sent(cast)


def everything() -> list[Any]:
    """All that a visitor could have changed."""
    return [list(model.objects.order_by("pk").values()) for model in (Case, Event, Evidence, Link, LinkCode, Throttle, Session, Notice)]


def is_dead(response: HttpResponse) -> bool:
    return response.status_code == 404 and "这个链接不能使用" in text(response)


# --- opening changes nothing, and says little --------------------------------------------------------


def test_the_first_page_names_the_matter_and_nobody_in_full(sent: Sent) -> None:
    page = PageClient().get(sent.url)
    assert page.status_code == 200 and "有一份就业协议等待盖章回传" in text(page)
    for word in ("曹**", "示范大学", "长风零部件厂", "139****2222", "发送验证码"):
        assert word in text(page), word
    graduate = sent.case.graduate
    assert graduate
    for word in ("曹文公", graduate.identity_number(), graduate.phone, PHONE, "8,000", "工艺工程师", "钱主任", sent.case.number):
        assert str(word) not in text(page), word


def test_every_answer_under_the_address_keeps_it_to_itself(sent: Sent) -> None:
    who = PageClient()
    answers = [who.get(f"{sent.url}{tail}") for tail in (*READING, "no-such-page", "files/")]
    answers += [who.post(f"{sent.url}{tail}") for tail in (*POSTING, "paper/")]
    answers += [Client(enforce_csrf_checks=True).post(f"{sent.url}code/"), who.get("/l/unknown/"), who.get(sent.url[:-1])]
    assert {one.status_code for one in answers} >= {200, 302, 403, 404, 405}
    for one in answers:
        assert (one["Referrer-Policy"], one["Cache-Control"]) == ("no-referrer", "no-store")
        assert "noindex" in one["X-Robots-Tag"]


def test_scanners_change_nothing(sent: Sent) -> None:
    who, before = Client(), everything()
    for _time in range(10):
        for tail in (*READING, OF_FILES[0]):
            who.get(f"{sent.url}{tail}", headers={"User-Agent": "WeChat preview"})
            who.head(f"{sent.url}{tail}")
    assert everything() == before
    assert not who.cookies.get("sessionid")
    assert inside(sent).get(sent.url).status_code == 200


def test_reading_inside_changes_nothing_either(sent: Sent, monkeypatch: pytest.MonkeyPatch) -> None:
    with_paper(monkeypatch, sent.case)
    who = inside(sent)
    upload(who, sent.url)
    who.get(sent.url)
    before = everything()
    for tail in READING:
        assert who.get(f"{sent.url}{tail}").status_code in (200, 302)
        who.head(f"{sent.url}{tail}")
    assert everything() == before and sent.received() == 0


# --- every end looks the same ------------------------------------------------------------------------


def expired(sent: Sent) -> None:
    Link.objects.filter(pk=sent.link.pk).update(expires_at=now())


def used(sent: Sent) -> None:
    who = inside(sent)
    upload(who, sent.url)
    assert submit(who, sent.url).status_code == 302 and sent.received() == 1


def replaced(sent: Sent) -> None:
    secret, link = sent.secret, sent.link
    sent.again("13900003333")
    sent.secret, sent.link = secret, link


def withdrawn(sent: Sent) -> None:
    sent.cast.act(sent.case, "give_up", sent.by, {"reason": "不去了"})


def handed_in(sent: Sent) -> None:
    sent.cast.hand_in(sent.case, "scan")
    sent.cast.act(sent.case, "hand_in", sent.by)


def returned(sent: Sent) -> None:
    """Reviewed, and waiting for the stamp again: another round."""
    handed_in(sent)
    given = {"about": "scan", "fault": "unreadable", "reason": "看不清"}
    sent.cast.act(sent.case, "send_paper_back", sent.cast.college_reviewer, given)
    assert Case.objects.get(pk=sent.case.pk).state == links.WAITING


def taken_back(sent: Sent) -> None:
    handed_in(sent)
    sent.cast.act(sent.case, "withdraw_paper", sent.by)


def three_times(sent: Sent) -> None:
    Link.objects.filter(pk=sent.link.pk).update(sessions=3)


def never_made(sent: Sent) -> None:
    sent.secret = secrets.token_urlsafe(20)


def cut_off(sent: Sent) -> None:
    sent.secret = sent.secret[:-1]


def issued_anew(sent: Sent) -> None:
    other_major(sent.case)
    sent.cast.act(sent.case, "reconfirm_paper", sent.by)


ENDS = [expired, used, replaced, withdrawn, issued_anew, handed_in, returned, taken_back, three_times, never_made, cut_off]


@pytest.mark.parametrize("end", ENDS, ids=lambda end: end.__name__)
def test_whatever_ended_it_looks_like_what_never_was(sent: Sent, end: Callable[[Sent], None]) -> None:
    end(sent)
    pause()
    unknown = PageClient().get("/l/never-issued-to-anybody-at-all/")
    assert is_dead(unknown)
    for tail in READING:
        page = PageClient().get(f"{sent.url}{tail}")
        assert (page.status_code, page.content) == (404, unknown.content), tail
        assert {**page.headers} == {**unknown.headers}
    for tail in (*POSTING, *OF_FILES[1:]):
        assert is_dead(PageClient().post(f"{sent.url}{tail}", {"send_code": "1", "work": solved("link")})), tail
    assert not LinkCode.objects.filter(made_at__gt=now() - MINUTE, proven_at=None).exists()


@pytest.mark.parametrize("end", [expired, replaced, withdrawn, handed_in, returned, taken_back], ids=lambda end: end.__name__)
def test_a_session_ends_with_its_link(sent: Sent, end: Callable[[Sent], None], monkeypatch: pytest.MonkeyPatch) -> None:
    with_paper(monkeypatch, sent.case)
    who = inside(sent)
    upload(who, sent.url)
    row = Evidence.objects.get(case=sent.case)
    end(sent)
    before = Event.objects.count()
    for tail in (*READING, f"files/{row.pk}/1/"):
        assert is_dead(who.get(f"{sent.url}{tail}")), tail
    for tail in (*POSTING, f"files/{row.pk}/drop/", f"files/{row.pk}/turn/"):
        assert is_dead(who.post(f"{sent.url}{tail}", {"files": [photo()]})), tail
    assert (Event.objects.count(), sent.fresh().used_at) == (before, None)


def test_what_was_not_sent_yet_has_no_address(cast: Cast) -> None:
    case = cast.stamping()
    cast.act(case, "ask_employer", cast.graduate, {"mobile": PHONE})
    assert Link.objects.get().secret is None
    assert links.of_secret("") is None and links.of_secret("None") is None


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


# --- the paper ---------------------------------------------------------------------------------------


def test_the_paper_is_behind_the_code(sent: Sent, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "协议书还在生成" in text(inside(sent).get(sent.url))
    with_paper(monkeypatch, sent.case)
    stranger, who = PageClient(), inside(sent)
    for tail in ("paper/", "paper/agreement.pdf", "paper/1.png"):
        assert stranger.get(f"{sent.url}{tail}")["Location"] == sent.url
    assert "下载协议书 PDF" in text(who.get(sent.url))
    page = text(who.get(f"{sent.url}paper/"))
    assert f"{sent.url}paper/2.png" in page and f"{sent.url}paper/agreement.pdf" in page
    pdf = who.get(f"{sent.url}paper/agreement.pdf")
    assert pdf.content == b"%PDF" and pdf["Content-Disposition"].startswith("attachment")
    assert who.get(f"{sent.url}paper/2.png").content.endswith(b"2")
    assert who.get(f"{sent.url}paper/3.png").status_code == 404


# --- the files ---------------------------------------------------------------------------------------


def test_files_are_taken_turned_taken_again_and_dropped(sent: Sent) -> None:
    who = inside(sent)
    upload(who, sent.url, photo("甲.jpg"), photo("乙.jpg", 1))
    one, two = uploads.usable(sent.case, "scan", sent.link.pk)
    assert (one.owner, one.link) == (None, sent.link.pk)
    assert who.get(f"{sent.url}files/{one.pk}/1/")["Content-Type"] == "image/jpeg"
    who.post(f"{sent.url}files/{one.pk}/turn/")
    upload(who, sent.url, photo("丙.jpg", 2), replaces=str(one.pk))
    who.post(f"{sent.url}files/{two.pk}/drop/")
    assert [row.name for row in uploads.usable(sent.case, "scan", sent.link.pk)] == ["丙.jpg"]
    box = who.post(f"{sent.url}files/", {"files": [photo("a.gif")]}, headers={"HX-Request": "true"})
    assert "<h1" not in text(box) and "gif" in text(box) and "丙.jpg" in text(box)
    assert "丙.jpg" in text(who.get(f"{sent.url}confirm/"))


def test_other_files_do_not_exist_here(cast: Cast) -> None:
    one, two = Sent(cast), Sent(cast, cast.graduate_named("李清照"))
    mine, others = inside(one), inside(two)
    upload(others, two.url, photo("别人的.jpg", 3))
    theirs = Evidence.objects.get(link=two.link.pk)
    own = cast.hand_in(one.case, "scan", name="毕业生的.jpg")
    for row in (theirs, own):
        assert mine.get(f"{one.url}files/{row.pk}/1/").status_code == 404
        assert mine.post(f"{one.url}files/{row.pk}/drop/").status_code == 404
        assert mine.post(f"{one.url}files/{row.pk}/turn/").status_code == 404
        upload(mine, one.url, photo("新.jpg", 4), replaces=str(row.pk))
    assert not Evidence.objects.filter(pk__in=[theirs.pk, own.pk]).exclude(dropped_at=None, turned=0).exists()
    page = text(mine.get(one.url))
    assert "新.jpg" in page and "毕业生的" not in page and "别人的" not in page


def test_an_act_takes_the_files_of_its_own_way(sent: Sent) -> None:
    who, cast = inside(sent), sent.cast
    assert "至少 1 份" in text(who.get(f"{sent.url}confirm/"))
    own = cast.hand_in(sent.case, "scan")
    assert submit(who, sent.url).status_code == 422 and sent.received() == 0
    upload(who, sent.url)
    graduate = logged_in(sent.by)
    foreign = Evidence.objects.get(link=sent.link.pk)
    assert graduate.post(f"/files/{foreign.pk}/drop/").status_code == 404
    assert graduate.post(f"/files/{foreign.pk}/turn/").status_code == 404
    assert graduate.get(f"/files/{foreign.pk}/1/").status_code == 404
    assert str(foreign.pk) not in text(graduate.get(f"/cases/{sent.case.pk}/"))
    assert submit(who, sent.url).status_code == 302
    event = Event.objects.get(case=sent.case, step="receive")
    assert event.data["files"] == {"scan": [foreign.sha256]} and event.capacity == "contact" and event.user is None
    assert graduate.get(f"/files/{foreign.pk}/1/").status_code == 200
    assert graduate.post(f"/files/{foreign.pk}/drop/").status_code == 404
    assert str(foreign.pk) in text(graduate.get(f"/cases/{sent.case.pk}/"))
    assert Evidence.objects.get(pk=own.pk).bound_at is None and Evidence.objects.get(pk=foreign.pk).bound_at


def test_the_graduate_s_act_leaves_the_contact_s_files(sent: Sent) -> None:
    upload(inside(sent), sent.url)
    own = sent.cast.hand_in(sent.case, "scan")
    event = sent.cast.act(sent.case, "hand_in", sent.by)
    assert event.data["files"] == {"scan": [own.sha256]}


def test_the_same_picture_from_both_is_two(sent: Sent) -> None:
    data = photo().read()
    mine = uploads.receive(sent.case, "scan", "a.jpg", data, owner=sent.by.user)
    upload(inside(sent), sent.url, photo("b.jpg"))
    (row,) = uploads.usable(sent.case, "scan", sent.link.pk)
    assert row.pk != mine.pk and row.sha256 == mine.sha256 and not set(names(row)) & set(names(mine))


# --- the act -----------------------------------------------------------------------------------------


def test_submitted_once_however_often_it_is_posted(sent: Sent, monkeypatch: pytest.MonkeyPatch) -> None:
    with_paper(monkeypatch, sent.case)
    who, colleague = inside(sent), inside(sent)
    upload(who, sent.url)
    assert "确认提交" in text(who.get(f"{sent.url}confirm/"))
    answers = [submit(who, sent.url) for _time in range(3)]
    assert {(one.status_code, one["Location"]) for one in answers} == {(302, sent.url)}
    assert sent.received() == 1 and sent.fresh().used_at
    page = text(who.get(sent.url))
    assert "已提交，学校审核中" in page and "2027-10001" in page
    assert "曹文公" not in page and "上传盖章" not in page
    assert who.get(f"{sent.url}confirm/")["Location"] == sent.url
    for tail in ("paper/", "paper/agreement.pdf", "paper/1.png", f"files/{Evidence.objects.get().pk}/1/"):
        assert is_dead(who.get(f"{sent.url}{tail}")), tail
    assert is_dead(upload(who, sent.url)) and is_dead(colleague.get(sent.url)) and is_dead(PageClient().get(sent.url))
    assert is_dead(submit(colleague, sent.url))
    LinkCode.objects.filter(done_at__isnull=False).update(proven_at=now() - SESSION)
    assert is_dead(who.get(sent.url)) and sent.received() == 1


def test_who_looked_before_another_handed_in_is_told_nothing(sent: Sent, monkeypatch: pytest.MonkeyPatch) -> None:
    """The link ends between the look and the act: as it would in a race."""
    who = inside(sent)
    upload(who, sent.url)
    monkeypatch.setattr("wangqian.web.link_door.living", lambda visit: True)
    Link.objects.filter(pk=sent.link.pk).update(used_at=now())
    assert is_dead(submit(who, sent.url)) and sent.received() == 0


def test_what_is_wrong_is_said_and_nothing_is_lost(sent: Sent) -> None:
    who = inside(sent)
    upload(who, sent.url)
    row = Evidence.objects.get()
    edit(row, codes=[["https://x.example/verify/0000000000000000?v=1&p=1&n=1"]])
    answer = submit(who, sent.url)
    assert answer.status_code == 409 and "第 1 页是另一份协议书" in text(answer) and "第1页.jpg" in text(answer)
    edit(row, codes=[[]])
    graduate = sent.case.graduate
    assert graduate
    edit(graduate, major="法学")
    assert "重新确认本人信息" in text(who.get(sent.url)) and submit(who, sent.url).status_code == 409
    edit(graduate, major="计算机科学与技术")
    assert submit(who, sent.url).status_code == 302 and sent.received() == 1


# --- who tries many ----------------------------------------------------------------------------------


def crowd(address: str = "127.0.0.1") -> None:
    for _time in range(limits.LIMITS["link-misses"].count):
        limits.allowed("link-misses", address)


def plain(response: HttpResponse, secret: str) -> str:
    """Without what is new on every page."""
    challenge = re.sub(r'data-challenge="[^"]*"|value="[^"]{64}"', "", text(response))
    return challenge.replace(secret, "")


def test_an_address_that_tried_many_meets_a_challenge_and_never_a_wall(sent: Sent) -> None:
    who = PageClient()
    seen = [who.get(f"/l/{secrets.token_urlsafe(20)}/").status_code for _time in range(25)]
    assert seen == [404] * 20 + [429] * 5
    other = secrets.token_urlsafe(20)
    real, none = PageClient().get(sent.url), PageClient().get(f"/l/{other}/")
    assert (real.status_code, plain(real, sent.secret)) == (none.status_code, plain(none, other))
    assert "安全验证" in text(real) and "曹" not in text(real)
    assert is_dead(who.post(f"/l/{other}/", {"work": solved("link-look")}))
    assert who.post(sent.url, {"work": "wrong"}).status_code == 422
    assert who.post(sent.url, {"work": solved("link")}).status_code == 422
    assert who.post(sent.url, {"work": solved("link-look")})["Location"] == sent.url
    assert "发送验证码" in text(who.get(sent.url))
    assert ask(who, sent.url).status_code == 302
    slow = PageClient()
    assert slow.post(sent.url, {"work": ""})["Location"] == sent.url
    assert "发送验证码" in text(slow.get(sent.url))


def test_who_is_inside_is_not_asked_again(sent: Sent) -> None:
    who = inside(sent)
    crowd()
    assert "上传盖章" in text(who.get(sent.url)) and upload(who, sent.url).status_code == 302
    assert submit(who, sent.url)["Location"] == sent.url and sent.received() == 1


def test_a_hundred_thousand_secrets_find_none(sent: Sent) -> None:
    began = time.monotonic()
    tried = [keyed("link", secrets.token_urlsafe(20)) for _time in range(100_000)]
    assert len(set(tried)) == 100_000
    found = sum(Link.objects.filter(secret__in=tried[at : at + 500]).count() for at in range(0, len(tried), 500))
    assert found == 0 and all(links.of_secret(secrets.token_urlsafe(20)) is None for _time in range(200))
    assert links.of_secret(sent.secret) == sent.link, "the look finds what there is"
    refused = sum(not limits.allowed("link-misses", "203.0.113.9") for _time in range(1000))
    assert refused == 980 and limits.exhausted("link-misses", "203.0.113.9")
    assert time.monotonic() - began < 60


# --- where the secret stands, and where not ----------------------------------------------------------


def test_the_secret_is_in_no_log_no_figure_and_no_row(sent: Sent, monkeypatch: pytest.MonkeyPatch) -> None:
    with_paper(monkeypatch, sent.case)
    connection.force_debug_cursor = True  # every statement with its values, offered to the log
    with ears.logged() as log:
        who = inside(sent)
        for tail in (*READING, "no-such-page"):
            who.get(f"{sent.url}{tail}")
        PageClient().post(f"{sent.url}files/")
        Client(enforce_csrf_checks=True).post(f"{sent.url}code/")
        upload(who, sent.url)
        broken = Client(raise_request_exception=False)
        monkeypatch.setattr("wangqian.flows.links.of_secret", lambda _secret: 1 / 0)
        assert broken.get(sent.url).status_code == 500
        monkeypatch.undo()
        PageClient().get(f"/l/{sent.secret}x/")
    connection.force_debug_cursor = False
    lines = log.getvalue()
    assert sent.secret not in lines and sent.secret[:12] not in lines
    assert '"route": "link"' in lines and str(sent.link.pk) in lines and lines.count("\n") > 100
    assert sent.secret not in generate_latest(REGISTRY).decode()
    assert [name for name, value in ears.columns() if sent.secret.encode() in value] == []


# --- the form's token, though no origin is sent ------------------------------------------------------


def posted(sent: Sent, **headers: str) -> int:
    who = Client(enforce_csrf_checks=True)
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', text(who.get(sent.url)))
    assert token
    pause()
    given = {"send_code": "1", "work": solved("link"), "csrfmiddlewaretoken": token[1]}
    return int(who.post(f"{sent.url}code/", given, headers=headers).status_code)


def test_our_own_forms_are_taken_and_nobody_else_s(sent: Sent) -> None:
    assert posted(sent) == 302
    assert posted(sent, Origin="null") == 302
    assert posted(sent, **{"Origin": "null", "Sec-Fetch-Site": "same-origin"}) == 302
    assert posted(sent, **{"Origin": "null", "Sec-Fetch-Site": "cross-site"}) == 403
    assert posted(sent, Origin="https://evil.example") == 403
    forged = Client(enforce_csrf_checks=True)
    forged.get(sent.url)
    assert forged.post(f"{sent.url}code/", {"send_code": "1"}, headers={"Origin": "null"}).status_code == 403
    assert forged.post("/login/", {"login": "a"}, headers={"Origin": "null"}).status_code == 403
