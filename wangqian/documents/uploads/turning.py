"""A turned picture: its pixels stay as they are, a note of 36 bytes tells whoever shows it."""

from __future__ import annotations

ORIENTATION = {90: 6, 180: 3, 270: 8}  # degrees clockwise → EXIF's number
START = b"\xff\xd8"


def turned(jpeg: bytes, degrees: int) -> bytes:
    """One of our raster copies, which have no note of their own, to be shown turned to the right."""
    value = ORIENTATION.get(degrees)
    if value is None:
        return jpeg
    entry = b"\x01\x12\x00\x03\x00\x00\x00\x01" + value.to_bytes(2, "big") + b"\x00\x00"
    note = b"Exif\0\0MM\0*\0\0\0\x08\x00\x01" + entry + b"\0\0\0\0"
    return START + b"\xff\xe1" + (len(note) + 2).to_bytes(2, "big") + note + jpeg[len(START) :]
