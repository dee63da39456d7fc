"""Where the seal's key is: a PEM, a PKCS#11 token, the demo's own; or nowhere, and then nothing is sealed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property, lru_cache
from hashlib import sha256
from pathlib import Path

import pkcs11
from asn1crypto import keys as asn1_keys
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID
from django.conf import settings
from django.utils.translation import gettext as _
from pyhanko.config.pkcs11 import TokenCriteria
from pyhanko.sign import SimpleSigner
from pyhanko.sign.pkcs11 import PKCS11Signer, open_pkcs11_session
from pyhanko.sign.signers import Signer
from pyhanko_certvalidator.registry import SimpleCertificateStore

from wangqian.people import keyfile
from wangqian.people.clock import now

DEMO_NAME = "网签演示印章（仅供演示，无法律效力）"
DER, PEM = serialization.Encoding.DER, serialization.Encoding.PEM


class SealTrouble(Exception):
    """A seal is configured and cannot be used: a sentence for the operator, without anything secret."""


@dataclass(frozen=True)
class Holder:
    """The seal as configured. `chain`: its certificate first. `key` is None where a token keeps it."""

    chain: tuple[x509.Certificate, ...]
    key: bytes | None  # DER, PKCS#8
    demo: bool = False

    @cached_property
    def certificate(self) -> x509.Certificate:
        return self.chain[0]

    @cached_property
    def fingerprint(self) -> str:
        return sha256(self.certificate.public_bytes(DER)).hexdigest()

    @property
    def subject(self) -> str:
        return name_of(self.certificate.subject)

    @property
    def issuer(self) -> str:
        return name_of(self.certificate.issuer)

    @property
    def serial(self) -> str:
        return f"{self.certificate.serial_number:X}"

    def pem(self) -> str:
        return "".join(one.public_bytes(PEM).decode() for one in self.chain)

    @contextmanager
    def signer(self) -> Iterator[Signer]:
        """Something pyHanko signs with. Raises `SealTrouble`."""
        require_valid(self.certificate, now())
        own, *others = (asn1_x509.Certificate.load(one.public_bytes(DER)) for one in self.chain)
        store = SimpleCertificateStore.from_certs([own, *others])
        if self.key is not None:
            yield SimpleSigner(own, asn1_keys.PrivateKeyInfo.load(self.key), store)
            return
        try:
            with token() as session:
                yield PKCS11Signer(
                    session,
                    signing_cert=own,
                    ca_chain=others,
                    key_label=str(settings.SEAL_LABEL),
                    # every device signs a hash by ECDSA, not every one hashes
                    use_raw_mechanism=isinstance(self.certificate.public_key(), ec.EllipticCurvePublicKey),
                )
        except (pkcs11.PKCS11Error, OSError) as problem:
            raise SealTrouble(_("印章的密码设备不能使用（%(kind)s）") % {"kind": type(problem).__name__}) from problem


def holder() -> Holder | None:
    """The configured seal, None where there is none. Raises `SealTrouble` when what is configured cannot be used."""
    if settings.SEAL_CERTIFICATE:
        return configured(*map(str, (settings.SEAL_CERTIFICATE, settings.SEAL_KEY, settings.SEAL_PASSPHRASE)))
    if settings.SEAL_KEY or settings.SEAL_PKCS11:
        raise SealTrouble(_("设置了印章密钥，没有设置印章证书（WANGQIAN_SEAL_CERTIFICATE）"))
    return demo(Path(settings.VAR) / "keys" / "seal-demo.pem") if settings.SEAL_DEMO else None


@lru_cache(maxsize=4)
def configured(certificate: str, key: str, passphrase: str) -> Holder:
    """Read once per process: a new certificate comes into use with a restart."""
    try:
        chain = tuple(x509.load_pem_x509_certificates(Path(certificate).read_bytes()))
        private = keyfile.read_key(Path(key).read_bytes(), passphrase) if key else None
    except (OSError, TypeError, ValueError) as problem:
        raise SealTrouble(_("印章的密钥或证书读不出来（%(kind)s）") % {"kind": type(problem).__name__}) from problem
    public = chain[0].public_key()
    if not checkable(public):
        raise SealTrouble(_("印章的密钥只支持 P-256 和 2048 位以上的 RSA"))
    if private is None:
        if not settings.SEAL_PKCS11:
            raise SealTrouble(_("设置了印章证书，没有设置密钥（WANGQIAN_SEAL_KEY 或 WANGQIAN_SEAL_PKCS11）"))
        return Holder(chain, None)
    if private.public_key() != public:
        raise SealTrouble(_("印章的密钥与证书不是一对"))
    form = serialization.PrivateFormat.PKCS8
    return Holder(chain, private.private_bytes(DER, form, serialization.NoEncryption()))


def checkable(public: object) -> bool:
    """Kinds of key that the script in an evidence package can check."""
    if isinstance(public, ec.EllipticCurvePublicKey):
        return isinstance(public.curve, ec.SECP256R1)
    return isinstance(public, rsa.RSAPublicKey) and public.key_size >= 2048


@lru_cache(maxsize=4)
def demo(path: Path) -> Holder:
    """Key and certificate of the demo in one file, made on first use. The certificate says what it is."""
    content = path.read_bytes() if path.exists() else keyfile.make_once(path, demo_pem(now()))
    private = keyfile.read_key(content)
    form = serialization.PrivateFormat.PKCS8
    der = private.private_bytes(DER, form, serialization.NoEncryption())
    return Holder((x509.load_pem_x509_certificate(content),), der, demo=True)


def demo_pem(moment: datetime) -> bytes:
    key, pem = keyfile.new_key()
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, DEMO_NAME)])
    usage = x509.KeyUsage(True, True, False, False, False, False, False, False, False)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(moment - timedelta(days=1))
        .not_valid_after(moment + timedelta(days=3650))
        .add_extension(usage, critical=True)
        .sign(key, hashes.SHA256())
    )
    return pem + made.public_bytes(PEM)


@contextmanager
def token() -> Iterator[pkcs11.Session]:
    """A session with the token, for one signature: a device that was away in between is found again."""
    criteria = TokenCriteria(label=str(settings.SEAL_TOKEN)) if settings.SEAL_TOKEN else None
    session = open_pkcs11_session(
        str(settings.SEAL_PKCS11), token_criteria=criteria, user_pin=str(settings.SEAL_PIN) or None
    )
    try:
        yield session
    finally:
        session.close()


def require_valid(certificate: x509.Certificate, moment: datetime) -> None:
    if not certificate.not_valid_before_utc <= moment.astimezone(UTC) < certificate.not_valid_after_utc:
        raise SealTrouble(_("印章的证书不在有效期内，请更换证书"))


def name_of(name: x509.Name) -> str:
    """What people read of it: the common name, else the organisation, else everything."""
    for kind in (NameOID.COMMON_NAME, NameOID.ORGANIZATION_NAME):
        if found := name.get_attributes_for_oid(kind):
            return str(found[0].value)
    return name.rfc4514_string()
