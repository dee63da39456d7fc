"""The same statements as a pgbench script: the database's own speed, without Python."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

from bench.copies import run
from bench.place import Unable
from bench.recording import Slot, Statement
from bench.scene import SLOTS, Accept

MARK = 770_000_000_000  # whole numbers that stand for variables until the script is written


def program() -> str:
    """pgbench comes with PostgreSQL; Debian keeps it beside the server."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/pgbench"), reverse=True)
    path = shutil.which("pgbench") or (str(found[0]) if found else "")
    if not path:
        raise Unable("pgbench is not installed (it comes with PostgreSQL).")
    return path


def rate(statements: Sequence[Statement], accepts: Sequence[Accept], clients: int) -> float:
    """Acceptances per second; each reads its own values from a table by its number."""
    columns = ", ".join(f"{name} text" for name in SLOTS)
    run(f"CREATE TABLE IF NOT EXISTS bench_accept (n int PRIMARY KEY, {columns}); TRUNCATE bench_accept")
    each = len(accepts) // clients
    rows = [(n, *accept.slots().values()) for n, accept in enumerate(accepts[: each * clients])]
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder) / "accept.sql"
        script.write_text(written(statements, each), encoding="utf-8")
        fill(rows)
        return transactions_per_second(script, clients, each)


def fill(rows: list[tuple[Any, ...]]) -> None:
    from django.db import connection

    marks = ", ".join(["%s"] * (len(SLOTS) + 1))
    with connection.cursor() as cursor:
        cursor.executemany(f"INSERT INTO bench_accept VALUES ({marks})", rows)
        cursor.execute("ANALYZE bench_accept")


def transactions_per_second(script: Path, clients: int, each: int) -> float:
    """`tps` as pgbench says it, without the time of connecting; a failed statement fails the run."""
    options = ["--no-vacuum", "--define=i=-1", f"--client={clients}", "--jobs=2", f"--transactions={each}"]
    command = [program(), *options, f"--file={script}", os.environ["DATABASE_URL"]]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    said = re.search(r"^tps = ([\d.]+)", done.stdout, re.MULTILINE)
    whole = f"number of transactions actually processed: {clients * each}/{clients * each}" in done.stdout
    if done.returncode or not said or not whole:
        raise Unable(f"pgbench: {done.stderr[-2000:]}{done.stdout[-500:]}")
    return float(said[1])


def written(statements: Sequence[Statement], each: int) -> str:
    """The script: this client's next number, its values, then the statements; the health check first."""
    names = ", ".join(SLOTS)
    lines = [
        f"\\set i :i + 1\n\\set n :client_id * {each} + :i",
        f"SELECT {names} FROM bench_accept WHERE n = :n \\gset",
    ]
    lines.append("SELECT 1;")
    for statement in statements:
        text = literal(statement)
        made = statement.returns.removesuffix("_id")
        lines.append(f"{text} \\gset {made}_" if made else f"{text};")
    return "\n".join(lines) + "\n"


def literal(statement: Statement) -> str:
    """The statement with its constants written out and :variables where acceptances differ."""
    from django.db import connection
    from psycopg import ClientCursor

    if not statement.params:
        return statement.sql
    marks: dict[str, str] = {}
    shown = [marked(param, marks) if isinstance(param, Slot) else param for param in statement.params]
    connection.ensure_connection()
    text = ClientCursor(connection.connection).mogrify(statement.sql, shown)
    for mark, name in marks.items():
        text = text.replace(mark, name)
    return text


def marked(slot: Slot, marks: dict[str, str]) -> Any:
    name = ":" + slot.text.strip("{}") if slot.kind != "text" else re.sub(r"\{(\w+)\}", r":\1", slot.text)
    number = MARK + len(marks)
    if slot.kind == "number":
        marks[str(number)] = name
        return number
    if slot.kind == "uuid":
        stand_in = UUID(int=number)
        marks[stand_in.hex] = name  # psycopg writes it without dashes
        return stand_in
    return name
