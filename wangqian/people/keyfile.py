"""Private keys in files of their own, readable by this program alone; made on first use where that is allowed."""

from __future__ import annotations

import os
from pathlib import Path
from tempfile import NamedTemporaryFile

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes


def make_once(path: Path, content: bytes) -> bytes:
    """What stands in `path`: `content` if nobody was earlier. Mode 600, whole or absent, the first writer wins."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with NamedTemporaryFile(dir=path.parent, prefix=".") as part:  # made with mode 600
        part.write(content)
        part.flush()
        os.fsync(part.fileno())
        try:
            os.link(part.name, path)
        except FileExistsError:
            return path.read_bytes()
    return content


def new_key() -> tuple[ec.EllipticCurvePrivateKey, bytes]:
    """A P-256 key and its PEM."""
    key = ec.generate_private_key(ec.SECP256R1())
    form = serialization.PrivateFormat.PKCS8
    return key, key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption())


def read_key(content: bytes, passphrase: str = "") -> PrivateKeyTypes:
    """The key in a PEM. Raises ValueError or TypeError when it cannot be read, or not without the passphrase."""
    return serialization.load_pem_private_key(content, passphrase.encode() or None)
