"""Codes for people who are not logged in yet. What the page does is the same whether or not there is such an account.

The row is made in the request; the worker sends (notices/knocks.py), so that no answer takes the time of an SMS. A code is bound to
its purpose and to the session that holds the row's key, lives ten minutes, takes five tries, and serves once. Nothing counts wrong
codes over the day: only codes that were sent can be entered, and how many are sent is limited by where they go.
"""

from __future__ import annotations

import hmac
import secrets
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db.models import F
from django.utils.translation import gettext_noop

from wangqian.chart.words import Refused
from wangqian.people.clock import now
from wangqian.people.identity import keyed
from wangqian.people.models import Knock, User

LIVES = timedelta(minutes=10)
KEPT = 6 * LIVES  # how long a row is there; what a right code opened is done by then
WRONG = gettext_noop("验证码不正确，请核对最近一条消息中的 6 位数字。")
STALE = gettext_noop("验证码已失效，请重新获取。")
TRIED = gettext_noop("验证码输入错误次数过多，请重新获取。")


class CodeRefused(Refused):
    """The code itself is the trouble; `again` when only a new one helps."""

    status = 422

    def __init__(self, sentence: str, again: bool = False) -> None:
        super().__init__(sentence)
        self.again = again


def knock(purpose: str, user: User | None, channel: str, target: str = "", **more: Any) -> Knock:
    """Ask for a code by "sms" or "email", to the account's own address or to `target`. Keep its key in the session, nowhere else.

    `more`: `graduate` and `known` of the row.
    """
    made = Knock(purpose=purpose, user=user, channel=channel, target=target, made_at=now(), **more)
    made.code = f"{secrets.randbelow(10**6):06d}"
    made.save(force_insert=True)
    return made


def arm(row: Knock) -> None:
    """From now on the code may be entered: it is being sent."""
    row.digest = digest(row.pk, row.code)
    Knock.objects.filter(pk=row.pk).update(digest=row.digest)


def digest(pk: UUID, code: str) -> str:
    return keyed("knock", str(pk), code)


def standing(purpose: str, pk: str) -> Knock | None:
    """The row of this session's code while it may be entered."""
    found = Knock.objects.filter(pk=pk, purpose=purpose, used_at=None, tries__lt=Knock.TRIES)
    row = found.select_related("user").first() if pk else None
    return row if row and now() < row.made_at + LIVES else None


def enter(purpose: str, pk: str, code: str) -> Knock:
    """The row, used up by the right code. Raises `CodeRefused`; a try counts even where there is no account behind it."""
    row = standing(purpose, pk)
    if row is None:
        raise CodeRefused(STALE, again=True)
    open_rows = Knock.objects.filter(pk=row.pk, used_at=None, tries__lt=Knock.TRIES)
    used = {"used_at": now()} if right(row, code) else {}
    if not open_rows.update(tries=F("tries") + 1, **used):
        raise CodeRefused(TRIED, again=True)
    if not used:
        last = row.tries + 1 >= Knock.TRIES
        raise CodeRefused(TRIED if last else WRONG, again=last)
    return row


def used(purpose: str, pk: str) -> Knock | None:
    """The row of this session's code after the right digits; None once that is too long ago."""
    found = Knock.objects.filter(pk=pk, purpose=purpose, used_at__isnull=False, made_at__gte=now() - KEPT)
    return found.select_related("user").first() if pk else None


def right(row: Knock, code: str) -> bool:
    """Whether these are the digits that were sent."""
    same = hmac.compare_digest(row.digest, digest(row.pk, "".join(code.split())))
    return same and row.user_id is not None


def sweep() -> int:
    """Forget what can no longer be entered."""
    return Knock.objects.filter(made_at__lt=now() - KEPT).delete()[0]
