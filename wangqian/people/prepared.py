"""Reads whose SQL is built once: an act makes a dozen of them, and Django takes longer to build one than PostgreSQL to answer.

A query is written as always; only its values may change from call to call, never its shape (so no None, no list).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar
from uuid import UUID

from django.db import connection, models
from django.db.models.query import get_related_populators

STAND_INS: dict[type, Callable[[int], Any]] = {
    UUID: lambda at: UUID(int=2**127 + at),
    str: lambda at: f"stand-in-{at}",
}


def stored(value: Any) -> Any:
    """A value as the database keeps it: SQLite has no type for UUIDs."""
    return models.UUIDField().get_db_prep_value(value, connection) if isinstance(value, UUID) else value


@dataclass(frozen=True)
class Built:
    """SQL, what goes into it (a position among the values, or a constant), and how its rows are read."""

    sql: str
    slots: tuple[tuple[int | None, Any], ...]
    compiler: Any
    converters: Any
    names: tuple[str, ...]
    related: Any


class Prepared:
    """`make(*values)` is the query, `types` are those of its values; called with values it gives the list of its rows."""

    every: ClassVar[list[Prepared]] = []

    def __init__(self, make: Callable[..., models.QuerySet[Any, Any]], *types: type) -> None:
        self.make, self.types = make, types or (UUID,)
        self.built: Built | None = None
        self.every.append(self)

    def __call__(self, *values: Any) -> list[Any]:
        built = self.built = self.built or self.build()
        with connection.cursor() as cursor:
            cursor.execute(built.sql, [constant if at is None else stored(values[at]) for at, constant in built.slots])
            rows: list[Any] = cursor.fetchall()
        if built.converters:
            rows = [tuple(row) for row in built.compiler.apply_converters(rows, built.converters)]
        return [self.row(built, row) for row in rows] if built.names else rows

    def first(self, *values: Any) -> Any:
        """The first row, None without one."""
        return next(iter(self(*values)), None)

    def build(self) -> Built:
        """Have Django write the SQL around stand-ins and note where they went."""
        stand_ins = [STAND_INS[kind](at) for at, kind in enumerate(self.types)]
        compiler = self.make(*stand_ins).query.get_compiler(connection=connection)
        sql, params = compiler.as_sql()
        places = [stored(one) for one in stand_ins]
        slots = tuple((places.index(one), None) if one in places else (None, one) for one in params)
        assert {at for at, _ in slots} >= set(range(len(stand_ins))), f"not every value went into {sql}"
        converters = compiler.get_converters([expression for expression, *_ in compiler.select])
        info = compiler.klass_info if compiler.query.default_cols else None  # None: values_list
        names = tuple(compiler.select[at][0].target.attname for at in info["select_fields"]) if info else ()
        related = get_related_populators(info, compiler.select, connection.alias) if info else ()  # type: ignore[call-arg]
        return Built(sql, slots, compiler, converters, names, related)

    @staticmethod
    def row(built: Built, row: Sequence[Any]) -> models.Model:
        """The object of a row, with those joined to it, as a QuerySet makes them."""
        info = built.compiler.klass_info
        made: models.Model = info["model"].from_db(connection.alias, built.names, row[: len(built.names)])
        for other in built.related:
            other.populate(row, made)
        return made
