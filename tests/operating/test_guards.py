"""The triggers of a fresh database are those of `guards.csv`; one dropped, switched off or rewritten is found.

WANGQIAN_SHOW_GUARDS=1 prints the lines of this engine, for a reviewed diff.
"""

from __future__ import annotations

import os

import pytest
from django.db import connection

from wangqian.operating.checks import database
from wangqian.operating.findings import Mark

pytestmark = pytest.mark.django_db


def execute(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def test_a_fresh_database_has_the_guards_that_are_written_down() -> None:
    standing = database.standing_guards()
    if os.environ.get("WANGQIAN_SHOW_GUARDS"):
        for (table, name), digest in sorted(standing.items()):
            print(f"GUARD {connection.vendor},{table},{name},{digest}")
    assert standing == database.written_guards()
    assert len(standing) > 10
    assert database.guards().mark is Mark.OK


def test_a_dropped_guard_is_found() -> None:
    name = "append_only" if connection.vendor == "postgresql" else "cases_event_no_update"
    execute(f"DROP TRIGGER {name}" + (" ON cases_event" if connection.vendor == "postgresql" else ""))
    finding = database.guards()
    assert (finding.mark, f"cases_event.{name}" in finding.said) == (Mark.BAD, True)


@pytest.mark.postgres
@pytest.mark.parametrize(
    "statement",
    [
        "ALTER TABLE cases_event DISABLE TRIGGER append_only",
        "CREATE OR REPLACE FUNCTION wangqian_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$",
    ],
)
def test_a_guard_that_no_longer_guards_is_found(statement: str) -> None:
    execute(statement)
    finding = database.guards()
    assert (finding.mark, "cases_event.append_only" in finding.said) == (Mark.BAD, True)


def test_a_rewritten_guard_is_found() -> None:
    if connection.vendor == "postgresql":
        execute("DROP TRIGGER append_only ON cases_event")
        execute(
            "CREATE TRIGGER append_only BEFORE DELETE ON cases_event FOR EACH ROW EXECUTE FUNCTION wangqian_append_only()"
        )
    else:
        execute("DROP TRIGGER cases_event_no_update")
        execute("CREATE TRIGGER cases_event_no_update BEFORE UPDATE ON cases_event WHEN 0 BEGIN SELECT 1; END")
    assert database.guards().mark is Mark.BAD
