"""Serving what is stored: only bytes that are as they were made; pages as pictures."""

from __future__ import annotations

from pathlib import Path

import pypdfium2 as pdfium
import pytest
from django.core.files.storage import default_storage
from pytest_django.fixtures import Settings

from tests.cast import Cast
from wangqian.documents import shelf
from wangqian.documents.make import work
from wangqian.documents.models import Artefact
from wangqian.documents.paper import paper_for
from wangqian.documents.printing import compile_pages
from wangqian.documents.read import Damaged, pages, pdf

SENTENCE = "这份文件与存档时的记录不一致，暂不提供下载；协议的效力不受影响，请联系平台处理。"


@pytest.fixture
def artefact(cast: Cast) -> Artefact:
    cast.signed()
    work()
    return Artefact.objects.get()


def test_the_file_is_the_stored_one_under_its_number(artefact: Artefact, files: Path) -> None:
    served = pdf(artefact)
    number = artefact.case.number or ""
    assert served.name == f"2027-10001-31-{number[11:17]}-{number[17]}.pdf"
    data = served.read()
    assert data == (files / artefact.key).read_bytes()
    with pdfium.PdfDocument(data) as document:
        assert len(document) == artefact.pages


@pytest.mark.parametrize("place", [0, 1000, -1])
def test_a_flipped_byte_is_not_served(artefact: Artefact, files: Path, place: int) -> None:
    stored = files / artefact.key
    data = bytearray(stored.read_bytes())
    data[place] ^= 1
    stored.write_bytes(data)
    with pytest.raises(Damaged) as refused:
        pdf(artefact)
    assert (str(refused.value), refused.value.status) == (SENTENCE, 503)


@pytest.mark.parametrize("more", [b"", b"\n%%EOF\n"])
def test_a_missing_or_appended_file_is_not_served(artefact: Artefact, files: Path, more: bytes) -> None:
    stored = files / artefact.key
    data = stored.read_bytes()
    stored.unlink()
    if more:
        stored.write_bytes(data + more)
    with pytest.raises(Damaged):
        pdf(artefact)


def test_pages_are_rendered_once_and_kept(artefact: Artefact, files: Path) -> None:
    case = artefact.case
    assert not (files / "preview").exists()
    first = pages(case)
    assert first == compile_pages(paper_for(case))
    kept = sorted((files / "preview").rglob("*.png"))
    assert [path.name for path in kept] == [f"{artefact.sha256}-1.png", f"{artefact.sha256}-2.png"]
    assert [path.read_bytes() for path in kept] == first
    stamps = [path.stat().st_mtime_ns for path in kept]
    assert pages(case) == first
    assert [path.stat().st_mtime_ns for path in kept] == stamps


def test_a_torn_page_is_rendered_again(artefact: Artefact, files: Path) -> None:
    first = pages(artefact.case)
    torn = next((files / "preview").rglob("*-1.png"))
    torn.write_bytes(first[0][:500])
    assert pages(artefact.case) == first
    assert torn.read_bytes() == first[0]


def test_no_pages_while_the_file_is_being_made(cast: Cast) -> None:
    assert pages(cast.signed()) == []


def test_a_remote_storage_keeps_the_same_objects(cast: Cast, settings: Settings) -> None:
    backend = {"BACKEND": "django.core.files.storage.InMemoryStorage"}
    settings.STORAGES = {**settings.STORAGES, "default": backend}
    case = cast.signed()
    work()
    artefact = Artefact.objects.get()
    data = pdf(artefact).read()
    shelf.keep(artefact.key, data)
    assert default_storage.listdir(artefact.key.rpartition("/")[0])[1] == [f"{artefact.sha256}.pdf"]
    shelf.keep(artefact.key, data[:100])
    assert shelf.read(artefact.key) == data[:100]
    assert pages(case) == pages(case) == compile_pages(paper_for(case))
