"""One-time codes and messages without an event."""

from __future__ import annotations

import pytest
from django.core import mail
from pytest_django.fixtures import Settings

from tests.cast import Cast
from wangqian.chart.words import Refused
from wangqian.notices import direct
from wangqian.notices.channels import Outcome, sms
from wangqian.notices.deliver import message, retry, send, send_code, shown_code
from wangqian.notices.direct import code_channel
from wangqian.notices.models import Attempt, Notice, Result, State
from wangqian.people.models import User


class Taking:
    """A provider that keeps what it was handed."""

    def __init__(self, result: Result = Result.DELIVERED) -> None:
        self.result = result
        self.handed: list[tuple[str, str]] = []

    def send(self, phone: str, text: str, key: str) -> Outcome:
        self.handed.append((phone, text))
        return Outcome(self.result)


def test_a_code_goes_out_at_once_and_the_demo_shows_it(cast: Cast) -> None:
    send_code(cast.graduate.user, "042017", "接受")
    notice = Notice.objects.get()
    assert notice.body == "验证码 042017，用于接受，10 分钟内有效。请勿告诉他人。"
    assert (notice.state, Attempt.objects.count()) == (State.SENT, 1)
    assert shown_code(cast.graduate.user) == "042017"
    assert shown_code(cast.employer.user) == ""


def test_production_hands_the_code_over_and_stores_no_digit(
    cast: Cast, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.TESTING = settings.DEMO = False
    taking = Taking()
    monkeypatch.setattr(sms, "provider", lambda: taking)
    user = cast.graduate.user
    send_code(user, "042017", "接受")
    assert taking.handed == [(user.phone, "验证码 042017，用于接受，10 分钟内有效。请勿告诉他人。")]
    notice = Notice.objects.get()
    assert (notice.body, notice.subject) == ("验证码已发送", "验证码")
    assert shown_code(user) == ""


@pytest.mark.parametrize(
    ("result", "sentence"), [(Result.FAILED, "没有发出"), (Result.INVALID, "手机号码无效")]
)
def test_a_code_that_did_not_go_out_is_said_and_never_sent_again(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, result: Result, sentence: str
) -> None:
    taking = Taking(result)
    monkeypatch.setattr(sms, "provider", lambda: taking)
    with pytest.raises(Refused, match=sentence):
        send_code(cast.graduate.user, "042017", "接受")
    notice = Notice.objects.get()
    assert (notice.state, notice.next_at) == (State.DEAD, None)
    assert (retry(notice), send(), len(taking.handed)) == (False, 0, 1)


def test_no_provider_no_code(cast: Cast, settings: Settings) -> None:
    settings.TESTING = settings.DEMO = False
    with pytest.raises(Refused, match="短信服务尚未接通"):
        send_code(cast.graduate.user, "042017", "接受")
    assert Notice.objects.count() == 0


def test_without_sms_the_code_goes_by_email(cast: Cast, settings: Settings) -> None:
    settings.TESTING = settings.DEMO = False
    user = cast.graduate.user
    assert code_channel(user) == "email"
    send_code(user, "042017", "接受", "email")
    assert [(one.to, "042017" in one.body) for one in mail.outbox] == [([user.email], True)]
    assert Notice.objects.get().body == "验证码已发送"
    settings.EMAIL_BACKEND, settings.EMAIL_HOST = "django.core.mail.backends.smtp.EmailBackend", ""
    with pytest.raises(Refused, match="短信和邮件都尚未接通"):
        code_channel(user)


def test_a_direct_message_is_said_once_per_key(cast: Cast) -> None:
    user: User = cast.graduate.user
    facts = {"who": "示范大学", "fields": "专业、学制"}
    assert message(user, "data_changed", facts, key="change-1") == 3
    assert message(user, "data_changed", facts, key="change-1") == 0
    assert message(user, "data_changed", facts, key="change-2") == 3
    said = {n.channel: n.body for n in Notice.objects.filter(key="change-1")}
    assert said["sms"] == "示范大学更改了您的登记信息，请登录网签平台核对，如有不符请联系示范大学。"
    assert said["inbox"].startswith("示范大学更改了您的登记信息：专业、学制。")
    assert send() == 4


def test_every_direct_text_has_a_use() -> None:
    assert set(direct.DIRECT) == {"direct.code", "direct.contact_changed", "direct.data_changed", "direct.looked_up"}
