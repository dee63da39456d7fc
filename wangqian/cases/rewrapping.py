"""A corrected identity number gives a graduate another person's key: the keys of his cases are wrapped by that one."""

from __future__ import annotations

from uuid import UUID

from wangqian.cases.models import Case
from wangqian.cases.sealing import unwrap, wrap


def follow_person(graduate: UUID, old: bytes, new: bytes) -> None:
    """From the old person's key to the new one's (both in plain). The caller holds the graduate's row."""
    for pk, key in Case.objects.filter(graduate=graduate).values_list("pk", "key"):
        Case.objects.filter(pk=pk).update(key=wrap(unwrap(bytes(key), pk, old), pk, new))
