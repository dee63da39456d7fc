"""Leaving, on a phone: what is in force, the choice left, the text, the sheet, who may verify it; then a stranger verifies."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pytest_django.fixtures import Settings

from tests.cast import Cast
from tests.journeys.conftest import PHONE
from tests.journeys.stroller import Stroller
from wangqian.documents.make import work
from wangqian.flows.models import Departure

pytestmark = pytest.mark.browser


def test_a_graduate_leaves(browser: Any, live_server: Any, stage: Cast, settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT, settings.VAR = tmp_path / "files", tmp_path
    stage.registered("contract")
    walk = Stroller(browser, live_server.url, stage.graduate, PHONE)
    person = walk.go("/me/dossier/").click("去离校确认").click("核对并确认")
    person.fill(hukou_transfer="stay", authorise="yes").click("下一步：核对")
    person.tick().click("确认登记信息")
    work()
    person.go("/me/departure/").click("查看登记信息表")
    person.page.locator("main img").first.evaluate("image => image.decode()")
    stranger = Stroller(browser, live_server.url, None, PHONE)
    departure = Departure.objects.select_related("case").get()
    stranger.go(f"/verify/{departure.case.verification_code}/?v=1&p=1&n=1")
    assert "这份毕业去向登记信息表现在有效" in stranger.page.locator("main").inner_text()
    person.go("/me/departure/").click("收回核验授权")
    person.click("收回核验授权")
    stranger.go(f"/verify/{departure.case.verification_code}/?v=1&p=1&n=1")
    assert "没有查到" in stranger.page.locator("main").inner_text()
    for one in (walk, stranger):
        one.close()
