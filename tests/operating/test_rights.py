"""The site runs as a role that may add to append-only tables and change nothing in them: exactly the lines of docs/operate.md."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.conf import settings
from django.db import ProgrammingError, connection, transaction

from tests.cast import Cast
from tests.screens.door import inside, with_password
from wangqian.cases import log
from wangqian.cases.models import Event, Head, Leaf
from wangqian.documents.models import Artefact
from wangqian.operating.checks import database
from wangqian.operating.findings import Mark
from wangqian.people.models import AccessLog
from wangqian.worker import Worker

pytestmark = pytest.mark.django_db
ROLE = f"wangqian_app_{os.getpid()}"  # roles belong to the whole server
APPEND_ONLY = re.compile(r"postgresql,(\w+),append_only,")


def execute(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def documented() -> list[str]:
    """The statements an operator is told to run."""
    text = (Path(settings.BASE) / "docs" / "operate.md").read_text(encoding="utf-8")
    block = re.search(r"### Two database roles.*?```sql\n(.*?)```", text, re.S)
    assert block
    return [one.strip() for one in block.group(1).split(";") if one.strip()]


def append_only() -> set[str]:
    return set(APPEND_ONLY.findall(database.GUARDS.read_text(encoding="utf-8")))


def made(statements: list[str]) -> None:
    """The role, with what these say; it goes with the test's transaction."""
    if database.value("SELECT rolsuper FROM pg_roles WHERE rolname = current_user") != "True":
        pytest.skip("this user may create no roles")
    execute(f"CREATE ROLE {ROLE}")
    for statement in statements:
        execute(statement.replace("wangqian_app", ROLE))


@contextmanager
def acting() -> Iterator[None]:
    execute(f"SET ROLE {ROLE}")
    yield
    execute("RESET ROLE")


@pytest.fixture
def app() -> None:
    made(documented())


def test_every_append_only_table_is_named() -> None:
    (revoked,) = [one for one in documented() if re.match(r"REVOKE UPDATE, DELETE ON\s", one)]
    assert set(re.findall(r"\b(?:cases|documents|people)_\w+", revoked)) == append_only()


def test_on_sqlite_it_is_no_matter() -> None:
    assert (database.rights().mark, database.rights().remedy == "") == (Mark.OFF, connection.vendor == "sqlite")


@pytest.mark.postgres
def test_a_role_that_owns_the_tables_is_said_with_what_to_do_and_alarms_nobody() -> None:
    finding = database.rights()
    assert finding.mark is Mark.OFF and f"{len(append_only())} 个只增不改的表（如 cases_event）" in finding.said
    assert "docs/operate.md" in finding.remedy


@pytest.mark.postgres
def test_with_a_role_of_its_own_it_is_in_order(app: None) -> None:
    with acting():
        assert database.rights().mark is Mark.OK


@pytest.mark.postgres
@pytest.mark.parametrize("right", ["UPDATE", "DELETE", "TRUNCATE", "UPDATE (hash)"])
def test_each_right_too_many_is_found(app: None, right: str) -> None:
    execute(f"GRANT {right} ON cases_event TO {ROLE}")
    with acting():
        finding = database.rights()
    assert (finding.mark, "1 个只增不改的表（如 cases_event）" in finding.said) == (Mark.OFF, True)


@pytest.mark.postgres
def test_its_owner_by_way_of_a_group_is_found(app: None) -> None:
    execute(f"CREATE ROLE {ROLE}_owner")
    execute(f"ALTER TABLE cases_event OWNER TO {ROLE}_owner")
    execute(f"REVOKE ALL ON cases_event FROM {ROLE}_owner")
    with acting():
        assert database.rights().mark is Mark.OK
    execute(f"GRANT {ROLE}_owner TO {ROLE}")
    with acting():
        assert database.rights().mark is Mark.OFF


@pytest.mark.postgres
def test_the_whole_way_is_gone_under_it(cast: Cast, app: None) -> None:
    """People come in, a case moves to its papers and its end, the worker works, the log is signed."""
    with_password(cast.graduate.user)
    with acting():
        case = cast.signed()
        cast.termination(case)
        Worker().once()
        log.work()
        assert inside(cast.graduate).get(f"/cases/{case.pk}/").status_code == 200
        execute("SET CONSTRAINTS ALL IMMEDIATE")  # what the deferred triggers say
        for check in (database.writable, database.durability, database.migrations, database.guards):
            assert check().mark is not Mark.BAD
    assert Event.objects.filter(case=case).count() > 2 and Artefact.objects.exists()
    assert Leaf.objects.count() == Event.objects.count() and Head.objects.count() == 1


def refused(statement: str) -> str:
    try:
        with transaction.atomic():
            execute(statement)
    except ProgrammingError as problem:
        return str(problem)
    return ""


@pytest.mark.postgres
@pytest.mark.parametrize("table", sorted(append_only()))
def test_nothing_is_rewritten_by_right_with_no_trigger_standing(cast: Cast, app: None, table: str) -> None:
    cast.signed()
    execute("SET CONSTRAINTS ALL IMMEDIATE")
    execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    column = database.value(f"SELECT attname FROM pg_attribute WHERE attrelid = '{table}'::regclass AND attnum > 0 LIMIT 1")
    wanted = [f"UPDATE {table} SET {column} = {column}", f"DELETE FROM {table}", f"TRUNCATE {table} CASCADE"]
    with acting():
        said = [refused(one) for one in (*wanted, f"ALTER TABLE {table} DISABLE TRIGGER USER", "SET session_replication_role = replica")]
    assert ["permission denied" in one or "must be owner" in one for one in said] == [True] * 5


@pytest.mark.postgres
def test_red_control_without_the_revoke_a_row_could_go(cast: Cast) -> None:
    made([one for one in documented() if not one.startswith("REVOKE")])
    AccessLog.objects.create(what="unmask", at=cast.cohort.opens_at)
    execute("SET CONSTRAINTS ALL IMMEDIATE")
    execute("ALTER TABLE people_accesslog DISABLE TRIGGER USER")
    with acting():
        assert database.rights().mark is Mark.OFF
        assert refused("DELETE FROM people_accesslog") == ""
    assert not AccessLog.objects.exists()
