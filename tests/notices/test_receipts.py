"""Delivery receipts: what the vendors push moves the message, once; what is not theirs is answered neutrally."""

from __future__ import annotations

import json
import os
import signal
from typing import Any

import pytest
from django.core import mail
from django.db.models import QuerySet
from django.test import Client
from django.urls import get_resolver

from tests.cast import Cast
from tests.notices.conftest import Vendors
from tests.notices.processes import context, together
from wangqian.notices import receipts
from wangqian.notices.channels import provider
from wangqian.notices.deliver import deliveries, expand, send, send_code
from wangqian.notices.models import Attempt, Channel, Notice, Reason, Receipt, State
from wangqian.people.clock import now
from wangqian.web.receipts import MOST_BYTES

TOKEN = "a-secret-part-of-the-address"
OK = {"aliyun": {"code": 0, "msg": "接收成功"}, "tencent": {"result": 0, "errmsg": "OK"}}


@pytest.fixture
def submitted(cast: Cast, vendors: Vendors) -> Notice:
    """An SMS that 阿里云 has taken."""
    vendors.settings.SMS_RECEIPT_TOKEN = TOKEN
    return submit(cast)


def submit(cast: Cast) -> Notice:
    cast.invited()
    expand()
    send()
    return Notice.objects.get(channel=Channel.SMS)


def aliyun_row(notice: Notice, code: str = "DELIVERED", **other: Any) -> dict[str, Any]:
    """As SmsReport is documented."""
    attempt = notice.attempts.order_by("id").last()
    return {
        "phone_number": notice.recipient.phone,
        "send_time": "2026-11-21 10:00:00",
        "report_time": "2026-11-21 10:00:09",
        "success": code == "DELIVERED",
        "err_code": code,
        "err_msg": f"{notice.recipient.phone} 的状态",
        "sms_size": "1",
        "biz_id": attempt.reference if attempt else "",
        "out_id": str(notice.pk),
        **other,
    }


def tencent_row(notice: Notice, code: str = "DELIVRD") -> dict[str, Any]:
    """As 短信下发状态通知 is documented."""
    attempt = notice.attempts.order_by("id").last()
    assert attempt
    return {
        "user_receive_time": "2026-11-21 10:00:09",
        "nationcode": "86",
        "mobile": notice.recipient.phone,
        "report_status": "SUCCESS" if code == "DELIVRD" else "FAIL",
        "errmsg": code,
        "description": f"{notice.recipient.phone} 的状态",
        "sid": attempt.reference,
    }


def push(rows: Any, name: str = "aliyun", token: str = TOKEN) -> tuple[int, Any]:
    """As the vendor's server does: a POST of JSON without cookies or CSRF token."""
    client = Client(enforce_csrf_checks=True)
    answer = client.post(f"/receipts/{name}/{token}/", json.dumps(rows), content_type="application/json")
    return answer.status_code, answer.json() if answer["Content-Type"] == "application/json" else None


def after(notice: Notice) -> Notice:
    return Notice.objects.get(pk=notice.pk)


def test_submitted_until_the_carrier_says_delivered(submitted: Notice) -> None:
    assert said(submitted) == "已提交运营商"
    assert push([aliyun_row(submitted)]) == (200, OK["aliyun"])
    notice = after(submitted)
    assert (notice.state, notice.delivered_at is None, said(notice)) == (State.SENT, False, "已送达")


def said(notice: Notice) -> str:
    (one,) = [one for one in deliveries(notice.event.case) if "短信" in one.to]  # type: ignore[union-attr]
    return "；".join(filter(None, (one.word, one.otherwise.removesuffix("邮件、站内消息已送达").strip("；"))))


def test_tencent_the_same(cast: Cast, vendors: Vendors) -> None:
    vendors.settings.SMS_RECEIPT_TOKEN = TOKEN
    vendors.use("tencent")
    notice = submit(cast)
    assert push([tencent_row(notice)], "tencent") == (200, OK["tencent"])
    assert after(notice).state == State.SENT


@pytest.mark.parametrize(
    ("code", "reason", "word"),
    [
        ("INVALID_NUMBER", Reason.ADDRESS, "号码无效"),
        ("MK:0001", Reason.ADDRESS, "号码无效"),
        ("MOBILE_NOT_ON_SERVICE", Reason.CARRIER, "未送达；停机、空号、关机或不在服务区（MOBILE_NOT_ON_SERVICE）"),
        ("UNDELIV", Reason.CARRIER, "未送达；停机、空号、关机或不在服务区（UNDELIV）"),
        ("MOBILE_IN_BLACK", Reason.BLOCKED, "未送达；收件人拒收（退订或黑名单）（MOBILE_IN_BLACK）"),
        ("CONTENT_KEYWORD", Reason.CONTENT, "未送达；内容被运营商拦截（CONTENT_KEYWORD）"),
        ("isv.SMS_SIGN_ILLEGAL", Reason.TEMPLATE, "多次失败，已停止重试"),
    ],
)
def test_what_the_carrier_says_in_words(submitted: Notice, code: str, reason: Reason, word: str) -> None:
    push([aliyun_row(submitted, code)])
    notice = after(submitted)
    assert (notice.state, notice.reason, notice.next_at, said(notice)) == (State.DEAD, reason, None, word)
    assert notice.recipient.phone not in notice.words + Receipt.objects.get().words


