"""应约码: made by the graduate, spent once, by one certified employer, known to both (security.md §2.1)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from pytest_django.fixtures import Settings

from tests.cast import Cast, edit
from wangqian.chart.words import Refused
from wangqian.codes import serial
from wangqian.flows import meeting_codes
from wangqian.people import limits
from wangqian.people.clock import now
from wangqian.people.models import (
    AccessLog,
    Actor,
    Cohort,
    Employer,
    Favourite,
    Graduate,
    MeetingCode,
    SchoolProfile,
    Throttle,
)


def silent(_kept: Favourite) -> None:
    """Nobody is told."""


def use(actor: Actor, code: str) -> Favourite:
    return meeting_codes.use(actor, code, silent)


def refused(act: Callable[[], object]) -> str:
    with pytest.raises(Refused) as caught:
        act()
    return str(caught.value)


def test_made_and_used_once(cast: Cast) -> None:
    made = meeting_codes.make(cast.graduate)
    assert serial.meeting_valid(made.code) and made.expires_at - made.made_at == timedelta(hours=72)
    kept = use(cast.employer, f" {serial.pretty(made.code).lower()} ")
    assert (kept.graduate, kept.employer) == (cast.graduate.membership.graduate, cast.employer.membership.employer)
    logged = AccessLog.objects.get(what="meeting_code")
    assert (logged.subject_id, logged.membership) == (kept.graduate_id, cast.employer.membership)
    for again in (cast.employer, cast.other_employer):
        assert refused(lambda again=again: use(again, made.code)) == meeting_codes.UNKNOWN
    assert Favourite.objects.count() == AccessLog.objects.count() == 1


def test_who_knows_him_already_spends_the_code_too(cast: Cast) -> None:
    cast.favour(cast.employer, cast.graduate)
    use(cast.employer, meeting_codes.make(cast.graduate).code)
    assert Favourite.objects.count() == 1 and MeetingCode.objects.get().used_by == cast.employer.membership


def test_expired_withdrawn_unknown_and_left_look_alike(cast: Cast) -> None:
    people = (cast.graduate, cast.graduate, cast.graduate_named("转出者"), cast.outsider)
    expired, withdrawn, left, closed = (meeting_codes.make(one) for one in people)
    MeetingCode.objects.filter(pk=expired.pk).update(expires_at=now())
    assert meeting_codes.withdraw(cast.graduate, withdrawn.pk)
    Graduate.objects.filter(pk=left.graduate_id).update(status="moved")
    Cohort.objects.filter(pk=closed.graduate.cohort_id).update(closes_at=now())
    for code in (expired.code, withdrawn.code, left.code, closed.code, serial.meeting_code()):
        assert refused(lambda code=code: use(cast.employer, code)) == meeting_codes.UNKNOWN
    assert Favourite.objects.count() == AccessLog.objects.count() == 0


BARRED: list[tuple[Callable[[Cast], object], str, str]] = [
    (
        lambda cast: edit(cast.graduate.membership.graduate, training_mode="2"),
        "您的培养方式或学籍状态不能网上签约，如有疑问请联系学校就业部门。",
        "该毕业生不符合网上签约条件。",
    ),
    (
        lambda cast: edit(cast.graduate.membership.graduate, status="extended"),
        "您的培养方式或学籍状态不能网上签约，如有疑问请联系学校就业部门。",
        "该毕业生不符合网上签约条件。",
    ),
    (
        lambda cast: SchoolProfile.objects.filter(school=cast.school).update(offers_online=False),
        "您的学校没有开通线上签约，单位不能在网上邀请您；有疑问请与学校就业部门联系。",
        "该毕业生的学校没有开通线上签约，请与学校就业部门联系。",
    ),
]


@pytest.mark.parametrize(("bar", "his", "theirs"), BARRED)
def test_who_may_not_be_invited_makes_none_and_what_he_made_is_not_spent(
    cast: Cast, bar: Callable[[Cast], object], his: str, theirs: str
) -> None:
    made = meeting_codes.make(cast.graduate)
    bar(cast)
    assert refused(lambda: meeting_codes.make(cast.graduate)) == his
    assert refused(lambda: use(cast.employer, made.code)) == theirs
    assert (MeetingCode.objects.get().used_at, Favourite.objects.count(), AccessLog.objects.count()) == (None, 0, 0)
    assert not Throttle.objects.filter(key__startswith="meeting-misses:").exists()


def test_in_service_by_the_schools_dial(cast: Cast) -> None:
    edit(cast.graduate.membership.graduate, training_mode="3")
    SchoolProfile.objects.filter(school=cast.school).update(in_service_can_sign=False)
    assert "不能网上签约" in refused(lambda: meeting_codes.make(cast.graduate))
    SchoolProfile.objects.filter(school=cast.school).update(in_service_can_sign=True)
    assert use(cast.employer, meeting_codes.make(cast.graduate).code)


def test_only_his_own_and_only_unused_are_withdrawn(cast: Cast) -> None:
    made = meeting_codes.make(cast.graduate)
    assert not meeting_codes.withdraw(cast.outsider, made.pk)
    use(cast.employer, made.code)
    assert not meeting_codes.withdraw(cast.graduate, made.pk)


def test_five_open_codes_at_most(cast: Cast) -> None:
    codes = [meeting_codes.make(cast.graduate) for _ in range(5)]
    assert "5 个未使用" in refused(lambda: meeting_codes.make(cast.graduate))
    use(cast.employer, codes[0].code)
    assert meeting_codes.make(cast.graduate)


def test_uncertified_and_suspended_employers_spend_nothing(cast: Cast) -> None:
    made = meeting_codes.make(cast.graduate)
    newcomer = cast.employer_named("新单位", certified=False)
    assert "尚未通过认证" in refused(lambda: use(newcomer, made.code))
    Employer.objects.filter(pk=cast.employer.membership.employer_id).update(suspended_at=now())
    assert "暂停" in refused(lambda: use(cast.employer, made.code))
    assert MeetingCode.objects.get().used_at is None


def test_a_guesser_is_stopped_and_others_go_on(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    made = meeting_codes.make(cast.graduate)
    monkeypatch.setitem(limits.LIMITS, "meeting-use", limits.Limit(7, limits.DAY, limits.ENTERED))
    for _ in range(7):
        assert refused(lambda: use(cast.employer, serial.meeting_code())) == meeting_codes.UNKNOWN
    assert "24 小时内使用应约码已达 7 次" in refused(lambda: use(cast.employer, made.code))
    assert use(cast.other_employer, made.code).graduate == cast.graduate.membership.graduate


def test_a_day_of_guesses_finds_nothing() -> None:
    """45 bits: with 10 000 open codes, a year of 100 employers' guesses finds one in less than one of a hundred years."""
    assert 365 * 100 * limits.LIMITS["meeting-use"].count * 10_000 / 2**45 < 0.01


