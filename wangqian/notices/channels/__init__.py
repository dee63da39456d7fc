"""The channels by which people are told, and how each of them stands."""

from __future__ import annotations

from wangqian.notices.channels.base import Channel, Outcome, Said, shows
from wangqian.notices.channels.email import Email
from wangqian.notices.channels.inbox import Inbox
from wangqian.notices.channels.sms import Sms
from wangqian.notices.channels.wechat import Wechat

CHANNELS: dict[str, Channel] = {channel.name: channel for channel in (Inbox(), Email(), Sms(), Wechat())}


def status() -> list[tuple[str, bool, str]]:
    """(name for people, connected, sentence) of every channel, for the operator."""
    return [(channel.label(), channel.connected(), channel.sentence()) for channel in CHANNELS.values()]


__all__ = ["CHANNELS", "Channel", "Outcome", "Said", "shows", "status"]
