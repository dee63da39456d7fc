"""Signatures in any file, looked for without opening it as a PDF: one pass over the bytes, nothing is unpacked.

Good enough to say whose seal a file bears and whether it still fits; whether a file is the agreement is decided by its hash.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from hashlib import new as digest_of
from hashlib import sha256
from typing import Any

from asn1crypto import cms, x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

RANGE = re.compile(rb"/ByteRange\s*\[\s*(\d{1,10})\s+(\d{1,10})\s+(\d{1,10})\s+(\d{1,10})\s*\]")
MOST, LONGEST = 8, 200_000  # signatures looked at, hex digits of one
DIGESTS = {"sha256": hashes.SHA256(), "sha384": hashes.SHA384(), "sha512": hashes.SHA512()}


@dataclass(frozen=True)
class Mark:
    """One signature: whose (SHA-256 of the certificate's DER, hex), whether it fits what it covers, and reaches the end.

    `stamped_at` is what its time stamp says, unchecked.
    """

    fingerprint: str
    fits: bool
    whole: bool
    stamped_at: datetime | None = None


def marks(data: bytes) -> Iterator[Mark]:
    """The signatures of a file, in its order; what cannot be read is none."""
    for at, found in enumerate(RANGE.finditer(data)):
        if at == MOST:
            return
        start, size, after, rest = map(int, found.groups())
        if start == 0 and size < after <= size + LONGEST and after + rest <= len(data):
            covered = data[:size] + data[after : after + rest]
            try:
                yield mark(data[size:after], covered, after + rest == len(data))
            except Exception:  # anybody's bytes: the parsers have no single error for what is none
                continue


def mark(field: bytes, covered: bytes, whole: bool) -> Mark:
    content = cms.ContentInfo.load(bytes.fromhex(field.strip(b"<>").decode("ascii")))["content"]
    signer = content["signer_infos"][0]
    certificate = certificate_of(signer, [one.chosen for one in content["certificates"]])
    return Mark(sha256(certificate.dump()).hexdigest(), fits(signer, certificate, covered), whole, stamped_at(signer))


def stamped_at(signer: Any) -> datetime | None:
    for one in signer["unsigned_attrs"] or ():
        if one["type"].native == "signature_time_stamp_token":
            token = one["values"][0]["content"]["encap_content_info"]["content"].parsed
            moment: datetime = token["gen_time"].native
            return moment
    return None


def certificate_of(signer: Any, certificates: list[x509.Certificate]) -> x509.Certificate:
    """The one the signature names. Raises IndexError when it is not there."""
    issuer, serial = signer["sid"].chosen["issuer"], signer["sid"].chosen["serial_number"].native
    return [one for one in certificates if one.issuer == issuer and one.serial_number == serial][0]  # noqa: RUF015


def fits(signer: Any, certificate: x509.Certificate, covered: bytes) -> bool:
    """The digest is that of the bytes, and the signature over it is the certificate's."""
    name = signer["digest_algorithm"]["algorithm"].native
    said = {one["type"].native: one["values"][0].native for one in signer["signed_attrs"]}
    if said["message_digest"] != digest_of(name, covered).digest():
        return False
    public = serialization.load_der_public_key(certificate.public_key.dump())
    attributes, signature = signer["signed_attrs"].untag().dump(), signer["signature"].native
    try:
        if isinstance(public, ec.EllipticCurvePublicKey):
            public.verify(signature, attributes, ec.ECDSA(DIGESTS[name]))
        elif isinstance(public, rsa.RSAPublicKey):
            public.verify(signature, attributes, padding.PKCS1v15(), DIGESTS[name])
        else:
            return False
    except InvalidSignature:
        return False
    return True
