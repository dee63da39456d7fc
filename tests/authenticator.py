"""An authenticator in software: what a phone's secure chip does, with every lie a test may want it to tell."""

from __future__ import annotations

import json
import os
import struct
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from fido2 import cbor
from fido2.cose import ES256, RS256
from fido2.utils import websafe_decode, websafe_encode

UP, UV, AT = 0x01, 0x04, 0x40
ORIGIN, RP = "http://localhost:8000", "localhost"


@dataclass
class SoftAuthenticator:
    """One passkey: P-256, or RSA as Windows makes them. `counts`: whether it counts its signatures, as synced ones do not."""

    origin: str = ORIGIN
    rp: str = RP
    flags: int = UP | UV
    counts: bool = True
    count: int = 0
    user_handle: bytes = b""
    credential_id: bytes = field(default_factory=lambda: os.urandom(32))
    key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))

    def create(self, options: dict[str, Any]) -> str:
        """What the browser answers to `navigator.credentials.create`."""
        asked = options["publicKey"]
        self.user_handle = websafe_decode(asked["user"]["id"])
        client = self.client("webauthn.create", asked["challenge"])
        kind = ES256 if isinstance(self.key, ec.EllipticCurvePrivateKey) else RS256
        cose = cbor.encode(dict(kind.from_cryptography_key(self.key.public_key())))
        attested = bytes(16) + struct.pack(">H", len(self.credential_id)) + self.credential_id + cose
        data = self.data(self.flags | AT) + attested
        attestation = cbor.encode({"fmt": "none", "attStmt": {}, "authData": data})
        return self.answer(client, attestationObject=websafe_encode(attestation), transports=["internal"])

    def get(self, options: dict[str, Any]) -> str:
        """What the browser answers to `navigator.credentials.get`."""
        client = self.client("webauthn.get", options["publicKey"]["challenge"])
        data = self.data(self.flags)
        signature = self.sign(data + sha256(client).digest())
        return self.answer(
            client,
            authenticatorData=websafe_encode(data),
            signature=websafe_encode(signature),
            userHandle=websafe_encode(self.user_handle) if self.user_handle else None,
        )

    def sign(self, message: bytes) -> bytes:
        if isinstance(self.key, ec.EllipticCurvePrivateKey):
            return self.key.sign(message, ec.ECDSA(hashes.SHA256()))
        return self.key.sign(message, padding.PKCS1v15(), hashes.SHA256())

    def client(self, kind: str, challenge: str) -> bytes:
        said = {"type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": False}
        return json.dumps(said, separators=(",", ":")).encode()

    def data(self, flags: int) -> bytes:
        self.count += self.counts
        return sha256(self.rp.encode()).digest() + struct.pack(">BI", flags, self.count if self.counts else 0)

    def answer(self, client: bytes, **response: Any) -> str:
        mine = websafe_encode(self.credential_id)
        said = {"clientDataJSON": websafe_encode(client), **response}
        return json.dumps(
            {"id": mine, "rawId": mine, "type": "public-key", "response": said, "clientExtensionResults": {}}
        )
