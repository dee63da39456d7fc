"""统一社会信用代码: what is accepted, what is refused and in which words."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from stdnum.cn import uscc as other
from stdnum.exceptions import ValidationError

from wangqian.codes import uscc
from wangqian.codes.uscc import ALPHABET, CheckFailed, check_char, make, normal, validate

GENUINE = ["91350100M000100Y43", "91370214MA3D2M2T5C"]
LETTERED = ["N2330108", "A1310000", "Y1110000", "G1440300", "11PJ0000"]

prefixes = st.sampled_from(["91310000", "12100000", "92440101", "54371082", *LETTERED])
codes = st.builds(make, prefixes, st.integers(0, 31**6 - 1))
stems = st.text(ALPHABET, min_size=17, max_size=17)


def refusal(number: str) -> str:
    with pytest.raises(ValueError) as refused:
        validate(number)
    return str(refused.value)


@pytest.mark.parametrize("number", GENUINE)
def test_genuine_codes_pass(number):
    assert validate(number) == number
    assert check_char(number[:17]) == number[17]
    assert uscc.organisation_check(number[8:16]) == number[16]


def test_the_alphabet_has_31_characters_without_i_o_s_v_z():
    assert len(ALPHABET) == 31
    assert set("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ") - set(ALPHABET) == set("IOSVZ")


def test_typed_codes_are_brought_to_one_form():
    assert normal(" 9135 0100-m000100y43\u200b") == "91350100M000100Y43"
    assert validate("９１３５０１００Ｍ０００１００Ｙ４３") == "91350100M000100Y43"


@pytest.mark.parametrize(
    ("number", "sentence"),
    [
        ("", "请填写统一社会信用代码"),
        ("91350100M000100Y4", "统一社会信用代码应为18位，现在是17位"),
        ("91350100M000100Y433", "统一社会信用代码应为18位，现在是19位"),
        ("9135O100M000100Y43", "统一社会信用代码第5位不会是字母“O”，请核对是否为形近的数字或字母"),
        ("91350100M000100Y4Z", "统一社会信用代码第18位不会是字母“Z”，请核对是否为形近的数字或字母"),
        ("91350100M000*00Y43", "统一社会信用代码第13位“*”不是数字或大写字母"),
        ("91350100M000码00Y43", "统一社会信用代码第13位“码”不是数字或大写字母"),
    ],
)
def test_a_wrong_code_is_refused_in_plain_words(number, sentence):
    assert refusal(number) == sentence


def test_a_wrong_check_is_told_apart_because_an_operator_may_let_it_pass():
    with pytest.raises(CheckFailed, match="统一社会信用代码的校验码不符，请逐位核对是否输错"):
        validate("91350100M000100Y44")


def test_other_mistakes_are_not_a_failed_check():
    with pytest.raises(ValueError) as refused:
        validate("9135O100M000100Y43")
    assert not isinstance(refused.value, CheckFailed)


@given(prefixes, st.integers(0, 31**6 - 1))
def test_what_is_made_is_valid(prefix, serial):
    number = make(prefix, serial)
    assert validate(number) == number
    assert number.startswith(prefix + "MA")
    assert uscc.organisation_check(number[8:16]) == number[16]


def test_different_serials_make_different_codes():
    assert len({make("91310000", serial) for serial in range(5000)}) == 5000


@given(codes, st.integers(0, 17), st.sampled_from(ALPHABET))
def test_any_single_wrong_character_is_refused(number, place, character):
    assume(number[place] != character)
    with pytest.raises(CheckFailed):
        validate(number[:place] + character + number[place + 1 :])


@given(codes, st.integers(0, 16))
def test_any_swap_of_neighbours_is_refused(number, place):
    assume(number[place] != number[place + 1])
    with pytest.raises(CheckFailed):
        validate(number[:place] + number[place + 1] + number[place] + number[place + 2 :])


@given(st.text(max_size=20) | st.text(ALPHABET, min_size=18, max_size=18))
def test_any_text_is_valid_or_gets_a_sentence(text):
    try:
        assert len(validate(text)) == 18
    except ValueError as refused:
        assert str(refused).startswith(("统一社会信用代码", "请填写"))


@given(stems)
def test_the_check_is_that_of_another_implementation(stem):
    assert check_char(stem) == other.calc_check_digit(stem)


@given(st.text("0123456789", min_size=8, max_size=8), st.text(ALPHABET, min_size=9, max_size=9))
def test_with_digits_in_front_the_verdicts_agree(front, back):
    stem = front + back
    number = stem + check_char(stem)
    assert validate(number) == other.validate(number)


@pytest.mark.parametrize("prefix", LETTERED)
def test_letters_in_front_are_legal_though_the_other_implementation_refuses_them(prefix):
    number = make(prefix, 20260301)
    assert validate(number) == number
    with pytest.raises(ValidationError):
        other.validate(number)


@pytest.mark.parametrize(
    ("prefix", "serial"),
    [("9131000", 1), ("913100000", 1), ("9131000O", 1), ("91310000", -1), ("91310000", 31**6)],
)
def test_impossible_codes_are_not_made(prefix, serial):
    with pytest.raises(ValueError, match=r"前17位|超出范围"):
        make(prefix, serial)
