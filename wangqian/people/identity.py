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


def seal(plain: bytes, about: str) -> bytes:
    """Encrypt under the newest master key; `about` is the associated data."""
    name, key = next(iter(ring(settings.FIELD_KEYS).items()))
    nonce = os.urandom(12)
    tag = name.encode()
    return bytes([VERSION, len(tag)]) + tag + nonce + key.encrypt(nonce, plain, about.encode())


def unseal(sealed: bytes, about: str) -> bytes:
    """Open what `seal` made; raises `cryptography.exceptions.InvalidTag` when moved or changed."""
    sealed = bytes(sealed)
    end = 2 + sealed[1]
    key = ring(settings.FIELD_KEYS)[sealed[2:end].decode()]
    return key.decrypt(sealed[end : end + 12], sealed[end + 12 :], about.encode())


def new_person_key() -> bytes:
    return os.urandom(32)


def encrypt(person_key: bytes, plain: str, about: str) -> bytes:
    """Encrypt one field under the person's own key."""
    nonce = os.urandom(12)
    return bytes([VERSION]) + nonce + AESGCM(person_key).encrypt(nonce, plain.encode(), about.encode())


def decrypt(person_key: bytes, sealed: bytes, about: str) -> str:
    sealed = bytes(sealed)
    return AESGCM(person_key).decrypt(sealed[1:13], sealed[13:], about.encode()).decode()


def blind_index(kind: str, number: str) -> bytes:
    """32 bytes by which a number is found without being stored: HMAC-SHA-256 under a key outside the database."""
    return hmac.digest(bytes.fromhex(settings.INDEX_KEY), f"{kind}:{number}".encode(), "sha256")


def keyed(*parts: str) -> str:
    """A keyed digest (hex) of things that must be comparable but not readable, such as a search target."""
    return hmac.new(bytes.fromhex(settings.INDEX_KEY), "\0".join(parts).encode(), sha256).hexdigest()


def masked(number: str) -> str:
    """4311********1680: the first and last four of long numbers, less of short ones."""
    keep = 4 if len(number) >= 15 else 2
    return number[:keep] + "*" * max(len(number) - 2 * keep, 4) + number[-keep:]


def masked_phone(phone: str) -> str:
    return phone[:3] + "****" + phone[-4:] if len(phone) >= 11 else "****" + phone[-2:]


def masked_name(name: str) -> str:
    """曹** — what a stranger may see."""
    return name[:1] + "*" * max(len(name) - 1, 1)
