"""Dead letters: counted by kind, sent again one by one or all of a kind, each press on record."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.cast import Cast
from tests.notices.conftest import Vendors
from tests.notices.processes import together
from wangqian.notices.deliver import expand, send, send_code
from wangqian.notices.models import Attempt, Channel, Notice, Reason, State
from wangqian.notices.trouble import in_trouble, kinds, retry, retry_all
from wangqian.people.clock import now


def dead(cast: Cast, reason: str, channel: str = Channel.SMS, count: int = 1) -> list[Notice]:
    """Messages given up."""
    return [
        Notice.objects.create(
            recipient=cast.graduate.user,
            channel=channel,
            template="direct.data_changed",
            body="…",
            state=State.DEAD,
            outcome="failed",
            reason=reason,
            tries=6,
            created_at=now(),
        )
        for _ in range(count)
    ]


def test_kinds_are_counted_the_most_frequent_first(cast: Cast) -> None:
    dead(cast, Reason.BALANCE, count=3)
    dead(cast, Reason.ADDRESS, Channel.EMAIL, count=2)
    dead(cast, Reason.ADDRESS)
    dead(cast, "")
    assert [(one.label, one.words, one.many) for one in kinds()] == [
        ("短信", "服务商账户余额不足", 3),
        ("邮件", "邮箱无效", 2),
        ("短信", "号码无效", 1),
        ("短信", "未注明", 1),
    ]
    assert kinds()[0].todo == "充值后重试。"


def test_narrowed_by_channel_and_reason(cast: Cast) -> None:
    dead(cast, Reason.BALANCE, count=3)
    dead(cast, Reason.ADDRESS, Channel.EMAIL)
    dead(cast, "")
    counts = [in_trouble(*words).count() for words in (("",), ("sms",), ("email",), ("sms", "balance"), ("", "none"), ("x", "y"))]
    assert counts == [5, 4, 1, 3, 1, 5]


def test_one_press_is_one_record(cast: Cast) -> None:
    (notice,) = dead(cast, Reason.BALANCE)
    assert (retry(notice, cast.operator.user), retry(notice, cast.operator.user)) == (True, False)
    notice.refresh_from_db()
    assert (notice.state, notice.tries) == (State.QUEUED, 0)
    assert [(one.outcome, one.by, one.words) for one in notice.attempts.all()] == [
        ("requeued", cast.operator.user, "由平台重新发送。")
    ]


def test_all_of_a_kind_and_nothing_else(cast: Cast) -> None:
    some, other = dead(cast, Reason.BALANCE, count=3), dead(cast, Reason.BALANCE, Channel.EMAIL)
    assert retry_all("sms", "balance", cast.operator.user) == 3
    assert {Notice.objects.get(pk=one.pk).state for one in some} == {State.QUEUED}
    assert Notice.objects.get(pk=other[0].pk).state == State.DEAD
    assert Attempt.objects.filter(by=cast.operator.user).count() == 3
    assert retry_all("sms", "balance", cast.operator.user) == 0


def test_what_is_old_is_history(cast: Cast) -> None:
    dead(cast, Reason.BALANCE)
    Notice.objects.update(created_at=now() - timedelta(days=91))
    assert (kinds(), retry_all("sms", "balance", cast.operator.user), in_trouble().count()) == ([], 0, 1)


def test_after_the_trouble_is_over_they_arrive(cast: Cast, vendors: Vendors) -> None:
    vendors.aliyun.says = "isv.AMOUNT_NOT_ENOUGH"
    cast.invited()
    expand()
    Notice.objects.filter(channel=Channel.EMAIL).update(state=State.SENT, next_at=None)
    for _ in range(6):
        Notice.objects.exclude(next_at=None).update(next_at=now())
        send()
    assert [(one.reason, one.many) for one in kinds()] == [("balance", 1)]
    vendors.aliyun.says = ""
    assert retry_all("sms", "balance", cast.operator.user) == 1
    assert (send(), len(vendors.aliyun.taken), kinds()) == (1, 1, [])
    notice = Notice.objects.get(channel=Channel.SMS)
    assert [one.outcome for one in notice.attempts.all()] == ["failed"] * 6 + ["requeued", "submitted"]


def test_codes_are_never_sent_again(cast: Cast, vendors: Vendors) -> None:
    vendors.aliyun.says = "isp.SYSTEM_ERROR"
    with pytest.raises(Exception, match="验证码没有发出"):
        send_code(cast.graduate.user, "042017", "接受")
    assert kinds() == []
    assert retry_all("sms", "down", cast.operator.user) == 0
    assert Notice.objects.get().state == State.DEAD


def test_two_operators_at_once_send_each_once(stage: Cast) -> None:
    dead(stage, Reason.BALANCE, count=30)
    user = stage.operator.user
    assert together(2, lambda: retry_all("sms", "balance", user)) == [0, 0]
    assert Attempt.objects.filter(outcome="requeued").count() == 30
