"""What people really hand in, generated: photos as phones write them, screenshots, scans of one and of many pages."""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator
from functools import lru_cache

import pikepdf
import typst
from pikepdf import Array, Dictionary, Name, Pdf, Stream, String
from PIL import Image, ImageCms

from tests.uploads.making import File, add_scan, drawing, paper_with_code, pdf, png, saved, with_chunk, with_segment

SIZES = [(4000, 3000), (3000, 4000), (1080, 2400), (640, 480), (1654, 2339), (2480, 3508), (800, 600), (1920, 1080), (150, 900)]


def photos() -> Iterator[File]:
    for width, height in SIZES:
        yield File(f"a photo of {width} × {height}", f"IMG_{width}{height}.JPG", saved(drawing(width, height), "JPEG", quality=82))
    for value in range(1, 9):
        exif = Image.Exif()
        exif[0x0112], exif[0x010F] = value, "Phone"
        exif.get_ifd(0x8825).update({1: "N", 2: (39.0, 54.0, 20.0)})
        yield File(f"turned, by note {value}", f"turned{value}.jpg", saved(drawing(1200, 900), "JPEG", exif=exif))
    yield File("progressive", "p.jpg", saved(drawing(1600, 1200), "JPEG", progressive=True))
    yield File("of best quality", "q.jpeg", saved(drawing(1600, 1200), "JPEG", quality=98, subsampling=0))
    yield File("grey", "g.jpg", saved(drawing(1600, 1200, "L"), "JPEG"))
    yield File("of four inks", "cmyk.jpg", saved(drawing(1200, 900, "CMYK"), "JPEG"))
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    yield File("with a colour profile", "icc.jpg", saved(drawing(1200, 900), "JPEG", icc_profile=profile))
    yield File("with restart marks", "r.jpg", saved(drawing(1200, 900), "JPEG", restart_marker_rows=2))
    yield File("with a name in Chinese", "就业协议书（盖章）第1页.jpg", saved(drawing(1200, 900), "JPEG"))
    yield File("sent on by a chat", "mmexport1794000000000.jpg", saved(drawing(1080, 1440), "JPEG", quality=60))
    yield File("with a QR code", "code.jpg", saved(paper_with_code("https://example.edu.cn/verify/ABCD1234"), "JPEG", quality=80))


def behind_photos() -> Iterator[File]:
    """What phones write behind, and into, a picture."""
    photo = saved(drawing(1200, 900), "JPEG", quality=82)
    film = struct.pack(">I4s4sI", 16, b"ftyp", b"mp42", 0) + struct.pack(">I4s", 3008, b"mdat") + bytes(range(250)) * 12
    yield File("with a film behind it", "MVIMG.jpg", photo + film)
    yield File("with a second exposure", "hdr.jpg", photo + saved(drawing(320, 240, "L"), "JPEG"))
    directory = b"SEFH" + struct.pack("<II", 106, 0)
    yield File(
        "with its maker's trailer",
        "20270612.jpg",
        photo + b"\0\0\x01\x0aImage_UTC_Data1794" + directory + struct.pack("<I", 12) + b"SEFT",
    )
    yield File("with notes of the camera as JSON", "IMG.jpg", photo + b'vivo{"source":"camera","album":"1"}\0\0\0\x12')
    yield File("filled up with zeros", "zeros.jpg", photo + b"\0" * 4096)
    packet = (
        b"http://ns.adobe.com/xap/1.0/\0<?xpacket begin=''?><x:xmpmeta xmlns:x='adobe:ns:meta/'></x:xmpmeta><?xpacket end='w'?>"
    )
    yield File("with XMP", "xmp.jpg", with_segment(photo, 0xE1, packet))
    yield File(
        "with a small picture in its notes",
        "thumb.jpg",
        with_segment(photo, 0xE1, b"Exif\0\0MM\0*\0\0\0\x08\0\0\0\0\0\0" + saved(drawing(160, 120), "JPEG")),
    )
    several = saved(drawing(1200, 900), "MPO", save_all=True, append_images=[drawing(600, 450)])
    yield File("of several pictures (MPF)", "mpf.jpg", several)


