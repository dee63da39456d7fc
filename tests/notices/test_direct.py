"""One-time codes and messages without an event."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core import mail
from pytest_django.fixtures import Settings

from tests.cast import Cast
from tests.notices.standing import Standing
from wangqian.chart.words import Refused
from wangqian.notices import direct
from wangqian.notices.channels import sms
from wangqian.notices.deliver import message, retry, send, send_code, shown_code
from wangqian.notices.direct import code_channel
from wangqian.notices.models import Attempt, Notice, Reason, Result, State
from wangqian.people.models import User

SAID = "验证码 042017，用于网签平台线上签约，10 分钟内有效，请勿告诉他人。"


def test_a_code_goes_out_at_once_and_the_demo_shows_it(cast: Cast) -> None:
    send_code(cast.graduate.user, "042017", "接受", about="online.accept")
    notice = Notice.objects.get()
    assert (notice.body, notice.approved, notice.variables) == (SAID, "code_signing", None)
    assert (notice.state, Attempt.objects.count()) == (State.SENT, 1)
    assert shown_code(cast.graduate.user) == "042017"
    assert shown_code(cast.employer.user) == ""


@pytest.mark.parametrize("answer", [Result.DELIVERED, Result.SUBMITTED])
def test_production_hands_the_code_over_and_stores_no_digit(
    cast: Cast, settings: Settings, monkeypatch: pytest.MonkeyPatch, answer: Result
) -> None:
    settings.TESTING = settings.DEMO = False
    taking = Standing(answer)
    monkeypatch.setattr(sms, "provider", lambda: taking)
    user = cast.graduate.user
    send_code(user, "042017", "接受", about="online.accept")
    (short,) = taking.handed
    assert (short.phone, short.text, short.variables) == (user.phone, SAID, {"code": "042017"})
    notice = Notice.objects.get()
    assert (notice.body, notice.subject, notice.variables) == ("验证码已发送", "验证码", None)
    assert shown_code(user) == ""


@pytest.mark.parametrize(
    ("result", "reason", "sentence"),
    [
        (Result.FAILED, Reason.DOWN, "验证码没有发出，请在 1 分钟后重新获取"),
        (Result.FAILED, Reason.UNKNOWN, "服务商没有及时答复，验证码可能没有发出"),
        (Result.FAILED, Reason.BUDGET, "今天的短信额度已用完"),
        (Result.INVALID, Reason.ADDRESS, "手机号码无效"),
    ],
)
def test_a_code_that_did_not_go_out_is_said_and_never_sent_again(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, result: Result, reason: Reason, sentence: str
) -> None:
    taking = Standing(result, reason)
    monkeypatch.setattr(sms, "provider", lambda: taking)
    with pytest.raises(Refused, match=sentence):
        send_code(cast.graduate.user, "042017", "接受")
    notice = Notice.objects.get()
    assert (notice.state, notice.next_at) == (State.DEAD, None)
    assert (retry(notice), send(), len(taking.handed), Notice.objects.count()) == (False, 0, 1, 1)


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
    assert [(one.to, one.body) for one in mail.outbox] == [
        ([user.email], "验证码 042017，用于接受，10 分钟内有效。请勿告诉他人。")
    ]
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
    assert said["sms"] == "示范大学更改了您的登记信息，请登录网签平台核对，如有不符请与其联系。"
    assert said["inbox"].startswith("示范大学更改了您的登记信息：专业、学制。")
    assert send() == 4


def test_every_direct_text_has_a_use() -> None:
    """Somebody outside the files of words names it."""
    house = Path(direct.__file__).parent.parent
    sources = [path.read_text() for path in house.rglob("*.py") if path.parent.name != "words"]
    idle = {key for key in direct.DIRECT if not any(f'"{key}"' in one or f'"{key[7:]}"' in one for one in sources)}
    assert idle == set()
