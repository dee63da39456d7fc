"""Money in capital numerals reads back as the amount, by a reader that knows nothing of the writer."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wangqian.documents.amounts import amount_words, money

DIGITS = {digit: value for value, digit in enumerate("零壹贰叁肆伍陆柒捌玖")}
PLACES = {"拾": 10, "佰": 100, "仟": 1000}


def read(words: str) -> Decimal:
    """The amount that capital numerals say."""
    total = group = digit = 0
    fen = 0
    for character in words.removesuffix("整"):
        if character in DIGITS:
            digit = DIGITS[character]
        elif character in PLACES:
            group, digit = group + digit * PLACES[character], 0
        elif character == "万":
            total, group, digit = total + (group + digit) * 10_000, 0, 0
        elif character == "亿":
            total, group, digit = (total + group + digit) * 10**8, 0, 0
        elif character == "元":
            total, group, digit = total + group + digit, 0, 0
        else:
            fen, digit = fen + digit * {"角": 10, "分": 1}[character], 0
    return Decimal(total) + Decimal(fen) / 100


fen_amounts = st.one_of(
    st.integers(0, 10**18 - 1),
    st.integers(0, 10**7),
    # Mostly zeros, where 零 is easily put wrong.
    st.text("0005", min_size=1, max_size=18).map(int),
)


@given(fen_amounts)
def test_reads_back_as_the_amount(fen: int) -> None:
    words = amount_words(Decimal(fen) / 100)
    assert read(words) == Decimal(fen) / 100
    assert "零零" not in words
    assert words.endswith("整") == (fen % 10 == 0)


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        ("0", "零元整"),
        ("0.05", "伍分"),
        ("0.50", "伍角整"),
        ("5000", "伍仟元整"),
        ("10", "壹拾元整"),
        ("1003.05", "壹仟零叁元零伍分"),
        ("1409.50", "壹仟肆佰零玖元伍角整"),
        ("6007.14", "陆仟零柒元壹角肆分"),
        ("107000.53", "壹拾万柒仟元伍角叁分"),
        ("16409.02", "壹万陆仟肆佰零玖元零贰分"),
        ("100000001", "壹亿零壹元整"),
        ("1000000000000", "壹万亿元整"),
        ("1000100000000", "壹万零壹亿元整"),
    ],
)
def test_known_amounts(amount: str, words: str) -> None:
    assert amount_words(Decimal(amount)) == words


@pytest.mark.parametrize("amount", ["-1", "0.001", "NaN", "Infinity", "1e16"])
def test_what_is_no_amount_is_refused(amount: str) -> None:
    with pytest.raises(ValueError, match=r"amount|decimals"):
        amount_words(Decimal(amount))


def test_money_has_thousands_and_unit() -> None:
    assert money(Decimal("8000"), "元/月") == "8,000 元/月"
    assert money(Decimal("1234567.5")) == "1,234,567.50 元"
    assert money(Decimal("0.00")) == "0 元"
