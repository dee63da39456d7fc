"""Template messages: who gets them, what they say, what becomes of them, and by what other way they arrive."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.cast import Cast
from tests.notices.wechat_stage import Stage, bound
from tests.notices.weixin import event
from tests.screens.employer_stage import words
from tests.screens.pages import enter
from wangqian.notices import trouble
from wangqian.notices.deliver import deliveries, expand, message, send, tell_changed, word
from wangqian.notices.models import Attempt, Channel, Notice, Reason, State
from wangqian.notices.wechat import cards
from wangqian.notices.wechat.lint import problems
from wangqian.notices.words import DIRECT, TEXTS, Text
from wangqian.people.clock import now

EVERY = {**TEXTS, **DIRECT}


@pytest.fixture
def waiting(cast: Cast, wechat: Stage) -> Notice:
    """An invitation's message to a graduate with a bound WeChat."""
    wechat.bind(cast.graduate)
    cast.invited()
    expand()
    Notice.objects.exclude(channel=Channel.WECHAT).update(next_at=None)
    return Notice.objects.get(channel=Channel.WECHAT)


def sent(notice: Notice) -> Notice:
    Notice.objects.filter(pk=notice.pk).update(next_at=now())
    send(1)
    return Notice.objects.get(pk=notice.pk)


def finished(wechat: Stage, notice: Notice, status: str) -> Notice:
    (attempt,) = notice.attempts.all()
    wechat.tell(event(bound(notice.recipient), "TEMPLATESENDJOBFINISH", MsgID=attempt.reference, Status=status))
    return Notice.objects.get(pk=notice.pk)


# --- what goes out ------------------------------------------------------------------------------------


def test_a_bound_person_gets_it_with_the_way_to_the_page(waiting: Notice, wechat: Stage) -> None:
    notice = sent(waiting)
    (taken,) = wechat.weixin.sent
    assert taken["template_id"] == "TPL-deadline"
    assert taken["data"]["thing1"]["value"] == "越综合企业邀请您签约" and "24:00" in taken["data"]["thing4"]["value"]
    assert taken["url"] == f"http://localhost:8000/login/wechat/?next=/cases/{waiting.event.case_id}/"  # type: ignore[union-attr]
    assert (notice.state, word(notice), notice.address) == (State.SUBMITTED, "已提交微信", "")
    assert notice.body.startswith("事项：越综合企业邀请您签约\n截止时间：")


def test_nobody_else_does(cast: Cast, wechat: Stage) -> None:
    cast.invited()
    expand()
    assert not Notice.objects.filter(channel=Channel.WECHAT).exists()


def test_his_own_act_is_not_told_by_wechat(cast: Cast, wechat: Stage) -> None:
    wechat.bind(cast.graduate)
    case = cast.invited()
    cast.act(case, "decline", cast.graduate, {"reason": "因家事"})
    expand()
    assert set(Notice.objects.filter(channel=Channel.WECHAT).values_list("template", flat=True)) == {"online.invite.graduate"}


def test_a_direct_message_goes_as_well(cast: Cast, wechat: Stage) -> None:
    wechat.bind(cast.graduate)
    message(cast.graduate.user, "factor_added", {"what": "通行密钥"}, key="k", path="/account/factors/")
    send()
    (taken,) = wechat.weixin.sent
    assert taken["template_id"] == "TPL-account" and taken["data"]["thing2"]["value"] == "您的账号添加了通行密钥"


def test_where_wechat_is_not_connected_nothing_is_asked_of_the_database(cast: Cast) -> None:
    case = cast.invited()
    with CaptureQueriesContext(connection) as found:
        expand()
    assert case and not [one for one in found if "wechat" in one["sql"]]


def test_a_text_without_a_template_of_this_installation_is_not_made(cast: Cast, wechat: Stage) -> None:
    wechat.bind(cast.graduate)
    wechat.settings.WECHAT = {**wechat.settings.WECHAT, "templates": "/nowhere.csv"}
    cast.invited()
    expand()
    assert not Notice.objects.filter(channel=Channel.WECHAT).exists()


