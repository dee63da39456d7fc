"""What did not arrive by SMS goes by e-mail, and the other way round: once, on record, said on the case page."""

from __future__ import annotations

import pytest
from django.core import mail
from django.core.mail.backends.base import BaseEmailBackend

from tests.cast import Cast
from tests.notices.conftest import Vendors
from tests.notices.test_receipts import TOKEN, aliyun_row, push
from wangqian.notices.deliver import deliveries, expand, message, retry, send
from wangqian.notices.models import Channel, Notice, Reason, State
from wangqian.people.clock import now
from wangqian.people.models import User


def own(cast: Cast, **columns: str) -> User:
    user = cast.graduate.user
    for name, value in columns.items():
        setattr(user, name, value)
    user.save()
    return user


@pytest.fixture
def by_sms_alone(cast: Cast, vendors: Vendors) -> Notice:
    """An invitation told by SMS, to somebody who gives his e-mail address only afterwards."""
    own(cast, email="")
    cast.invited()
    expand()
    own(cast, email="later@example.com")
    return Notice.objects.get(channel=Channel.SMS)


@pytest.fixture
def by_mail_alone(cast: Cast, vendors: Vendors) -> Notice:
    phone = cast.graduate.user.phone
    own(cast, phone="")
    cast.invited()
    expand()
    own(cast, phone=phone)
    return Notice.objects.get(channel=Channel.EMAIL)


def words(notice: Notice) -> list[str]:
    return [one.words for one in deliveries(notice.event.case)]  # type: ignore[union-attr]


def test_a_dead_sms_goes_by_mail(by_sms_alone: Notice, vendors: Vendors) -> None:
    vendors.aliyun.says = "isv.MOBILE_NUMBER_ILLEGAL"
    send(limit=1)
    copy = Notice.objects.get(channel=Channel.EMAIL)
    assert (copy.instead_of, copy.state, copy.template) == (by_sms_alone, State.QUEUED, by_sms_alone.template)
    assert "越综合企业邀请您签约：号码无效；短信未送达，已改发邮件；站内消息已送达" in words(by_sms_alone)
    assert send() == 1
    (letter,) = mail.outbox
    assert (letter.to, letter.subject) == (["later@example.com"], "您有一条新的通知")
    assert letter.body.startswith("越综合企业向您发出签约邀请")
    assert f"/cases/{by_sms_alone.event.case_id}/" in letter.body  # type: ignore[union-attr]
    assert "越综合企业邀请您签约：号码无效；短信未送达，已改发邮件；邮件、站内消息已送达" in words(by_sms_alone)


def test_a_failing_receipt_does_the_same(by_sms_alone: Notice, vendors: Vendors) -> None:
    vendors.settings.SMS_RECEIPT_TOKEN = TOKEN
    send()
    assert Notice.objects.filter(channel=Channel.EMAIL).count() == 0
    row = aliyun_row(by_sms_alone, "MOBILE_NOT_ON_SERVICE")
    push([row, row])
    assert Notice.objects.get(channel=Channel.EMAIL).instead_of == by_sms_alone


def test_given_up_after_many_tries_does_the_same(by_sms_alone: Notice, vendors: Vendors) -> None:
    vendors.aliyun.says = "isp.SYSTEM_ERROR"
    for _ in range(6):
        assert Notice.objects.filter(channel=Channel.EMAIL).count() == 0
        Notice.objects.filter(pk=by_sms_alone.pk).update(next_at=now())
        send(limit=1)
    assert Notice.objects.filter(channel=Channel.EMAIL).count() == 1


def test_ended_with_every_worker_does_the_same(by_sms_alone: Notice) -> None:
    Notice.objects.filter(pk=by_sms_alone.pk).update(state=State.SENDING, tries=6, next_at=now())
    send(limit=1)
    assert Notice.objects.filter(channel=Channel.EMAIL).count() == 1


class NoSuchUser(BaseEmailBackend):
    def send_messages(self, email_messages: object) -> int:
        import smtplib

        raise smtplib.SMTPRecipientsRefused({"somebody": (550, b"no such user")})


def test_a_dead_mail_goes_by_sms_with_nothing_but_that_there_is_something(by_mail_alone: Notice, vendors: Vendors) -> None:
    vendors.settings.EMAIL_BACKEND = f"{__name__}.NoSuchUser"
    send()
    send()
    copy = Notice.objects.get(channel=Channel.SMS)
    assert (copy.instead_of, copy.state, copy.approved) == (by_mail_alone, State.SUBMITTED, "new_message")
    assert vendors.aliyun.taken[0]["text"] == "【示范大学就业】您在网签平台有一条新的通知，请登录查看。"
    assert "用人单位邀请您签约：邮箱无效；邮件未送达，已改发短信；站内消息已送达" in words(by_mail_alone)


def test_once_and_not_where_the_other_channel_already_had_it(cast: Cast, vendors: Vendors) -> None:
    cast.invited()
    expand()
    sms, letter = Notice.objects.get(channel=Channel.SMS), Notice.objects.get(channel=Channel.EMAIL)
    vendors.aliyun.says, vendors.settings.EMAIL_BACKEND = "isv.MOBILE_NUMBER_ILLEGAL", f"{__name__}.NoSuchUser"
    for _ in range(2):
        send()
        assert {n.channel: n.state for n in Notice.objects.exclude(channel=Channel.INBOX)} == {"sms": "dead", "email": "dead"}
        assert retry(sms) and retry(letter)
    assert Notice.objects.filter(instead_of__isnull=False).count() == 0


def test_direct_messages_too(cast: Cast, vendors: Vendors) -> None:
    user = own(cast, email="")
    message(user, "data_changed", {"who": "示范大学", "fields": "专业"}, key="k")
    own(cast, email="later@example.com")
    vendors.aliyun.says = "isv.MOBILE_NUMBER_ILLEGAL"
    send(limit=1)
    copy = Notice.objects.get(channel=Channel.EMAIL)
    assert (copy.key, copy.subject) == ("k", "您有一条新的通知")
    assert copy.body.startswith("示范大学更改了您的登记信息：专业。")
    assert "/inbox/" in copy.body


def test_without_another_way_staff_are_told_what_to_do(cast: Cast, vendors: Vendors) -> None:
    own(cast, email="")
    cast.invited()
    expand()
    vendors.aliyun.says = "isv.MOBILE_NUMBER_ILLEGAL"
    send()
    notice = Notice.objects.get(channel=Channel.SMS)
    assert (notice.state, notice.reason) == (State.DEAD, Reason.ADDRESS)
    assert (
        "越综合企业邀请您签约：号码无效；站内消息已送达；没有别的联系方式，请提醒本人登录查看并更正联系方式" in words(notice)
    )
