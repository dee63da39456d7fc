"""The seal on an agreement: made once, valid for others' validators, gone with any change, never faked."""

from __future__ import annotations

import io
import shutil
import stat
import subprocess
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pypdfium2 as pdfium
import pytest
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from pyhanko.pdf_utils.generic import pdf_string
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.pdf_utils.writer import copy_into_new_writer
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.status import PdfSignatureStatus
from pyhanko_certvalidator import ValidationContext
from pytest_django.fixtures import Settings

from tests.cast import Cast
from tests.conftest import REQUIRED
from tests.documents.reading import expected, read_back
from wangqian.cases.models import Case
from wangqian.documents import seal, seal_key
from wangqian.documents.make import failed, work
from wangqian.documents.marks import Mark, marks
from wangqian.documents.models import Artefact, SealCertificate
from wangqian.documents.offline import verify
from wangqian.documents.paper import paper_for
from wangqian.documents.read import pdf
from wangqian.people import keyfile

NONE = "未加盖电子印章"


def made(case: Case) -> tuple[Artefact, bytes]:
    work()
    artefact = Artefact.objects.select_related("seal").get(case=case)
    return artefact, pdf(artefact).read()


def validate(data: bytes, chain: str) -> PdfSignatureStatus:
    """By pyHanko, trusting the certificate the row has."""
    root = asn1_x509.Certificate.load(x509.load_pem_x509_certificate(chain.encode()).public_bytes(seal_key.DER))
    signature = PdfFileReader(io.BytesIO(data)).embedded_regular_signatures[0]
    return validate_pdf_signature(signature, ValidationContext(trust_roots=[root]))


def test_the_agreement_is_sealed_and_says_so(cast: Cast) -> None:
    case = cast.signed()
    artefact, data = made(case)
    assert artefact.seal is not None
    found = validate(data, artefact.seal.chain)
    assert (found.bottom_line, found.intact, found.valid, found.trusted) == (True, True, True, True)
    line = f"网签演示印章（仅供演示，无法律效力）（证书序列号{artefact.seal.serial}）"
    assert read_back(data)[0] == expected(paper_for(case))
    assert read_back(data)[0].endswith(f"电子印章{line}")
    assert (artefact.level, artefact.stamp, artefact.stamped_at) == ("B-B", "", None)


def test_the_hash_of_the_content_stands_in_the_event_the_text_the_page_and_the_seal(cast: Cast) -> None:
    case = cast.signed()
    _artefact, data = made(case)
    terms = case.versions.get(version=2)
    accepted = case.events.get(step="accept")
    signature = PdfFileReader(io.BytesIO(data)).embedded_regular_signatures[0].sig_object
    assert sha256(terms.canonical).hexdigest() == terms.sha256 == accepted.terms_sha256
    assert str(signature["/Reason"]).endswith(f" 第 2 版，内容 SHA-256 {terms.sha256}")
    assert str(signature["/ContactInfo"]) == f"http://localhost:8000/verify/{case.verification_code}"
    assert f"（SHA-256）{terms.sha256}" in read_back(data)[0]


def test_the_paper_under_the_seal_is_as_it_was_rendered(cast: Cast) -> None:
    from wangqian.documents.printing import compile_pdf

    case = cast.signed()
    _artefact, data = made(case)
    plain = compile_pdf(paper_for(case))
    assert data.startswith(plain)
    with pdfium.PdfDocument(data) as sealed, pdfium.PdfDocument(plain) as unsealed:
        assert len(sealed) == len(unsealed)


@pytest.mark.skipif(not shutil.which("pdfsig") and "pdfsig" not in REQUIRED, reason="poppler's pdfsig is not installed")
def test_another_validator_agrees(cast: Cast, tmp_path: Path) -> None:
    _artefact, data = made(cast.signed())
    (tmp_path / "agreement.pdf").write_bytes(data)
    command = ["pdfsig", "-nocert", str(tmp_path / "agreement.pdf")]
    said = subprocess.run(command, capture_output=True, text=True, check=False).stdout
    assert "Signature Validation: Signature is Valid." in said
    assert "Total document signed" in said
    assert "Signature Type: ETSI.CAdES.detached" in said


def appended(data: bytes) -> bytes:
    return data + b"\n%%EOF\n"


