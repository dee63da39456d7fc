"""SMS through real requests: what providers answer, lines that break, the second provider, and what is kept of it all."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta

import pytest

from tests.cast import Cast
from tests.notices.conftest import Vendors
from tests.notices.vendors import SECRET
from wangqian.chart.words import Refused
from wangqian.notices.channels import CHANNELS, provider, sms, status
from wangqian.notices.channels.aliyun import Aliyun
from wangqian.notices.deliver import expand, send, send_code
from wangqian.notices.direct import code_channel
from wangqian.notices.models import Attempt, Channel, Notice, Reason, Result, State
from wangqian.people.clock import now

pytestmark = pytest.mark.once  # what is said, not how it is kept


@pytest.fixture
def waiting(cast: Cast, vendors: Vendors) -> Notice:
    """An invitation's SMS to the graduate, which nobody else's message accompanies."""
    cast.invited()
    expand()
    Notice.objects.filter(channel=Channel.EMAIL).update(state=State.SENT, next_at=None)
    return Notice.objects.get(channel=Channel.SMS)


def sent(notice: Notice) -> Notice:
    """After one more try, now."""
    Notice.objects.filter(pk=notice.pk).update(next_at=now())
    send()
    return Notice.objects.get(pk=notice.pk)


def test_a_message_is_submitted_by_its_approved_template_and_its_reference_kept(waiting: Notice, vendors: Vendors) -> None:
    notice = sent(waiting)
    (taken,) = vendors.aliyun.taken
    assert (notice.state, notice.outcome, notice.next_at) == (State.SUBMITTED, Result.SUBMITTED, None)
    assert taken["text"].removeprefix("【示范大学就业】") == notice.body
    assert (taken["key"], taken["phone"]) == (str(notice.pk), notice.recipient.phone)
    attempt = Attempt.objects.get()
    assert (attempt.provider, attempt.reference, attempt.outcome) == ("aliyun", taken["reference"], "submitted")
    assert attempt.words == "阿里云短信已接收。"


ALIYUN = [
    ("isv.MOBILE_NUMBER_ILLEGAL", State.DEAD, Reason.ADDRESS),
    ("isv.BUSINESS_LIMIT_CONTROL", State.FAILED, Reason.LIMIT),
    ("isv.DAY_LIMIT_CONTROL", State.FAILED, Reason.LIMIT),
    ("Throttling.User", State.FAILED, Reason.LIMIT),
    ("isv.SMS_TEMPLATE_ILLEGAL", State.FAILED, Reason.TEMPLATE),
    ("isv.SMS_SIGNATURE_ILLEGAL", State.FAILED, Reason.TEMPLATE),
    ("isv.TEMPLATE_MISSING_PARAMETERS", State.FAILED, Reason.TEMPLATE),
    ("isv.AMOUNT_NOT_ENOUGH", State.FAILED, Reason.BALANCE),
    ("isv.OUT_OF_SERVICE", State.FAILED, Reason.BALANCE),
    ("isp.RAM_PERMISSION_DENY", State.FAILED, Reason.KEY),
    ("isv.BLACK_KEY_CONTROL_LIMIT", State.DEAD, Reason.CONTENT),
    ("isp.SYSTEM_ERROR", State.FAILED, Reason.DOWN),
    ("isv.SOMETHING_NEW", State.FAILED, Reason.OTHER),
]
TENCENT = [
    ("InvalidParameterValue.IncorrectPhoneNumber", State.DEAD, Reason.ADDRESS),
    ("FailedOperation.PhoneNumberInBlacklist", State.DEAD, Reason.BLOCKED),
    ("LimitExceeded.PhoneNumberDailyLimit", State.FAILED, Reason.LIMIT),
    ("LimitExceeded.PhoneNumberThirtySecondLimit", State.FAILED, Reason.LIMIT),
    ("FailedOperation.TemplateIncorrectOrUnapproved", State.FAILED, Reason.TEMPLATE),
    ("FailedOperation.SignatureIncorrectOrUnapproved", State.FAILED, Reason.TEMPLATE),
    ("FailedOperation.InsufficientBalanceInSmsPackage", State.FAILED, Reason.BALANCE),
    ("UnauthorizedOperation.SdkAppIdIsDisabled", State.FAILED, Reason.KEY),
    ("FailedOperation.ContainSensitiveWord", State.DEAD, Reason.CONTENT),
    ("InternalError.OtherError", State.FAILED, Reason.DOWN),
    ("FailedOperation.SomethingNew", State.FAILED, Reason.OTHER),
]


@pytest.mark.parametrize(
    ("name", "code", "state", "reason"),
    [*(("aliyun", *row) for row in ALIYUN), *(("tencent", *row) for row in TENCENT)],
)
def test_what_a_provider_refuses_is_said_for_people(
    waiting: Notice, vendors: Vendors, name: str, code: str, state: State, reason: Reason
) -> None:
    vendors.use(name)
    getattr(vendors, name).says = code
    notice = sent(waiting)
    assert (notice.state, notice.reason) == (state, reason)
    assert notice.outcome == (Result.INVALID if reason == Reason.ADDRESS else Result.FAILED)
    assert notice.words.endswith(f"（{code}）")
    assert notice.recipient.phone not in notice.words + Attempt.objects.get().words  # the vendor's own message holds it


LINES = [
    ("silent", Reason.UNKNOWN),
    ("drips", Reason.UNKNOWN),
    ("cut", Reason.UNKNOWN),
    ("nonsense", Reason.UNKNOWN),
    ("504", Reason.UNKNOWN),
    ("endless", Reason.UNKNOWN),
    ("500", Reason.UNKNOWN),
    ("503", Reason.DOWN),
    ("elsewhere", Reason.DOWN),
]


@pytest.mark.parametrize(("mode", "reason"), LINES)
def test_whatever_the_line_does_the_worker_goes_on(
    waiting: Notice, vendors: Vendors, monkeypatch: pytest.MonkeyPatch, mode: str, reason: Reason
) -> None:
    monkeypatch.setattr(provider, "READ", 0.5)
    vendors.aliyun.mode = mode
    began = time.monotonic()
    notice = sent(waiting)
    assert time.monotonic() - began < 4
    assert (notice.state, notice.reason, vendors.aliyun.asked) == (State.FAILED, reason, 1)


def test_time_outs_are_short() -> None:
    assert (provider.CONNECT, provider.READ) == (2, 3)


def test_where_it_may_have_gone_out_the_receipt_is_given_time(waiting: Notice, vendors: Vendors) -> None:
    vendors.aliyun.mode = "cut"
    notice = sent(waiting)
    assert notice.next_at and notice.next_at - now() > timedelta(minutes=4)
    assert notice.words == "服务商没有及时答复，可能已发出"


def refused(vendors: Vendors) -> None:
    vendors.settings.SMS_ALIYUN = {**vendors.settings.SMS_ALIYUN, "endpoint": "http://127.0.0.1:1"}


def broken(vendors: Vendors) -> None:
    vendors.aliyun.mode = "503"


def bankrupt(vendors: Vendors) -> None:
    vendors.aliyun.says = "isv.AMOUNT_NOT_ENOUGH"


def locked_out(vendors: Vendors) -> None:
    vendors.aliyun.secret = "another"


def unlisted(vendors: Vendors) -> None:
    vendors.aliyun.templates.clear()


@pytest.mark.parametrize("trouble", [refused, broken, bankrupt, locked_out, unlisted])
def test_the_other_provider_sends_what_the_first_cannot(
    waiting: Notice, vendors: Vendors, trouble: Callable[[Vendors], None]
) -> None:
    vendors.use("aliyun", "tencent")
    trouble(vendors)
    notice = sent(waiting)
    assert (notice.state, len(vendors.aliyun.taken), len(vendors.tencent.taken)) == (State.SUBMITTED, 0, 1)
    assert [(one.provider, one.outcome) for one in notice.attempts.all()] == [("aliyun", "failed"), ("tencent", "submitted")]


def test_red_control_with_one_provider_it_waits(waiting: Notice, vendors: Vendors) -> None:
    refused(vendors)
    assert (sent(waiting).state, vendors.tencent.asked) == (State.FAILED, 0)


@pytest.mark.parametrize(
    ("code", "mode"), [("isv.BUSINESS_LIMIT_CONTROL", ""), ("isv.MOBILE_NUMBER_ILLEGAL", ""), ("", "cut")]
)
def test_limits_wrong_numbers_and_unknown_outcomes_do_not_go_to_the_other(
    waiting: Notice, vendors: Vendors, code: str, mode: str
) -> None:
    """A limit protects the phone; what may have gone out is not sent twice."""
    vendors.use("aliyun", "tencent")
    vendors.aliyun.says, vendors.aliyun.mode = code, mode
    sent(waiting)
    assert vendors.tencent.asked == 0


def test_a_provider_that_was_down_is_asked_second_for_a_minute(waiting: Notice, vendors: Vendors) -> None:
    vendors.use("aliyun", "tencent")
    vendors.aliyun.mode = "cut"
    assert sent(waiting).state == State.FAILED
    assert sent(waiting).state == State.SUBMITTED
    assert (vendors.aliyun.asked, vendors.tencent.asked) == (1, 1)
    vendors.aliyun.mode = ""
    Attempt.objects.update(at=now() - timedelta(minutes=2))
    Notice.objects.filter(pk=waiting.pk).update(state=State.FAILED)
    sent(waiting)
    assert (vendors.aliyun.asked, vendors.tencent.asked) == (2, 1)


# --- codes ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["aliyun", "tencent"])
def test_a_code_goes_out_at_once_with_the_digits_as_its_only_variable(cast: Cast, vendors: Vendors, name: str) -> None:
    vendors.use(name)
    send_code(cast.graduate.user, "042017", "接受（越综合企业）", about="online.accept")
    (taken,) = getattr(vendors, name).taken
    assert taken["text"] == "【示范大学就业】验证码 042017，用于网签平台线上签约，10 分钟内有效，请勿告诉他人。"
    notice = Notice.objects.get()
    assert (notice.state, notice.body, notice.variables) == (State.SUBMITTED, "验证码已发送", None)


def test_a_code_is_handed_over_at_most_once(cast: Cast, vendors: Vendors) -> None:
    vendors.use("aliyun", "tencent")
    vendors.aliyun.mode = "cut"
    with pytest.raises(Refused, match="没有及时答复"):
        send_code(cast.graduate.user, "042017", "接受")
    assert (vendors.aliyun.asked, vendors.tencent.asked, send()) == (1, 0, 0)


# --- what is missing, and how it stands ---------------------------------------------------------------


def test_what_is_not_set_is_named_and_nothing_is_sent(vendors: Vendors, db: None) -> None:
    vendors.settings.SMS_ALIYUN = {**vendors.settings.SMS_ALIYUN, "key_secret": "", "sign": "【签】", "endpoint": "http://sms.example.com"}
    assert not CHANNELS["sms"].connected()
    assert CHANNELS["sms"].sentence().startswith(
        "短信未接通。设置缺少或有误：SMS_ALIYUN_KEY_SECRET、SMS_ALIYUN_SIGN、SMS_ALIYUN_ENDPOINT。"
    )
    vendors.use("aliyum", "tencent")
    assert CHANNELS["sms"].connected()
    assert "设置缺少或有误：SMS_PROVIDER。" in CHANNELS["sms"].sentence()


def test_how_it_stands_names_providers_and_budget_and_no_secret(waiting: Notice, vendors: Vendors) -> None:
    vendors.use("aliyun", "tencent")
    sent(waiting)
    (said,) = [sentence for name, _connected, sentence in status() if name == "短信"]
    assert said == "短信已接通：阿里云短信（备用：腾讯云短信）。今日已用 1 条，额度 1000 条（0%）。"
    vendors.settings.SMS_TEMPLATES = ""
    assert "阿里云短信还有 " in CHANNELS["sms"].sentence()
    assert SECRET not in CHANNELS["sms"].sentence()


def test_a_template_without_a_code_is_not_sent(waiting: Notice, vendors: Vendors) -> None:
    vendors.settings.SMS_TEMPLATES = "/nowhere.csv"
    notice = sent(waiting)
    assert (notice.state, notice.reason, vendors.aliyun.asked) == (State.FAILED, Reason.TEMPLATE, 0)


def test_the_demo_never_asks_a_provider(waiting: Notice, vendors: Vendors) -> None:
    vendors.settings.DEMO = True
    assert isinstance(sms.provider(), sms.Shown)
    assert (sent(waiting).state, vendors.aliyun.asked) == (State.SENT, 0)


def test_no_provider_gets_secrets_over_plain_http(vendors: Vendors) -> None:
    wrong = ("http://dysmsapi.aliyuncs.com", "ftp://x", "", "https://", "http://127.0.0.1.example.com")
    right = ("https://dysmsapi.aliyuncs.com", "http://127.0.0.1:8720", "http://localhost:1")
    assert [provider.unsafe(one) for one in (*wrong, *right)] == [True] * 5 + [False] * 3
    assert Aliyun().gaps() == []


def test_with_the_days_sms_used_up_codes_go_by_mail_or_are_refused(cast: Cast, vendors: Vendors) -> None:
    user = cast.graduate.user
    assert code_channel(user) == "sms"
    vendors.settings.SMS_BUDGET = 1
    send_code(user, "042017", "接受")
    assert code_channel(user) == "email"
    user.email = ""
    user.save()
    with pytest.raises(Refused, match="今天的短信额度已用完"):
        code_channel(user)
    with pytest.raises(Refused, match="今天的短信额度已用完"):
        send_code(user, "042017", "接受")
    assert len(vendors.aliyun.taken) == 1
