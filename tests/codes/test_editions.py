"""Editions laid over a table: new, renamed and ended codes; what was recorded stays readable."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from wangqian.codes.editions import Edition, applied, differences
from wangqian.codes.rows import Code, Table
from wangqian.codes.table import adopt, table

DAY = date(2026, 3, 1)
BEFORE = DAY - timedelta(days=1)
BASE = [
    Code("1", "甲", None, None, "", "base", {"can": "yes"}),
    Code("2", "乙", None, None, "", "base", {"can": "no"}),
    Code("3", "丙", None, date(2020, 1, 1), "", "base", {"can": "no"}),
]


def row(code: str, name: str, can: str = "yes") -> Code:
    return Code(code, name, None, None, "", "later", {"can": can})


@pytest.fixture
def shelf() -> Iterator[None]:
    yield
    adopt({})


def shown(rows: list[Code]) -> list[tuple[str, str, date | None, date | None]]:
    return [(one.code, one.name, one.valid_from, one.valid_to) for one in rows]


def test_a_whole_edition_adds_renames_and_ends() -> None:
    found = applied(BASE, [Edition(DAY, (row("1", "甲新"), row("4", "丁")), whole=True)])
    assert shown(found) == [
        ("1", "甲", None, BEFORE),
        ("1", "甲新", DAY, None),
        ("2", "乙", None, BEFORE),
        ("3", "丙", None, date(2020, 1, 1)),
        ("4", "丁", DAY, None),
    ]
    codes = Table("t", found)
    assert codes.choices(DAY) == [("1", "甲新"), ("4", "丁")]
    assert codes.choices(BEFORE) == [("1", "甲"), ("2", "乙")]
    assert [codes.name_of(code) for code in "1234"] == ["甲新", "乙", "丙", "丁"]
    assert codes.find("甲").name == "甲"


def test_an_edition_of_changes_leaves_the_others_alone() -> None:
    found = applied(BASE, [Edition(DAY, (row("4", "丁"),), whole=False, ended=frozenset({"1"}))])
    assert Table("t", found).choices(DAY) == [("2", "乙"), ("4", "丁")]


def test_another_fact_is_a_change_and_the_same_row_is_none() -> None:
    edition = Edition(DAY, (row("1", "甲", "no"), row("2", "乙", "no")), whole=True)
    assert [(one.code, one.before, one.after and one.after.extra["can"]) for one in differences(BASE, edition)] == [
        ("1", BASE[0], "no")
    ]


def test_a_revoked_code_may_come_back() -> None:
    codes = Table("t", applied(BASE, [Edition(DAY, (row("3", "丙", "no"),), whole=False)]))
    assert codes.get("3", BEFORE) is None
    assert codes.get("3", DAY).name == "丙"
    assert codes.get("3", date(2019, 1, 1)).name == "丙"


def test_editions_follow_each_other() -> None:
    later = DAY + timedelta(days=30)
    both = [Edition(DAY, (row("1", "甲一"),), False), Edition(later, (row("1", "甲二"),), False)]
    codes = Table("t", applied(BASE, both))
    assert [codes.get("1", day).name for day in (BEFORE, DAY, later)] == ["甲", "甲一", "甲二"]


def test_a_row_of_the_same_day_gives_way() -> None:
    """A release may ship what an operator added before: the table must still be read."""
    base = [*BASE, Code("4", "丁", DAY, None, "", "base", {"can": "yes"})]
    assert Table("t", applied(base, [Edition(DAY, (row("4", "丁丁"),), False)])).name_of("4") == "丁丁"
    assert "4" not in Table("t", applied(base, [Edition(DAY, (), False, frozenset({"4"}))]))


@pytest.mark.usefixtures("shelf")
def test_an_adopted_edition_is_in_force_from_its_day_and_gone_when_it_is_gone() -> None:
    shipped = table("sex")
    new = Code("9", "未说明", None, None, "", "test", {"aliases": ""})
    adopt({"sex": [Edition(date(2026, 1, 1), (new,), whole=False)]})
    assert table("sex").choices(date(2026, 1, 1)) == [("1", "男"), ("2", "女"), ("9", "未说明")]
    assert table("sex").choices(date(2025, 12, 31)) == [("1", "男"), ("2", "女")]
    assert table("sex") is table("sex")
    adopt({})
    assert "9" not in table("sex")
    assert list(table("sex")) == list(shipped)
