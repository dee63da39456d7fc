"""Turning the master key: everything sealed or wrapped by an older one is written anew under the first of WANGQIAN_FIELD_KEYS.

In batches, each a transaction of its own, while the site runs; stopped anywhere, it goes on where it left off, because what is
already under the newest key is passed over. What persons' and cases' keys cover is not touched: only those keys are wrapped anew.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from allauth.mfa.models import Authenticator
from django.apps import apps
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import models, transaction

from wangqian.cases.models import Case
from wangqian.cases.sealing import CaseSealed, place_of
from wangqian.exchange import vault
from wangqian.exchange.models import Import, StagedRow
from wangqian.people import identity, mfa
from wangqian.people.models import KeptKey, PersonKey
from wangqian.people.models.kept import Kept
from wangqian.people.vault import Sealed, about

BATCH = 500


@dataclass(frozen=True)
class Place:
    """One column. `renewed(row, value)` is the value under the newest key, None when it is there already."""

    model: type[models.Model]
    column: str
    renewed: Callable[[Any, Any], Any]
    beside: tuple[str, ...] = ()  # columns that name the row
    where: tuple[tuple[str, Any], ...] = ()

    @property
    def name(self) -> str:
        return f"{self.model._meta.db_table}.{self.column}"

    def rows(self) -> models.QuerySet[Any]:
        found: models.QuerySet[Any] = self.model._default_manager.filter(**dict(self.where)).order_by("pk")
        return found.only("pk", self.column, *self.beside)

    def value(self, row: Any) -> Any:
        """As it is stored, not opened."""
        value = row.__dict__[self.column]
        return bytes(value) if isinstance(value, memoryview) else value

    def stale(self, row: Any) -> Any:
        value = self.value(row)
        return self.renewed(row, value) if value else None


def turned(value: bytes, place: str) -> bytes | None:
    """A ciphertext under the newest master key; None when it is there already."""
    newest = next(iter(identity.ring(settings.FIELD_KEYS)))
    return None if identity.key_name(value) == newest else identity.seal(identity.unseal(value, place), place)


def places() -> Iterator[Place]:
    """Every column that the master key covers by itself."""
    yield Place(PersonKey, "wrapped", lambda row, value: turned(value, PersonKey.about(bytes(row.index))))
    yield Place(KeptKey, "wrapped", lambda row, value: turned(value, KeptKey.about(row.name)))
    alone = (("graduate", None),)  # the others are wrapped by persons' keys
    yield Place(Case, "key", lambda row, value: turned(value, place_of(row.pk)), where=alone)
    yield Place(StagedRow, "sealed", staged_row, ("source_id", "number"))
    yield Place(Session, "session_data", lambda row, value: in_text(value, f"session:{row.pk}"))
    yield Place(Authenticator, "data", lambda row, value: in_json(value, mfa.about(row.user_id)), ("user_id",))
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            if isinstance(field, Sealed) and not isinstance(field, Kept | CaseSealed):
                yield column(model, field)


def column(model: type[models.Model], field: Sealed) -> Place:
    name, row = field.attname, field.row
    return Place(model, name, lambda instance, value: turned(value, about(instance, name, row)), row)


def staged_row(row: StagedRow, value: bytes) -> bytes | None:
    return turned(value, vault.row_about(row.source_id, row.number))


def in_text(value: str, place: str) -> str | None:
    """The same for ciphertext in Base64; anything else is left as it is."""
    try:
        sealed = b64decode(value, validate=True)
        if not sealed or sealed[0] != identity.VERSION or identity.key_name(sealed) not in identity.ring(settings.FIELD_KEYS):
            return None
    except (NotBase64, ValueError):
        return None
    fresh = turned(sealed, place)
    return None if fresh is None else b64encode(fresh).decode()


def in_json(value: Any, place: str) -> Any:
    """The same for every text in a small structure."""
    if isinstance(value, dict):
        fresh = {name: in_json(one, place) for name, one in value.items()}
        return {**value, **{name: one for name, one in fresh.items() if one is not None}} if any_of(fresh.values()) else None
    if isinstance(value, list):
        found = [in_json(one, place) for one in value]
        return [old if one is None else one for old, one in zip(value, found, strict=True)] if any_of(found) else None
    return in_text(value, place) if isinstance(value, str) else None


def any_of(found: Any) -> bool:
    return any(one is not None for one in found)


def turn(place: Place, batch: int = BATCH) -> int:
    """Write a place's older values anew; returns how many."""
    done, last = 0, None
    while True:
        rows = place.rows() if last is None else place.rows().filter(pk__gt=last)
        found = list(rows[:batch])
        if not found:
            return done
        done += renew(place, [row.pk for row in found if place.stale(row) is not None])
        last = found[-1].pk


def renew(place: Place, keys: list[Any]) -> int:
    """These rows, read again under their locks: what somebody wrote meanwhile stays."""
    if not keys:
        return 0
    with transaction.atomic():
        done = 0
        for row in place.rows().filter(pk__in=keys).select_for_update(no_key=True):
            fresh = place.stale(row)
            if fresh is not None:
                place.model._default_manager.filter(pk=row.pk).update(**{place.column: fresh})
                done += 1
        return done


def stale_files() -> Iterator[tuple[Import, bytes]]:
    """Uploads that wait, and what each should hold."""
    for job in Import.objects.exclude(file=""):
        with default_storage.open(job.file) as file:
            fresh = turned(file.read(), vault.file_about(job.pk))
        if fresh is not None:
            yield job, fresh


def turn_files() -> int:
    """Each gets a new file, then loses the old one; what a worker is reading at this moment is left for the next time."""
    done = 0
    for job, fresh in stale_files():
        name = default_storage.save(f"{vault.FOLDER}/{job.pk}.sealed", ContentFile(fresh))
        kept = Import.objects.filter(pk=job.pk, file=job.file, claim=None).update(file=name)
        vault.remove(job.file if kept else name)
        done += kept
    return done


def left() -> dict[str, int]:
    """How many values are still under an older key, by place; empty when the old keys may go."""
    found = {place.name: sum(place.stale(row) is not None for row in place.rows().iterator(BATCH)) for place in places()}
    found["uploads"] = sum(1 for _ in stale_files())
    return {name: count for name, count in found.items() if count}
