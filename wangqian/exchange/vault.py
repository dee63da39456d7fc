"""Uploads and staged rows at rest: sealed under the master key, bound to their place, removed when done with."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from wangqian.people import identity

FOLDER = "imports"
_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode  # made once: a file has 100 000 rows


def put(key: UUID, content: bytes) -> str:
    """Store an upload sealed; returns its name in the storage."""
    sealed = identity.seal(content, file_about(key))
    return default_storage.save(f"{FOLDER}/{key}.sealed", ContentFile(sealed))


def fetch(key: UUID, name: str) -> bytes:
    """The upload as it came. Raises FileNotFoundError."""
    with default_storage.open(name) as file:
        return identity.unseal(file.read(), file_about(key))


def remove(name: str) -> None:
    if name:
        default_storage.delete(name)


def seal_row(source: UUID, number: int, content: dict[str, Any]) -> bytes:
    return identity.seal(_json(content).encode(), row_about(source, number))


def open_row(source: UUID, number: int, sealed: bytes | memoryview[int]) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(identity.unseal(bytes(sealed), row_about(source, number)))
    return found


def file_about(key: UUID) -> str:
    return f"exchange_import:file:{key}"


def row_about(source: UUID, number: int) -> str:
    return f"exchange_stagedrow:sealed:{source}:{number}"
