"""Where a picture begins and ends, byte by byte, before any decoder sees it; and what else the file may be.

Phones append to a photo: a second exposure, a film, notes of the camera. Such a tail is left in the original and reaches nobody's
screen. A tail, or metadata, that is or holds another kind of document makes a file of two kinds, and is refused.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator

from wangqian.documents.uploads.measures import PIXELS, SCANS
from wangqian.documents.uploads.verdict import Bad

PNG = b"\x89PNG\r\n\x1a\n"
JPEG = b"\xff\xd8\xff"
# Another document's first bytes. Not of a JPEG behind a JPEG, nor of a film: those are what cameras write.
BEGINS = (
    b"PK\x03\x04", b"PK\x05\x06", b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b\x08", b"BZh", b"\xfd7zXZ", b"MSCF", b"%PDF", b"%!PS", b"{\\rtf",
    b"\x7fELF", b"MZ", b"\xca\xfe\xba\xbe", b"\xcf\xfa\xed\xfe", b"\xce\xfa\xed\xfe", b"\xd0\xcf\x11\xe0", b"#!", b"FWS", b"CWS", b"ZWS",
    b"GIF8", b"BM", b"RIFF", b"II*\0", b"MM\0*", b"SQLite", b"L\0\0\0\x01\x14\x02\0", b"<", PNG,
)  # fmt: skip
ACTIVE = re.compile(
    rb"%PDF-\d|<(?:html|script|svg|body|iframe|\?php|!doctype)[\s>]|javascript:|vbscript:|Rar!\x1a\x07|7z\xbc\xaf\x27\x1c", re.I
)
ZIP_END = b"PK\x05\x06"
_MARKER = re.compile(rb"\xff+[^\x00\xff\xd0-\xd7]")  # ends a run of picture data
_BARE = {0x01, *range(0xD0, 0xD8)}
_CRITICAL = {b"IHDR", b"PLTE", b"IDAT", b"IEND"}
_CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
_ADAM7 = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))


def jpeg(data: bytes) -> bytes:
    """The picture itself, from its first to its last byte. Raises Bad."""
    no_archive(data)
    end, notes = jpeg_end(data, 0)
    one_kind(notes)
    tail = data[end:]
    while tail.startswith(JPEG):  # further pictures of the same shot
        more, notes = jpeg_end(tail, 0)
        one_kind(notes)
        tail = tail[more:]
    nothing_else(tail)
    return data[:end]


def jpeg_end(data: bytes, start: int) -> tuple[int, bytes]:
    """(where the picture that starts there ends, its notes)."""
    at, scans = start + 2, 0
    notes: list[bytes] = []
    while True:
        if data[at : at + 1] != b"\xff":
            raise Bad("damaged")
        while data[at : at + 1] == b"\xff":
            at += 1
        kind = data[at] if at < len(data) else 0
        at += 1
        if kind == 0xD9:
            return at, b"\n".join(notes)
        if kind in _BARE:
            continue
        size = int.from_bytes(data[at : at + 2], "big")
        if kind == 0 or size < 2 or at + size > len(data):
            raise Bad("damaged")
        if kind == 0xFE or 0xE0 <= kind <= 0xEF:
            notes.append(data[at + 2 : at + size])
        at += size
        if kind == 0xDA:
            scans += 1
            if scans > SCANS:
                raise Bad("too_heavy")
            found = _MARKER.search(data, at)
            if found is None:
                raise Bad("cut_off")
            at = found.start()


def png(data: bytes) -> bytes:
    """The same for PNG: every chunk whole, one still picture, its data as long as it must be. Raises Bad."""
    no_archive(data)
    inflate, wanted, length, end, seen = zlib.decompressobj(), 0, 0, len(PNG), b""
    for kind, body, after in chunks(data):
        if (kind == b"IHDR") != (seen == b""):
            raise Bad("damaged")
        seen, end = kind, after
        if kind == b"IHDR":
            wanted = inflated_size(body)
        elif kind == b"IDAT":
            length += inflated(inflate, body, wanted - length)
        elif kind in (b"acTL", b"fcTL", b"fdAT"):
            raise Bad("animated")
        elif kind not in _CRITICAL:
            if kind[0] < 97:
                raise Bad("damaged")
            one_kind(body)
    if seen != b"IEND" or length != wanted or not inflate.eof:
        raise Bad("cut_off" if seen != b"IEND" else "damaged")
    if data.startswith(JPEG, end):
        raise Bad("two_kinds")
    nothing_else(data[end:])
    return data[:end]


def chunks(data: bytes) -> Iterator[tuple[bytes, bytes, int]]:
    """(kind, body, where it ends) up to IEND, each with its checksum right."""
    at = len(PNG)
    while at + 12 <= len(data):
        size, kind = int.from_bytes(data[at : at + 4], "big"), data[at + 4 : at + 8]
        end = at + 12 + size
        if end > len(data):
            raise Bad("cut_off")
        if not kind.isalpha() or zlib.crc32(data[at + 4 : end - 4]) != int.from_bytes(data[end - 4 : end], "big"):
            raise Bad("damaged")
        yield kind, data[at + 8 : end - 4], end
        if kind == b"IEND":
            return
        at = end
    raise Bad("cut_off")


def inflated_size(header: bytes) -> int:
    """Bytes that the data of this picture must inflate to."""
    if len(header) != 13 or header[9] not in _CHANNELS or header[12] > 1:
        raise Bad("damaged")
    width, height = int.from_bytes(header[:4], "big"), int.from_bytes(header[4:8], "big")
    if width * height > PIXELS:
        raise Bad("too_many_pixels", most=PIXELS // 1_000_000)
    bits = header[8] * _CHANNELS[header[9]]
    passes = _ADAM7 if header[12] else ((0, 0, 1, 1),)
    sizes = [(-(-(width - x) // dx), -(-(height - y) // dy)) for x, y, dx, dy in passes]
    return sum(tall * (1 + -(-wide * bits // 8)) for wide, tall in sizes if wide > 0 and tall > 0)


def inflated(inflate: zlib._Decompress, body: bytes, left: int) -> int:
    """How much the chunk adds; never more than one byte beyond what is still wanted."""
    try:
        length = len(inflate.decompress(body, left + 1))
    except zlib.error as broken:
        raise Bad("damaged") from broken
    if length > left or inflate.unused_data or inflate.unconsumed_tail:
        raise Bad("damaged")
    return length


def nothing_else(tail: bytes) -> None:
    """What stands behind a picture is no document of another kind."""
    rest = tail.lstrip(b"\0\xff \t\r\n")
    if rest.startswith(BEGINS) or rest[257:262] == b"ustar":
        raise Bad("two_kinds")
    one_kind(tail)


def no_archive(data: bytes) -> None:
    """Readers of archives look for their end from the end of the file, whatever stands before."""
    at = data.rfind(ZIP_END, max(0, len(data) - 65_557))
    if at >= 0 and len(data) - at >= 22:
        raise Bad("two_kinds")


def one_kind(notes: bytes) -> None:
    if ACTIVE.search(notes):
        raise Bad("two_kinds")
