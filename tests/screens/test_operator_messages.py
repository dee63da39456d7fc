"""The operator's dead letters, and the delivery words on the case page."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.cast import Cast
from tests.notices.test_trouble import dead
from tests.screens.pages import PageClient, enter, read
from wangqian.notices.deliver import expand
from wangqian.notices.models import Attempt, Channel, Notice, Reason, State
from wangqian.people.clock import now

pytestmark = pytest.mark.django_db
URL = "/operator/messages/"


@pytest.fixture
def operator(cast: Cast) -> PageClient:
    return enter(cast.operator)


def said(client: PageClient, url: str = URL) -> str:
    answer = client.get(url)
    assert answer.status_code == 200
    return answer.content.decode()


def test_kinds_reasons_and_what_to_do(cast: Cast, operator: PageClient) -> None:
    dead(cast, Reason.BALANCE, count=3)
    dead(cast, Reason.ADDRESS, Channel.EMAIL)
    shown = said(operator)
    for words in ("服务商账户余额不足", "充值后重试。", "邮箱无效", "近 90 天已停止重试的，按原因"):
        assert words in shown
    assert shown.count("<span>全部重试</span></button>") == 2
    assert "内容" not in shown.replace("消息内容不给平台看", "").replace("内容被运营商拦截", "")


def test_filters(cast: Cast, operator: PageClient) -> None:
    dead(cast, Reason.BALANCE, count=3)
    dead(cast, Reason.ADDRESS, Channel.EMAIL)

    def rows(words: str) -> int:
        return said(operator, f"{URL}?{words}").count("<span>重试</span></button>")

    asked = ("", "channel=email", "channel=sms&reason=balance", "reason=address", "reason=key", "channel=nonsense&reason=%00")
    assert [rows(words) for words in asked] == [4, 1, 3, 1, 0, 4]


def test_one_and_all_of_a_kind_are_sent_again(cast: Cast, operator: PageClient) -> None:
    one, *others = dead(cast, Reason.BALANCE, count=3)
    assert operator.post(URL, {"notice": str(one.pk)})["Location"] == URL
    assert "已重新排队，稍后会再次发送给曹文公。" in said(operator)
    assert [Notice.objects.get(pk=each.pk).state for each in (one, *others)] == [State.QUEUED, State.DEAD, State.DEAD]
    assert operator.post(URL, {"channel": "sms", "reason": "balance"})["Location"] == URL
    assert "已重新排队 2 条，稍后会再次发送。" in said(operator)
    assert set(Attempt.objects.values_list("by", flat=True)) == {cast.operator.user.pk}
    assert operator.post(URL, {"notice": str(one.pk)}).status_code == 302
    assert "这条消息不需要重试" in said(operator)


@pytest.mark.parametrize(
    "given",
    [{}, {"notice": "5"}, {"notice": "01900000-0000-7000-8000-000000000000"}, {"channel": "sms"}, {"channel": "inbox", "reason": "down"},
     {"channel": "sms", "reason": "\0"}, {"notice": ""}],
)  # fmt: skip
def test_what_names_nothing_is_not_found(cast: Cast, operator: PageClient, given: dict[str, str]) -> None:
    dead(cast, Reason.DOWN)
    assert operator.post(URL, given).status_code == 404
    assert Notice.objects.get().state == State.DEAD


def test_the_page_costs_the_same_for_few_and_many_and_is_paged(cast: Cast, operator: PageClient) -> None:
    counts = []
    for count in (1, 40):
        dead(cast, Reason.BALANCE, count=count)
        said(operator)
        with CaptureQueriesContext(connection) as found:
            said(operator)
        counts.append(len(found))
    assert counts[0] == counts[1]
    assert "第 1–20 条，共 41 条" in said(operator)
    assert "第 41–41 条，共 41 条" in said(operator, f"{URL}?page=3")


def test_nothing_undelivered(operator: PageClient) -> None:
    assert "没有未送达的消息" in said(operator)


def test_home_leads_here(cast: Cast, operator: PageClient) -> None:
    dead(cast, Reason.BALANCE)
    assert URL in {href.partition("?")[0] for _, href in read(operator.get("/home/")).links}


def test_staff_see_on_the_case_page_how_each_message_fared(cast: Cast) -> None:
    case = cast.in_review()
    expand()
    sms = Notice.objects.get(channel=Channel.SMS, event__step="invite")
    letter = Notice.objects.get(channel=Channel.EMAIL, event__step="invite")
    Notice.objects.filter(pk=sms.pk).update(
        state=State.DEAD, reason=Reason.CARRIER, outcome="failed", words="停机、空号、关机或不在服务区（UNDELIV）", next_at=None
    )
    Notice.objects.filter(pk=letter.pk).update(instead_of=sms, state=State.SENT, sent_at=now(), next_at=None)
    shown = said(enter(cast.school_reviewer), f"/cases/{case.pk}/")
    assert "停机、空号、关机或不在服务区（UNDELIV）；短信未送达，已改发邮件；邮件、站内消息已送达" in shown
    assert sms.recipient.phone not in shown
    for other in (cast.graduate, cast.employer):
        assert "消息送达" not in said(enter(other), f"/cases/{case.pk}/")
