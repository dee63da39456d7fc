"""Dead letters: counted by kind, sent again or settled, one by one or all of a kind, each press on record."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.cast import Cast
from tests.notices.conftest import Vendors
from tests.notices.processes import together
from wangqian.notices.deliver import expand, send, send_code
from wangqian.notices.models import Attempt, Channel, Notice, Reason, State
from wangqian.notices.trouble import ever_in_trouble, given_up, in_trouble, kinds, retry, retry_all, settle, settle_all
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
    assert (kinds(), retry_all("sms", "balance", cast.operator.user), settle_all("sms", "balance", cast.operator.user)) == ([], 0, 0)
    assert (given_up().count(), in_trouble().count(), ever_in_trouble().count()) == (0, 0, 1)


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
    code = Notice.objects.get()
    operator = cast.operator.user
    assert (kinds(), given_up().count(), in_trouble().count()) == ([], 0, 0)
    assert (retry_all("sms", "down", operator), retry(code, operator), settle(code, operator)) == (0, False, False)
    assert (Notice.objects.get().state, Attempt.objects.filter(by=operator).count()) == (State.DEAD, 0)


# --- not to be tried again ---------------------------------------------------------------------------


def noted(notice: Notice) -> list[tuple[str, str, object]]:
    return [(one.outcome, one.words, one.by) for one in notice.attempts.all()]


def test_one_is_settled_once_and_stays_so(cast: Cast) -> None:
    (notice,) = dead(cast, Reason.ADDRESS)
    operator = cast.operator.user
    assert [settle(notice, operator), settle(notice, operator), retry(notice, operator)] == [True, False, False]
    notice.refresh_from_db()
    assert (notice.state, notice.next_at, notice.settled_at is None) == (State.DEAD, None, False)
    assert noted(notice) == [("settled", "由平台决定不再重试。", operator)]
    assert (kinds(), given_up().count(), in_trouble().count(), ever_in_trouble().count()) == ([], 0, 0, 1)


def test_what_is_on_its_way_again_is_not_settled(cast: Cast) -> None:
    (notice,) = dead(cast, Reason.BALANCE)
    operator = cast.operator.user
    assert [retry(notice, operator), settle(notice, operator)] == [True, False]
    assert [one.outcome for one in notice.attempts.all()] == ["requeued"]
    Notice.objects.update(state=State.FAILED)
    assert (settle(notice, operator), Notice.objects.get().settled_at) == (False, None)


def test_all_of_a_kind_are_settled_and_nothing_else(cast: Cast) -> None:
    some, other = dead(cast, Reason.ADDRESS, count=3), dead(cast, Reason.BALANCE)
    operator = cast.operator.user
    assert [settle_all("sms", "address", operator), settle_all("sms", "address", operator)] == [3, 0]
    assert [(one.reason, one.many) for one in kinds()] == [("balance", 1)]
    assert [noted(one) for one in (*some, *other)] == [[("settled", "由平台决定不再重试。", operator)]] * 3 + [[]]


@pytest.mark.parametrize(
    ("state", "alone"), [("queued", 0), ("sending", 0), ("submitted", 0), ("sent", 0), ("failed", 0), ("dead", 1)]
)
def test_what_goes_by_another_channel_is_nobodys_trouble_unless_that_fails_too(cast: Cast, state: str, alone: int) -> None:
    """WeChat → SMS → e-mail: the last one says what became of all three."""
    first, second = dead(cast, Reason.BLOCKED, Channel.WECHAT), dead(cast, Reason.BALANCE)
    (third,) = dead(cast, Reason.ADDRESS, Channel.EMAIL)
    Notice.objects.filter(pk=second[0].pk).update(instead_of=first[0])
    Notice.objects.filter(pk=third.pk).update(instead_of=second[0], state=state)
    assert set(given_up()) == ({*first, *second, third} if alone else set())
    assert in_trouble().count() == (3 if alone else int(state == "failed"))
    Notice.objects.filter(pk=third.pk).update(instead_of=first[0])
    assert set(given_up()) == ({*first, *second, third} if alone else {*second})


def test_two_operators_at_once_send_each_once(stage: Cast) -> None:
    dead(stage, Reason.BALANCE, count=30)
    user = stage.operator.user
    assert together(2, lambda: retry_all("sms", "balance", user)) == [0, 0]
    assert Attempt.objects.filter(outcome="requeued").count() == 30


def test_two_operators_at_once_settle_or_send_each_once(stage: Cast) -> None:
    dead(stage, Reason.BALANCE, count=30)
    user = stage.operator.user
    assert together(2, lambda: settle_all("sms", "balance", user)) == [0, 0]
    assert (Attempt.objects.filter(outcome="settled").count(), given_up().count()) == (30, 0)
    dead(stage, Reason.BALANCE, count=30)
    assert together(2, lambda: settle_all("sms", "balance", user) + retry_all("sms", "balance", user)) == [0, 0]
    assert Attempt.objects.count() == 60
    assert not Notice.objects.filter(state=State.QUEUED, settled_at__isnull=False).exists()