def updated(data: bytes) -> bytes:
    """An incremental update, well-formed: another language of the document."""
    writer = IncrementalPdfFileWriter(io.BytesIO(data))
    writer.root["/Lang"] = pdf_string("en")
    writer.update_root()
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def resaved(data: bytes) -> bytes:
    """Written anew by another program's rules."""
    out = io.BytesIO()
    copy_into_new_writer(PdfFileReader(io.BytesIO(data))).write(out)
    return out.getvalue()


@pytest.mark.parametrize("change", [appended, updated, resaved], ids=lambda change: change.__name__)
def test_a_file_that_was_touched_has_no_valid_seal(cast: Cast, change: object) -> None:
    artefact, data = made(cast.signed())
    assert artefact.seal is not None
    other = change(data)  # type: ignore[operator]
    ours = [mark for mark in marks(other) if mark.fits and mark.whole]
    assert ours == []
    if change is not appended:  # pyHanko reads on behind the end; the hash and the range do not
        assert not validate(other, artefact.seal.chain).bottom_line


def test_our_own_look_agrees_with_the_validator(cast: Cast) -> None:
    artefact, data = made(cast.signed())
    assert list(marks(data)) == [Mark(artefact.seal_id or "", fits=True, whole=True)]
    changed = bytearray(data)
    changed[1000] ^= 1
    assert list(marks(bytes(changed))) == [Mark(artefact.seal_id or "", fits=False, whole=True)]


# --- the key -----------------------------------------------------------------------------------------


def test_the_demo_key_is_made_once_and_is_private(cast: Cast, settings: Settings) -> None:
    made(cast.signed())
    path = settings.VAR / "keys" / "seal-demo.pem"
    assert (stat.S_IMODE(path.stat().st_mode), stat.S_IMODE(path.parent.stat().st_mode)) == (0o600, 0o700)
    before = path.read_bytes()
    seal_key.demo.cache_clear()
    made(cast.signed(cast.other_employer, cast.graduate_named("李斯")))
    assert (path.read_bytes(), SealCertificate.objects.count()) == (before, 1)
    assert not path.is_relative_to(settings.MEDIA_ROOT)


