"""A region picked in Chromium: while typing, step by step, by keyboard, and without JavaScript; a new edition of a table."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest

from tests.cast import Cast
from tests.journeys.conftest import DESKTOP, PHONE, sizes
from tests.journeys.stroller import Stroller
from wangqian.codes.table import table, today
from wangqian.people.models import Actor

pytestmark = pytest.mark.browser
FORM = "/operator/employers/?add=1"
SIZES = sizes(PHONE)


@pytest.fixture
def walk(browser: Any, live_server: Any, stage: Cast) -> Iterator[Callable[[Actor, dict[str, int]], Stroller]]:
    opened: list[Stroller] = []

    def enter(actor: Actor, size: dict[str, int]) -> Stroller:
        opened.append(Stroller(browser, live_server.url, actor, size))
        return opened[-1]

    yield enter
    for one in opened:
        one.close()


@SIZES
def test_a_place_is_found_while_typing_and_taken_with_the_keyboard(walk: Any, stage: Cast, size: dict[str, int]) -> None:
    person = walk(stage.operator, size).go(FORM)
    line = person.page.locator("#id_region")
    line.press_sequentially("长沙岳")
    one = person.page.get_by_role("button", name="湖南省长沙市岳麓区")
    one.wait_for()
    person.look()
    assert person.page.locator("[data-region-said]").inner_text() == "列出 1 个地方"
    person.page.keyboard.press("Tab")
    person.page.keyboard.press("Tab")
    person.page.keyboard.press("Enter")
    assert line.input_value() == "湖南省长沙市岳麓区"
    assert person.page.evaluate("document.activeElement.id") == "id_region"
    assert person.page.locator("[data-region-found]").inner_text() == ""


@SIZES
def test_a_place_is_reached_step_by_step(walk: Any, stage: Cast, size: dict[str, int]) -> None:
    person = walk(stage.operator, size).go(FORM)
    found = person.page.locator("[data-region-found]")

    def step(words: str, then: str) -> None:
        person.page.get_by_role("button", name=words, exact=True).click()
        found.get_by_text(then, exact=True).first.wait_for()
        person.look()

    step("逐级选择 所在地", "全国")
    assert person.page.evaluate("document.activeElement.innerText") == "全国"
    step("湖北省", "仙桃市")
    step("全国", "香港特别行政区")
    step("上海市", "黄浦区")
    smallest = min(one.bounding_box()["height"] for one in found.locator(".region-one").all())
    assert smallest >= 44
    person.page.keyboard.press("Escape")
    assert (found.inner_text(), person.page.evaluate("document.activeElement.id")) == ("", "id_region")
    step("逐级选择 所在地", "全国")
    step("上海市", "黄浦区")
    person.page.get_by_role("button", name="浦东新区", exact=True).click()
    assert person.page.locator("#id_region").input_value() == "上海市浦东新区"


def test_typing_again_takes_back_what_was_chosen(walk: Any, stage: Cast) -> None:
    person = walk(stage.operator, DESKTOP).go(FORM)
    person.fill(region="鼓楼区")
    person.click("添加单位", last=True)
    person.page.get_by_label("福建省福州市鼓楼区").check()
    person.page.locator("#id_region").press_sequentially(" ")
    assert person.page.locator("input[type=radio][name=region]:checked").count() == 0


def test_without_javascript_a_name_of_several_is_chosen(browser: Any, live_server: Any, stage: Cast) -> None:
    from django.conf import settings

    from tests.journeys.stroller import session

    context = browser.new_context(viewport=PHONE, java_script_enabled=False, locale="zh-CN")
    context.add_cookies(
        [{"name": settings.SESSION_COOKIE_NAME, "value": session(stage.operator), "url": live_server.url}]
    )
    page = context.new_page()
    page.goto(f"{live_server.url}{FORM}")
    assert page.get_by_role("button", name="逐级选择 所在地").count() == 0
    page.locator("#id_region").fill("鼓楼区")
    page.get_by_role("button", name="添加单位").click()
    page.get_by_label("福建省福州市鼓楼区").check()
    page.get_by_role("button", name="添加单位").click()
    assert page.locator("#id_region").input_value() == "福建省福州市鼓楼区"
    context.close()


@SIZES
def test_an_edition_goes_from_the_paste_to_its_day(walk: Any, stage: Cast, size: dict[str, int]) -> None:
    later = today() + timedelta(days=10)
    person = walk(stage.operator, size).go("/operator/codes/").click("工作职位类别").click("添加新版本")
    person.fill(effective_on=later.isoformat(), source="人社部公告", text="代码\t名称\t审核提醒\n91\t数字职业人员\tmaybe")
    assert "“审核提醒”应为：no、yes" in person.click("检查").text
    person.fill(text="代码\t名称\t审核提醒\n91\t数字职业人员\tno")
    assert "数字职业人员" in person.click("检查").text
    person.tick().click("确认添加")
    assert "第 1 版" in person.text
    assert dict(table("job_category").choices(later))["91"] == "数字职业人员"
    assert "已撤回" in person.click("撤回").text
