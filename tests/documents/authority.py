"""A certificate authority of the tests, and its time-stamping and revocation service: a real HTTP server."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from asn1crypto import keys as asn1_keys
from asn1crypto import tsp
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from pyhanko.sign.timestamps.dummy_client import DummyTimeStamper
from pyhanko_certvalidator.registry import SimpleCertificateStore

DER, PEM = serialization.Encoding.DER, serialization.Encoding.PEM
PKCS8, PLAIN = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
SIGNS = x509.KeyUsage(True, True, False, False, False, False, False, False, False)
ISSUES = x509.KeyUsage(True, False, False, False, False, True, True, False, False)


@dataclass
class Authority:
    """Root → a sealing certificate (P-256) and a time-stamping one (RSA), each with the place of the revocation list."""

    folder: Path
    port: int
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    asked: int = 0
    broken: str = ""  # "": answers; "refuses": an error of the protocol; "nonsense": no token at all

    def __post_init__(self) -> None:
        self.root = self.issue("示例根", self.key.public_key(), ISSUES, ca=True)
        self.seal_key = ec.generate_private_key(ec.SECP256R1())
        self.seal = self.issue("示范大学电子印章", self.seal_key.public_key(), SIGNS)
        tsa_key = rsa.generate_private_key(65537, 2048)
        self.tsa = self.issue("示例时间戳", tsa_key.public_key(), SIGNS, ExtendedKeyUsageOID.TIME_STAMPING)
        store = SimpleCertificateStore.from_certs([loaded(self.root)])
        self.stamper = DummyTimeStamper(
            loaded(self.tsa), asn1_keys.PrivateKeyInfo.load(tsa_key.private_bytes(DER, PKCS8, PLAIN)), store
        )

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def issue(
        self, name: str, public: Any, usage: x509.KeyUsage, extended: Any = None, ca: bool = False
    ) -> x509.Certificate:
        moment = datetime.now(UTC)
        root = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "示例根")])
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        place = x509.DistributionPoint([x509.UniformResourceIdentifier(f"{self.url}/root.crl")], None, None, None)
        builder = (
            x509.CertificateBuilder(root, subject, public, x509.random_serial_number())
            .not_valid_before(moment - timedelta(days=1))
            .not_valid_after(moment + timedelta(days=365))
            .add_extension(usage, critical=True)
            .add_extension(x509.BasicConstraints(ca, None), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key()), critical=False)
        )
        if extended:
            builder = builder.add_extension(x509.ExtendedKeyUsage([extended]), critical=True)
        if not ca:
            builder = builder.add_extension(x509.CRLDistributionPoints([place]), critical=False)
        return builder.sign(self.key, hashes.SHA256())

    def revoked(self, *serials: int) -> bytes:
        moment = datetime.now(UTC)
        builder = x509.CertificateRevocationListBuilder(
            self.root.subject, moment - timedelta(hours=1), moment + timedelta(days=7)
        ).add_extension(x509.CRLNumber(1), critical=False)
        for serial in serials:
            one = x509.RevokedCertificateBuilder(serial, moment - timedelta(hours=2)).build()
            builder = builder.add_revoked_certificate(one)
        return builder.sign(self.key, hashes.SHA256()).public_bytes(DER)

    def files(self) -> dict[str, str]:
        """Settings that name the key, the chain and the root, as files."""
        self.folder.mkdir(parents=True, exist_ok=True)
        parts = {
            "SEAL_KEY": self.seal_key.private_bytes(PEM, PKCS8, PLAIN),
            "SEAL_CERTIFICATE": self.seal.public_bytes(PEM) + self.root.public_bytes(PEM),
            "SEAL_TRUST": self.root.public_bytes(PEM),
        }
        for name, content in parts.items():
            (self.folder / f"{name}.pem").write_bytes(content)
        return {name: str(self.folder / f"{name}.pem") for name in parts}

    def answer(self, body: bytes) -> bytes:
        """A time-stamp reply to a request, RFC 3161."""
        self.asked += 1
        if self.broken == "nonsense":
            return b"nonsense"
        if self.broken == "refuses":
            return tsp.TimeStampResp({"status": {"status": "rejection"}}).dump()
        return self.stamper.request_tsa_response(tsp.TimeStampReq.load(body)).dump()


def loaded(certificate: x509.Certificate) -> asn1_x509.Certificate:
    return asn1_x509.Certificate.load(certificate.public_bytes(DER))


@contextmanager
def running(folder: Path) -> Iterator[Authority]:
    """The authority behind a server of its own, on a free port of this machine."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            self.reply(authority.answer(body), "application/timestamp-reply")

        def do_GET(self) -> None:
            self.reply(authority.revoked(), "application/pkix-crl")

        def reply(self, content: bytes, kind: str) -> None:
            self.send_response(200)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    authority = Authority(folder, server.server_address[1])
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield authority
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
