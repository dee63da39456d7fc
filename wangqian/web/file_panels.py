"""Panels of files: a box to hand them in, a viewer for who reviews them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from wangqian.web.panels import Link, Picture, Tag


@dataclass(frozen=True, slots=True)
class UploadedFile:
    """A file in its box: `key` makes ids unique, `said` replaces the pictures while there are none (being checked, refused)."""

    key: str
    name: str
    facts: str
    pictures: Sequence[Picture] = ()
    said: str = ""
    tag: Tag | None = None
    turn_url: str = ""
    drop_url: str = ""


@dataclass(frozen=True, slots=True)
class UploadBox:
    """Where files are handed in for one slot of a step, with forms of its own: never within another form.

    Files go to `url` as `files` (several), or with `replaces` for one taken again; the answer is this box, or the page once more.
    `errors` are sentences about what was just sent, or is not there; `said` what came of it. `most` files at most. `links`: forms
    to be filled in and handed in here.
    """

    part: ClassVar = "upload_box"
    slot: str
    title: str
    help: str = ""
    files: Sequence[UploadedFile] = ()
    url: str = ""
    most: int = 1
    required: bool = False
    errors: Sequence[str] = ()
    said: str = ""
    links: Sequence[Link] = ()

    @property
    def full(self) -> bool:
        return len(self.files) >= self.most

    @property
    def anchor(self) -> str:
        """The id a link jumps to."""
        return f"files-{self.slot}"


@dataclass(frozen=True, slots=True)
class EvidenceFile:
    """A file as a reviewer reads it: its pages, what stands in their codes, where the original is."""

    name: str
    facts: str
    pictures: Sequence[Picture]
    codes: Sequence[str] = ()
    original_url: str = ""


@dataclass(frozen=True, slots=True)
class EvidenceViewer:
    """Big pictures beside the data: one after the other, by buttons and arrow keys; without JavaScript a list."""

    part: ClassVar = "evidence_viewer"
    title: str
    files: Sequence[EvidenceFile]
    note: str = ""

    @property
    def pages(self) -> int:
        return sum(len(one.pictures) for one in self.files)
