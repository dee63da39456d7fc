"""Encrypting the identity numbers of a batch: one key per person, made on first sight."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from uuid import UUID

from wangqian.exchange import bulk
from wangqian.people import identity
from wangqian.people.models import PersonKey


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


def encrypted(key: UUID, number: str, person_key: bytes) -> bytes:
    return identity.encrypt(person_key, number, f"people_graduate:identity_cipher:{key}")
