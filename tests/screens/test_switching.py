"""Several capacities of one person: shown also on a phone, and a page that belongs to another one is offered, not missing."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.cast import Cast
from tests.screens.pages import PageClient, enter, read
from wangqian.codes import serial
from wangqian.flows import meeting_codes
from wangqian.notices import deliver
from wangqian.people import accounts
from wangqian.people.models import Actor, Capacity, Membership


@pytest.fixture
def other(cast: Cast) -> Membership:
    """The employer's user acts for a second one."""
    return accounts.give(cast.employer.user, Capacity.EMPLOYER, employer=cast.other_employer.membership.employer)


def links(page: Any) -> dict[str, str]:
    return dict(read(page).links)


def test_a_case_of_another_capacity_is_offered_and_a_stranger_s_is_not(cast: Cast, other: Membership) -> None:
    actor = Actor(other, "127.0.0.1", "test")
    case, strange = cast.invited(employer=actor), cast.signed(employer=cast.employer_named("第三家"), graduate=cast.graduate_named("别人"))
    who = enter(cast.employer)
    page = who.get(f"/cases/{case.pk}/")
    assert page.status_code == 404
    way = links(page)["以“海纳科技”的身份查看"]
    assert way == f"/switch/?to={other.pk}&next=/cases/{case.pk}/"
    missing = who.get("/cases/01900000-0000-7000-8000-000000000000/")
    foreign = who.get(f"/cases/{strange.pk}/")
    assert (foreign.status_code, "的身份查看" in foreign.content.decode()) == (404, False)
    assert unnumbered(foreign) == unnumbered(missing)


def test_a_form_sent_after_switching_in_another_tab_says_so(cast: Cast) -> None:
    """A graduate who is an employer's clerk, too: the invitation was typed in one capacity and sent in the other."""
    clerk = accounts.give(cast.graduate.user, Capacity.EMPLOYER, employer=cast.employer.membership.employer)
    invited = cast.graduate_named("被邀").membership.graduate
    assert invited
    page = enter(cast.graduate).post(f"/start/online/invite/graduate/{invited.pk}/", {"job_title": "工程师"})
    assert page.status_code == 404
    assert "刚才的内容没有提交。请先切换身份，再返回上一页重新提交，填写的内容还在那一页。" in page.content.decode()
    assert links(page)["以“越综合企业”的身份查看"] == f"/switch/?to={clerk.pk}&next=/start/online/invite/graduate/{invited.pk}/"
    alone = enter(cast.graduate_named("无身份")).post(f"/start/online/invite/graduate/{invited.pk}/", {"job_title": "工程师"})
    assert (alone.status_code, "的身份查看" in alone.content.decode()) == (404, False)


def unnumbered(page: Any) -> str:
    return re.sub(r'value="[\w-]{64}"', "", page.content.decode())


def test_switching_goes_where_one_wanted_and_looking_changes_nothing(cast: Cast, other: Membership) -> None:
    case = cast.invited(employer=Actor(other, "127.0.0.1", "test"))
    who = enter(cast.employer)
    way = f"/switch/?to={other.pk}&next=/cases/{case.pk}/"
    page = who.get(way)
    assert page.content.decode().count("以此身份办理") == 1 and who.get(f"/cases/{case.pk}/").status_code == 404
    assert who.post(way, {"as": str(other.pk)})["Location"] == f"/cases/{case.pk}/"
    assert who.get(f"/cases/{case.pk}/").status_code == 200


def test_a_scanned_code_is_offered_to_who_is_an_employer_besides(cast: Cast) -> None:
    """A teacher who also acts for an employer, and one who does not: to him it is not there, as any address that is none."""
    clerk = accounts.give(cast.college_reviewer.user, Capacity.EMPLOYER, employer=cast.employer.membership.employer)
    code = meeting_codes.make(cast.graduate).code
    path = f"/favourites/code/{code}/"
    who = enter(cast.college_reviewer)
    page = who.get(path)
    assert page.status_code == 404
    way = links(page)["以“越综合企业”的身份查看"]
    assert way == f"/switch/?to={clerk.pk}&next={path}"
    assert who.post(way, {"as": str(clerk.pk)})["Location"] == path
    shown = who.get(path)
    assert (shown.status_code, serial.pretty(code) in shown.content.decode()) == (200, True)
    plain = enter(cast.school_reviewer)
    scanned, nowhere = plain.get(path), plain.get("/nowhere/")
    assert (scanned.status_code, unnumbered(scanned)) == (404, unnumbered(nowhere))


@pytest.mark.parametrize("wanted", ["https://evil.example/", "//evil.example", "javascript:alert(1)"])
def test_nowhere_else(cast: Cast, other: Membership, wanted: str) -> None:
    who = enter(cast.employer)
    assert who.post("/switch/", {"as": str(other.pk)}, QUERY_STRING=f"next={wanted}")["Location"] == "/home/"


def test_a_message_leads_to_its_case_in_the_capacity_it_was_sent_to(cast: Cast, other: Membership) -> None:
    case = cast.invited(employer=Actor(other, "127.0.0.1", "test"))
    cast.act(case, "decline", cast.graduate, {"about": "pay", "reason": "起薪不合适"})
    deliver.expand()
    who = enter(cast.employer)
    found = links(who.get("/inbox/"))
    assert found["以“海纳科技”的身份查看"] == f"/switch/?to={other.pk}&next=/cases/{case.pk}/"
    who.post("/switch/", {"as": str(other.pk)})
    assert links(who.get("/inbox/"))["查看事项"] == f"/cases/{case.pk}/"


def test_news_about_oneself_leads_to_what_has_changed(cast: Cast) -> None:
    deliver.message(cast.graduate.user, "password_changed", {}, key="1", path="/account/")
    assert links(enter(cast.graduate).get("/inbox/"))["查看"] == "/account/"
    assert Membership.objects.filter(user=cast.graduate.user).count() == 1


def test_who_has_several_reads_which_one_in_the_head(cast: Cast, other: Membership) -> None:
    several, one = (PageClient().enter(actor).get("/home/").content.decode() for actor in (cast.employer, cast.graduate))
    assert ('class="who several"' in several, 'class="who several"' in one, 'class="who"' in one) == (True, False, True)
