"""Pages of an agreement: pictures for the site, marks laid over them, and the QR code as printed."""

from dataclasses import replace

import pypdfium2 as pdfium
import pytest
import segno

from wangqian.documents.agreement import Block, Paper, pretty_number
from wangqian.documents.printing import compile_pages, compile_pdf


@pytest.mark.parametrize("mark", ["样稿", "已解约"])
def test_a_state_mark_is_laid_over_every_page(paper: Paper, mark: str) -> None:
    document = pdfium.PdfDocument(compile_pdf(replace(paper, state_mark=mark)))
    for page in document:
        text = page.get_textpage()
        assert "".join(text.get_text_range().split()).count(mark) == 1
        text.close()
        page.close()
    document.close()


def test_pages_are_pictures_one_for_each_page_of_the_file(paper: Paper) -> None:
    long = replace(paper, blocks=(Block("双方约定", (("协议补充内容", "约" * 4000),)),))
    for said in (paper, long):
        pictures = compile_pages(said, ppi=50)
        with pdfium.PdfDocument(compile_pdf(said)) as document:
            assert [picture[:8] for picture in pictures] == [b"\x89PNG\r\n\x1a\n"] * len(document)
    assert len(compile_pages(long, ppi=50)) >= 3


def test_the_printed_qr_code_holds_the_verification_address(paper: Paper) -> None:
    """The modules are sampled from the rendered page and compared one by one."""
    document = pdfium.PdfDocument(compile_pdf(paper))
    page = document[0]
    bitmap = page.render(scale=6, grayscale=True)
    width, stride, pixels = bitmap.width, bitmap.stride, bytes(bitmap.buffer)
    # The code stands alone in the upper right of the page, above the blue rule and left of the margin.
    dark = [(x, y) for y in range(700) for x in range(width * 3 // 4, width) if pixels[y * stride + x] < 60]
    left, top = min(x for x, _ in dark), min(y for _, y in dark)
    side = max(x for x, _ in dark) - left + 1
    matrix = [list(row) for row in segno.make_qr(paper.verify_url, error="m").matrix]
    module = side / len(matrix)
    centres = [int((at + 0.5) * module) for at in range(len(matrix))]
    printed = [[int(pixels[(top + y) * stride + left + x] < 128) for x in centres] for y in centres]
    page.close()
    document.close()
    assert printed == matrix


def test_numbers_are_printed_in_groups() -> None:
    assert pretty_number("20261035331000017K") == "2026-10353-31-000017-K"
    assert pretty_number("2026-10353-31-000017-K") == "2026-10353-31-000017-K"
    assert pretty_number("样稿") == "样稿"
