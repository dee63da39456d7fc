"""Many files through the gate: one child for many of them, a new one where a file ended it."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType

from PIL import Image

from tests.uploads.making import File
from wangqian.chart.words import Refused
from wangqian.documents.uploads import checker, gate
from wangqian.documents.uploads.checker import Checked, Child
from wangqian.documents.uploads.desk import TRIES
from wangqian.documents.uploads.measures import SIDE, Limits
from wangqian.documents.uploads.verdict import Bad

ALLOWED = {0xD8, 0xE0, 0xDB, 0xC0, 0xC4, 0xDA, 0xD9, 0xDD}  # what a plain JPEG consists of


class Looker:
    def __init__(self) -> None:
        self.child: Child | None = None

    def __enter__(self) -> Looker:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.end()

    def end(self) -> None:
        if self.child:
            self.child.kill()
            self.child = None

    def __call__(self, file: File) -> Checked | str:
        """What comes of it: the checked file, or why not. A child starved by other work is no answer: as at the desk, once more."""
        try:
            kind = gate.kind_of(gate.cleaned(file.name), file.data, Limits())
        except Refused as refused:
            return str(refused)
        for _try in range(TRIES):
            try:
                return self.look(kind, file.data)
            except Bad as bad:
                return str(gate.sentence(bad))
            except checker.Trouble as met:
                trouble = met
        raise trouble

    def look(self, kind: str, data: bytes) -> Checked:
        if self.child is None:
            self.child = Child("pdf", files=1000).__enter__()
        try:
            return self.child.look(kind, data)
        except Bad as bad:
            if self.child.process.poll() is not None or bad.word in ("unreadable", "too_heavy"):
                self.end()
            raise
        except checker.Trouble:
            self.end()
            raise


@contextmanager
def looking() -> Iterator[Looker]:
    with Looker() as looker:
        yield looker


def unclean(picture: bytes) -> str:
    """Why a raster copy is more than pixels; "" when it is not."""
    at = 2
    while at < len(picture) and picture[at] == 0xFF:
        kind = picture[at + 1]
        if kind not in ALLOWED:
            return f"marker {kind:x}"
        if kind == 0xDA:
            break
        at += 2 + int.from_bytes(picture[at + 2 : at + 4], "big")
    if not picture.endswith(b"\xff\xd9") or picture.count(b"\xff\xd9") != 1:
        return "something behind it"
    opened = Image.open(io.BytesIO(picture))
    opened.load()
    if opened.getexif() or opened.mode != "RGB" or max(opened.size) > SIDE:
        return f"{opened.mode} {opened.size} {dict(opened.getexif())}"
    return next((str(word) for word in (b"<script", b"%PDF", b"PK\x03\x04") if word in picture), "")