def test_the_same_push_again_changes_nothing(submitted: Notice) -> None:
    row = aliyun_row(submitted)
    assert [push([row, row]), push([row]), push([aliyun_row(submitted, "UNDELIV")])] == [(200, OK["aliyun"])] * 3
    assert (after(submitted).state, Receipt.objects.count(), Attempt.objects.filter(provider="aliyun").count()) == (State.SENT, 1, 1)


def test_what_is_unknown_or_malformed_is_passed_over_in_silence(submitted: Notice) -> None:
    strange: list[Any] = [
        aliyun_row(submitted, biz_id="unknown", out_id=""),
        aliyun_row(submitted, biz_id="unknown", out_id="01900000-0000-7000-8000-000000000000"),
        aliyun_row(submitted, biz_id=["x"]),
        aliyun_row(submitted, biz_id="\0"),
        aliyun_row(submitted, biz_id="x" * 65),
        aliyun_row(submitted, success="true"),
        {},
        [],
        None,
        7,
        "x",
    ]
    assert push(strange) == (200, OK["aliyun"])
    assert (after(submitted).state, Receipt.objects.count()) == (State.SUBMITTED, 0)
    assert push([*strange, aliyun_row(submitted)]) == (200, OK["aliyun"])
    assert after(submitted).state == State.SENT


@pytest.mark.parametrize("body", [b"", b"{}", b"null", b"[", b"\xff", b'"x"', b"[" * 100_000])
def test_what_is_no_array_is_refused(submitted: Notice, body: bytes) -> None:
    for name in OK:
        assert Client().post(f"/receipts/{name}/{TOKEN}/", body, content_type="application/json").status_code == 400


def test_long_bodies_are_not_read(submitted: Notice) -> None:
    body = b"[" + b" " * MOST_BYTES + b"]"
    assert Client().post(f"/receipts/aliyun/{TOKEN}/", body, content_type="application/json").status_code == 400


@pytest.mark.parametrize("name", ["aliyun", "tencent"])
def test_only_with_the_token_and_only_by_post(submitted: Notice, name: str) -> None:
    rows = [aliyun_row(submitted)]
    assert [push(rows, name, wrong)[0] for wrong in (TOKEN[:-1], TOKEN + "x", "é", "x")] == [404] * 4
    assert Client().get(f"/receipts/{name}/{TOKEN}/").status_code == 405
    assert after(submitted).state == State.SUBMITTED


def test_without_a_token_in_the_settings_there_is_nothing(submitted: Notice, vendors: Vendors) -> None:
    vendors.settings.SMS_RECEIPT_TOKEN = ""
    assert [push([], "aliyun", token)[0] for token in ("x", "None")] == [404, 404]
    assert Client().post("/receipts/aliyun//", b"[]", content_type="application/json").status_code == 404


def test_a_wrong_token_is_answered_like_an_address_that_does_not_exist(submitted: Notice) -> None:
    client = Client()
    wrong = client.post("/receipts/aliyun/x/", b"[]", content_type="application/json")
    missing = client.post("/receipts/nobody/x/", b"[]", content_type="application/json")
    assert (wrong.status_code, wrong.content) == (missing.status_code, missing.content)


def test_no_other_address_takes_a_post_without_a_csrf_token() -> None:
    def exempt(patterns: Any) -> set[str]:
        found = set()
        for one in patterns:
            if hasattr(one, "url_patterns"):
                found |= exempt(one.url_patterns)
            elif getattr(one.callback, "csrf_exempt", False):
                found.add(str(one.name))
        return found

    assert exempt(get_resolver().url_patterns) == {"receipts-aliyun", "receipts-tencent", "wechat-hook"}


# --- tries and receipts that cross --------------------------------------------------------------------


def test_a_receipt_tells_of_a_try_whose_answer_never_came(cast: Cast, vendors: Vendors) -> None:
    """The line broke after 阿里云 had taken it: the receipt names our notice, and nobody gets the same twice."""
    vendors.settings.SMS_RECEIPT_TOKEN, vendors.aliyun.mode = TOKEN, "cut"
    notice = submit(cast)
    assert (notice.state, notice.reason) == (State.FAILED, Reason.UNKNOWN)
    push([aliyun_row(notice, biz_id=vendors.aliyun.taken[0]["reference"])])
    assert (after(notice).state, after(notice).next_at) == (State.SENT, None)
    assert (send(), len(vendors.aliyun.taken), Receipt.objects.count()) == (0, 1, 1)


