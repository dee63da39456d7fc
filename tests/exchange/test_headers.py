"""The same roster under every kind of header and encoding gives the same graduates."""

from __future__ import annotations

from typing import Any

import pytest

from tests.cast import Cast
from tests.exchange.files import CHINESE, PINYIN, counts, imported, person, table, text, the, upload, xlsx
from wangqian.exchange.models import HeaderName
from wangqian.exchange.roster import desk
from wangqian.exchange.roster.work import work
from wangqian.people.models import Graduate

ROWS = [person(1), person(2)]
OWN = {
    "院系": "szyx", "姓名": "xm", "学号": "xh", "考生号": "ksh", "性别": "xb", "民族": "mz", "学制(年)": "xz", "学历": "xl",
    "政治面貌": "zzmm", "身份证号": "sfzh", "入学日期": "rxsj", "预计毕业日期": "bysj", "专业": "zy", "培养方式": "pyfs",
    "定向委培单位": "dxhwpdw", "师范生类别": "sfslb", "困难生类别": "knslb", "城乡生源": "cxsy", "生源所在地": "syszd",
    "手机号": "mobilephone",
}  # fmt: skip
MIXED = [CHINESE[place] if place % 2 else key for place, key in enumerate(PINYIN)]
STYLES = {
    "pinyin": [PINYIN],
    "chinese": [CHINESE],
    "pinyin over chinese": [PINYIN, CHINESE],
    "mixed": [MIXED],
    "below a title": [["示范大学2027届毕业生生源信息"], ["制表人：教务处"], PINYIN],
    "decorated": [[f"* {label}（必填）：" for label in CHINESE]],
}
EXPECTED = {
    "exam_number": "27430102000001", "student_number": "202300001", "name": "学生乙", "sex": "1", "sex_name": "男",
    "ethnicity": "01", "ethnicity_name": "汉族", "political_status": "03", "political_status_name": "共青团员", "branch": "",
    "education": "31", "education_name": "本科生毕业", "major_code": "080901", "major": "计算机科学与技术",
    "major_direction": "", "training_mode": "1", "training_mode_name": "非定向", "entrusting_unit": "", "origin": "430102",
    "origin_name": "湖南省长沙市芙蓉区", "urban_rural": "城镇", "years": "4", "enrolled_on": "2023-09-01",
    "graduates_on": "2027-06-30", "teacher_training": "2", "teacher_training_name": "非师范生", "hardship": "0",
    "hardship_name": "非困难生", "klass": "计科2301", "born_on": "2004-08-01", "former_dossier": "长沙市第一中学",
    "former_police": "芙蓉区派出所", "hukou_moved": "是", "dossier_moved": "否", "phone": "13900000001",
    "email": "s1@example.com", "qq": "12345678", "home_address": "长沙市芙蓉区人民路1号", "home_phone": "0731-88880000",
    "home_postcode": "410000", "extra": {}, "status": "enrolled", "confirmed_at": None, "identity_kind": "resident",
}  # fmt: skip


def stored(serial: int) -> dict[str, Any]:
    graduate = Graduate.objects.get(student_number=f"2023{serial:05d}")
    return {name: getattr(graduate, name) for name in EXPECTED}


@pytest.mark.parametrize("style", STYLES)
def test_every_style_of_header_gives_the_same_graduate(cast: Cast, style: str) -> None:
    job = imported(cast, xlsx([*STYLES[style], *table(ROWS)]))
    assert (job.status, *counts(job)) == ("done", 2, 0, 0, 0)
    assert stored(1) == EXPECTED
    assert (the(1).identity_number(), the(1).college.name) == (ROWS[0]["sfzh"], "信息学院")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_csv_in_every_encoding(cast: Cast, encoding: str) -> None:
    rare = person(1, xm="王𠅤")
    job = imported(cast, text([PINYIN, *table([rare])], encoding), "生源.CSV")
    assert counts(job) == (1, 0, 0, 0)
    assert stored(1) == EXPECTED | {"name": "王𠅤"}


def test_a_schools_own_headers(cast: Cast) -> None:
    job = imported(cast, xlsx([list(OWN), *table(ROWS, list(OWN.values()))]))
    assert counts(job) == (2, 0, 0, 0)
    graduate = stored(2)
    assert (graduate["education"], graduate["hardship_name"], graduate["years"]) == ("31", "非困难生", "4")
    assert graduate["enrolled_on"] == "2023-09-01"


def test_typed_cells_of_a_spreadsheet(cast: Cast) -> None:
    from datetime import datetime

    row: dict[str, Any] = person(1)
    row |= {"mobilephone": 13900000001, "xz": 4.0, "bysj": datetime(2027, 6, 30), "xldm": 31, "jtyb": 410000}
    job = imported(cast, xlsx([PINYIN, *table([row])]))
    assert counts(job) == (1, 0, 0, 0)
    assert stored(1) == EXPECTED


def test_unknown_columns_are_kept(cast: Cast) -> None:
    lines = [[*PINYIN, "宿舍", "导师"], [*table(ROWS[:1])[0], "3栋402", ""]]
    job = imported(cast, xlsx(lines))
    assert the(1).extra == {"宿舍": "3栋402"}
    assert job.notes == ["这些列不在标准字段中，将按原样保存：宿舍、导师"]


def test_headers_are_mapped_once_and_remembered(cast: Cast) -> None:
    headers = ["本人证号" if key == "sfzh" else key for key in PINYIN]
    content = xlsx([headers, *table(ROWS)])
    job = upload(cast, content)
    assert (job.status, job.notes) == ("mapping", ["没有认出这些列：身份证号。请指定它们是文件中的哪一列"])
    assert ("sfzh", "身份证号") in desk.choices(job)
    assert desk.meanings(job)[1] == (1, "本人证号", "")
    desk.assign(cast.school_reviewer, job, {"本人证号": "sfzh"})
    assert work() == 1
    job.refresh_from_db()
    assert (job.status, *counts(job)) == ("checked", 2, 0, 0, 0)
    assert upload(cast, content).status == "checked"
    assert [(name.header, name.field) for name in HeaderName.objects.all()] == [("本人证号", "sfzh")]


def test_another_schools_mapping_does_not_count(cast: Cast) -> None:
    HeaderName.objects.create(school=cast.outsider_school, header="本人证号", field="sfzh")
    headers = ["本人证号" if key == "sfzh" else key for key in PINYIN]
    assert upload(cast, xlsx([headers, *table(ROWS)])).status == "mapping"


@pytest.mark.parametrize(
    ("lines", "sentence"),
    [
        (
            [["甲", "乙"], ["1", "2"]],
            "没有找到表头。请让第一行为列名（如 姓名、身份证号、学号），或使用模板填写后重新上传。",
        ),
        ([PINYIN], "表头下面没有任何数据。"),
        ([[*PINYIN, "姓名"], *table(ROWS)], "C列和AS列都是“姓名”。请只保留一列后重新上传。"),
        (
            [["姓名", "学号", "性别"], ["甲", "1", "男"]],
            "表头缺少：身份证号、学历、专业、培养方式、所在院系。请补上这些列，或使用模板填写后重新上传。",
        ),
    ],
)
def test_files_without_a_usable_header(cast: Cast, lines: list[list[str]], sentence: str) -> None:
    job = upload(cast, xlsx(lines))
    assert (job.status, job.error, job.file) == ("failed", sentence, "")
