"""The seal's key in a PKCS#11 token: SoftHSM stands for the device, speaking the real protocol."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from pytest_django.fixtures import Settings

from tests.cast import Cast
from tests.conftest import REQUIRED
from tests.documents.test_seal import pair, validate
from wangqian.documents import seal
from wangqian.documents.make import failed, work
from wangqian.documents.models import Artefact
from wangqian.documents.read import pdf
from wangqian.documents.seal_key import PEM

MODULES = ("/usr/lib/softhsm/libsofthsm2.so", "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so", "/usr/lib64/libsofthsm2.so")
MODULE = next((path for path in MODULES if Path(path).exists()), "")
PIN = "8642097531"
if "softhsm" not in REQUIRED:
    pytestmark = pytest.mark.skipif(not (MODULE and shutil.which("softhsm2-util")), reason="SoftHSM is not installed")


@pytest.fixture(scope="module")
def device(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A token with a P-256 key in it; the file it came from is gone. One per process: a module is loaded once."""
    folder = tmp_path_factory.mktemp("softhsm")
    (folder / "tokens").mkdir()
    (folder / "softhsm2.conf").write_text(f"directories.tokendir = {folder}/tokens\nlog.level = ERROR\n")
    os.environ["SOFTHSM2_CONF"] = str(folder / "softhsm2.conf")
    key, certificate = pair(folder, name="示范大学（密码设备）")
    tool = ["softhsm2-util", "--module", MODULE]
    subprocess.run([*tool, "--init-token", "--free", "--label", "seal", "--so-pin", PIN, "--pin", PIN], check=True)
    command = [*tool, "--import", str(key), "--token", "seal", "--label", "agreement", "--id", "01", "--pin", PIN]
    subprocess.run(command, check=True)
    key.unlink()
    yield certificate
    del os.environ["SOFTHSM2_CONF"]


@pytest.fixture
def configured(settings: Settings, device: Path) -> Settings:
    settings.SEAL_DEMO, settings.SEAL_KEY, settings.SEAL_CERTIFICATE = False, "", str(device)
    settings.SEAL_PKCS11, settings.SEAL_TOKEN, settings.SEAL_LABEL, settings.SEAL_PIN = MODULE, "seal", "agreement", PIN
    return settings


def test_the_token_seals(cast: Cast, configured: Settings) -> None:
    for graduate in (cast.graduate, cast.graduate_named("李斯")):
        cast.signed(cast.employer_named(f"{graduate.user.name}的单位"), graduate)
    work()
    for artefact in Artefact.objects.select_related("seal"):
        assert artefact.seal is not None and artefact.seal.subject == "示范大学（密码设备）"
        assert validate(pdf(artefact).read(), artefact.seal.chain).bottom_line
    assert Artefact.objects.count() == 2


@pytest.mark.parametrize(
    ("name", "value"),
    [("SEAL_PIN", "0000"), ("SEAL_TOKEN", "another"), ("SEAL_LABEL", "another"), ("SEAL_PKCS11", "/nowhere.so")],
)
def test_a_token_that_does_not_work_is_said(cast: Cast, configured: Settings, name: str, value: str) -> None:
    setattr(configured, name, value)
    cast.signed()
    work()
    assert failed().get().error.startswith("印章的密码设备不能使用（")
    assert not Artefact.objects.exists()


def test_a_certificate_of_another_key_is_found_out(cast: Cast, configured: Settings, tmp_path: Path) -> None:
    """The token cannot be asked for its public key by everybody: the sealed file is checked instead."""
    _key, other = pair(tmp_path / "other")
    configured.SEAL_CERTIFICATE = str(other)
    with pytest.raises(seal.SealTrouble, match="核对不上"):
        seal.self_test()


def test_the_certificate_is_what_it_says(device: Path) -> None:
    certificate = x509.load_pem_x509_certificate(device.read_bytes())
    assert isinstance(certificate.signature_hash_algorithm, hashes.SHA256) and certificate.public_bytes(PEM)
