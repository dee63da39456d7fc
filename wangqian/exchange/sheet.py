"""Reading a spreadsheet: rows of text, whatever the file was. No row is stored here."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time

from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from wangqian.chart.words import Refused
from wangqian.exchange import gate

Row = list[str]
# Characters by which spreadsheet programs recognise a formula, their full-width forms, and those skipped before one.
STARTS = frozenset("=+-@＝＋－＠﹢﹣﹦﹫−\t\r\n")
BLANKS = " \u3000\xa0"  # no tab: a leading one is judged by `inspect`
_HARMLESS = frozenset("+-0123456789 ()（）")


class Lossy(str):
    """Text of a numeric cell with more digits than a spreadsheet keeps: its last digits are not those that were typed."""

    __slots__ = ()


class Sheet:
    """`rows()` may be called again; each row is (number as the spreadsheet counts, cells without outer white space)."""

    def __init__(self, form: str, content: bytes) -> None:
        """Raises Refused for files that cannot be read."""
        self._source = Workbook(content) if form == "xlsx" else Text(content)

    @property
    def height(self) -> int:
        """About how many rows there are: a measure for the progress bar."""
        return self._source.height

    def rows(self) -> Iterator[tuple[int, Row]]:
        """Every row that is not blank. Raises Refused (formula, too long, too many)."""
        count = 0
        for number, cells in self._source.rows():
            if any(cells):
                count += 1
                if count > gate.MAX_ROWS + 10:
                    raise gate.too_many_rows()
                yield number, cells


def inspect(number: int, cells: Row) -> None:
    """Refuse the file for a cell that could act as a formula or is longer than any honest one. Raises Refused."""
    if {cell[0] for cell in cells if cell} & STARTS:
        for column, cell in enumerate(cells):
            if cell and cell[0] in STARTS and not harmless(cell):
                raise gate.formula(gate.cell_name(column, number))
    if max(map(len, cells)) > gate.MAX_CHARACTERS:
        column = next(place for place, cell in enumerate(cells) if len(cell) > gate.MAX_CHARACTERS)
        cell, limit = gate.cell_name(column, number), gate.MAX_CHARACTERS
        raise Refused("单元格{cell}超过{limit}个字，文件未作处理。请缩短后重新上传。", cell=cell, limit=limit)
    if len(cells) > gate.MAX_COLUMNS:
        raise gate.too_many_columns()


def harmless(cell: str) -> bool:
    """A telephone number or a dash for "nothing": a sign, then digits; no program calculates more than a number from it."""
    return cell[0] in "+-" and cell.count("+") <= 1 and "+" not in cell[1:] and _HARMLESS.issuperset(cell)


class Workbook:
    """The first visible sheet of an xlsx."""

    def __init__(self, content: bytes) -> None:
        gate.scan(content)
        try:
            with CalamineWorkbook.from_filelike(io.BytesIO(content)) as book:
                self._sheet = book.get_sheet_by_name(_first_visible(book))
        except Refused:
            raise
        except BaseException as broken:
            # What the parser raises is not one family: a panic in it arrives as a child of BaseException.
            if isinstance(broken, KeyboardInterrupt | SystemExit | MemoryError):
                raise
            raise gate.unreadable() from broken

    @property
    def height(self) -> int:
        return self._sheet.total_height

    def rows(self) -> Iterator[tuple[int, Row]]:
        start = self._sheet.start
        if start is None:
            return
        shift = [""] * start[1]
        for number, cells in enumerate(self._sheet.iter_rows(), start[0] + 1):
            row = trimmed(cells)
            yield number, shift + row if shift else row


def trimmed(cells: Sequence[object]) -> Row:
    """Cells as text without outer white space; a leading tab stays, for `inspect` to see."""
    try:
        joined = "\x1f".join(cells)  # type: ignore[arg-type]
    except TypeError:  # not all are text
        return [cell.rstrip().lstrip(BLANKS) if isinstance(cell, str) else as_text(cell) for cell in cells]
    if "\t" in joined:
        return [cell.rstrip().lstrip(BLANKS) for cell in cells]  # type: ignore[attr-defined]
    return [*map(str.strip, cells)]  # type: ignore[arg-type]


def _first_visible(book: CalamineWorkbook) -> str:
    for about in book.sheets_metadata:
        if about.typ == SheetTypeEnum.WorkSheet and about.visible == SheetVisibleEnum.Visible:
            return about.name
    raise Refused("文件里没有可见的工作表。")


def as_text(cell: object) -> str:
    """A typed cell as people would read it: 13800001111.0 → "13800001111", a date → "2027-07-01"."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "是" if cell else "否"
    if isinstance(cell, int | float):
        whole = isinstance(cell, int) or cell.is_integer()
        if whole and abs(cell) >= 1e15:
            return Lossy(int(cell))
        return str(int(cell)) if whole else repr(cell)
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat(" ")
    return cell.isoformat() if isinstance(cell, date | time) else str(cell)


class Text:
    """A csv in UTF-8 (with or without mark) or GB18030; comma, semicolon or tab."""

    def __init__(self, content: bytes) -> None:
        self._text = decoded(content)
        first = self._text[: self._text.find("\n") + 1 or None]
        self._delimiter = max(",;\t", key=first.count)

    @property
    def height(self) -> int:
        return self._text.count("\n") + 1

    def rows(self) -> Iterator[tuple[int, Row]]:
        lines: Iterable[str] = io.StringIO(self._text, newline="")
        reader = csv.reader(lines, delimiter=self._delimiter, strict=True)
        try:
            for number, cells in enumerate(reader, 1):
                # Trailing tabs are a habit of exporters; a leading one is judged by `inspect`.
                yield number, trimmed(cells)
        except csv.Error as broken:
            raise Refused(
                "第{row}行附近的引号不完整，无法读取。请用 Excel 或 WPS 打开检查，另存为 .xlsx 后重新上传。", row=reader.line_num
            ) from broken


def decoded(content: bytes) -> str:
    """Raises Refused when the bytes are neither UTF-8 nor GB18030."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise Refused("文件的编码不是 UTF-8 或 GB18030，无法读取。请用 Excel 或 WPS 另存为“CSV UTF-8”或 .xlsx 后重新上传。")
