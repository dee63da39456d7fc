"""单位性质 against the kind of organisation that a credit code names (codes.md §2): a hint for people, never an error."""

from __future__ import annotations

from django.utils.translation import gettext as _

from wangqian.codes.table import table


def doubt(uscc: str, nature: str) -> str:
    """Why the two do not go together; "" when they do, or when the code says nothing about it."""
    natures = table("employer_nature")
    row = natures.get(nature)
    usual = [one for one in natures if uscc[:2] in prefixes(one.extra["uscc_prefix"])]
    if row is None or not usual or row.code in {one.code for one in usual}:
        return ""
    names = "、".join(one.name for one in usual if one.valid_to is None)
    facts = {"prefix": uscc[:2], "names": names}
    return _("信用代码以 %(prefix)s 开头的单位，性质一般是：%(names)s。请核对") % facts


def prefixes(cell: str) -> list[str]:
    return [prefix for prefix in cell.split(";") if prefix]
