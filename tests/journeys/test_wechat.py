"""Binding WeChat with a browser, on a phone and on a desk: the code is shown, the number typed; and coming in by it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.cast import Cast
from tests.journeys.conftest import PHONE, sizes
from tests.journeys.stroller import Stroller
from tests.journeys.test_door import Open, opened, submit  # noqa: F401
from tests.notices.wechat_stage import Stage, bound, number_in, wechat  # noqa: F401
from tests.notices.weixin import openid
from tests.screens.door import PASSWORD, with_password

pytestmark = pytest.mark.browser


@sizes(PHONE)
def test_a_graduate_binds_a_wechat(opened: Open, stage: Cast, wechat: Stage, size: dict[str, int]) -> None:  # noqa: F811
    user, mine = with_password(stage.graduate.user), openid("mine")
    who: Stroller = opened(size)
    who.go("/login/?as=student").fill(login=user.phone, password=PASSWORD)
    submit(who, "登录")
    who.go("/account/").click("去绑定")
    submit(who, "获取二维码")
    drawn: Any = who.page.locator("img[src*='qr.svg']")
    assert drawn.evaluate("image => image.complete && image.naturalWidth > 0")
    said = wechat.scan(mine)
    who.click("我已扫码")
    assert "刚刚有一个微信扫码，是您吗？" in who.text
    submit(who.fill(number=number_in(said)), "是我，绑定")
    assert "已绑定" in who.text and bound(user) == mine
