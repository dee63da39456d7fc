"""What convinces a third party that a passkey signed: the signature, what it was made over, and the key that checks it."""

from __future__ import annotations

from base64 import b64encode
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from fido2.utils import websafe_encode
from fido2.webauthn import AttestedCredentialData, AuthenticationResponse

ES256, RS256 = -7, -257  # COSE; what every device can make and the verifier of an evidence package can check


def evidence(known: AttestedCredentialData, response: AuthenticationResponse) -> dict[str, str]:
    """The signature, what it was made over, and the key that checks it: base64url, the key as SubjectPublicKeyInfo."""
    signed = response.response
    return {
        "credential": websafe_encode(response.raw_id),
        "authenticator_data": websafe_encode(bytes(signed.authenticator_data)),
        "client_data": websafe_encode(bytes(signed.client_data)),
        "signature": websafe_encode(signed.signature),
        **public_key(known),
    }


def public_key(found: AttestedCredentialData) -> dict[str, str]:
    """Algorithm and key in a form every cryptographic library reads."""
    cose = found.public_key
    algorithm = {ES256: "ES256", RS256: "RS256"}[cose[3]]
    key: Any
    if algorithm == "ES256":
        x, y = (int.from_bytes(cose[name], "big") for name in (-2, -3))
        key = ec.EllipticCurvePublicNumbers(x, y, ec.SECP256R1()).public_key()
    else:
        n, e = (int.from_bytes(cose[name], "big") for name in (-1, -2))
        key = rsa.RSAPublicNumbers(e, n).public_key()
    spki = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return {"algorithm": algorithm, "public_key": b64encode(spki).decode()}
