"""Identity numbers: encrypted under one key per person, found by a blind index, masked on screens.

Layout of every ciphertext: version(1) · key id length(1) · key id · nonce(12) · AES-256-GCM output. Associated data
name the table, column and row, so a ciphertext moved to another row does not open.
"""

from __future__ import annotations

import hmac
import os
from functools import lru_cache
from hashlib import sha256

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

VERSION = 1


@lru_cache(maxsize=4)
def ring(keys: str) -> dict[str, AESGCM]:
    """The key ring of a setting `id:hex,id:hex`; the first one encrypts."""
    pairs = (entry.split(":") for entry in keys.split(","))
    return {name: AESGCM(bytes.fromhex(value)) for name, value in pairs}


@lru_cache(maxsize=4)
def newest(keys: str) -> tuple[bytes, AESGCM]:
    """How a ciphertext under the newest key of the setting begins, and the key."""
    name, key = next(iter(ring(keys).items()))
    return head(name), key


def head(name: str) -> bytes:
    return bytes([VERSION, len(name.encode())]) + name.encode()


def seal(plain: bytes, about: str) -> bytes:
    """Encrypt under the newest master key; `about` is the associated data."""
    start, key = newest(settings.FIELD_KEYS)
    nonce = os.urandom(12)
    return start + nonce + key.encrypt(nonce, plain, about.encode())


def seal_by(name: str, key: AESGCM, plain: bytes, about: str) -> bytes:
    """Encrypt under a key that is found again by its name."""
    nonce = os.urandom(12)
    return head(name) + nonce + key.encrypt(nonce, plain, about.encode())


def unseal(sealed: bytes, about: str) -> bytes:
    """Open what `seal` made; raises `cryptography.exceptions.InvalidTag` when moved or changed."""
    sealed = bytes(sealed)
    return unseal_by(ring(settings.FIELD_KEYS)[key_name(sealed)], sealed, about)


def unseal_by(key: AESGCM, sealed: bytes, about: str) -> bytes:
    start = 2 + sealed[1]
    return key.decrypt(sealed[start : start + 12], sealed[start + 12 :], about.encode())


def key_name(sealed: bytes) -> str:
    """Which key it is under."""
    return bytes(sealed[2 : 2 + sealed[1]]).decode()


def new_person_key() -> bytes:
    return os.urandom(32)


class Erased(Exception):
    """The key is destroyed: nothing that was under it is readable, by design."""


def encrypt(person_key: bytes, plain: str | bytes, about: str) -> bytes:
    """Encrypt one field under the person's (or the case's) own key."""
    nonce = os.urandom(12)
    plain = plain.encode() if isinstance(plain, str) else plain
    return bytes([VERSION]) + nonce + AESGCM(person_key).encrypt(nonce, plain, about.encode())


def decrypt(person_key: bytes, sealed: bytes, about: str) -> str:
    return decrypt_bytes(person_key, sealed, about).decode()


def decrypt_bytes(person_key: bytes, sealed: bytes, about: str) -> bytes:
    sealed = bytes(sealed)
    return AESGCM(person_key).decrypt(sealed[1:13], sealed[13:], about.encode())


def blind_index(kind: str, number: str) -> bytes:
    """32 bytes by which a number is found without being stored: HMAC-SHA-256 under a key outside the database."""
    return hmac.digest(index_key(settings.INDEX_KEY), f"{kind}:{number}".encode(), "sha256")


@lru_cache(maxsize=2)
def index_key(setting: str) -> bytes:
    return bytes.fromhex(setting)


def keyed(*parts: str) -> str:
    """A keyed digest (hex) of things that must be comparable but not readable, such as a search target."""
    return hmac.new(bytes.fromhex(settings.INDEX_KEY), "\0".join(parts).encode(), sha256).hexdigest()


def masked(number: str) -> str:
    """4311********1680: the first and last four of long numbers, less of short ones."""
    keep = 4 if len(number) >= 15 else 2
    return number[:keep] + "*" * max(len(number) - 2 * keep, 4) + number[-keep:]


def masked_phone(phone: str) -> str:
    return phone[:3] + "****" + phone[-4:] if len(phone) >= 11 else "****" + phone[-2:]


def masked_email(address: str) -> str:
    name, _at, host = address.rpartition("@")
    return f"{name[:1]}***@{host}"


def masked_name(name: str) -> str:
    """曹** — what a stranger may see."""
    return name[:1] + "*" * max(len(name) - 1, 1)
