"""Identity numbers where none belong: found, masked, never stored in plain. And keys in the form in which rows are compared."""

from __future__ import annotations

import re
from datetime import date

from wangqian.codes import resident_id
from wangqian.codes.width import half_width
from wangqian.people import identity

_NUMBER = re.compile(r"(?<!\d)\d{17}[\dXx](?!\d)")


def compared(cell: str) -> str:
    """Keys of rows in the form in which they are compared."""
    return cell.upper() if cell.isascii() and cell.isalnum() else half_width(cell)


def hidden(text: str) -> str:
    """The text with every identity number in it masked."""
    return _NUMBER.sub(lambda found: identity.masked(found.group()), text)


def holds_identity(text: str) -> bool:
    return any(_valid(found) for found in _NUMBER.findall(text))


def _valid(number: str) -> bool:
    try:
        return resident_id.parse(number, date.max) is not None
    except ValueError:
        return False
