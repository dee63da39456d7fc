"""Numbers of our own with a check character: agreement numbers and verification codes.

ISO 7064 hybrid systems: MOD 37-36 over 0-9A-Z for agreement numbers; the same recursion with MOD 33-32, over
an alphabet without 0, 1, I, O, for verification codes. Every single wrong character is found.
"""

from __future__ import annotations

import re
import secrets

from django.utils.translation import gettext as _

from wangqian.codes.width import half_width

ALPHANUMERIC = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
UNAMBIGUOUS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
VERIFICATION_LENGTH = 16
MEETING_LENGTH = 10
TRANSFER_LENGTH = 15
_NUMBER = re.compile(r"([0-9]{4})([0-9]{5})([0-9]{2})([0-9]{6})([0-9A-Z])")
# Every dash that keyboards, phones and PDF readers put between groups.
_DASHES = re.compile(r"[\-_\u2010-\u2015\u2212\u30fc]+")


def check_char(text: str, alphabet: str = ALPHANUMERIC) -> str:
    """The check character to append to `text`. Raises ValueError for characters outside the alphabet."""
    size = len(alphabet)
    value = size
    for character in text:
        place = alphabet.find(character)
        if place < 0:
            raise ValueError(_("编号只能含数字和大写字母"))
        value = ((value + place) % size or size) * 2 % (size + 1)
    return alphabet[(1 - value) % size]


def valid(text: str, alphabet: str = ALPHANUMERIC) -> bool:
    """Whether the last character is the check character of the rest; anything else is simply not valid."""
    if len(text) < 2 or any(character not in alphabet for character in text):
        return False
    return check_char(text[:-1], alphabet) == text[-1]


def agreement_number(year: int, school_code: str, degree: str, serial: int) -> str:
    """year(4) school(5) degree(2) serial(6) check(1), stored without hyphens.

    Raises ValueError when a part does not fit its places, as the 1 000 000th number of a year would.
    """
    stem = f"{year:04d}{school_code}{degree}{serial:06d}"
    parts_fit = _NUMBER.fullmatch(f"{stem}0") and len(school_code) == 5 and len(degree) == 2
    if not parts_fit or year > 9999 or serial < 1:
        raise ValueError(_("协议书编号由4位年份、5位院校代码、2位学历代码和1至999999的顺序号组成"))
    return stem + check_char(stem)


def agreement_valid(number: str) -> bool:
    """Whether a stored number has the form of an agreement number and its check character holds."""
    return _NUMBER.fullmatch(number) is not None and valid(number)


def verification_code() -> str:
    """A new 核验编号: 75 random bits and a check character, 16 characters, stored without hyphens."""
    return _random(VERIFICATION_LENGTH)


def meeting_code() -> str:
    """A new 应约码: 45 random bits and a check character, 10 characters, stored without hyphens."""
    return _random(MEETING_LENGTH)


def transfer_number() -> str:
    """A new 转递编号: 70 random bits and a check character, 15 characters, stored without hyphens."""
    return _random(TRANSFER_LENGTH)


def _random(length: int) -> str:
    stem = "".join(secrets.choice(UNAMBIGUOUS) for _place in range(length - 1))
    return stem + check_char(stem, UNAMBIGUOUS)


def verification_valid(code: str) -> bool:
    """Whether a stored code has the form of a verification code: a typing error is told without a look-up."""
    return len(code) == VERIFICATION_LENGTH and valid(code, UNAMBIGUOUS)


def meeting_valid(code: str) -> bool:
    """Whether a stored code has the form of an 应约码."""
    return len(code) == MEETING_LENGTH and valid(code, UNAMBIGUOUS)


def transfer_valid(code: str) -> bool:
    """Whether a stored code has the form of a 转递编号."""
    return len(code) == TRANSFER_LENGTH and valid(code, UNAMBIGUOUS)


def pretty(number: str) -> str:
    """For people: 2026-10252-31-000123-5; an 应约码 and a 转递编号 in groups of five, any other number of four."""
    parts = _NUMBER.fullmatch(number)
    if parts:
        return "-".join(parts.groups())
    group = 5 if len(number) in (MEETING_LENGTH, TRANSFER_LENGTH) else 4
    return "-".join(number[start : start + group] for start in range(0, len(number), group))


def normal(text: str) -> str:
    """What a person typed, as stored: half-width upper case without white space and dashes."""
    return _DASHES.sub("", half_width(text))
