"""Copied rows hold the ciphertext of their pattern, which opens nowhere else: what will be read is sealed anew, row by row."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db import connection


def update(table: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Each row is (values …, id)."""
    sets = ", ".join(f"{column} = %s" for column in columns)
    with connection.cursor() as cursor:
        cursor.executemany(f"UPDATE {table} SET {sets} WHERE id = %s", rows)


def graduates(pattern: Any, keys: Sequence[UUID]) -> None:
    """Everybody has the pattern's words; his person's key is the pattern's."""
    from wangqian.people import identity

    words = json.dumps(pattern.private, ensure_ascii=False).encode()
    update("people_graduate", ["private"], [(identity.seal(words, f"people_graduate:private:{key}"), key) for key in keys])


def users(pattern: Any, keys: Sequence[UUID]) -> None:
    from wangqian.people import identity

    names = ("name", "phone", "email")
    rows = [
        (*(identity.seal(getattr(pattern, name).encode(), f"people_user:{name}:{key}") for name in names), key) for key in keys
    ]
    update("people_user", names, rows)


def cases(pattern: Any, copies: Sequence[tuple[UUID, int, int]]) -> None:
    """(id of the case, id of a version, its number): a key for the case, its texts under it."""
    from wangqian.cases.sealing import wrap
    from wangqian.people import identity

    person_key = pattern.graduate.person.open()
    texts = {one.version: one.text for one in pattern.versions.all()}
    keys = {case: os.urandom(32) for case, _terms, _number in copies}
    update("cases_case", ["key"], [(wrap(key, case, person_key), case) for case, key in keys.items()])
    sealed = [
        (identity.encrypt(keys[case], texts[number], f"cases_terms:text:{case}/{number}"), terms) for case, terms, number in copies
    ]
    update("cases_terms", ["text"], sealed)
