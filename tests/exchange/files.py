"""Rosters as schools send them, made on the spot: invented persons, valid numbers."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from datetime import date

import openpyxl

from tests.cast import Cast
from wangqian.codes import resident_id
from wangqian.exchange.models import Import
from wangqian.exchange.roster import desk
from wangqian.exchange.roster.columns import NATIONAL
from wangqian.exchange.roster.work import work
from wangqian.people.models import Graduate

PINYIN = [column.key for column in NATIONAL]
CHINESE = [column.label for column in NATIONAL]


def identity(serial: int, born: date = date(2004, 8, 1), region: str = "430102") -> str:
    """Valid, of nobody; odd serials are men."""
    return resident_id.make(region, born, serial)


def person(serial: int, **other: str) -> dict[str, str]:
    """A correct row by pinyin header; `other` replaces cells."""
    row = {
        "ksh": f"27430102{serial:06d}",
        "sfzh": identity(serial),
        "xm": f"学生{'甲乙丙丁戊己庚辛壬癸'[serial % 10]}",
        "xbdm": "1" if serial % 2 else "2",
        "xb": "男" if serial % 2 else "女",
        "mzdm": "01",
        "mz": "汉族",
        "zzmmdm": "03",
        "zzmm": "共青团员",
        "yxdm": "10001",
        "yxmc": "示范大学",
        "fxmc": "",
        "xldm": "31",
        "xl": "本科生毕业",
        "zydm": "080901",
        "zy": "计算机科学与技术",
        "zyfx": "",
        "pyfsdm": "1",
        "pyfs": "非定向",
        "dxhwpdw": "",
        "syszddm": "430102",
        "syszd": "湖南省长沙市芙蓉区",
        "cxsy": "城镇",
        "xz": "4",
        "rxsj": "20230901",
        "bysj": "20270630",
        "sfslbdm": "2",
        "sfslb": "非师范生",
        "knslbdm": "0",
        "knslb": "非困难生",
        "szyx": "信息学院",
        "szbj": "计科2301",
        "xh": f"2023{serial:05d}",
        "csrq": "20040801",
        "rxqdaszdw": "长沙市第一中学",
        "rxqhkszdpcs": "芙蓉区派出所",
        "hksfzrxx": "是",
        "dasfzrxx": "否",
        "mobilephone": f"139{serial:08d}",
        "email": f"s{serial}@example.com",
        "qq": "12345678",
        "jtdz": "长沙市芙蓉区人民路1号",
        "jtdh": "0731-88880000",
        "jtyb": "410000",
    }
    return row | other


def table(rows: Sequence[Mapping[str, str]], keys: Sequence[str] = PINYIN) -> list[list[str]]:
    """Cells in the order of the headers."""
    return [[row.get(key, "") for key in keys] for row in rows]


def xlsx(lines: Sequence[Sequence[object]]) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    for line in lines:
        sheet.append(list(line))
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def text(lines: Sequence[Sequence[str]], encoding: str = "utf-8") -> bytes:
    made = io.StringIO(newline="")
    csv.writer(made).writerows(lines)
    return made.getvalue().encode(encoding)


def national(rows: Sequence[Mapping[str, str]]) -> bytes:
    """The 44 columns with pinyin headers, as xlsx."""
    return xlsx([PINYIN, *table(rows)])


def upload(cast: Cast, content: bytes, filename: str = "生源.xlsx", **options: bool) -> Import:
    """Upload and let the worker check."""
    _ = cast.college
    job = desk.receive(cast.school_reviewer, cast.school, cast.cohort, filename, [content], **options)
    assert work() == 1
    job.refresh_from_db()
    return job


def imported(cast: Cast, content: bytes, filename: str = "生源.xlsx", **options: bool) -> Import:
    """Upload, check, confirm the good rows."""
    job = upload(cast, content, filename, **options)
    assert job.status == "checked", job.error
    desk.confirm(job, cast.school_reviewer, only_good=True)
    assert work() == 1
    job.refresh_from_db()
    return job


def counts(job: Import) -> tuple[int, int, int, int]:
    """(new, changed, same, errors)."""
    return job.new, job.changed, job.same, job.errors


def the(serial: int) -> Graduate:
    """The graduate made from `person(serial)`."""
    return Graduate.objects.select_related("person", "college").get(student_number=f"2023{serial:05d}")
