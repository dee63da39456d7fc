"""A message that did not arrive by SMS goes by e-mail, and the other way round: once, if that channel has not had it. One that did
not arrive by WeChat goes by either, unless one of them has had it."""

from __future__ import annotations

from django.utils import translation
from django.utils.translation import gettext as _

from wangqian.notices.channels import CHANNELS
from wangqian.notices.expand import addressed, letter, page_of, short
from wangqian.notices.models import Channel, Notice
from wangqian.notices.templates import INSTEAD, ONCE, used
from wangqian.people.clock import now

OTHERS = {
    Channel.SMS.value: (Channel.EMAIL.value,),
    Channel.EMAIL.value: (Channel.SMS.value,),
    Channel.WECHAT.value: (Channel.SMS.value, Channel.EMAIL.value),
}


def same(notice: Notice) -> dict[str, object]:
    """What the copies of one message to one person have in common."""
    return {name: getattr(notice, name) for name in ("event_id", "recipient_id", "template", "key")}


def fall_back(notice: Notice) -> None:
    """Queue another channel's copy of a message given up, in the caller's transaction.

    The unique indexes keep it single. One-time codes never go a second way: they are asked for anew; nor does what was
    meant for the account's former phone or address.
    """
    names, user = OTHERS.get(notice.channel, ()), notice.recipient
    if not names or notice.template in ONCE or notice.parting or not (notice.event_id or notice.key):
        return
    way = next((CHANNELS[name] for name in names if CHANNELS[name].connected() and CHANNELS[name].address(user)), None)
    if way is None or Notice.objects.filter(**same(notice), channel__in=names).exists():
        return
    with translation.override(user.language):
        copy = Notice(
            **same(notice),
            membership_id=notice.membership_id,
            instead_of=notice,
            **addressed(way, user, now()) | (by_sms() if way.name == Channel.SMS else by_mail(notice)),
        )
    Notice.objects.bulk_create([copy], ignore_conflicts=True)


def by_sms() -> dict[str, object]:
    """That there is something to read; what it is stands behind the login."""
    return {"subject": _("您有一条新的通知"), **short(used()[INSTEAD], str)}


def by_mail(notice: Notice) -> dict[str, object]:
    """The words of the inbox copy."""
    inbox = Notice.objects.filter(**same(notice), channel=Channel.INBOX).first()
    path = "/inbox/"
    if notice.event and notice.membership:
        path = page_of(notice.event.case, notice.membership.party)
    return {"subject": _("您有一条新的通知"), "body": letter(inbox.body if inbox else _("您有一条新的通知"), path)}
