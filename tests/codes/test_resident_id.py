"""居民身份证号: what is accepted, what is refused and in which words."""

from datetime import date

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from stdnum.cn import ric

from wangqian.codes import resident_id
from wangqian.codes.resident_id import ResidentId, check_digit, make, normal, parse

TODAY = date(2026, 3, 1)
REGIONS = ["110101", "310110", "320102", "440106", "510104", "650102", "710000", "810000", "820000", "830000"]
# Worked out by hand from the weights 7 9 10 5 8 4 2 1 6 3 7 9 10 5 8 4 2 and the row 1 0 X 9 8 7 6 5 4 3 2.
BY_HAND = "11010519491231002X"  # the example of the standard itself

regions = st.sampled_from(REGIONS)
births = st.dates(date(1900, 1, 1), TODAY)
people = st.builds(make, regions, births, st.integers(0, 999))


def refusal(number: str) -> str:
    with pytest.raises(ValueError) as refused:
        parse(number, TODAY)
    return str(refused.value)


def test_the_example_of_the_standard():
    expected = ResidentId(BY_HAND, "110105", date(1949, 12, 31), "2", residence_permit=False)
    assert parse(BY_HAND, TODAY) == expected
    assert check_digit(BY_HAND[:17]) == "X"


def test_a_number_stays_out_of_logs():
    assert BY_HAND not in repr(parse(BY_HAND, TODAY))


def test_typed_numbers_are_brought_to_one_form():
    assert normal(" 110105 19491231 002x\ufeff") == BY_HAND
    assert normal("１１０１０５１９４９１２３１００２ｘ") == BY_HAND
    assert parse("１１０１０５１９４９１２３１００２ｘ", TODAY).number == BY_HAND


@pytest.mark.parametrize(
    ("number", "sentence"),
    [
        ("", "请填写身份证号"),
        ("  ", "请填写身份证号"),
        ("110105491231002", "15位的旧身份证号已停用，请填写18位身份证号"),
        ("11010519491231002", "身份证号应为18位，现在是17位"),
        ("11010519491231002XX", "身份证号应为18位，现在是19位"),
        ("1101O519491231002X", "身份证号第5位应为数字"),
        ("1101051949123100XX", "身份证号第17位应为数字"),
        ("11010519491231002Y", "身份证号最后一位应为数字或X"),
        ("99010519491231002X", "身份证号前两位“99”不是任何省级行政区的代码"),
        ("110105194902310020", "身份证号第7至14位的出生日期不存在"),
        ("110105000001010020", "身份证号第7至14位的出生日期不存在"),
        ("110105202603020020", "身份证号第7至14位的出生日期晚于今天"),
        ("110105194912310021", "身份证号的校验码不符，请逐位核对是否输错"),
        ("٠10105194912310021", "身份证号第1位应为数字"),
    ],
)
def test_a_wrong_number_is_refused_in_plain_words(number, sentence):
    assert refusal(number) == sentence


@given(regions, births, st.integers(0, 999))
def test_what_is_made_is_read_back(region, birth, serial):
    number = make(region, birth, serial)
    sex = "1" if serial % 2 else "2"
    assert parse(number, TODAY) == ResidentId(number, region, birth, sex, region[:2] in {"81", "82", "83"})


def test_a_birth_today_is_no_future():
    assert parse(make("110101", TODAY, 1), TODAY).birth == TODAY


@given(people, st.integers(0, 17), st.sampled_from("0123456789X"))
def test_any_single_wrong_character_is_refused(number, place, character):
    assume(number[place] != character)
    assert refusal(number[:place] + character + number[place + 1 :])


@given(people, st.integers(0, 16))
def test_any_swap_of_neighbours_is_refused(number, place):
    assume(number[place] != number[place + 1])
    assert refusal(number[:place] + number[place + 1] + number[place] + number[place + 2 :])


@given(st.text(max_size=20) | st.text("0123456789X", min_size=18, max_size=18))
def test_any_text_gives_facts_or_a_sentence(text):
    try:
        assert len(parse(text, TODAY).number) == 18
    except ValueError as refused:
        assert str(refused).startswith(("身份证号", "请填写", "15位"))


@given(st.text("0123456789", min_size=17, max_size=17))
def test_the_check_digit_is_that_of_another_implementation(first17):
    assert check_digit(first17) == ric.calc_check_digit(first17 + "0")


# The other implementation asks whether the county existed at birth; a number carries the county of its issue.
@given(st.sampled_from(REGIONS[:6]), st.dates(date(2000, 1, 1), TODAY), st.integers(0, 999))
def test_where_regions_are_known_to_both_the_verdicts_agree(region, birth, serial):
    number = make(region, birth, serial)
    assert ric.is_valid(number)
    assert (ric.get_birth_date(number), number[:6]) == (parse(number, TODAY).birth, region)


@pytest.mark.parametrize(
    ("region", "serial"), [("11010", 1), ("1101011", 1), ("11010X", 1), ("110101", 1000), ("110101", -1)]
)
def test_impossible_persons_are_not_made(region, serial):
    with pytest.raises(ValueError, match="地区代码应为6位数字"):
        make(region, date(2004, 5, 6), serial)


@pytest.mark.parametrize("first17", ["", "1" * 16, "1" * 18, "X" * 17])
def test_a_check_digit_needs_17_digits(first17):
    with pytest.raises(ValueError, match="前17位"):
        resident_id.check_digit(first17)
