"""PDFs that act, fetch, carry or hide something: every action, in every place it may stand, written in several ways."""

from __future__ import annotations

import io
import zlib
from collections.abc import Callable, Iterator

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, Pdf, Stream, String

from tests.uploads.making import File, pdf

Action = Callable[[Pdf], Dictionary]


def act(kind: str, **words: object) -> Action:
    return lambda made: Dictionary(Type=Name.Action, S=Name(kind), **words)


ACTIONS: dict[str, Action] = {
    "JavaScript": act("/JavaScript", JS=String("app.alert(1)")),
    "JavaScript in a stream": lambda made: Dictionary(S=Name.JavaScript, JS=made.make_indirect(Stream(made, b"app.alert(1)"))),
    "Launch": act("/Launch", F=String("cmd.exe")),
    "Launch with Win": act("/Launch", Win=Dictionary(F=String("cmd.exe"), P=String("/c calc"))),
    "SubmitForm": act("/SubmitForm", F=String("https://example.com/")),
    "ImportData": act("/ImportData", F=String("\\\\host\\share\\a.fdf")),
    "ResetForm": act("/ResetForm"),
    "GoToR": act("/GoToR", F=String("\\\\host\\share\\a.pdf"), D=Array([0, Name.Fit])),
    "GoToE": act("/GoToE", T=Dictionary(R=Name.C, N=String("a.pdf"))),
    "Rendition": act("/Rendition", OP=0),
    "Movie": act("/Movie", T=String("a")),
    "Sound": act("/Sound"),
    "RichMediaExecute": act("/RichMediaExecute"),
    "Thread": act("/Thread", F=String("b.pdf"), D=0),
    "Hide": act("/Hide", T=String("a")),
    "SetOCGState": act("/SetOCGState", State=Array([Name.ON])),
    "Named Print": act("/Named", N=Name.Print),
    "URI to a share": act("/URI", URI=String("file://host/share/a")),
    "URI with script": act("/URI", URI=String("javascript:alert(1)")),
    "UNC": act("/URI", URI=String("\\\\host\\share")),
    "unknown": act("/Surprise"),
}


def at_opening(made: Pdf, action: Dictionary) -> None:
    made.Root.OpenAction = action


def indirect(made: Pdf, action: Dictionary) -> None:
    made.Root.OpenAction = made.make_indirect(action)


def on_a_link(made: Pdf, action: Dictionary) -> None:
    link = Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=Array([0, 0, 600, 800]), A=action)
    made.pages[0].Annots = Array([made.make_indirect(link)])


def after_a_page(made: Pdf, action: Dictionary) -> None:
    target = Array([made.pages[0].obj, Name.Fit])
    made.Root.OpenAction = Dictionary(S=Name.GoTo, D=target, Next=Array([action]))


def in_the_outline(made: Pdf, action: Dictionary) -> None:
    item = made.make_indirect(Dictionary(Title=String("打开"), A=action))
    made.Root.Outlines = made.make_indirect(Dictionary(Type=Name.Outlines, First=item, Last=item, Count=1))


PLACES = (at_opening, indirect, on_a_link, after_a_page, in_the_outline)


def acting() -> Iterator[File]:
    for name, action in ACTIONS.items():
        for place in PLACES:
            yield File(f"{name} {place.__name__}", "scan.pdf", pdf(lambda made, a=action, p=place: p(made, a(made))))  # type: ignore[misc]
        hidden = pdf(lambda made, a=action: at_opening(made, a(made)), object_stream_mode=pikepdf.ObjectStreamMode.generate)  # type: ignore[misc]
        yield File(f"{name} in an object stream", "scan.pdf", hidden)


def attached(made: Pdf) -> Dictionary:
    body = made.make_indirect(Stream(made, b"MZ", Type=Name.EmbeddedFile))
    return made.make_indirect(Dictionary(Type=Name.Filespec, F=String("a.exe"), UF=String("a.exe"), EF=Dictionary(F=body)))


def put(target: str, value: Callable[[Pdf], object]) -> Callable[[Pdf], None]:
    """Something under a key of the catalogue."""
    return lambda made: made.Root.__setitem__(target, value(made))


def note(**words: object) -> Callable[[Pdf], None]:
    def change(made: Pdf) -> None:
        made.pages[0].Annots = Array([made.make_indirect(Dictionary(Type=Name.Annot, Rect=Array([0, 0, 9, 9]), **words))])

    return change


def field(kind: str) -> Callable[[Pdf], Dictionary]:
    def form(made: Pdf) -> Dictionary:
        one = made.make_indirect(Dictionary(FT=Name(kind), T=String("a"), Subtype=Name.Widget, Rect=Array([0, 0, 9, 9])))
        return Dictionary(Fields=Array([one]))

    return form