def test_a_change_of_many_graduates_asks_for_their_wechats_at_once(cast: Cast, wechat: Stage) -> None:
    def asked(names: str) -> int:
        people = [cast.graduate_named(name) for name in names]
        for one in people[::2]:
            wechat.bind(one, str(one.user.pk))
        with CaptureQueriesContext(connection) as found:
            tell_changed("示范大学", {one.membership.graduate.pk: "专业" for one in people}, names)  # type: ignore[union-attr]
        assert Notice.objects.filter(channel=Channel.WECHAT, key=names).count() == len(people[::2])
        return len([one for one in found if "people_wechatlink" in one["sql"]])

    assert (asked("甲乙丙"), asked("子丑寅卯辰巳午未申酉戌亥")) == (1, 1)


# --- what becomes of it -------------------------------------------------------------------------------


def test_its_receipt_says_that_it_arrived_once(cast: Cast, waiting: Notice, wechat: Stage) -> None:
    notice = finished(wechat, sent(waiting), "success")
    assert (notice.state, word(notice), notice.words) == (State.SENT, "已送达", "微信回执：已送达。")
    again = finished(wechat, notice, "failed: system failed")
    assert again.state == State.SENT
    page = words(enter(cast.school_reviewer).get(f"/cases/{waiting.event.case_id}/"))  # type: ignore[union-attr]
    assert "曹文公 · 微信" in page and "已送达" in page


@pytest.mark.parametrize(
    ("status", "reason", "said"),
    [
        ("failed:user block", Reason.BLOCKED, "用户在微信里拒收（failed:user_block）"),
        ("failed: system failed", Reason.OTHER, "其他原因（failed:_system_failed）"),
    ],
)
def test_what_did_not_arrive_goes_another_way(waiting: Notice, wechat: Stage, status: str, reason: str, said: str) -> None:
    Notice.objects.filter(channel__in=(Channel.SMS, Channel.EMAIL)).delete()
    notice = finished(wechat, sent(waiting), status)
    assert (notice.state, notice.reason) == (State.DEAD, reason)
    assert notice.words.startswith(said.partition("（")[0])
    copy = Notice.objects.get(instead_of=notice)
    assert (copy.channel, copy.body) == (Channel.SMS, "您在网签平台有一条新的通知，请登录查看。")


def test_nothing_goes_again_where_another_way_has_had_it(waiting: Notice, wechat: Stage) -> None:
    notice = finished(wechat, sent(waiting), "failed:user block")
    assert notice.state == State.DEAD and not Notice.objects.filter(instead_of=notice).exists()
    (told,) = [one for one in deliveries(waiting.event.case) if "微信" in one.to]  # type: ignore[union-attr]
    assert told.word == "未送达" and "站内消息已送达" in told.otherwise


CODES = [
    (43101, State.DEAD, Reason.BLOCKED),
    (40003, State.DEAD, Reason.ADDRESS),
    (43004, State.DEAD, Reason.ADDRESS),
    (40037, State.FAILED, Reason.TEMPLATE),
    (47003, State.FAILED, Reason.TEMPLATE),
    (45009, State.FAILED, Reason.LIMIT),
    (48001, State.FAILED, Reason.KEY),
    (-1, State.FAILED, Reason.DOWN),
    (12345, State.FAILED, Reason.OTHER),
]


@pytest.mark.parametrize(("code", "state", "reason"), CODES)
def test_codes_are_for_now_or_for_good(waiting: Notice, wechat: Stage, code: int, state: str, reason: str) -> None:
    wechat.weixin.says = code
    notice = sent(waiting)
    assert (notice.state, notice.reason) == (state, reason)
    assert bound(waiting.recipient) == "" if code == 43004 else bound(waiting.recipient) in wechat.weixin.followers


def test_whose_unfollowing_we_missed_is_unbound(waiting: Notice, wechat: Stage) -> None:
    wechat.weixin.followers.clear()
    notice = sent(waiting)
    assert (word(notice), notice.words, bound(waiting.recipient)) == ("未绑定微信", "收件人已取消关注公众号。", "")


