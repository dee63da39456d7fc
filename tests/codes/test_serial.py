"""Agreement numbers and verification codes."""

from itertools import pairwise

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from stdnum.iso7064 import mod_37_36

from wangqian.codes import serial
from wangqian.codes.serial import (
    ALPHANUMERIC,
    UNAMBIGUOUS,
    agreement_number,
    agreement_valid,
    check_char,
    normal,
    pretty,
    valid,
    verification_code,
    verification_valid,
)

numbers = st.builds(
    agreement_number,
    st.integers(2000, 2099),
    st.from_regex(r"[0-9]{5}", fullmatch=True),
    st.sampled_from(["01", "11", "31", "41"]),
    st.integers(1, 999_999),
)
alphabets = st.sampled_from([ALPHANUMERIC, UNAMBIGUOUS])


def test_the_example_of_the_standard():
    # ISO 7064 MOD 37,36: A12425GABC1234002 takes the check character M (the GRid of the recording industry).
    assert check_char("A12425GABC1234002") == "M"
    assert valid("A12425GABC1234002M")


def test_an_agreement_number_by_its_parts():
    number = agreement_number(2026, "10252", "31", 123)
    assert number[:17] == "20261025231000123"
    assert number[17] == mod_37_36.calc_check_digit("20261025231000123")
    assert agreement_valid(number)
    assert pretty(number) == f"2026-10252-31-000123-{number[17]}"


@pytest.mark.parametrize(
    "parts",
    [
        (26, "10252", "31", 0),
        (2026, "10252", "31", 0),
        (2026, "10252", "31", -1),
        (2026, "10252", "31", 1_000_000),
        (20260, "10252", "31", 1),
        (2026, "1025", "31", 1),
        (2026, "102523", "1", 1),
        (2026, "1025A", "31", 1),
        (2026, "10252", "3", 1),
        (2026, "１０２５２", "31", 1),
    ],
)
def test_parts_that_do_not_fit_are_refused(parts):
    with pytest.raises(ValueError, match="协议书编号由4位年份"):
        agreement_number(*parts)


@given(st.text(ALPHANUMERIC, min_size=1, max_size=30))
def test_the_check_is_that_of_another_implementation(text):
    assert check_char(text) == mod_37_36.calc_check_digit(text)
    assert valid(text + check_char(text))


@given(alphabets, st.data())
def test_any_single_wrong_character_is_found(alphabet, data):
    text = data.draw(st.text(alphabet, min_size=1, max_size=20))
    number = text + check_char(text, alphabet)
    place = data.draw(st.integers(0, len(text)))
    character = data.draw(st.sampled_from(alphabet))
    assume(number[place] != character)
    assert not valid(number[:place] + character + number[place + 1 :], alphabet)


def test_at_least_99_of_100_swaps_of_neighbours_are_found():
    # The hybrid systems miss one kind of swap only.
    found = swapped = 0
    for ordinal in range(1, 999_999, 997):
        number = agreement_number(2026, "10252", "31", ordinal)
        for place, (left, right) in enumerate(pairwise(number)):
            if left != right:
                swapped += 1
                found += not valid(number[:place] + right + left + number[place + 2 :])
    assert swapped > 10_000
    assert found / swapped >= 0.99


@given(numbers)
def test_a_number_survives_print_and_typing(number):
    assert agreement_valid(number)
    assert normal(pretty(number)) == number
    assert normal(f" {pretty(number).lower().replace('-', ' － ')}\n") == number
    assert normal(pretty(number).replace("-", "—")) == number


@pytest.mark.parametrize("text", ["", "A", "编号", "a1", "0 1", "2026-10252"])
def test_other_text_is_simply_not_valid(text):
    assert not valid(text)
    assert not agreement_valid(text)
    assert not verification_valid(text)


def test_a_check_character_is_not_made_for_other_characters():
    with pytest.raises(ValueError, match="编号只能含数字和大写字母"):
        check_char("编号")


def test_verification_codes_are_valid_and_never_the_same():
    codes = [verification_code() for _ in range(2000)]
    assert len(set(codes)) == 2000
    assert all(verification_valid(code) for code in codes)
    assert {character for code in codes for character in code} == set(UNAMBIGUOUS)


def test_the_unambiguous_alphabet_leaves_out_what_looks_alike():
    assert set(ALPHANUMERIC) - set(UNAMBIGUOUS) == set("01IO")
    assert len(UNAMBIGUOUS) == 32


def test_a_verification_code_survives_print_and_typing():
    code = verification_code()
    assert [len(group) for group in pretty(code).split("-")] == [4, 4, 4, 4]
    assert normal(pretty(code)) == code
    assert normal(pretty(code).lower().replace("-", "  ")) == code


def test_a_code_of_another_length_is_not_a_verification_code():
    stem = "2" * 14
    short = stem + check_char(stem, UNAMBIGUOUS)
    assert valid(short, UNAMBIGUOUS)
    assert not verification_valid(short)


def test_chance_comes_from_the_secrets_of_the_system(monkeypatch):
    monkeypatch.setattr(serial.secrets, "choice", lambda alphabet: alphabet[0])
    assert verification_code()[:15] == "2" * 15
