"""操作手册: the guide for graduates.

A chapter is a file of `chapters/`, in the order of their names. What stands in 「」 is the label of a button, link or entry on the
screen, word for word. `pictures/` holds the screens it shows; `./run guide` makes them.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from PIL import Image

CHAPTERS = Path(__file__).with_name("chapters")
PICTURES = Path(__file__).with_name("pictures")
TITLE, LEAD = "操作手册", "写给毕业生：从激活账号到离校确认，每件事怎么办、没办成怎么办。"
EDITION = date(2026, 11, 29)  # of its text: stands in the PDF
LABEL = re.compile(r"「([^「」]+)」")


@dataclass(frozen=True)
class Picture:
    """A screen of a phone. `mark`: the label of the button or link that is framed in it."""

    name: str
    caption: str
    mark: str = ""

    @property
    def alt(self) -> str:
        """For whoever does not see it."""
        return f"{self.caption}（框出的是“{self.mark}”）" if self.mark else self.caption

    @property
    def file(self) -> str:
        return f"{self.name}.webp"


@dataclass(frozen=True)
class Part:
    """Numbered steps under a heading, and what else to know."""

    title: str
    steps: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    pictures: tuple[Picture, ...] = ()


@dataclass(frozen=True)
class Trouble:
    """What may be in the way, and what to do then."""

    case: str
    then: str


@dataclass(frozen=True)
class Chapter:
    """`about`: what it is for. `trouble_title`: over what may be in the way."""

    slug: str
    title: str
    about: str
    parts: tuple[Part, ...] = ()
    trouble: tuple[Trouble, ...] = ()
    trouble_title: str = "没成怎么办"

    def sentences(self) -> Iterator[str]:
        """Everything it says."""
        yield from (self.title, self.about)
        for part in self.parts:
            yield from (part.title, *part.steps, *part.notes, *(one.caption for one in part.pictures))
        for one in self.trouble:
            yield from (one.case, one.then)


@cache
def chapters() -> tuple[Chapter, ...]:
    """All of them, in order."""
    return tuple(_chapter(path) for path in sorted(CHAPTERS.glob("*.toml")))


def pictures() -> tuple[Picture, ...]:
    """All of them, as the chapters show them."""
    return tuple(one for chapter in chapters() for part in chapter.parts for one in part.pictures)


@cache
def size(file: str) -> tuple[int, int]:
    """Width and height of a picture, in pixels."""
    with Image.open(PICTURES / file) as picture:
        return picture.size


def labels(text: str) -> list[str]:
    """What is quoted as a label of the screen."""
    return LABEL.findall(text)


def _chapter(path: Path) -> Chapter:
    """Raises TypeError for a key that is not known."""
    found = tomllib.loads(path.read_text(encoding="utf-8"))
    parts = tuple(_part(**one) for one in found.pop("part", ()))
    trouble = tuple(Trouble(**one) for one in found.pop("trouble", ()))
    return Chapter(slug=path.stem.partition("-")[2], parts=parts, trouble=trouble, **found)


def _part(title: str, steps: Any = (), notes: Any = (), pictures: Any = ()) -> Part:
    return Part(title, tuple(steps), tuple(notes), tuple(Picture(**one) for one in pictures))
