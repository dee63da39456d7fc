"""Files that are refused as a whole: one exact sentence each, and nothing of them stays."""

from __future__ import annotations

import io
import re
import tracemalloc
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
import xlsxwriter

from tests.cast import Cast
from tests.exchange.files import PINYIN, national, person, table, text, upload, xlsx
from wangqian.chart.words import Refused
from wangqian.exchange import gate
from wangqian.exchange.models import Import, StagedRow
from wangqian.exchange.roster import desk
from wangqian.people.models import Graduate

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 504
GOOD = national([person(1)])
SHEET = "xl/worksheets/sheet1.xml"
BROKEN = "文件已损坏或不是完整的表格，无法读取。请用 Excel 或 WPS 打开检查，另存为 .xlsx 后重新上传。"
MACRO = "文件含有宏，不能上传。请另存为不含宏的 .xlsx 后重新上传。"
PASSWORD = "文件设有打开密码，无法读取。请取消密码后重新上传。"
OLD = "不支持旧格式（.xls、.et）。请用 Excel 或 WPS 另存为 .xlsx 后重新上传。"
INFLATED = "文件解压后过大，可能不是正常的表格，未作处理。请只保留生源信息，另存为 .xlsx 后重新上传。"
NOT_XLSX = "文件的内容不是 .xlsx 表格，与扩展名不符。请用 Excel 或 WPS 另存为 .xlsx 后重新上传。"
NOT_CSV = "文件的内容不是 .csv 文本，与扩展名不符。请用 Excel 或 WPS 另存为 .csv 或 .xlsx 后重新上传。"


def formula(cell: str) -> str:
    return f"单元格{cell}含有公式（或以 = + - @ 等符号、制表符开头的内容），文件未作处理。请改为普通文字后重新上传。"


