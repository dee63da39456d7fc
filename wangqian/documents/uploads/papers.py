"""A PDF: held against the policy, then each page drawn as a picture; only the pictures are ever looked at."""

from __future__ import annotations

import time

import pypdfium2 as pdfium
from PIL import Image

from wangqian.documents.uploads import codes, policy
from wangqian.documents.uploads.measures import CPU, DPI, FINE_DPI, FINE_SIDE, POINTS, SIDE
from wangqian.documents.uploads.pictures import Page, drawn
from wangqian.documents.uploads.verdict import Bad


def look(data: bytes) -> list[Page]:
    """A raster copy of every page. Raises Bad."""
    began = time.process_time()
    plain = policy.look(data)
    try:
        with pdfium.PdfDocument(plain) as pdf:
            return [look_at(page, closely=early(began, (at + 1) / len(pdf))) for at, page in enumerate(pdf)]
    except pdfium.PdfiumError as broken:
        raise Bad("damaged") from broken


def early(began: float, part: float) -> bool:
    """Whether so much of the pages took less than that of half the time: a finer look must never leave none for the rest."""
    return time.process_time() - began < CPU / 2 * part


def look_at(page: pdfium.PdfPage, closely: bool) -> Page:
    """One page; a code that was not read is looked for again in a finer picture while there is time."""
    size = page.get_size()
    if min(size) < POINTS[0] or max(size) > POINTS[1]:
        raise Bad("page_size")
    picture = rendered(page, min(DPI / 72, SIDE / max(size)))
    texts = codes.read(picture)
    if closely and not texts:
        texts = codes.read(rendered(page, min(FINE_DPI / 72, FINE_SIDE / max(size)), grey=True))
    return Page(drawn(picture), texts)


def rendered(page: pdfium.PdfPage, scale: float, grey: bool = False) -> Image.Image:
    """The page on white; at most one pixel longer than asked, which is taken off."""
    picture: Image.Image = page.render(scale=scale, grayscale=grey, may_draw_forms=False).to_pil()
    return picture if grey else picture.convert("RGB").crop((0, 0, min(picture.width, SIDE), min(picture.height, SIDE)))