def screenshots() -> Iterator[File]:
    for mode in ("RGB", "RGBA", "L", "LA", "P", "1"):
        yield File(f"PNG {mode}", f"shot-{mode}.png", saved(drawing(1080, 1600, "RGB").convert(mode), "PNG"))
    grey = Image.new("I;16", (1000, 800), 41_000)
    yield File("PNG, grey of 16 bits", "grey16.png", saved(grey, "PNG"))
    yield File("PNG, colours of 16 bits", "rgb16.png", deep())
    yield File("PNG in seven passes", "adam7.png", interlaced())
    yield File("PNG, palette with a clear colour", "pt.png", saved(drawing(800, 600, "P"), "PNG", transparency=0))
    yield File("PNG, palette of four bits", "p4.png", saved(drawing(800, 600).quantize(12), "PNG", bits=4))
    yield File(
        "PNG with density and time",
        "dpi.png",
        with_chunk(saved(drawing(800, 600), "PNG", dpi=(144, 144)), b"tIME", b"\x07\xeb\6\x0c\0\0\0"),
    )
    yield File("PNG with words", "words.png", with_chunk(png(), b"tEXt", b"Software\0Screenshot"))
    yield File("a long screenshot", "long.png", saved(drawing(1080, 9000), "PNG"))


def deep() -> bytes:
    import zlib

    from tests.uploads.making import chunk, header

    rows = b"".join(b"\0" + struct.pack(">HHH", 60_000, at * 60 % 65_536, 9_000) * 400 for at in range(300))
    return header(400, 300, depth=16) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def interlaced() -> bytes:
    """A grey picture of 8 bits in the seven passes of Adam7, each row unfiltered."""
    import zlib

    from tests.uploads.making import chunk

    width, height = 333, 222
    passes = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))
    rows = b"".join(
        b"\0" + bytes((column * row) % 256 for column in range(x, width, dx))
        for x, y, dx, dy in passes
        for row in range(y, height, dy)
    )
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 1)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def scans() -> Iterator[File]:
    for pages in (1, 3, 20):
        yield File(f"a scan of {pages} pages", f"scan{pages}.pdf", pdf(pages=pages))
    for mode in ("L", "CMYK"):
        yield File(f"a scan in {mode}", "scan.pdf", of_one(drawing(1240, 1754, mode)))
    for mode in ("RGB", "L", "1"):
        yield File(f"a scan in {mode} without loss", "flate.pdf", of_one(drawing(1240, 1754, mode), form="raw"))
    yield File("a scan across", "wide.pdf", of_one(drawing(1754, 1240), (842, 595)))
    yield File("a receipt", "receipt.pdf", of_one(drawing(600, 1800), (160, 480)))
    yield File("a photo put into a page of its own size", "photo.pdf", of_one(drawing(4000, 3000), (4000, 3000)))
    yield File(
        "as a program of pictures writes it",
        "pil.pdf",
        saved(drawing(1240, 1754), "PDF", save_all=True, append_images=[drawing(1754, 1240)], resolution=150),
    )
    yield File("made for the web", "linear.pdf", pdf(pages=3, linearize=True))
    yield File("with object streams", "packed.pdf", pdf(pages=2, object_stream_mode=pikepdf.ObjectStreamMode.generate))
    yield File("of version 1.3", "old.pdf", pdf(force_version="1.3", object_stream_mode=pikepdf.ObjectStreamMode.disable))
    yield File("with blank lines behind its end", "lf.pdf", pdf() + b"\r\n\r\n\0\0")
    yield File("set by a typesetter", "letter.pdf", letter())
    yield File(
        "with a QR code on each page", "codes.pdf", of_one(paper_with_code("https://example.edu.cn/verify/EFGH5678", 2480, 3508, 6))
    )


def of_one(picture: Image.Image, size: tuple[float, float] = (595, 842), form: str = "JPEG") -> bytes:
    with Pdf.new() as made:
        add_scan(made, picture, size, form)
        out = io.BytesIO()
        made.save(out)
        return out.getvalue()


@lru_cache(maxsize=1)
def letter() -> bytes:
    made = typst.compile(b'#set page(width: 210mm, height: 297mm)\n= Letter\n#lorem(200)\n#link("https://example.com")[site]')
    assert isinstance(made, bytes)
    return made


