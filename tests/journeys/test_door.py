"""Coming in with a browser: the challenge solves itself, the first entry sets a password, devices are seen; without a script too."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.cast import Cast
from tests.journeys.conftest import PHONE, sizes
from tests.journeys.stroller import Stroller
from tests.screens.door import PASSWORD, sent, with_password
from wangqian.people import accounts
from wangqian.people.models import Capacity, User

pytestmark = pytest.mark.browser
Open = Callable[..., Stroller]


@pytest.fixture
def opened(browser: Any, live_server: Any, stage: Cast) -> Iterator[Open]:
    windows: list[Stroller] = []

    def window(size: dict[str, int]) -> Stroller:
        windows.append(Stroller(browser, live_server.url, None, size))
        return windows[-1]

    yield window
    for one in windows:
        one.close()


def submit(who: Stroller, words: str) -> Stroller:
    """Press a button and wait for the next page: the form may first finish its challenge."""
    with who.page.expect_navigation():
        who.page.get_by_role("button", name=words, exact=True).first.click()
    return who.look()


@sizes(PHONE)
def test_the_first_entry_of_an_employer_s_user(opened: Open, stage: Cast, size: dict[str, int]) -> None:
    user = User.objects.create_user("m1", name="新人事", phone="13700001234")
    accounts.give(user, Capacity.EMPLOYER, employer=stage.employer.membership.employer)
    who = opened(size)
    who.go("/").click("单位登录").click("用验证码登录").fill(login="13700001234")
    submit(who, "发送验证码")
    assert "如果 137****1234 登记过账号" in who.text
    submit(who.fill(code=sent(user)), "登录")
    assert "设置登录密码" in who.text
    submit(who.fill(password1="short", password2="short"), "保存密码")
    assert "密码至少 12 位，现在是 5 位" in who.text
    submit(who.fill(password1=PASSWORD, password2=PASSWORD), "保存密码")
    who.go("/account/")
    assert "137****1234" in who.text and "已验证" in who.text
    who.go("/account/sessions/")
    assert "本机" in who.text


def test_after_misses_the_page_s_own_script_opens_the_way(opened: Open, stage: Cast) -> None:
    user = with_password(stage.graduate.user)
    who = opened(PHONE)
    for _try in range(6):
        who.go("/login/?as=student").fill(login=user.phone, password="wrong-wrong-wrong")
        submit(who, "登录")
        assert "账号或密码不正确" in who.text
    submit(who.fill(login=user.phone, password=PASSWORD), "登录")
    assert who.page.url.endswith("/home/")


def test_a_forgotten_password(opened: Open, stage: Cast) -> None:
    user = with_password(stage.graduate.user)
    who = opened(PHONE)
    who.go("/login/?as=student").click("忘记密码").fill(login=user.phone)
    submit(who, "发送验证码")
    submit(who.fill(code=sent(user)), "下一步")
    submit(who.fill(password1="song-hua-jiang-shang-9", password2="song-hua-jiang-shang-9"), "保存新密码")
    assert "密码已重设" in who.text


def test_without_a_script_the_form_is_sent_as_it_is(browser: Any, live_server: Any, stage: Cast) -> None:
    user = with_password(stage.graduate.user)
    context = browser.new_context(java_script_enabled=False, viewport=PHONE)
    page = context.new_page()
    page.goto(f"{live_server.url}/login/code/")
    page.fill("[name=login]", user.phone)
    page.get_by_role("button", name="发送验证码").last.click()
    page.wait_for_url("**/login/code/enter/")
    page.fill("[name=code]", sent(user))
    page.get_by_role("button", name="登录", exact=True).last.click()
    page.wait_for_url("**/home/")
    context.close()
