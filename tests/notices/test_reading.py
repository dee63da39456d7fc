"""What pages read: inbox, unread, deliveries, all messages."""

from __future__ import annotations

from tests.cast import Cast
from wangqian.notices.deliver import (
    all_messages,
    deliveries,
    expand,
    inbox,
    mark_case_read,
    mark_read,
    send,
    unread_count,
)
from wangqian.notices.models import Notice


def test_the_inbox_holds_ones_own_messages_newest_first(cast: Cast) -> None:
    cast.signed()
    expand()
    assert [n.subject for n in inbox(cast.graduate.user)] == ["签约完成：越综合企业", "越综合企业邀请您签约"]
    assert [n.subject for n in inbox(cast.college_reviewer.user)] == ["待您审核：曹文公的签约"]
    assert list(inbox(cast.outsider.user)) == []


def test_reading_is_counted_and_touches_nobody_elses(cast: Cast) -> None:
    cast.signed()
    expand()
    mine, everybodys = cast.graduate.user, list(Notice.objects.values_list("pk", flat=True))
    others = unread_count(cast.employer.user)
    assert (unread_count(mine), others) == (2, 3)
    assert (mark_read(everybodys, mine), mark_read(everybodys, mine)) == (2, 0)
    assert (unread_count(mine), unread_count(cast.employer.user)) == (0, others)


def test_opening_a_case_reads_its_messages_alone(cast: Cast) -> None:
    case = cast.invited()
    cast.invited(cast.other_employer)
    expand()
    assert (mark_case_read(case, cast.graduate.user), unread_count(cast.graduate.user)) == (1, 1)


def test_deliveries_are_said_in_words(cast: Cast) -> None:
    case = cast.invited()
    expand()
    phone = f"138****{cast.graduate.user.phone[-4:]}"
    waiting = "越综合企业邀请您签约：正在发送"
    assert sorted(one.words for one in deliveries(case)).count(waiting) == 1
    send()
    mark_case_read(case, cast.graduate.user)
    assert sorted((one.to, one.words) for one in deliveries(case)) == sorted(
        [
            ("曹文公 · 站内消息", "越综合企业邀请您签约：已读"),
            ("曹文公 · 邮件 u***@example.com", "用人单位邀请您签约：已送达"),
            (f"曹文公 · 短信 {phone}", "越综合企业邀请您签约：已送达"),
            ("越综合企业人事 · 站内消息", "已向曹文公发出签约邀请：已送达"),
        ]
    )


def test_lists_cost_the_same_for_few_and_many(cast: Cast, django_assert_max_num_queries) -> None:  # type: ignore[no-untyped-def]
    case = cast.signed()
    expand()
    with django_assert_max_num_queries(1):
        assert len(deliveries(case)) > 6
    with django_assert_max_num_queries(1):
        assert [(n.channel_words(), n.recipient.name, n.event and n.event.case.state) for n in all_messages()]
