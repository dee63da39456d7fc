"""Filters by name or number: kept by the session under a random key, so that no address says who was looked for."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest

from tests.cast import Cast
from tests.screens.employer_stage import words
from tests.screens.pages import PageClient, enter, sought
from wangqian.web.searching import KEPT, MOST


@pytest.fixture
def school(cast: Cast) -> PageClient:
    """Twenty-two of one name (two pages), and one of another."""
    for _ in range(22):
        cast.graduate_named("同名")
    cast.graduate_named("异名")
    return enter(cast.school_reviewer)


def send(client: PageClient, **given: object) -> str:
    answer = client.post("/search/", given)
    assert answer.status_code == 302
    return str(answer["Location"])


def test_the_address_holds_a_key_and_what_is_nobodys(school: PageClient) -> None:
    address = send(school, to="/graduates/", private=["name", "number"], name="同名", number="", education="31")
    found = parse_qs(urlsplit(address).query)
    assert (urlsplit(address).path, found["education"], set(found)) == ("/graduates/", ["31"], {"education", "q"})
    assert len(found["q"][0]) >= 12


def test_paging_going_back_and_reloading_keep_the_search(school: PageClient) -> None:
    first = sought(school, "/graduates/", name="同名")
    assert "第 1–20 条，共 22 条" in words(first) and 'value="同名"' in first.content.decode()
    address = send(school, to="/graduates/", private="name", name="同名")
    second = school.get(f"{address}&page=2")
    assert "第 21–22 条，共 22 条" in words(second) and "同名" in words(second) and "异名" not in words(second)
    other = send(school, to="/graduates/", private="name", name="异名")
    assert "异名" in words(school.get(other))
    assert "第 1–20 条，共 22 条" in words(school.get(address)), "the way back"
    assert words(school.get(address)) == words(school.get(address))


def test_nobody_else_and_no_other_list_sees_it(cast: Cast, school: PageClient) -> None:
    address = send(school, to="/graduates/", private="name", name="异名")
    for who, url in ((enter(cast.second_school_user), address), (school, address.replace("/graduates/", "/school/cases/"))):
        page = who.get(url)
        assert page.status_code == 200
        assert "筛选条件已失效" in words(page) and 'value="异名"' not in page.content.decode()
    assert "筛选条件已失效" not in words(school.get(address))


def test_a_key_of_an_earlier_session_is_said_to_be_gone(cast: Cast, school: PageClient) -> None:
    address = send(school, to="/graduates/", private="name", name="异名")
    assert "筛选条件已失效" in words(enter(cast.school_reviewer).get(address))


@pytest.mark.parametrize(
    "to", ["https://elsewhere.example/", "//elsewhere.example/", "/\\elsewhere.example", "", "/nowhere/", "javascript:alert(1)"]
)
def test_it_leads_to_no_other_place(school: PageClient, to: str) -> None:
    assert urlsplit(send(school, to=to, private="name", name="异名"))[:3] == ("", "", "/home/")


def test_only_so_many_are_kept_the_newest(school: PageClient) -> None:
    addresses = [send(school, to="/graduates/", private="name", name=f"名{n}") for n in range(MOST + 3)]
    assert len(school.session[KEPT]) == MOST
    assert "筛选条件已失效" in words(school.get(addresses[2]))
    assert "筛选条件已失效" not in words(school.get(addresses[3]))


@pytest.mark.parametrize("given", [{}, {"private": "to", "to": "/graduates/"}, {"private": "name", "name": "\0" * 9, "to": "/graduates/"}])
def test_odd_forms_search_for_nothing(school: PageClient, given: dict[str, str]) -> None:
    assert "q=" not in send(school, **given)


def test_long_words_are_cut(school: PageClient) -> None:
    address = send(school, to="/graduates/", private="name", name="长" * 5000, **{f"x{n}": "y" for n in range(50)})
    assert len(address) < 200
    (kept,) = school.session[KEPT].values()
    assert len(kept["name"]) == 60
