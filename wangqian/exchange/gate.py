"""What a spreadsheet must be before anything parses it: the kind it says, of bearable size, without active content.

`look` is cheap (signature, zip directory) and runs at the upload. `scan` inflates every part once, in constant memory, and
runs in the worker: it bounds what the parser will allocate, since the parser makes a dense table out of the largest cell
reference, and it finds formulas, whose cached values the parser would hand over as if they had been typed.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator

from wangqian.chart.words import Refused

MAX_BYTES = {"xlsx": 30 * 2**20, "csv": 60 * 2**20}
MAX_INFLATED = 600 * 2**20
MAX_RATIO = 200  # sheets full of equal cells reach about 50
MAX_PARTS = 2000
MAX_ROWS = 120_000
MAX_COLUMNS = 200
MAX_CHARACTERS = 1000
CHUNK = 4 * 2**20
OVERLAP = 4096  # enough to see the cell before a formula

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_FORMULA = re.compile(rb"<(?:[\w.-]+:)?f[\s/>]")
_CELL_BEFORE = re.compile(rb"""<(?:[\w.-]+:)?c\s[^>]*?\br\s*=\s*["']\s*([A-Za-z]{1,3}\d{1,7})""")
# Every cell but those written the usual way and within the limits (A–GR = 200 columns); the rest is looked at closely.
_UNUSUAL = re.compile(rb'<c(?! r="(?:[A-Z]|[A-F][A-Z]|G[A-R])(?:\d{1,5}|1[01]\d{4}|1200[01]\d)"[ />])(?=[\s/>])[^>]*>')
_PREFIXED = re.compile(rb"<[\w.-]+:c(?=[\s/>])[^>]*>")
_REFERENCE = re.compile(rb"""\sr\s*=\s*["']\s*([A-Za-z]+)(\d+)\s*["']""")
_FOREIGN_ENCODING = re.compile(rb"""<\?xml[^>]*\sencoding\s*=\s*["'](?!utf-?8["'])""", re.IGNORECASE)


def form_of(filename: str) -> str:
    """ "xlsx" or "csv" by the name's ending. Raises Refused."""
    ending = filename.rpartition(".")[2].lower() if "." in filename else ""
    if ending in MAX_BYTES:
        return ending
    if ending in ("xlsm", "xltm", "xlsb", "xlam"):
        raise Refused("文件含有宏，不能上传。请另存为不含宏的 .xlsx 后重新上传。")
    if ending in ("xls", "et"):
        raise Refused("不支持旧格式（.xls、.et）。请用 Excel 或 WPS 另存为 .xlsx 后重新上传。")
    raise Refused("只能上传 .xlsx 或 .csv 文件。请把生源信息另存为其中一种后重新上传。")


def look(form: str, content: bytes) -> None:
    """Refuse what can be told without inflating anything. Raises Refused."""
    if not content:
        raise Refused("文件是空的，没有任何内容。")
    if content.startswith(_OLE):
        if _ENCRYPTED in content:
            raise Refused("文件设有打开密码，无法读取。请取消密码后重新上传。")
        raise Refused("不支持旧格式（.xls、.et）。请用 Excel 或 WPS 另存为 .xlsx 后重新上传。")
    zipped = content.startswith(b"PK\x03\x04")
    if form == "xlsx":
        if not zipped:
            raise Refused("文件的内容不是 .xlsx 表格，与扩展名不符。请用 Excel 或 WPS 另存为 .xlsx 后重新上传。")
        _directory(content)
    elif zipped or (b"\0" in content[:65536] and not content.startswith((b"\xff\xfe", b"\xfe\xff"))):
        raise Refused("文件的内容不是 .csv 文本，与扩展名不符。请用 Excel 或 WPS 另存为 .csv 或 .xlsx 后重新上传。")


def scan(content: bytes) -> None:
    """Inflate every part of an xlsx once and refuse what must not reach the parser. Raises Refused."""
    left = MAX_INFLATED
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for entry in archive.infolist():
                with archive.open(entry) as part:
                    left = _part(iter(lambda part=part: part.read(CHUNK), b""), left)  # type: ignore[misc]
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, NotImplementedError, RuntimeError, ValueError) as broken:
        raise unreadable() from broken


def unreadable() -> Refused:
    return Refused("文件已损坏或不是完整的表格，无法读取。请用 Excel 或 WPS 打开检查，另存为 .xlsx 后重新上传。")


def too_many_rows() -> Refused:
    return Refused("表格超过{rows}行。请按院系拆成几个文件分别上传。", rows=MAX_ROWS)


def too_many_columns() -> Refused:
    return Refused("表格超过{columns}列。请删去多余的列后重新上传。", columns=MAX_COLUMNS)


