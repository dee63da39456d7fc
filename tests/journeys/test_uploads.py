"""Files handed in on a phone and read at a desk, in Chromium: with scripts, by keyboard, and without JavaScript."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.cast import Cast
from tests.journeys.conftest import DESKTOP, PHONE, sizes
from tests.journeys.stroller import Stroller
from tests.uploads.making import drawing, pdf, saved
from tests.uploads.stage import a_case, handing_in
from wangqian.cases.models import Case, Evidence
from wangqian.documents import uploads
from wangqian.people.clock import now

pytestmark = [pytest.mark.browser, pytest.mark.urls("tests.uploads.urls")]


@pytest.fixture
def case(stage: Cast, settings: Any, tmp_path: Path) -> Iterator[Case]:
    settings.MEDIA_ROOT = str(tmp_path / "files")
    with handing_in():
        yield a_case(stage)


@pytest.fixture
def walk(browser: Any, live_server: Any, stage: Cast) -> Iterator[Callable[..., Stroller]]:
    opened: list[Stroller] = []

    def enter(*how: Any, **more: Any) -> Stroller:
        opened.append(Stroller(browser, live_server.url, *how, **more))
        return opened[-1]

    yield enter
    for one in opened:
        one.close()


def photo(name: str, turn: int = 0) -> dict[str, Any]:
    data = saved(drawing(900 + turn, 1200), "JPEG", quality=80)
    return {"name": name, "mimeType": "image/jpeg", "buffer": data}


def test_photos_from_a_phone(walk: Any, stage: Cast, case: Case) -> None:
    """Chosen, sent, turned, taken again, dropped: the page stays, and what was typed stays with it."""
    person = walk(stage.graduate, PHONE).go(f"/test/{case.pk}/sending/")
    page = person.page
    person.fill(words="已盖公章")
    page.locator("#choose-scan").set_input_files([photo("第1页.jpg"), photo("第2页.jpg", 1)])
    page.get_by_text("已上传 2 个文件。").wait_for()
    person.look()
    assert [row.name for row in uploads.usable(case, "scan")] == ["第1页.jpg", "第2页.jpg"]
    assert page.locator('[name="words"]').input_value() == "已盖公章"
    assert page.evaluate("document.activeElement.textContent.trim()") == "已上传 2 个文件。"
    assert page.evaluate("[...document.querySelectorAll('.file img')].map(i => { i.loading = 'eager'; return i.complete; }).length") == 2
    page.get_by_role("button", name="旋转 第1页.jpg").click()
    page.get_by_text("已旋转。").wait_for()
    assert [row.turned for row in uploads.usable(case, "scan")] == [90, 0]
    with page.expect_file_chooser() as chosen:
        page.locator("summary", has_text="重拍 第1页.jpg").click()
    chosen.value.set_files([photo("重拍.jpg", 7)])
    page.get_by_text("已上传 1 个文件。").wait_for()
    page.get_by_role("button", name="删除 第2页.jpg").click()
    page.get_by_text("已删除。").wait_for()
    person.look()
    assert [row.name for row in uploads.usable(case, "scan")] == ["重拍.jpg"]
    small = page.evaluate("[...document.querySelectorAll('.files .btn')].filter(b => b.offsetHeight && b.offsetHeight < 44).length")
    assert small == 0, "every target is 44 pixels high"


def test_a_refused_file_and_a_network_that_is_gone(walk: Any, stage: Cast, case: Case) -> None:
    person = walk(stage.graduate, PHONE).go(f"/test/{case.pk}/sending/")
    page = person.page
    page.locator("#choose-scan").set_input_files([{"name": "a.jpg", "mimeType": "image/jpeg", "buffer": b"<html>" * 100}])
    page.get_by_text("与扩展名“.jpg”不符").wait_for()
    person.look()
    page.context.set_offline(True)
    page.locator("#choose-scan").set_input_files([photo("第1页.jpg")])
    page.get_by_text("没有传上去。").wait_for()
    page.context.set_offline(False)
    person.noise.clear()  # the browser says in its console what we said on the page
    page.locator("#choose-scan").set_input_files([photo("第1页.jpg")])
    page.get_by_text("已上传 1 个文件。").wait_for()
    assert len(uploads.usable(case, "scan")) == 1


def test_without_javascript(walk: Any, stage: Cast, case: Case) -> None:
    person = walk(stage.graduate, PHONE, scripts=False).go(f"/test/{case.pk}/sending/")
    person.page.locator("#choose-scan").set_input_files([photo("第1页.jpg"), photo("第2页.jpg", 1)])
    person.click("上传")
    assert "已上传 2 个文件。" in person.text and len(uploads.usable(case, "scan")) == 2
    assert person.page.url.endswith("#files-scan")
    person.click("旋转 第1页.jpg")
    person.click("删除 第2页.jpg")
    assert [(row.name, row.turned) for row in uploads.usable(case, "scan")] == [("第1页.jpg", 90)]


def turned(page: Any) -> None:
    """A picture that lies on its side: turned for who looks, whole within its frame, and upright again after four times."""
    figure = page.locator("[data-page]:visible")
    seen = []
    for _ in range(4):
        figure.get_by_role("button", name="旋转").click()
        shown, frame = figure.locator("img").bounding_box(), figure.locator("a").bounding_box()
        assert all(shown[side] >= frame[side] - 1 for side in ("x", "y"))
        assert all(shown[at] + shown[by] <= frame[at] + frame[by] + 1 for at, by in (("x", "width"), ("y", "height")))
        seen.append(shown["width"] > shown["height"])
    assert seen == [True, False, True, False]


def test_a_reviewer_reads_page_after_page_by_keyboard(walk: Any, stage: Cast, case: Case) -> None:
    data = saved(drawing(900, 1200), "JPEG")
    uploads.receive(case, "scan", "协议书.pdf", pdf(pages=2), owner=stage.graduate.user)
    uploads.receive(case, "letter", "证明.jpg", data, owner=stage.graduate.user)
    Evidence.objects.update(bound_at=now())  # an act rests on them
    person = walk(stage.school_reviewer, DESKTOP).go(f"/test/{case.pk}/reading/")
    page = person.page
    seen = page.locator("[data-where]")
    assert seen.inner_text() == "第 1 页，共 3 页"
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    person.look()
    assert seen.inner_text() == "第 3 页，共 3 页" and page.get_by_text("证明.jpg").first.is_visible()
    assert not page.get_by_text("协议书.pdf").first.is_visible()
    turned(page)
    person.look()
    page.keyboard.press("ArrowRight")
    page.get_by_role("button", name="上一页").click()
    assert seen.inner_text() == "第 2 页，共 3 页"
    bare = walk(stage.school_reviewer, DESKTOP, scripts=False).go(f"/test/{case.pk}/reading/")
    assert bare.page.locator("[data-page]:visible").count() == 3 and not bare.page.locator("[data-viewer-way]").is_visible()


@sizes(PHONE)
def test_the_pattern_pages(walk: Any, size: dict[str, int]) -> None:
    person = walk(None, size).go("/demo/parts/?kind=uploads").go("/demo/parts/")
    assert person.page.locator("[data-files]").count() == 2
