"""Time stamps (RFC 3161) and what long-term validation needs: from the configured service and trust, never from a user."""

from __future__ import annotations

import io
from functools import lru_cache
from pathlib import Path
from typing import Any

import requests
from asn1crypto import x509
from asn1crypto.crl import CertificateList
from django.conf import settings
from pyhanko.keys import load_certs_from_pemder
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.pdf_utils.writer import PageObject, PdfFileWriter
from pyhanko.sign.signers.pdf_signer import DSSContentSettings, TimestampDSSContentSettings
from pyhanko.sign.timestamps.requests_client import RequestsHTTPTimeStamper
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from wangqian.documents.apart import apart
from wangqian.documents.seal_key import DER, Holder

SECONDS = 5
LARGEST = 5 * 2**20  # bytes of a revocation list


@lru_cache(maxsize=2)
def stamper(url: str) -> RequestsHTTPTimeStamper:
    """Kept: it asks once for a token to know how long one is."""
    return RequestsHTTPTimeStamper(url, timeout=SECONDS)


def archive(by: Holder) -> dict[str, Any]:
    """Settings of B-LTA: certificates and revocation lists into the file, and a time stamp over the whole."""
    roots = list(load_certs_from_pemder([str(settings.SEAL_TRUST)]))
    chain = [x509.Certificate.load(one.public_bytes(DER)) for one in by.chain]
    lists = [fetched for url in sorted(places([*chain, *roots])) if (fetched := revocations(url)) is not None]
    context = ValidationContext(trust_roots=roots, other_certs=chain, crls=lists, revocation_mode="soft-fail")
    # all that validation needs before the last time stamp: nothing stands behind it, it covers the whole file
    last = TimestampDSSContentSettings(include_vri=False, update_before_ts=True)
    order = DSSContentSettings(include_vri=False, next_ts_settings=last)
    lasting = {"embed_validation_info": True, "use_pades_lta": True, "dss_settings": order}
    return {**lasting, "validation_context": context}


def places(certificates: list[x509.Certificate]) -> set[str]:
    """Where the issuers publish their revocation lists."""
    return {
        url
        for one in certificates
        for point in one.crl_distribution_points
        if (url := point.url) and url.startswith(("http://", "https://"))
    }


def revocations(url: str) -> CertificateList | None:
    """The list; None when it cannot be had now, or is none."""
    try:
        answer = requests.get(url, timeout=SECONDS, stream=True)
        content = answer.raw.read(LARGEST + 1, decode_content=True)
    except (OSError, requests.RequestException):
        return None
    if answer.status_code != 200 or len(content) > LARGEST:
        return None
    try:
        found = CertificateList.load(content)
        found.native  # noqa: B018  parsed lazily: read it all now
    except ValueError:
        return None
    return found


def blank() -> bytes:
    """A PDF of one empty page."""
    out, writer = io.BytesIO(), PdfFileWriter()
    nothing = writer.add_object(generic.StreamObject(stream_data=b""))
    writer.insert_page(PageObject(contents=nothing, media_box=(0, 0, 595, 842)))
    writer.write(out)
    return out.getvalue()


def validated(pdf: bytes, by: Holder) -> bool:
    """Whether pyHanko finds the seal intact, trusted by its own certificate, and nothing added."""
    roots = [x509.Certificate.load(by.chain[-1].public_bytes(DER))]
    if Path(str(settings.SEAL_TRUST)).is_file():
        roots += load_certs_from_pemder([str(settings.SEAL_TRUST)])
    context = ValidationContext(trust_roots=roots, allow_fetching=False)
    seal = PdfFileReader(io.BytesIO(pdf)).embedded_regular_signatures[0]
    return bool(apart(lambda: validate_pdf_signature(seal, context)).bottom_line)
