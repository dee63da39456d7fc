"""The key that signs heads: its own, not the seal's. Configured, or made on first use in the folder of keys."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from django.conf import settings
from django.utils.translation import gettext_noop

from wangqian.people import keyfile

MADE = "log.pem"
UNUSABLE = gettext_noop("日志签名密钥不能使用")


class Unusable(Exception):
    """The configured key cannot be used."""


@dataclass(frozen=True)
class Key:
    """`id` is the SHA-256 (hex) of the public key's DER; `public` its PEM."""

    id: str
    public: str
    private: ec.EllipticCurvePrivateKey

    def sign(self, data: bytes) -> bytes:
        """ECDSA with SHA-256, as DER."""
        return self.private.sign(data, ec.ECDSA(hashes.SHA256()))


def current() -> Key:
    """This worker's key. Raises `Unusable`."""
    made = Path(settings.VAR) / "keys" / MADE
    try:
        return loaded(str(settings.LOG_KEY), str(settings.LOG_PASSPHRASE), made)
    except (OSError, TypeError, ValueError) as problem:
        raise Unusable(UNUSABLE) from problem


@lru_cache(maxsize=4)
def loaded(configured: str, passphrase: str, made: Path) -> Key:
    if configured:
        content = Path(configured).read_bytes()
    else:
        content = made.read_bytes() if made.exists() else keyfile.make_once(made, keyfile.new_key()[1])
    private = keyfile.read_key(content, passphrase if configured else "")
    if not isinstance(private, ec.EllipticCurvePrivateKey) or not isinstance(private.curve, ec.SECP256R1):
        raise ValueError("WANGQIAN_LOG_KEY must be a P-256 key in PEM")
    public = private.public_key()
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    der = public.public_bytes(serialization.Encoding.DER, form)
    return Key(sha256(der).hexdigest(), public.public_bytes(serialization.Encoding.PEM, form).decode(), private)
