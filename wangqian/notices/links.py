"""The SMS with a capability link (security.md §2.4): to a number, not to a user; sent once; the secret is nowhere afterwards.
What the graduate reads and hears of it.

Its row belongs to the graduate who had it sent, so that he sees how it fared; only where messages are shown instead of sent
does it hold the address.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable
from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from wangqian.cases.models import Event
from wangqian.flows import links
from wangqian.flows.models import Link
from wangqian.notices.channels import CHANNELS, Said, shows
from wangqian.notices.direct import message
from wangqian.notices.expand import page_of
from wangqian.notices.fared import word
from wangqian.notices.models import Channel, Notice, Result, State
from wangqian.notices.school_news import account
from wangqian.notices.sending import handed, record
from wangqian.notices.templates import LINK_SENT, used
from wangqian.notices.words import DIRECT
from wangqian.people.clock import now
from wangqian.people.identity import masked_name, masked_phone
from wangqian.people.models import User

SENDING = timedelta(minutes=5)  # what was taken and has no message by then was never sent: its worker died
MISSED = (State.FAILED.value, State.DEAD.value)


def send(most: int = 50, stop: Callable[[], bool] = lambda: False) -> int:
    """Send what was asked for, at most `most`; returns how many were taken."""
    done = 0
    while done < most and not stop() and (taken := take()):
        link, secret = taken
        if secret:
            hand_over(link, secret)
        done += 1
    return done


def take() -> tuple[Link, str] | None:
    """The oldest one not sent, with its new secret; "" for one that died meanwhile. Marked before anything goes out: at most once."""
    with transaction.atomic():
        waiting = Link.objects.select_for_update(skip_locked=True, of=("self",)).select_related("case__graduate__person")
        link = waiting.filter(secret=None, issued_at=None).order_by("made_at").first()
        if link is None:
            return None
        moment = now()
        if links.alive(link, moment):
            return link, links.issue(link, moment)
        link.issued_at = moment
        link.save(update_fields=["issued_at"])
        return link, ""


def hand_over(link: Link, secret: str) -> None:
    """By the approved template; what comes of it is written down and never tried again."""
    channel, sender = CHANNELS[Channel.SMS], asker(link)
    if sender is None:
        return
    said = words(link, secret)
    text = DIRECT[LINK_SENT]
    notice = Notice.objects.create(
        recipient=sender,
        channel=Channel.SMS,
        template=LINK_SENT,
        key=str(link.pk),
        approved=said.approved,
        subject=_(text.subject),
        body=said.text if shows() else _(text.body),
        address=channel.masked(link.mobile),
        state=State.SENDING,
        tries=1,
        created_at=now(),
    )
    notice.recipient = addressed(sender, link.mobile)
    record(notice, handed(notice, said), again=False)


def words(link: Link, secret: str) -> Said:
    """The school, the graduate as a stranger may read him, and the way."""
    graduate = link.case.graduate
    assert graduate is not None
    row = used()[LINK_SENT]
    given = {"school": str(graduate.school), "graduate": masked_name(graduate.name), "secret": secret}
    variables = row.taken(given.__getitem__)
    return Said(row.fill(variables), row.slug, variables)


def asker(link: Link) -> User | None:
    """The graduate's account, by which he asked for it."""
    asked = Event.objects.filter(case=link.case_id, step="ask_employer", at__lte=link.made_at).select_related("user")
    last = asked.order_by("-number").first()
    return last.user if last else None


def addressed(sender: User, mobile: str) -> User:
    """Only to be sent to: the row goes on belonging to who had it sent."""
    to = copy.copy(sender)
    to.phone = mobile
    return to


def tell_uploaded(link: Link) -> None:
    """To the graduate, once for a link: the contact has uploaded something, and may still take it again (security.md §2.4)."""
    case = link.case
    assert case.graduate is not None
    if member := account(case.graduate):
        facts = {"phone": masked_phone(link.mobile)}
        message(member.user, "paper_uploaded", facts, key=str(link.pk), membership=member, path=page_of(case, member.party))


def messages(found: Iterable[Link]) -> dict[str, Notice]:
    """The message of each, by its key."""
    keys = [str(link.pk) for link in found]
    return {notice.key: notice for notice in Notice.objects.filter(template=LINK_SENT, key__in=keys)}


def progress(link: Link, notice: Notice | None = None) -> str:
    """What the graduate reads of it, as `case_links` found it: 等待发送, 已发送, 已打开, 已上传, 已回传, 发送失败, 已失效."""
    if link.used_at:
        return _("已回传")
    if not links.alive(link, now()):
        return _("已失效")
    if link.uploaded:  # type: ignore[attr-defined]
        return _("已上传，待对方确认提交")
    if link.opened_at:
        return _("已打开")
    notice = notice or messages([link]).get(str(link.pk))
    if notice is None:
        lost = link.issued_at is not None and now() > link.issued_at + SENDING
        return _("发送失败") if lost else _("等待发送")
    if notice.state == State.SENDING:
        return _("等待发送")
    return _("发送失败") if notice.state in MISSED else _("已发送")


def sentence(link: Link, notice: Notice | None = None) -> str:
    """Why it did not go out, and what to do instead; "" when it did, or waits."""
    if progress(link, notice) != _("发送失败"):
        return ""
    notice = notice or messages([link]).get(str(link.pk))
    if notice and notice.outcome == Result.UNCONNECTED:
        return _("短信服务尚未接通，链接没有发出。请自己回传盖章的协议书。")
    if notice and notice.outcome == Result.INVALID:
        return _("这个手机号无效，链接没有发出。请核对号码后重新发送，或自己回传。")
    why = word(notice) if notice else _("没有发出")
    return _("链接没有送到（{why}）。请稍后重新发送，或自己回传盖章的协议书。").format(why=why)