def test_watching_the_limits_refuses_nothing(cast: Cast, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.LIMITS = "track"
    heard: list[tuple[str, str]] = []
    monkeypatch.setattr(limits, "LISTENERS", [lambda name, outcome: heard.append((name, outcome))])
    monkeypatch.setitem(limits.LIMITS, "meeting-use", limits.Limit(1, limits.DAY, limits.ENTERED))
    refused(lambda: use(cast.employer, serial.meeting_code()))
    assert use(cast.employer, meeting_codes.make(cast.graduate).code)
    assert heard.count(("meeting-use", "tracked")) == 1


def test_a_miss_is_counted_though_the_look_up_is_undone(cast: Cast) -> None:
    refused(lambda: use(cast.employer, serial.meeting_code()))
    assert Throttle.objects.get(key__startswith="meeting-misses:").count == 1


def test_no_message_no_use(cast: Cast) -> None:
    """Messages and use are one transaction."""
    made = meeting_codes.make(cast.graduate)

    def broken(_kept: Favourite) -> None:
        raise RuntimeError

    with pytest.raises(RuntimeError):
        meeting_codes.use(cast.employer, made.code, broken)
    assert MeetingCode.objects.get().used_at is None and not Favourite.objects.exists()


def test_the_code_is_not_readable_in_the_database(cast: Cast) -> None:
    made = meeting_codes.make(cast.graduate)
    (stored,) = MeetingCode.objects.values_list("code", flat=True)
    assert made.code.encode() not in bytes(stored)
    assert MeetingCode.objects.get().code == made.code
