"""Reading papers: how far one is, its file with the hash checked, its pages as pictures."""

from __future__ import annotations

import logging
from hashlib import sha256
from typing import Literal

from django.core.files.base import ContentFile
from django.utils.translation import gettext as _

from wangqian.cases.models import Case, Outbox
from wangqian.chart.words import Refused
from wangqian.documents import shelf
from wangqian.documents.agreement import compile_pages, pretty_number
from wangqian.documents.make import BY_HAND, CONSUMER
from wangqian.documents.models import AGREEMENT, Artefact
from wangqian.documents.paper import paper_for

log = logging.getLogger(__name__)

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


def agreement_of(case: Case) -> Artefact | None:
    """The agreement's file: the first one made, whose hash stands in the events."""
    return Artefact.objects.filter(case=case, kind=AGREEMENT).first()


def agreement_state(case: Case) -> State:
    """For the case page: `none` before the signing, then `making`, `ready`, or `failed` with a sentence."""
    if not case.number:
        return "none", None
    if artefact := agreement_of(case):
        return "ready", artefact
    stuck = Outbox.objects.filter(consumer=CONSUMER, event__case=case, next_at=BY_HAND).first()
    if stuck:
        return "failed", _("协议书暂不能生成：%(reason)s") % {"reason": stuck.error}
    return "making", None


def pdf(artefact: Artefact) -> ContentFile[bytes]:
    """The file, named by the agreement's number. Raises `Damaged` when a byte is not as it was made."""
    data = shelf.read(artefact.key)
    if data is None or sha256(data).hexdigest() != artefact.sha256:
        log.error("artefact damaged or missing key=%s", artefact.key)
        raise Damaged("这份文件与存档时的记录不一致，暂不提供下载；协议的效力不受影响，请联系平台处理。")
    return ContentFile(data, name=f"{pretty_number(artefact.case.number or '')}.pdf")


def pages(case: Case) -> list[bytes]:
    """PNG of every page, for reading in the site; rendered once, then kept. Empty before there is a file."""
    artefact = agreement_of(case)
    if artefact is None:
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
    stem = artefact.key.removeprefix(AGREEMENT).removesuffix(".pdf")
    return f"preview{stem}-{at + 1}.png"