def test_a_receipt_before_the_attempt_is_written_down_is_not_lost(submitted: Notice, vendors: Vendors) -> None:
    """The worker was killed, or is slow: the message still counts as being sent."""
    row = aliyun_row(submitted)
    Attempt.objects.filter(notice=submitted).delete()
    Notice.objects.filter(pk=submitted.pk).update(state=State.SENDING, tries=1, next_at=now())
    push([row])
    assert (after(submitted).state, send()) == (State.SENT, 0)


def test_an_older_try_that_arrived_after_all_ends_the_retries(submitted: Notice) -> None:
    row = aliyun_row(submitted)
    Notice.objects.filter(pk=submitted.pk).update(state=State.FAILED, next_at=now())
    Attempt.objects.create(notice=submitted, at=now(), outcome="failed")
    push([row])
    assert (after(submitted).state, after(submitted).next_at) == (State.SENT, None)


def test_an_older_try_that_failed_says_nothing_of_the_newer(submitted: Notice) -> None:
    row = aliyun_row(submitted, "UNDELIV")
    Attempt.objects.create(notice=submitted, at=now(), outcome="submitted", provider="tencent", reference="other")
    push([row])
    assert (after(submitted).state, Receipt.objects.get().reason) == (State.SUBMITTED, Reason.CARRIER)


def test_a_codes_receipt_is_noted_and_the_code_never_sent_again(cast: Cast, vendors: Vendors) -> None:
    vendors.settings.SMS_RECEIPT_TOKEN = TOKEN
    send_code(cast.graduate.user, "042017", "接受")
    push([aliyun_row(Notice.objects.get(), "UNDELIV")])
    assert (Notice.objects.get().state, send(), mail.outbox) == (State.DEAD, 0, [])


@pytest.mark.parametrize(("pushed", "taken"), [(True, 1), (False, 2)])
def test_a_worker_killed_after_the_vendor_took_it(
    stage: Cast, vendors: Vendors, monkeypatch: pytest.MonkeyPatch, pushed: bool, taken: int
) -> None:
    """With the receipt nobody gets it twice; red control: without one the lease ends and it goes out again."""
    vendors.settings.SMS_RECEIPT_TOKEN = TOKEN
    stage.invited()
    expand()
    Notice.objects.filter(channel=Channel.EMAIL).update(state=State.SENT, next_at=None)
    with monkeypatch.context() as patched:
        patched.setattr(provider, "read", lambda _answer: os.kill(os.getpid(), signal.SIGKILL))
        assert together(1, send) == [-signal.SIGKILL]
    notice = Notice.objects.get(channel=Channel.SMS)
    assert (notice.state, notice.attempts.count(), len(vendors.aliyun.taken)) == (State.SENDING, 0, 1)
    if pushed:
        push([aliyun_row(notice, biz_id=vendors.aliyun.taken[0]["reference"])])
    Notice.objects.exclude(next_at=None).update(next_at=now())
    send()
    assert {one["key"] for one in vendors.aliyun.taken} == {str(notice.pk)}
    assert len(vendors.aliyun.taken) == taken


def receipts_of(stage: Cast, vendors: Vendors) -> list[Any]:
    vendors.settings.SMS_RECEIPT_TOKEN = TOKEN
    return [aliyun_row(submit(stage), "INVALID_NUMBER")]


def test_the_same_push_at_the_same_moment_counts_once(stage: Cast, vendors: Vendors) -> None:
    rows = receipts_of(stage, vendors)
    assert together(2, lambda: receipts.take("aliyun", rows)) == [0, 0]
    assert Receipt.objects.count() == 1


@pytest.mark.postgres
def test_red_control_without_the_lock_one_of_them_fails(stage: Cast, vendors: Vendors, monkeypatch: pytest.MonkeyPatch) -> None:
    """The unique row keeps it single even then; the vendor would be told to push again."""
    rows = receipts_of(stage, vendors)
    gate, matching = context.Barrier(2), receipts.matching

    def both_at_once(report: Any) -> Any:
        found = matching(report)
        gate.wait(30)
        return found

    monkeypatch.setattr(QuerySet, "select_for_update", lambda query, *_, **__: query)
    monkeypatch.setattr(receipts, "matching", both_at_once)
    monkeypatch.setattr(QuerySet, "exists", lambda _query: False)
    assert sorted(together(2, lambda: receipts.take("aliyun", rows))) == [0, 1]  # type: ignore[type-var]
    assert Receipt.objects.count() == 1
