"""From a roster file to a verified paper, and back out again, in Chromium: a graduate's phone, desktops elsewhere."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pypdfium2
import pytest

from tests.answers import TERMS
from tests.cast import Cast, number
from tests.journeys.conftest import DESKTOP, PHONE, sizes
from tests.journeys.stroller import Stroller
from wangqian.cases.models import Case
from wangqian.people.models import Actor, Graduate, Membership, Throttle, User
from wangqian.worker import Worker

pytestmark = pytest.mark.browser

IDENTITY = number(5000)
ROSTER = {
    "学号": "20230001",
    "姓名": "李清照",
    "证件号码": IDENTITY,
    "性别": "男",
    "院系": "信息学院",
    "学历": "本科生毕业",
    "专业": "计算机科学与技术",
    "培养方式": "非定向",
    "手机号码": "13600001111",
    "电子邮箱": "lqz@example.com",
}


def work() -> None:
    """One round of the worker."""
    Worker().once()


def account(graduate: Graduate) -> Actor:
    """What activation will do: an account linked to the graduate."""
    user = User.objects.create(
        username="lqz",
        name=graduate.name,
        phone=graduate.phone,
        email=graduate.email,
        password="!",
        identity_index=bytes(graduate.identity_index),
    )
    return Actor(Membership.objects.create(user=user, kind="graduate", graduate=graduate))


@pytest.fixture
def walk(browser: Any, live_server: Any, stage: Cast, tmp_path: Path) -> Any:
    """People of the cast with windows of their own."""
    opened: list[Stroller] = []

    def enter(actor: Actor | None, size: dict[str, int]) -> Stroller:
        opened.append(Stroller(browser, live_server.url, actor, size))
        return opened[-1]

    yield enter
    for one in opened:
        one.close()


@sizes(PHONE)
def test_from_roster_to_verified_paper_and_out(walk: Any, stage: Cast, tmp_path: Path, size: dict[str, int]) -> None:
    _ = stage.cohort, stage.college
    stage.reviewers()
    graduate = account(imported(walk, stage, tmp_path))
    me = walk(graduate, size)
    me.go("/home/")
    assert "请先核对基本信息" in me.text
    me.click("信息确认无误，进入系统")
    invited(walk, stage)
    work()
    me.go("/home/").click("查看并答复").click("接受").prove().tick().click("接受", last=True)
    assert "“接受”已完成" in me.text
    reviewed(walk, stage)
    work()
    me.go("/home/")
    case = Case.objects.get(graduate=graduate.membership.graduate)
    me.go(f"/cases/{case.pk}/").click("查看协议书")
    assert me.page.locator("main img").count() >= 1
    with me.page.expect_download() as download:
        me.page.get_by_role("link", name="下载 PDF").first.click()
    text = text_of(Path(download.value.path()).read_bytes())
    assert "李清照" in text and "研究员" in text and "越综合企业" in text
    anybody = walk(None, size)
    anybody.go(f"/verify/{case.verification_code}/")
    assert "这份协议书现在有效" in anybody.text and "李清照" not in anybody.text
    terminated(walk, stage, me, case)
    anybody.go(f"/verify/{case.verification_code}/")
    assert "已解约" in anybody.text


def imported(walk: Any, stage: Cast, tmp_path: Path) -> Graduate:
    """学校: upload, check, confirm."""
    file = tmp_path / "roster.csv"
    file.write_text(",".join(ROSTER) + "\n" + ",".join(ROSTER.values()) + "\n", encoding="utf-8-sig")
    school = walk(stage.school_reviewer, DESKTOP)
    school.go("/school/roster/")
    school.page.locator("input[type=file]").set_input_files(str(file))
    school.page.locator('main form button:not([tabindex="-1"])').last.click()
    school.page.wait_for_load_state("load")
    work()
    school.page.reload()
    school.look()
    school.page.get_by_role("button", name="确认").first.click()
    work()
    found: Graduate = Graduate.objects.get(student_number="20230001")
    assert found.identity_number() == IDENTITY
    return found


def invited(walk: Any, stage: Cast) -> None:
    """用人单位: find by three facts, favour, invite."""
    employer = walk(stage.employer, DESKTOP)
    employer.go("/favourites/add/")
    employer.fill(name="李清照", kind="resident", number=IDENTITY)
    employer.page.locator("main select").last.select_option(label=stage.school.name)
    employer.click("搜索", last=True).click("加入收藏夹")
    employer.go("/home/?tab=favourites").click("发起签约邀请")
    employer.fill(**{name: value for name, value in TERMS.items() if name != "valid_days"})
    employer.click("下一步：核对", last=True)
    assert "李清照" in employer.text
    employer.prove().tick().click("发起签约邀请", last=True)
    assert "等待学生应约" in employer.text


def reviewed(walk: Any, stage: Cast) -> None:
    college = walk(stage.college_reviewer, DESKTOP)
    college.go("/home/").click("李清照").click("审核通过").tick().click("确认审核通过")
    school = walk(stage.school_reviewer, DESKTOP)
    school.go("/home/").click("李清照").click("审核通过").prove().tick().click("审核通过", last=True)
    assert "已签约" in school.text


def terminated(walk: Any, stage: Cast, me: Stroller, case: Case) -> None:
    forget_limits()
    me.go(f"/cases/{case.pk}/").click("申请解约").fill(reason="05", explanation="双方协商一致，不再履行。")
    me.click("下一步：核对", last=True)
    me.prove().tick().click("申请解约", last=True)
    ending = Case.objects.get(parent=case)
    forget_limits()
    employer = walk(stage.employer, DESKTOP)
    employer.go(f"/cases/{ending.pk}/").click("接受").prove().tick().click("接受", last=True)
    forget_limits()
    school = walk(stage.school_reviewer, DESKTOP)
    school.go(f"/cases/{ending.pk}/").click("审核通过").prove().tick().click("审核通过", last=True)
    assert "已解约" in school.text


def forget_limits() -> None:
    """One code a minute: the tests empty the limit rather than wait."""
    Throttle.objects.filter(key__startswith="proof-").delete()


def text_of(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(io.BytesIO(pdf))
    return "".join(page.get_textpage().get_text_range() for page in document)
