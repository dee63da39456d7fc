"""The access token (getStableAccessToken): sealed in the database, renewed before it ends, asked for by one process at a time.

WeChat gives who asks for a stable token the one it gave before, so that nobody throws anybody out. Only when even that one is not
taken any more is a new one forced, which WeChat allows twenty times a day.
"""

from __future__ import annotations

import json
import time
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Q

from wangqian.notices.channels import provider
from wangqian.notices.models import Reason, WechatToken
from wangqian.notices.wechat.codes import Refusal, number, refused
from wangqian.people.clock import now
from wangqian.people.identity import keyed

EARLY = timedelta(minutes=10)  # before its end
ASKING = timedelta(seconds=8)  # how long one process may take; then another one asks
LOOK = 0.1  # seconds between two looks of those who wait


def token() -> str:
    """One that is good for some minutes. `Refusal` when there is none to be had."""
    row = stored()
    return row.value if row and good(row, now()) else renewed("")


def good(row: WechatToken, moment: datetime) -> bool:
    return row.expires_at is not None and moment < row.expires_at - EARLY


def renewed(stale: str) -> str:
    """Another one than `stale`, which WeChat did not take: what somebody else has got meanwhile, else a new one."""
    until = time.monotonic() + ASKING.total_seconds()
    while time.monotonic() < until:
        if found := fresher(stale):
            return found
        if claimed():
            return fresher(stale, release=True) or kept(ask(stale))  # perhaps somebody has got one between the two looks
        time.sleep(LOOK)
    raise Refusal(Reason.DOWN)


def fresher(stale: str, release: bool = False) -> str:
    row = stored()
    if row is None or not good(row, now()) or row.value == stale:
        return ""
    if release:
        give_back()
    return str(row.value)


def give_back() -> None:
    """The claim, so that nobody waits for an answer that does not come."""
    WechatToken.objects.filter(app=app()).update(asked_at=None)


def app() -> str:
    return keyed("wechat", settings.WECHAT["app_id"], settings.WECHAT["endpoint"])


def stored() -> WechatToken | None:
    return WechatToken.objects.filter(app=app()).first()


def claimed() -> bool:
    """Whether it is on this process to ask. One statement: of any number of processes one is told so."""
    moment = now()
    WechatToken.objects.bulk_create([WechatToken(app=app())], ignore_conflicts=True)
    free = Q(asked_at=None) | Q(asked_at__lt=moment - ASKING)
    return bool(WechatToken.objects.filter(free, app=app()).update(asked_at=moment))


def ask(stale: str) -> tuple[str, int]:
    """(token, seconds)."""
    try:
        value, seconds = fetched(force=False)
        return fetched(force=True) if value == stale else (value, seconds)
    except Exception:
        give_back()
        raise


def fetched(force: bool) -> tuple[str, int]:
    given = settings.WECHAT
    wanted = {"grant_type": "client_credential", "appid": given["app_id"], "secret": given["app_secret"], "force_refresh": force}
    try:
        said = provider.post(
            f"{given['endpoint']}/cgi-bin/stable_token", {"Content-Type": "application/json"}, json.dumps(wanted).encode()
        )
    except provider.Trouble as trouble:
        raise Refusal(trouble.reason, trouble.code) from None
    value, seconds = said.get("access_token"), said.get("expires_in")
    if not isinstance(value, str) or not value or not isinstance(seconds, int):
        raise refused(number(said) or -1)
    return value, seconds


def kept(found: tuple[str, int]) -> str:
    value, seconds = found
    row = WechatToken(app=app(), value=value, expires_at=now() + timedelta(seconds=seconds), asked_at=None)
    row.save(update_fields=["value", "expires_at", "asked_at"])
    return value
