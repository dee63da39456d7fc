"""Amounts of money as papers print them: with thousands, and in capital numerals (as on bank papers)."""

from decimal import Decimal

DIGITS = "零壹贰叁肆伍陆柒捌玖"
PLACES = ("", "拾", "佰", "仟")
GROUPS = ("", "万", "亿", "万亿")
LIMIT = Decimal(10) ** 16


def money(amount: Decimal, unit: str = "元") -> str:
    """`5,000 元`, `1,234.50 元/月`: thousands, fen where any. Raises ValueError as `amount_words`."""
    fen = _fen(amount)
    return f"{fen // 100:,}" + (f".{fen % 100:02}" if fen % 100 else "") + f" {unit}"


def amount_words(amount: Decimal) -> str:
    """`伍仟元整`, `壹仟零叁元零伍分`: capital numerals of 0 ≤ amount < 10¹⁶ yuan, whole fen.

    整 closes every amount without fen, so that nothing can be added behind it.
    Raises ValueError outside the range.
    """
    yuan, cents = divmod(_fen(amount), 100)
    jiao, fen = divmod(cents, 10)
    if not yuan and not cents:
        return "零元整"
    words = _integer(yuan) + "元" if yuan else ""
    if jiao:
        words += DIGITS[jiao] + "角"
    elif fen and yuan:
        words += "零"
    return words + (DIGITS[fen] + "分" if fen else "整")


def _fen(amount: Decimal) -> int:
    if not amount.is_finite() or not 0 <= amount < LIMIT:
        raise ValueError(f"not an amount of money: {amount}")
    fen = amount * 100
    if fen != fen.to_integral_value():
        raise ValueError(f"more than two decimals: {amount}")
    return int(fen)


def _integer(yuan: int) -> str:
    words, gap = "", False
    for power in (3, 2, 1, 0):
        group = yuan // 10_000**power % 10_000
        if group:
            words += "零" if words and (gap or group < 1000) else ""
            words += _thousands(group) + _unit(yuan, power)
        gap = not group
    return words


def _unit(yuan: int, power: int) -> str:
    """万亿 is 万 followed by 亿 of the next group: `壹万贰仟亿`, and `壹万亿` when that group is empty."""
    return "万" if power == 3 and yuan // 10_000**2 % 10_000 else GROUPS[power]


def _thousands(group: int) -> str:
    words, gap = "", False
    for place in (3, 2, 1, 0):
        digit = group // 10**place % 10
        if digit:
            words += ("零" if words and gap else "") + DIGITS[digit] + PLACES[place]
        gap = not digit
    return words
