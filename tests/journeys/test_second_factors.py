"""With a virtual passkey and with an authenticator app, in Chromium: set up, log in, sign, approve."""

from __future__ import annotations

import json
import re
from base64 import b64decode
from collections.abc import Iterator
from dataclasses import replace
from hashlib import sha256
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_der_public_key
from fido2.utils import websafe_decode

from tests.cast import Cast
from tests.devices import code
from tests.factors.stage import PASSWORD, with_password
from tests.journeys.conftest import PHONE, sizes
from tests.journeys.devices import Finger, next_code_please
from tests.journeys.stroller import Stroller
from wangqian.cases.models import Case, Event, Proof, canonical
from wangqian.people import limits
from wangqian.people.models import Actor

pytestmark = pytest.mark.browser
SIZES = sizes(PHONE)


@pytest.fixture
def walk(browser: Any, live_server: Any, stage: Cast) -> Iterator[Any]:
    opened: list[Stroller] = []

    def enter(size: dict[str, int]) -> Stroller:
        opened.append(Stroller(browser, live_server.url, None, size))
        return opened[-1]

    yield enter
    for one in opened:
        one.close()


def log_in(who: Stroller, actor: Actor) -> Stroller:
    who.go("/login/").fill(login=actor.user.username, password=PASSWORD)
    return who.click("登录", last=True)


def log_out(who: Stroller) -> Stroller:
    who.page.locator("details.drop summary").click()
    return who.click("退出登录")


def pressed(who: Stroller, words: str, lands: str) -> Stroller:
    """A button whose answer comes after the browser asked the person."""
    who.page.get_by_role("button", name=words, exact=True).last.click()
    who.page.wait_for_url(re.compile(lands))
    return who.look()


def add_passkey(who: Stroller, name: str) -> Stroller:
    who.go("/account/factors/").click("添加通行密钥").fill(name=name)
    return pressed(who, "添加", "/account/factors/codes/")


@SIZES
def test_a_graduate_adds_a_passkey_logs_in_with_it_and_signs(walk: Any, stage: Cast, size: dict[str, int]) -> None:
    stage.reviewers()
    case, graduate = stage.invited(), with_password(stage.graduate)
    me = walk(size)
    finger = Finger(me)
    add_passkey(log_in(me, graduate), "我的手机").click("显示恢复码")
    assert len(re.findall(r"\b\d{4} \d{4}\b", me.text)) == 10
    me.click("已抄好，返回")
    assert "我的手机" in me.text and finger.count() == 1
    log_out(me).go("/login/")
    pressed(me, "用通行密钥登录", "/home/$")
    me.click("查看并答复").click("接受")
    me.page.get_by_role("button", name="用通行密钥确认").click()
    assert "请先勾选上面的确认" in me.text
    finger.right(False)
    me.tick().page.get_by_role("button", name="用通行密钥确认").click()
    me.page.get_by_text("没有完成：已取消").wait_for()
    me.look()
    finger.right(True)
    pressed(me, "用通行密钥确认", f"/cases/{case.pk}/$")
    assert "“接受”已完成" in me.text
    event = Event.objects.get(step="accept")
    assert event.proof_method == "passkey"
    convince(Proof.objects.get(events=event), f"{case.pk}:{event.terms_sha256}")


def convince(proof: Proof, item: str) -> None:
    """What a third party does with the evidence of a real browser: `cryptography` and the standard library."""
    kept = proof.evidence
    bound = {
        "items_sha256": sha256(canonical([item])).hexdigest(),
        "nonce": kept["nonce"],
        "proof": str(proof.pk),
        "step": proof.step,
        "user": str(proof.user_id),
    }
    client = websafe_decode(kept["client_data"])
    challenge = websafe_decode(json.loads(client)["challenge"])
    assert challenge == sha256(json.dumps(bound, sort_keys=True, separators=(",", ":")).encode()).digest()
    key = load_der_public_key(b64decode(kept["public_key"]))
    assert isinstance(key, ec.EllipticCurvePublicKey)
    signed = websafe_decode(kept["authenticator_data"]) + sha256(client).digest()
    key.verify(websafe_decode(kept["signature"]), signed, ec.ECDSA(hashes.SHA256()))


@SIZES
def test_from_a_crowded_address_the_passkeys_page_works_for_it(
    walk: Any, stage: Cast, size: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its challenge is solved and sent along with the passkey's answer; there is no slow lane left to hide in."""
    me = walk(size)
    _ = Finger(me)
    log_out(add_passkey(log_in(me, with_password(stage.graduate)), "我的手机"))
    for name in ("passkey-address", "slow-address"):
        monkeypatch.setitem(limits.LIMITS, name, replace(limits.LIMITS[name], count=1))
        limits.spend(name, "127.0.0.1")
    pressed(me.go("/login/"), "用通行密钥登录", "/home/$")


@SIZES
def test_the_acts_own_button_asks_for_the_passkey_too(walk: Any, stage: Cast, size: dict[str, int]) -> None:
    stage.reviewers()
    case, graduate = stage.invited(), with_password(stage.graduate)
    me = walk(size)
    _ = Finger(me)
    add_passkey(log_in(me, graduate), "我的手机")
    me.go(f"/cases/{case.pk}/").click("接受").tick()
    pressed(me, "接受", f"/cases/{case.pk}/$")
    assert Event.objects.get(step="accept").proof_method == "passkey"


@SIZES
def test_a_reviewer_sets_up_an_app_logs_in_with_it_and_approves(
    walk: Any, stage: Cast, settings: Any, size: dict[str, int]
) -> None:
    case = stage.in_review()
    stage.act(case, "approve", stage.college_reviewer)
    settings.SECOND_FACTOR = "obligatory"
    teacher = with_password(stage.school_reviewer)
    me = log_in(walk(size), teacher)
    assert "请先设置一种，再继续办理" in me.text
    me.click("设置验证器应用")
    secret = "".join(re.search(r"(?:[A-Z2-7]{4}\s){7}[A-Z2-7]{4}", me.text)[0].split())  # type: ignore[index]
    assert me.page.locator("main img").evaluate("image => image.naturalWidth") > 100
    me.page.get_by_role("button", name="复制密钥").click()
    me.page.get_by_text("已复制").wait_for()
    assert me.page.evaluate("document.getElementById('copy').value") == secret
    me.fill(code=code(secret)).click("完成设置", last=True).click("显示恢复码").click("已抄好，返回")
    log_in(log_out(me), teacher)
    assert me.page.url.endswith("/login/second/")
    next_code_please()
    me.fill(code=code(secret)).click("登录", last=True)
    me.go("/home/").click(case.graduate.name).click("审核通过")  # type: ignore[union-attr]
    assert "发送验证码" not in me.text
    next_code_please()
    me.fill(code=code(secret)).tick().click("确认审核通过")
    assert Case.objects.get(pk=case.pk).state == "signed"
    assert Event.objects.filter(step="approve").latest("id").proof_method == "totp"


def test_a_browser_without_passkeys_says_so(walk: Any, stage: Cast) -> None:
    """WeChat's, for instance."""
    me = walk(PHONE)
    me.context.add_init_script("delete window.PublicKeyCredential")
    me.go("/login/")
    assert "这个浏览器不支持通行密钥" in me.text
    assert not me.page.get_by_role("button", name="用通行密钥登录").is_visible()
