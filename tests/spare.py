"""Tables take longer to make than to copy: of two rounds on one engine the first makes a spare database, the second takes it.

`WANGQIAN_TEST_SHARED` is a folder both know (tools/engines.py); without it a round makes its own.
"""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.db import connection
from django.test.utils import setup_databases


def databases() -> Any:
    """What `teardown_databases` takes."""
    shared = os.environ.get("WANGQIAN_TEST_SHARED")
    if not shared:
        return setup_databases(verbosity=0, interactive=False)
    spare = Postgres() if connection.vendor == "postgresql" else Sqlite(Path(shared))
    with alone(Path(shared) / f"{connection.vendor}.lock"):
        made_already = Path(shared) / f"{connection.vendor}.made"
        if made_already.exists():
            spare.take()
            return setup_databases(verbosity=0, interactive=False, keepdb=True)
        made = setup_databases(verbosity=0, interactive=False)
        connection.close()
        spare.leave()
        made_already.touch()
        return made


@contextmanager
def alone(path: Path) -> Iterator[None]:
    with path.open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield


class Sqlite:
    def __init__(self, shared: Path) -> None:
        self.spare = shared / "spare.sqlite3"

    def leave(self) -> None:
        shutil.copyfile(str(connection.settings_dict["NAME"]), self.spare)

    def take(self) -> None:
        self.spare.replace(str(connection.creation._get_test_db_name()))


class Postgres:
    def __init__(self) -> None:
        self.own = connection.creation._get_test_db_name()
        self.spare = f"{self.own.removesuffix('_2')}_spare"

    def run(self, statement: str, *names: str) -> None:
        with connection._nodb_cursor() as cursor:
            cursor.execute(statement.format(*map(connection.ops.quote_name, names)))

    def leave(self) -> None:
        self.run("DROP DATABASE IF EXISTS {}", self.spare)
        self.run("CREATE DATABASE {} TEMPLATE {}", self.spare, self.own)

    def take(self) -> None:
        self.run("DROP DATABASE IF EXISTS {}", self.own)
        self.run("ALTER DATABASE {} RENAME TO {}", self.spare, self.own)
