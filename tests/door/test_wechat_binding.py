"""绑定微信: shown, scanned, confirmed by the number; a code that was passed on binds nobody else's WeChat to my account."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.conf import settings as django_settings

from tests.cast import Cast
from tests.flows.test_activating import issued
from tests.notices.processes import together
from tests.notices.wechat_stage import Stage, bound, number_in
from tests.notices.weixin import openid
from tests.screens.door import with_password
from tests.screens.employer_stage import words
from tests.screens.pages import PageClient, enter, just_entered
from wangqian.chart.words import Refused
from wangqian.flows import activating
from wangqian.notices.deliver import send
from wangqian.notices.models import Notice
from wangqian.people import resets
from wangqian.people import wechat as binding
from wangqian.people.clock import now
from wangqian.people.models import User, WechatLink, WechatScan

MINE, OTHERS = openid("mine"), openid("others")


def begun(cast: Cast) -> PageClient:
    who = enter(cast.graduate)
    assert who.post("/account/wechat/code/")["Location"] == "/account/wechat/"
    return who


def test_from_the_account_page_to_the_first_message(cast: Cast, wechat: Stage) -> None:
    who = enter(cast.graduate)
    assert "没有绑定" in words(who.get("/account/"))
    assert "获取二维码" in words(who.get("/account/wechat/"))
    who.post("/account/wechat/code/")
    page = who.get("/account/wechat/")
    assert "我已扫码" in words(page) and "qr.svg" in page.content.decode()
    picture = who.get("/account/wechat/qr.svg")
    assert (picture.status_code, picture["Content-Type"]) == (200, "image/svg+xml")
    said = wechat.scan(MINE)
    page = who.get("/account/wechat/")
    assert "刚刚有一个微信扫码，是您吗？" in words(page) and not WechatLink.objects.exists()
    assert MINE not in page.content.decode() and number_in(said) not in words(page)
    page = who.post("/account/wechat/", {"number": number_in(said)}, follow=True)
    assert "微信已绑定" in words(page) and bound(cast.graduate.user) == MINE
    told = Notice.objects.filter(template="direct.wechat_bound")
    assert {one.channel for one in told} >= {"inbox", "wechat", "sms"}
    send()
    assert wechat.weixin.sent[-1]["data"]["thing2"]["value"] == "您的账号绑定了微信"
    assert "已绑定" in words(who.get("/account/"))


def test_the_code_carries_nothing_of_the_person_and_lives_ten_minutes(cast: Cast, wechat: Stage) -> None:
    begun(cast)
    (asked,) = wechat.weixin.scenes
    scene = asked["action_info"]["scene"]["scene_str"]
    assert (asked["expire_seconds"], len(scene)) == (600, 32)
    assert WechatScan.objects.get().scene != scene, "the database has its digest"
    begun(cast)
    assert "已失效" in wechat.scan(MINE, scene), "the one before is void"


def test_whoever_only_scanned_is_not_bound(cast: Cast, wechat: Stage) -> None:
    """A forwarded code: somebody else's WeChat gets a number, and my page asks me for it, which I have not got."""
    who = begun(cast)
    number = number_in(wechat.scan(OTHERS))
    wrong = f"{(int(number) + 1) % 10000:04d}"
    page = who.post("/account/wechat/", {"number": wrong})
    assert page.status_code == 422 and "确认号不正确" in words(page) and not WechatLink.objects.exists()
    who.post("/account/wechat/", {"number": wrong})
    page = who.post("/account/wechat/", {"number": wrong})
    assert "次数过多" in words(page)
    assert "已失效" in words(who.post("/account/wechat/", {"number": number})) and not WechatLink.objects.exists()
    assert "已失效" in wechat.scan(OTHERS)


def test_not_me_makes_it_void(cast: Cast, wechat: Stage) -> None:
    who = begun(cast)
    number = number_in(wechat.scan(OTHERS))
    assert "没有绑定任何微信" in words(who.post("/account/wechat/drop/", follow=True))
    who.post("/account/wechat/", {"number": number})
    assert not WechatLink.objects.exists()


def test_a_second_wechat_makes_it_void_for_both(cast: Cast, wechat: Stage) -> None:
    who = begun(cast)
    number = number_in(wechat.scan(OTHERS))
    assert "已失效" in wechat.scan(MINE)
    assert "不止一个微信扫过" in words(who.get("/account/wechat/"))
    who.post("/account/wechat/", {"number": number})
    assert not WechatLink.objects.exists()


