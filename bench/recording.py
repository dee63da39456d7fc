"""The statements of one acceptance, recorded from the real view, as a pattern that other acceptances fill in."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from bench.scene import FIRST_MADE, Accept


@dataclass(frozen=True)
class Slot:
    """A parameter that differs: text with {names}, given as text, uuid or whole number."""

    text: str
    kind: str = "text"

    def filled(self, values: Mapping[str, Any]) -> Any:
        said = self.text.format_map(values)
        return UUID(said) if self.kind == "uuid" else int(said) if self.kind == "number" else said


@dataclass
class Statement:
    """One statement; `returns` names the id it makes."""

    sql: str
    params: list[Any] = field(default_factory=list)
    returns: str = ""

    @property
    def kind(self) -> str:
        """SELECT cases_case FOR, UPDATE cases_proof … for the table of statements."""
        words = " ".join(self.sql.split())
        verb = words.split(" ", 1)[0]
        table = re.search(r'(?:FROM|INTO|UPDATE) "(\w+)"', words)
        lock = re.search(r"FOR (?:NO KEY )?UPDATE", words)
        return " ".join(part for part in (verb, table and table[1], lock and lock[0]) if part)

    def args(self, values: Mapping[str, Any]) -> list[Any]:
        return [param.filled(values) if isinstance(param, Slot) else param for param in self.params]


def record(accept: Accept) -> list[Statement]:
    """Take one acceptance through the real view in this process and write down what reaches the database."""
    from django.db import connection
    from django.test import Client

    client = Client(SERVER_NAME="localhost")
    client.cookies.load(accept.cookies)
    heard: list[Statement] = []
    client.get("/")  # whatever is read once per process
    with listening(connection, heard):
        response = client.post(accept.path, accept.form)
    assert response.status_code == 302, f"{response.status_code}: {response.content.decode()[:2000]}"
    assert response["Location"] == f"/cases/{accept.case_id}/", response["Location"]
    return patterns(heard, accept)


@contextmanager
def listening(connection: Any, heard: list[Statement]) -> Iterator[None]:
    """Every statement, and where transactions begin and end."""

    def wrapper(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        result = execute(sql, params, many, context)
        statement = Statement(sql, [*(params or [])])
        statement.returns = made_by(context["cursor"], statement)
        heard.append(statement)
        return result

    switch, commit = connection.set_autocommit, connection._commit

    def set_autocommit(autocommit: bool, *args: Any, **more: Any) -> None:
        if not autocommit:
            heard.append(Statement("BEGIN"))
        switch(autocommit, *args, **more)

    def _commit() -> None:
        heard.append(Statement("COMMIT"))
        commit()

    connection.set_autocommit, connection._commit = set_autocommit, _commit
    try:
        with connection.execute_wrapper(wrapper):
            yield
    finally:
        del connection.set_autocommit, connection._commit


def made_by(cursor: Any, statement: Statement) -> str:
    """table_id=number where the answer's first column is an id made on the way."""
    if not cursor.description or cursor.rowcount < 1:
        return ""
    (first, *_), _ = cursor.fetchone(), cursor.scroll(-1)
    new = isinstance(first, int) and first >= FIRST_MADE
    return f"{statement.kind.split()[1]}_id={first}" if new else ""


def patterns(heard: list[Statement], accept: Accept) -> list[Statement]:
    """Replace what belongs to this acceptance by slots."""
    known = {value: name for name, value in accept.slots().items()}
    made: dict[int, str] = {}
    for statement in heard:
        statement.params = [slotted(param, known, made) for param in statement.params]
        if statement.returns:
            name, number = statement.returns.split("=")
            statement.returns = name
            made[int(number)] = name
    return heard


def slotted(param: Any, known: dict[str, str], made: dict[int, str]) -> Any:
    if isinstance(param, UUID) and str(param) in known:
        return Slot(f"{{{known[str(param)]}}}", "uuid")
    if isinstance(param, int) and param >= FIRST_MADE:
        return Slot(f"{{{made[int(param)]}}}", "number")
    if isinstance(param, str):
        text = param.replace("{", "{{").replace("}", "}}")
        for value, name in known.items():
            text = text.replace(value, f"{{{name}}}")
        return Slot(text) if text != param else str(param)  # a choice is told as its text
    return param
