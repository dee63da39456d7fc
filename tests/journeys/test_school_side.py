"""The school's own house in Chromium: a counsellor with classes; a correction asked for, granted, read before and after."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.cast import Cast
from tests.journeys.conftest import DESKTOP, PHONE, sizes
from tests.journeys.stroller import Stroller
from tests.uploads.making import drawing, saved
from wangqian.cases.models import Case
from wangqian.people.models import Actor, Graduate, Membership

pytestmark = pytest.mark.browser
SIZES = sizes(DESKTOP)
PHOTO: Any = {"name": "学籍证明.jpg", "mimeType": "image/jpeg", "buffer": saved(drawing(900, 1200), "JPEG", quality=80)}


@pytest.fixture
def walk(browser: Any, live_server: Any, stage: Cast, settings: Any, tmp_path: Path) -> Iterator[Any]:
    settings.MEDIA_ROOT = str(tmp_path / "files")
    opened: list[Stroller] = []

    def enter(actor: Actor, size: dict[str, int]) -> Stroller:
        opened.append(Stroller(browser, live_server.url, actor, size))
        return opened[-1]

    yield enter
    for one in opened:
        one.close()


@SIZES
def test_a_counsellor_is_added_and_gets_classes(walk: Any, stage: Cast, size: dict[str, int]) -> None:
    stage.graduate_named("一班生", klass="计科2301")
    stage.graduate_named("二班生", klass="计科2302")
    admin = walk(stage.school_reviewer, size)
    admin.go("/school/staff/").click("添加工作人员")
    admin.fill(person="周老师", phone="13911112222", kind="counsellor")
    admin.page.locator('[name="college"]').select_option(label="信息学院")
    admin.click("添加", last=True)
    assert "已添加周老师" in admin.page.inner_text("body")
    admin.page.get_by_label("2027 届 计科2301（1 人）").check()
    admin.click("保存", last=True)
    assert "2027 届" in admin.text and "计科2301" in admin.text and "计科2302" not in admin.text
    admin.go("/school/staff/classes/").go("/school/staff/history/").go("/school/staff/colleges/")
    counsellor = Membership.objects.select_related("user").get(kind="counsellor")
    his = walk(Actor(counsellor), size)
    his.go("/graduates/")
    assert "一班生" in his.text and "二班生" not in his.text


@SIZES
def test_what_is_wrong_is_said_before_confirming_and_put_right(walk: Any, stage: Cast, size: dict[str, int]) -> None:
    stage.reviewers()
    one = stage.graduate_named("李清照", confirmed_at=None)
    me, school = walk(one, size), walk(stage.school_reviewer, size)
    me.go("/home/")
    assert "请先核对基本信息" in me.text and "不可修改，有误请申请更正" in me.text
    me.page.get_by_role("link", name="申请更正", exact=True).first.click()
    me.look().click("申请更正").fill(topic="major").click("申请更正", last=True)
    case = Case.objects.get(flow="correction_request")
    me.page.locator("#choose-evidence").set_input_files([PHOTO])
    me.page.get_by_text("已上传 1 个文件。").wait_for()
    me.fill(major="软件工程", reason="登记时写错").click("提交申请", last=True)
    assert "待学校处理" in me.text and "软件工程" in me.text
    school.go("/home/").click("李清照").click("同意更正").fill(basis="学籍证明原件").click("同意更正", last=True)
    assert "已更正" in school.text
    me.go("/me/changes/")
    assert "计算机科学与技术" in me.text and "软件工程" in me.text
    me.go("/home/").click("信息确认无误，进入系统")
    assert Graduate.objects.get(pk=case.graduate_id).confirmed_at is not None


@SIZES
def test_the_college_corrects_a_place_and_confirms(walk: Any, stage: Cast, size: dict[str, int]) -> None:
    graduate = stage.graduate.membership.graduate
    assert graduate is not None
    college = walk(stage.college_reviewer, size)
    college.go(f"/graduates/{graduate.pk}/").click("更正信息")
    college.fill(origin="湖南省长沙市岳麓区", reason="核对户口簿").click("保存更正", last=True)
    assert "湖南省长沙市岳麓区" in college.text
    college.click("确认信息").click("更改记录")
    assert "未确认" in college.text and "已确认" in college.text
    me = walk(stage.graduate, size)
    me.go("/me/").click("修改")
    assert me.page.locator('[name="origin"]').count() == 0 and me.page.locator('[name="home_address"]').count() == 1
    me.go("/inbox/")
    assert "湖南省长沙市岳麓区" in me.text


def test_a_letter_acts_only_where_somebody_switched_letters_on(walk: Any, stage: Cast) -> None:
    """WCAG 2.1.4; the browser remembers it, from page to page. A phone has no keys, and no switch for them."""
    case, me = stage.in_review(), walk(stage.college_reviewer, DESKTOP)
    assert not walk(stage.college_reviewer, PHONE).go(f"/cases/{case.pk}/").page.get_by_text("键盘快捷键").is_visible()
    page = me.go(f"/cases/{case.pk}/").page
    approve = page.locator('[data-key="a"]')
    page.keyboard.press("a")
    assert (page.url.endswith(f"/cases/{case.pk}/"), approve.get_attribute("aria-keyshortcuts")) == (True, None)
    me.click("键盘快捷键：关")
    assert approve.get_attribute("aria-keyshortcuts") == "a"
    me.go(f"/cases/{case.pk}/")
    page.keyboard.press("a")
    page.get_by_role("button", name="确认审核通过").wait_for()
    me.go(f"/cases/{case.pk}/").click("键盘快捷键：开")
    me.go(f"/cases/{case.pk}/")
    page.keyboard.press("a")
    assert page.get_by_role("button", name="键盘快捷键：关", exact=True).is_visible()
    assert page.url.endswith(f"/cases/{case.pk}/")


@SIZES
def test_without_script_there_are_no_letters_and_no_switch(browser: Any, live_server: Any, stage: Cast, size: dict[str, int]) -> None:
    case = stage.in_review()
    me = Stroller(browser, live_server.url, stage.college_reviewer, size, scripts=False)
    me.page.goto(f"{live_server.url}/cases/{case.pk}/")
    assert me.page.get_by_text("键盘快捷键").is_visible() is False
    me.close()
