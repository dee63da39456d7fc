"""Editions of a table of codes: two operators confirm at the same moment; one is added, the other looks again."""

from __future__ import annotations

import time
from datetime import timedelta
from uuid import UUID

from tests.cast import Cast
from tests.races.crew import Answer, race, unexpected
from wangqian.chart.words import Refused
from wangqian.codes.table import today
from wangqian.people import editions
from wangqian.people.clock import now
from wangqian.people.models import Actor, CodeEdition, Membership

RACERS, EACH = 3, 6


def add(item: tuple[UUID, int]) -> str:
    """Check and confirm an edition of the n-th day from now."""
    member, serial = item
    actor = Actor(Membership.objects.select_related("user").get(pk=member))
    rows = [(1, ["代码", "名称"]), (2, ["9", f"未说明{serial}"])]
    reading = editions.check("sex", today() + timedelta(days=serial), False, "文号", rows)
    if reading.problems:
        raise Refused("生效日期应晚于已有的版本。")
    return str(editions.add(actor, "sex", reading, "文号").number)


def carelessly(item: tuple[UUID, int]) -> str:
    """As it is written without thinking of a second operator."""
    member = Membership.objects.select_related("user").get(pk=item[0])
    number = CodeEdition.objects.filter(table="sex").count() + 1
    time.sleep(0.03)
    CodeEdition.objects.create(table="sex", number=number, added_by=member.user, added_as=member, added_at=now())
    return str(number)


def lots(cast: Cast) -> list[list[tuple[UUID, int]]]:
    people = [cast.operator, cast.second_operator, cast.actor("平台第三人", "operator")]
    return [[(actor.membership.pk, serial) for serial in range(1, EACH + 1)] for actor in people]


def kinds(answers: list[list[Answer]]) -> list[str]:
    return [answer.kind for lot in answers for answer in lot]


def test_one_of_several_is_added_and_the_numbers_have_no_gap(stage: Cast) -> None:
    answers = race(add, lots(stage))
    assert unexpected(answers) == []
    made = list(CodeEdition.objects.order_by("number").values_list("number", "effective_on"))
    assert [number for number, _day in made] == list(range(1, len(made) + 1))
    assert len({day for _number, day in made}) == len(made) == kinds(answers).count("ok")
    assert len(made) >= 1


def test_red_control_a_number_counted_without_care_is_stopped_by_the_database_alone(stage: Cast) -> None:
    answers = race(carelessly, lots(stage))
    assert "IntegrityError" in kinds(answers)
    assert CodeEdition.objects.values("number").distinct().count() == CodeEdition.objects.count()
