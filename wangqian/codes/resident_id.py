"""居民身份证号 (GB 11643-1999) and residence permits 81/82/83: 18 places, check by ISO 7064 MOD 11-2."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from operator import mul

from django.utils.translation import gettext as _

from wangqian.codes.table import Table, table, today
from wangqian.codes.width import half_width

LENGTH = 18
# 港澳台居民居住证 use 83 for Taiwan, which GB/T 2260 numbers 71.
PERMITS = frozenset({"81", "82", "83"})
_WEIGHTS = tuple(pow(2, 17 - place, 11) for place in range(17))
_ZEROS = sum(_WEIGHTS) * ord("0")  # digits are summed as the bytes they are written with
_CHECKS = "10X98765432"
_SHAPE = re.compile(r"[0-9]{17}[0-9X]")


@dataclass(frozen=True)
class ResidentId:
    """What a valid number says. `region`: 6 digits of GB/T 2260 at issue; `sex`: "1" male, "2" female."""

    number: str = field(repr=False)  # kept out of logs and tracebacks
    region: str
    birth: date
    sex: str
    residence_permit: bool


def normal(number: str) -> str:
    """Half-width, without white space, the check character in upper case."""
    return half_width(number)


def check_digit(first17: str) -> str:
    """The 18th character for the first 17 digits. Raises ValueError when they are not 17 digits."""
    if not re.fullmatch(r"[0-9]{17}", first17):
        raise ValueError(_("计算校验码需要身份证号的前17位数字"))
    return _CHECKS[(sum(map(mul, first17.encode(), _WEIGHTS)) - _ZEROS) % 11]


def parse(number: str, on: date | None = None) -> ResidentId:
    """The facts in a number, typed in any width or case.

    Raises ValueError with a sentence saying what is wrong; it never repeats the number.
    `on`: the day on which births lie in the future (default: today in China).
    """
    number = normal(number)
    _check_shape(number)
    prefix = number[:2]
    if prefix not in _provinces(table("province")) and prefix not in PERMITS:
        raise ValueError(_("身份证号前两位“%(prefix)s”不是任何省级行政区的代码") % {"prefix": prefix})
    birth = _birth(number[6:14], on or today())
    if check_digit(number[:17]) != number[17]:
        raise ValueError(_("身份证号的校验码不符，请逐位核对是否输错"))
    sex = "1" if int(number[16]) % 2 else "2"
    return ResidentId(number, number[:6], birth, sex, prefix in PERMITS)


def make(region: str, birth: date, serial: int) -> str:
    """A valid number for an invented person; `serial` 0–999, odd for men. Raises ValueError."""
    if not re.fullmatch(r"[0-9]{6}", region) or not 0 <= serial <= 999:
        raise ValueError(_("地区代码应为6位数字，顺序码应在0至999之间"))
    first17 = f"{region}{birth:%Y%m%d}{serial:03d}"
    return first17 + check_digit(first17)


def _check_shape(number: str) -> None:
    if not number:
        raise ValueError(_("请填写身份证号"))
    if len(number) == 15 and number.isdigit():
        raise ValueError(_("15位的旧身份证号已停用，请填写18位身份证号"))
    if len(number) != LENGTH:
        raise ValueError(_("身份证号应为18位，现在是%(length)d位") % {"length": len(number)})
    if _SHAPE.fullmatch(number):
        return
    for place, character in enumerate(number[:17], 1):
        if character not in "0123456789":
            raise ValueError(_("身份证号第%(place)d位应为数字") % {"place": place})
    raise ValueError(_("身份证号最后一位应为数字或X"))


def _birth(digits: str, on: date) -> date:
    try:
        birth = date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        raise ValueError(_("身份证号第7至14位的出生日期不存在")) from None
    if birth > on:
        raise ValueError(_("身份证号第7至14位的出生日期晚于今天"))
    return birth


@lru_cache(maxsize=2)
def _provinces(provinces: Table) -> frozenset[str]:
    """Counties are not asked: a number keeps the code of its day, of which no list is complete."""
    return frozenset(row.extra["prefix"] for row in provinces)
