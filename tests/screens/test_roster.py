"""The roster from a file to graduates, as a school's user does it in the browser; the worker works in between."""

from __future__ import annotations

import csv
import io
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.cast import Cast, number
from tests.screens.pages import PageClient, enter, read
from wangqian.exchange.models import Import
from wangqian.exchange.roster.work import work
from wangqian.people.models import AccessLog, Cohort, College, Graduate

pytestmark = pytest.mark.django_db
HEAD = ["姓名", "身份证号", "学号", "学历", "专业", "培养方式", "所在院系", "手机号码", "宿舍"]


@pytest.fixture(autouse=True)
def files(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def school(cast: Cast) -> PageClient:
    """The school's administrator in front of 示范大学 with one college and one cohort."""
    assert cast.college and cast.cohort
    return enter(cast.school_reviewer)


def line(serial: int, **other: str) -> list[str]:
    """A good row of an invented graduate, or one that differs."""
    cells = {
        "姓名": f"新生{'零一二三'[serial]}",
        "身份证号": number(5000 + serial),
        "学号": f"2023{serial:05}",
        "学历": "本科生毕业",
        "专业": "软件工程",
        "培养方式": "非定向",
        "所在院系": "信息学院",
        "手机号码": "13800001111",
        "宿舍": "3 号楼",
    }
    return list((cells | other).values())


def sheet(*rows: list[str], head: list[str] | None = None, encoding: str = "utf-8") -> SimpleUploadedFile:
    text = io.StringIO()
    csv.writer(text).writerows([head or HEAD, *rows])
    return SimpleUploadedFile("生源.csv", text.getvalue().encode(encoding))


def upload(client: PageClient, file: SimpleUploadedFile, **more: str) -> Import:
    """Upload, and let the worker check."""
    cohort = Cohort.objects.get(school__code="10001")
    answer = client.post("/school/roster/", {"cohort": str(cohort.pk), "file": file, **more})
    job = Import.objects.latest("uploaded_at")
    assert (answer.status_code, answer["Location"]) == (302, f"/school/roster/{job.pk}/")
    waiting = client.get(f"/school/roster/{job.pk}/").content.decode()
    assert f'hx-get="/school/roster/{job.pk}/progress/"' in waiting
    assert work() == 1
    return Import.objects.get(pk=job.pk)


def page(client: PageClient, job: Import, query: str = "") -> str:
    return client.get(f"/school/roster/{job.pk}/{query}").content.decode()


def press(client: PageClient, job: Import, what: str, **fields: str) -> str:
    answer = client.post(f"/school/roster/{job.pk}/{what}/", fields)
    assert answer.status_code == 302
    return client.get(answer["Location"]).content.decode()


def test_from_a_file_to_graduates(school: PageClient) -> None:
    job = upload(school, sheet(line(1), line(2)))
    shown = page(school, job)
    assert ("新增</dt>" in shown, "2 人" in shown, "全部确认，导入 2 行" in shown) == (True, True, True)
    assert number(5001) not in shown
    assert "这些列不在标准字段中，将按原样保存：宿舍" in shown
    assert Graduate.objects.count() == 0
    assert "已确认，正在写入 2 名毕业生的信息。" in press(school, job, "confirm")
    assert work() == 1
    assert "新增 2 人，变更 0 人，0 人没有变化。" in page(school, job)
    found = Graduate.objects.order_by("student_number")
    assert [(one.name, one.college.name, one.extra) for one in found] == [
        ("新生一", "信息学院", {"宿舍": "3 号楼"}),
        ("新生二", "信息学院", {"宿舍": "3 号楼"}),
    ]
    assert found[0].identity_number() == number(5001)


def test_the_same_file_again_changes_nothing(school: PageClient) -> None:
    press(school, upload(school, sheet(line(1), line(2))), "confirm")
    work()
    job = upload(school, sheet(line(1), line(2)))
    shown = page(school, job)
    assert "没有需要写入的内容：没有错误的行都与现有信息一致。" in shown
    assert "没有需要导入的行。" in press(school, job, "confirm")
    assert Graduate.objects.count() == 2


def test_changes_are_shown_before_they_are_made(school: PageClient) -> None:
    press(school, upload(school, sheet(line(1))), "confirm")
    work()
    job = upload(school, sheet(line(1, 专业="人工智能", 手机号码="")))
    shown = page(school, job)
    assert ["将要变更" in shown, "软件工程" in shown, "人工智能" in shown, "将要新增" in shown] == [
        True,
        True,
        True,
        False,
    ]
    assert Graduate.objects.get().major == "软件工程"
    press(school, job, "confirm")
    work()
    one = Graduate.objects.get()
    assert (one.major, one.phone) == ("人工智能", "13800001111")


def test_all_errors_at_once_with_cell_and_sentence_and_only_the_good_rows_go_in(school: PageClient) -> None:
    wrong = line(2, 身份证号="430102200405010000", 学历="博士后")
    job = upload(school, sheet(line(1), wrong))
    shown = page(school, job)
    assert ["B3" in shown, "D3" in shown, "只导入正确的 1 行" in shown, "全部确认" in shown] == [
        True,
        True,
        True,
        False,
    ]
    assert "还有1行有错误。请改正后重新上传，或只导入没有错误的行。" in press(school, job, "confirm")
    press(school, job, "confirm", only_good="1")
    work()
    assert [one.name for one in Graduate.objects.all()] == ["新生一"]
    assert "有 1 行因错误没有导入，改正后可再次上传。" in page(school, job)


def test_the_errors_are_a_sheet_to_correct_and_upload_again(school: PageClient) -> None:
    job = upload(school, sheet(line(1), line(2, 身份证号="430102200405010000")))
    answer = school.get(f"/school/roster/{job.pk}/errors.xlsx")
    with zipfile.ZipFile(io.BytesIO(answer.getvalue())) as book:
        texts = b"".join(book.read(name) for name in book.namelist()).decode(errors="ignore")
    assert ("新生二" in texts, "新生一" in texts) == (True, False)
    assert AccessLog.objects.filter(what="roster_errors").count() == 1
    clean = upload(school, sheet(line(3)))
    assert school.get(f"/school/roster/{clean.pk}/errors.xlsx").status_code == 404


def test_unknown_colleges_are_errors_until_they_are_meant(school: PageClient) -> None:
    job = upload(school, sheet(line(1, 所在院系="文学院")))
    shown = page(school, job)
    assert ("这些是新院系，一并建立" in shown, "只导入正确的 0 行" in shown) == (True, True)
    assert school.post(f"/school/roster/{job.pk}/", {"colleges": "1"}).status_code == 302
    assert work() == 1
    assert "确认后将新建院系：文学院" in page(school, job)
    press(school, job, "confirm")
    work()
    assert sorted(College.objects.values_list("name", flat=True)) == ["信息学院", "文学院"]


def test_headers_of_the_schools_own_are_asked_for_once(school: PageClient) -> None:
    own = ["姓名", "身份证号", "学号", "学历", "专业", "培养方式", "归口单位", "手机号码", "宿舍"]
    job = upload(school, sheet(line(1), head=own))
    assert job.status == "mapping"
    asked = read(school.get(f"/school/roster/{job.pk}/"))
    assert [one["name"] for one in asked.inputs if one.get("name", "").startswith("column_")] == [
        "column_6",
        "column_8",
    ]
    assert school.post(f"/school/roster/{job.pk}/", {"column_6": "nonsense"}).status_code == 422
    assert school.post(f"/school/roster/{job.pk}/", {"column_6": "szyx", "column_8": ""}).status_code == 302
    work()
    assert Import.objects.get(pk=job.pk).status == "checked"
    assert upload(school, sheet(line(2), head=own)).status == "checked"


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("生源.csv", b"", "文件是空的，没有任何内容。"),
        ("生源.xls", b"x", "不支持旧格式（.xls、.et）"),
        ("生源.xlsm", b"PK\x03\x04", "文件含有宏，不能上传。"),
        ("生源.xlsx", b"not a sheet", "与扩展名不符"),
        ("生源", b"x", "只能上传 .xlsx 或 .csv 文件。"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_with_a_sentence(
    school: PageClient, name: str, content: bytes, sentence: str
) -> None:
    cohort = Cohort.objects.get(school__code="10001")
    answer = school.post("/school/roster/", {"cohort": str(cohort.pk), "file": SimpleUploadedFile(name, content)})
    assert (answer.status_code, sentence in answer.content.decode()) == (422, True)
    assert Import.objects.count() == 0


def test_what_is_found_by_the_worker_is_said_on_the_imports_page(school: PageClient) -> None:
    job = upload(school, sheet(line(1, 姓名="=1+1")))
    shown = page(school, job)
    assert ("这份文件没有通过检查，没有写入任何内容" in shown, "单元格A2含有公式" in shown) == (True, True)
    finished = school.get(f"/school/roster/{job.pk}/progress/").content.decode()
    assert ("hx-get" in finished, "查看结果" in finished) == (False, True)


def test_an_import_given_up_leaves_nothing(school: PageClient) -> None:
    job = upload(school, sheet(line(1)))
    assert "已取消“生源.csv”的导入" in press(school, job, "cancel")
    assert "这次导入已取消，没有写入任何内容" in page(school, job)
    assert "此次导入现在是“已取消”" in press(school, job, "confirm")
    assert Graduate.objects.count() == 0


def test_missing_fields_are_asked_for(school: PageClient) -> None:
    answer = school.post("/school/roster/", {})
    assert answer.status_code == 422
    assert "请选择文件：生源信息文件" in answer.content.decode()


def test_the_template_holds_the_headers(school: PageClient) -> None:
    answer = school.get("/school/roster/template.xlsx")
    with zipfile.ZipFile(io.BytesIO(answer.content)) as book:
        assert "身份证号" in book.read("xl/sharedStrings.xml").decode()


def test_only_the_school_itself_sees_its_imports(cast: Cast, school: PageClient) -> None:
    job = upload(school, sheet(line(1)))
    assert "生源.csv" in school.get("/school/roster/").content.decode()
    for actor, listed in ((cast.college_reviewer, 404), (cast.outsider_reviewer, 200), (cast.operator, 404)):
        client = enter(actor)
        assert client.get("/school/roster/").status_code == listed
        for url in ("", "progress/", "errors.xlsx"):
            assert client.get(f"/school/roster/{job.pk}/{url}").status_code == 404
        for url in ("", "confirm/", "cancel/"):
            assert client.post(f"/school/roster/{job.pk}/{url}", {"colleges": "1"}).status_code == 404
    assert "生源.csv" not in enter(cast.outsider_reviewer).get("/school/roster/").content.decode()
    assert Import.objects.get(pk=job.pk).status == "checked"
    assert school.get(f"/school/roster/{job.pk}/confirm/").status_code == 405
