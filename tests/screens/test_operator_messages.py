"""The operator's dead letters, and the delivery words on the case page."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.cast import Cast
from tests.notices.test_trouble import dead
from tests.screens.pages import PageClient, enter, read
from wangqian.notices.deliver import expand
from wangqian.notices.models import Attempt, Channel, Notice, Reason, State
from wangqian.operating import figures
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
    assert shown.count("<span>全部不再重试</span></button>") == 2
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
    assert "这条消息不需要重试：已送达、正在发送，或已决定不再重试；验证码和协助链接不重发，链接由毕业生重新发送。" in said(operator)


def test_one_and_all_of_a_kind_are_settled_on_record(cast: Cast, operator: PageClient) -> None:
    one, *others = dead(cast, Reason.ADDRESS, count=3)
    what = "不必再发的选“不再重试”：不再从这个渠道发给收件人，这里不再列出，也不再报警；谁选的、什么时候选的，会记录下来。"
    assert [what in said(operator, url) for url in (URL, "/home/")] == [True, True]
    assert operator.post(URL, {"notice": str(one.pk), "settle": "on"})["Location"] == URL
    assert "发给曹文公的这条消息不再重试，已记录。" in said(operator)
    assert operator.post(URL, {"notice": str(one.pk), "settle": "on"})["Location"] == URL
    assert "这条消息不用再处理：已送达、正在重新发送，或已决定不再重试。" in said(operator)
    assert operator.post(URL, {"channel": "sms", "reason": "address", "settle": "on"})["Location"] == URL
    assert "2 条消息不再重试，已记录。" in said(operator)
    told = Attempt.objects.order_by("notice").values_list("notice", "outcome", "words", "by")
    by = cast.operator.user.pk
    assert list(told) == [(each.pk, "settled", "由平台决定不再重试。", by) for each in (one, *others)]
    assert "没有未送达的消息" in said(operator)
    everything = said(operator, f"{URL}?range=all")
    assert (everything.count("决定不再重试</"), everything.count("<span>重试</span>")) == (3, 0)


def test_pages_and_alarm_say_the_same_number(cast: Cast, operator: PageClient) -> None:
    replaced, settled, code, old, waiting, *standing = dead(cast, Reason.BALANCE, count=7)
    for notice, columns in (
        (settled, {"settled_at": now()}),
        (code, {"template": "direct.code"}),
        (old, {"created_at": now() - timedelta(days=91)}),
        (waiting, {"state": State.FAILED}),
        (dead(cast, "", Channel.EMAIL)[0], {"instead_of": replaced, "state": State.SENT}),
    ):
        Notice.objects.filter(pk=notice.pk).update(**columns)
    assert figures.dead_letters() == 2
    shown, home = said(operator), said(operator, "/home/")
    assert (figure(shown, "已停止重试，待处理"), figure(shown, "将自动重试"), figure(home, "未送达的消息")) == ("2", "1", "3")
    assert [page.count("<span>重试</span></button>") for page in (shown, home)] == [3, 3]
    assert [page.count("<span>不再重试</span></button>") for page in (shown, home)] == [2, 2]
    for notice in standing:
        operator.post(URL, {"notice": str(notice.pk), "settle": "on"})
    assert (figures.dead_letters(), figure(said(operator), "已停止重试，待处理")) == (0, "0")


def figure(page: str, label: str) -> str:
    """The number that stands beside this label."""
    found = re.search(rf"<dt>{label}</dt>\s*<dd[^>]*>(?:<a[^>]*>)?\s*([^<\s]+)", page)
    assert found, label
    return found[1]


@pytest.mark.parametrize("template", ["direct.code", "direct.link"])
def test_what_is_asked_for_anew_has_no_buttons(cast: Cast, operator: PageClient, template: str) -> None:
    (notice,) = dead(cast, Reason.DOWN)
    Notice.objects.filter(pk=notice.pk).update(template=template)
    shown = said(operator, f"{URL}?range=all")
    assert ("曹文公" in shown, "<span>重试</span>" in shown, "<span>不再重试</span>" in shown) == (True, False, False)
    assert "没有失败的任务" in said(operator, "/home/")
    for settle in ("", "on"):
        operator.post(URL, {"notice": str(notice.pk), "settle": settle})
        assert (Notice.objects.get().state, Notice.objects.get().settled_at) == (State.DEAD, None)


@pytest.mark.parametrize("settle", ["", "on"])
def test_pressed_on_the_first_page_leads_back_to_it(cast: Cast, operator: PageClient, settle: str) -> None:
    (notice,) = dead(cast, Reason.BALANCE)
    assert operator.post(URL, {"notice": str(notice.pk), "settle": settle, "home": "on"})["Location"] == "/home/"


def test_of_others_nobody_settles(cast: Cast) -> None:
    (notice,) = dead(cast, Reason.BALANCE)
    for other in (cast.graduate, cast.employer, cast.college_reviewer, cast.school_reviewer):
        assert enter(other).post(URL, {"notice": str(notice.pk), "settle": "on"}).status_code == 404
    assert Notice.objects.get().settled_at is None


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