def script(made: Pdf) -> Dictionary:
    return Dictionary(S=Name.JavaScript, JS=String("1"))


CHANGES: dict[str, Callable[[Pdf], None]] = {
    "script by name": put("/Names", lambda made: Dictionary(JavaScript=Dictionary(Names=Array([String("a"), script(made)])))),
    "attachment by name": put("/Names", lambda made: Dictionary(EmbeddedFiles=Dictionary(Names=Array([String("a"), attached(made)])))),
    "associated file": put("/AF", lambda made: Array([attached(made)])),
    "portfolio": put("/Collection", lambda made: Dictionary(View=Name.T)),
    "catalogue AA": put("/AA", lambda made: Dictionary(WC=script(made))),
    "page AA": lambda made: made.pages[0].obj.__setitem__("/AA", Dictionary(O=script(made))),
    "text form": put("/AcroForm", field("/Tx")),
    "button form": put("/AcroForm", field("/Btn")),
    "choice form": put("/AcroForm", field("/Ch")),
    "XFA": put("/AcroForm", lambda made: Dictionary(Fields=Array([]), XFA=made.make_indirect(Stream(made, b"<xdp/>")))),
    "needs rendering": put("/Requirements", lambda made: Array([Dictionary(S=Name.EnableJavaScripts)])),
    "renditions": put("/Names", lambda made: Dictionary(Renditions=Dictionary(Names=Array([])))),
    "file annotation": lambda made: note(Subtype=Name.FileAttachment, FS=attached(made))(made),
    "movie": note(Subtype=Name.Movie, Movie=Dictionary(F=String("a.avi"))),
    "sound": note(Subtype=Name.Sound),
    "screen": note(Subtype=Name.Screen),
    "3D": note(Subtype=Name("/3D")),
    "rich media": note(Subtype=Name.RichMedia),
    "annotation AA": lambda made: note(Subtype=Name.Link, AA=Dictionary(E=script(made)))(made),
    "external stream": lambda made: made.Root.__setitem__("/Data", made.make_indirect(Stream(made, b"", F=String("\\\\host\\a")))),
    "reference page": lambda made: made.Root.__setitem__("/X", referring(made)),
    "PostScript": lambda made: made.Root.__setitem__("/X", made.make_indirect(Stream(made, b"quit", Subtype=Name.PS))),
    "orphan script": lambda made: made.trailer.__setitem__("/Spare", made.make_indirect(script(made))),
    "script in the structure": put("/StructTreeRoot", lambda made: Dictionary(K=Dictionary(S=Name.P, A=script(made)))),
    "deep nesting": put("/Deep", lambda made: nested(200)),
    "21 pages": lambda made: [made.add_blank_page() for _ in range(20)] and None,  # type: ignore[func-returns-value]
    "a page of three kilometres": lambda made: made.pages[0].__setattr__("MediaBox", Array([0, 0, 9_000_000, 9_000_000])),
    "a page of nothing": lambda made: made.pages[0].__setattr__("MediaBox", Array([0, 0, 1, 1])),
    "a picture of 10¹⁰ pixels": lambda made: made.pages[0].Resources.XObject.Im0.__setattr__("Width", 100_000_000),
    "a page that swells": lambda made: made.pages[0].__setattr__("Contents", swollen(made)),
    "55 000 objects": lambda made: made.Root.__setitem__("/Many", Array([Dictionary(), *[Dictionary()] * 55_000])),
}  # fmt: skip


def referring(made: Pdf) -> Object:
    return made.make_indirect(Stream(made, b"", Subtype=Name.Form, Ref=Dictionary(F=String("a"))))


def nested(depth: int) -> Array:
    inner = Array([1])
    for _ in range(depth):
        inner = Array([inner])
    return inner


def swollen(made: Pdf) -> Object:
    stream = Stream(made, zlib.compress(b" " * 300_000_000, 1))
    stream.Filter = Name.FlateDecode
    return made.make_indirect(stream)


def carrying() -> Iterator[File]:
    for name, change in CHANGES.items():
        data = pdf(change, stream_decode_level=pikepdf.StreamDecodeLevel.none)
        yield File(name, "scan.pdf", data[:10_000_000])


def locked() -> Iterator[File]:
    for name, owner, user in (("a password", "a", "b"), ("limits of use", "a", "")):
        yield File(f"PDF with {name}", "scan.pdf", pdf(encryption=pikepdf.Encryption(owner=owner, user=user, R=6)))


