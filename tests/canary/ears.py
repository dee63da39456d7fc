"""Who listens: a browser that keeps every address, a mailbox, the log as production writes it, the database as a thief sees it."""

from __future__ import annotations

import io
import json
import logging
import os
import re
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from email import message_from_bytes, policy
from html import unescape
from pathlib import Path
from typing import Any

from django.db import connection

from tests.kills.post import Post
from tests.screens.pages import PageClient
from wangqian import logs

LINK = re.compile(rb"""\b(?:href|src|action|formaction|hx-(?:get|post|push-url)|data-[a-z-]*(?:url|href))\s*=\s*(?:"([^"]*)"|'([^']*)')""")


class Mailbox(Post):
    """Keeps the mails themselves."""

    def __init__(self) -> None:
        self.mails: list[bytes] = []
        super().__init__()

    def take(self, mail: bytes) -> None:
        self.mails.append(mail)

    def headers(self) -> list[str]:
        """Raw and decoded, but for the address of the recipient."""
        found = []
        for mail in self.mails:
            read = message_from_bytes(mail, policy=policy.default)
            raw = message_from_bytes(mail)
            found += [f"{name}: {value}" for name, value in [*read.items(), *raw.items()] if name != "To"]
        return found

    def bodies(self) -> str:
        return "\n".join(message_from_bytes(mail, policy=policy.default).get_content() for mail in self.mails)


class Watched(PageClient):
    """Every address it asked for, was sent to or could follow, every header, every page of an error."""

    addresses: list[str]
    answered: list[str]
    refusals: list[bytes]
    own = b""  # who is logged in stands in the head of every page, and may

    @classmethod
    def listening(cls) -> None:
        cls.addresses, cls.answered, cls.refusals = [], [], []

    def request(self, **request: Any) -> Any:
        hostile = request.pop("hostile", False)
        response = super().request(**request)
        if not hostile:  # whoever types a name into an address is sent back to that address
            self.addresses.append(f"{request.get('PATH_INFO', '')}?{request.get('QUERY_STRING', '')}")
            self.answered += [f"{name}: {value}" for name, value in response.headers.items()]
        self.answered += [cookie.OutputString() for cookie in response.cookies.values()]
        if response.status_code >= 400 and response.status_code != 422:
            self.refusals.append(response.content.replace(self.own, b"") if self.own else response.content)
        if response.get("Content-Type", "").startswith("text/html"):
            self.addresses += [unescape((a or b).decode()) for a, b in LINK.findall(response.content)]
        return response


@contextmanager
def logged() -> Iterator[io.StringIO]:
    """Every line of every logger down to DEBUG, formatted as production does."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logs.Strict())
    names = ["", "django", "django.request", "django.db.backends", "wangqian", "wangqian.requests", "allauth", "PIL", "fontTools"]
    loggers = [logging.getLogger(name) for name in names]
    before = [one.level for one in loggers]
    for one in loggers:
        one.setLevel(logging.DEBUG)
    logging.getLogger().addHandler(handler)
    try:
        yield stream
    finally:
        logging.getLogger().removeHandler(handler)
        for one, level in zip(loggers, before, strict=True):
            one.setLevel(level)


def columns() -> Iterator[tuple[str, bytes]]:
    """("table.column", all its values) of every table, keys and dates and all."""
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            names = [one[0] for one in cursor.description]
            rows = cursor.fetchall()
            for place, name in enumerate(names):
                yield f"{table}.{name}", b"\n".join(raw(row[place]) for row in rows)


def raw(value: Any) -> bytes:
    """A value as it is stored, as near as Python tells."""
    if isinstance(value, bytes | memoryview):
        return bytes(value)
    return (value if isinstance(value, str) else json.dumps(value, default=str, ensure_ascii=False)).encode("utf-8", "surrogatepass")


def dump() -> bytes:
    """What a backup holds."""
    if connection.vendor == "sqlite":
        with closing(sqlite3.connect(f"file:{connection.settings_dict['NAME']}?mode=ro", uri=True)) as database:
            return "\n".join(database.iterdump()).encode("utf-8", "surrogatepass")
    about = connection.get_connection_params()
    given = {"PGHOST": about.get("host"), "PGPORT": about.get("port"), "PGUSER": about.get("user"), "PGPASSWORD": about.get("password")}
    env = {**os.environ, **{name: str(value) for name, value in given.items() if value}}
    done = subprocess.run(["pg_dump", "--no-owner", about["dbname"]], env=env, capture_output=True, check=True)
    return done.stdout


def database_files() -> bytes:
    """On SQLite the very bytes on the disk, free pages and log included; nothing elsewhere."""
    if connection.vendor != "sqlite":
        return b""
    name = str(connection.settings_dict["NAME"])
    return b"".join(Path(path).read_bytes() for path in (name, f"{name}-wal") if Path(path).exists())
