"""Many rows at once: COPY and UPDATE … FROM unnest on PostgreSQL, executemany on SQLite. Table and column names are ours."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from functools import reduce
from operator import or_
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import BooleanField, Q
from django.db.models.expressions import RawSQL


def _plain(value: Any) -> Any:
    """SQLite stores as Django does: UUIDs as 32 hex digits, JSON as text, moments in UTC without their zone."""
    if isinstance(value, UUID):
        return value.hex
    if isinstance(value, dict):
        return json.dumps(value)
    return connection.ops.adapt_datetimefield_value(value) if isinstance(value, datetime) else value


def among(given: Mapping[str, Collection[Any]]) -> RawSQL | Q:
    """Condition "one of these columns has one of its values". An array, because thousands of parameters cost more than
    the look-up itself on PostgreSQL.
    """
    if connection.vendor == "postgresql":
        sql = " OR ".join(f'"{column}" = ANY(%s)' for column in given)
        return RawSQL(f"({sql})", [list(values) for values in given.values()], output_field=BooleanField())
    return reduce(or_, (Q(**{f"{column}__in": values}) for column, values in given.items()))


def insert(table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]], types: Sequence[str]) -> None:
    """Insert rows in the caller's transaction; `types` name the columns' PostgreSQL types. Raises IntegrityError as usual."""
    names = ", ".join(f'"{column}"' for column in columns)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            statement = f'COPY "{table}" ({names}) FROM STDIN (FORMAT BINARY)'
            with connection.wrap_database_errors, cursor.cursor.copy(statement) as copy:
                copy.set_types(types)
                for row in rows:
                    copy.write_row(row)
            return
        marks = ", ".join(["%s"] * len(columns))
        cursor.executemany(
            f'INSERT INTO "{table}" ({names}) VALUES ({marks})', [[_plain(value) for value in row] for row in rows]
        )


def insert_missing(table: str, columns: Sequence[str], rows: Sequence[Sequence[Any]], types: Sequence[str]) -> int:
    """Insert the rows whose key is not there yet; returns how many were."""
    if not rows:
        return 0
    names = ", ".join(f'"{column}"' for column in columns)
    if connection.vendor == "postgresql":
        arrays = ", ".join(f"%b::{kind}[]" for kind in types)
        statement = f'INSERT INTO "{table}" ({names}) SELECT * FROM unnest({arrays}) ON CONFLICT DO NOTHING'
        return _arrays(statement, [list(values) for values in zip(*rows, strict=True)])
    with connection.cursor() as cursor:
        marks = ", ".join(["%s"] * len(columns))
        cursor.executemany(
            f'INSERT INTO "{table}" ({names}) VALUES ({marks}) ON CONFLICT DO NOTHING',
            [[_plain(value) for value in row] for row in rows],
        )
        return int(cursor.rowcount)


def _arrays(statement: str, values: list[list[Any]]) -> int:
    """Run with its arrays in binary: as text each of their values would be searched for quotes. Returns how many rows."""
    from psycopg import Cursor

    connection.ensure_connection()
    with connection.wrap_database_errors, Cursor(connection.connection) as cursor:
        cursor.execute(statement, values, prepare=False)
        return cursor.rowcount


def update(table: str, columns: Sequence[str], types: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Set `columns` of the rows with these ids; each row is (id, value, …). `types` name the columns' PostgreSQL types."""
    if connection.vendor == "postgresql":
        sets = ", ".join(f'"{column}" = v{place}' for place, column in enumerate(columns))
        names = ", ".join(f"v{place}" for place in range(len(columns)))
        arrays = ", ".join(f"%b::{kind}[]" for kind in types)
        statement = f'UPDATE "{table}" SET {sets} FROM unnest(%b::uuid[], {arrays}) AS given(key, {names}) WHERE id = given.key'
        _arrays(statement, [list(values) for values in zip(*rows, strict=True)])
        return
    with connection.cursor() as cursor:
        sets = ", ".join(f'"{column}" = %s' for column in columns)
        cursor.executemany(
            f'UPDATE "{table}" SET {sets} WHERE id = %s',
            [[*map(_plain, values), _plain(key)] for key, *values in rows],
        )
