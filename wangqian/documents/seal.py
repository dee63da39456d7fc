"""The electronic seal on an agreement: PAdES, with a time stamp where a service is configured. Absent is said, never faked.

A seal that is configured and does not work makes no unsealed paper: the work is put off and the operator is told. A time
stamp that cannot be had is not waited for: the paper is sealed without it and says so; the time is witnessed by the signed
log besides.
"""

from __future__ import annotations

import io
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from hashlib import sha256

import structlog
from django.conf import settings
from django.utils.translation import gettext as _
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.sign import PdfSignatureMetadata, PdfSigner
from pyhanko.sign.fields import MDPPerm, SigSeedSubFilter
from pyhanko.sign.general import SigningError
from pyhanko.sign.timestamps import TimestampRequestError
from pyhanko_certvalidator.errors import ValidationError

from wangqian.documents import stamps
from wangqian.documents.apart import apart
from wangqian.documents.marks import marks
from wangqian.documents.models import Artefact, Stamp
from wangqian.documents.seal_key import Holder, SealTrouble, holder

log = structlog.get_logger(__name__)

FIELD = "Seal"
BASIC, STAMPED, ARCHIVED = "B-B", "B-T", "B-LTA"


# What a device, a service or a chain of certificates may do to the attempt; a service may answer anything.
OUTSIDE = (OSError, PdfError, SigningError, TimestampRequestError, ValidationError, ValueError)


class Missed(Exception):
    """This level cannot be had now."""


@dataclass(frozen=True)
class Sealed:
    """A sealed file and how: level of PAdES, what came of the time stamp (`Stamp` or "")."""

    data: bytes
    holder: Holder
    level: str
    stamp: str = ""
    stamped_at: datetime | None = None


def seal(pdf: bytes, by: Holder, reason: str, contact: str = "") -> Sealed:
    """Seal a PDF; `reason` and `contact` stand in the signature. The bytes given remain the beginning of the file.

    Raises `SealTrouble`. The result is checked before it is returned.
    """
    made = attempt(pdf, by, reason, contact)
    found = next(marks(made.data), None)
    if found is None or not found.fits or found.fingerprint != by.fingerprint:
        raise SealTrouble(_("盖好的电子印章核对不上，文件没有保存"))
    return replace(made, stamped_at=found.stamped_at)


def attempt(pdf: bytes, by: Holder, reason: str, contact: str) -> Sealed:
    """The best level that can be had now."""
    if not settings.TSA_URL:
        return Sealed(signed(pdf, by, reason, contact), by, BASIC)
    for level in (ARCHIVED, STAMPED) if settings.SEAL_TRUST else (STAMPED,):
        try:
            return Sealed(signed(pdf, by, reason, contact, level), by, level, Stamp.MADE)
        except Missed as problem:
            log.warning("seal level not reached", outcome=level, error=type(problem.__cause__).__name__)
    return Sealed(signed(pdf, by, reason, contact), by, BASIC, Stamp.UNREACHABLE)


def signed(pdf: bytes, by: Holder, reason: str, contact: str, level: str = BASIC) -> bytes:
    stamper = stamps.stamper(str(settings.TSA_URL)) if level != BASIC else None
    more = stamps.archive(by) if level == ARCHIVED else {}
    metadata = PdfSignatureMetadata(
        field_name=FIELD,
        md_algorithm="sha256",
        subfilter=SigSeedSubFilter.PADES,
        certify=True,
        docmdp_permissions=MDPPerm.NO_CHANGES,
        name=by.subject,
        reason=reason,
        contact_info=contact or None,
        **more,
    )
    with by.signer() as signer:
        try:
            sealing = PdfSigner(metadata, signer, timestamper=stamper)
            out = apart(lambda: sealing.sign_pdf(IncrementalPdfFileWriter(io.BytesIO(pdf))))
        except OUTSIDE as problem:
            if level != BASIC:
                raise Missed from problem
            raise SealTrouble(_("加盖电子印章时出错（%(kind)s）") % {"kind": type(problem).__name__}) from problem
    made: bytes = out.getvalue()
    return made


# --- for the operator --------------------------------------------------------------------------------


def self_test() -> dict[str, str]:
    """Seal a small PDF as configured and check it with pyHanko's validator and ours; facts about the seal.

    Raises `SealTrouble`, also where no seal is configured.
    """
    by = holder()
    if by is None:
        raise SealTrouble(_("未加盖电子印章：没有配置印章密钥和证书"))
    made = seal(stamps.blank(), by, "self-test")
    if not stamps.validated(made.data, by):
        raise SealTrouble(_("试盖的电子印章没有通过核验"))
    return {
        "subject": by.subject,
        "serial": by.serial,
        "fingerprint": by.fingerprint,
        "expires": f"{by.certificate.not_valid_after_utc:%Y-%m-%d}",
        "level": made.level,
        "stamp": made.stamp or "none",
        "sha256": sha256(made.data).hexdigest(),
    }


def status() -> list[tuple[str, bool, str]]:
    """(name for people, connected, sentence) of the seal and of the time stamp."""
    return [(_("电子印章"), *seal_status()), (_("可信时间戳"), *stamp_status())]


def seal_status() -> tuple[bool, str]:
    try:
        by = holder()
    except SealTrouble as problem:
        return False, _("%(problem)s；协议书暂不生成，请更正后重启后台任务。") % {"problem": problem}
    if by is None:
        return False, _("没有配置印章，协议书照常生成，但未加盖电子印章。")
    facts = {"subject": by.subject, "until": f"{by.certificate.not_valid_after_utc:%Y-%m-%d}"}
    if by.certificate.not_valid_after_utc <= datetime.now(UTC):
        return False, _("印章证书（%(subject)s）已于 %(until)s 到期，协议书暂不生成，请更换。") % facts
    if by.demo:
        return True, _("演示印章，证书自签名，没有法律效力。")
    return True, _("印章证书：%(subject)s，有效期至 %(until)s。") % facts


def stamp_status() -> tuple[bool, str]:
    if not settings.TSA_URL:
        return False, _("没有配置时间戳服务（WANGQIAN_TSA_URL），协议书不带可信时间戳。")
    last = Artefact.objects.exclude(stamp="").order_by("-made_at").values_list("stamp", flat=True).first()
    if last == Stamp.UNREACHABLE:
        return False, _("最近一份协议书没有取得时间戳：时间戳服务没有应答，已照常盖章。")
    return True, _("时间戳服务已配置。")