def repacked(change: Callable[[str, bytes], bytes | None] = lambda _name, part: part, **added: bytes) -> bytes:
    """The good file with parts changed (None drops one) or added (`__` in a name stands for `/`)."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(GOOD)) as source, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as target:
        for entry in source.infolist():
            part = change(entry.filename, source.read(entry))
            if part is not None:
                target.writestr(entry.filename, part)
        for name, part in added.items():
            target.writestr(name.replace("__", "/"), part)
    return made.getvalue()


def sheet_with(old: bytes, new: bytes) -> bytes:
    """The good file with one replacement in its sheet."""
    return repacked(lambda name, part: part.replace(old, new, 1) if name == SHEET else part)


def with_formula(element: bytes) -> bytes:
    """The good file with a formula in B2, next to its cached value."""
    return repacked(lambda name, part: re.sub(rb'(<c r="B2"[^>]*>)', rb"\1" + element, part) if name == SHEET else part)


def encrypted() -> bytes:
    """Set the encryption flag of every entry, in both headers."""
    content = bytearray(GOOD)
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = content.find(mark)
        while at >= 0:
            content[at + place] |= 1
            at = content.find(mark, at + 4)
    return bytes(content)


def renamed() -> bytes:
    """Two parts of the same name."""
    made = io.BytesIO(GOOD)
    with pytest.warns(UserWarning, match="Duplicate name"), zipfile.ZipFile(made, "a") as archive:
        archive.writestr(SHEET, b"<worksheet/>")
    return made.getvalue()


AT_UPLOAD: dict[str, tuple[str, Callable[[], bytes], str]] = {
    "empty": ("a.xlsx", lambda: b"", "文件是空的，没有任何内容。"),
    "no ending": ("roster", lambda: GOOD, "只能上传 .xlsx 或 .csv 文件。请把生源信息另存为其中一种后重新上传。"),
    "pdf": ("a.pdf", lambda: b"%PDF-1.7", "只能上传 .xlsx 或 .csv 文件。请把生源信息另存为其中一种后重新上传。"),
    "xlsm": ("a.xlsm", lambda: GOOD, MACRO),
    "xls": ("a.xls", lambda: OLE, OLD),
    "xls called xlsx": ("a.xlsx", lambda: OLE, OLD),
    "password": ("a.xlsx", lambda: OLE + "EncryptedPackage".encode("utf-16-le"), PASSWORD),
    "encrypted entries": ("a.xlsx", encrypted, PASSWORD),
    "csv called xlsx": ("a.xlsx", lambda: text([PINYIN]), NOT_XLSX),
    "xlsx called csv": ("a.csv", lambda: GOOD, NOT_CSV),
    "binary called csv": ("a.csv", lambda: b"\x00\x01\x02" * 100, NOT_CSV),
    "vba": ("a.xlsx", lambda: repacked(xl__vbaProject=b"x"), MACRO),
    "vba with ending": ("a.xlsx", lambda: repacked(**{"xl__vbaProject.bin": b"x"}), MACRO),
    "external link": (
        "a.xlsx",
        lambda: repacked(**{"xl__externalLinks__externalLink1.xml": b"<x/>"}),
        "文件含有指向其他文件的外部链接，不能上传。请断开链接（数据－编辑链接）后重新上传。",
    ),
    "truncated": ("a.xlsx", lambda: GOOD[: len(GOOD) // 2], BROKEN),
    "no content types": ("a.xlsx", lambda: repacked(lambda n, part: None if "Content" in n else part), BROKEN),
    "same part twice": ("a.xlsx", renamed, BROKEN),
    "bomb": ("a.xlsx", lambda: repacked(**{"xl__media__bomb.bin": b"\0" * 40_000_000}), INFLATED),
}

IN_WORKER: dict[str, tuple[str, Callable[[], bytes], str]] = {
    "formula": ("a.xlsx", lambda: xlsx([PINYIN, *table([person(1, qq="=1+1")])]), formula("AO2")),
    "shared formula": ("a.xlsx", lambda: with_formula(b'<f t="shared" si="0"/>'), formula("B2")),
    "prefixed formula": ("a.xlsx", lambda: with_formula(b"<x:f>1</x:f>"), formula("B2")),
    "too many columns": (
        "a.xlsx",
        lambda: sheet_with(b'r="B2"', b'r="XFD2"'),
        "表格超过200列。请删去多余的列后重新上传。",
    ),
    "too many rows": (
        "a.xlsx",
        lambda: sheet_with(b'r="B2"', b'r="B1048576"'),
        "表格超过120000行。请按院系拆成几个文件分别上传。",
    ),
    "cells without a place": (
        "a.xlsx",
        lambda: sheet_with(b'<c r="B2" ', b"<c "),
        "表格中的单元格没有坐标，无法核对。请用 Excel 或 WPS 打开，另存为 .xlsx 后重新上传。",
    ),
    "doctype": ("a.xlsx", lambda: sheet_with(b"<worksheet", b'<!DOCTYPE x [<!ENTITY e "e">]><worksheet'), BROKEN),
    "utf-16": (
        "a.xlsx",
        lambda: repacked(lambda n, part: part.decode().encode("utf-16") if n == SHEET else part),
        BROKEN,
    ),
    "sheet cut off": (
        "a.xlsx",
        lambda: repacked(lambda n, part: part[: len(part) // 2] if n == SHEET else part),
        BROKEN,
    ),
    "sheet missing": ("a.xlsx", lambda: repacked(lambda n, part: None if n == SHEET else part), BROKEN),
    "long cell": (
        "a.xlsx",
        lambda: national([person(1, jtdz="长" * 1001)]),
        "单元格AP2超过1000个字，文件未作处理。请缩短后重新上传。",
    ),
    "csv open quote": (
        "a.csv",
        lambda: b'xm,xh,xb\n"a,b,c',
        "第2行附近的引号不完整，无法读取。请用 Excel 或 WPS 打开检查，另存为 .xlsx 后重新上传。",
    ),
    "csv in another encoding": (
        "a.csv",
        lambda: text([PINYIN], "utf-16"),
        "文件的编码不是 UTF-8 或 GB18030，无法读取。请用 Excel 或 WPS 另存为“CSV UTF-8”或 .xlsx 后重新上传。",
    ),
    "csv blank": ("a.csv", lambda: b"\n\n", "文件是空的，没有任何内容。"),
    "csv too wide": ("a.csv", lambda: b",".join([b"x"] * 201), "表格超过200列。请删去多余的列后重新上传。"),
}
STARTS = (
    "=1+1",
    "+1+cmd|' /C calc'!A0",
    "-2+3",
    "@SUM(A1)",
    "\t=1",
    "\t1",
    "＝1+1",
    "＋a",
    "－a",
    "＠a",
    " =1",
    "\r=1",
    "−a",
)


@pytest.mark.parametrize("case", AT_UPLOAD)
def test_refused_at_the_upload(cast: Cast, media: Path, case: str) -> None:
    filename, content, sentence = AT_UPLOAD[case]
    with pytest.raises(Refused) as refused:
        desk.receive(cast.school_reviewer, cast.school, cast.cohort, filename, [content()])
    assert str(refused.value) == sentence
    assert (Import.objects.count(), list(media.rglob("*.*"))) == (0, [])


def nothing_kept(job: Import, media: Path) -> bool:
    return (
        not job.file
        and not StagedRow.objects.exists()
        and not Graduate.objects.exists()
        and not [path for path in media.rglob("*") if path.is_file()]
    )


@pytest.mark.parametrize("case", IN_WORKER)
def test_refused_by_the_worker(cast: Cast, media: Path, case: str) -> None:
    filename, content, sentence = IN_WORKER[case]
    job = upload(cast, content(), filename)
    assert (job.status, job.error) == ("failed", sentence)
    assert nothing_kept(job, media)


@pytest.mark.parametrize("start", STARTS)
def test_text_that_a_spreadsheet_would_calculate(cast: Cast, media: Path, start: str) -> None:
    job = upload(cast, text([PINYIN, *table([person(1), person(2, jtdz=start)])]), "a.csv")
    assert (job.status, job.error) == ("failed", formula("AP3"))
    assert nothing_kept(job, media)


@pytest.mark.parametrize("cell", ["+86 13900000001", "-", "--"])
def test_signs_that_calculate_nothing(cast: Cast, cell: str) -> None:
    job = upload(cast, text([PINYIN, *table([person(1, jtdz=cell)])]), "a.csv")
    assert (job.status, job.new) == ("checked", 1)


def test_too_large(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(gate.MAX_BYTES, "xlsx", 2**20)
    read = []

    def chunks() -> object:
        for place in range(100):
            read.append(place)
            yield b"PK\x03\x04" + b"x" * 2**18

    with pytest.raises(Refused) as refused:
        desk.receive(cast.school_reviewer, cast.school, cast.cohort, "a.xlsx", chunks())  # type: ignore[arg-type]
    assert str(refused.value) == "文件超过1 MB。请按院系拆成几个文件分别上传。"
    assert len(read) == 4


def test_too_many_rows_in_earnest(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gate, "MAX_ROWS", 3)
    job = upload(cast, national([person(serial) for serial in range(1, 5)]))
    assert (job.status, job.error) == ("failed", "表格超过3行。请按院系拆成几个文件分别上传。")
    assert upload(cast, national([person(serial) for serial in range(1, 4)])).status == "checked"


def test_a_bomb_that_lies_about_its_size(cast: Cast) -> None:
    """The directory says 1 000 bytes; what comes out is counted, and nobody holds it in memory."""
    content = bytearray(repacked(**{"xl__media__bomb.bin": b"\0" * 40_000_000}))
    for mark, place in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        at = content.rfind(mark)
        content[at + place : at + place + 4] = (1000).to_bytes(4, "little")
    tracemalloc.start()
    job = upload(cast, bytes(content))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert (job.status, job.error) == ("failed", BROKEN)
    assert peak < 30_000_000


def test_empty_cells_far_out_are_harmless(cast: Cast) -> None:
    """Spreadsheets that were once formatted down to the last row and column."""
    content = sheet_with(b"</sheetData>", b'<row r="1048576"><c r="XFD1048576" s="0"/></row></sheetData>')
    assert upload(cast, content).new == 1


def test_formula_at_the_edge_of_a_chunk(monkeypatch: pytest.MonkeyPatch) -> None:
    content = with_formula(b"<f>1+1</f>")
    monkeypatch.setattr(gate, "OVERLAP", 64)
    for size in range(97, 140):
        monkeypatch.setattr(gate, "CHUNK", size * 10)
        with pytest.raises(Refused) as refused:
            gate.scan(content)
        assert str(refused.value) == formula("B2")


def test_the_first_visible_sheet_counts(cast: Cast) -> None:
    made = io.BytesIO()
    with xlsxwriter.Workbook(made) as book:
        hidden = book.add_worksheet("字典")
        hidden.write_string(0, 0, "隐藏")
        shown = book.add_worksheet("生源")
        for place, line in enumerate([PINYIN, *table([person(1)])]):
            shown.write_row(place, 0, line)
        shown.activate()
        shown.set_first_sheet()
        hidden.hide()
    assert upload(cast, made.getvalue()).new == 1
