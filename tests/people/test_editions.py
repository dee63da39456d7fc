"""Editions in the database: append-only, numbered, taken up by every process, in force from their day."""

from __future__ import annotations

import csv
import io
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.utils import DatabaseError
from django.test.utils import CaptureQueriesContext

from tests.cast import Cast
from wangqian.cases.forms import form_class
from wangqian.chart.words import Refused
from wangqian.codes.table import table, today
from wangqian.flows.needs import TERMS
from wangqian.people import editions
from wangqian.people.models import CodeEdition

pytestmark = pytest.mark.django_db
TEXT = "代码,名称,审核提醒,停用\n13,工程与数字技术人员,,\n91,数字职业人员,no,\n80,,,是\n"


def added(cast: Cast, text: str = TEXT, on: date | None = None, name: str = "job_category") -> CodeEdition:
    rows = list(enumerate(csv.reader(io.StringIO(text)), 1))
    reading = editions.check(name, on or today(), False, "文号", rows)
    assert reading.problems == []
    return editions.add(cast.operator, name, reading, "文号")


def offered() -> dict[str, str]:
    return {str(code): str(name) for code, name in form_class(TERMS)().fields["job_category"].choices}  # type: ignore[attr-defined]


def test_an_edition_is_in_force_at_once_in_forms_made_before(cast: Cast) -> None:
    assert ("91" in offered(), offered()["13"], "80" in offered()) == (False, "工程技术人员", True)
    made = added(cast)
    assert ("91" in offered(), offered()["13"], "80" in offered()) == (True, "工程与数字技术人员", False)
    assert (made.number, made.added_by, made.effective_on) == (1, cast.operator.user, today())
    assert table("job_category").name_of("80") == "军人"
    assert table("job_category").get("13", today() - timedelta(days=1)).name == "工程技术人员"


def test_an_edition_to_come_changes_nothing_yet(cast: Cast) -> None:
    before = offered()
    added(cast, on=today() + timedelta(days=30))
    assert offered() == before
    assert table("job_category").find("91") is None
    assert dict(table("job_category").choices(today() + timedelta(days=30)))["91"] == "数字职业人员"


def test_a_record_keeps_the_name_of_its_day(cast: Cast) -> None:
    case = cast.invited()
    before = case.versions.get(version=1).content["terms"]
    added(cast, f"代码,名称\n{before['job_category']},改了名的职位\n")
    after = case.versions.get(version=1).content["terms"]
    assert (after["job_category"], after["job_category_name"]) == (before["job_category"], before["job_category_name"])
    assert table("job_category").name_of(before["job_category"]) == "改了名的职位"


def test_another_process_takes_it_up_when_it_looks(cast: Cast, settings: object) -> None:
    added(cast)
    editions.forget()  # as another process that has not looked yet
    assert "91" not in offered()
    assert editions.look() == 0  # the control: this one never looks
    assert "91" not in offered()
    settings.CODES_SECONDS = 60  # type: ignore[attr-defined]
    with CaptureQueriesContext(connection) as asked:
        assert editions.look() == 1
    assert len(asked) == 2
    assert "91" in offered()
    with CaptureQueriesContext(connection) as asked:
        assert [editions.look() for _again in range(5)] == [0] * 5
    assert len(asked) == 0


def test_looking_when_nothing_is_new_costs_one_count(cast: Cast, settings: object) -> None:
    added(cast)
    settings.CODES_SECONDS = 0  # type: ignore[attr-defined]
    with CaptureQueriesContext(connection) as asked:
        assert editions.look() == 0
    assert len(asked) == 1


def test_nothing_that_was_added_is_changed_or_removed(cast: Cast) -> None:
    made = added(cast)
    for spoil in (
        lambda: CodeEdition.objects.filter(pk=made.pk).update(source="别的"),
        lambda: CodeEdition.objects.filter(pk=made.pk).delete(),
    ):
        with pytest.raises(DatabaseError, match="append only"), transaction.atomic():
            spoil()
    assert CodeEdition.objects.get().source == "文号"


