"""应约码 on the screen: the graduate's card, the employer's two ways in."""

from __future__ import annotations

import re

import pytest

from tests.answers import TERMS
from tests.cast import Cast, edit
from tests.screens.door import solved
from tests.screens.employer_stage import entered, words
from tests.screens.pages import PageClient, read
from wangqian.codes import serial
from wangqian.flows import favourites, meeting_codes
from wangqian.notices.models import Notice
from wangqian.people.models import AccessLog, Favourite, Graduate, MeetingCode, SchoolProfile, Throttle
from wangqian.web import challenge, employer_tabs

URL = "/favourites/code/"


def test_from_the_phone_to_the_favourites(cast: Cast) -> None:
    graduate, employer = entered(cast.graduate), entered(cast.employer)
    shown = graduate.post("/me/code/", follow=True)
    code = serial.pretty(MeetingCode.objects.get().code)
    assert code in words(shown) and "还剩 2 天 23 小时" in words(shown)
    picture = graduate.get(f"{shown.redirect_chain[-1][0]}qr.svg")
    assert picture.headers["Content-Type"] == "image/svg+xml" and picture.content.startswith(b"<svg")
    kept = employer.post(URL, {"code": code}, follow=True)
    assert kept.redirect_chain == [("/home/?tab=favourites&year=2027", 302)]
    assert "曹文公（示范大学，计算机科学与技术，本科生毕业）已加入收藏夹。可以发起签约邀请。" in words(kept)
    told = set(Notice.objects.filter(channel="inbox").values_list("recipient__username", "template"))
    assert told == {
        (cast.graduate.user.username, "direct.meeting_code_used"),
        (cast.employer.user.username, "direct.meeting_code_kept"),
    }
    seen = words(graduate.get("/me/code/"))
    assert "已使用" in seen and "越综合企业" in seen
    assert "单位使用了您给的应约码" in words(graduate.get("/me/"))


def by_code(cast: Cast) -> Graduate:
    """Among the employer's favourites by an 应约码."""
    meeting_codes.use(cast.employer, meeting_codes.make(cast.graduate).code, lambda _kept: None)
    graduate = cast.graduate.membership.graduate
    assert graduate
    return graduate


def filtered(client: PageClient, number: str) -> str:
    typed = {"to": "/home/", "tab": "favourites", "year": "2027", "number": number, "private": "number"}
    return words(client.post("/search/", typed, follow=True))


def pages(cast: Cast, graduate: Graduate) -> list[str]:
    """Where the employer reads who it is: the list, the invitation, the list of what it sent."""
    client = entered(cast.employer)
    found = [words(client.get("/home/?tab=favourites&year=2027")), words(client.get(f"/start/online/invite/graduate/{graduate.pk}/"))]
    employer = cast.employer.membership.employer
    cast.start("online", "invite", cast.employer, TERMS, graduate=graduate, employer=employer)
    return [*found, words(client.get("/home/?tab=signing&year=2027"))]


def test_who_came_by_code_shows_no_digit_of_his_number(cast: Cast) -> None:
    graduate = by_code(cast)
    for page in pages(cast, graduate):
        assert graduate.name in page
        assert "****" not in page and graduate.identity_number()[-4:] not in page


def test_whom_the_employer_found_by_number_it_reads_masked(cast: Cast) -> None:
    graduate = by_code(cast)
    assert favourites.find(cast.employer, graduate.name, "resident", graduate.identity_number(), graduate.school_id)
    for page in pages(cast, graduate):
        assert graduate.masked_identity() in page


def test_no_number_is_guessed_in_the_filter(cast: Cast) -> None:
    graduate, client = by_code(cast), entered(cast.employer)
    assert graduate.name not in filtered(client, graduate.identity_number())
    assert favourites.find(cast.employer, graduate.name, "resident", graduate.identity_number(), graduate.school_id)
    assert graduate.name in filtered(client, graduate.identity_number())


