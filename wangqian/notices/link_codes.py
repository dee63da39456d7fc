"""The code that opens a capability link: an SMS to somebody who has no account, sent at once and at most once.

No message is stored: whoever gets it has no inbox. The day's budget and the net under each phone hold as for every SMS (channels/sms).
"""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from wangqian.chart.words import Refused
from wangqian.flows.models import LinkCode
from wangqian.notices.channels import CHANNELS, Said, shows
from wangqian.notices.models import Channel, Notice, Reason, Result
from wangqian.notices.sending import MESSAGES, handed
from wangqian.notices.templates import code_template
from wangqian.people.identity import masked_phone
from wangqian.people.models import User

ABOUT = "link"
SPENT = gettext_noop("今天的短信额度已用完，暂时不能发送验证码，请明天再试，急需时请联系平台。")
UNSURE = gettext_noop("短信服务商没有及时答复，验证码可能没有发出；1 分钟内没有收到的话，请重新获取。")
UNSENT = gettext_noop("验证码没有发出，请在 1 分钟后重新获取。")
UNREACHED = gettext_noop("这个手机号码收不到短信，请联系毕业生，核对号码后重新发送链接。")


def send_link_code(row: LinkCode, code: str, phone: str) -> None:
    """Raises `Refused` when it did not go out; a code that surely did not can no longer be entered."""
    approved, digits = code_template(ABOUT), {"code": code}
    letter = Notice(pk=row.pk, channel=Channel.SMS, recipient=User(phone=phone))  # what a channel asks for; never saved
    outcome = handed(letter, Said(approved.fill(digits), approved.slug, digits))
    MESSAGES.labels(Channel.SMS, outcome.result).inc()
    if outcome.result in (Result.DELIVERED, Result.SUBMITTED):
        if shows():
            row.shown = code
            row.save(update_fields=["shown"])
        return
    if outcome.reason == Reason.UNKNOWN:
        raise Refused(UNSURE)
    row.delete()
    words = {Reason.BUDGET: SPENT, Reason.ADDRESS: UNREACHED, Reason.BLOCKED: UNREACHED}
    raise Refused(words.get(Reason(outcome.reason), UNSENT) if outcome.reason else UNSENT)


def shown(most: int = 20) -> list[tuple[datetime, str, str, str, str]]:
    """Where messages are shown instead of sent, the last ones: when, by what, to whom, about what, the text."""
    label, text = str(CHANNELS[Channel.SMS].label()), code_template(ABOUT)
    rows = LinkCode.objects.select_related("link__case__graduate__person").order_by("-made_at")[:most] if shows() else []
    return [
        (row.made_at, label, masked_phone(row.link.mobile), _("验证码"), text.fill({"code": row.shown})) for row in rows if row.shown
    ]
