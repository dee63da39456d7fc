"""Messages that no step of a case sends: one-time codes, and news about a person's own data."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from wangqian.chart.words import Refused
from wangqian.notices.channels import CHANNELS, Said, shows
from wangqian.notices.expand import addressed, letter, short, ways
from wangqian.notices.models import Channel, Notice, Reason, Result, State
from wangqian.notices.neutral import subject
from wangqian.notices.sending import handed, record
from wangqian.notices.templates import CODE, code_template, used
from wangqian.notices.wechat import cards
from wangqian.notices.words import DIRECT
from wangqian.people import wechat
from wangqian.people.clock import now
from wangqian.people.models import Membership, User

LETTER = gettext_noop("验证码 {code}，用于{purpose}，10 分钟内有效。请勿告诉他人。")
SPENT = gettext_noop("今天的短信额度已用完，暂时不能用短信获取验证码，请改用邮箱或明天再试，急需时请联系平台。")
UNREACHED: dict[str, str] = {
    Channel.SMS: gettext_noop("您的手机号码无效，收不到验证码，请先在“我的信息”中更正手机号码。"),
    Channel.EMAIL: gettext_noop("您的邮箱无效，收不到验证码，请先在“我的信息”中更正邮箱。"),
}


def connected(channel: str) -> bool:
    """Whether anything can go out by it."""
    return CHANNELS[channel].connected()


def code_channel(user: User) -> str:
    """By what a code would reach him: SMS where it is connected, else e-mail. `Refused` when by neither."""
    reachable = [name for name in (Channel.SMS, Channel.EMAIL) if CHANNELS[name].connected() and CHANNELS[name].address(user)]
    for name in reachable:
        if CHANNELS[name].ready():
            return str(name)
    if reachable:
        raise Refused(SPENT)
    raise Refused("短信和邮件都尚未接通，暂时不能获取验证码，请联系平台。")


def send_code(user: User, code: str, purpose_label: str, by: str = Channel.SMS, about: str = "") -> None:
    """A one-time code by one channel, at once, at most once. `Refused` when it did not go out.

    What is stored says only that a code was sent, except where messages are shown instead of sent. An SMS is an
    approved text with the digits as its only variable; `about` (`online.accept`, `login`) chooses which.
    """
    channel = CHANNELS[by]
    if not channel.connected():
        raise Refused("短信服务尚未接通，暂时不能获取验证码，请联系平台。")
    with translation.override(user.language):
        said = code_said(by, code, purpose_label, about)
        notice = Notice.objects.create(
            recipient=user,
            channel=by,
            template=CODE,
            approved=said.approved,
            subject=_(DIRECT[CODE].subject),
            body=said.text if shows() else _(DIRECT[CODE].body),
            address=channel.masked(channel.address(user)),
            state=State.SENDING,
            tries=1,
            created_at=now(),
        )
        record(notice, handed(notice, said), again=False)
    if notice.state not in (State.SENT, State.SUBMITTED):
        raise Refused(unsent(notice))


def code_said(by: str, code: str, purpose_label: str, about: str) -> Said:
    if by == Channel.SMS:
        row, digits = code_template(about), {"code": code}
        return Said(row.fill(digits), row.slug, digits)
    return Said(_(LETTER).format(code=code, purpose=_(purpose_label)))


def unsent(notice: Notice) -> str:
    """Why the code did not go out, and what to do."""
    if notice.outcome == Result.INVALID:
        return UNREACHED[notice.channel]
    if notice.reason == Reason.BUDGET:
        return SPENT
    if notice.reason == Reason.UNKNOWN:
        return gettext_noop("短信服务商没有及时答复，验证码可能没有发出；1 分钟内没有收到的话，请重新获取。")
    return gettext_noop("验证码没有发出，请在 1 分钟后重新获取。")


def message(
    user: User,
    name: str,
    facts: Mapping[str, str],
    *,
    key: str,
    membership: Membership | None = None,
    path: str = "/",
    attached: str = "",
) -> int:
    """Queue a message of `words/direct.py` by every channel; returns how many were made.

    The same `key` (at most 64 characters) to the same user makes none. `path` is the page it leads to, `attached` the key of
    the stored file that goes with it.
    """
    template, moment = f"direct.{name}", now()
    common = {"membership": membership, "template": template, "key": key, "path": path}
    with translation.override(user.language):
        made = [
            Notice(
                **common, attached=attached if way.name == Channel.EMAIL else "",
                **addressed(way, user, moment) | worded(way.name, template, facts, path),
            )
            for way in ways(user, template)
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
    if connected(Channel.WECHAT):
        wechat.read_ahead([member.user for member in members])
    made = []
    for member in members:
        with translation.override(member.user.language):
            facts = {"who": who, "fields": fields[member.graduate_id]}  # type: ignore[index]
            made += [
                Notice(
                    membership=member,
                    template=template,
                    key=key,
                    path="/me/",
                    **addressed(way, member.user, moment) | worded(way.name, template, facts, "/me/"),
                )
                for way in ways(member.user, template)
            ]
    Notice.objects.bulk_create(made, ignore_conflicts=True, batch_size=1000)


def worded(channel: str, template: str, facts: Mapping[str, str], path: str) -> dict[str, object]:
    """Subject and body for one channel."""
    text = DIRECT[template]
    if channel == Channel.WECHAT:
        with translation.override(settings.LANGUAGE_CODE):
            words = cards.written(template, _(text.subject), facts.__getitem__, now(), path)
            return {"subject": _(text.subject).format_map(facts)[:200], **words}
    if channel == Channel.EMAIL:
        return {"subject": subject(text.subject, facts), "body": letter(_(text.body).format_map(facts), path)}
    named = {"subject": _(text.subject).format_map(facts)[:200]}
    if channel == Channel.SMS:
        return {**named, **short(used()[template], facts.__getitem__)}
    return {**named, "body": _(text.body).format_map(facts)}
