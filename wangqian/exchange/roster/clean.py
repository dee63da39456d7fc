"""One cell → what is stored: `codes/cells.py`, and what only a spreadsheet does to a number."""

from __future__ import annotations

from django.utils.translation import gettext as _

from wangqian.codes import cells
from wangqian.codes.cells import code_of, document_kind, passport, visible
from wangqian.exchange.sheet import Lossy

__all__ = ["BY_KIND", "code_of", "document_kind", "number", "passport", "visible"]


def number(cell: str) -> str:
    """考生号, 学号: letters and digits, all of them."""
    if isinstance(cell, Lossy):
        raise ValueError(_("此格是数字格式，末几位已被表格软件改变。请把该列设为文本格式，重新填写"))
    return cells.number(cell)


BY_KIND = {**cells.BY_KIND, "number": number}
