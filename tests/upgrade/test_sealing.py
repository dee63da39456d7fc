"""From the release before, with rows: afterwards everything reads as it did, nothing stands there in plain, the guards are up."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from tests.upgrade.rows import BEFORE, COUNT, PRIVATE, SECRETS, TEXT

ROOT = Path(__file__).parents[2]
ONES = range(1, COUNT + 1)
Run = Callable[..., str]


@contextmanager
def database(folder: Path) -> Iterator[str]:
    """The address of an empty database of the engine this round is about."""
    from django.db import connections

    if not settings.DATABASES["default"]["ENGINE"].endswith("postgresql"):
        yield f"sqlite:///{folder / 'old.sqlite3'}"
        return
    import psycopg

    about = settings.DATABASES["default"]
    name = f"{about['TEST']['NAME']}_old"
    facts = connections["default"].get_connection_params()
    facts = {key: facts[key] for key in ("host", "port", "user", "password") if facts.get(key)}
    with psycopg.connect(dbname="postgres", autocommit=True, **facts) as server:
        server.execute(f'DROP DATABASE IF EXISTS "{name}"')
        server.execute(f'CREATE DATABASE "{name}"')
        try:
            password = f":{facts['password']}" if "password" in facts else ""
            yield f"postgres://{facts.get('user', '')}{password}@{facts.get('host', '')}:{facts.get('port', 5432)}/{name}"
        finally:
            server.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture(scope="module")
def upgraded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Any]]:
    """Old schema, rows, new schema; gives what `rows.py` sees of it."""
    folder = tmp_path_factory.mktemp("upgrade")
    with database(folder) as address:
        env = {**os.environ, "DATABASE_URL": address, "WANGQIAN_BUILD": "1", "WANGQIAN_VAR": str(folder)}

        def run(*command: str) -> str:
            done = subprocess.run([sys.executable, *command], cwd=ROOT, env=env, capture_output=True, text=True, check=False)
            assert done.returncode == 0, done.stderr[-3000:]
            return done.stdout

        for label, last in BEFORE.items():
            run("manage.py", "migrate", label, last, "--verbosity=0")
        run("-m", "tests.upgrade.rows", "fill")
        before = json.loads(run("-m", "tests.upgrade.rows", "plain"))
        run("-m", "tests.upgrade.rows", "small-batches")
        found = {what: json.loads(run("-m", "tests.upgrade.rows", what)) for what in ("look", "plain", "guarded")}
        yield {"before": before, **found}.__getitem__


def test_everything_reads_as_it_did(upgraded: Callable[[str], Any]) -> None:
    seen = upgraded("look")
    assert seen["people"] == [{name: value.format(n=n) for name, value in PRIVATE.items()} for n in ONES]
    assert seen["extra"] == [{"备注": f"无名巷{n}"} if n % 2 else {} for n in ONES]
    assert seen["numbers"] == [f"number{n}" for n in ONES]
    assert seen["found by name"] == [True] * COUNT
    assert seen["texts"] == [TEXT.format(n=n) for n in ONES]
    assert seen["hashes"] == [True] * COUNT
    assert seen["notes"] == [{"note": "因家事由张三核对"}, *({"reason": f"因家事{n}"} for n in ONES)]
    assert seen["broken"] == [None] * (COUNT + 1)
    assert seen["why"] == [f"与张三核对{n}" for n in ONES]
    assert seen["drafts"] == [{"contact": f"张三{n}"} for n in ONES]
    assert seen["bodies"] == [f"欧阳𬭎{n}已拒绝；欧阳𬭎{n}拒绝：因家事{n}" for n in ONES]
    assert seen["dossier"] == ["张三", "13977770001"]
    assert seen["user"] == ["张三", "13977770009", "z3@example.com"]


def test_nothing_stands_there_in_plain(upgraded: Callable[[str], Any]) -> None:
    assert upgraded("plain") == []


def test_before_it_did(upgraded: Callable[[str], Any]) -> None:
    """The look-out sees what there is to see."""
    assert {line.split(": ")[1] for line in upgraded("before")} == set(SECRETS)


def test_the_guards_are_up_again(upgraded: Callable[[str], Any]) -> None:
    assert upgraded("guarded") == []
