"""The contact of an employer without an account, in Chromium: opens the link on a phone, proves, prints, uploads, submits."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.cast import Cast
from tests.journeys.conftest import PHONE, sizes
from tests.journeys.stroller import Stroller
from tests.screens.link_stage import Sent, code_of, pause, with_paper
from tests.uploads.making import drawing, saved
from wangqian.documents import uploads

pytestmark = pytest.mark.browser


@pytest.fixture
def sent(stage: Cast, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Sent:
    settings.MEDIA_ROOT = str(tmp_path / "files")
    found = Sent(stage)
    with_paper(monkeypatch, found.case, saved(drawing(620, 877), "PNG"))
    return found


@pytest.fixture
def walk(browser: Any, live_server: Any, sent: Sent) -> Iterator[Callable[..., Stroller]]:
    opened: list[Stroller] = []

    def enter(size: dict[str, int], **more: Any) -> Stroller:
        opened.append(Stroller(browser, live_server.url, None, size, **more))
        return opened[-1]

    yield enter
    for one in opened:
        one.close()


def press(who: Stroller, words: str) -> Stroller:
    """A button, and the page that follows: the form may first finish its challenge."""
    with who.page.expect_navigation():
        who.page.get_by_role("button", name=words, exact=True).first.click()
    return who.look()


def pages(*names: str) -> list[dict[str, Any]]:
    pictures = (saved(drawing(900 + at, 1200), "JPEG", quality=80) for at in range(len(names)))
    return [{"name": name, "mimeType": "image/jpeg", "buffer": data} for name, data in zip(names, pictures, strict=True)]


def proven(who: Stroller, sent: Sent) -> Stroller:
    who.go(sent.url)
    assert "曹**" in who.text and "139****2222" in who.text
    press(who, "发送验证码")
    press(who.fill(code="000000" if code_of(sent.link) != "000000" else "000001"), "进入")
    assert "验证码不正确" in who.text
    press(who.fill(code=code_of(sent.link)), "进入")
    assert "曹文公" in who.text
    return who


@sizes(PHONE)
def test_the_contact_hands_it_in(walk: Any, sent: Sent, size: dict[str, int]) -> None:
    who = proven(walk(size), sent)
    who.click("查看协议书")
    who.page.wait_for_function("[...document.images].every(i => i.complete && i.naturalWidth)")
    with who.page.expect_download() as download:
        who.page.get_by_role("link", name="下载协议书 PDF").click()
    assert download.value.suggested_filename == f"{sent.case.number}.pdf"
    who.click("返回")
    who.page.locator("#choose-scan").set_input_files(pages("第1页.jpg", "第2页.jpg"))
    who.page.get_by_text("已上传 2 个文件。").wait_for()
    who.look()
    who.page.get_by_role("button", name="旋转 第1页.jpg").click()
    who.page.get_by_text("已旋转。").wait_for()
    who.click("下一步：核对后提交")
    assert who.page.locator("[data-page]").count() == 2
    press(who, "确认提交")
    assert "已提交，学校审核中" in who.text and "2027-10001" in who.text
    who.page.go_back()
    who.go(sent.url)
    assert "已提交，学校审核中" in who.text
    assert sent.received() == 1 and [row.turned for row in uploads.usable(sent.case, "scan", sent.link.pk)] == [90, 0]
    stranger = walk(size).go(sent.url)
    assert "这个链接不能使用" in stranger.text


def test_without_javascript_and_by_keyboard(walk: Any, sent: Sent) -> None:
    pause()
    who = walk(PHONE, scripts=False).go(sent.url)
    who.page.get_by_role("button", name="发送验证码").first.focus()
    who.page.keyboard.press("Enter")
    who.page.wait_for_url("**/code/")
    who.look().fill(code=code_of(sent.link))
    who.page.keyboard.press("Enter")
    who.page.wait_for_url(f"**{sent.url}")
    who.look().page.locator("#choose-scan").set_input_files(pages("第1页.jpg"))
    who.click("上传")
    assert "已上传 1 个文件。" in who.text
    who.click("下一步：核对后提交").click("确认提交")
    assert "已提交，学校审核中" in who.text and sent.received() == 1


def test_an_address_that_tried_many_gets_in_by_the_page_s_own_script(walk: Any, sent: Sent) -> None:
    who = walk(PHONE)
    for at in range(20):
        who.page.goto(f"{who.base}/l/nobody-ever-made-this-{at:02d}/")
    who.go(sent.url)
    assert "请先完成安全验证" in who.text
    press(who, "继续")
    assert "有一份就业协议等待盖章回传" in who.text
