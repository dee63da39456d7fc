"""Time stamps by a real service: B-T, B-LTA where the chains are known; absent is said, and holds nothing up."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.ades.report import AdESPassed
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.ades import ades_lta_validation
from pyhanko.sign.validation.policy_decl import (
    PdfSignatureValidationSpec,
    RevinfoOnlineFetchingRule,
    RevocationInfoGatheringSpec,
    SignatureValidationSpec,
)
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.context import CertValidationPolicySpec
from pyhanko_certvalidator.policy_decl import REQUIRE_REVINFO, CertRevTrustPolicy
from pyhanko_certvalidator.registry import SimpleTrustManager
from pytest_django.fixtures import Settings

from tests.cast import Cast
from tests.documents.authority import Authority, loaded, running
from wangqian.documents import seal, stamps
from wangqian.documents.make import failed, work
from wangqian.documents.models import Artefact
from wangqian.documents.read import pdf


@pytest.fixture
def authority(tmp_path: Path, settings: Settings) -> Iterator[Authority]:
    """Everything configured as in production."""
    with running(tmp_path / "authority") as found:
        for name, value in found.files().items():
            setattr(settings, name, value)
        settings.SEAL_DEMO, settings.TSA_URL = False, f"{found.url}/tsa"
        yield found
    stamps.stamper.cache_clear()


def made(cast: Cast) -> tuple[Artefact, bytes]:
    case = cast.signed()
    work()
    assert not failed().exists(), failed().first()
    artefact = Artefact.objects.select_related("seal").get(case=case)
    return artefact, pdf(artefact).read()


def trusting(authority: Authority) -> ValidationContext:
    return ValidationContext(trust_roots=[loaded(authority.root)])


def recent(moment: datetime | None) -> bool:
    return moment is not None and abs(datetime.now(UTC) - moment) < timedelta(minutes=1)


def test_stamped_where_only_the_service_is_configured(cast: Cast, authority: Authority, settings: Settings) -> None:
    settings.SEAL_TRUST = ""
    artefact, data = made(cast)
    found = validate_pdf_signature(PdfFileReader(io.BytesIO(data)).embedded_regular_signatures[0], trusting(authority))
    assert found.bottom_line and found.timestamp_validity is not None and found.timestamp_validity.valid
    assert (artefact.level, artefact.stamp, artefact.seal and artefact.seal.subject) == ("B-T", "made", "示范大学电子印章")
    assert artefact.stamped_at == found.timestamp_validity.timestamp and recent(artefact.stamped_at)
    event = artefact.case.events.get(step="filed")
    assert (event.data["seal"], event.data["stamp"]) == ("B-T", "made")
    assert event.data["stamped_at"] == artefact.stamped_at.isoformat()


def test_for_the_long_term_where_the_trust_is_configured(cast: Cast, authority: Authority) -> None:
    artefact, data = made(cast)
    assert (artefact.level, artefact.stamp) == ("B-LTA", "made")
    signature = PdfFileReader(io.BytesIO(data)).embedded_regular_signatures[0]
    # offline: neither revocation lists nor certificates may be fetched, and revocation must be known
    authority.broken = "nonsense"
    nothing = RevocationInfoGatheringSpec(RevinfoOnlineFetchingRule.LOCAL_ONLY)
    known = CertRevTrustPolicy(REQUIRE_REVINFO)
    policy = CertValidationPolicySpec(SimpleTrustManager.build([loaded(authority.root)]), known)
    spec = PdfSignatureValidationSpec(SignatureValidationSpec(policy, nothing))
    assert asyncio.run(ades_lta_validation(signature, spec)).ades_subindic is AdESPassed.OK
    dss = PdfFileReader(io.BytesIO(data)).root["/DSS"]
    assert len(dss["/Certs"]) >= 3 and len(dss["/CRLs"]) == 1


@pytest.mark.parametrize("broken", ["refuses", "nonsense"])
def test_a_service_that_fails_holds_nothing_up_and_is_said(cast: Cast, authority: Authority, broken: str) -> None:
    authority.broken = broken
    artefact, data = made(cast)
    assert (artefact.level, artefact.stamp, artefact.stamped_at) == ("B-B", "unreachable", None)
    found = validate_pdf_signature(PdfFileReader(io.BytesIO(data)).embedded_regular_signatures[0], trusting(authority))
    assert found.bottom_line and found.timestamp_validity is None
    assert artefact.case.events.get(step="filed").data["stamp"] == "unreachable"
    sentence = "最近一份协议书没有取得时间戳：时间戳服务没有应答，已照常盖章。"
    assert seal.status()[1] == ("可信时间戳", False, sentence)


def test_a_service_that_is_away_holds_nothing_up(cast: Cast, authority: Authority, settings: Settings) -> None:
    settings.TSA_URL = "http://127.0.0.1:9/tsa"  # nobody listens there
    artefact, _data = made(cast)
    assert (artefact.level, artefact.stamp) == ("B-B", "unreachable")


def test_stamps_come_back_with_the_service(cast: Cast, authority: Authority) -> None:
    authority.broken = "refuses"
    assert made(cast)[0].stamp == "unreachable"
    authority.broken = ""
    case = cast.signed(cast.other_employer, cast.graduate_named("李斯"))
    work()
    assert Artefact.objects.get(case=case).stamp == "made"
    assert seal.status()[1] == ("可信时间戳", True, "时间戳服务已配置。")


def test_no_service_is_said(cast: Cast, settings: Settings) -> None:
    artefact, _data = made(cast)
    assert (artefact.level, artefact.stamp) == ("B-B", "")
    assert seal.status()[1] == ("可信时间戳", False, "没有配置时间戳服务（WANGQIAN_TSA_URL），协议书不带可信时间戳。")


def test_an_untrusted_chain_is_stamped_but_not_for_the_long_term(
    cast: Cast, authority: Authority, tmp_path: Path, settings: Settings
) -> None:
    """The configured root is not the one above: no level is claimed that was not reached."""
    with running(tmp_path / "other") as stranger:
        settings.SEAL_TRUST = stranger.files()["SEAL_TRUST"]
    artefact, _data = made(cast)
    assert (artefact.level, artefact.stamp) == ("B-T", "made")


def test_the_self_test_says_what_was_reached(db: None, authority: Authority) -> None:
    facts = seal.self_test()
    assert (facts["level"], facts["stamp"], facts["subject"]) == ("B-LTA", "made", "示范大学电子印章")