def test_the_first_of_two_makers_wins(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "one.pem"
    assert [keyfile.make_once(path, b"first"), keyfile.make_once(path, b"second")] == [b"first", b"first"]
    assert list(path.parent.iterdir()) == [path]


def test_without_a_key_nothing_is_sealed_and_everything_says_so(cast: Cast, settings: Settings) -> None:
    settings.SEAL_DEMO = False
    case = cast.signed()
    artefact, data = made(case)
    assert (artefact.seal, artefact.level, list(marks(data))) == (None, "", [])
    assert read_back(data)[0].endswith(f"电子印章{NONE}")
    assert case.events.get(step="filed").data == {"artefact_sha256": artefact.sha256, "template": "2026-1/2", "pages": "2"}
    assert seal.status()[0] == ("电子印章", False, "没有配置印章，协议书照常生成，但未加盖电子印章。")
    with pytest.raises(seal.SealTrouble, match=NONE):
        seal.self_test()


def test_a_later_seal_does_not_change_what_an_old_paper_says(cast: Cast, settings: Settings) -> None:
    settings.SEAL_DEMO = False
    case = cast.signed()
    made(case)
    settings.SEAL_DEMO = True
    assert paper_for(case).seal == NONE


def pair(
    folder: Path, *, days: int = 100, passphrase: bytes = b"", name: str = "示范大学", kind: Any = None
) -> tuple[Path, Path]:
    """A key and a self-signed certificate, as files."""
    key = kind or keyfile.new_key()[0]
    moment = datetime.now(UTC)
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    certificate = (
        x509.CertificateBuilder(subject, subject, key.public_key(), 4711)
        .not_valid_before(moment - timedelta(days=200))
        .not_valid_after(moment + timedelta(days=days))
        .sign(key, seal_key.hashes.SHA256())
    )
    how = serialization.BestAvailableEncryption(passphrase) if passphrase else serialization.NoEncryption()
    folder.mkdir(exist_ok=True)
    key_path, certificate_path = folder / "key.pem", folder / "certificate.pem"
    form = serialization.PrivateFormat.PKCS8
    key_path.write_bytes(key.private_bytes(seal_key.PEM, form, how))
    certificate_path.write_bytes(certificate.public_bytes(seal_key.PEM))
    return key_path, certificate_path


@pytest.fixture
def configured(settings: Settings, tmp_path: Path) -> Settings:
    key, certificate = pair(tmp_path / "seal", passphrase=b"correct horse")
    settings.SEAL_DEMO = False
    settings.SEAL_KEY, settings.SEAL_CERTIFICATE = str(key), str(certificate)
    settings.SEAL_PASSPHRASE = "correct horse"
    return settings


def test_a_configured_key_seals(cast: Cast, configured: Settings) -> None:
    artefact, data = made(cast.signed())
    assert artefact.seal is not None
    assert (artefact.seal.subject, artefact.seal.serial) == ("示范大学", "1267")
    assert validate(data, artefact.seal.chain).bottom_line
    assert seal.self_test()["subject"] == "示范大学"
    assert seal.status()[0][1] is True


@pytest.mark.parametrize("bits", [2048, 3072])
def test_an_rsa_key_seals_and_is_checked_offline(
    cast: Cast, configured: Settings, tmp_path: Path, bits: int
) -> None:
    key, certificate = pair(tmp_path / "rsa", kind=rsa.generate_private_key(65537, bits))
    configured.SEAL_KEY, configured.SEAL_CERTIFICATE, configured.SEAL_PASSPHRASE = str(key), str(certificate), ""
    artefact, data = made(cast.signed())
    assert artefact.seal is not None
    assert validate(data, artefact.seal.chain).bottom_line
    [(seal_of, covered, whole)] = verify.seals(data)
    assert (seal_of.right(covered), whole) == (True, True)
    assert seal_of.right(covered + b" ") is False


@pytest.mark.parametrize(
    "kind", [ec.generate_private_key(ec.SECP384R1()), rsa.generate_private_key(65537, 1024)], ids=["P-384", "RSA-1024"]
)
def test_a_key_the_script_cannot_check_is_refused(configured: Settings, tmp_path: Path, kind: Any) -> None:
    key, certificate = pair(tmp_path / "other", kind=kind)
    configured.SEAL_KEY, configured.SEAL_CERTIFICATE, configured.SEAL_PASSPHRASE = str(key), str(certificate), ""
    with pytest.raises(seal.SealTrouble, match="只支持 P-256 和 2048 位以上的 RSA"):
        seal_key.holder()


TROUBLES = {
    "passphrase": "印章的密钥或证书读不出来（ValueError）",
    "missing": "印章的密钥或证书读不出来（FileNotFoundError）",
    "foreign": "印章的密钥与证书不是一对",
    "expired": "印章的证书不在有效期内，请更换证书",
    "keyless": "设置了印章证书，没有设置密钥（WANGQIAN_SEAL_KEY 或 WANGQIAN_SEAL_PKCS11）",
    "alone": "设置了印章密钥，没有设置印章证书（WANGQIAN_SEAL_CERTIFICATE）",
}


@pytest.mark.parametrize("trouble", TROUBLES)
def test_a_seal_that_does_not_work_makes_no_unsealed_paper(
    cast: Cast, configured: Settings, tmp_path: Path, trouble: str
) -> None:
    other_key, _other = pair(tmp_path / "other")
    old_key, old = pair(tmp_path / "old", days=-1)
    changes = {
        "passphrase": {"SEAL_PASSPHRASE": "wrong"},
        "missing": {"SEAL_KEY": str(tmp_path / "nowhere")},
        "foreign": {"SEAL_KEY": str(other_key), "SEAL_PASSPHRASE": ""},
        "expired": {"SEAL_KEY": str(old_key), "SEAL_CERTIFICATE": str(old), "SEAL_PASSPHRASE": ""},
        "keyless": {"SEAL_KEY": ""},
        "alone": {"SEAL_CERTIFICATE": ""},
    }
    for name, value in changes[trouble].items():
        setattr(configured, name, value)
    cast.signed()
    work()
    row = failed().get()
    assert (Artefact.objects.count(), row.error) == (0, TROUBLES[trouble])
    assert seal.status()[0][1] is False
    with pytest.raises(seal.SealTrouble):
        seal.self_test()


def test_a_signer_that_answers_nonsense_is_found_before_the_file_is_kept(
    cast: Cast, files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A device that signs something else: the sealed file is looked at before it is stored."""
    from pyhanko.sign import SimpleSigner

    stranger = ec.generate_private_key(ec.SECP256R1())
    monkeypatch.setattr(
        SimpleSigner, "sign_raw", lambda self, data, digest: stranger.sign(data, ec.ECDSA(seal_key.hashes.SHA256()))
    )
    cast.signed()
    work()
    assert failed().get().error == "盖好的电子印章核对不上，文件没有保存"
    assert list(files.rglob("*.pdf")) == []
