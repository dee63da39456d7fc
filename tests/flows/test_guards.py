"""The database's own guards, Django bypassed: append-only tables, transitions with events, whole chains."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.models import Model

from tests.cast import Cast
from tests.flows.laws import again
from wangqian.cases.models import Case, Event, LedgerEntry, Note, Terms, broken_link
from wangqian.people.clock import now
from wangqian.people.models import AccessLog

guards = importlib.import_module("wangqian.cases.migrations.0002_guards")
TABLES: dict[str, type[Model]] = {
    "cases_event": Event,
    "cases_terms": Terms,
    "cases_ledgerentry": LedgerEntry,
    "people_accesslog": AccessLog,
}
COLUMN = dict(zip(TABLES, ("step", "form", "destination", "what"), strict=True))
# The deferred checks, without a commit.
COMMIT = "SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED"


@pytest.fixture
def signed(cast: Cast) -> Case:
    """An agreement with rows in every append-only table."""
    case = cast.signed()
    AccessLog.objects.create(actor=cast.operator.user, subject=case.graduate, what="unmask", at=now())
    return case


def execute(statement: str, *values: object) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, values)


def test_these_are_the_guarded_tables() -> None:
    assert set(guards.APPEND_ONLY) == set(TABLES)


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("statement", ["UPDATE {table} SET {column} = 'x'", "DELETE FROM {table}"])
def test_rows_stay_as_they_were_written(signed: Case, table: str, statement: str) -> None:
    before = list(TABLES[table]._default_manager.order_by("pk").values())
    assert before, signed
    with pytest.raises(DatabaseError, match=f"append only: {table}"):
        execute(statement.format(table=table, column=COLUMN[table]))
    assert list(TABLES[table]._default_manager.order_by("pk").values()) == before


@pytest.mark.postgres
@pytest.mark.parametrize("table", TABLES)
def test_no_truncate(signed: Case, table: str) -> None:
    before = TABLES[table]._default_manager.count()
    with pytest.raises(DatabaseError, match=f"append only: {table}"):
        execute(f"{COMMIT}; TRUNCATE {table} CASCADE")
    assert (TABLES[table]._default_manager.count(), again(signed).state) == (before, "signed")


@pytest.mark.postgres
@pytest.mark.parametrize(
    "change",
    [
        "state = 'terminated'",
        "version = version + 1",
        "version = 1",
        "state = 'review', version = 3, turn = 'school'",
    ],
)
def test_no_transition_without_its_event(signed: Case, change: str) -> None:
    """Neither forward nor back to where it once was."""
    execute(COMMIT)
    with pytest.raises(DatabaseError, match="no transition without its event"):
        execute(f"UPDATE cases_case SET {change}; {COMMIT}")
    assert again(signed).state == "signed"


@pytest.mark.postgres
def test_no_case_without_its_event(signed: Case) -> None:
    fresh = Case(flow="online", state="invited", graduate=signed.graduate, version=1)
    fresh.opened_at = fresh.since = fresh.moved_at = now()
    with pytest.raises(DatabaseError, match="no transition without its event"), transaction.atomic():
        Case.objects.bulk_create([fresh])
        execute(COMMIT)


@pytest.mark.postgres
def test_no_event_without_its_transition(signed: Case) -> None:
    last = signed.events.order_by("number").last()
    assert last
    last.pk, last.number, last.proof = None, last.number + 1, None
    execute(COMMIT)
    with pytest.raises(DatabaseError, match="no event without its transition"), transaction.atomic():
        Event.objects.bulk_create([last])
        execute(COMMIT)


def test_two_events_never_have_one_number(signed: Case) -> None:
    first = signed.events.order_by("number").first()
    assert first
    first.pk, first.proof = None, None
    with pytest.raises(DatabaseError), transaction.atomic():
        Event.objects.bulk_create([first])
    assert broken_link(signed) is None


# --- the chain ----------------------------------------------------------------------------------------


@contextmanager
def forger() -> Iterator[None]:
    """Somebody who owns the database and lifts the guards."""
    if connection.vendor == "postgresql":
        execute(f"{COMMIT}; SET session_replication_role = replica")
        yield
        execute("SET session_replication_role = origin")
        return
    for table in guards.APPEND_ONLY:
        execute(f"DROP TRIGGER {table}_no_update")
        execute(f"DROP TRIGGER {table}_no_delete")
    yield
    for table in guards.APPEND_ONLY:
        for statement in guards.SQLITE_TABLE:
            execute(statement.format(table=table))


FORGED = {
    "at": "2020-01-01 00:00:00+00:00",
    "flow": "onlinf",
    "step": "accepu",
    "source": "invitee",
    "target": "reviex",
    "level": 1,
    "capacity": "employer",
    "user_id": None,
    "membership_id": None,
    "terms_sha256": "0" * 64,
    "proof_method": "none",
    "ip": "127.0.0.2",
    "agent": "tesu",
    "note_digest": "0" * 64,
    "data": '{"a": 1}',
    "previous": "0" * 64,
    "hash": "0" * 64,
}


@pytest.mark.parametrize("column", FORGED)
def test_a_forged_column_is_found(signed: Case, column: str) -> None:
    assert broken_link(signed) is None
    with forger():
        second = signed.events.get(number=2).pk
        execute(f"UPDATE cases_event SET {column} = %s WHERE id = %s", FORGED[column], second)
    assert broken_link(signed) == 2


def test_a_forged_event_hashed_anew_breaks_the_next(signed: Case) -> None:
    event = signed.events.get(number=2)
    event.ip = "10.0.0.1"
    with forger():
        forged = event.ip, event.computed_hash(), event.pk
        execute("UPDATE cases_event SET ip = %s, hash = %s WHERE id = %s", *forged)
    assert broken_link(signed) == 3


@pytest.mark.parametrize(("number", "found"), [(2, 2), (4, 4)])
def test_a_missing_event_is_found(signed: Case, number: int, found: int) -> None:
    case = again(signed)
    with forger():
        for table in ("cases_outbox", "cases_currentdestination", "cases_ledgerentry"):
            execute(f"DELETE FROM {table}")
        execute("DELETE FROM cases_event WHERE id = %s", case.events.get(number=number).pk)
    assert broken_link(case) == found


def sealed_anew(text: Terms) -> bytes:
    """Somebody with all the keys writes another text."""
    text.text = text.text.replace("12000", "21000")
    return bytes(Terms._meta.get_field("text").pre_save(text, False))


def flipped(text: Terms) -> bytes:
    """One bit of what is stored."""
    (stored,) = Terms.objects.filter(pk=text.pk).values_list("text", flat=True)
    changed = bytearray(stored)
    changed[len(changed) // 2] ^= 1
    return bytes(changed)


@pytest.mark.parametrize("forge", [flipped, sealed_anew])
def test_a_changed_text_is_found(signed: Case, forge: Callable[[Terms], bytes]) -> None:
    text = signed.versions.order_by("version").last()
    assert text
    with forger():
        execute("UPDATE cases_terms SET text = %s WHERE id = %s", forge(text), text.pk)
    assert broken_link(signed) == 2


def test_a_changed_note_is_found(cast: Cast) -> None:
    case = cast.in_review()
    cast.act(case, "refuse", cast.college_reviewer, {"about": "pay", "reason": "起薪有误"})
    case = again(case)
    assert broken_link(case) is None
    note = Note.objects.select_related("event__case__graduate__person").get()
    note.words = {"about": "pay", "reason": "起薪无误"}
    note.save(update_fields=["words"])
    assert broken_link(case) == 3
