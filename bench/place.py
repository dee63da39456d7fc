"""Where measurements take place: a database of their own, production settings, a folder that goes away afterwards."""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

ROOT = Path(__file__).resolve().parent.parent
DATABASE = os.environ.get("WANGQIAN_BENCH_DB", "wangqian_bench")
SERVER = "postgres://root@127.0.0.1/test"


class Unable(Exception):
    """Why nothing can be measured here: a sentence."""


@contextmanager
def place() -> Iterator[None]:
    """Create the database and set Django up on it; drop it at the end. No other database is touched."""
    server = os.environ.get("DATABASE_URL") or SERVER
    if not server.startswith(("postgres://", "postgresql://")):
        raise Unable("Measuring needs PostgreSQL: set DATABASE_URL=postgres://….")
    with tempfile.TemporaryDirectory(prefix="wangqian-bench-") as folder:
        recreate(server)
        try:
            configure(urlunsplit(urlsplit(server)._replace(path=f"/{DATABASE}")), folder)
            yield
        finally:
            close()
            on_server(server, f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)")


def recreate(server: str) -> None:
    on_server(server, f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)")
    on_server(server, f"CREATE DATABASE {DATABASE}")


def on_server(server: str, statement: str) -> None:
    import psycopg

    try:
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(statement)
    except psycopg.OperationalError as refused:
        raise Unable(f"PostgreSQL does not answer at {urlsplit(server).hostname}: {refused}") from refused


def configure(url: str, folder: str) -> None:
    """The settings of production, from the environment, for this process and the servers it starts."""
    os.environ.pop("WANGQIAN_DEMO", None)
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "wangqian.settings",
        "DATABASE_URL": url,
        "WANGQIAN_VAR": folder,
        "SECRET_KEY": secrets.token_urlsafe(48),
        "WANGQIAN_FIELD_KEYS": f"bench:{secrets.token_hex(32)}",
        "WANGQIAN_INDEX_KEY": secrets.token_hex(32),
        "ALLOWED_HOSTS": "localhost",
        "SITE_URL": "http://localhost",
        "WANGQIAN_SECOND_FACTOR": "offered",  # the cast proves by codes
    }
    command = [sys.executable, "manage.py"]
    subprocess.run([*command, "migrate", "--verbosity=0"], cwd=ROOT, check=True)
    subprocess.run([*command, "collectstatic", "--no-input", "--verbosity=0"], cwd=ROOT, check=True)
    import django

    django.setup()


def close() -> None:
    from django.conf import settings

    if settings.configured:
        from django.db import connections

        connections.close_all()
