"""What WeChat tells us of its users: a code was scanned, somebody left, a message arrived; and what it says to them in return."""

from __future__ import annotations

import time
from collections.abc import Mapping
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from wangqian.notices import receipts
from wangqian.notices.direct import message
from wangqian.people import wechat
from wangqian.people.identity import keyed, masked_name
from wangqian.people.models import Throttle

SCENE = "qrscene_"  # before the scene of a code that made somebody follow
REMEMBERED = timedelta(days=1)  # WeChat repeats itself within seconds
LOOKS = (0.0, 0.3, 0.6)  # seconds: a receipt may overtake the line that says its message was sent

Said = Mapping[str, str]


def handle(said: Said) -> str:
    """The words to answer with, "" for none. Told twice, nothing happens twice."""
    with translation.override(settings.LANGUAGE_CODE):
        event = said.get("Event", "") if said.get("MsgType") == "event" else ""
        if event == "TEMPLATESENDJOBFINISH":
            return finished(said)
        if scene := scene_of(said, event):
            return scanned(scene, said["FromUserName"])
        with transaction.atomic():
            if not first(said):
                return ""
            if event == "unsubscribe":
                left(said["FromUserName"])
        return help_words() if event in ("", "subscribe") else ""


def first(said: Said) -> bool:
    """MsgId for messages, who and when for events, as the platform advises."""
    names = ("MsgId",) if said.get("MsgId") else ("FromUserName", "CreateTime", "Event", "EventKey")
    told = keyed("wechat-told", *(said.get(name, "") for name in names))
    return Throttle.spend(f"wechat-told:{told}", 1, REMEMBERED)


def scene_of(said: Said, event: str) -> str:
    key = said.get("EventKey", "")
    if event == "SCAN":
        return key
    return key.removeprefix(SCENE) if event == "subscribe" and key.startswith(SCENE) else ""


def scanned(scene: str, openid: str) -> str:
    """Whoever has scanned gets the number; only the page that showed the code takes it."""
    scan = wechat.scanned(scene, openid)
    if scan is None:
        return _("这个二维码已失效，请在网签平台“账号与安全”里重新获取。")
    words = {"name": masked_name(scan.user.name), "number": scan.number}
    return _(
        "有人请求把这个微信绑定到 %(name)s 的网签账号。\n是您本人的，请回到刚才的网页填写确认号：%(number)s（10 分钟内有效）。\n"
        "不是您本人的，不用理会；不要把确认号告诉任何人。"
    ) % words


def left(openid: str) -> None:
    """Who unfollows is not written to any more, and cannot come in that way."""
    if user := wechat.unbind_openid(openid):
        message(user, "wechat_left", {}, key=f"left:{keyed('wechat-left', openid)[:16]}:{int(time.time())}", path="/account/wechat/")


def finished(said: Said) -> str:
    row: dict[str, object] = {name: said.get(name, "") for name in ("MsgID", "Status")}
    for pause in LOOKS:
        time.sleep(pause)
        if receipts.take(receipts.WECHAT, [row]) or receipts.known(receipts.WECHAT, said.get("MsgID", "")):
            break
    return ""


def help_words() -> str:
    return _(
        "请点菜单“网签/去向登记”登录办理，或打开 %(url)s 。\n在“账号与安全”里绑定微信后，签约邀请、审核结果等通知会发到这里。"
    ) % {"url": settings.SITE_URL}
