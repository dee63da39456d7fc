"""The guide as PDF says what its chapters say, word for word, and shows every picture; tagged, for the archive, numbered."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import pikepdf
import pypdfium2 as pdfium
import pytest

from tests.documents.reading import read_back, squeezed
from wangqian.documents import glyphs
from wangqian.documents.guide import PICTURES, TITLE, Chapter, Part, chapters, pictures
from wangqian.documents.guide.printed import Manual, pdf
from wangqian.documents.printing import compile_pdf, page_count

URL = "https://wangqian.example.edu.cn/guide/"


@pytest.fixture(scope="module")
def manual() -> bytes:
    return pdf(URL)


def said(part: Part) -> str:
    steps = "".join(f"{at}.{step}" for at, step in enumerate(part.steps, 1))
    return part.title + steps + "".join(f"•{note}" for note in part.notes) + "".join(one.caption for one in part.pictures)


def printed(number: int, chapter: Chapter) -> str:
    trouble = "".join(one.case + one.then for one in chapter.trouble)
    head = f"{number}{chapter.title}{chapter.about}"
    return squeezed(head + "".join(map(said, chapter.parts)) + (chapter.trouble_title + trouble if trouble else ""))


def test_it_says_what_the_chapters_say_after_a_list_of_them(manual: bytes) -> None:
    body, _footers = read_back(manual)
    whole = "".join(printed(number, chapter) for number, chapter in enumerate(chapters(), 1))
    assert body.endswith(whole)
    front = body.removesuffix(whole)
    assert front.startswith(TITLE) and URL in front
    assert front.partition("目录")[2].replace(".", "") == "".join(
        f"{number}{squeezed(chapter.title)}{page}"
        for number, (chapter, page) in enumerate(zip(chapters(), begins(manual), strict=True), 1)
    )


def begins(manual: bytes) -> Iterator[int]:
    """The page each chapter begins on, by its bookmark."""
    document = pdfium.PdfDocument(manual)
    found = [(one.level, one.get_dest().get_index() + 1) for one in document.get_toc()]
    document.close()
    return (page for level, page in found if level == 0)


def test_its_pages_are_numbered(manual: bytes) -> None:
    pages = page_count(manual)
    assert read_back(manual)[1] == [f"{TITLE}第{at}页共{pages}页" for at in range(1, pages + 1)]


def test_it_is_tagged_and_for_the_archive(manual: bytes) -> None:
    with pikepdf.open(io.BytesIO(manual)) as file:
        with file.open_metadata() as about:
            assert (about["pdfaid:part"], about["pdfaid:conformance"], about["dc:title"]) == ("2", "A", TITLE)
        assert file.Root.MarkInfo.Marked and str(file.Root.Lang).lower() == "zh-cn"
        assert list(alts(file.Root.StructTreeRoot)) == [one.alt for one in pictures()]


def alts(node: Any) -> Iterator[str]:
    """What is said instead of the pictures, in the order of reading."""
    if not isinstance(node, pikepdf.Dictionary):
        return
    if "/Alt" in node:
        yield str(node.Alt)
    below = node.get("/K", [])
    for one in below if isinstance(below, pikepdf.Array) else [below]:
        yield from alts(one)


def test_it_is_made_once_and_the_same_each_time(manual: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    assert compile_pdf(Manual(URL)) == manual
    monkeypatch.setattr("wangqian.documents.guide.printed.compile_pdf", lambda sheet: pytest.fail("made again"))
    assert pdf(URL) is manual


def test_every_character_of_it_is_looked_for_in_the_fonts(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = [text for _field, text in Manual(URL).texts()]
    assert set(asked) >= {sentence for chapter in chapters() for sentence in chapter.sentences()}
    monkeypatch.setattr(glyphs, "missing", lambda text: ["网"] if "网" in text else [])
    with pytest.raises(glyphs.CannotPrint, match="激活账号与登录"):
        compile_pdf(Manual(URL))


def test_every_picture_of_the_folder_is_shown_once() -> None:
    assert sorted(one.file for one in pictures()) == sorted(path.name for path in PICTURES.iterdir())
    assert 20 <= len(pictures()) <= 30
    assert sum(path.stat().st_size for path in PICTURES.iterdir()) < 1_500_000
