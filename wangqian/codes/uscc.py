"""统一社会信用代码 (GB 32100-2015): 18 places of 31 characters, weights 3^i mod 31."""

from __future__ import annotations

from django.utils.translation import gettext as _

from wangqian.codes.width import half_width

LENGTH = 18
ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_VALUE = {character: value for value, character in enumerate(ALPHABET)}
_WEIGHTS = tuple(pow(3, place, 31) for place in range(17))
# GB 11714: places 9–16 carry their own check character at place 17; its alphabet is all 36 characters.
_ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)


class CheckFailed(ValueError):
    """Only the check character is wrong: a few genuine early codes are so, an operator may let one pass."""


def normal(number: str) -> str:
    """Half-width upper case without white space or hyphens."""
    return half_width(number).replace("-", "")


def check_char(first17: str) -> str:
    """The 18th character for the first 17. Raises ValueError when they are not 17 legal characters."""
    if len(first17) != 17 or any(character not in _VALUE for character in first17):
        raise ValueError(_("计算校验码需要统一社会信用代码的前17位"))
    total = sum(_VALUE[character] * weight for character, weight in zip(first17, _WEIGHTS, strict=True))
    return ALPHABET[-total % 31]


def validate(number: str) -> str:
    """The normal form of a valid code.

    Letters are legal in the first 8 places too (N…, A1…, Y1…, G1…). The 18th place alone decides: the inner
    check of 主体标识码 at place 17 is not judged. Raises ValueError with a sentence, CheckFailed when only
    the check fails.
    """
    number = normal(number)
    if not number:
        raise ValueError(_("请填写统一社会信用代码"))
    if len(number) != LENGTH:
        raise ValueError(_("统一社会信用代码应为18位，现在是%(length)d位") % {"length": len(number)})
    for place, character in enumerate(number, 1):
        if character not in _VALUE:
            raise ValueError(_illegal(place, character))
    if check_char(number[:17]) != number[17]:
        raise CheckFailed(_("统一社会信用代码的校验码不符，请逐位核对是否输错"))
    return number


def organisation_check(first8: str) -> str:
    """The check character of an organisation code (GB 11714) for its first 8 characters."""
    values = (int(character, 36) for character in first8)
    rest = 11 - sum(v * weight for v, weight in zip(values, _ORGANISATION_WEIGHTS, strict=True)) % 11
    return {10: "X", 11: "0"}.get(rest, str(rest))


def make(prefix: str, serial: int) -> str:
    """A valid code of an invented organisation.

    `prefix`: 8 places, kind and region ("91310000"); `serial`: 0 to 31^6 - 1, written as MA######.
    Raises ValueError.
    """
    if not 0 <= serial < 31**6:
        raise ValueError(_("顺序码超出范围"))
    places = "".join(ALPHABET[serial // 31**power % 31] for power in range(5, -1, -1))
    first17 = f"{prefix}MA{places}" + organisation_check(f"MA{places}")
    return first17 + check_char(first17)


def _illegal(place: int, character: str) -> str:
    facts = {"place": place, "character": character}
    if character in "IOSVZ":
        said = _("统一社会信用代码第%(place)d位不会是字母“%(character)s”，请核对是否为形近的数字或字母")
        return said % facts
    return _("统一社会信用代码第%(place)d位“%(character)s”不是数字或大写字母") % facts
