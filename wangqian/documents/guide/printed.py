"""The guide as one PDF: the same text and pictures."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime, time
from functools import lru_cache
from typing import ClassVar

from wangqian.documents.guide import EDITION, LEAD, TITLE, Chapter, Picture, chapters
from wangqian.documents.printing import compile_pdf
from wangqian.people.clock import SHANGHAI

_alone = threading.Lock()


@dataclass(frozen=True)
class Manual:
    """`url`: where the newest one is."""

    template: ClassVar[str] = "guide.typ"
    counted: ClassVar[bool] = False

    url: str

    @property
    def dated(self) -> datetime:
        return datetime.combine(EDITION, time(), SHANGHAI)

    @property
    def edition(self) -> str:
        return f"{EDITION.year} 年 {EDITION.month} 月版"

    def texts(self) -> Iterator[tuple[str, str]]:
        """Every sentence, under the chapter it stands in."""
        yield from ((TITLE, text) for text in (TITLE, LEAD, self.edition, self.url))
        yield from ((chapter.title, text) for chapter in chapters() for text in chapter.sentences())

    def data(self, pages: int) -> dict[str, object]:
        head = {"title": TITLE, "lead": LEAD, "edition": self.edition, "url": self.url}
        return {**head, "chapters": [drawn(chapter) for chapter in chapters()]}


def drawn(chapter: Chapter) -> dict[str, object]:
    parts = [{**asdict(part), "pictures": [screen(one) for one in part.pictures]} for part in chapter.parts]
    return {**asdict(chapter), "parts": parts, "trouble": [(one.case, one.then) for one in chapter.trouble]}


def screen(one: Picture) -> dict[str, str]:
    return {"file": one.file, "caption": one.caption, "alt": one.alt}


def pdf(url: str) -> bytes:
    """Made once by each process, whoever asks first; who asks meanwhile waits for it."""
    with _alone:
        return _made(url)


@lru_cache(maxsize=1)
def _made(url: str) -> bytes:
    return compile_pdf(Manual(url))
