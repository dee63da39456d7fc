"""The three ways without an online signature, from entry to end, each by the people themselves: a phone, and desks at the school."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from tests.answers import DOSSIER, POST, UNIT
from tests.cast import Cast
from tests.documents.test_stamping import rendered
from tests.journeys.conftest import DESKTOP, PHONE, sizes
from tests.journeys.stroller import Stroller
from tests.journeys.test_main_job import forget_limits, text_of, work
from tests.uploads.making import drawing, saved
from wangqian.cases.models import Case
from wangqian.people.clock import now, today
from wangqian.people.models import Actor

pytestmark = pytest.mark.browser
Walk = Callable[[Actor, dict[str, int]], Stroller]
CONTACT = {name: UNIT[name] for name in ("contact", "contact_mobile", "contact_email")}
REST = {**POST, **CONTACT, "pay": "8000", "damages": "3000", **DOSSIER}
FIRST = "平台第一次见到这家单位，请电话核实。"


@pytest.fixture
def walk(browser: Any, live_server: Any, stage: Cast, settings: Any, tmp_path: Path) -> Iterator[Walk]:
    """Each person's one window; files and seal of this test alone."""
    settings.MEDIA_ROOT, settings.VAR = str(tmp_path / "files"), tmp_path / "var"
    stage.reviewers()
    opened: dict[Any, Stroller] = {}

    def enter(actor: Actor, size: dict[str, int]) -> Stroller:
        if actor.user.pk not in opened:
            opened[actor.user.pk] = Stroller(browser, live_server.url, actor, size)
        return opened[actor.user.pk]

    yield enter
    for one in opened.values():
        one.close()


def photo(name: str, picture: Image.Image | None = None) -> dict[str, Any]:
    return {"name": name, "mimeType": "image/jpeg", "buffer": saved(picture or drawing(900, 1200), "JPEG", quality=80)}


def place(me: Stroller, name: str, typed: str, wanted: str) -> None:
    """A region, found while typing."""
    me.page.locator(f"#id_{name}").fill("")
    me.page.locator(f"#id_{name}").press_sequentially(typed)
    me.page.get_by_role("button", name=wanted, exact=True).click()
    assert me.page.locator(f"#id_{name}").input_value() == wanted


def chosen(me: Stroller, slot: str, *pictures: dict[str, Any]) -> None:
    """Photos sent from the phone."""
    me.page.locator(f"#choose-{slot}").set_input_files(list(pictures))
    me.page.get_by_text(f"已上传 {len(pictures)} 个文件。").wait_for()
    me.look()


def handed_in(me: Stroller, label: str) -> None:
    sealed(me, "下一步：核对", label)


def sealed(who: Stroller, way: str, label: str) -> None:
    """To the text; the code, the tick, the button."""
    forget_limits()
    who.click(way, last=True).prove().tick().click(label, last=True)
    assert f"“{label}”已完成" in who.text


def reviewed(walk: Walk, stage: Cast, proven: bool = True) -> list[str]:
    """Approved by college and school; what the college was told to notice."""
    college = walk(stage.college_reviewer, DESKTOP).go("/home/").click("曹文公")
    noticed = college.page.locator(".alert, .note").filter(has_text="请留意").locator("li").all_inner_texts()
    passed(college, proven=False)
    passed(walk(stage.school_reviewer, DESKTOP).go("/home/").click("曹文公"), proven)
    return [str(one) for one in noticed]


def passed(who: Stroller, proven: bool) -> None:
    """通过; of an employer that is new somebody may have called."""
    stranger = "已电话核实" in who.click("通过").text
    if stranger:
        who.fill(call_note="打了单位总机，人事部确认").click("下一步：核对", last=True)
        assert "打了单位总机，人事部确认" in who.text
    forget_limits()
    label = "通过" if stranger or proven else "确认通过"
    (who.prove() if proven else who).tick().click(label, last=True)
    assert "“通过”已完成" in who.text


def stands(me: Stroller, stage: Cast, flow: str, words: str) -> Case:
    """Where the graduate's own page says it is."""
    case = Case.objects.get(flow=flow, graduate=stage.graduate.membership.graduate)
    me.go(f"/cases/{case.pk}/")
    assert me.page.locator("main .tag, main .badge").first.inner_text() == words
    return case


