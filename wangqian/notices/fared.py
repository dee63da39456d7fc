"""How messages fared, in words: 已送达, 已提交运营商, 号码无效, 暂时失败，将重试, and by what other way they arrived."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from wangqian.cases.models import Case
from wangqian.notices.channels import CHANNELS, reasons
from wangqian.notices.models import TROUBLE, Channel, Notice, Reason, Result, State

INVALID: Mapping[str, object] = {
    Channel.SMS: gettext_lazy("号码无效"),
    Channel.EMAIL: gettext_lazy("邮箱无效"),
    Channel.WECHAT: gettext_lazy("未绑定微信"),
}
SAID = (Reason.CARRIER, Reason.BLOCKED, Reason.CONTENT)  # the carrier's own words, with its code, are shown


class Delivery(NamedTuple):
    """One message in words: "曹文公 · 短信 136****0001", "越综合企业邀请您签约", "号码无效", "邮件、站内消息已送达"."""

    to: str
    subject: str
    word: str
    otherwise: str
    state: str

    @property
    def words(self) -> str:
        """In one sentence: "越综合企业邀请您签约：号码无效；邮件、站内消息已送达"."""
        fared = _("%(subject)s：%(word)s") % {"subject": self.subject, "word": self.word}
        return "；".join(filter(None, (fared, self.otherwise)))


def deliveries(case: Case) -> list[Delivery]:
    """How every message of a case fared, oldest first, addresses masked."""
    sent = list(Notice.objects.filter(event__case=case).select_related("recipient").order_by("created_at", "id"))
    return [delivery(notice, twins(notice, sent)) for notice in sent]


def delivery(notice: Notice, others: list[Notice]) -> Delivery:
    said = otherwise(notice, others) if notice.state in TROUBLE else []
    return Delivery(reached(notice), notice.subject, word(notice), "；".join(said), notice.state)


def twins(notice: Notice, sent: Iterable[Notice]) -> list[Notice]:
    """The same message to the same person by the other channels."""
    mine = (notice.event_id, notice.recipient_id, notice.template)
    return [one for one in sent if (one.event_id, one.recipient_id, one.template) == mine and one.pk != notice.pk]


def reached(notice: Notice) -> str:
    return f"{notice.recipient.name} · {CHANNELS[notice.channel].label()} {notice.address}".rstrip()


def otherwise(notice: Notice, others: list[Notice]) -> list[str]:
    """What the carrier said, the other way it went, by which it arrived, or what to do when there is none."""
    said = [notice.words or reasons.said(notice.reason)] if notice.reason in SAID else []
    instead = [one for one in others if one.instead_of_id == notice.pk]
    if instead:
        words = {"this": CHANNELS[notice.channel].label(), "that": CHANNELS[instead[0].channel].label()}
        said.append(_("%(this)s未送达，已改发%(that)s") % words)
    arrived = {one.channel for one in others if one.state == State.SENT}
    if arrived:
        labels = [CHANNELS[name].label() for name in (Channel.WECHAT, Channel.EMAIL, Channel.SMS, Channel.INBOX) if name in arrived]
        said.append(_("%(channels)s已送达") % {"channels": "、".join(labels)})
    if notice.state == State.DEAD and not instead and {one.channel for one in others} <= {Channel.INBOX}:
        said.append(_("没有别的联系方式，请提醒本人登录查看并更正联系方式"))
    return said


def word(notice: Notice) -> str:
    """How a message fared, in a word or two."""
    if notice.state == State.SENT:
        return _("已读") if notice.read_at else _("已送达")
    if notice.state == State.SUBMITTED:
        return _("已提交微信") if notice.channel == Channel.WECHAT else _("已提交运营商")
    if notice.outcome == Result.UNCONNECTED:
        return _("未接通")
    if notice.state == State.DEAD:
        return given_up(notice)
    if notice.state == State.FAILED and notice.reason == Reason.BUDGET:
        return _("当日短信额度已用完，次日继续")
    return _("暂时失败，将重试") if notice.state == State.FAILED else _("正在发送")


def given_up(notice: Notice) -> str:
    """That it ended, and whether by the address."""
    if notice.reason == Reason.ADDRESS or notice.outcome == Result.INVALID:
        return str(INVALID[notice.channel])
    if notice.reason in SAID:
        return _("未送达")
    return _("多次失败，已停止重试")