def test_the_number_is_good_for_ten_minutes_of_the_code(cast: Cast, wechat: Stage) -> None:
    who = begun(cast)
    number = number_in(wechat.scan(MINE))
    WechatScan.objects.update(made_at=now() - binding.LIVES + timedelta(seconds=2))
    assert "刚刚有一个微信扫码" in words(who.get("/account/wechat/"))
    WechatScan.objects.update(made_at=now() - binding.LIVES)
    assert "已失效" in words(who.post("/account/wechat/", {"number": number})) and not WechatLink.objects.exists()
    assert who.get("/account/wechat/qr.svg").status_code == 404


def test_red_control_without_the_number_a_passed_on_code_would_bind(
    cast: Cast, wechat: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("wangqian.people.wechat.hmac.compare_digest", lambda *_both: True)
    who = begun(cast)
    wechat.scan(OTHERS)
    who.post("/account/wechat/", {"number": "0000"})
    assert bound(cast.graduate.user) == OTHERS


def test_one_wechat_one_account(cast: Cast, wechat: Stage) -> None:
    wechat.bind(cast.employer, "mine")
    who = begun(cast)
    page = who.post("/account/wechat/", {"number": number_in(wechat.scan(MINE))})
    assert "已经绑定了另一个账号" in words(page) and bound(cast.graduate.user) == ""
    wechat.bind(cast.graduate, "other")
    with pytest.raises(Refused, match="已经绑定了微信"):
        binding.offer(cast.graduate.user, "again", "http://weixin.qq.com/q/x")


def test_racing_confirmations_bind_once(stage: Cast, wechat: Stage) -> None:
    user = stage.graduate.user
    binding.offer(user, "scene", "http://weixin.qq.com/q/x")
    found = binding.scanned("scene", MINE)
    assert found

    def confirm() -> None:
        try:
            binding.confirm(user, found.number)
        except Refused:
            raise SystemExit(3) from None

    assert sorted(code or 0 for code in together(3, confirm)) == [0, 3, 3]
    assert WechatLink.objects.count() == 1


def test_unbinding_asks_who_he_is_ends_other_sessions_and_is_told(cast: Cast, wechat: Stage) -> None:
    wechat.bind(cast.graduate)
    generation = User.objects.get(pk=cast.graduate.user.pk).generation
    who = enter(cast.graduate)
    page = who.post("/account/wechat/unbind/", follow=True)
    assert "微信绑定已解除" in words(page) and bound(cast.graduate.user) == ""
    assert User.objects.get(pk=cast.graduate.user.pk).generation == generation + 1
    assert Notice.objects.filter(template="direct.wechat_unbound", channel="sms").exists()


def test_a_reset_of_a_lost_phone_and_a_slip_unbind(cast: Cast, wechat: Stage) -> None:
    wechat.bind(cast.graduate)
    resets.clear(cast.graduate.user, now())
    assert bound(cast.graduate.user) == ""
    wechat.bind(cast.graduate)
    graduate = cast.graduate.membership.graduate
    assert graduate
    _case, code = issued(cast, graduate)
    activating.accept_slip(graduate, code, "13711112222")
    assert bound(cast.graduate.user) == ""


@pytest.mark.parametrize("path", ["/account/wechat/code/", "/account/wechat/unbind/"])
def test_what_changes_how_one_comes_in_is_confirmed_again(cast: Cast, wechat: Stage, path: str) -> None:
    with_password(cast.graduate.user)
    who = enter(cast.graduate)
    session = who.session
    session.update(just_entered(cast.graduate, ago=121))
    session.save()
    assert who.post(path)["Location"].startswith("/account/again/?next=")
    assert not wechat.weixin.scenes


def test_where_wechat_does_not_answer_the_page_says_so(cast: Cast, wechat: Stage) -> None:
    wechat.weixin.says = -1
    page = enter(cast.graduate).post("/account/wechat/code/", follow=True)
    assert "微信暂时没有答复" in words(page)


def test_there_is_a_limit_on_codes(cast: Cast, wechat: Stage) -> None:
    who = enter(cast.graduate)
    for _ in range(11):
        page = who.post("/account/wechat/code/", follow=True)
    assert "过于频繁" in words(page) and len(wechat.weixin.scenes) == 10


def test_without_a_service_account_there_is_no_such_page(cast: Cast) -> None:
    who = enter(cast.graduate)
    assert django_settings.WECHAT["app_id"] == "" and "微信" not in words(who.get("/account/"))
    for path in ("", "code/", "qr.svg", "drop/", "unbind/"):
        assert {who.get(f"/account/wechat/{path}").status_code, who.post(f"/account/wechat/{path}").status_code} == {404}
