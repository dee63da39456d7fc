"""Pictures and papers to make attacks and honest files of: small, drawn, of nobody."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import pikepdf
import segno
from PIL import Image, ImageDraw


@dataclass(frozen=True)
class File:
    """`passes`: it may be accepted, if nothing of it is left in what is shown."""

    title: str
    name: str
    data: bytes
    passes: bool = False


@lru_cache(maxsize=64)
def drawing(width: int = 320, height: int = 240, mode: str = "RGB") -> Image.Image:
    """Something like a stamped paper."""
    picture = Image.new("RGB", (width, height), "#f4f1ea")
    draw = ImageDraw.Draw(picture)
    for at in range(0, height, max(8, height // 24)):
        draw.line((width // 10, at, width * 9 // 10, at + height // 200), fill="#333", width=max(1, height // 300))
    draw.ellipse((width // 2, height // 2, width * 3 // 4, height // 2 + width // 4), outline="#c01818", width=max(2, width // 90))
    return picture.convert(mode)


def saved(picture: Image.Image, form: str = "JPEG", **options: Any) -> bytes:
    out = io.BytesIO()
    picture.save(out, form, **options)
    return out.getvalue()


@lru_cache(maxsize=8)
def jpeg(width: int = 320, height: int = 240) -> bytes:
    return saved(drawing(width, height), "JPEG", quality=80)


@lru_cache(maxsize=8)
def png(width: int = 320, height: int = 240) -> bytes:
    return saved(drawing(width, height), "PNG")


def with_segment(data: bytes, marker: int, body: bytes) -> bytes:
    """A JPEG with one more note."""
    return data[:2] + bytes([0xFF, marker]) + struct.pack(">H", len(body) + 2) + body + data[2:]


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def with_chunk(data: bytes, kind: bytes, body: bytes, before: bytes = b"IDAT") -> bytes:
    """A PNG with one more chunk."""
    at = data.index(before) - 4
    return data[:at] + chunk(kind, body) + data[at:]


def header(width: int, height: int, depth: int = 8, colour: int = 2) -> bytes:
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0))


Change = Callable[[pikepdf.Pdf], None]


def pdf(change: Change | None = None, pages: int = 1, **options: Any) -> bytes:
    """A scan as a PDF, changed."""
    with pikepdf.Pdf.new() as made:
        for number in range(pages):
            add_scan(made, drawing(600 + 10 * number, 800))
        if change:
            change(made)
        out = io.BytesIO()
        made.save(out, static_id=True, **options)  # the same bytes each time
        return out.getvalue()


SQUEEZED: dict[int, tuple[Image.Image, bytes]] = {}


def squeezed(picture: Image.Image) -> bytes:
    """The JPEG of a drawing, made once."""
    if id(picture) not in SQUEEZED:
        SQUEEZED[id(picture)] = (picture, saved(picture, "JPEG", quality=75))
    return SQUEEZED[id(picture)][1]


def add_scan(made: pikepdf.Pdf, picture: Image.Image, size: tuple[float, float] = (595, 842), form: str = "JPEG") -> None:
    """A page that is one picture."""
    if form == "JPEG":
        stream = pikepdf.Stream(made, squeezed(picture))
        stream.Filter = pikepdf.Name.DCTDecode
    else:
        stream = pikepdf.Stream(made, picture.tobytes())
    colours = {"L": "/DeviceGray", "RGB": "/DeviceRGB", "CMYK": "/DeviceCMYK", "1": "/DeviceGray"}
    stream.Type, stream.Subtype = pikepdf.Name.XObject, pikepdf.Name.Image
    stream.Width, stream.Height = picture.size
    stream.ColorSpace, stream.BitsPerComponent = pikepdf.Name(colours[picture.mode]), 1 if picture.mode == "1" else 8
    page = made.add_blank_page(page_size=size)
    page.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Im0=stream))
    page.Contents = pikepdf.Stream(made, b"q %g 0 0 %g 0 0 cm /Im0 Do Q" % size)


def qr(words: str, scale: int = 6) -> Image.Image:
    out = io.BytesIO()
    segno.make(words, error="m").save(out, kind="png", scale=scale, border=4)
    return Image.open(io.BytesIO(out.getvalue())).convert("RGB")


def paper_with_code(words: str, width: int = 1240, height: int = 1754, scale: int = 4) -> Image.Image:
    picture = drawing(width, height).copy()
    code = qr(words, scale)
    picture.paste(code, (width - code.width - 30, 30))
    return picture
