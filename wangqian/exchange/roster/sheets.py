"""Spreadsheets to download: the rows with errors, and the template. Every cell is text; no cell can be a formula."""

from __future__ import annotations

import io
import tempfile
from collections.abc import Iterator
from pathlib import Path

import xlsxwriter
from django.utils.translation import gettext as _
from xlsxwriter.worksheet import Worksheet

from wangqian.exchange.models import Import, RowStatus
from wangqian.exchange.roster import desk
from wangqian.exchange.roster.columns import COLUMNS, PAIRS, Column
from wangqian.exchange.roster.views import error_row, opened
from wangqian.people.models import Actor

_OPTIONS = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
CHUNK = 64 * 1024
_CODED = frozenset(code.key for code in PAIRS.values())


def error_sheet(job: Import, actor: Actor) -> Iterator[bytes]:
    """An xlsx of the rows with errors as they were uploaded, the wrong cells marked, with a last column 错误.

    It can be corrected and uploaded again as it is. It holds identity numbers in plain, so the download is logged.
    """
    desk.own(actor, job.school)
    rows = desk.rows_of(job, RowStatus.ERROR)
    desk.log(actor, _("下载生源信息导入错误表：%(count)d行") % {"count": rows.count()}, what="roster_errors")
    with tempfile.TemporaryDirectory(prefix="wangqian-") as folder:
        path = Path(folder) / "errors.xlsx"
        with xlsxwriter.Workbook(path, {**_OPTIONS, "constant_memory": True, "tmpdir": folder}) as book:
            red = book.add_format({"bg_color": "#FADBD8", "num_format": "@"})
            bold = book.add_format({"bold": True, "num_format": "@"})
            sheet = book.add_worksheet(_("错误"))
            headers = [header for header, _key in job.headers]
            _line(sheet, 0, [*headers, _("错误")], {}, bold)
            for place, row in enumerate(rows.iterator(chunk_size=2000), 1):
                content = opened(job, row)
                cells = [*content["cells"], *[""] * (len(headers) - len(content["cells"]))][: len(headers)]
                marks = {where: red for where, _sentence in content["problems"] if where >= 0}
                said = "；".join(f"{wrong.cell} {wrong.sentence}".strip() for wrong in error_row(job, row).wrong)
                _line(sheet, place, [*cells, said[:32000]], marks, None)
        with path.open("rb") as file:
            while chunk := file.read(CHUNK):
                yield chunk


def _line(sheet: Worksheet, row: int, cells: list[str], marks: dict[int, object], default: object) -> None:
    for place, cell in enumerate(cells):
        style = marks.get(place, default)
        if cell or style:
            sheet.write_string(row, place, cell, style)


def template() -> bytes:
    """An empty roster: a note, then the headers; text format throughout, so that numbers keep their digits."""
    made = io.BytesIO()
    with xlsxwriter.Workbook(made, {**_OPTIONS, "in_memory": True}) as book:
        text = book.add_format({"num_format": "@"})
        bold = book.add_format({"num_format": "@", "bold": True})
        needed = book.add_format({"num_format": "@", "bold": True, "bg_color": "#FCF3CF"})
        wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        sheet = book.add_worksheet(_("生源信息"))
        columns = [column for column in COLUMNS if column.key not in _CODED]
        sheet.set_column(0, len(columns) - 1, 16, text)
        sheet.set_row(0, 64)
        sheet.merge_range(0, 0, 0, 11, note(), wrapped)
        for place, column in enumerate(columns):
            sheet.write_string(1, place, title(column), needed if column.required else bold)
        sheet.freeze_panes(2, 3)
    return made.getvalue()


def title(column: Column) -> str:
    return f"*{column.label}" if column.required else column.label


def note() -> str:
    return _(
        "带 * 的列必填；考生号、学号至少填一项。学历、培养方式等可填代码或名称。空白单元格不会清除已有内容；要清除请填“[清空]”。"
        "请勿使用公式；证件号、学号请保持文本格式。多余的列会按原样保存。"
    )