def added_to(data: bytes, body: bytes, root: bytes = b"") -> bytes:
    """One more revision: an object, a table of one entry, a trailer."""
    start = data.rindex(b"startxref")
    before = data[start + 9 :].split()[0]
    with pikepdf.open(io.BytesIO(data)) as pdf_:
        size, catalogue = int(pdf_.trailer.Size), pdf_.trailer.Root.objgen[0]
    number = size if not root else int(root)
    at = len(data)
    new = b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"xref\n%d 1\n%010d 00000 n \n" % (number, at)
    trailer = b"trailer\n<< /Size %d /Root %d 0 R /Prev %s >>\nstartxref\n%d\n%%%%EOF\n" % (
        size + 1,
        catalogue,
        before,
        at + len(new),
    )
    return data + new + table + trailer


def revised() -> Iterator[File]:
    """A later revision adds, or takes back, what must not be there."""
    plain = pdf(object_stream_mode=pikepdf.ObjectStreamMode.disable)
    scripted = pdf(lambda made: at_opening(made, script(made)), object_stream_mode=pikepdf.ObjectStreamMode.disable)
    with pikepdf.open(io.BytesIO(plain)) as read:
        root = str(read.trailer.Root.objgen[0]).encode()
        pages = read.trailer.Root.Pages.objgen[0]
    clean = b"<< /Type /Catalog /Pages %d 0 R >>" % pages
    evil = b"<< /Type /Catalog /Pages %d 0 R /OpenAction << /S /JavaScript /JS (1) >> >>" % pages
    yield File("a revision that adds a script", "scan.pdf", added_to(plain, evil, root))
    yield File("a revision that adds an object nobody names", "scan.pdf", added_to(plain, b"<< /S /Launch /F (cmd) >>"))
    with pikepdf.open(io.BytesIO(scripted)) as read:
        first = str(read.trailer.Root.objgen[0]).encode()
        clean = b"<< /Type /Catalog /Pages %d 0 R >>" % read.trailer.Root.Pages.objgen[0]
    yield File("a revision that takes a script back", "scan.pdf", added_to(scripted, clean, first))
    many = plain
    for _ in range(14):
        many = added_to(many, b"<< /A 1 >>")
    yield File("fourteen revisions", "scan.pdf", many)


def spelled() -> Iterator[File]:
    """Not where, or not what, it says."""
    scripted = pdf(lambda made: at_opening(made, script(made)), object_stream_mode=pikepdf.ObjectStreamMode.disable)
    moved = scripted.replace(b"startxref\n", b"startxref\n9")
    yield File("a table that is not where it says", "scan.pdf", moved)
    yield File("no table", "scan.pdf", scripted.replace(b"xref", b"xxxx"))
    yield File("a header in the middle", "scan.pdf", b" " * 500 + scripted)
    yield File("version 9", "scan.pdf", b"%PDF-9.9" + scripted[8:])


def by_hand(*parts: bytes) -> bytes:
    """A PDF whose objects stand as they are given, the catalogue first: a writer would spell and pack them its own way."""
    out, places = b"%PDF-1.7\n", []
    for number, part in enumerate(parts, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, part)
    table = b"xref\n0 %d\n0000000000 65535 f \n" % (len(parts) + 1) + b"".join(b"%010d 00000 n \n" % place for place in places)
    return out + table + b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(parts) + 1, len(out))


PAGES = b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>"
PAGE = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R >>"
BLANK = b"<< /Length 1 >>\nstream\nn\nendstream"


def raw() -> Iterator[File]:
    """Words spelled so that a search for bytes misses them; data packed twice. And the control: the same by hand, harmless."""
    for name, action in (
        ("an escaped name", b"/S /Jav#61Script /JS (1)"),
        ("a name in hexadecimals", b"/S /JavaScript /#4a#53 (1)"),
        ("a launch, escaped", b"/S /L#61unch /F (cmd)"),
    ):
        catalogue = b"<< /Type /Catalog /Pages 2 0 R /OpenAction << %s >> >>" % action
        yield File(name, "scan.pdf", by_hand(catalogue, PAGES, PAGE, BLANK))
    packed = zlib.compress(zlib.compress(b" " * 300_000_000, 1))
    twice = b"<< /Length %d /Filter [/FlateDecode /FlateDecode] >>\nstream\n%s\nendstream" % (len(packed), packed)
    plain = b"<< /Type /Catalog /Pages 2 0 R >>"
    yield File("a page that swells twice", "scan.pdf", by_hand(plain, PAGES, PAGE, twice))
    yield File("by hand and harmless", "scan.pdf", by_hand(plain, PAGES, PAGE, BLANK), passes=True)


def all_papers() -> list[File]:
    return [file for group in (acting, carrying, locked, revised, spelled, raw) for file in group()]