@sizes(PHONE)
def test_signed_offline(walk: Walk, stage: Cast, size: dict[str, int]) -> None:
    """flows.md §3: filled in, sent back, corrected, approved, printed, stamped, handed in, approved."""
    stage.signed_on_paper(stage.graduate_named("学长"))  # through whom the employer is known
    me = walk(stage.graduate, size)
    me.go("/home/").click("未签就业协议申请签约").click("填写")
    known(me)
    place(me, "region", "长沙天心", "湖南省长沙市天心区")
    me.fill(**REST)
    handed_in(me, "提交")
    sent_back(walk, stage)
    me.go("/home/").click("继续填写")
    assert "单位在岳麓区，请按营业执照填写" in me.text and me.page.locator("#id_region").input_value() == "湖南省长沙市天心区"
    me.click("去改这一项")
    place(me, "region", "长沙岳", "湖南省长沙市岳麓区")
    handed_in(me, "重新提交")
    assert reviewed(walk, stage, proven=False) == []
    work()
    paper = printed(me, stands(me, stage, "offline", "待您回传盖章的协议书"))
    me.click("本人回传协议书")
    chosen(me, "scan", photo("第1页.jpg", paper[0]), photo("第2页.jpg"))  # of the second the camera sees no code
    me.click("本人回传协议书", last=True)
    assert reviewed(walk, stage) == ["第 2 页没有读到二维码，请对照协议书编号和内容核对。"]
    stands(me, stage, "offline", "已签约")


def known(me: Stroller) -> None:
    """The employer, found by some of its name, fills in the rest."""
    me.page.locator("#id_employer_name").press_sequentially("长风")
    me.page.get_by_role("button", name="长风零部件厂").click()
    filled = [me.page.locator(f"#id_{name}").input_value() for name in ("employer_uscc", "nature", "industry", "region", "address")]
    assert filled == [UNIT["employer_uscc"], "39", "22", "湖南省长沙市岳麓区", "岳麓大道 1 号"]


def sent_back(walk: Walk, stage: Cast) -> None:
    """院系: the field, the fault, and what to do."""
    who = walk(stage.college_reviewer, DESKTOP).go("/home/").click("曹文公")
    assert "湖南省长沙市天心区" in who.text
    who.click("退回修改").fill(about="region", fault="wrong", reason="单位在岳麓区，请按营业执照填写")
    who.click("确认退回修改")
    assert "“退回修改”已完成" in who.text


def printed(me: Stroller, case: Case) -> list[Image.Image]:
    """The paper, looked at on the phone and taken home: its pages as they come out of a scanner."""
    me.click("查看协议书")
    assert "待盖章，尚未生效" in me.text and "不再有效" not in me.text
    drawn = "Promise.all([...document.querySelectorAll('main img')].map(i => { i.loading = 'eager'; return i.decode(); }))"
    shown = me.page.evaluate(drawn)
    with me.page.expect_download() as download:
        me.page.get_by_role("link", name="下载 PDF").click()
    assert download.value.suggested_filename == f"{case.number}.pdf"
    data = Path(download.value.path()).read_bytes()
    assert "曹文公" in text_of(data) and "岳麓区" in text_of(data)
    me.click("返回")
    pages = rendered(data, 150 / 72)
    assert len(shown) == len(pages) == 2
    return pages


@sizes(PHONE)
def test_a_signed_paper_is_registered(walk: Walk, stage: Cast, size: dict[str, int]) -> None:
    """flows.md §5: what both have signed is written down and photographed."""
    me = walk(stage.graduate, size)
    me.go("/home/").click("已签就业协议登记信息").click("填写")
    named = {name: UNIT[name] for name in ("employer_name", "employer_uscc", "nature", "industry", "address")}
    me.fill(**named, **REST, signed_on=str(today(now())))
    place(me, "region", "长沙岳", "湖南省长沙市岳麓区")
    chosen(me, "scan", photo("第1页.jpg"), photo("第2页.jpg", drawing(901, 1200)))
    assert me.page.locator("#id_job_title").input_value() == POST["job_title"], "typed, and still there after the upload"
    handed_in(me, "提交审核")
    assert reviewed(walk, stage) == [FIRST]
    stands(me, stage, "paper", "已登记")


@sizes(PHONE)
def test_another_destination_is_registered_and_voided(walk: Walk, stage: Cast, size: dict[str, int]) -> None:
    """flows.md §6: further study, with the letter; then he goes elsewhere after all."""
    me = walk(stage.graduate, size)
    me.go("/home/").click("无需就业协议去向登记").fill(topic="postgraduate").click("填写")
    me.fill(school_name="中部大学", level="master", study_major="机械工程", dossier_taken="no")
    place(me, "school_region", "武汉洪山", "湖北省武汉市洪山区")
    chosen(me, "evidence", photo("录取通知书.jpg"))
    handed_in(me, "提交审核")
    assert reviewed(walk, stage) == []
    stands(me, stage, "destination", "已登记")
    sealed(me, "作废", "作废")
    stands(me, stage, "destination", "已作废")
    me.go("/home/")
    assert "签约或登记去向\n（现在可办）" in me.text
