"""How times, deadlines, money and numbers are said (Asia/Shanghai); also filters of the templates."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.translation import gettext as _

from wangqian.notices.facts import deadline_words

ZONE = ZoneInfo("Asia/Shanghai")
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def clock(moment: datetime) -> str:
    """An aware datetime as "2026-11-21 17:19"."""
    return moment.astimezone(ZONE).strftime("%Y-%m-%d %H:%M")


def lately(moment: datetime, now: datetime | None = None) -> str:
    """Today as "17:19", any other day with its date."""
    today = (now or timezone.now()).astimezone(ZONE).date()
    local = moment.astimezone(ZONE)
    return local.strftime("%H:%M") if local.date() == today else clock(moment)


def day(moment: date) -> str:
    """A date, or the local date of an aware datetime, as "2026-11-21"."""
    return (moment.astimezone(ZONE) if isinstance(moment, datetime) else moment).strftime("%Y-%m-%d")


def left(due: datetime, now: datetime | None = None) -> str:
    """What remains until `due`, in the two largest units, rounded down: "还剩 2 天 5 小时"."""
    rest = due - (now or timezone.now())
    if rest <= timedelta(0):
        return _("已过期限")
    days, hours, minutes = rest // DAY, rest % DAY // HOUR, rest % HOUR // MINUTE
    if days:
        return _("还剩 %(days)d 天 %(hours)d 小时") % {"days": days, "hours": hours}
    if hours:
        return _("还剩 %(hours)d 小时 %(minutes)d 分钟") % {"hours": hours, "minutes": minutes}
    if minutes:
        return _("还剩 %(minutes)d 分钟") % {"minutes": minutes}
    return _("还剩不到 1 分钟")


def since(start: datetime, now: datetime | None = None) -> str:
    """How long ago: "刚刚", "20 分钟前", "5 小时前", "2 天前"."""
    gone = (now or timezone.now()) - start
    if gone < MINUTE:
        return _("刚刚")
    if gone < HOUR:
        return _("%(count)d 分钟前") % {"count": gone // MINUTE}
    if gone < DAY:
        return _("%(count)d 小时前") % {"count": gone // HOUR}
    return _("%(count)d 天前") % {"count": gone // DAY}


def until(due: datetime, now: datetime | None = None) -> str:
    """A half-open deadline as a person says it: "11 月 23 日 24:00"."""
    return deadline_words(due, now or timezone.now())


def money(amount: int | Decimal) -> str:
    """An amount with thousands; fen only where there are any: "12,000", "12,000.50"."""
    value = Decimal(amount)
    return f"{value:,.0f}" if value == value.to_integral_value() else f"{value:,.2f}"


def masked(number: str) -> str:
    """An identity number as 4311********1680, a mobile as 138****0001; shorter ones keep their ends."""
    head, tail = (4, 4) if len(number) >= 12 else (3, 4) if len(number) >= 9 else (1, 1)
    if len(number) <= head + tail:
        return "*" * len(number)
    return number[:head] + "*" * (len(number) - head - tail) + number[-tail:]
