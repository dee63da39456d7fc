"""How often something may be tried: named limits, counted in the database for all processes together (security.md §2.2).

The primary keys are an account, a phone, what was typed, a device; an address is shared by a campus, so its limit is high and leads
to a challenge, never to a block. What is counted stands in `LIMITS`; what came of it goes to `LISTENERS` (metrics). With
`WANGQIAN_LIMITS=track` everything is counted and reported and nothing refused: for watching a limit before it bites.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import structlog
from django.conf import settings
from django.db.models import F
from django.utils.translation import gettext_noop

from wangqian.chart.words import Refused
from wangqian.codes.width import half_width
from wangqian.people.clock import now
from wangqian.people.identity import keyed
from wangqian.people.models import Throttle
from wangqian.people.vault import comparable

log = structlog.get_logger(__name__)

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
WHILE = timedelta(minutes=10)
SOON = gettext_noop("刚刚给这个手机或邮箱发送过消息，请在 1 分钟后再获取。")
OFTEN = gettext_noop("1 小时内获取验证码次数过多，请稍后再试。")
TODAY = gettext_noop("今天获取验证码次数过多，请明天再试，或换一种登录方式。")
SLOWLY = gettext_noop("您的浏览器没有完成安全验证，10 分钟内只能提交一次。请稍后再试，或换一个浏览器。")
LOOKED_UP = gettext_noop("24 小时内已查询 {most} 次，达到上限，请明天再试。")
MADE = gettext_noop("今天生成应约码的次数已用完，请明天再来。")
ENTERED = gettext_noop("24 小时内使用应约码已达 {most} 次，请明天再试。")
ASKED = gettext_noop("这个编号今天的查询次数已用完，请明天再试；也可以扫描协议书上的二维码核验。")
NAMED = gettext_noop("这个姓名今天查不到的次数过多，请明天再试；也可以扫描协议书上的二维码核验。")


@dataclass(frozen=True)
class Limit:
    """`count` within `window`; `words` refuse. A `firm` one holds when the others are only tracked."""

    count: int
    window: timedelta
    words: str = gettext_noop("操作过于频繁，请稍后再试。")
    firm: bool = False


LIMITS: dict[str, Limit] = {
    "known-employers": Limit(300, HOUR),
    # A code for somebody who is not logged in, by what was typed (the answer shows it), then by the phone it would go to (it does not).
    "code-minute": Limit(1, MINUTE, SOON),
    "code-hour": Limit(3, HOUR, OFTEN),
    "code-day": Limit(6, DAY, TODAY),
    "code-device": Limit(20, HOUR, OFTEN),
    "sent-minute": Limit(1, MINUTE),
    "sent-hour": Limit(5, HOUR),
    "sent-day": Limit(10, DAY),
    # Of these, what may be asked for from a device that is not known as the account's; the rest stays for its owner.
    "strange-hour": Limit(3, HOUR),
    "strange-day": Limit(6, DAY),
    # A code by which somebody who is logged in proves an act.
    "proof-minute": Limit(1, MINUTE, SOON),
    "proof-hour": Limit(10, HOUR, OFTEN),
    # Papers sent to one's own mailbox.
    "paper-mail": Limit(10, DAY, gettext_noop("今天发到邮箱的次数已用完，请明天再试，或直接下载。")),
    # Files handed in beside a form, by account or capability link.
    "upload": Limit(120, HOUR, gettext_noop("1 小时内上传的文件过多，请稍后再上传。")),
    # Wrong passwords of a login name: after some of them a challenge; beyond the day's share a password needs a code besides. An
    # account has at most four names, so all of them together have a hundred.
    "misses": Limit(5, timedelta(minutes=15)),
    "guesses": Limit(25, DAY),
    "own-password": Limit(10, timedelta(minutes=15)),
    "device": Limit(30, MINUTE),
    "address": Limit(600, MINUTE),
    "passkey-address": Limit(600, MINUTE),
    # Wrong second factors and passwords of somebody the door knows. A code is as strong as its tries are few: never only tracked.
    "totp": Limit(5, WHILE, gettext_noop("动态口令错误次数过多，请 10 分钟后再试，或改用其他方式。"), firm=True),
    # With three codes valid at a time a guesser has 1 in 6 600 a day, after the password.
    "totp-day": Limit(50, DAY, gettext_noop("今天动态口令错误次数过多，请改用其他方式。"), firm=True),
    "recovery": Limit(5, WHILE, gettext_noop("恢复码错误次数过多，请 10 分钟后再试。"), firm=True),
    "again": Limit(5, WHILE, gettext_noop("密码错误次数过多，请 10 分钟后再试，或改用其他方式。"), firm=True),
    # How often one may be asked for the passkey that proves an act, and look for whose factors to reset.
    "proof-passkey": Limit(30, WHILE, gettext_noop("请求通行密钥的次数过多，请 10 分钟后再试，或改用其他方式。"), firm=True),
    "reset-look": Limit(60, HOUR, gettext_noop("查找次数过多，请 1 小时后再试。"), firm=True),
    # SMS to one phone: an employer with many graduates gets tens; a loop gets no further.
    "sms-day": Limit(100, DAY, firm=True),
    # Without the challenge (no script): a slow lane.
    "slow": Limit(1, timedelta(minutes=10), SLOWLY),
    "slow-address": Limit(5, timedelta(minutes=10), SLOWLY),
    # Ways through another house: codes to bind a WeChat by, and logging in by WeChat or a campus.
    "wechat-code": Limit(10, HOUR),
    "outside-device": Limit(30, timedelta(minutes=10)),
    "outside-address": Limit(1200, timedelta(minutes=10)),
    # What WeChat told us, once each.
    "wechat-told": Limit(1, DAY),
    # Many accounts, one guess each.
    "spray": Limit(200, timedelta(minutes=5)),
    "spray-address": Limit(30, timedelta(minutes=5)),
    # Public verification: beyond what people do from one address a challenge (number and name always take one); tries of one
    # number, found or not, and what was not found under one name, lest either is guessed from the other.
    "verify-code": Limit(30, WHILE),
    "verify-file": Limit(20, WHILE),
    "verify-number": Limit(20, DAY, ASKED),
    "verify-name": Limit(50, DAY, NAMED),
    # 添加学生 (security.md §2.1): of an employer; misses of one name and school, whoever asks; misses after which a challenge.
    "look-up": Limit(50, DAY, LOOKED_UP),
    "look-up-target": Limit(5, 30 * DAY),
    "look-up-misses": Limit(3, HOUR),
    # Capability links that nobody knows, by address: beyond what mistyped ones come to, a challenge before any link is looked at.
    "link-misses": Limit(20, WHILE),
    # 应约码: made by a graduate; typed by an employer; typed wrongly by it, after which a challenge.
    "meeting-made": Limit(30, DAY, MADE),
    "meeting-use": Limit(500, DAY, ENTERED),
    "meeting-misses": Limit(5, HOUR),
}
# Each hears (limit, "allowed" | "refused" | "tracked"): numbers only, never who.
LISTENERS: list[Callable[[str, str], None]] = []


class Over(Refused):
    """Too often."""

    status = 429


def spend(name: str, *who: str) -> None:
    """Count one try of `who` (plain values: they are digested). Raises `Over` when the limit is used up."""
    if not allowed(name, *who):
        raise Over(LIMITS[name].words, most=LIMITS[name].count)


def allowed(name: str, *who: str) -> bool:
    """The same as an answer."""
    return count(name, *who) != "refused"


def count(name: str, *who: str) -> str:
    """Count one try: "allowed", "refused", or "tracked" when it would have been refused. Only the first was counted."""
    limit = LIMITS[name]
    within = Throttle.spend(key(name, *who), limit.count, limit.window)
    outcome = "allowed" if within else ("tracked" if tracking(limit) else "refused")
    for hear in LISTENERS:
        hear(name, outcome)
    return outcome


def give_back(name: str, *who: str) -> None:
    """A try that was counted and turned out to be none of those that are."""
    Throttle.objects.filter(key=key(name, *who), count__gt=0).update(count=F("count") - 1)


def spent(name: str, *who: str) -> int:
    """How often it was counted in the running window."""
    return Throttle.spent(key(name, *who), LIMITS[name].window)


def exhausted(name: str, *who: str) -> bool:
    """Whether the next one would be too many."""
    return spent(name, *who) >= LIMITS[name].count and not tracking(LIMITS[name])


def refusal(name: str, *who: str) -> str:
    """What to say when the next one would be too many; "" while there is room."""
    return LIMITS[name].words if exhausted(name, *who) else ""


def clear(name: str, *who: str) -> None:
    """Begin anew: the right password clears the wrong ones."""
    Throttle.objects.filter(key=key(name, *who)).update(count=0)


def wait(name: str, *who: str) -> int:
    """Seconds until the window ends; 0 when there is room."""
    limit, row = LIMITS[name], Throttle.objects.filter(key=key(name, *who)).first()
    if row is None or row.count < limit.count:
        return 0
    return max(0, round((row.since + limit.window - now()).total_seconds()))


def spelled(typed: str) -> str:
    """One key for every spelling of a login name that finds the same account, invisible characters and all."""
    return half_width(comparable(typed))


def tracking(limit: Limit) -> bool:
    return settings.LIMITS == "track" and not limit.firm


def key(name: str, *who: str) -> str:
    return f"{name}:{keyed('limit', name, *who)}"


def sprayed(address: str) -> None:
    """The first wrong password of an account. Many of them are somebody trying one password on everybody: said once per window."""
    for name, who in (("spray", ""), ("spray-address", address)):
        if not Throttle.spend(key(name, who), LIMITS[name].count, LIMITS[name].window):
            alarm(name, who)


def alarm(name: str, who: str) -> None:
    limit = LIMITS[name]
    if Throttle.spend(key(f"alarm:{name}", who), 1, limit.window):
        log.error("password spraying", rule=name, found=limit.count)
        for hear in LISTENERS:
            hear(name, "alarm")


def alarmed(span: timedelta) -> tuple[bool, int]:
    """Whether spraying was found within `span`, by any process, and at how many addresses (not which: keys are digests)."""
    keys = Throttle.objects.filter(key__startswith="alarm:spray", since__gt=now() - span).values_list("key", flat=True)
    return bool(keys), sum(one.startswith("alarm:spray-address:") for one in keys)


def sweep() -> int:
    """Forget what ended long ago. Keys of others are left alone."""
    windows = {name: max(limit.window, 2 * DAY) for name, limit in LIMITS.items()} | dict.fromkeys(("alarm", "challenge"), 2 * DAY)
    moment = now()
    ended = (Throttle.objects.filter(key__startswith=f"{name}:", since__lt=moment - span) for name, span in windows.items())
    return sum(rows.delete()[0] for rows in ended)
