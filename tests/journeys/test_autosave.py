"""What is typed on a phone that loses its network, its session, or its turn: kept, or said why not."""

from __future__ import annotations

from typing import Any

import pytest
from django.conf import settings

from tests.cast import Cast
from tests.journeys.conftest import PHONE, sizes
from tests.journeys.stroller import Stroller, session
from wangqian.cases.models import Case, Draft

pytestmark = pytest.mark.browser
KEPT, TRYING, LOGIN = "· 还未提交", "没有保存上，正在重试", "登录已过期，请重新登录"


@pytest.fixture
def form(stage: Cast) -> str:
    return f"/cases/{stage.begun('offline').pk}/do/submit/"


def told(me: Stroller, words: str) -> None:
    me.page.locator("[data-kept]").or_(me.page.locator("[data-login]")).filter(has_text=words, visible=True).first.wait_for()


def kept() -> str:
    return str(Draft.objects.get().data["employer_name"])


def deaf(me: Stroller) -> Stroller:
    """What the browser itself says of a lost network is no fault of the page."""
    me.hear = lambda message: None  # type: ignore[method-assign]
    return me


@sizes(PHONE)
def test_a_lost_network(browser: Any, live_server: Any, stage: Cast, form: str, size: dict[str, int]) -> None:
    me = deaf(Stroller(browser, live_server.url, stage.graduate, size).go(form))
    me.fill(employer_name="长风")
    told(me, KEPT)
    me.context.set_offline(True)
    me.fill(employer_name="长风零部件厂")
    told(me, TRYING)
    me.page.get_by_role("button", name="下一步：核对").click()
    assert me.page.locator("#id_employer_name").input_value() == "长风零部件厂", "nothing is sent into the void"
    assert kept() == "长风"
    me.context.set_offline(False)
    told(me, KEPT)
    assert kept() == "长风零部件厂"
    me.look().close()


@sizes(PHONE)
def test_a_session_that_ended(browser: Any, live_server: Any, stage: Cast, form: str, size: dict[str, int]) -> None:
    """The rest is typed on the page that stayed open; after the login in another window it is kept, with that window's token."""
    me = Stroller(browser, live_server.url, stage.graduate, size).go(form)
    me.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    me.fill(employer_name="长风零部件厂")
    told(me, LOGIN)
    me.look()
    me.context.clear_cookies()
    me.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session(stage.graduate), "url": me.base}])
    other = me.context.new_page()
    other.goto(f"{me.base}/home/")  # logs in anew: another token
    other.close()
    told(me, KEPT)
    assert kept() == "长风零部件厂"
    me.close()


@sizes(PHONE)
def test_another_device_and_what_has_ended(browser: Any, live_server: Any, stage: Cast, form: str, size: dict[str, int]) -> None:
    me = Stroller(browser, live_server.url, stage.graduate, size).go(form)
    other = Stroller(browser, live_server.url, stage.graduate, size).go(form)
    other.fill(employer_name="长风")
    told(other, KEPT)
    me.fill(employer_name="长空")
    me.page.get_by_role("link", name="用那边的内容").wait_for()
    me.look()
    assert kept() == "长风"
    me.click("用本页的内容")
    assert kept() == "长空" and me.page.locator("#id_employer_name").input_value() == "长空"
    other.fill(employer_name="长风零部件厂")
    other.page.get_by_role("link", name="用那边的内容").wait_for()
    other.click("用那边的内容")
    assert other.page.locator("#id_employer_name").input_value() == "长空"
    stage.act(Case.objects.get(flow="offline"), "cancel", stage.graduate)
    me.fill(employer_name="长")
    told(me, "此事项现在是“已取消”，不能再办理")
    me.close()
    other.close()


@sizes(PHONE)
def test_what_was_typed_last_outlives_the_page(browser: Any, live_server: Any, stage: Cast, form: str, size: dict[str, int]) -> None:
    """Left before the two seconds are over."""
    me = Stroller(browser, live_server.url, stage.graduate, size).go(form)
    me.fill(employer_name="长风零部件厂").go("/home/").go(form)
    assert me.page.locator("#id_employer_name").input_value() == "长风零部件厂"
    me.close()
