"""What a PDF must not hold: every object of every revision is looked at, reachable or not.

Refused is whatever acts, fetches, or carries another file: scripts, launching, forms, attachments, media. Harmless and common, so
allowed: going to a page when it opens, page transitions, links to web pages (the copies people look at have none), signatures.
"""

from __future__ import annotations

import io
import zlib
from collections.abc import Iterator
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, Pdf, Stream, String

from wangqian.documents.uploads.measures import DEPTH, INFLATED, OBJECTS, PAGES, PIXELS, REVISIONS, STREAM, TAIL
from wangqian.documents.uploads.structure import no_archive
from wangqian.documents.uploads.verdict import Bad

# Keys that are wrong wherever they stand; values of /Type, of /Subtype; and those of /S that are actions.
KEYS = {
    "/JS", "/JavaScript", "/AA", "/EF", "/EmbeddedFiles", "/EmbeddedFile", "/AF", "/XFA", "/RichMediaContent", "/RichMediaSettings",
    "/Renditions", "/AlternatePresentations", "/OPI", "/Collection", "/Requirements", "/Launch", "/Encrypt", "/FFilter", "/FDecodeParms",
}  # fmt: skip
KINDS = {"/Filespec", "/F", "/EmbeddedFile", "/3D", "/Rendition", "/MediaClip"}
DRAWN = {"/PS", "/FileAttachment", "/Movie", "/Sound", "/Screen", "/3D", "/RichMedia", "/Projection", "/PRM"}
ACTS = {
    "/JavaScript", "/Launch", "/GoToR", "/GoToE", "/SubmitForm", "/ResetForm", "/ImportData", "/Rendition", "/Movie", "/Sound",
    "/RichMediaExecute", "/GoTo3DView", "/GoToDp", "/Thread", "/Hide", "/SetOCGState", "/Trans",
}  # fmt: skip
LEADING = {"/A", "/OpenAction", "/Next", "/PA"}  # keys that lead to actions
QUIET = {"/GoTo", "/Named", "/URI"}  # actions that are let through
PAGES_NAMED = {"/NextPage", "/PrevPage", "/FirstPage", "/LastPage"}
SCHEMES = ("http://", "https://", "mailto:", "tel:")
BLANK = b"\0\t\n\f\r "
END = b"%%EOF"


def look(data: bytes) -> bytes:
    """The PDF as one plain revision, written anew by the parser that read it. Raises Bad."""
    last = data.rfind(END)
    tail = data[last + len(END) :] if last >= 0 else b""
    if last < 0:
        raise Bad("cut_off")
    if len(tail) > TAIL or tail.strip(BLANK) or data.count(b"%PDF-") > 1:
        raise Bad("two_kinds")
    no_archive(data)
    ends = list(revisions(data))
    if len(ends) > REVISIONS:
        raise Bad("too_many_objects")
    linearized = b"/Linearized" in data[:1024]
    for number, end in enumerate(ends[:-1]):
        earlier(data[:end], part=linearized and number == 0)
    with opened(data) as pdf:
        allowed(pdf)
        out = io.BytesIO()
        pdf.save(out, compress_streams=False, stream_decode_level=pikepdf.StreamDecodeLevel.none)
        return out.getvalue()


def revisions(data: bytes) -> Iterator[int]:
    """Where each revision ends: what was added later does not unsay what stood there."""
    at = data.find(END)
    while at >= 0:
        yield at + len(END)
        at = data.find(END, at + 1)


def earlier(data: bytes, part: bool) -> None:
    """A revision before the last; the first end of a file made for the web ends none."""
    try:
        with opened(data) as pdf:
            allowed(pdf)
    except Bad as bad:
        if bad.word != "damaged" or not part:
            raise


def opened(data: bytes) -> Pdf:
    try:
        pdf = Pdf.open(io.BytesIO(data), attempt_recovery=False, suppress_warnings=True)
    except pikepdf.PasswordError as locked:
        raise Bad("locked") from locked
    except (pikepdf.PdfError, ValueError, RuntimeError, OverflowError) as broken:
        raise Bad("damaged") from broken
    if pdf.is_encrypted:
        raise Bad("locked")
    return pdf


def allowed(pdf: Pdf) -> None:
    """Raises Bad at the first thing that must not be."""
    try:
        if not 1 <= len(pdf.pages) <= PAGES:
            raise Bad("too_many_pages" if len(pdf.pages) else "damaged", most=PAGES)
        forms(pdf.Root)
        budget = Budget()
        budget.walk(pdf.trailer)
        for each in pdf.objects:
            budget.walk(each)
    except (pikepdf.PdfError, ValueError, RuntimeError, OverflowError, TypeError, KeyError) as broken:
        raise Bad("damaged") from broken


