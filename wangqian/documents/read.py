"""Reading papers: how far one is, its file with the hash checked, its pages as pictures."""

from __future__ import annotations

from hashlib import sha256
from typing import Literal

import structlog
from django.core.files.base import ContentFile
from django.utils.translation import gettext as _

from wangqian.cases.models import Case, Outbox
from wangqian.chart.words import Refused
from wangqian.codes.serial import pretty
from wangqian.documents import shelf
from wangqian.documents.agreement import pretty_number
from wangqian.documents.following import kind_for
from wangqian.documents.make import BY_HAND, CONSUMER
from wangqian.documents.models import AGREEMENT, Artefact
from wangqian.documents.paper import paper_for
from wangqian.documents.printing import compile_pages

log = structlog.get_logger(__name__)

PNG_END = b"IEND\xaeB`\x82"
State = (
    tuple[Literal["ready"], Artefact]
    | tuple[Literal["making"], None]
    | tuple[Literal["failed"], str]
    | tuple[Literal["none"], None]
)


class Damaged(Refused):
    """The stored file is not the one that was made: it is not served."""

    status = 503


def newest_of(case: Case) -> Artefact | None:
    """The file that was made of the newest version; of the same version the first, whose hash stands in the events."""
    made = Artefact.objects.filter(case=case, kind=kind_for(case)).select_related("seal", "terms")
    return made.order_by("-terms__version", "made_at").first()


def agreement_state(case: Case) -> State:
    """For the case page: `none` before there is anything to make, then `making`, `ready`, or `failed` with a sentence.

    Where a newer version is to be printed, the older file is not offered any more.
    """
    if not case.verification_code:
        return "none", None
    artefact = newest_of(case)
    if artefact and artefact.kind == AGREEMENT:  # signed once: there is no newer one
        return "ready", artefact
    waiting = Outbox.objects.filter(consumer=CONSUMER, event__case=case).order_by("-id").first()
    if waiting is None:
        return ("ready", artefact) if artefact else ("making", None)
    if waiting.next_at == BY_HAND:
        return "failed", _("协议书暂不能生成：%(reason)s") % {"reason": waiting.error}
    return "making", None


def pdf(artefact: Artefact) -> ContentFile[bytes]:
    """The file, named by the agreement's number. Raises `Damaged` when a byte is not as it was made."""
    data = shelf.read(artefact.key)
    if data is None or sha256(data).hexdigest() != artefact.sha256:
        log.error("artefact damaged or missing", object=artefact.key)
        raise Damaged("这份文件与存档时的记录不一致，暂不提供下载；协议的效力不受影响，请联系平台处理。")
    return ContentFile(data, name=f"{file_name(artefact)}.pdf")


def attachment(key: str) -> tuple[str, bytes]:
    """(name, bytes) of a made file by its key, to go with an e-mail. Raises `Damaged`, or OSError."""
    data = pdf(Artefact.objects.select_related("case", "terms").get(key=key))
    return str(data.name), data.read()


def file_name(artefact: Artefact) -> str:
    """The number people know it by; of a document that is made anew with its data, the version behind it."""
    case = artefact.case
    number = pretty_number(case.number) if case.number else pretty(case.verification_code or "")
    later = artefact.kind != AGREEMENT and artefact.terms.version > 1
    return f"{number}-v{artefact.terms.version}" if later else number


def pages(case: Case) -> list[bytes]:
    """PNG of every page, for reading in the site; rendered once, then kept. Empty before there is a file."""
    artefact = agreement_state(case)[1]
    if not isinstance(artefact, Artefact):
        return []
    kept = [shelf.read(page_key(artefact, at)) for at in range(artefact.pages)]
    if all(page is not None and page.endswith(PNG_END) for page in kept):
        return [page for page in kept if page is not None]
    made = compile_pages(paper_for(case))
    for at, page in enumerate(made):
        shelf.keep(page_key(artefact, at), page)
    return made


def page_key(artefact: Artefact, at: int) -> str:
    """agreement/2026/ab/<sha256>.pdf → preview/2026/ab/<sha256>-1.png"""
    stem = artefact.key.removeprefix(artefact.kind).removesuffix(".pdf")
    return f"preview{stem}-{at + 1}.png"
