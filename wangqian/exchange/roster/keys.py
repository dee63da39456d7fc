"""Encrypting a batch: identity numbers under one key per person, made on first sight; what is private of a row in one piece."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from wangqian.exchange import bulk
from wangqian.people import identity
from wangqian.people.models import PersonKey

_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode  # made once: a file has 100 000 rows


@dataclass
class Keys:
    """Person keys of a batch by blind index, in plain: held only while the batch is encrypted."""

    plain: dict[bytes, bytes] = field(default_factory=dict)

    @classmethod
    def of(cls, indexes: Iterable[bytes]) -> Keys:
        """Existing keys opened, missing ones made."""
        wanted = set(indexes)
        keys = cls(_opened(wanted))
        fresh = {index: identity.new_person_key() for index in wanted - keys.plain.keys()}
        rows = [(index, PersonKey.wrap(index, key)) for index, key in fresh.items()]
        made = bulk.insert_missing("people_personkey", ("index", "wrapped"), rows, ("bytea", "bytea"))
        keys.plain |= fresh if made == len(fresh) else _opened(set(fresh))
        return keys


def _opened(indexes: set[bytes]) -> dict[bytes, bytes]:
    return (
        {bytes(key.index): key.open() for key in PersonKey.objects.filter(bulk.among({"index": indexes}))}
        if indexes
        else {}
    )


def blind(values: Mapping[str, str]) -> bytes:
    return identity.blind_index(values["identity_kind"], values["identity"]) if "identity" in values else b""


def encrypted(key: UUID | str, number: str, person_key: bytes) -> bytes:
    return identity.encrypt(person_key, number, f"people_graduate:identity_cipher:{key}")


def seal_private(key: UUID | str, words: Mapping[str, Any]) -> bytes:
    """What `Graduate.private` holds in the row with this key."""
    return identity.seal(_json(words).encode(), f"people_graduate:private:{key}")


def open_private(key: UUID, sealed: bytes) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(identity.unseal(sealed, f"people_graduate:private:{key}"))
    return found
