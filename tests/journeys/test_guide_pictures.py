"""The walk of the guide, on a phone, screen by screen: every picture of its chapters is taken on the way (`./run guide` keeps them)."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.answers import DESTINATIONS, OFFLINE
from tests.cast import Cast
from tests.flows.test_activating import newcomer
from tests.journeys.photographer import Photographer
from tests.journeys.test_first_time import acts_as, facts, own_password
from tests.journeys.test_main_job import work
from tests.journeys.test_second_factors import pressed
from tests.papers import BECAUSE, FAULT, REGISTRATION
from tests.screens.paper_states import LEAVING
from tests.uploads.making import drawing, saved
from wangqian.cases.models import Case
from wangqian.documents import uploads
from wangqian.documents.guide import pictures
from wangqian.people.clock import now, today
from wangqian.people.models import Actor, Graduate

pytestmark = pytest.mark.browser
Open = Callable[..., Photographer]
PHOTO: Any = {"name": "第1页.jpg", "mimeType": "image/jpeg", "buffer": saved(drawing(900, 1200), "JPEG", quality=80)}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where the pictures go: looked at and forgotten, unless somebody asked for them."""
    return Path(os.environ.get("WANGQIAN_GUIDE_PICTURES") or tmp_path)


@pytest.fixture
def phone(browser: Any, live_server: Any, stage: Cast, folder: Path, settings: Any, tmp_path_factory: Any) -> Iterator[Open]:
    settings.MEDIA_ROOT = str(tmp_path_factory.mktemp("files"))
    opened: list[Photographer] = []

    def window(actor: Actor | None = None) -> Photographer:
        opened.append(Photographer(browser, live_server.url, folder, actor))
        return opened[-1]

    yield window
    for one in opened:
        one.close()


def test_every_picture_is_taken_on_the_way(phone: Open, stage: Cast, folder: Path) -> None:
    stage.reviewers()
    graduate = newcomer(stage)
    first_time(phone(), graduate)
    me = acts_as(graduate)
    case = signs_online(phone(me), stage, me)
    ends(phone(me), case)
    signs_on_paper(phone, stage, stage.graduate_named("曹文公"))
    registers_a_paper(phone, stage, stage.graduate_named("白居易"))
    registers_a_destination(phone, stage, stage.graduate_named("李清照"))
    changes_his_mind(phone, stage, stage.graduate_named("杜甫"))
    made = sorted(path.name for path in folder.iterdir())
    assert made == sorted(one.file for one in pictures())


def own(actor: Actor, flow: str) -> Case:
    """What his phone has begun."""
    return Case.objects.get(flow=flow, graduate=actor.membership.graduate)


def hand_in(case: Case, slot: str, by: Actor) -> None:
    """A photo that can be looked at."""
    uploads.receive(case, slot, PHOTO["name"], PHOTO["buffer"], owner=by.user)


def first_time(me: Photographer, graduate: Graduate) -> None:
    """激活账号, 核对本人信息, 应约码."""
    me.go("/").click("学生登录")
    me.shoot("login").click("第一次使用？激活账号").fill(**facts(graduate))
    me.shoot("activate")
    pressed(me, "获取验证码", "/activate/code/$")
    own_password(me)
    me.shoot("confirm").click("信息确认无误，进入系统")
    me.become(acts_as(graduate)).go("/home/")
    me.shoot("home").shoot("entries", at="签约和去向登记").click("我的信息")
    me.shoot("correction")
    me.click("应约码").click("生成一个应约码")
    me.shoot("code")


def signs_online(me: Photographer, stage: Cast, actor: Actor) -> Case:
    """线上签约, to the paper."""
    case = stage.invited(graduate=actor)
    me.go("/home/").shoot("invited")
    me.click("查看并答复").shoot("invitation")
    me.click("接受").shoot("accept")
    me.prove().tick().click("接受", last=True)
    stage.approved(case)
    work()
    me.go(f"/cases/{case.pk}/").shoot("signed")
    me.click("消息").shoot("inbox")
    return case


def ends(me: Photographer, case: Case) -> None:
    me.go(f"/cases/{case.pk}/").click("申请解约").fill(reason="05", explanation="双方协商一致，不再履行。")
    me.shoot("ending")


def signs_on_paper(phone: Open, stage: Cast, actor: Actor) -> None:
    """未签就业协议申请签约: filled in, sent back, approved; then the scan."""
    me = phone(actor)
    me.go("/home/").click("未签就业协议申请签约").click("填写").fill(**OFFLINE)
    me.shoot("offline-form", at="用人单位").click("保存")
    case = own(actor, "offline")
    stage.act(case, "submit", actor, OFFLINE)
    stage.act(case, "send_back", stage.college_reviewer, FAULT)
    me.go("/home/").click("继续填写").shoot("returned")
    stage.act(case, "resubmit", actor, OFFLINE)
    stage.approved(case)
    work()
    me.go(f"/cases/{case.pk}/").shoot("stamping")
    me.click("本人回传协议书").shoot("hand-in", at="盖章的就业协议书")
    me.go(f"/cases/{case.pk}/").click("用人单位协助回传协议书").fill(mobile="13900002222")
    me.shoot("employer-help", last=True)


def registers_a_paper(phone: Open, stage: Cast, actor: Actor) -> None:
    """已签就业协议登记信息, corrected by the school afterwards."""
    me = phone(actor)
    me.go("/home/").click("已签就业协议登记信息").click("填写")
    me.page.locator("#choose-scan").set_input_files([PHOTO])
    me.page.get_by_text("已上传 1 个文件。").wait_for()
    me.shoot("paper", at="盖章的就业协议书")
    case = own(actor, "paper")
    stage.act(case, "submit", actor, {**OFFLINE, "signed_on": str(today(now()))})
    hand_in(stage.approved(case), "basis", stage.school_reviewer)
    stage.act(case, "correct", stage.school_reviewer, {**REGISTRATION, **BECAUSE})
    me.go(f"/cases/{case.pk}/").shoot("corrected")


def registers_a_destination(phone: Open, stage: Cast, actor: Actor) -> None:
    """无需就业协议去向登记, then 离校确认."""
    me = phone(actor)
    me.go("/home/").click("无需就业协议去向登记").shoot("types")
    me.fill(topic="postgraduate").click("填写").fill(**DESTINATIONS["postgraduate"])
    me.shoot("destination", at="升学")
    case = own(actor, "destination")
    hand_in(case, "evidence", actor)
    stage.act(case, "submit", actor, DESTINATIONS["postgraduate"])
    stage.approved(case)
    me.go("/me/dossier/").shoot("dossier")
    me.click("去离校确认").shoot("departure")
    me.click("核对并确认").fill(**LEAVING).click("下一步：核对")
    me.tick().click("确认登记信息")
    work()
    me.go("/me/departure/").shoot("certificate")


def changes_his_mind(phone: Open, stage: Cast, actor: Actor) -> None:
    """暂未落实 first, then an invitation."""
    stage.registered("looking", actor)
    case = stage.invited(graduate=actor)
    phone(actor).go(f"/cases/{case.pk}/").shoot("voiding")
