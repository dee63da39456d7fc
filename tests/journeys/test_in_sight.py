"""On a phone the bar of buttons stays in sight, and so does what somebody fills in: the field with the focus, and what is found for it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.cast import Cast
from tests.journeys.stroller import Stroller

pytestmark = pytest.mark.browser
# What stands between the top and the bar once nothing moves any more: the field with the focus, and what was found for it.
SIGHT = """() => {
  const edges = e => { const r = e.getBoundingClientRect(); return [r.top, r.bottom] };
  const bar = [...document.querySelectorAll(".act")].pop(), field = document.activeElement;
  const found = field.closest(".field").querySelector(".region-one");
  return {free: edges(bar)[0], shown: [field, found].filter(Boolean).map(edges)};
}"""


@pytest.mark.parametrize("height", [844, 500])  # 500: with its keyboard
def test_the_bar_covers_nothing_that_has_the_focus(browser: Any, live_server: Any, stage: Cast, height: int) -> None:
    stage.signed_on_paper(stage.graduate_named("学长"))  # through whom the employer is known
    case = stage.begun("offline")
    me = Stroller(browser, live_server.url, stage.graduate, {"width": 390, "height": height}, reduced_motion="reduce")
    me.go(f"/cases/{case.pk}/do/submit/")
    for name, typed in (("employer_name", "长风"), ("region", "长沙")):
        field = me.page.locator(f"#id_{name}")
        field.evaluate("e => scrollTo(0, e.getBoundingClientRect().bottom + scrollY - innerHeight + 140)")
        field.press_sequentially(typed)
        me.page.locator(f".field:has(#id_{name}) .region-one").first.wait_for()
        me.page.wait_for_timeout(700)
        seen = me.page.evaluate(SIGHT)
        assert len(seen["shown"]) == 2 and all(top >= 0 and bottom <= seen["free"] for top, bottom in seen["shown"]), (name, seen)
        me.page.keyboard.press("Escape")
    for _step in range(12):
        me.page.keyboard.press("Tab")
        me.page.wait_for_timeout(350)
        seen = me.page.evaluate(SIGHT.replace('.closest(".field")', '.closest(".field, body")').replace(".region-one", ".none"))
        top, bottom = seen["shown"][0]
        assert top >= 0 and bottom <= seen["free"], seen
    me.close()
