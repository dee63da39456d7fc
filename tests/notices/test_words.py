"""The texts against the charts: one for every told party of every step, and none besides."""

from __future__ import annotations

import html
import re
import string
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from django.db.models import F

from tests.cast import Cast
from tests.notices.walk import WALKS, Walk
from tests.screens.pages import PageClient
from wangqian.cases.models import Outbox
from wangqian.notices.channels import CHANNELS
from wangqian.notices.deliver import expand
from wangqian.notices.facts import FACTS, deadline_words, left_words
from wangqian.notices.models import Channel, Notice, State
from wangqian.notices.sending import send
from wangqian.notices.wechat.cards import card_of
from wangqian.notices.words import DIRECT, TEXTS, Text, demanded
from wangqian.people.models import User
from wangqian.web.demo_cases import bind_wechat

pytestmark = pytest.mark.once  # what is said, not how it is kept

EVERY = {**TEXTS, **DIRECT}
MOST = 70 - len("【网签】")  # one SMS, with the signature the provider puts before it
# The release that every binding flow inherits tells the employer; on paper none has an account.
NOBODY = {f"{flow}.confirm_release.employer" for flow in ("offline", "paper", "destination")}


def names(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def parts(text: Text) -> tuple[str, str, str]:
    return text.subject, text.body, text.sms


def test_every_told_party_of_every_step_has_one_text_and_no_text_is_left_over() -> None:
    wanted = list(demanded())
    assert sorted(wanted) == sorted(TEXTS)
    assert len(wanted) == len(set(wanted))


def test_every_placeholder_is_a_fact() -> None:
    unknown = {key: names("".join(parts(text))) - set(FACTS) for key, text in TEXTS.items()}
    assert {key: found for key, found in unknown.items() if found} == {}


def test_no_sms_can_hold_an_identity_number_or_pay() -> None:
    """An SMS names people, school and deadline; what was answered (reasons, sums) stays behind the login."""
    may = {"graduate", "employer", "school", "due", "who", "other", "code", "names"}
    assert {key for key, text in EVERY.items() if names(text.sms) - may} == {"direct.link"}
    assert names(EVERY["direct.link"].sms) - may == {"site", "secret"}
    assert {key for key, text in EVERY.items() if re.search(r"证件号|身份证|起薪|工资|待遇|元|\d{6}", text.sms)} == set()


def test_the_employer_never_reads_where_else_a_graduate_signed() -> None:
    text = "".join(parts(TEXTS["online.invalidate.employer"]))
    assert names(text) == {"graduate"}
    assert not re.search("其他|已签|签约成功|认证|暂停", text)


def test_sms_where_it_matters() -> None:
    some = {
        "online.invite.graduate",
        "online.remind.graduate",
        "online.approve.signed.graduate",
        "online.approve.signed.employer",
        "online.refuse.graduate",
        "online.confirm_release.graduate",
        "online.confirm_release.employer",
        "online.confirm_release.school",
        "online_termination.ask.awaiting_employer.employer",
        "online_termination.ask.awaiting_graduate.graduate",
        "online_termination.remind.other",
        "online_termination.approve.terminated.graduate",
        "offline.approve.stamping.graduate",
        "offline.send_back.graduate",
        "offline.receive.graduate",
        "offline.approve_paper.signed.graduate",
        "offline.refuse_paper.graduate",
        "offline_termination.approve.terminated.graduate",
        "offline_termination.approve.terminated.employer",
        "offline_termination.refuse.graduate",
        "paper.approve.registered.graduate",
        "paper.send_back.graduate",
        "destination.approve.registered.graduate",
        "destination.revise.graduate",
        "destination.refuse.graduate",
        *(f"{flow}.correct.graduate" for flow in ("online", "offline", "paper", "destination")),
        "dispute.uphold.graduate",
        "dispute.reject.graduate",
        "direct.data_changed",
        "direct.data_corrected",
        "direct.staff_added",
        "direct.staff_changed",
        "correction_request.grant.graduate",
    }
    assert {key for key in some if not EVERY[key].sms} == set()


@pytest.mark.parametrize("walk", WALKS)
def test_every_text_of_a_walk_is_complete(cast: Cast, walk: Walk) -> None:
    walk(cast)
    expand()
    assert Outbox.objects.filter(consumer="notices").count() == 0
    for notice in Notice.objects.all():
        assert re.search(r"[{}]|%\(|None|\n\n\n", notice.subject + notice.body) is None, notice.template
        assert notice.subject and notice.body
        assert not re.search(r"12,?000|9,?000|4301\d{14}", notice.subject + notice.body), notice.template
        if notice.channel == Channel.SMS:
            assert len(notice.body) <= MOST, (notice.template, len(notice.body))


def test_the_walks_together_say_every_text(db: None) -> None:
    assert set(TEXTS) - {template for walk in WALKS for template in templates_of(walk)} == NOBODY


def templates_of(walk: Walk) -> set[str]:
    """What one walk says, leaving nothing behind for the next."""
    start = transaction.savepoint()
    walk(Cast())
    expand(limit=5000)
    found = set(Notice.objects.values_list("template", flat=True))
    transaction.savepoint_rollback(start)
    return found


@pytest.mark.parametrize("walk", WALKS)
def test_the_demo_shows_every_message_by_every_channel(cast: Cast, walk: Walk, settings: Any) -> None:
    settings.DEMO = True
    walk(cast)
    for user in User.objects.all():
        bind_wechat(user)
    expand(limit=5000)
    send(limit=5000)
    told = Notice.objects.filter(channel=Channel.INBOX).exclude(event__user=F("recipient"))  # of one's own act by the inbox alone
    by_wechat = Notice.objects.filter(channel=Channel.WECHAT).values_list("template", "recipient")
    assert set(by_wechat) == {row for row in told.values_list("template", "recipient") if card_of(row[0])} != set()
    assert set(Notice.objects.values_list("state", flat=True)) == {State.SENT}
    sent = [(CHANNELS[one.channel].label(), one.recipient.name, one.subject, one.body) for one in Notice.objects.all()]
    assert rows(PageClient().get("/demo/messages/").content.decode()) == Counter(plain(" ".join(one)) for one in sent)


def rows(page: str) -> Counter[str]:
    """What the rows of the demo's message page say, after the time."""
    found = re.findall(r"<tr role=\"row\">\s*<th scope=\"row\".*?</tr>", page, re.DOTALL)
    return Counter(plain(html.unescape(re.sub(r"<[^>]*>", " ", row))).partition(" ")[2].partition(" ")[2] for row in found)


def plain(text: str) -> str:
    return " ".join(text.split())


@pytest.mark.parametrize(
    ("due", "words"),
    [
        (datetime(2026, 11, 23, 16, tzinfo=UTC), "11 月 23 日 24:00"),
        (datetime(2026, 11, 23, 15, 30, tzinfo=UTC), "11 月 23 日 23:30"),
        (datetime(2026, 12, 31, 16, tzinfo=UTC), "12 月 31 日 24:00"),
        (datetime(2027, 1, 1, 16, tzinfo=UTC), "2027 年 1 月 1 日 24:00"),
    ],
)
def test_a_deadline_is_said_in_shanghai_as_the_day_that_still_counts(due: datetime, words: str) -> None:
    assert deadline_words(due, datetime(2026, 11, 21, 8, tzinfo=UTC)) == words


@pytest.mark.parametrize(
    ("hours", "words"), [(72, "3 天"), (71.2, "3 天"), (24, "24 小时"), (23.1, "24 小时"), (0.2, "1 小时")]
)
def test_what_is_left(hours: float, words: str) -> None:
    at = datetime(2026, 11, 21, 8, tzinfo=UTC)
    assert left_words(at + timedelta(hours=hours), at) == words
