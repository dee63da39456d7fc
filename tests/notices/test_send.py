"""Delivery: attempts, back-off, giving up visibly, trying again, and workers that die."""

from __future__ import annotations

import smtplib
from datetime import timedelta

import pytest
from django.core import mail
from django.core.mail.backends.base import BaseEmailBackend
from pytest_django.fixtures import Settings

from tests.cast import Cast
from tests.notices.standing import Busy, Standing
from wangqian.notices.channels import CHANNELS, Outcome, sms, status
from wangqian.notices.channels.provider import Short
from wangqian.notices.deliver import deliveries, expand, retry, send
from wangqian.notices.models import Attempt, Channel, Notice, Result, State
from wangqian.notices.sending import LEASE
from wangqian.notices.trouble import in_trouble
from wangqian.people.clock import now
from wangqian.people.models import User

MINUTES = [1, 5, 30, 120, 720]


class Refusing(BaseEmailBackend):
    """A mail server that knows nobody."""

    def send_messages(self, email_messages: object) -> int:
        raise smtplib.SMTPRecipientsRefused({"somebody": (550, b"no such user")})


class Down(BaseEmailBackend):
    """A mail server out of reach."""

    def send_messages(self, email_messages: object) -> int:
        raise ConnectionRefusedError


@pytest.fixture
def invitation(cast: Cast) -> Cast:
    """One invitation: an SMS and an e-mail wait for the graduate."""
    cast.invited()
    expand()
    return cast


def the(channel: str) -> Notice:
    return Notice.objects.exclude(state=State.SENT).get(channel=channel)


def only(channel: str) -> None:
    """The other channel's message is out of the way."""
    other = Channel.SMS if channel == Channel.EMAIL else Channel.EMAIL
    Notice.objects.filter(channel=other).update(state=State.SENT, next_at=None)


def change(user: User, **columns: str) -> None:
    for name, value in columns.items():
        setattr(user, name, value)
    user.save()


def make_due() -> None:
    Notice.objects.exclude(next_at=None).update(next_at=now())


def test_mail_and_sms_go_out_once_and_the_attempt_is_kept(invitation: Cast) -> None:
    user = invitation.graduate.user
    assert (send(), send()) == (2, 0)
    assert [message.to for message in mail.outbox] == [[user.email]]
    assert mail.outbox[0].subject == "用人单位邀请您签约"
    assert f"/cases/{Notice.objects.first().event.case_id}/" in mail.outbox[0].body  # type: ignore[union-attr]
    assert set(Attempt.objects.values_list("outcome", "notice__state")) == {("delivered", "sent")}
    assert Attempt.objects.count() == 2


def test_the_address_is_the_one_at_sending(invitation: Cast) -> None:
    change(invitation.graduate.user, email="new@example.com")
    send()
    assert mail.outbox[0].to == ["new@example.com"]


