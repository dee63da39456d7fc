"""The employment agreement as a paper: what it says, and its pure rendering to PDF and to page pictures."""

import json
import re
import threading
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import typst
from django.utils.translation import gettext as _

from wangqian.documents import glyphs, qr
from wangqian.documents.fonts import Faces, faces

TEMPLATE = Path(__file__).parent / "templates" / "agreement.typ"
SHANGHAI = ZoneInfo("Asia/Shanghai")
HALF_ROW = 26  # half-width characters that fit a value beside another one on the same line
PAGE_TREE = re.compile(rb"/Type/Pages/Count (\d+)")
UNDATED = datetime(2000, 1, 1, tzinfo=UTC)  # a draft nobody has acted on


class _Local(threading.local):
    kept: tuple[Faces, typst.Compiler] | None = None


_local = _Local()


@dataclass(frozen=True)
class Block:
    """One table of facts: title, and (label, value) rows in the order printed. An empty value prints as —."""

    title: str
    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Record:
    """One binding act: who (用人单位 / 毕业生 / 院系 / 学校), name, act, proof, when, hash of the text.

    `at` is aware (printed in Asia/Shanghai to the second); `sha256` is 64 hex digits.
    """

    who: str
    name: str
    act: str
    method: str
    at: datetime
    sha256: str


@dataclass(frozen=True)
class Paper:
    """All an agreement says. Rendering is a pure function of it: the same paper gives the same bytes.

    `number` is printed in groups (`pretty_number`); `state_mark` ("" or e.g. 样稿) is laid over every page;
    `terms_sha256` is 64 hex digits; `blocks` stand in the order given.
    """

    number: str
    verification_code: str
    verify_url: str
    version: int
    terms_sha256: str
    state_mark: str
    blocks: tuple[Block, ...]
    clauses: tuple[str, ...]
    records: tuple[Record, ...]

    def texts(self) -> Iterator[tuple[str, str]]:
        """(Field as people call it, text) of everything printed, for the check of glyphs."""
        yield _("协议书编号"), self.number
        yield _("核验编号"), self.verification_code
        yield _("核验网址"), self.verify_url
        yield _("约定内容摘要"), self.terms_sha256
        yield _("状态标记"), self.state_mark
        for block in self.blocks:
            yield _("栏目标题"), block.title
            for label, value in block.rows:
                yield from ((label, label), (label, value))
        yield from ((_("协议条款"), clause) for clause in self.clauses)
        for record in self.records:
            for text in (record.who, record.name, record.act, record.method, record.sha256):
                yield _("%(who)s签署记录") % {"who": record.who}, text


def compile_pdf(paper: Paper) -> bytes:
    """PDF/A-2a of the paper: for the archive, tagged for screen readers, every font embedded.

    Raises `glyphs.CannotPrint` when a character cannot be printed.
    """
    compiler, inputs = _prepared(paper)
    made = compiler.compile(format="pdf", sys_inputs=inputs, pdf_standards="a-2a", timestamp=_dated(paper))
    return _as_list(made)[0]


def compile_pages(paper: Paper, ppi: float = 110) -> list[bytes]:
    """PNG of every page, for reading inside the site. Raises `glyphs.CannotPrint` as `compile_pdf`."""
    compiler, inputs = _prepared(paper)
    return _as_list(compiler.compile(format="png", sys_inputs=inputs, ppi=ppi, timestamp=_dated(paper)))


def page_count(pdf: bytes) -> int:
    """Pages of a file `compile_pdf` made: one page tree, in plain text. Raises ValueError for other files."""
    found = PAGE_TREE.search(pdf)
    if found is None:
        raise ValueError("not a file of ours")
    return int(found[1])


def pretty_number(number: str) -> str:
    """`2026-10001-31-000017-K` of the 18 characters year, school, degree, serial, check; others unchanged."""
    if len(number) != 18 or not number.isalnum():
        return number
    return "-".join((number[:4], number[4:9], number[9:11], number[11:17], number[17]))


def _prepared(paper: Paper) -> tuple[typst.Compiler, dict[str, str]]:
    """This thread's compiler and its inputs, after the check that everything can be printed."""
    glyphs.require(paper)
    available = faces()
    return _compiler(available), {"paper": json.dumps(_data(paper, available), ensure_ascii=False)}


def _as_list(made: bytes | list[bytes] | None) -> list[bytes]:
    """typst gives a list only where there are several pages."""
    return made if isinstance(made, list) else [made or b""]


def _compiler(available: Faces) -> typst.Compiler:
    """One compiler per thread (it is not shareable), kept: the template is parsed once."""
    if _local.kept is None or _local.kept[0] is not available:
        _local.kept = (
            available,
            typst.Compiler(TEMPLATE, root=TEMPLATE.parent, font_paths=available.fonts, ignore_system_fonts=True),
        )
    return _local.kept[1]


def _dated(paper: Paper) -> datetime:
    """The paper's own time, its last act: a file made later is the same file."""
    return max((record.at for record in paper.records), default=UNDATED).astimezone(UTC).replace(microsecond=0)


def _data(paper: Paper, available: Faces) -> dict[str, object]:
    """What the template reads, as plain data: nothing is ever spliced into its source."""
    return {
        "families": available.families,
        "number": pretty_number(paper.number),
        "code": paper.verification_code,
        "url": paper.verify_url,
        "qr": qr.svg(paper.verify_url, border=0).decode(),
        "version": paper.version,
        "sha256": paper.terms_sha256,
        "mark": paper.state_mark,
        "blocks": [{"title": block.title, "lines": _lines(block.rows)} for block in paper.blocks],
        "clauses": paper.clauses,
        "records": [_record(record) for record in paper.records],
    }


def _record(record: Record) -> dict[str, str]:
    at = record.at.astimezone(SHANGHAI)
    return {
        "who": record.who,
        "name": record.name,
        "act": record.act,
        "method": record.method,
        "date": f"{at:%Y-%m-%d}",
        "time": f"{at:%H:%M:%S}",
        "sha256": record.sha256,
    }


def _lines(rows: tuple[tuple[str, str], ...]) -> list[list[tuple[str, str]]]:
    """Short facts stand two on a line, long ones alone; the order never changes."""
    lines: list[list[tuple[str, str]]] = []
    for row in rows:
        if lines and len(lines[-1]) == 1 and _short(row) and _short(lines[-1][0]):
            lines[-1].append(row)
        else:
            lines.append([row])
    return lines


def _short(row: tuple[str, str]) -> bool:
    width = sum(2 if unicodedata.east_asian_width(c) in "WFA" else 1 for c in row[1])
    return width <= HALF_ROW and "\n" not in row[1]
