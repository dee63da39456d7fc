"""Files that mean harm, generated: of two kinds at once, swelling, wrongly named, cut, moving, with names that lie."""

from __future__ import annotations

import gzip
import io
import struct
import zipfile
import zlib
from collections.abc import Iterator

from PIL import Image

from tests.uploads.making import File, chunk, drawing, header, jpeg, pdf, png, saved, with_chunk, with_segment


def archive() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        made.writestr("run.js", "alert(1)")
    return out.getvalue()


def tar() -> bytes:
    return b"a.txt".ljust(257, b"\0") + b"ustar\0" + b"00".ljust(249, b"\0") + b"x" * 512


SCRIPT = b"<script>alert(document.domain)</script>"
PAYLOADS: dict[str, bytes] = {
    "zip": archive(),
    "html": b"<html><body>" + SCRIPT + b"</body></html>",
    "doctype": b"<!DOCTYPE html><p>" + SCRIPT,
    "svg": b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
    "xml": b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>',
    "php": b"<?php system($_GET['c']); ?>",
    "pdf": pdf(),
    "png": png(),
    "gif": saved(drawing(), "GIF"),
    "bmp": saved(drawing(40, 30), "BMP"),
    "tiff": saved(drawing(40, 30), "TIFF"),
    "webp": b"RIFF\x24\0\0\0WEBPVP8 " + b"\0" * 24,
    "rar": b"Rar!\x1a\x07\x01\x00" + b"\x33" * 60,
    "7z": b"7z\xbc\xaf\x27\x1c\x00\x04" + b"\x11" * 60,
    "gzip": gzip.compress(b"x" * 100),
    "bzip2": b"BZh91AY&SY" + b"\x12" * 40,
    "xz": b"\xfd7zXZ\x00" + b"\x55" * 40,
    "tar": tar(),
    "cab": b"MSCF\0\0\0\0" + b"\x07" * 40,
    "elf": b"\x7fELF\x02\x01\x01" + b"\0" * 60,
    "exe": b"MZ\x90\0" + b"\0" * 60 + b"PE\0\0",
    "mach-o": b"\xcf\xfa\xed\xfe" + b"\x01" * 40,
    "class": b"\xca\xfe\xba\xbe\0\0\0\x34" + b"\0" * 30,
    "ole": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 60,
    "rtf": b"{\\rtf1\\ansi}" + b" " * 40,
    "postscript": b"%!PS-Adobe-3.0\n(%pipe%id) (w) file\n",
    "flash": b"CWS\x0a" + b"\0" * 40,
    "shell": b"#!/bin/sh\nid\n" + b"#" * 40,
    "shortcut": b"L\0\0\0\x01\x14\x02\0" + b"\0" * 60,
}
HOSTS = {"jpg": jpeg(), "png": png(), "pdf": pdf()}


def of_two_kinds() -> Iterator[File]:
    """Every pair, one behind the other, both ways round; and one inside the other's notes."""
    for ending, host in HOSTS.items():
        for kind, payload in PAYLOADS.items():
            yield File(f"{kind} behind {ending}", f"scan.{ending}", host + payload)
            if kind != ending:
                yield File(f"{kind} before {ending}", f"scan.{ending}", payload + host)
        yield File(f"zip far behind {ending}", f"scan.{ending}", host + b"\0" * 5000 + PAYLOADS["zip"])
        yield File(f"html behind blanks behind {ending}", f"scan.{ending}", host + b"\n" * 900 + PAYLOADS["html"])
    for kind in ("html", "svg", "php", "doctype"):
        yield File(f"{kind} in a JPEG's comment", "a.jpg", with_segment(jpeg(), 0xFE, b" " + PAYLOADS[kind]))
        yield File(f"{kind} in a JPEG's EXIF", "a.jpg", with_segment(jpeg(), 0xE1, b"Exif\0\0" + PAYLOADS[kind]))
        yield File(f"{kind} in a PNG's text", "a.png", with_chunk(png(), b"tEXt", b"Comment\0" + PAYLOADS[kind]))
    for kind in ("exe", "elf", "rar"):
        yield File(f"{kind} in a JPEG's comment", "a.jpg", with_segment(jpeg(), 0xFE, PAYLOADS[kind]), passes=True)
        yield File(f"{kind} in a PNG's text", "a.png", with_chunk(png(), b"prVt", PAYLOADS[kind]), passes=True)
    yield File("a PDF within the comment of a JPEG", "a.jpg", with_segment(jpeg(), 0xFE, pdf()[:60_000]))
    yield File("a zip whose comment is the rest of a JPEG", "a.jpg", commented_zip())
    yield File("a JPEG behind a PNG", "a.png", png() + jpeg())


def commented_zip() -> bytes:
    """The archive stands in the first note; its own comment claims what follows."""
    packed, rest = bytearray(archive()), jpeg()
    packed[-2:] = struct.pack("<H", len(rest) - 2)
    return with_segment(rest, 0xFE, bytes(packed))


def wrongly_named() -> Iterator[File]:
    contents = HOSTS | {kind: PAYLOADS[kind] + b" " * 300 for kind in ("html", "svg", "exe", "gif", "zip", "webp", "php")}
    for kind, data in contents.items():
        for ending in ("jpg", "png", "pdf"):
            if kind != ending:
                yield File(f"{kind} named {ending}", f"材料.{ending}", data)
    for ending in ("exe", "html", "svg", "php", "js", "hta", "gif", "jpg.exe", "pdf.lnk", "", "jpg ", "jpg.", "jp\u200dg.scr"):
        yield File(
            f"a JPEG named “{ending}”",
            f"材料.{ending}".rstrip(".") if not ending else f"材料.{ending}",
            jpeg(),
            ending in ("jpg ", "jpg."),
        )


