"""What is downloaded: the error sheet, correctable and harmless, and the template."""

from __future__ import annotations

import io
from typing import Any

import openpyxl
import pytest

from tests.cast import Cast
from tests.exchange.files import PINYIN, counts, imported, national, person, table, text, upload, xlsx
from wangqian.cases.act import NotYours
from wangqian.exchange.roster import desk
from wangqian.exchange.roster.sheets import error_sheet, template
from wangqian.people.models import AccessLog


def opened(content: bytes) -> Any:
    return openpyxl.load_workbook(io.BytesIO(content)).active


def downloaded(cast: Cast, job: Any) -> Any:
    return opened(b"".join(error_sheet(job, cast.school_reviewer)))


def test_the_error_sheet_has_the_rows_the_cells_and_the_sentences(cast: Cast) -> None:
    headers = [*PINYIN, "宿舍"]
    rows = [[*line, "3栋"] for line in table([person(1), person(2, xm="", mobilephone="1"), person(3, szyx="法学院")])]
    job = upload(cast, xlsx([headers, *rows]))
    sheet = downloaded(cast, job)
    lines = [[cell.value or "" for cell in line] for line in sheet.iter_rows()]
    assert lines == [
        [*headers, "错误"],
        [*rows[1], "C3 缺少姓名；AM3 手机号码应为11位数字"],
        [*rows[2], "AE4 本校没有院系“法学院”。本校院系有：信息学院"],
    ]
    marked = {
        cell.coordinate for line in sheet.iter_rows(min_row=2) for cell in line if cell.fill.fgColor.rgb == "FFFADBD8"
    }
    assert marked == {"C2", "AM2", "AE3"}
    assert AccessLog.objects.get(what="roster_errors").why == "下载生源信息导入错误表：2行"


def test_no_cell_is_a_formula(cast: Cast) -> None:
    signs = {"jtdh": "-", "jtdz": "+86 1", "qq": "--", "zyfx": "http://example.com", "xm": ""}
    job = upload(cast, text([PINYIN, *table([person(1, **signs)])]), "a.csv")
    assert counts(job) == (0, 0, 0, 1)
    sheet = downloaded(cast, job)
    types = {cell.data_type for line in sheet.iter_rows() for cell in line if cell.value is not None}
    assert (types, sum(cell.data_type == "f" for line in sheet.iter_rows() for cell in line)) == ({"s"}, 0)
    assert [cell.hyperlink for line in sheet.iter_rows() for cell in line if cell.hyperlink] == []


def test_the_corrected_error_sheet_can_be_uploaded_again(cast: Cast) -> None:
    job = imported(cast, national([person(1), person(2, xm="")]))
    content = b"".join(error_sheet(job, cast.school_reviewer))
    book = openpyxl.load_workbook(io.BytesIO(content))
    book.active["C2"] = "学生丙"
    made = io.BytesIO()
    book.save(made)
    again = upload(cast, made.getvalue())
    assert counts(again) == (1, 0, 0, 0)


def test_the_error_sheet_is_the_schools_own(cast: Cast) -> None:
    job = upload(cast, national([person(1, xm="")]))
    for stranger in (cast.outsider_reviewer, cast.college_reviewer):
        with pytest.raises(NotYours):
            b"".join(error_sheet(job, stranger))
    assert AccessLog.objects.count() == 0


def test_the_template_filled_in_is_understood(cast: Cast) -> None:
    book = openpyxl.load_workbook(io.BytesIO(template()))
    sheet = book.active
    assert str(sheet["A1"].value).startswith("带 * 的列必填")
    titles = [cell.value for cell in sheet[2]]
    assert [title for title in titles if title and title.startswith("*")] == [
        "*身份证号", "*姓名", "*学历", "*专业", "*培养方式", "*所在院系",
    ]  # fmt: skip
    labels = {column.label: column.key for column in desk.COLUMNS}
    row = person(1)
    sheet.append([row.get(labels[str(title).removeprefix("*")], "") for title in titles if title])
    made = io.BytesIO()
    book.save(made)
    assert counts(upload(cast, made.getvalue())) == (1, 0, 0, 0)
