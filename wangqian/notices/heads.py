"""Signed heads of the log to addresses outside, at most one an hour to each: nobody here can take them back.

Who keeps one can find any later change of the log before it (`verify.py log --head`). Configured by WANGQIAN_LOG_MAIL.
"""

from __future__ import annotations

import json
import smtplib
from datetime import timedelta

import structlog
from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db import transaction
from django.utils.translation import gettext as _

from wangqian.cases.log import head_json
from wangqian.cases.models import Head
from wangqian.notices.channels import CHANNELS
from wangqian.notices.channels.email import SECONDS
from wangqian.notices.models import Channel, HeadMail
from wangqian.people.clock import now
from wangqian.people.identity import keyed

log = structlog.get_logger(__name__)

HOUR = timedelta(hours=1)
AGAIN = timedelta(minutes=5)  # after a try that failed, or of a worker that died
LATE = timedelta(hours=3)


def work() -> int:
    """Mail the last head to whoever has had none for an hour. Returns how many were sent."""
    head = Head.objects.last()
    if head is None or not settings.LOG_MAIL or not CHANNELS[Channel.EMAIL].ready() or settings.DEMO:
        return 0
    return sum(send(head, row, address) for address in settings.LOG_MAIL if (row := claim(keyed("log-mail", address))))


def claim(key: str) -> HeadMail | None:
    """The address's row, if it is due: this worker's for five minutes."""
    with transaction.atomic():
        HeadMail.objects.bulk_create([HeadMail(address=key)], ignore_conflicts=True)
        row = HeadMail.objects.select_for_update(skip_locked=True).filter(address=key).first()
        moment = now()
        if row is None or (row.sent_at and moment < row.sent_at + HOUR) or (row.tried_at and moment < row.tried_at + AGAIN):
            return None
        row.tried_at = moment
        row.save(update_fields=["tried_at"])
        return row


def send(head: Head, row: HeadMail, address: str) -> bool:
    message = EmailMessage(
        _("事件日志头 %(size)d · %(site)s") % {"size": head.size, "site": head.origin},
        letter(head),
        to=[address],
        headers={"Auto-Submitted": "auto-generated"},
        connection=get_connection(timeout=SECONDS),
    )
    message.attach(f"head-{head.size}.json", json.dumps(head_json(head), indent=1), "application/json")
    try:
        message.send()
    except (smtplib.SMTPException, OSError) as problem:
        log.warning("head not mailed", error=type(problem).__name__)
        return False
    HeadMail.objects.filter(pk=row.pk).update(sent_at=now(), head=head)
    return True


def letter(head: Head) -> str:
    facts = {"site": settings.SITE_URL, "size": head.size, "root": head.root, "at": head.at.isoformat(), "key": head.key_id}
    return (
        _(
            "这是 %(site)s 事件日志的签名日志头，请连同附件保存。\n\n"
            "事件数：%(size)d\n根：%(root)s\n时间：%(at)s\n公钥指纹：%(key)s\n\n"
            "以后任何人对这个时间之前的事件作出改动，都可以用您保存的附件查出来：\n"
            "在 %(site)s/log/ 下载核验程序、新的日志头和一致性证明，或者向平台索取导出的日志，然后运行\n"
            "python3 verify.py log 导出的文件夹 --head 附件\n"
        )
        % facts
    )


def status() -> tuple[bool, str]:
    """(in order, sentence) for the operator."""
    if not settings.LOG_MAIL:
        return False, _("没有设置日志头的外部收件地址（WANGQIAN_LOG_MAIL），日志头只在网站上公布。")
    if settings.DEMO or not CHANNELS[Channel.EMAIL].ready():
        return False, _("邮件没有接通，日志头没有寄往外部。")
    rows = HeadMail.objects.filter(address__in=[keyed("log-mail", address) for address in settings.LOG_MAIL])
    timely = [row for row in rows if row.sent_at and now() < row.sent_at + LATE]
    if Head.objects.exists() and len(timely) < len(settings.LOG_MAIL):
        return False, _("有外部地址超过 3 小时没有收到日志头，请检查邮件设置。")
    return True, _("日志头每小时寄往 %(count)d 个外部地址。") % {"count": len(settings.LOG_MAIL)}
