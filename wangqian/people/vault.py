"""Columns that hold personal words: sealed in the database, plain on the instance.

A `Sealed` column is ciphertext bound to its table, column and row, so a dump says nothing and a value moved to another row does
not open. Nothing can be filtered, sorted or bulk-updated by it: what must be found by equality has a `BlindIndex` beside it.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

from django.db import models
from django.db.models.query_utils import DeferredAttribute

from wangqian.people import identity


def about(instance: models.Model, column: str, row: Sequence[str] = ()) -> str:
    """Associated data of a ciphertext: table, column, row. What names the row must be known before it is written."""
    if row:
        named = "/".join(spelled(getattr(instance, name)) for name in row)
    elif instance.pk is None:
        raise TypeError(f"{type(instance).__name__}.{column} is sealed to its row: the key must be made by the application")
    else:
        named = str(instance.pk)
    return f"{instance._meta.db_table}:{column}:{named}"


def spelled(value: Any) -> str:
    """One spelling per value, whatever zone a moment comes in."""
    return value.astimezone(UTC).isoformat(timespec="microseconds") if isinstance(value, datetime) else str(value)


class Opened(DeferredAttribute):
    """Opens on first reading; what was opened stays on the instance."""

    def __get__(self, instance: Any, cls: Any = None) -> Any:
        if instance is None:
            return self
        value = instance.__dict__.get(self.field.attname, self)
        if value is self:
            value = super().__get__(instance, cls)
        if isinstance(value, bytes | memoryview):
            value = instance.__dict__[self.field.attname] = self.field.opened(instance, bytes(value))  # type: ignore[attr-defined]
        return value

    def __set__(self, instance: Any, value: Any) -> None:
        instance.__dict__[self.field.attname] = value


class Sealed(models.BinaryField):  # type: ignore[type-arg]
    """Text under the newest master key (people/identity.py). Keys turn by writing the row again.

    `row` names the attributes that say which row it is, where the database makes the key.
    """

    descriptor_class = Opened

    def __init__(self, *, row: Sequence[str] = (), **kwargs: Any) -> None:
        self.row = tuple(row)
        super().__init__(**kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, {**kwargs, **({"row": self.row} if self.row else {})}

    def get_default(self) -> Any:
        """What a new instance has; the database has no default, as nothing plain may reach it."""
        return None if self.null else self.empty()

    def empty(self) -> Any:
        return ""

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        value = model_instance.__dict__.get(self.attname)
        if value is None or isinstance(value, bytes | memoryview):  # never opened: goes back as it came
            return value
        return self.sealed(model_instance, value)

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        """Only ciphertext reaches the database; a plain value comes from a filter or an update, which cannot work."""
        if isinstance(value, str):
            raise TypeError(f"{self.name} is sealed: it is neither filtered by nor updated in bulk")
        return super().get_db_prep_value(value, connection, prepared)

    def sealed(self, instance: models.Model, value: Any) -> bytes:
        return identity.seal(self.to_bytes(value), about(instance, self.attname, self.row))

    def opened(self, instance: models.Model, value: bytes) -> Any:
        return self.from_bytes(identity.unseal(value, about(instance, self.attname, self.row)))

    def to_bytes(self, value: Any) -> bytes:
        return str(value).encode()

    def from_bytes(self, value: bytes) -> Any:
        return value.decode()


class SealedJSON(Sealed):
    """The same for small structures."""

    def empty(self) -> Any:
        return {}

    def to_bytes(self, value: Any) -> bytes:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()

    def from_bytes(self, value: bytes) -> Any:
        return json.loads(value)


def inside(column: str, name: str, empty: Callable[[], Any] = str) -> Any:
    """A word of a `SealedJSON` as an attribute of its own; empty ones take no place."""

    def read(instance: Any) -> Any:
        words = getattr(instance, column)
        if name not in words:
            if empty is str:
                return ""
            words[name] = empty()  # may be filled where it is read
        return words[name]

    def write(instance: Any, value: Any) -> None:
        words = getattr(instance, column)
        if value:
            words[name] = value
        else:
            words.pop(name, None)

    return property(read, write)


class BlindIndex(models.BinaryField):  # type: ignore[type-arg]
    """HMAC of another column, in comparable form, kept with it: found by equality without being readable.

    Written whenever the row is; a `save(update_fields=…)` that names the column names its index too.
    """

    def __init__(self, of: str = "", kind: str = "", **kwargs: Any) -> None:
        self.of, self.kind = of, kind
        super().__init__(**{"max_length": 32, "null": True, "editable": False, **kwargs})

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, {**kwargs, "of": self.of, "kind": self.kind}

    def pre_save(self, model_instance: models.Model, add: bool) -> bytes | None:
        value = self.digest(model_instance)
        setattr(model_instance, self.attname, value)
        return value

    def digest(self, instance: models.Model) -> bytes | None:
        plain = comparable(getattr(instance, self.of))
        return identity.blind_index(self.kind, plain) if plain else None


def index_of(kind: str, typed: str) -> bytes:
    """What `BlindIndex(kind=…)` holds for this value, as typed by anybody."""
    return identity.blind_index(kind, comparable(typed))


def comparable(value: str) -> str:
    """One form for what people type differently: width, case, blanks, +86."""
    plain = "".join(unicodedata.normalize("NFKC", value).split()).lower()
    return plain.removeprefix("+86") if plain.startswith("+86") else plain