def _directory(content: bytes) -> None:
    """Judge the zip's table of contents: names, sizes, ratio, encryption."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, OSError, EOFError, NotImplementedError, ValueError) as broken:
        raise unreadable() from broken
    names = [entry.filename.replace("\\", "/").lower() for entry in entries]
    if len(set(names)) != len(names) or "[content_types].xml" not in names or len(names) > MAX_PARTS:
        raise unreadable()
    if any(entry.flag_bits & 0x1 for entry in entries):
        raise Refused("文件设有打开密码，无法读取。请取消密码后重新上传。")
    if any("vbaproject" in name or "/macrosheets/" in name or "activex" in name for name in names):
        raise Refused("文件含有宏，不能上传。请另存为不含宏的 .xlsx 后重新上传。")
    if any("externallinks/" in name for name in names):
        raise Refused("文件含有指向其他文件的外部链接，不能上传。请断开链接（数据－编辑链接）后重新上传。")
    inflated = sum(entry.file_size for entry in entries)
    packed = sum(entry.compress_size for entry in entries)
    if inflated > MAX_INFLATED or inflated > MAX_RATIO * max(packed, 10_000):
        raise too_inflated()


def too_inflated() -> Refused:
    return Refused("文件解压后过大，可能不是正常的表格，未作处理。请只保留生源信息，另存为 .xlsx 后重新上传。")


def _part(chunks: Iterator[bytes], left: int) -> int:
    """Scan one part; returns how many inflated bytes are still allowed."""
    tail, sheet, first = b"", False, True
    for chunk in chunks:
        left -= len(chunk)
        if left < 0:
            raise too_inflated()
        text = tail + chunk
        if first and _hostile_prologue(text):
            raise unreadable()
        first = False
        if b"!" in text and (b"<!DOCTYPE" in text or b"<!ENTITY" in text):
            raise unreadable()
        sheet = sheet or b"sheetData" in text
        if sheet:
            _cells(text)
        tail = text[min(max(len(text) - OVERLAP, 0), max(text.rfind(b"<"), 0)) :]
        if len(tail) > CHUNK:  # a tag of megabytes is not written by any spreadsheet program
            raise unreadable()
    return left


def _hostile_prologue(text: bytes) -> bool:
    """XML in another encoding than UTF-8 would hide from a search for bytes."""
    start = text[:200].removeprefix(b"\xef\xbb\xbf")
    return start.startswith((b"\xff\xfe", b"\xfe\xff", b"\0<", b"<\0")) or bool(_FOREIGN_ENCODING.match(start))


def _cells(text: bytes) -> None:
    prefixed = b":" in text  # rare: one search for a byte instead of several for two
    if b"<f" in text or (prefixed and b":f" in text):
        found = _FORMULA.search(text)
        if found:
            raise formula(_cell_at(text, found.start()))
    for unusual in _UNUSUAL.finditer(text):
        _bounded(unusual.group())
    if prefixed and b":c" in text:
        for unusual in _PREFIXED.finditer(text):
            _bounded(unusual.group())


def _bounded(tag: bytes) -> None:
    """A cell written in another way than usual must still say where it is, within the limits. Empty cells do not count."""
    if tag.endswith(b"/>"):
        return
    place = _REFERENCE.search(tag)
    if place is None:
        raise Refused("表格中的单元格没有坐标，无法核对。请用 Excel 或 WPS 打开，另存为 .xlsx 后重新上传。")
    if column_number(place[1].decode().upper()) > MAX_COLUMNS:
        raise too_many_columns()
    if int(place[2]) > MAX_ROWS + 10:
        raise too_many_rows()


def _cell_at(text: bytes, position: int) -> str:
    """The reference of the cell whose formula starts at a position."""
    before = text[max(0, position - OVERLAP) : position]
    references = _CELL_BEFORE.findall(before)
    return references[-1].decode().upper() if references else ""


def formula(cell: str) -> Refused:
    """The refusal of a whole file because of one cell; `cell` like "C12", empty when it is not known."""
    if not cell:
        return Refused("文件含有公式，不能上传。请把公式粘贴为数值后重新上传。")
    return Refused(
        "单元格{cell}含有公式（或以 = + - @ 等符号、制表符开头的内容），文件未作处理。请改为普通文字后重新上传。",
        cell=cell,
    )


def column_number(letters: str) -> int:
    """A → 1, AA → 27."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def column_letters(number: int) -> str:
    """1 → A, 27 → AA."""
    letters = ""
    while number:
        number, place = divmod(number - 1, 26)
        letters = chr(65 + place) + letters
    return letters


def cell_name(column: int, row: int) -> str:
    """The name of a cell, e.g. (2, 12) → "C12"; `column` counts from 0, `row` as the spreadsheet does."""
    return f"{column_letters(column + 1)}{row}"
