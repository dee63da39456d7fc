"""Words of a case, sealed under a key of its own, which the person's key wraps: erasing the person erases them.

The rows are never written again, but a wrong identity number may be corrected, and then the graduate has another person's key:
the case's key is wrapped anew, the words stay as they are. Without a graduate the master key wraps it.
"""

from __future__ import annotations

import os
from typing import Any

from django.db import models

from wangqian.people import identity
from wangqian.people.vault import Sealed, SealedJSON, about


def place_of(case_id: object) -> str:
    """Associated data of a case's key."""
    return f"cases_case:key:{case_id}"


def wrap(case_key: bytes, case_id: object, person_key: bytes | None) -> bytes:
    """The key of a case as its row holds it."""
    place = place_of(case_id)
    return identity.encrypt(person_key, case_key, place) if person_key else identity.seal(case_key, place)


def unwrap(wrapped: bytes, case_id: object, person_key: bytes | None) -> bytes:
    place = place_of(case_id)
    return identity.decrypt_bytes(person_key, wrapped, place) if person_key else identity.unseal(wrapped, place)


class CaseKey(models.BinaryField):  # type: ignore[type-arg]
    """Made with the row."""

    def pre_save(self, model_instance: models.Model, add: bool) -> bytes:
        case: Any = model_instance
        if not case.key:
            person_key = case.graduate.person.open() if case.graduate_id else None
            case.key = wrap(os.urandom(32), case.pk, person_key)
        key: bytes = case.key
        return key


class CaseSealed(Sealed):
    """Text of a row that has a `sealing_case`."""

    def sealed(self, instance: Any, value: Any) -> bytes:
        key: bytes = instance.sealing_case.open_key()
        return identity.encrypt(key, self.to_bytes(value), about(instance, self.attname, self.row))

    def opened(self, instance: Any, value: bytes) -> Any:
        key: bytes = instance.sealing_case.open_key()
        return self.from_bytes(identity.decrypt_bytes(key, value, about(instance, self.attname, self.row)))


class CaseSealedJSON(CaseSealed, SealedJSON):
    """The same for small structures."""