LYING = (
    "../../../etc/passwd.jpg", "..\\..\\windows\\system32\\a.jpg", "C:\\Users\\a\\b.jpg", "/etc/cron.d/x.jpg", "a\0.jpg",
    "a\r\nSet-Cookie: x=1.jpg", "\u202egpj.exe.jpg", "a\u2066b\u2069.jpg", "\ufeffa.jpg", "x" * 400 + ".jpg", "   .jpg", ".jpg",
    "<script>alert(1)</script>.jpg", 'a";rm -rf.jpg', "a\u200b\u200c.jpg", "con.jpg", "~/.ssh/a.jpg", "%2e%2e%2fa.jpg",
)  # fmt: skip


def with_lying_names() -> Iterator[File]:
    """Harmless pictures: what matters is the name that people will read."""
    for name in LYING:
        yield File(f"named {name!r}"[:60], name, jpeg(), passes=True)


def swelling() -> Iterator[File]:
    """Small on disk, large in memory."""
    rows = zlib.compress(b"\0" * 30_000_000, 9)
    for width, height in ((65_000, 65_000), (100_000, 1000), (9_000, 9_000), (2**31 - 1, 2**31 - 1), (0, 0), (1, 40_000)):
        yield File(f"a PNG of {width} × {height}", "a.png", header(width, height) + chunk(b"IDAT", rows) + chunk(b"IEND", b""))
    yield File("a PNG whose data swells", "a.png", header(320, 240) + chunk(b"IDAT", rows) + chunk(b"IEND", b""))
    yield File("a PNG's text that swells", "a.png", with_chunk(png(), b"zTXt", b"a\0\0" + rows), passes=True)
    yield File("a PNG's profile that swells", "a.png", with_chunk(png(), b"iCCP", b"a\0\0" + rows), passes=True)
    large = bytearray(jpeg())
    at = large.index(b"\xff\xc0")
    large[at + 5 : at + 9] = struct.pack(">HH", 65_000, 65_000)
    yield File("a JPEG of 65 000 × 65 000", "a.jpg", bytes(large))
    yield File("a JPEG of many scans", "a.jpg", many_scans())
    for side in (1, 10, 99):
        yield File(
            f"a picture of {side} × {side}", "a.png", saved(Image.new("RGB", (side, side)), "PNG", compress_level=0).ljust(1, b"\0")
        )
    yield File("eleven megabytes", "a.jpg", jpeg() + b"\0" * 11_000_000)
    yield File("nothing", "a.jpg", b"")


def many_scans() -> bytes:
    """A progressive picture whose last scan comes two thousand times."""
    data = saved(drawing(3000, 2000), "JPEG", progressive=True, quality=70)
    last = data.rindex(b"\xff\xda")
    return data[:last] + data[last:-2] * min(2000, 9_000_000 // len(data[last:-2])) + b"\xff\xd9"


def cut_and_broken() -> Iterator[File]:
    for ending, host in HOSTS.items():
        for share in (0.3, 0.6, 0.9, 0.99):
            yield File(f"{ending} cut at {share}", f"a.{ending}", host[: int(len(host) * share)])
        yield File(f"{ending} of its first bytes alone", f"a.{ending}", host[:300])
        yield File(f"{ending} and noise", f"a.{ending}", host[:8] + bytes(range(256)) * 20)
    broken = bytearray(png())
    broken[len(broken) // 2] ^= 0xFF
    yield File("a PNG with a wrong checksum", "a.png", bytes(broken))
    yield File("a PNG without data", "a.png", header(320, 240) + chunk(b"IEND", b"") + b"")
    yield File("a PNG with an unknown critical chunk", "a.png", with_chunk(png(), b"EVIL", b"x" * 300))
    yield File("a PNG with two heads", "a.png", with_chunk(png(), b"IHDR", png()[16:29]))


def moving() -> Iterator[File]:
    frames = [drawing(320, 240), drawing(320, 240).rotate(90), drawing(320, 240).rotate(180)]
    yield File("an animated PNG", "a.png", saved(frames[0], "PNG", save_all=True, append_images=frames[1:], duration=50))
    yield File("a PNG that says it is animated", "a.png", with_chunk(png(), b"acTL", struct.pack(">II", 2, 0)))


def telling() -> Iterator[File]:
    """Where and by what a photo was taken: it passes, and the copy does not know."""
    exif = Image.Exif()
    exif[0x010F], exif[0x0110], exif[0x9286] = "Phone", "X100", "曹文公 家里"
    exif.get_ifd(0x8825).update({1: "N", 2: (39.0, 54.0, 20.0), 3: "E", 4: (116.0, 23.0, 29.0)})
    for form, ending in (("JPEG", "jpg"), ("PNG", "png")):
        yield File(f"{form} with its position", f"a.{ending}", saved(drawing(), form, exif=exif), passes=True)
    packet = b"http://ns.adobe.com/xap/1.0/\0<?xpacket?><x:xmpmeta xmlns:x='adobe:ns:meta/'>39.9 N</x:xmpmeta>"
    yield File("a JPEG with XMP", "a.jpg", with_segment(jpeg(), 0xE1, packet), passes=True)
    yield File("a JPEG with a comment", "a.jpg", saved(drawing(), "JPEG", comment=b"home address"), passes=True)


def all_pictures() -> list[File]:
    groups = (of_two_kinds, wrongly_named, with_lying_names, swelling, cut_and_broken, moving, telling)
    return [file for group in groups for file in group()]
