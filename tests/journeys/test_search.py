"""Looking for a person by name in the browser: the list changes in place, the address says nothing, the way back works."""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote

import pytest

from tests.cast import Cast
from tests.journeys.conftest import DESKTOP
from tests.journeys.stroller import Stroller

pytestmark = pytest.mark.browser


def listed(page: Any) -> list[str]:
    """Who of the two is in the list."""
    rows = page.locator("#list tbody tr").all_inner_texts()
    return [name for row in rows for name in ("欧阳甲", "司马乙") if name in row]


def test_a_name_is_looked_for_and_no_address_says_it(stage: Cast, browser: Any, live_server: Any) -> None:
    for name in ("欧阳甲", "司马乙"):
        stage.graduate_named(name)
    who = Stroller(browser, live_server.url, stage.school_reviewer, DESKTOP).go("/graduates/")
    page, asked = who.page, []
    page.on("request", lambda request: asked.append(unquote(request.url)))
    page.locator('[name="name"]').fill("司马乙")
    page.get_by_role("button", name="筛选", exact=True).click()
    page.wait_for_url("**q=*")
    page.wait_for_function("document.querySelectorAll('#list tbody tr').length === 1")
    assert listed(page) == ["司马乙"]
    found = page.url
    page.reload()
    assert listed(page) == ["司马乙"] and page.locator('[name="name"]').input_value() == "司马乙"
    page.get_by_role("link", name="清除").click()
    page.wait_for_url("**/graduates/")
    assert len(listed(page)) == 2
    page.go_back()
    page.wait_for_url(found)
    page.wait_for_function("document.querySelectorAll('#list tbody tr').length === 1")
    assert not [url for url in [*asked, found] if "司马" in url]
    assert who.noise == []
