"""Names as people type them: one form in which they are compared, and the index by which a school finds its graduates."""

from __future__ import annotations

from typing import Any
from unicodedata import is_normalized
from uuid import UUID

from django.db import models

from wangqian.codes.width import half_width
from wangqian.people import identity
from wangqian.people.vault import BlindIndex

# The dot inside a name of a minority is typed in many ways.
DOTS = str.maketrans(dict.fromkeys("•‧∙⋅・．.", "·"))


def plain_name(name: str) -> str:
    """The form in which names are compared and limited: a variant in width or dots is the same name."""
    if name.isalpha() and is_normalized("NFKC", name):  # no blank, no dot, no other width: nearly every name of a roster
        return name.upper()
    return half_width(name).translate(DOTS)


def name_index(school_id: UUID | str, name: str) -> bytes:
    """What `NameIndex` holds for a name: equal within one school, unlike in any other."""
    return identity.blind_index(f"name:{school_id}", plain_name(name))


class NameIndex(BlindIndex):
    """Of a row with a `school_id`: whole names are found, parts are not."""

    def __init__(self, of: str = "name", kind: str = "name", **kwargs: Any) -> None:
        super().__init__(of, kind, **kwargs)

    def digest(self, instance: models.Model) -> bytes | None:
        name = getattr(instance, self.of)
        return name_index(instance.school_id, name) if name else None  # type: ignore[attr-defined]
