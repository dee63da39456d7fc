"""Anyone may verify: the live state, the minimum, the same answer for every miss, and not too often."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django.fixtures import Settings

from tests.cast import Cast
from wangqian.cases.models import Case
from wangqian.codes import serial
from wangqian.documents.verify import by_code, by_number
from wangqian.people import limits
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
            ("电子印章", "协议书生成中"),
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
    cast.ask_release(case, cast.school_reviewer, RELEASE)
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
    seen = AccessLog.objects.order_by("id")
    assert [(one.subject_id, one.what, one.why, one.ip, one.actor_id) for one in seen] == [
        (case.graduate_id, "verification", "核验编号", IP, None),
        (case.graduate_id, "verification", "编号和姓名", None, cast.other_employer.user.pk),
    ]


@pytest.mark.parametrize("exists", [True, False])
def test_twenty_tries_per_number_and_day_whether_it_exists_or_not(cast: Cast, exists: bool) -> None:
    case = cast.signed()
    number = case.number if exists else other_number(case)
    assert number
    for place in range(20):
        assert by_number(number, "李斯", f"198.51.100.{place}") is None
    for name in ("曹文公", "李斯"):
        with pytest.raises(limits.Over) as closed:
            by_number(number, name, IP)
        assert str(closed.value) == "这个编号今天的查询次数已用完，请明天再试；也可以扫描协议书上的二维码核验。"
    assert by_code(code_of(case), IP) is not None
    Throttle.objects.update(since=now() - timedelta(days=1))
    assert (by_number(number, "曹文公", IP) is not None) == exists


def test_one_name_is_not_tried_on_many_numbers(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who knows a name could try every number of its school; what is found uses nothing up, and the QR code stays."""
    case = cast.signed()
    assert case.number
    monkeypatch.setitem(limits.LIMITS, "verify-name", limits.Limit(3, limits.DAY, limits.NAMED))
    for _try in range(5):
        assert by_number(case.number, "曹文公", IP) is not None
    for serial_number in range(3):
        number = serial.agreement_number(2027, "10001", "31", int(case.number[11:17]) + 7 + serial_number)
        assert by_number(number, " 曹文公", f"198.51.100.{serial_number}") is None
    with pytest.raises(limits.Over) as closed:
        by_number(case.number, "曹文公", IP)
    assert "这个姓名今天查不到的次数过多" in str(closed.value)
    assert by_code(code_of(case), IP) is not None


def test_watching_the_limits_refuses_nothing(cast: Cast, settings: Settings) -> None:
    settings.LIMITS = "track"
    case = cast.signed()
    assert case.number
    for _try in range(22):
        by_number(case.number, "李斯", IP)
    assert by_number(case.number, "曹文公", IP) is not None
    settings.LIMITS = "enforce"
    with pytest.raises(limits.Over):
        by_number(case.number, "曹文公", IP)


def test_no_address_and_no_number_stands_in_the_throttle(cast: Cast) -> None:
    case = cast.signed()
    by_number(case.number or "", "曹文公", IP)
    keys = "".join(Throttle.objects.values_list("key", flat=True))
    assert IP not in keys and (case.number or "") not in keys
