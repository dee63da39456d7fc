"""How large, how many, how long: what the gate and its child process both keep to. Nothing of Django here, the child imports it."""

from __future__ import annotations

from dataclasses import dataclass

MB = 2**20
BYTES = 10 * MB  # of a file
LEAST_BYTES = 200
FILES = 20  # of a slot, whatever its field says
PAGES = 20
NAME = 100  # characters of a file's name

PIXELS = 72_000_000  # the largest picture phones and office scanners make (A3 at 600 dpi)
SHORTEST, LONGEST = 100, 30_000  # pixels of a side
SCANS = 100  # of a progressive JPEG; cameras and programs make about ten
SIDE = 2000  # pixels, the long side of a raster copy
FINE = 3000  # the same, where a code is looked for once more
QUALITY = 84
DPI, FINE_DPI, FINE_SIDE = 150, 300, 3400  # of a PDF's page; the fine one only where no code was read
POINTS = (36, 14_400)  # a side of a page, in 1/72 inch

OBJECTS = 50_000  # of a PDF
DEPTH = 60
REVISIONS = 12  # times a PDF may have been added to
STREAM, INFLATED = 256 * MB, 600 * MB  # one stream, all of them
TAIL = 1024  # bytes of blank behind a PDF's end
TEXTS, TEXT = 20, 500  # bar codes of a page, characters of one

MEMORY = 2**30  # of the child, bytes
CPU = 10  # seconds of one file
WALL = 15.0
PICTURE = 4 * MB  # the largest raster copy the parent takes from the child
ANSWER = 2 * MB  # its answer without the pictures


@dataclass(frozen=True)
class Limits:
    """What a slot takes at most; never more than the figures above."""

    files: int = FILES
    bytes: int = BYTES
    pages: int = PAGES
