"""Bar codes and QR codes of a page, as texts."""

from __future__ import annotations

import zxingcpp
from PIL import Image, ImageFilter
from zxingcpp import BarcodeFormat, BarcodeFormats

from wangqian.documents.uploads.measures import TEXT, TEXTS

KINDS = BarcodeFormats([
    BarcodeFormat.QRCode, BarcodeFormat.DataMatrix, BarcodeFormat.PDF417, BarcodeFormat.Code128, BarcodeFormat.Code39,
    BarcodeFormat.EAN13,
])  # fmt: skip


def read(picture: Image.Image) -> list[str]:
    """What the codes say, each once, without what no screen shows."""
    grey = picture.convert("L")
    found = zxingcpp.read_barcodes(grey, formats=KINDS, try_invert=False)
    if not found:  # a photo taken in the dark: the grain hides the code
        found = zxingcpp.read_barcodes(grey.filter(ImageFilter.MedianFilter(3)), formats=KINDS, try_invert=False)
    texts = ["".join(filter(str.isprintable, one.text))[:TEXT] for one in found]
    return list(dict.fromkeys(filter(None, texts)))[:TEXTS]
