"""The objects of a piece of evidence: sealed under its case's key, bound to row and part, named by what is stored."""

from __future__ import annotations

from datetime import datetime
from hashlib import sha256

from wangqian.cases.models import Evidence
from wangqian.documents import shelf
from wangqian.documents.read import Damaged
from wangqian.people import identity

FOLDER = "evidence"
ORIGINAL = "original"


def keep_original(row: Evidence, data: bytes, at: datetime) -> str:
    """Store the bytes as they came; returns the object's name. The row comes after."""
    sealed = identity.encrypt(row.case.open_key(), data, row.place(ORIGINAL))
    digest = sha256(sealed).hexdigest()
    name = f"{FOLDER}/{at:%Y}/{digest[:2]}/{digest}"
    shelf.keep(name, sealed)
    return name


def keep_pages(row: Evidence, pictures: list[bytes]) -> None:
    for number, picture in enumerate(pictures, start=1):
        shelf.keep(row.page_key(number), identity.encrypt(row.case.open_key(), picture, row.place(f"page-{number}")))


def original(row: Evidence) -> bytes:
    """The bytes as they came. Raises `Damaged`, or `identity.Erased` once the person is."""
    data = opened(row, row.key, ORIGINAL)
    if sha256(data).hexdigest() != row.sha256:
        raise damaged()
    return data


def page(row: Evidence, number: int) -> bytes:
    """The raster copy of a page, from 1, as it was made (not turned)."""
    return opened(row, row.page_key(number), f"page-{number}")


def opened(row: Evidence, name: str, part: str) -> bytes:
    from cryptography.exceptions import InvalidTag

    sealed = shelf.read(name)
    try:
        return identity.decrypt_bytes(row.case.open_key(), sealed or b"", row.place(part))
    except (InvalidTag, ValueError) as wrong:
        raise damaged() from wrong


def damaged() -> Damaged:
    return Damaged("这份文件与存档时的记录不一致，暂不提供查看；请联系平台处理。")


def names(row: Evidence) -> list[str]:
    """Every object of a row that has any."""
    return [row.key, *(row.page_key(number) for number in range(1, row.pages + 1))] if row.key else []


def remove(row: Evidence) -> None:
    """Pages of an unfinished check too, whose number no row says."""
    for name in names(row):
        shelf.remove(name)
