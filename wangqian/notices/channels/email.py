"""E-mail by Django's backends; the demo shows it instead."""

from __future__ import annotations

import smtplib
from collections.abc import Callable
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage, get_connection
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from wangqian.chart.words import Refused
from wangqian.notices.channels.base import Outcome, Said
from wangqian.notices.models import Notice, Reason, Result
from wangqian.people.models import User

SMTP = "django.core.mail.backends.smtp.EmailBackend"
SECONDS = 4  # per answer of the server: a worker that is told to stop does so within five
# Reads (name, bytes) of a stored file by its key; whoever stores files puts it here. It may raise `Refused` or OSError.
FILES: list[Callable[[str], tuple[str, bytes]]] = []


class Email:
    name = "email"

    def label(self) -> str:
        return _("邮件")

    def connected(self) -> bool:
        return self._real() or bool(settings.DEMO)

    def ready(self) -> bool:
        return self.connected()

    def sentence(self) -> str:
        if self._real():
            return _("邮件已接通。")
        if settings.DEMO:
            return _("演示环境：邮件只在消息页显示，不会发出。")
        return _("邮件未接通：没有设置邮件服务器（EMAIL_HOST）。")

    def address(self, user: User) -> str:
        return str(user.email)

    def masked(self, address: str) -> str:
        name, _at, host = address.rpartition("@")
        return f"{name[:1]}***@{host}"

    def send(self, notice: Notice, address: str, said: Said) -> Outcome:
        if not self.connected():
            return Outcome(Result.UNCONNECTED, self.sentence())
        try:
            validate_email(address)
        except ValidationError:
            return Outcome(Result.INVALID, _("没有可用的邮箱地址。"), Reason.ADDRESS)
        if not self._real():
            return Outcome(Result.DELIVERED, _("演示环境：只显示，不发出。"))
        return self._post(notice, address, said.text)

    def _real(self) -> bool:
        return bool(settings.EMAIL_HOST) or settings.EMAIL_BACKEND != SMTP

    def _post(self, notice: Notice, address: str, text: str) -> Outcome:
        host = urlsplit(settings.SITE_URL).hostname or "localhost"
        message = EmailMessage(
            " ".join(notice.subject.split()),
            text,
            to=[address],
            # The same id on every try: a mailbox that got it before a crash drops the second copy.
            headers={"Message-ID": f"<{notice.pk}@{host}>", "Auto-Submitted": "auto-generated"},
            connection=get_connection(timeout=SECONDS),
        )
        try:
            for read in FILES if notice.attached else ():
                message.attach(*read(notice.attached), "application/pdf")
        except (Refused, OSError):
            return Outcome(Result.FAILED, _("附件暂时读不出来。"), Reason.OTHER)
        try:
            message.send()
        except smtplib.SMTPRecipientsRefused as refused:
            codes = [code for code, _said in refused.recipients.values()]
            if codes and min(codes) >= 500:
                words = _("对方邮件服务器不认识这个邮箱（%(code)d）。") % {"code": codes[0]}
                return Outcome(Result.INVALID, words, Reason.ADDRESS)
            return Outcome(Result.FAILED, _("对方邮件服务器暂时不收。"), Reason.OTHER)
        except smtplib.SMTPResponseException as answer:
            words = _("邮件服务器暂时不收（%(code)d）。") % {"code": answer.smtp_code}
            return Outcome(Result.FAILED, words, Reason.OTHER)
        except (smtplib.SMTPException, OSError):
            return Outcome(Result.FAILED, _("连接不上邮件服务器。"), Reason.DOWN)
        return Outcome(Result.DELIVERED, _("邮件服务器已接收。"))
