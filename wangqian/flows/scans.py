"""The stamped paper as handed in: is it this agreement, this version, every page (the QR on each page says)?"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from wangqian.cases.act import Act
from wangqian.cases.models import Event, Evidence
from wangqian.chart.words import Refused
from wangqian.codes import serial

# What the marks on a page say: 核验编号, version, page, number of pages.
MARK = re.compile(r"/verify/([0-9A-Za-z]{4,40})\?v=(\d{1,5})&p=(\d{1,3})&n=(\d{1,3})\Z")


class Mark(NamedTuple):
    code: str
    version: int
    page: int
    pages: int


def mark(site: str, code: str, version: int, page: int, pages: int) -> str:
    """The address in the QR of one page."""
    return f"{site}/verify/{code}?v={version}&p={page}&n={pages}"


def read(text: str) -> Mark | None:
    """What a bar code says of a page of ours; None for any other code."""
    found = MARK.search(text)
    return Mark(serial.normal(found[1]), *map(int, found.groups()[1:])) if found else None


def marks(files: list[Evidence]) -> Iterator[tuple[str, list[Mark]]]:
    """Of every image handed in, its file's name and what the sheets on it say they are; none where nothing could be read."""
    for one in files:
        for codes in one.codes or [[]] * one.pages:
            yield one.name, list(dict.fromkeys(filter(None, map(read, codes))))


def scans_fit(act: Act) -> None:
    """Refuse what belongs to another agreement, version or page. What cannot be read is the reviewer's to look at, not his fault."""
    if {one.sha256 for one in act.files["scan"]} & printed(act):
        raise Refused("这是没有盖章的电子版协议书。请打印后由双方签字、单位盖章，再拍照或扫描上传。")
    wanted, version = serial.normal(act.case.verification_code or ""), approved_version(act)
    found = []
    for at, (name, sheets) in enumerate(marks(act.files["scan"]), 1):
        if any(one.code != wanted for one in sheets):
            raise Refused("第 {at} 页（{name}）是另一份协议书，请换成这份协议书的图像。", at=at, name=name)
        if any(one.version != version for one in sheets):
            raise Refused("第 {at} 页（{name}）是旧的一版协议书。信息更正后已重新生成，请用新的一版盖章后再上传。", at=at, name=name)
        found.append(sheets)
    known = [one for sheets in found for one in sheets]
    pages = [one.page for one in known]
    twice = next((page for page in pages if pages.count(page) > 1), 0)
    if twice:
        raise Refused("协议书的第 {page} 页上传了两次，请删去一张，并检查有没有漏页。", page=twice)
    missing = sorted(set(range(1, known[0].pages + 1)) - set(pages)) if known and all(found) else []
    if missing:
        raise Refused("缺少协议书的第 {pages} 页，请补齐后再提交。", pages="、".join(map(str, missing)))
    unread = [at for at, sheets in enumerate(found, 1) if not sheets]
    if unread:
        act.changes["unread"] = unread
    wanted_pages = known[0].pages if known else printed_pages(act)
    if sum(max(1, len(sheets)) for sheets in found) < wanted_pages:  # only what could not be read hides that one is missing
        act.changes |= {"pages": wanted_pages, "images": len(found)}


def printed(act: Act) -> set[str]:
    """The hashes of the papers that were made of this case: none of them has met a stamp."""
    filed = Event.objects.filter(case=act.case.pk, step="filed") if act.case.version else ()
    return {event.data.get("artefact_sha256", "") for event in filed}


def printed_pages(act: Act) -> int:
    """How many pages the paper has that was made last; 0 while nobody has made it."""
    filed = Event.objects.filter(case=act.case.pk, step="filed").order_by("-number").first() if act.case.version else None
    return int(filed.data.get("pages", 0)) if filed else 0


def approved_version(act: Act) -> int:
    latest = act.latest_terms()
    return latest.version if latest else 0
