"""What must not be found, in every spelling in which it might hide; and the search for it."""

from __future__ import annotations

import gzip
import zlib
from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from re import compile as pattern
from urllib.parse import quote

B64 = pattern(rb"[A-Za-z0-9+/_-]{24,}={0,2}")
HEX = pattern(rb"(?:[0-9a-fA-F]{2}){12,}")
DEEP = 3  # wrappings around wrappings


@dataclass(frozen=True)
class Word:
    """A secret and what it is called in a report."""

    name: str
    said: str

    def spellings(self) -> Iterator[tuple[str, bytes]]:
        """(how, bytes) of everything searched for."""
        plain = {"utf-8": self.said.encode(), "utf-16": self.said.encode("utf-16-le"), "gb18030": self.said.encode("gb18030")}
        plain["utf-16-be"] = self.said.encode("utf-16-be")
        yield from plain.items()
        if quote(self.said) != self.said:
            yield "url", quote(self.said).encode()
        if not self.said.isascii():
            yield "json", self.said.encode("ascii", "backslashreplace")
            yield "html", "".join(f"&#{ord(one)};" for one in self.said).encode()
            yield "names of mail headers", "".join(f"={byte:02X}" for byte in self.said.encode()).encode()
        for how, data in plain.items():
            yield f"hex of {how}", data.hex().encode()
            yield f"HEX of {how}", data.hex().upper().encode()
            for shift in range(3):
                core = b64encode(b"\0" * shift + data)[(0, 2, 3)[shift] : -4].rstrip(b"=")
                yield f"base64 of {how} at {shift}", core


def hits(words: Iterable[Word], data: bytes | str, depth: int = DEEP) -> set[str]:
    """ "phone as base64 of utf-8 at 1" for everything that is in there, also inside what is packed or encoded."""
    data = data.encode("utf-8", "surrogatepass") if isinstance(data, str) else data
    found = {f"{word.name} as {how}" for word in words for how, spelled in word.spellings() if spelled in data}
    if depth:
        for inside in unwrapped(data):
            found |= {f"{one}, wrapped" for one in hits(words, inside, depth - 1)}
    return found


def unwrapped(data: bytes) -> Iterator[bytes]:
    """What the data packs or encodes."""
    for packed in (gzip.decompress, zlib.decompress, lambda raw: zlib.decompress(raw, -15)):
        try:
            yield packed(data)
        except (OSError, EOFError, zlib.error):
            continue
    for found in B64.finditer(data):
        text = found.group().replace(b"-", b"+").replace(b"_", b"/").rstrip(b"=")
        try:
            yield b64decode(text + b"=" * (-len(text) % 4))
        except (NotBase64, ValueError):
            continue
    for found in HEX.finditer(data):
        yield bytes.fromhex(found.group().decode())
