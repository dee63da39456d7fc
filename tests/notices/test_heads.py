"""Signed heads go outside by mail: at most one an hour to each address, and what is mailed can be checked."""

from __future__ import annotations

import json
import smtplib
from pathlib import Path

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from pytest_django.fixtures import Settings

from tests.cast import Cast
from tests.log.books import run
from wangqian.cases import log, log_export
from wangqian.cases.models import Head
from wangqian.notices import heads
from wangqian.notices.models import HeadMail
from wangqian.people.clock import now

ADDRESSES = ["archive@example.edu.cn", "regulator@example.gov.cn"]


@pytest.fixture(autouse=True)
def configured(settings: Settings, tmp_path: Path) -> Settings:
    settings.VAR, settings.LOG_MAIL = tmp_path, ADDRESSES
    return settings


def an_hour_later() -> None:
    HeadMail.objects.update(sent_at=now() - heads.HOUR, tried_at=now() - heads.HOUR)


def test_once_an_hour_to_each(cast: Cast) -> None:
    cast.invited()
    assert heads.work() == 0  # no head yet
    log.work()
    assert (heads.work(), heads.work()) == (2, 0)
    assert [message.to for message in mail.outbox] == [[address] for address in ADDRESSES]
    an_hour_later()
    assert heads.work() == 2
    assert heads.status() == (True, "日志头每小时寄往 2 个外部地址。")


def test_what_was_mailed_checks_a_later_export(cast: Cast, tmp_path: Path) -> None:
    case = cast.invited()
    log.work()
    heads.work()
    cast.reviewers()
    cast.act(case, "accept", cast.graduate)
    log.work()
    message = mail.outbox[0]
    name, content, kind = message.attachments[0]
    assert (name, kind) == (f"head-{Head.objects.first().size}.json", "application/json")  # type: ignore[union-attr]
    kept = tmp_path / "kept.json"
    kept.write_text(str(content), "utf-8")
    log_export.write(tmp_path / "log")
    assert run("log", tmp_path / "log", "--head", kept, "--key", json.loads(str(content))["head"]["key"]).returncode == 0
    assert json.loads(str(content))["head"]["root"] in message.body


def test_a_mail_that_failed_is_tried_again_after_five_minutes(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    cast.invited()
    log.work()

    def refuses(self: EmailBackend, messages: object) -> int:
        raise smtplib.SMTPServerDisconnected

    with monkeypatch.context() as broken:
        broken.setattr(EmailBackend, "send_messages", refuses)
        assert (heads.work(), heads.work(), mail.outbox) == (0, 0, [])
        assert heads.status() == (False, "有外部地址超过 3 小时没有收到日志头，请检查邮件设置。")
    HeadMail.objects.update(tried_at=now() - heads.AGAIN)
    assert heads.work() == 2


def test_not_configured_is_said(cast: Cast, configured: Settings) -> None:
    cast.invited()
    log.work()
    configured.LOG_MAIL = []
    sentence = "没有设置日志头的外部收件地址（WANGQIAN_LOG_MAIL），日志头只在网站上公布。"
    assert (heads.work(), heads.status()) == (0, (False, sentence))
    configured.LOG_MAIL = ADDRESSES
    configured.EMAIL_BACKEND, configured.EMAIL_HOST = "django.core.mail.backends.smtp.EmailBackend", ""
    assert (heads.work(), heads.status()) == (0, (False, "邮件没有接通，日志头没有寄往外部。"))


def test_no_address_is_stored(cast: Cast) -> None:
    cast.invited()
    log.work()
    heads.work()
    stored = "".join(map(str, HeadMail.objects.values_list()))
    assert not [address for address in ADDRESSES if address in stored]
