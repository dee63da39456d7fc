"""The first time, in Chromium: from a row of the roster to an account of his own and a signature; by slip; without scripts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.answers import TERMS
from tests.cast import Cast
from tests.flows.test_activating import SLIP, newcomer
from tests.journeys.conftest import PHONE, sizes
from tests.journeys.devices import Finger
from tests.journeys.stroller import Stroller
from tests.journeys.test_main_job import forget_limits, imported, text_of
from tests.journeys.test_second_factors import log_out, pressed
from tests.screens.door import sent
from wangqian.cases.models import Case, Event
from wangqian.chart.words import Refused
from wangqian.flows.models import Slip
from wangqian.people.clock import now
from wangqian.people.models import Actor, Favourite, Graduate, Membership, Throttle, User
from wangqian.web.wording import clock

pytestmark = pytest.mark.browser
SIZES = sizes(PHONE)
PASSWORD = "绿蚁新醅酒 red clay 7"
NEW_PHONE = "13711112222"
TOO_SOON = "之前不能办理有约束力的事项"


@pytest.fixture
def walk(browser: Any, live_server: Any, stage: Cast) -> Iterator[Any]:
    opened: list[Stroller] = []

    def enter(actor: Actor | None, size: dict[str, int], scripts: bool = True) -> Stroller:
        opened.append(Stroller(browser, live_server.url, actor, size, scripts))
        return opened[-1]

    yield enter
    for one in opened:
        one.close()


def facts(graduate: Graduate) -> dict[str, str]:
    known = {"school": str(graduate.school_id), "name": graduate.name, "kind": "resident"}
    return {**known, "number": graduate.identity_number()}


def solved_by_the_page() -> bool:
    """Whether a challenge was met, and nobody had to take the slow lane."""
    return Throttle.objects.filter(key__startswith="challenge:").exists() and not slow_lane()


def slow_lane() -> bool:
    return Throttle.objects.filter(key__startswith="slow").exists()


def own_password(me: Stroller, lands: str = "/me/confirm/$") -> Stroller:
    """The code as the worker sent it, then a password, with a finger that presses twice."""
    me.fill(code=sent())
    pressed(me, "下一步", "/activate/password/$")
    me.fill(password1=PASSWORD, password2=PASSWORD)
    me.page.get_by_role("button", name="激活并进入", exact=True).last.dblclick()
    expect(me.page).to_have_url(re.compile(lands))  # looked at again and again: the second press may break off the first page
    me.page.wait_for_load_state()
    return me.look()


def acts_as(graduate: Graduate) -> Actor:
    return Actor(Membership.objects.get(graduate=graduate))


@SIZES
def test_from_the_roster_to_a_signature(walk: Any, stage: Cast, tmp_path: Path, size: dict[str, int]) -> None:
    _ = stage.cohort, stage.college
    stage.reviewers()
    graduate = imported(walk, stage, tmp_path)
    assert not User.objects.filter(identity_index=bytes(graduate.identity_index)).exists()
    me = activated(walk(None, size), graduate)
    code = made(me)
    kept_and_invited(walk(stage.employer, size), code)
    me.actor = acts_as(graduate)
    me.go("/me/code/")
    assert "已使用" in me.text and "越综合企业" in me.text
    me.click("首页").click("查看并答复").click("接受").prove().tick().click("接受", last=True)
    assert "“接受”已完成" in me.text and Event.objects.get(step="accept").proof_method == "sms"
    log_out(me).click("学生登录").fill(login=graduate.phone, password=PASSWORD)
    pressed(me, "登录", "/home/$")
    assert "越综合企业" in me.text and "办理中 · 线上签约：学校（院系）审核，等待信息学院办理" in me.text


def activated(me: Stroller, graduate: Graduate) -> Stroller:
    """学生登录 → 激活账号 → 核对基本信息."""
    me.go("/").click("学生登录").click("第一次使用？激活账号").fill(**facts(graduate))
    pressed(me, "获取验证码", "/activate/code/$")
    assert solved_by_the_page() and "登记的手机" in me.text and graduate.phone[-4:] not in me.text
    own_password(me)
    assert "账号已激活" in me.text and "请先核对基本信息" in me.text
    assert Membership.objects.filter(graduate=graduate, active=True).count() == 1
    me.page.go_back()
    me.look()
    assert "设置密码" not in me.text  # the way back leads to no second activation
    return me.go("/home/").click("信息确认无误，进入系统")


def made(me: Stroller) -> str:
    """应约码: the card that is shown."""
    me.click("应约码").click("生成一个应约码")
    me.page.wait_for_function("document.querySelector('main img').naturalWidth > 0")
    assert "还剩 2 天 23 小时" in me.text
    return str(me.page.locator(".picture-words").inner_text())


def kept_and_invited(employer: Stroller, code: str) -> None:
    """用应约码添加 as it is read aloud; then 发起签约邀请."""
    employer.go("/home/?tab=favourites").click("用应约码添加").fill(code=code.lower().replace("-", " "))
    employer.click("加入收藏夹")
    assert "李清照（示范大学，计算机科学与技术，本科生毕业）已加入收藏夹。可以发起签约邀请。" in employer.text
    assert Favourite.objects.count() == 1
    employer.click("发起签约邀请").fill(**{name: value for name, value in TERMS.items() if name != "valid_days"})
    employer.click("下一步：核对", last=True).prove().tick().click("发起签约邀请", last=True)
    assert "等待学生应约" in employer.text


@SIZES
def test_from_activation_to_a_signature_with_a_passkey(walk: Any, stage: Cast, size: dict[str, int]) -> None:
    """What is offered after the first login is taken up at once; no SMS is waited for again."""
    stage.reviewers()
    graduate, me = newcomer(stage), walk(None, size)
    finger = Finger(me)
    activated(me, graduate).click("添加通行密钥").fill(name="我的手机")
    pressed(me, "添加", "/account/factors/codes/")
    me.click("显示恢复码").click("已抄好，返回")
    case = stage.invited(graduate=acts_as(graduate))
    me.go("/home/").click("查看并答复").click("接受").tick()
    pressed(me, "用通行密钥确认", f"/cases/{case.pk}/$")
    assert finger.count() == 1 and Event.objects.get(step="accept").proof_method == "passkey"


@SIZES
def test_a_slip_a_new_phone_and_a_day_of_waiting(walk: Any, stage: Cast, size: dict[str, int]) -> None:
    stage.reviewers()
    graduate = newcomer(stage)
    code = handed_out(walk, stage, graduate, size)
    me = walk(None, size)
    me.go("/activate/").click("我有学院发的激活码").fill(**facts(graduate), code=code.lower(), phone=NEW_PHONE)
    pressed(me, "获取验证码", "/activate/code/$")
    assert solved_by_the_page() and "137****2222" in me.text
    own_password(me)
    user = User.objects.get(phone_proven_at__isnull=False)
    assert user.binding_from and f"{clock(user.binding_from)} 之前不能应约、签约" in me.text
    me.click("信息确认无误，进入系统")
    assert f"{clock(user.binding_from)} 起可以应约、签约" in me.text
    waits_a_day(me, stage, graduate, user)


def handed_out(walk: Any, stage: Cast, graduate: Graduate, size: dict[str, int]) -> str:
    """The college asks, the school confirms, the college prints; the code as the paper says it."""
    college, school = walk(stage.college_reviewer, size), walk(stage.school_reviewer, size)
    college.go(f"/graduates/{graduate.pk}/").click("发放激活码").fill(**SLIP).click("发放激活码", last=True)
    assert "等待另一位老师确认" in college.text
    assert "确认发放" not in college.text
    school.go("/home/")
    assert "陆游的激活码等待另一位老师确认" in school.text
    school.click("查看并确认")
    assert "轮到您办理" in school.text and graduate.masked_identity() in school.text
    school.click("确认发放").click("确认发放", last=True)
    assert "已发放，等待本人激活" in school.text
    case, papers = college.page.url.removeprefix(college.base), []
    college.page.route("**/slip/", lambda route: papers.append(route.fetch().body()) or route.fulfill(body="printed"))
    college.go(case).page.get_by_role("button", name="打印密封激活码").click()
    college.page.wait_for_url("**/slip/")
    college.go(case)
    assert "激活码只在纸上" in college.text and Slip.objects.get().code == ""
    found = re.search(r"\b[0-9A-Z]{5}-[0-9A-Z]{5}\b", text_of(papers[0]))
    assert found and "/activate/slip/" in text_of(papers[0])
    return found[0]


def waits_a_day(me: Stroller, stage: Cast, graduate: Graduate, user: User) -> None:
    """What binds is refused on the page, at its address and at the door, in words; what binds nobody is not; the next day it goes on."""
    me.actor = acts_as(graduate)
    case = stage.invited(graduate=me.actor)
    me.go("/home/").click("查看并答复")
    dead = me.page.get_by_role("button", name="接受", exact=True)
    assert dead.get_attribute("aria-disabled") == "true" and TOO_SOON in me.text
    assert me.page.get_by_role("link", name="拒绝", exact=True).count() == 1
    me.go(f"/cases/{case.pk}/do/accept/")
    assert "现在不能办理" in me.text and TOO_SOON in me.text
    with pytest.raises(Refused, match=TOO_SOON):
        stage.act(case, "accept", me.actor)
    user.binding_from = now() - timedelta(seconds=1)
    user.save(update_fields=["binding_from"])
    forget_limits()
    me.go(f"/cases/{case.pk}/").click("接受").prove().tick().click("接受", last=True)
    assert "“接受”已完成" in me.text and Case.objects.get(pk=case.pk).state == "review"


@SIZES
def test_without_scripts_from_the_start_page_to_the_next_login(walk: Any, stage: Cast, size: dict[str, int]) -> None:
    graduate, me = newcomer(stage), walk(None, size, scripts=False)
    me.go("/").click("学生登录")
    assert "通行密钥" not in me.text
    me.click("第一次使用？激活账号").fill(**facts(graduate)).click("获取验证码", last=True)
    assert slow_lane() and me.page.url.endswith("/activate/code/")
    me.fill(code="12345").click("下一步", last=True)
    assert "验证码不正确" in me.text
    own_password(me)
    me.click("信息确认无误，进入系统")
    log_out(me).click("学生登录").fill(login=graduate.phone, password=PASSWORD).click("登录", last=True)
    assert f"您好，{graduate.name}" in me.text
    Throttle.objects.all().delete()  # a minute goes by: sooner no second code is sent to the same phone
    log_out(me).click("学生登录").click("用验证码登录").fill(login=graduate.phone).click("发送验证码", last=True)
    me.fill(code=sent()).click("登录", last=True)
    assert f"您好，{graduate.name}" in me.text
