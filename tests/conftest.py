"""What every test may use: the cast, a clean slate under append-only tables, and what this run requires."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from importlib import import_module
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import TransactionTestCase
from django.test.utils import teardown_databases

from tests import cast as the_cast
from tests import spare
from wangqian.people import editions
from wangqian.people.models import kept

REQUIRED = os.environ.get("WANGQIAN_REQUIRE", "").split(",")
# Say nothing about the database, but for what is marked `postgres`: in the round on SQLite alone.
PURE = ("architecture", "chart", "codes", "documents", "exchange", "factors", "people", "uploads")
# Long, and the same on both engines: where a round on PostgreSQL runs beside this one (tools/engines.py), there alone.
LONG = ("canary", "door", "operating", "screens", "upgrade")
BESIDE = os.environ.get("WANGQIAN_BESIDE") == "postgres"
KEPT: set[str] = set()  # tables that have rows as soon as they are made: a key of the installation, Django's own


def _emptied(_case: TransactionTestCase) -> None:
    """Empty the tables that have rows, under lifted guards (append-only tables forbid it).

    Django's own way truncates every table and makes its permissions anew: a tenth of a round's time.
    """
    with connection.cursor() as cursor, transaction.atomic(), _lifted(cursor):
        for name in _with_rows(cursor) - KEPT:
            cursor.execute(f"DELETE FROM {name}")


def _with_rows(cursor: Any) -> set[str]:
    cursor.execute(" UNION ALL ".join(f"SELECT '{name}' WHERE EXISTS (SELECT 1 FROM {name})" for name in _tables()))
    return {name for (name,) in cursor.fetchall()}


@cache
def _tables() -> list[str]:
    return list(connection.introspection.django_table_names(only_existing=True, include_views=False))


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment: None, django_db_blocker: Any) -> Iterator[None]:
    with django_db_blocker.unblock():
        made = spare.databases()
        with connection.cursor() as cursor:
            KEPT.update(_with_rows(cursor))
    yield
    with django_db_blocker.unblock():
        teardown_databases(made, verbosity=0)


@contextmanager
def _lifted(cursor: Any) -> Iterator[None]:
    if connection.vendor == "postgresql":
        cursor.execute("SET LOCAL session_replication_role = replica")
        yield
        return
    cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND sql LIKE '%append only%'")
    triggers = cursor.fetchall()
    for name, _sql in triggers:
        cursor.execute(f"DROP TRIGGER {name}")
    yield
    for _name, sql in triggers:
        cursor.execute(sql)


TransactionTestCase._fixture_teardown = _emptied  # type: ignore[method-assign]


def pytest_configure() -> None:
    from django.conf import settings

    settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # whitenoise warns of a missing folder


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    from django.conf import settings

    import_module(settings.ROOT_URLCONF)  # else the first to load the pages may be a test that has changed the settings
    on_postgres = settings.DATABASES["default"]["ENGINE"].endswith("postgresql")
    for item in items:
        folder = item.path.relative_to(item.config.rootpath).parts[1]
        postgres = item.get_closest_marker("postgres")
        pure = folder in PURE or not (folder in LONG or asks_the_database(item))
        once = item.get_closest_marker("once") or (pure and not postgres)
        if postgres and not on_postgres:
            item.add_marker(pytest.mark.skip(reason="needs PostgreSQL; runs in the PostgreSQL round"))
        if item.get_closest_marker("storm") and "WANGQIAN_STORM" not in os.environ:
            item.add_marker(pytest.mark.skip(reason="long; runs in ./run storm"))
        if BESIDE and folder in LONG and not once:
            item.add_marker(pytest.mark.skip(reason="long; runs in the PostgreSQL round"))
        if on_postgres and once and "WANGQIAN_STORM" not in os.environ:  # a storm has no other round
            item.add_marker(pytest.mark.skip(reason="says nothing about the database; runs in the SQLite round"))


def asks_the_database(item: pytest.Item) -> bool:
    used = {"django_db_setup", "db", "transactional_db"} & set(getattr(item, "fixturenames", ()))
    return bool(used or item.get_closest_marker("django_db"))


@pytest.fixture(autouse=True)
def as_shipped() -> Iterator[None]:
    """Editions and keys that a test made go with its database; this process must forget them too."""
    yield
    editions.forget()
    kept.OPENED.forget()


@pytest.fixture
def cast(db: None) -> Iterator[the_cast.Cast]:
    yield the_cast.Cast()


@pytest.fixture
def stage(transactional_db: None) -> Iterator[the_cast.Cast]:
    """The cast with real transactions."""
    yield the_cast.Cast()
