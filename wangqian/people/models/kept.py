"""Words in rows that are never written again and belong to no case: under a key of the installation's own.

The master key wraps that key and turns without touching the rows (people/identity.py).
"""

from __future__ import annotations

import os
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.db import models

from wangqian.people import identity
from wangqian.people.vault import Sealed, about


def new_name() -> str:
    return os.urandom(8).hex()


class KeptKey(models.Model):
    """A wrapped key under a random name, which stands in every ciphertext. There is one, made by `migrate`."""

    name = models.CharField(max_length=16, primary_key=True, default=new_name)
    wrapped = models.BinaryField(max_length=128)

    def open(self) -> AESGCM:
        return AESGCM(identity.unseal(bytes(self.wrapped), KeptKey.about(self.name)))

    @staticmethod
    def about(name: str) -> str:
        return f"kept_key:{name}"


class Opened:
    """The keys as this process read them: what is under a name never changes."""

    def __init__(self) -> None:
        self.keys: dict[str, AESGCM] = {}
        self.newest = ""

    def current(self) -> tuple[str, AESGCM]:
        if not self.newest:
            row = KeptKey.objects.get()
            self.newest, self.keys[row.name] = row.name, row.open()
        return self.newest, self.keys[self.newest]

    def named(self, name: str) -> AESGCM:
        if name not in self.keys:
            self.keys[name] = KeptKey.objects.get(name=name).open()
        return self.keys[name]

    def forget(self) -> None:
        self.keys.clear()
        self.newest = ""


OPENED = Opened()


def make_kept_key(apps: Any = None, **_: Any) -> None:
    """After `migrate` (and in tests after a flush): the key is there before anything is sealed under it."""
    OPENED.forget()
    try:
        model = apps.get_model("people", "KeptKey") if apps else KeptKey
    except LookupError:  # migrated back to before there was one
        return
    if not model.objects.exists():
        name = new_name()
        model.objects.create(name=name, wrapped=identity.seal(os.urandom(32), KeptKey.about(name)))


class Kept(Sealed):
    """A `Sealed` under the installation's kept key instead of the master key itself. Nothing said stays nothing."""

    def sealed(self, instance: models.Model, value: Any) -> bytes:
        if not value:
            return b""
        name, key = OPENED.current()
        return identity.seal_by(name, key, self.to_bytes(value), about(instance, self.attname, self.row))

    def opened(self, instance: models.Model, value: bytes) -> Any:
        if not value:
            return ""
        key = OPENED.named(identity.key_name(value))
        return self.from_bytes(identity.unseal_by(key, value, about(instance, self.attname, self.row)))