def test_red_control_a_filter_over_every_favourite_is_an_oracle(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    graduate, client = by_code(cast), entered(cast.employer)
    monkeypatch.setattr(employer_tabs, "looked_up", lambda _employer: AccessLog.objects.all())
    assert graduate.name in filtered(client, graduate.identity_number())


def test_scanning_shows_nobody_and_spends_nothing(cast: Cast) -> None:
    code = meeting_codes.make(cast.graduate).code
    client = entered(cast.employer)
    for _ in range(3):
        page = client.get(f"{URL}{code}/")
        assert serial.pretty(code) in page.content.decode() and "曹文公" not in page.content.decode()
    assert MeetingCode.objects.get().used_at is None and not Favourite.objects.exists()


def test_a_wrong_character_is_told_without_a_look_up(cast: Cast) -> None:
    client = entered(cast.employer)
    for typed in ("", "K7MPX", "K7MPX-2Q9R0", "曹" * 40, "x" * 5000):
        assert client.post(URL, {"code": typed}).status_code == 422
    assert "没有这个应约码" in words(client.post(URL, {"code": serial.meeting_code()}))


def test_the_example_at_the_field_is_an_invitation_code_s_form(cast: Cast) -> None:
    shown = re.search(r"例如 ([0-9A-Z-]+)", words(entered(cast.employer).get(URL)))
    assert shown and serial.meeting_valid(serial.normal(shown.group(1)))
    assert shown.group(1) == serial.pretty(serial.normal(shown.group(1)))


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("K7MPX-2Q9RA", "可能有一位看错或输错了"),
        ("k7mpx 2q9r0", "应约码里没有 0、1、I、O"),
        ("K7MPX-2Q9R", "应约码是 10 位字母和数字，这里是 9 位"),
        ("K7MPX-2Q9R5-5", "这里是 11 位"),
    ],
)
def test_what_is_wrong_with_a_mistyped_code_is_said(cast: Cast, typed: str, said: str) -> None:
    page = entered(cast.employer).post(URL, {"code": typed})
    assert (page.status_code, said in words(page)) == (422, True)
    assert not Throttle.objects.filter(key__startswith="meeting-").exists()


def test_after_five_wrong_codes_a_challenge_and_never_a_lock(cast: Cast) -> None:
    client = entered(cast.employer)
    for _try in range(5):
        assert client.post(URL, {"code": serial.meeting_code()}).status_code == 422
    assert "没有这个应约码" in words(client.post(URL, {"code": serial.meeting_code()}))  # without a script: the slow lane, once
    made = meeting_codes.make(cast.graduate).code
    page = client.post(URL, {"code": made})
    assert (page.status_code, "10 分钟内只能提交一次" in words(page)) == (429, True)
    for _try in range(30):
        page = client.post(URL, {"code": serial.meeting_code(), "work": solved("meeting-code")})
        assert "没有这个应约码" in words(page)
    assert client.post(URL, {"code": made, "work": solved("meeting-code")}).status_code == 302


def test_red_control_without_the_challenge_guesses_cost_nothing(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    client = entered(cast.employer)

    def statuses() -> list[int]:
        return [client.post(URL, {"code": serial.meeting_code()}).status_code for _try in range(8)]

    assert statuses() == [422] * 6 + [429] * 2
    monkeypatch.setattr(challenge, "require_after", lambda *_given: None)
    assert statuses() == [422] * 8


def test_others_codes_are_not_there(cast: Cast) -> None:
    made = meeting_codes.make(cast.graduate)
    stranger = entered(cast.outsider)
    for path in ("", "qr.svg"):
        assert stranger.get(f"/me/code/{made.pk}/{path}").status_code == 404
    assert stranger.post(f"/me/code/{made.pk}/withdraw/").status_code == 404
    assert MeetingCode.objects.get().withdrawn_at is None


def test_withdrawn_on_the_page(cast: Cast) -> None:
    made = meeting_codes.make(cast.graduate)
    client = entered(cast.graduate)
    assert "已收回，单位不能再使用" in words(client.post(f"/me/code/{made.pk}/withdraw/", follow=True))
    assert client.get(f"/me/code/{made.pk}/qr.svg").status_code == 404
    assert "不能再用了。还要给单位的，请回到“我的应约码”另生成一个" in words(client.get(f"/me/code/{made.pk}/"))
    assert "不需要收回" in words(client.post(f"/me/code/{made.pk}/withdraw/", follow=True))


def test_who_may_not_sign_online_is_promised_nothing(cast: Cast) -> None:
    made = meeting_codes.make(cast.graduate)
    client, why = entered(cast.graduate), "您的培养方式或学籍状态不能网上签约，如有疑问请联系学校就业部门。"
    way, card = ("应约码", "/me/code/"), f"/me/code/{made.pk}/"
    assert way in read(client.get("/home/")).links and why not in words(client.get("/me/code/")) + words(client.get(card))
    edit(cast.graduate.membership.graduate, training_mode="2")
    assert way not in read(client.get("/home/")).links
    for path in ("/me/code/", card):
        assert why in words(client.get(path))
    assert why in words(client.post("/me/code/", follow=True))
    assert MeetingCode.objects.count() == 1
    page = entered(cast.employer).post(URL, {"code": made.code})
    assert (page.status_code, "该毕业生不符合网上签约条件。" in words(page)) == (422, True)
    client.post(f"{card}withdraw/")
    assert "另生成一个" not in words(client.get(card))


def test_where_the_school_offers_no_signing_online(cast: Cast) -> None:
    SchoolProfile.objects.filter(school=cast.graduate.membership.graduate.school).update(offers_online=False)
    client = entered(cast.graduate)
    page = client.get("/me/code/")
    assert "您的学校没有开通线上签约，单位不能在网上邀请您" in words(page)
    assert [attrs.get("aria-disabled") for text, attrs in read(page).buttons if text == "生成一个应约码"] == ["true"]
    client.post("/me/code/")
    assert not MeetingCode.objects.exists()
