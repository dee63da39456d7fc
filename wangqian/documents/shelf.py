"""Objects in the default storage: whole or absent, on disk before any row refers to them."""

import os
from pathlib import Path
from tempfile import NamedTemporaryFile

from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage, default_storage


def keep(key: str, data: bytes) -> None:
    """Store `data` under `key`; again is harmless. Raises OSError, or the storage's own error."""
    if isinstance(default_storage, FileSystemStorage):
        _write(Path(default_storage.path(key)), data)
    else:
        _send(key, data)


def read(key: str) -> bytes | None:
    """The object, None when there is none."""
    try:
        with default_storage.open(key) as stored:
            data: bytes = stored.read()
            return data
    except FileNotFoundError:
        return None


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
    if read(key) == data:
        return
    default_storage.delete(key)
    stored = default_storage.save(key, ContentFile(data))
    if stored != key:
        default_storage.delete(stored)