def opening(made: Pdf) -> None:
    made.Root.OpenAction = Dictionary(S=Name.GoTo, D=Array([made.pages[0].obj, Name.Fit]))


def viewed(made: Pdf) -> None:
    made.Root.OpenAction = Array([made.pages[0].obj, Name.XYZ, None, None, 0])
    made.Root.PageMode, made.Root.ViewerPreferences = Name.UseNone, Dictionary(FitWindow=True)


def turning_pages(made: Pdf) -> None:
    made.pages[0].obj.Trans, made.pages[0].obj.Dur = Dictionary(S=Name.Dissolve, D=1), 5


def linked(made: Pdf) -> None:
    site = Dictionary(S=Name.URI, URI=String("https://example.edu.cn/"))
    made.pages[0].Annots = Array([made.make_indirect(Dictionary(Subtype=Name.Link, Rect=Array([0, 0, 99, 99]), A=site))])


def outlined(made: Pdf) -> None:
    with made.open_outline() as outline:
        outline.root.append(pikepdf.OutlineItem("第 1 页", 0))


def described(made: Pdf) -> None:
    with made.open_metadata() as words:
        words["dc:title"] = "就业协议书"
    made.docinfo["/Producer"] = "Scanner 1.0"


def tagged(made: Pdf) -> None:
    tree = Dictionary(Type=Name.StructTreeRoot, K=Dictionary(S=Name.Document, A=Dictionary(O=Name.Layout, Placement=Name.Block)))
    made.Root.StructTreeRoot, made.Root.MarkInfo, made.Root.Lang = (
        made.make_indirect(tree),
        Dictionary(Marked=True),
        String("zh-CN"),
    )


def signed(made: Pdf) -> None:
    """A seal of somebody else's: a signature's field with its picture."""
    look = made.make_indirect(
        Stream(made, b"1 0 0 RG 5 5 90 90 re S", Type=Name.XObject, Subtype=Name.Form, BBox=Array([0, 0, 100, 100]))
    )
    value = made.make_indirect(
        Dictionary(Type=Name.Sig, Filter=Name("/Adobe.PPKLite"), Contents=String("00" * 64), ByteRange=Array([0, 1, 2, 3]))
    )
    seal = made.make_indirect(
        Dictionary(
            FT=Name.Sig,
            T=String("seal"),
            V=value,
            Type=Name.Annot,
            Subtype=Name.Widget,
            Rect=Array([100, 100, 200, 200]),
            F=132,
            AP=Dictionary(N=look),
        )
    )
    made.Root.AcroForm, made.pages[0].Annots = Dictionary(Fields=Array([seal]), SigFlags=3), Array([seal])


def labelled(made: Pdf) -> None:
    made.Root.PageLabels = Dictionary(Nums=Array([0, Dictionary(S=Name.D)]))


def remarked(made: Pdf) -> None:
    note = Dictionary(Type=Name.Annot, Subtype=Name.Text, Rect=Array([9, 9, 29, 29]), Contents=String("已核对"), F=4)
    made.pages[0].Annots = Array([made.make_indirect(note)])


def layered(made: Pdf) -> None:
    layer = made.make_indirect(Dictionary(Type=Name.OCG, Name=String("扫描")))
    made.Root.OCProperties = Dictionary(OCGs=Array([layer]), D=Dictionary(ON=Array([layer])))


HARMLESS = (opening, viewed, turning_pages, linked, outlined, described, tagged, signed, labelled, remarked, layered)


def harmless() -> Iterator[File]:
    for change in HARMLESS:
        yield File(f"a PDF {change.__name__}", f"{change.__name__}.pdf", pdf(change))


def revised() -> Iterator[File]:
    from tests.uploads.pdf_attacks import added_to

    plain = pdf(object_stream_mode=pikepdf.ObjectStreamMode.disable)
    yield File("a PDF added to once", "added.pdf", added_to(plain, b"<< /Note (1) >>"))
    yield File(
        "a PDF added to three times", "added3.pdf", added_to(added_to(added_to(plain, b"<< /A 1 >>"), b"<< /B 1 >>"), b"<< /C 1 >>")
    )


def all_files() -> list[File]:
    return [file for group in (photos, behind_photos, screenshots, scans, harmless, revised) for file in group()]
