"""Messages that no step of a case sends: one-time codes, and news about a person's own data."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from wangqian.chart.words import Refused
from wangqian.notices.channels import CHANNELS, shows
from wangqian.notices.expand import addressed, letter, ways
from wangqian.notices.models import Channel, Notice, Result, State
from wangqian.notices.sending import handed, record
from wangqian.notices.words import DIRECT, Text
from wangqian.people.clock import now
from wangqian.people.models import Membership, User

CODE = "direct.code"
UNREACHED: dict[str, str] = {
    Channel.SMS: gettext_noop("您的手机号码无效，收不到验证码，请先在“我的信息”中更正手机号码。"),
    Channel.EMAIL: gettext_noop("您的邮箱无效，收不到验证码，请先在“我的信息”中更正邮箱。"),
}


def code_channel(user: User) -> str:
    """By what a code would reach him: SMS where it is connected, else e-mail. `Refused` when by neither."""
    for name in (Channel.SMS, Channel.EMAIL):
        channel = CHANNELS[name]
        if channel.connected() and channel.address(user):
            return str(name)
    raise Refused("短信和邮件都尚未接通，暂时不能获取验证码，请联系平台。")


def send_code(user: User, code: str, purpose_label: str, by: str = Channel.SMS) -> None:
    """A one-time code by one channel, at once, at most once. `Refused` when it did not go out.

    What is stored says only that a code was sent, except where messages are shown instead of sent.
    """
    channel, text = CHANNELS[by], DIRECT[CODE]
    if not channel.connected():
        raise Refused("短信服务尚未接通，暂时不能获取验证码，请联系平台。")
    with translation.override(user.language):
        words = _(text.sms).format(code=code, purpose=_(purpose_label))
        notice = Notice.objects.create(
            recipient=user,
            channel=by,
            template=CODE,
            subject=_(text.subject),
            body=words if shows() else _(text.body),
            address=channel.masked(channel.address(user)),
            state=State.SENDING,
            tries=1,
            created_at=now(),
        )
        record(notice, handed(notice, words), again=False)
    if notice.outcome == Result.INVALID:
        raise Refused(UNREACHED[by])
    if notice.state != State.SENT:
        raise Refused("验证码没有发出，请在 1 分钟后重新获取。")


def message(
    user: User,
    name: str,
    facts: Mapping[str, str],
    *,
    key: str,
    membership: Membership | None = None,
    path: str = "/",
) -> int:
    """Queue a message of `words/direct.py` by every channel; returns how many were made.

    The same `key` (at most 64 characters) to the same user makes none. `path` is where the e-mail leads.
    """
    template, moment = f"direct.{name}", now()
    text = DIRECT[template]
    common = {"membership": membership, "template": template, "key": key}
    with translation.override(user.language):
        made = [
            Notice(**common, **addressed(way, user, moment), **worded(way.name, text, facts, path))
            for way in ways(user, text)
        ]
    same = Notice.objects.filter(recipient=user, template=template, key=key)
    with transaction.atomic():
        before = same.count()
        Notice.objects.bulk_create(made, ignore_conflicts=True)
        return same.count() - before


def tell_changed(who: str, fields: Mapping[UUID, str], key: str) -> None:
    """ "{who} changed your data" to every graduate who has an account; `fields` are labels by graduate.

    In the caller's transaction: the message exists exactly if the change does.
    """
    template, moment = "direct.data_changed", now()
    members = Membership.objects.filter(graduate__in=list(fields), active=True).select_related("user")
    made = []
    for member in members:
        with translation.override(member.user.language):
            facts = {"who": who, "fields": fields[member.graduate_id]}  # type: ignore[index]
            made += [
                Notice(
                    membership=member,
                    template=template,
                    key=key,
                    **addressed(way, member.user, moment),
                    **worded(way.name, DIRECT[template], facts, "/me/"),
                )
                for way in ways(member.user, DIRECT[template])
            ]
    Notice.objects.bulk_create(made, ignore_conflicts=True, batch_size=1000)


def worded(channel: str, text: Text, facts: Mapping[str, str], path: str) -> dict[str, str]:
    """Subject and body for one channel."""
    body = _(text.sms if channel == Channel.SMS else text.body).format_map(facts)
    if channel == Channel.EMAIL:
        body = letter(body, path)
    return {"subject": _(text.subject).format_map(facts)[:200], "body": body}