def test_failures_are_tried_again_later_and_later_then_given_up_visibly(
    invitation: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    only(Channel.SMS)
    monkeypatch.setattr(sms, "provider", Busy)
    waits = []
    for _ in MINUTES:
        make_due()
        assert send() == 1
        notice = the(Channel.SMS)
        assert notice.state == State.FAILED and notice.next_at
        waits.append(round((notice.next_at - now()) / timedelta(minutes=1)))
    assert waits == MINUTES
    make_due()
    send()
    notice = the(Channel.SMS)
    assert (notice.state, notice.next_at, notice.tries) == (State.DEAD, None, 6)
    assert list(notice.attempts.values_list("outcome", "words")) == [("failed", "通道繁忙")] * 6
    assert list(in_trouble()) == [notice]
    assert send() == 0


def test_a_dead_message_can_be_sent_again(invitation: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    only(Channel.SMS)
    Notice.objects.filter(channel=Channel.SMS).update(state=State.DEAD, next_at=None, tries=6)
    notice = the(Channel.SMS)
    assert retry(notice) is True
    send()
    notice.refresh_from_db()
    assert (notice.state, notice.tries) == (State.SENT, 1)
    assert retry(notice) is False


@pytest.mark.parametrize(
    ("backend", "state", "word"),
    [(Refusing, State.DEAD, "邮箱无效"), (Down, State.FAILED, "暂时失败，将重试")],
)
def test_what_a_mail_server_says(
    invitation: Cast, settings: Settings, backend: type, state: State, word: str
) -> None:
    only(Channel.EMAIL)
    settings.EMAIL_BACKEND = f"{__name__}.{backend.__name__}"
    send()
    assert the(Channel.EMAIL).state == state
    (fared,) = [d for d in deliveries(the(Channel.EMAIL).event.case) if "邮件" in d.to]  # type: ignore[union-attr]
    assert (fared.to, fared.words) == ("曹文公 · 邮件 u***@example.com", f"用人单位邀请您签约：{word}；短信、站内消息已送达")


def test_a_number_that_cannot_be_is_given_up_at_once(invitation: Cast) -> None:
    only(Channel.SMS)
    change(invitation.graduate.user, phone="12345")
    send()
    assert (the(Channel.SMS).state, the(Channel.SMS).outcome) == (State.DEAD, Result.INVALID)
    assert "越综合企业邀请您签约：号码无效；邮件、站内消息已送达" in [d.words for d in deliveries(the(Channel.SMS).event.case)]  # type: ignore[union-attr]


def test_a_channel_that_broke_off_meanwhile(invitation: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    only(Channel.SMS)
    monkeypatch.setattr(sms, "provider", lambda: None)
    send()
    assert the(Channel.SMS).state == State.FAILED
    assert any(d.words.endswith("未接通；邮件、站内消息已送达") for d in deliveries(the(Channel.SMS).event.case))  # type: ignore[union-attr]


def test_a_channel_that_raises_counts_as_a_failed_try(invitation: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    class Broken(Standing):
        def send(self, short: Short) -> Outcome:
            raise ValueError(short.phone)

    only(Channel.SMS)
    monkeypatch.setattr(sms, "provider", Broken)
    assert send() == 1
    attempt = Attempt.objects.get()
    assert (attempt.outcome, attempt.words) == ("failed", "发送程序出错（ValueError）。")


def test_a_message_being_sent_belongs_to_its_worker_until_the_lease_ends(invitation: Cast) -> None:
    only(Channel.SMS)
    Notice.objects.filter(channel=Channel.SMS).update(state=State.SENDING, tries=1, next_at=now() + LEASE)
    assert send() == 0
    make_due()
    assert send() == 1
    assert Notice.objects.get(channel=Channel.SMS).state == State.SENT


def test_a_message_that_ends_every_worker_is_given_up_too(invitation: Cast) -> None:
    only(Channel.SMS)
    Notice.objects.filter(channel=Channel.SMS).update(state=State.SENDING, tries=6)
    make_due()
    send()
    assert the(Channel.SMS).state == State.DEAD
    assert in_trouble().count() == 1


def test_send_stops_when_told(invitation: Cast) -> None:
    assert send(stop=lambda: True) == 0


def test_how_the_channels_stand(db: None, settings: Settings) -> None:
    assert [(name, connected) for name, connected, _ in status()] == [("站内消息", True), ("邮件", True), ("短信", True), ("微信", False)]
    settings.TESTING = settings.DEMO = False
    settings.EMAIL_BACKEND, settings.EMAIL_HOST = "django.core.mail.backends.smtp.EmailBackend", ""
    assert [row[1:] for row in status()] == [
        (True, "站内消息总是可用。"),
        (False, "邮件未接通：没有设置邮件服务器（EMAIL_HOST）。"),
        (False, "短信未接通：没有短信服务商。"),
        (False, "微信未接通：没有设置服务号（WECHAT_APP_ID）。"),
    ]
    settings.DEMO = True
    assert CHANNELS["email"].connected() and CHANNELS["sms"].connected()
