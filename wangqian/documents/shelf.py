"""Objects in the default storage: whole or absent, on disk before any row refers to them.

A storage out of reach is an `OSError` here, whatever its library calls it.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from tempfile import NamedTemporaryFile

from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage, default_storage


class OutOfReach(OSError):
    """The object storage did not answer, or refused."""


@contextmanager
def reaching() -> Iterator[None]:
    """Errors of a remote storage's library, by class alone: their words may hold addresses and keys."""
    try:
        yield
    except OSError:
        raise
    except Exception as problem:
        raise OutOfReach(type(problem).__name__) from problem


def keep(key: str, data: bytes) -> None:
    """Store `data` under `key`; again is harmless. Raises OSError."""
    with reaching():
        if isinstance(default_storage, FileSystemStorage):
            _write(Path(default_storage.path(key)), data)
        else:
            _send(key, data)


def read(key: str) -> bytes | None:
    """The object, None when there is none."""
    try:
        with reaching(), default_storage.open(key) as stored:
            data: bytes = stored.read()
            return data
    except FileNotFoundError:
        return None


def remove(key: str) -> None:
    """The object, if there is one."""
    with reaching():
        default_storage.delete(key)


def exists(key: str) -> bool:
    """Of a folder in an object storage: it may always be listed."""
    with reaching():
        return not isinstance(default_storage, FileSystemStorage) or default_storage.exists(key)


def is_named_by_content(key: str) -> bool:
    """Whether the object is there and its name ends in the SHA-256 of its bytes."""
    data = read(key)
    return data is not None and sha256(data).hexdigest() == key.rpartition("/")[2]


def _write(path: Path, data: bytes) -> None:
    """Beside its place first, then renamed: a crash leaves no half file under the key."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with NamedTemporaryFile(dir=path.parent, prefix=".", delete=False) as part:
        part.write(data)
        part.flush()
        os.fsync(part.fileno())
    Path(part.name).replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _send(key: str, data: bytes) -> None:
    """Remote storages take whole objects, but rename a second one of the same name: that copy is dropped."""
    there = read(key)
    if there == data:
        return
    if there is not None:
        default_storage.delete(key)
    stored = default_storage.save(key, ContentFile(data))
    if stored != key:
        default_storage.delete(stored)
