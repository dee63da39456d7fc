"""Binding a WeChat to an account: a code is shown, scanned, and confirmed by who showed it (decisions/0010).

Whoever scans a code that was passed on gets a number and nothing else; it is in force when the owner of the account types that number
on his own page, within ten minutes of the code.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext_noop

from wangqian.chart.words import Refused
from wangqian.people.clock import now
from wangqian.people.identity import blind_index, keyed
from wangqian.people.models import User, WechatLink, WechatScan

LIVES, AHEAD = timedelta(minutes=10), "_openid_read_ahead"
BOUND = gettext_noop("您已经绑定了微信。要换一个，请先解除绑定。")
STALE = gettext_noop("二维码已失效，请重新获取。")
WRONG = gettext_noop("确认号不正确，请核对微信里最近收到的 4 位数字。")
TRIED = gettext_noop("确认号输入错误次数过多，请重新获取二维码。")
CONTESTED = gettext_noop("有不止一个微信扫过这个二维码，为安全起见已作废。请重新获取，不要把二维码转给别人。")
TAKEN = gettext_noop("这个微信已经绑定了另一个账号。请先在那个账号里解除绑定，或者取消关注公众号，再来绑定。")


def openid_of(user: User) -> str:
    """His WeChat; "" when none is bound."""
    if (known := user.__dict__.get(AHEAD)) is not None:
        return str(known)
    link = WechatLink.objects.filter(user=user).first()
    return link.openid if link else ""


def read_ahead(users: Sequence[User]) -> None:
    """The WeChats of many, in one query, for as long as these objects are used."""
    found = {link.user_id: link.openid for link in WechatLink.objects.filter(user__in=[user.pk for user in users])}
    for user in users:
        user.__dict__[AHEAD] = found.get(user.pk, "")


def owner(openid: str) -> User | None:
    """Whose WeChat it is, while his account is in use."""
    found = WechatLink.objects.select_related("user").filter(openid_index=blind_index("openid", openid), user__is_active=True)
    link = found.first()
    return link.user if link else None


def scene_digest(scene: str) -> str:
    return keyed("wechat-scene", scene)


def offer(user: User, scene: str, url: str) -> WechatScan:
    """A new code for this account; the one before is void. `Refused` when a WeChat is bound."""
    with transaction.atomic():
        User.objects.select_for_update(no_key=True).get(pk=user.pk)
        if WechatLink.objects.filter(user=user).exists():
            raise Refused(BOUND)
        WechatScan.objects.filter(user=user).delete()
        return WechatScan.objects.create(user=user, scene=scene_digest(scene), url=url, made_at=now())


def standing(user: User) -> WechatScan | None:
    """His code, while it can be scanned or confirmed; a contested one is shown as such until its time is over."""
    scan = WechatScan.objects.filter(user=user, tries__lt=WechatScan.TRIES).first()
    return scan if scan and alive(scan, now()) else None


def alive(scan: WechatScan, moment: datetime) -> bool:
    return moment < scan.made_at + LIVES


def scanned(scene: str, openid: str) -> WechatScan | None:
    """The code with its number for this WeChat to show; None when it is none any more. The same scan told twice changes nothing."""
    with transaction.atomic():
        rows = WechatScan.objects.select_for_update(of=("self",)).select_related("user")
        scan = rows.filter(scene=scene_digest(scene)).first()
        if scan is None or not alive(scan, now()) or scan.tries >= WechatScan.TRIES:
            return None
        if scan.openid and scan.openid != openid:
            scan.contested = True
        elif not scan.openid:
            scan.openid, scan.number, scan.scanned_at = openid, f"{secrets.randbelow(10**4):04d}", now()
        scan.save(update_fields=["openid", "number", "scanned_at", "contested"])
        return None if scan.contested else scan


def confirm(user: User, number: str) -> WechatLink:
    """Bind what has scanned. Raises `Refused`; each wrong number counts, whoever else is typing at the moment."""
    scan = standing(user)
    if scan is None or not scan.openid:
        raise Refused(STALE)
    if scan.contested:
        raise Refused(CONTESTED)
    if not WechatScan.objects.filter(pk=scan.pk, tries__lt=WechatScan.TRIES).update(tries=F("tries") + 1):
        raise Refused(TRIED)
    if not hmac.compare_digest("".join(number.split()).encode(), scan.number.encode()):
        raise Refused(TRIED if scan.tries + 1 >= WechatScan.TRIES else WRONG)
    try:
        with transaction.atomic():
            again = WechatScan.objects.select_for_update().filter(pk=scan.pk, contested=False).first()
            if again is None:
                raise Refused(CONTESTED)
            again.delete()
            return WechatLink.objects.create(
                user=user, openid=scan.openid, openid_index=blind_index("openid", scan.openid), bound_at=now()
            )
    except IntegrityError as taken:
        raise Refused(TAKEN if not WechatLink.objects.filter(user=user).exists() else BOUND) from taken


def discard(user: User) -> None:
    """"不是我": what was scanned binds nobody."""
    WechatScan.objects.filter(user=user).delete()


def unbind(user: User) -> bool:
    """Whether there was one."""
    return bool(WechatLink.objects.filter(user=user).delete()[0])


def unbind_openid(openid: str) -> User | None:
    """The same by the WeChat, which has left the service account; whose it was."""
    link = WechatLink.objects.select_related("user").filter(openid_index=blind_index("openid", openid)).first()
    return link.user if link and unbind(link.user) else None


def sweep() -> int:
    """Forget codes that were never confirmed."""
    return WechatScan.objects.filter(made_at__lt=now() - LIVES).delete()[0]
