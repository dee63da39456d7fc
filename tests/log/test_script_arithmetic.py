"""The script's own arithmetic against a library's: signatures right and wrong, odd values, old Python."""

from __future__ import annotations

import ast
from hashlib import sha256
from random import Random

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature

from tests.log.books import SCRIPT
from wangqian.documents.offline import verify

DER, SPKI = serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
HASHES = {"sha256": hashes.SHA256(), "sha384": hashes.SHA384(), "sha512": hashes.SHA512()}


def spki(key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey) -> verify.Der:
    return verify.Der(key.public_key().public_bytes(DER, SPKI))


@pytest.mark.parametrize("name", HASHES)
def test_p256(name: str) -> None:
    for seed in range(12):
        key, data = ec.generate_private_key(ec.SECP256R1()), Random(seed).randbytes(200)
        signature = key.sign(data, ec.ECDSA(HASHES[name]))
        assert verify.signature_right(spki(key), name, data, signature) is True
        assert verify.signature_right(spki(key), name, data + b"x", signature) is False
        assert verify.signature_right(spki(ec.generate_private_key(ec.SECP256R1())), name, data, signature) is False
        changed = bytearray(signature)
        changed[10 + seed] ^= 1
        assert verify.signature_right(spki(key), name, data, bytes(changed)) is False


def test_odd_values_of_a_signature() -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    good = key.sign(b"x", ec.ECDSA(hashes.SHA256()))
    r, s = decode_dss_signature(good)
    for pair in [(0, s), (r, 0), (0, 0), (verify.N, s), (r, verify.N), (r + verify.N, s), (r, s + verify.N), (1, 1)]:
        assert verify.signature_right(spki(key), "sha256", b"x", encode_dss_signature(*pair)) is False
    for other in (good + b"\0", b"\x31" + good[1:]):
        assert verify.signature_right(spki(key), "sha256", b"x", other) is False


def test_a_point_off_the_curve_signs_nothing() -> None:
    public = b"\x04" + (5).to_bytes(32, "big") + (7).to_bytes(32, "big")
    assert verify.ecdsa(public, sha256(b"x").digest(), encode_dss_signature(5, 7)) is False


def test_multiples_of_the_base_point() -> None:
    for k in (1, 2, 3, 1000, verify.N - 1):
        numbers = ec.derive_private_key(k, ec.SECP256R1()).public_key().public_numbers()
        assert verify.times(k, verify.G) == (numbers.x, numbers.y)
    assert verify.times(verify.N, verify.G) is None


@pytest.mark.parametrize("bits", [2048, 3072])
@pytest.mark.parametrize("name", HASHES)
def test_rsa(bits: int, name: str) -> None:
    key = rsa.generate_private_key(65537, bits)
    signature = key.sign(b"data", padding.PKCS1v15(), HASHES[name])
    assert verify.signature_right(spki(key), name, b"data", signature) is True
    assert verify.signature_right(spki(key), name, b"date", signature) is False
    wrong = "sha384" if name == "sha256" else "sha256"
    assert verify.signature_right(spki(key), wrong, b"data", signature) is False


def test_other_kinds_are_not_judged() -> None:
    key = ec.generate_private_key(ec.SECP384R1())
    assert verify.signature_right(spki(key), "sha256", b"x", key.sign(b"x", ec.ECDSA(hashes.SHA256()))) is None


def test_it_reads_as_python_3_8() -> None:
    ast.parse(SCRIPT.read_text("utf-8"), feature_version=(3, 8))