def test_two_may_not_have_one_number(cast: Cast) -> None:
    made = added(cast)
    with pytest.raises(IntegrityError), transaction.atomic():
        CodeEdition.objects.create(
            table=made.table, number=1, added_by=made.added_by, added_as=made.added_as, added_at=made.added_at
        )


def test_one_that_came_between_the_check_and_the_confirmation_is_refused(cast: Cast) -> None:
    rows = list(enumerate(csv.reader(io.StringIO(TEXT)), 1))
    reading = editions.check("job_category", today(), False, "文号", rows)
    added(cast, "代码,名称\n1,男性\n", name="sex")
    editions.forget()  # the other process does not know of it
    with pytest.raises(Refused, match="刚才另有人改动了代码表"):
        editions.add(cast.operator, "job_category", reading, "文号")
    assert CodeEdition.objects.filter(table="job_category").count() == 0


def test_editions_follow_each_other_and_the_second_must_be_later(cast: Cast) -> None:
    added(cast)
    again = list(enumerate(csv.reader(io.StringIO("代码,名称\n91,数字职业\n")), 1))
    same = editions.check("job_category", today(), False, "文号", again)
    assert [one.sentence for one in same.problems] == [f"生效日期应晚于 {today()}：本表已有自该日起的内容"]
    tomorrow = today() + timedelta(days=1)
    assert added(cast, "代码,名称\n91,数字职业\n", tomorrow).number == 2
    assert dict(table("job_category").choices())["91"] == "数字职业人员"
    assert dict(table("job_category").choices(tomorrow))["91"] == "数字职业"


def test_one_to_come_may_be_taken_back_and_added_again(cast: Cast) -> None:
    later = today() + timedelta(days=30)
    made = added(cast, on=later)
    editions.withdraw(cast.operator, made)
    assert "91" not in dict(table("job_category").choices(later))
    assert list(editions.in_force("job_category")) == []
    assert added(cast, on=later).number == 3


def test_one_in_force_is_not_taken_back(cast: Cast) -> None:
    made = added(cast)
    with pytest.raises(Refused, match="已经生效"):
        editions.withdraw(cast.operator, made)
    later = added(cast, "代码,名称\n92,乙\n".replace("名称", "名称,审核提醒").replace("乙", "乙,no"), today() + timedelta(days=1))
    last = added(cast, "代码,名称,审核提醒\n93,丙,no\n", today() + timedelta(days=2))
    with pytest.raises(Refused, match="请先撤回后面的"):
        editions.withdraw(cast.operator, later)
    editions.withdraw(cast.operator, last)
    with pytest.raises(Refused, match="已经撤回"):
        editions.withdraw(cast.operator, last)


@pytest.mark.parametrize("on", [date(1949, 9, 30), today() + timedelta(days=732), date(9999, 12, 31), date(1, 1, 1)])
def test_a_day_that_cannot_be_is_refused(on: date) -> None:
    with pytest.raises(Refused, match="生效日期应在"):
        editions.check("sex", on, False, "文号", [])


def test_an_edition_of_a_table_that_is_no_more_hinders_nobody(cast: Cast, caplog: pytest.LogCaptureFixture) -> None:
    made = added(cast)
    CodeEdition.objects.create(
        table="gone", number=1, effective_on=today(), content="code,name,parent,ended\n1,甲,,\n",
        added_by=made.added_by, added_as=made.added_as, added_at=made.added_at,
    )  # fmt: skip
    editions.forget()
    assert editions.refresh() == 1
    assert "91" in offered()
    assert "edition not readable" in caplog.text


def test_the_database_away_leaves_the_tables_as_they_are(monkeypatch: pytest.MonkeyPatch, settings: object) -> None:
    def away() -> int:
        raise DatabaseError("gone")

    settings.CODES_SECONDS = 0  # type: ignore[attr-defined]
    monkeypatch.setattr(editions, "refresh", away)
    assert editions.look() == 0
    assert table("sex").name_of("1") == "男"
