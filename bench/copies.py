"""Many rows from one: `INSERT … SELECT` from a row made through the door, with what must differ replaced."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection, models

KINDS = ("graduate", "user", "membership", "case")


def uid(kind: str, number: str = "g") -> str:
    """SQL: the id of the number-th row of a kind, rising with the number as UUIDv7 do."""
    tail = f"8000{KINDS.index(kind):012x}"
    return f"(lpad(to_hex(1700000000000 + {number}), 12, '0') || '7000' || '{tail}')::uuid"


@contextmanager
def bulk() -> Iterator[None]:
    """No triggers while loading; planner statistics afterwards."""
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        try:
            yield
        finally:
            cursor.execute("SET session_replication_role = origin")
        cursor.execute("ANALYZE")


def copy(pattern: models.Model | None, first: int, last: int, where: str = "true", **changes: str) -> None:
    """Rows `first … last` like `pattern`; `changes` are SQL expressions of `g` by column name, `where` a condition on `g`."""
    assert pattern is not None
    table = connection.ops.quote_name(pattern._meta.db_table)
    columns = [str(field.column) for field in pattern._meta.concrete_fields]
    own = str(pattern._meta.pk.column)
    if own == "id" and own not in changes:
        columns.remove(own)  # a serial number
    unknown = set(changes) - set(columns)
    assert not unknown, f"{table} has no {unknown}"
    chosen = ", ".join(changes.get(name, f"p.{connection.ops.quote_name(name)}") for name in columns)
    names = ", ".join(connection.ops.quote_name(name) for name in columns)
    run(
        f"INSERT INTO {table} ({names}) SELECT {chosen} FROM {table} p, generate_series(%s, %s) g "
        f"WHERE p.{connection.ops.quote_name(own)} = %s AND ({where})",
        [first, last, pattern.pk],
    )


def run(statement: str, params: list[Any] | None = None) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        return cursor.fetchall() if cursor.description else []
