"""What every test may use: the cast, a clean slate under append-only tables, and what this run requires."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from django.db import connection
from django.test import TransactionTestCase

from tests import cast as the_cast
from wangqian.people import editions

REQUIRED = os.environ.get("WANGQIAN_REQUIRE", "").split(",")
# Say nothing about the database, but for what is marked `postgres`: in the round on SQLite alone.
PURE = ("architecture", "chart", "codes", "documents", "exchange", "factors", "people", "uploads")
# Long, and the same on both engines: where a round on PostgreSQL runs beside this one (tools/engines.py), there alone.
LONG = ("canary", "door", "operating", "screens", "upgrade")
BESIDE = os.environ.get("WANGQIAN_BESIDE") == "postgres"
_teardown = TransactionTestCase._fixture_teardown


def _flush_under_guards(self: TransactionTestCase) -> None:
    """Flushing empties append-only tables, which the guards forbid: lift them for this one act."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET session_replication_role = replica")
            _teardown(self)
            cursor.execute("SET session_replication_role = origin")
            return
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND sql LIKE '%append only%'")
        lifted = cursor.fetchall()
        for name, _sql in lifted:
            cursor.execute(f"DROP TRIGGER {name}")
    _teardown(self)
    with connection.cursor() as cursor:
        for _name, sql in lifted:
            cursor.execute(sql)


TransactionTestCase._fixture_teardown = _flush_under_guards  # type: ignore[method-assign]


def pytest_configure() -> None:
    from django.conf import settings

    settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # whitenoise warns of a missing folder


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    from django.conf import settings

    on_postgres = settings.DATABASES["default"]["ENGINE"].endswith("postgresql")
    for item in items:
        folder = item.path.relative_to(item.config.rootpath).parts[1]
        postgres = item.get_closest_marker("postgres")
        once = item.get_closest_marker("once") or (folder in PURE and not postgres)
        if postgres and not on_postgres:
            item.add_marker(pytest.mark.skip(reason="needs PostgreSQL; runs in the PostgreSQL round"))
        if item.get_closest_marker("storm") and "WANGQIAN_STORM" not in os.environ:
            item.add_marker(pytest.mark.skip(reason="long; runs in ./run storm"))
        if BESIDE and folder in LONG and not once:
            item.add_marker(pytest.mark.skip(reason="long; runs in the PostgreSQL round"))
        if on_postgres and once and "WANGQIAN_STORM" not in os.environ:  # a storm has no other round
            item.add_marker(pytest.mark.skip(reason="says nothing about the database; runs in the SQLite round"))


@pytest.fixture(autouse=True)
def codes_as_shipped() -> Iterator[None]:
    """Editions that a test added go with its database; this process must forget them too."""
    yield
    editions.forget()


@pytest.fixture
def cast(db: None) -> Iterator[the_cast.Cast]:
    yield the_cast.Cast()


@pytest.fixture
def stage(transactional_db: None) -> Iterator[the_cast.Cast]:
    """The cast with real transactions."""
    yield the_cast.Cast()
