"""A form open twice, in two tabs or on two devices: the older page never takes the place of what the newer one saved unasked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from tests.answers import OFFLINE
from tests.cast import Cast
from tests.screens.filled import filled
from tests.screens.pages import PageClient, enter, read
from wangqian.cases.models import Case, Draft, Proof
from wangqian.web import drafts

pytestmark = pytest.mark.django_db
ELSEWHERE = "这份表在别的页面或设备上改过（"
CHANGED = "内容在您阅读之后有更新"


@dataclass
class Tab:
    """A page as it stays open in a browser: what it was loaded with, and what is typed into it."""

    who: PageClient
    url: str

    def __post_init__(self) -> None:
        self.values = filled(self.who.get(self.url).content)

    def post(self, **given: str) -> Any:
        self.values |= {name: value for name, value in given.items() if name not in ("keep", "over", "send_code")}
        return self.who.post(self.url, self.values | given)


def words(page: Any) -> str:
    return str(page.content.decode())


def form(case: Case, step: str = "submit") -> str:
    return f"/cases/{case.pk}/do/{step}/"


def tab(cast: Cast, case: Case) -> Tab:
    """In a browser of its own."""
    return Tab(enter(cast.graduate), form(case))


def kept() -> dict[str, str]:
    return dict(Draft.objects.get().data)


def over(answer: Any) -> str:
    """What 用本页的内容 sends."""
    (found,) = [attrs["value"] for label, attrs in read(answer).buttons if label == "用本页的内容"]
    return found


# --- the page saves by itself ----------------------------------------------------------------------------------


@pytest.mark.parametrize("begun_before", [False, True])
def test_an_older_page_does_not_overwrite_by_itself(cast: Cast, begun_before: bool) -> None:
    case = cast.begun("offline")
    if begun_before:
        tab(cast, case).post(keep="auto", employer_name="长风")
    older, newer = tab(cast, case), tab(cast, case)
    assert newer.post(keep="auto", employer_name="长风零部件厂", job_title="工程师").status_code == 200
    answer = older.post(keep="auto", employer_name="长空")
    assert answer.status_code == 409 and ELSEWHERE in words(answer) and "<html" not in words(answer)
    assert "两边不同的项目：单位名称、职位名称<" in words(answer)
    assert [url for label, url in read(answer).links if label == "用那边的内容"] == [older.url]
    assert kept()["employer_name"] == "长风零部件厂"


def test_red_control_without_the_comparison_the_older_page_wins(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drafts, "look", lambda *given: None)
    case = cast.begun("offline")
    older, newer = tab(cast, case), tab(cast, case)
    newer.post(keep="auto", employer_name="长风零部件厂")
    assert older.post(keep="auto", employer_name="长空").status_code == 200
    assert kept()["employer_name"] == "长空"


def test_one_page_saves_again_and_again_and_two_that_say_the_same_agree(cast: Cast) -> None:
    """Two saves at once, and a page gone back to, carry what the page was loaded with."""
    case = cast.begun("offline")
    page = tab(cast, case)
    for name in ("长", "长风", "长风零"):
        assert page.post(keep="auto", employer_name=name).status_code == 200
    other = tab(cast, case)
    assert other.values["employer_name"] == "长风零" and other.post(keep="auto").status_code == 200
    assert page.post(keep="auto").status_code == 200
    assert page.post(keep="1", employer_name="长风零部件厂").status_code == 302
    assert other.post(keep="auto", employer_name="").status_code == 409


def test_the_script_is_told_why_nothing_is_kept_any_more(cast: Cast) -> None:
    case = cast.begun("offline")
    page = tab(cast, case)
    cast.act(case, "cancel", cast.graduate)
    answer = page.post(keep="auto", employer_name="长空")
    assert answer.status_code == 409 and "此事项现在是“已取消”" in answer.json()["error"]


# --- by its buttons --------------------------------------------------------------------------------------------


def test_a_page_gone_back_to_goes_on(cast: Cast) -> None:
    """To the text, back to the very page, to the text again."""
    page = tab(cast, cast.begun("offline"))
    for title in ("设计师", "工程师"):
        assert page.post(**OFFLINE | {"job_title": title})["Location"] == f"{page.url}confirm/"
    assert kept()["job_title"] == "工程师"


@pytest.mark.parametrize("button", [{}, {"keep": "1"}])
def test_without_a_script_the_page_comes_back_with_what_was_typed(cast: Cast, button: dict[str, str]) -> None:
    case = cast.begun("offline")
    older, newer = tab(cast, case), tab(cast, case)
    newer.post(keep="1", employer_name="长风零部件厂")
    answer = older.post(**OFFLINE | {"employer_name": "长空"} | button)
    assert answer.status_code == 409 and ELSEWHERE in words(answer) and "处需要修改" not in words(answer)
    assert kept()["employer_name"] == "长风零部件厂"
    values = filled(answer.content)
    assert (values["employer_name"], values["key"], values["draft"]) == ("长空", older.values["key"], older.values["draft"])
    assert older.post(**button).status_code == 409, "whoever passes over it is asked again"
    saved = older.post(over=over(answer))
    assert (saved.status_code, saved["Location"]) == (302, older.url) and kept()["employer_name"] == "长空"
    assert "已改用本页的内容" in words(older.who.get(older.url))
    assert newer.post(keep="auto", job_title="设计师").status_code == 409, "now the other one is the older"


def test_overwriting_means_what_was_told_and_nothing_newer(cast: Cast) -> None:
    case = cast.begun("offline")
    older, newer = tab(cast, case), tab(cast, case)
    newer.post(keep="auto", employer_name="长风")
    told = over(older.post(keep="auto", employer_name="长空"))
    newer.post(keep="auto", employer_name="长风零部件厂")
    assert older.post(over=told).status_code == 409 and kept()["employer_name"] == "长风零部件厂"


def corrections(cast: Cast) -> tuple[Tab, Tab]:
    """A form that keeps nothing by itself, only on the way to the text."""
    case = cast.paper_registered()
    cast.hand_in(case, "basis", cast.school_reviewer)
    one, other = (Tab(enter(cast.school_reviewer), form(case, "correct")) for _tab in range(2))
    return one, other


def test_the_same_where_nothing_is_kept_but_on_the_way_to_the_text(cast: Cast) -> None:
    older, newer = corrections(cast)
    assert newer.post(region="430102", because="单位来函").status_code == 302
    answer = older.post(region="430103", because="单位来函")
    assert answer.status_code == 409 and "两边不同的项目：单位所在地<" in words(answer)
    assert older.post(over=over(answer))["Location"] == older.url and kept()["region"] == "430103"


# --- while the text is read ------------------------------------------------------------------------------------


@pytest.mark.parametrize("given", [{"region": "430103"}, {"because": "本人来函"}])
@pytest.mark.parametrize("button", [{}, {"send_code": "1"}])
def test_what_is_read_is_not_swapped(cast: Cast, given: dict[str, str], button: dict[str, str]) -> None:
    """Neither the text nor what is kept beside it; not by asking for a code either."""
    first, typing = corrections(cast)
    first.post(region="430102", because="单位来函")
    reading, typing = Tab(first.who, f"{first.url}confirm/"), Tab(typing.who, typing.url)
    typing.post(**given)
    answer = reading.post(**button)
    assert answer.status_code == 409 and CHANGED in words(answer)
    assert {"region": "湖南省长沙市天心区", "because": "本人来函"}[next(iter(given))] in words(answer)
    assert not Proof.objects.filter(step__endswith="correct").exists()
    reading.values = filled(answer.content)
    assert reading.post()["Location"] == typing.url.removesuffix("do/correct/")


def test_what_no_longer_holds_leads_back_to_the_form_and_says_so(cast: Cast) -> None:
    case = cast.begun("offline")
    page = tab(cast, case)
    page.post(**OFFLINE)
    reading = Tab(page.who, f"{page.url}confirm/")
    tab(cast, case).post(keep="auto", employer_name="")
    answer = reading.post(send_code="1")
    assert answer["Location"] == page.url and CHANGED in words(page.who.get(page.url))


def test_red_control_the_code_alone_would_be_for_another_text(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    first, typing = corrections(cast)
    first.post(region="430102", because="单位来函")
    reading, typing = Tab(first.who, f"{first.url}confirm/"), Tab(typing.who, typing.url)
    typing.post(because="本人来函")
    monkeypatch.setattr(drafts, "unread", lambda *given: False)
    assert CHANGED not in words(reading.post())
