"""Verification of an uploaded file: its hash first, then whose seal it bears. Nothing of it is shown, nothing of it is kept.

Only the exact bytes that were made are the agreement, so a changed file is never called valid, whatever its seal still covers.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256

from wangqian.chart.words import Refused
from wangqian.documents.following import papered
from wangqian.documents.marks import marks
from wangqian.documents.models import Artefact, SealCertificate
from wangqian.documents.verify import Facts, answer
from wangqian.people.models import Actor

MOST = 10 * 2**20  # bytes
HEAD = 1024  # bytes within which readers look for the mark of a PDF


class Verdict(StrEnum):
    """KEPT: to the byte the file that was made. OURS: under a seal of ours, but no such file was made. UNKNOWN: neither."""

    KEPT = "kept"
    OURS = "ours"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Checked:
    """`facts` of the stored agreement, for KEPT alone."""

    verdict: Verdict
    facts: Facts | None = None


def by_file(data: bytes, ip: str, viewer: Actor | None = None) -> Checked:
    """What is known of this file. Raises `Refused` for what is no PDF."""
    require_pdf(data)
    artefact = kept(data)
    newest = papered().filter(case_id=artefact.case_id).last() if artefact else None
    if artefact and newest is not None:
        facts = answer(newest, ip, viewer, "上传文件", artefact.terms.version)
        return Checked(Verdict.KEPT if facts else Verdict.UNKNOWN, facts)
    return Checked(Verdict.OURS if sealed_by_us(data) else Verdict.UNKNOWN)


def require_pdf(data: bytes) -> None:
    if not data:
        raise Refused("这个文件是空的，请重新选择协议书的 PDF 文件。")
    if len(data) > MOST:
        raise Refused("文件超过 {most} MB，不是本平台生成的协议书；请选择协议书的 PDF 文件。", most=MOST // 2**20)
    if b"%PDF-" not in data[:HEAD]:
        raise Refused("这不是 PDF 文件。请选择从本平台下载的协议书 PDF；照片和截图请改用编号核验。")


def kept(data: bytes) -> Artefact | None:
    """The paper that is this file, to the byte."""
    return Artefact.objects.filter(sha256=sha256(data).hexdigest()).select_related("terms").first()


def sealed_by_us(data: bytes) -> bool:
    """Whether it names one of our certificates as its seal's; whether the seal still fits is of no account here."""
    found = {mark.fingerprint for mark in marks(data)}
    return bool(found) and SealCertificate.objects.filter(fingerprint__in=found).exists()
