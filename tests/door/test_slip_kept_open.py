"""Strangers who try codes in somebody's name keep the holder of the slip out for no moment (security.md A21)."""

from __future__ import annotations

import pytest
from django.http import HttpRequest, HttpResponse

from tests.cast import Cast
from tests.door.test_activation import PHONE, facts, sent
from tests.flows.test_activating import issued, newcomer
from tests.screens.door import ask, pause, solved
from tests.screens.employer_stage import words
from tests.screens.pages import PageClient
from wangqian.codes import serial
from wangqian.people import limits
from wangqian.people.models import Graduate, Throttle
from wangqian.web import challenge
from wangqian.web.door import by_slip

NOT_RIGHT, OFTEN = "激活码不正确、已用过、已过期", "操作过于频繁"


def tried(graduate: Graduate, code: str, phone: str = PHONE, work: bool = True) -> HttpResponse:
    """From a device of its own."""
    given = {**facts(graduate), "code": code, "phone": phone}
    return PageClient().post("/activate/slip/", {**given, **({"work": solved("activate")} if work else {})})


def siege(graduate: Graduate) -> list[int]:
    """What strangers who know him can do in a day: wrong codes in his name, and codes to his new phone."""
    answers = [tried(graduate, serial.meeting_code()).status_code for _try in range(15)]
    tried(graduate, serial.meeting_code(), work=False)  # the slow lane, too
    for _try in range(3):
        ask(PageClient(), "/login/code/", PHONE)
        pause()
    for row in Throttle.objects.exclude(key__startswith="challenge:"):  # and 100 000 more
        row.count = max(row.count, *(limit.count for limit in limits.LIMITS.values()))
        row.save()
    return answers


def test_after_a_day_s_siege_the_right_slip_opens_at_once(cast: Cast) -> None:
    graduate = newcomer(cast)
    case, code = issued(cast, graduate)
    assert siege(graduate) == [422] * 15
    owner = PageClient()
    page = owner.post("/activate/slip/", {**facts(graduate), "code": code, "phone": PHONE, "work": solved("activate")})
    assert page.status_code == 302, words(page)
    assert owner.post("/activate/code/", {"code": sent()})["Location"] == "/activate/password/"
    case.refresh_from_db()
    assert case.state == "used"


def test_wrong_codes_are_answered_alike_however_many(cast: Cast) -> None:
    """Also in the name of somebody who has no slip, and of nobody."""
    graduate, other = newcomer(cast), newcomer(cast, "李白")
    issued(cast, graduate)
    nobody = Graduate.objects.get(pk=other.pk)
    nobody.name = "查无此人"
    for who in (graduate, other, nobody):
        pages = [tried(who, serial.meeting_code()) for _try in range(12)]
        assert [(page.status_code, NOT_RIGHT in words(page)) for page in pages] == [(422, True)] * 12


def test_each_try_takes_a_challenge(cast: Cast) -> None:
    graduate = newcomer(cast)
    issued(cast, graduate)
    answers = [tried(graduate, serial.meeting_code(), work=False).status_code for _try in range(3)]
    assert answers == [422, 429, 429]


def test_red_control_a_count_of_tries_would_keep_him_out(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    graduate, really = newcomer(cast), challenge.require
    _case, code = issued(cast, graduate)
    monkeypatch.setitem(limits.LIMITS, "slip", limits.Limit(10, limits.DAY))

    def counted(request: HttpRequest, form: challenge.Challenged, target: str) -> None:
        if form.purpose == "activate":
            limits.spend("slip", target)
        really(request, form, target)

    monkeypatch.setattr(challenge, "require", counted)
    assert siege(graduate) == [422] * 10 + [429] * 5
    page = tried(graduate, code)
    assert (page.status_code, OFTEN in words(page)) == (429, True)


def test_red_control_without_a_share_of_his_own_the_phone_is_used_up(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    graduate = newcomer(cast)
    _case, code = issued(cast, graduate)
    monkeypatch.setattr(by_slip, "share", lambda trying: (limits.spelled(trying.phone),))
    siege(graduate)
    assert tried(graduate, code).status_code == 429
    assert tried(graduate, code, phone="13711113333").status_code == 302


def test_who_gets_no_code_today_is_told_of_the_slip(cast: Cast) -> None:
    """Strangers may have used up the day's codes: on both pages stands what he can do instead."""
    graduate, client = newcomer(cast), PageClient()
    page = client.post("/activate/", {**facts(graduate), "work": solved("activate")}, follow=True)
    assert "今天一直收不到验证码的，请带证件到学院办理，领取激活码" in words(page)
    Throttle.objects.filter(key__startswith="code-day").update(count=limits.LIMITS["code-day"].count)
    pause()
    page = client.post("/activate/", {**facts(graduate), "work": solved("activate")})
    assert (page.status_code, limits.TODAY in words(page)) == (429, True)
    assert "今天不能再获取验证码的，请带证件到学院办理，领取激活码" in words(page)
