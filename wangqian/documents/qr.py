"""QR codes of verification addresses, as SVG: sharp on paper, small in a page."""

import io

import segno

QUIET_ZONE = 4  # modules of white around the symbol, ISO/IEC 18004


def svg(url: str, border: int = QUIET_ZONE) -> bytes:
    """SVG document of `url` at error correction M (15 %) or better; `border` in modules.

    Raises ValueError (segno.DataOverflowError) when the address exceeds 2 331 bytes.
    """
    out = io.BytesIO()
    code = segno.make_qr(url, error="m")
    code.save(out, kind="svg", border=border, xmldecl=False, svgclass=None, lineclass=None)
    return out.getvalue()
