"""From a paper's data to PDF and to page pictures: a pure function of the data, in every kind of paper the same.

A paper whose pages each name their own number and the number of all is set twice: how many there are is known only then.
"""

from __future__ import annotations

import json
import re
import threading
import unicodedata
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol

import typst

from wangqian.documents import glyphs
from wangqian.documents.fonts import Faces, faces

ROOT = Path(__file__).parent  # above which no template reads a file
FOLDER = ROOT / "templates"
HALF_ROW = 26  # half-width characters that fit a value beside another one on the same line
PAGE_TREE = re.compile(rb"/Type/Pages/Count (\d+)")
USUAL = 3  # pages of a paper that counts them, to begin with
Rows = tuple[tuple[str, str], ...]


class Sheet(Protocol):
    """What can be printed: `template` names its file; `counted` says that `data` must know the number of pages."""

    @property
    def template(self) -> str: ...

    @property
    def counted(self) -> bool: ...

    @property
    def dated(self) -> datetime:
        """The paper's own time: a file made later is the same file."""

    def texts(self) -> Iterator[tuple[str, str]]:
        """(Field as people call it, text) of everything printed, for the check of glyphs."""

    def data(self, pages: int) -> Mapping[str, object]:
        """What the template reads, as plain data: nothing is ever spliced into its source."""


class Printable(Sheet, Protocol):
    """A document that is sealed and kept: what its seal says it covers, and where it is verified."""

    @property
    def name(self) -> str: ...

    @property
    def number(self) -> str: ...

    @property
    def version(self) -> int: ...

    @property
    def terms_sha256(self) -> str: ...

    @property
    def verify_url(self) -> str: ...


class _Local(threading.local):
    kept: tuple[Faces, dict[str, typst.Compiler]] | None = None


_local = _Local()


def compile_pdf(paper: Sheet) -> bytes:
    """PDF/A-2a of the paper: for the archive, tagged for screen readers, every font embedded.

    Raises `glyphs.CannotPrint` when a character cannot be printed.
    """
    return _compiled(paper, format="pdf", pdf_standards="a-2a")[0]


def compile_pages(paper: Sheet, ppi: float = 110) -> list[bytes]:
    """PNG of every page, for reading inside the site. Raises `glyphs.CannotPrint` as `compile_pdf`."""
    return _compiled(paper, format="png", ppi=ppi)


def page_count(pdf: bytes) -> int:
    """Pages of a file `compile_pdf` made: one page tree, in plain text. Raises ValueError for other files."""
    found = PAGE_TREE.search(pdf)
    if found is None:
        raise ValueError("not a file of ours")
    return int(found[1])


def _compiled(paper: Sheet, **how: Any) -> list[bytes]:
    glyphs.require(paper)
    available = faces()
    compiler, pages = _compiler(available, paper.template), USUAL
    while True:
        data = {"families": available.families, **paper.data(pages)}
        inputs = {"paper": json.dumps(data, ensure_ascii=False)}
        made = _as_list(compiler.compile(sys_inputs=inputs, timestamp=_stamp(paper.dated), **how))
        found = page_count(made[0]) if how["format"] == "pdf" else len(made)
        if not paper.counted or found == pages:
            return made
        pages = found


def _as_list(made: bytes | list[bytes] | None) -> list[bytes]:
    """typst gives a list only where there are several pages."""
    return made if isinstance(made, list) else [made or b""]


def _compiler(available: Faces, template: str) -> typst.Compiler:
    """One compiler per thread (it is not shareable) and template, kept: it is parsed once."""
    if _local.kept is None or _local.kept[0] is not available:
        _local.kept = (available, {})
    kept = _local.kept[1]
    if template not in kept:
        kept[template] = typst.Compiler(
            FOLDER / template, root=ROOT, font_paths=available.fonts, ignore_system_fonts=True
        )
    return kept[template]


def _stamp(at: datetime) -> datetime:
    return at.astimezone(UTC).replace(microsecond=0)


def lines(rows: Rows) -> list[list[tuple[str, str]]]:
    """Short facts stand two on a line, long ones alone; the order never changes."""
    found: list[list[tuple[str, str]]] = []
    for row in rows:
        if found and len(found[-1]) == 1 and _short(row) and _short(found[-1][0]):
            found[-1].append(row)
        else:
            found.append([row])
    return found


def _short(row: tuple[str, str]) -> bool:
    width = sum(2 if unicodedata.east_asian_width(c) in "WFA" else 1 for c in row[1])
    return width <= HALF_ROW and "\n" not in row[1]