def test_what_may_have_gone_out_is_not_delivered_twice(waiting: Notice, wechat: Stage) -> None:
    wechat.weixin.mode = "cut"
    assert sent(waiting).reason == Reason.UNKNOWN
    wechat.weixin.mode = ""
    assert (sent(waiting).state, len(wechat.weixin.sent)) == (State.SUBMITTED, 1)


def test_given_up_ones_are_sent_again_by_the_operator(cast: Cast, waiting: Notice, wechat: Stage) -> None:
    Notice.objects.filter(channel=Channel.EMAIL).delete()
    wechat.weixin.says = 43101
    assert sent(waiting).state == State.DEAD
    (kind,) = trouble.kinds()
    assert (kind.channel, kind.label, kind.reason) == ("wechat", "微信", "blocked")
    wechat.weixin.says = 0
    assert trouble.retry_all("wechat", "blocked", cast.operator.user) == 1
    send()
    assert Notice.objects.get(pk=waiting.pk).state == State.SUBMITTED and len(wechat.weixin.sent) == 1


def test_a_receipt_of_an_sms_moves_no_wechat_message(waiting: Notice, wechat: Stage) -> None:
    from wangqian.notices import receipts

    notice = sent(waiting)
    (attempt,) = Attempt.objects.all()
    row = {"biz_id": attempt.reference, "success": True, "err_code": "", "out_id": str(notice.pk)}
    assert receipts.take("aliyun", [row]) == 0


# --- what they say ------------------------------------------------------------------------------------


def test_nothing_is_wrong_with_the_registry() -> None:
    assert problems(cards.registered().values(), EVERY) == []


# Red controls. (subject of a text, finding)
WRONG = [
    ("{number}已签约", "number must not go by WeChat"),
    ("{said}", "said must not go by WeChat"),
    ("{job}岗位的邀请", "job must not go by WeChat"),
    ("证件号码有误", "says 证件号"),
    ("薪酬已更改", "says 薪"),
    ("请打开 a.cn", "says .cn"),
    ("一二三四五六七八九十一二三四五六七八九{employer}", "19 characters beside names, 20 are a keyword"),
]


@pytest.mark.parametrize(("subject", "finding"), WRONG)
def test_red_control_what_must_not_be_said_is_found(subject: str, finding: str) -> None:
    wrong = {**EVERY, "online.invite.graduate": Text(subject, "")}
    assert f"online.invite.graduate: {finding}" in problems(cards.registered().values(), wrong)


def test_red_control_the_registry_itself() -> None:
    rows = list(cards.registered().values())
    found = problems([replace(rows[0], fields={"pay": "thing"}), *rows[1:]], EVERY)
    assert found == ["progress: does not say what", "progress: field pay:thing"]
    assert "direct.factor_added: no template" in problems(rows[:2], EVERY)
    assert problems([*rows, replace(rows[2], uses=("direct.",))], EVERY)[:2] == ["slug twice: account", "direct.: 2 templates"]
    assert "nothing.: no text" in problems([*rows[:2], replace(rows[2], uses=(*rows[2].uses, "nothing."))], EVERY)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("越综合企业", "越综合企业邀请您签约"),
        ("某" * 30, "某" * 14 + "…邀请您签约"),
        ("中奖 www.evil.com", "中奖 www．evil．com邀请您签约"),
        ("甲\n【官方】", "甲 （官方）邀请您签约"),
    ],
)
def test_names_are_cut_and_the_words_around_them_are_not(name: str, said: str) -> None:
    assert cards.short("{employer}邀请您签约", {"employer": name}.__getitem__) == said
    assert len(said) <= cards.THING


def test_every_subject_fits_with_the_longest_names() -> None:
    longest = "特别长的名称" * 10
    for text in EVERY.values():
        assert 0 < len(cards.short(text.subject, lambda _name: longest)) <= cards.THING


def test_the_time_is_written_as_a_time_keyword_takes_it() -> None:
    assert cards.time_words(datetime(2026, 11, 28, 1, 5, tzinfo=UTC)) == "2026年11月28日 09:05"
