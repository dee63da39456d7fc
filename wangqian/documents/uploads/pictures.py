"""A photo: decoded whole, turned as its camera says, drawn anew as a plain JPEG without anything beside the pixels."""

from __future__ import annotations

import io
import struct
from dataclasses import dataclass

from PIL import Image, JpegImagePlugin, PngImagePlugin  # noqa: F401  loaded before the limits bite

from wangqian.documents.uploads import codes, structure
from wangqian.documents.uploads.measures import FINE, LONGEST, PIXELS, QUALITY, SHORTEST, SIDE
from wangqian.documents.uploads.verdict import Bad

Image.MAX_IMAGE_PIXELS = PIXELS
ORIENTATION = 0x0112
SHRINKS = ("RGB", "RGBA", "L", "CMYK")  # shrunk before they are converted: less memory
UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


@dataclass(frozen=True)
class Page:
    """A raster copy and what its codes say."""

    picture: bytes
    texts: list[str]


def look(kind: str, data: bytes) -> list[Page]:
    """The one page of a photo. Raises Bad."""
    body = structure.jpeg(data) if kind == "jpeg" else structure.png(data)
    try:
        whole = opened(kind, body)
        small = shrunk(whole)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as bomb:
        raise Bad("too_many_pixels", most=PIXELS // 1_000_000) from bomb
    except (OSError, ValueError, SyntaxError, struct.error, IndexError, KeyError, TypeError, EOFError) as broken:
        raise Bad("damaged") from broken
    return [Page(drawn(small), codes.read(small) or again(whole, small))]


def opened(kind: str, body: bytes) -> Image.Image:
    """Decoded to the last line, as small as the decoder can make it without loss for the copy."""
    picture = Image.open(io.BytesIO(body), formats=[kind.upper()])
    width, height = picture.size
    if width * height > PIXELS or max(width, height) > LONGEST:
        raise Bad("too_many_pixels", most=PIXELS // 1_000_000)
    if min(width, height) < SHORTEST:
        raise Bad("too_small", least=SHORTEST)
    if kind == "png" and getattr(picture, "n_frames", 1) != 1:
        raise Bad("animated")
    if kind == "jpeg" and max(width, height) > FINE:
        part = FINE / max(width, height)
        picture.draft(None, (int(width * part), int(height * part)))
    picture.load()
    return picture


def shrunk(whole: Image.Image) -> Image.Image:
    """At most SIDE pixels long, upright, in plain RGB on white; a new picture that knows nothing of the old one."""
    turn, picture = UPRIGHT.get(orientation(whole)), plain(resized(whole, SIDE))
    if turn is not None:
        picture = picture.transpose(turn)
    fresh = Image.new("RGB", picture.size, "white")
    fresh.paste(picture)
    return fresh


def resized(whole: Image.Image, side: int) -> Image.Image:
    """At most that long."""
    part = side / max(whole.size)
    if part >= 1:
        return whole
    early = whole if whole.mode in SHRINKS else plain(whole)
    size = max(1, round(whole.width * part)), max(1, round(whole.height * part))
    return early.resize(size, Image.Resampling.BICUBIC, reducing_gap=2.0)


def orientation(whole: Image.Image) -> int:
    """As the camera wrote it; a note nobody can read says nothing."""
    try:
        return int(whole.getexif().get(ORIENTATION, 1))
    except (OSError, ValueError, SyntaxError, struct.error, IndexError, KeyError, TypeError, EOFError):
        return 1


def plain(whole: Image.Image) -> Image.Image:
    """RGB, whatever it was: grey of 16 bits, palettes, transparency, printers' colours."""
    if whole.mode in ("I", "F") or whole.mode.startswith("I;"):
        return whole.convert("I").point(lambda value: value * (1 / 256)).convert("L").convert("RGB")
    if whole.mode in ("RGBA", "LA", "PA") or "transparency" in whole.info:
        seen = whole.convert("RGBA")
        fresh = Image.new("RGB", seen.size, "white")
        fresh.paste(seen, mask=seen.getchannel("A"))
        return fresh
    return whole.convert("RGB")


def drawn(picture: Image.Image) -> bytes:
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=QUALITY)
    return out.getvalue()


def again(whole: Image.Image, small: Image.Image) -> list[str]:
    """A small code may be read only where the picture was shrunk less."""
    return codes.read(plain(resized(whole, FINE))) if max(whole.size) > max(small.size) else []
