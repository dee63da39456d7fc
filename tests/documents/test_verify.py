"""Anyone may verify: the live state, the minimum, the same answer for every miss, and not too often."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.cast import Cast
from wangqian.cases.models import Case
from wangqian.codes import serial
from wangqian.documents.verify import TooOften, by_code, by_number
from wangqian.people.clock import now, today
from wangqian.people.models import AccessLog, Throttle

IP = "192.0.2.1"
RELEASE = {"reason": "not_graduated", "basis": "延长学制决定 教字〔2027〕12 号"}


def code_of(case: Case) -> str:
    assert case.verification_code
    return case.verification_code


def state(case: Case) -> tuple[str, bool]:
    found = by_code(code_of(case), IP)
    assert found is not None
    return found.state, found.in_force


def other_number(case: Case) -> str:
    """A valid number nobody has."""
    assert case.number
    return serial.agreement_number(2027, "10001", "31", int(case.number[11:17]) + 1)


def test_code_and_number_give_the_minimum(cast: Cast) -> None:
    case = cast.signed()
    assert case.number
    found, same = by_code(code_of(case), IP), by_number(case.number, "曹文公", IP)
    assert found and same
    assert (
        found.rows()
        == same.rows()
        == (
            ("协议书编号", serial.pretty(case.number)),
            ("毕业生", "曹**"),
            ("学校", "示范大学"),
            ("用人单位", "越综合企业"),
            ("签约日期", today(now()).isoformat()),
        )
    )
    assert (found.state, found.in_force) == (same.state, same.in_force) == ("有效", True)
    assert timedelta() <= now() - found.checked_at < timedelta(minutes=1)


def test_the_state_is_live_after_a_termination(cast: Cast) -> None:
    case = cast.signed()
    termination = cast.termination(case)
    assert state(case) == ("有效", True)
    cast.act(termination, "accept", cast.employer)
    assert state(case) == ("有效", True)
    cast.act(termination, "approve", cast.school_reviewer)
    assert state(case) == ("已解约", False)


def test_the_state_is_live_after_a_release(cast: Cast) -> None:
    case = cast.signed()
    cast.act(case, "request_release", cast.school_reviewer, RELEASE)
    assert state(case) == ("有效", True)
    cast.act(case, "confirm_release", cast.second_school_user)
    assert state(case) == ("已解除", False)


def test_as_people_type(cast: Cast) -> None:
    graduate = cast.graduate_named("阿依古丽·买买提")
    case = cast.signed(graduate=graduate)
    assert case.number
    loose = serial.pretty(case.number).replace("-", "－").lower()
    for name in ("阿依古丽·买买提", " 阿依古丽•买买提 ", "阿依古丽．买买提", "阿依古丽・买买提"):
        assert by_number(f" {loose} ", name, IP) is not None
    assert by_code(f" {serial.pretty(code_of(case)).lower()}\u200b", IP) is not None


def test_every_miss_is_the_same(cast: Cast) -> None:
    case, mine = cast.signed(), cast.signed(cast.other_employer, cast.graduate_named("李斯"))
    assert case.number and mine.number
    answers = [
        by_number(case.number, "李斯", IP),
        by_number(case.number, "", IP),
        by_number(mine.number, "曹文公", IP),
        by_number(other_number(mine), "曹文公", IP),
        by_number("", "曹文公", IP),
        by_number("x" * 5000, "\0", IP),
        by_code(serial.verification_code(), IP),
        by_code("", IP),
        by_code(case.number, IP),
    ]
    assert answers == [None] * 9
    assert AccessLog.objects.count() == 0


def test_a_wrong_name_costs_what_an_unknown_number_costs(cast: Cast) -> None:
    case = cast.signed()
    assert case.number

    def statements(number: str, name: str) -> int:
        with CaptureQueriesContext(
            connection,
        ) as seen:
            assert by_number(number, name, IP) is None
        return len(seen)

    assert statements(case.number, "李斯") == statements(other_number(case), "李斯")


def test_nothing_is_found_before_the_signing(cast: Cast) -> None:
    case = cast.in_review()
    assert (case.number, case.verification_code) == (None, None)
    assert by_code("", IP) is None and by_number("", "曹文公", IP) is None


def test_the_graduate_can_see_who_verified(cast: Cast) -> None:
    case = cast.signed()
    by_code(code_of(case), IP)
    by_number(case.number or "", "曹文公", "not an address", cast.other_employer)
    seen = AccessLog.objects.order_by("id").values_list("subject", "what", "why", "ip", "actor")
    assert list(seen) == [
        (case.graduate_id, "verification", "核验编号", IP, None),
        (case.graduate_id, "verification", "编号和姓名", None, cast.other_employer.user.pk),
    ]


def test_thirty_codes_per_address(cast: Cast) -> None:
    case = cast.signed()
    for _try in range(30):
        assert by_code(code_of(case), IP) is not None
    with pytest.raises(TooOften) as closed:
        by_code(code_of(case), IP)
    assert (str(closed.value), closed.value.status) == ("查询次数过多，请在 10 分钟后再试。", 429)
    assert by_code(code_of(case), "192.0.2.2") is not None
    Throttle.objects.update(since=now() - timedelta(minutes=10))
    assert by_code(code_of(case), IP) is not None


def test_ten_numbers_per_address(cast: Cast) -> None:
    case = cast.signed()
    assert case.number
    for _try in range(10):
        by_number(other_number(case), "曹文公", "2001:db8::1")
    with pytest.raises(TooOften) as closed:
        by_number(case.number, "曹文公", "2001:db8::2")  # the same line
    assert str(closed.value) == "查询次数过多，请在 10 分钟后再试；也可以扫描协议书上的二维码核验。"
    assert by_number(case.number, "曹文公", "2001:db8:1::1") is not None
    assert by_code(code_of(case), "2001:db8::1") is not None


@pytest.mark.parametrize("exists", [True, False])
def test_twenty_tries_per_number_and_day_whether_it_exists_or_not(cast: Cast, exists: bool) -> None:
    case = cast.signed()
    number = case.number if exists else other_number(case)
    assert number
    for place in range(20):
        assert by_number(number, "李斯", f"198.51.100.{place}") is None
    for name in ("曹文公", "李斯"):
        with pytest.raises(TooOften) as closed:
            by_number(number, name, IP)
        assert str(closed.value) == "这个编号今天的查询次数已用完，请明天再试；也可以扫描协议书上的二维码核验。"
    assert by_code(code_of(case), IP) is not None
    Throttle.objects.update(since=now() - timedelta(days=1))
    assert (by_number(number, "曹文公", IP) is not None) == exists


def test_no_address_and_no_number_stands_in_the_throttle(cast: Cast) -> None:
    case = cast.signed()
    by_number(case.number or "", "曹文公", IP)
    keys = "".join(Throttle.objects.values_list("key", flat=True))
    assert IP not in keys and (case.number or "") not in keys