def forms(root: Object) -> None:
    """A form may hold signatures and nothing to fill in."""
    form = root.get("/AcroForm")
    if form is None:
        return
    if not isinstance(form, Dictionary) or "/XFA" in form:
        raise Bad("form")
    waiting: list[tuple[Any, Any]] = [(field, None) for field in form.get("/Fields", [])]
    seen = 0
    while waiting:
        field, kind = waiting.pop()
        seen += 1
        if seen > OBJECTS or not isinstance(field, Dictionary):
            raise Bad("form")
        kind = field.get("/FT", kind)
        kids = list(field.get("/Kids", []))
        if not kids and kind != Name.Sig:
            raise Bad("form")
        waiting += [(kid, kind) for kid in kids]


class Budget:
    """One walk over one file, and what is left of what it may cost."""

    def __init__(self) -> None:
        self.objects, self.inflated = OBJECTS, INFLATED

    def walk(self, top: Object) -> None:
        """An object and what stands in it; what it refers to is an object of its own."""
        waiting: list[tuple[Any, int]] = [(top, 0)]
        while waiting:
            one, depth = waiting.pop()
            self.objects -= 1
            if self.objects < 0 or depth > DEPTH:
                raise Bad("too_many_objects")
            if isinstance(one, Dictionary | Stream):
                self.dictionary(one)
                waiting += [(value, depth + 1) for value in one.values() if apart(value)]
            elif isinstance(one, Array):
                waiting += [(value, depth + 1) for value in one if apart(value)]

    def dictionary(self, one: Any) -> None:
        names = set(one.keys())
        if names & KEYS or word(one, "/S") in ACTS or not all(quiet(one.get(name)) for name in names & LEADING):
            raise Bad("active")
        if word(one, "/Type") in KINDS or word(one, "/Subtype") in DRAWN or ("/Ref" in names and word(one, "/Subtype") == "/Form"):
            raise Bad("active")
        if (word(one, "/S") == "/Named" and word(one, "/N") not in PAGES_NAMED) or not goes_to_a_site(one.get("/URI")):
            raise Bad("active")
        if isinstance(one, Stream):
            self.stream(one)

    def stream(self, one: Stream) -> None:
        """Pictures of bearable size, data that does not swell; none that lies in another file."""
        if "/F" in one:
            raise Bad("active")
        if word(one, "/Subtype") == "/Image":
            width, height = int(one.get("/Width", 0)), int(one.get("/Height", 0))
            if width * height > PIXELS or width < 0 or height < 0:
                raise Bad("too_many_pixels", most=PIXELS // 1_000_000)
        given = one.get("/Filter")
        filters = [str(name) for name in (given if isinstance(given, Array) else [given] if given is not None else [])]
        if len(filters) > 3 or "/Crypt" in filters:
            raise Bad("active")
        data = one.read_raw_bytes()
        for name in filters:
            if name not in ("/FlateDecode", "/Fl"):
                break
            data = self.inflate(data, keep=len(filters) > 1)
        if {"/LZWDecode", "/LZW", "/RunLengthDecode", "/RL"} & set(filters) and len(data) > 1_000_000:
            raise Bad("too_large_inside")

    def inflate(self, data: bytes, keep: bool) -> bytes:
        """What the data inflates to, kept only where another filter follows."""
        engine, kept, length = zlib.decompressobj(), [], 0
        try:
            while data and not engine.eof:
                part = engine.decompress(data, 1 << 20)
                data, length = engine.unconsumed_tail, length + len(part)
                self.inflated -= len(part)
                if self.inflated < 0 or length > STREAM or (keep and length > STREAM // 8):
                    raise Bad("too_large_inside")
                kept += [part] if keep else []
        except zlib.error as broken:
            raise Bad("damaged") from broken
        return b"".join(kept)


def apart(value: Any) -> bool:
    """Whether it is looked at here: a container that stands in its parent."""
    return isinstance(value, Dictionary | Stream | Array) and not value.is_indirect


def quiet(value: Any) -> bool:
    """Whether what stands under a key that leads to actions leads to none but those let through (attributes have no /S)."""
    if isinstance(value, Array):
        return all(quiet(each) for each in value if isinstance(each, Dictionary))
    return not isinstance(value, Dictionary) or "/S" not in value or word(value, "/S") in QUIET


def word(one: Any, name: str) -> str:
    value = one.get(name)
    return str(value) if isinstance(value, Name) else ""


def goes_to_a_site(target: Any) -> bool:
    """A link to a web page or an address; never to a file or another machine's share. (A base for links is a dictionary.)"""
    if target is None or isinstance(target, Dictionary):
        return True
    return isinstance(target, String) and str(target).strip().lower().startswith(SCHEMES)
