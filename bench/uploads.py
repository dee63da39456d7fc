"""What it takes to check a file that is handed in, the child process included, beside opening and drawing it anew in place."""

from __future__ import annotations

import io
import statistics
import time
from collections.abc import Callable
from typing import Any

ROUNDS, QUICK, WARMING = 30, 3, 2
SIZE = (4000, 3000)  # a phone's photo
PAGES = 3


def measure(quick: bool = False) -> dict[str, Any]:
    """`upload_vs_pillow`: a photo through the gate, as a multiple of Pillow's open, shrink and encode in the same run."""
    from wangqian.documents.uploads import checker

    rounds = QUICK if quick else ROUNDS
    photo, screenshot, scan = sample("JPEG"), sample("PNG"), paper()
    plain = middle(lambda: again(photo), rounds)
    jpeg = middle(lambda: checker.check("jpeg", photo), rounds)
    png = middle(lambda: checker.check("png", screenshot), rounds)
    pdf = middle(lambda: checker.check("pdf", scan), rounds)
    return {
        "upload_ms": jpeg * 1000,
        "upload_vs_pillow": jpeg / plain,
        "parts": {
            "pillow_ms": round(plain * 1000, 1),
            "png_ms": round(png * 1000, 1),
            f"pdf_{PAGES}_pages_ms": round(pdf * 1000, 1),
            "start_of_child_ms": round(middle(begin, rounds) * 1000, 1),
        },
    }


def middle(call: Callable[[], object], rounds: int) -> float:
    return statistics.median([seconds(call) for _ in range(WARMING + rounds)][WARMING:])


def seconds(call: Callable[[], object]) -> float:
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


def begin() -> None:
    from wangqian.documents.uploads.checker import Child

    with Child("jpeg"):
        pass


def drawn(width: int, height: int) -> Any:
    """A paper under uneven light."""
    from PIL import Image, ImageDraw

    picture = Image.linear_gradient("L").resize((width, height)).point(lambda value: 170 + value // 4).convert("RGB")
    draw = ImageDraw.Draw(picture)
    for at in range(0, height, 60):
        draw.line((width // 10, at, width * 9 // 10, at + 9), fill="#333", width=6)
    return picture


def sample(form: str) -> bytes:
    out = io.BytesIO()
    (drawn(*SIZE) if form == "JPEG" else drawn(1080, 2400)).save(out, form)
    return out.getvalue()


def paper() -> bytes:
    out = io.BytesIO()
    pages = [drawn(1654, 2339) for _ in range(PAGES)]
    pages[0].save(out, "PDF", save_all=True, append_images=pages[1:], resolution=200)
    return out.getvalue()


def again(data: bytes) -> bytes:
    """The least that any such platform does: decode, shrink, encode."""
    from PIL import Image

    from wangqian.documents.uploads.measures import QUALITY, SIDE

    picture = Image.open(io.BytesIO(data))
    picture.thumbnail((SIDE, SIDE))
    out = io.BytesIO()
    picture.convert("RGB").save(out, "JPEG", quality=QUALITY)
    return out.getvalue()
