"""What people type and paste, made comparable."""

import re
import unicodedata

# White space, and the invisible marks that spreadsheets and web pages add when a number is copied.
_UNSEEN = re.compile(r"[\s\u00ad\u200b-\u200f\u202a-\u202e\u2060\ufeff]+")


def half_width(text: str) -> str:
    """Upper case, half-width, without white space and invisible characters."""
    return _UNSEEN.sub("", unicodedata.normalize("NFKC", text)).upper()
