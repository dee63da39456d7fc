"""Rights and standing under concurrency: one administrator stays; nobody leaves while he is being bound."""

from __future__ import annotations

from typing import NamedTuple
from uuid import UUID

import pytest
from django.db import connection

from tests.cast import Cast
from tests.races.attempts import Attempt, Ready, ready, take
from tests.races.crew import Answer, race, unexpected
from tests.races.crowd import acceptances, crowd
from wangqian.cases.models import Case
from wangqian.flows import staff
from wangqian.flows.enrolment import change_status
from wangqian.people import members
from wangqian.people.models import Actor, Graduate, Membership, MembershipChange, School, Status

# --- two administrators against each other ------------------------------------------------------------


class Stop(NamedTuple):
    """One administrator ends the other's rights."""

    by: UUID
    whom: UUID


def stop(item: Stop) -> str:
    by = Membership.objects.select_related("user", "school").get(pk=item.by)
    return str(staff.stop(Actor(by, "127.0.0.1", "race"), item.whom).pk)


def duels(cast: Cast, count: int) -> list[list[Stop]]:
    """Schools with two administrators each, who act at the same moment."""
    lots: tuple[list[Stop], list[Stop]] = ([], [])
    for number in range(count):
        school = cast.school_named(f"2{number:04}", f"学校{number}")
        one, other = (
            cast.actor(f"管理员{number}{which}", "school", school=school, admin=True).membership.pk for which in "甲乙"
        )
        lots[0].append(Stop(one, other))
        lots[1].append(Stop(other, one))
    return list(lots)


def administrators() -> list[int]:
    """How many are left at each school."""
    return [
        Membership.objects.filter(school=school, kind="school", admin=True, active=True).count()
        for school in School.objects.all()
    ]


def duelling() -> int:
    return 40 if connection.vendor == "postgresql" else 8


def test_one_administrator_stays(stage: Cast) -> None:
    count = duelling()
    answers = race(stop, duels(stage, count))
    assert unexpected(answers, "NotYours") == []
    assert administrators() == [1] * count


@pytest.mark.postgres
def test_red_control_without_the_lock_a_school_loses_both(stage: Cast) -> None:
    """Off: every row lock. Each looks at rights that the other is about to take."""
    race(stop, duels(stage, 20), off=["slow change", "all locks"])
    assert 0 in administrators()


# --- two operators about one clerk ---------------------------------------------------------------------


def end(item: Stop) -> str:
    by = Membership.objects.select_related("user").get(pk=item.by)
    return str(members.stop(Actor(by, "127.0.0.1", "race"), item.whom, "已离职").pk)


def test_a_clerk_is_stopped_once(stage: Cast) -> None:
    operators = (stage.operator, stage.second_operator)
    clerks = [stage.employer_named(f"单位{number}").membership.pk for number in range(duelling())]
    answers = race(end, [[Stop(by.membership.pk, pk) for pk in clerks] for by in operators])
    assert unexpected(answers, "Refused") == []
    assert list(MembershipChange.objects.values_list("membership", flat=True).order_by("membership")) == sorted(clerks)


# --- leaving against signing --------------------------------------------------------------------------


class Leave(NamedTuple):
    graduate: UUID
    by: UUID


def leave_or_accept(item: Leave | Ready) -> str:
    if isinstance(item, Ready):
        return take(item)
    by = Membership.objects.select_related("user").get(pk=item.by)
    return str(len(change_status(item.graduate, Status.WITHDRAWN, Actor(by, "127.0.0.1", "race"), "退学决定")))


def prepared(block: list[Leave | Attempt]) -> list[Leave | Ready]:
    """Proofs for those who sign; those who are struck off need none."""
    return list(block) if isinstance(block[0], Leave) else list(ready(block))  # type: ignore[arg-type]


def parting(cast: Cast, count: int, *off: str) -> list[list[Answer]]:
    people = crowd(cast, count, 1)
    school = cast.school_reviewer.membership.pk
    leaving = [Leave(one.membership.graduate_id, school) for one in people.graduates]  # type: ignore[arg-type]
    return race(leave_or_accept, [acceptances(people)[0], leaving], ready=prepared, off=off)  # type: ignore[arg-type]


def both() -> int:
    """Graduates who left and are bound all the same."""
    left = Graduate.objects.exclude(status=Status.ENROLLED)
    return Case.objects.filter(holds=True, graduate__in=left).count()


def test_nobody_leaves_while_he_is_being_bound(stage: Cast) -> None:
    count = 60 if connection.vendor == "postgresql" else 10
    answers = parting(stage, count)
    assert unexpected(answers) == []
    assert both() == 0
    accepted, left = ({answer.ok for answer in lot} for lot in answers)
    assert True in accepted | left


@pytest.mark.postgres
def test_red_control_without_the_graduates_lock_some_do(stage: Cast) -> None:
    """Off: the row lock on the graduate on the signing side."""
    parting(stage, 40, "slow commit", "graduate lock")
    assert both() > 0
