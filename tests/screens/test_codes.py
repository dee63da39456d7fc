"""代码表: the operator's lists, and a new edition from the upload to the day it is in force."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.cast import Cast
from tests.exchange.files import xlsx
from tests.screens.pages import PageClient, enter, read
from wangqian.cases.models import Draft
from wangqian.codes.table import table, today
from wangqian.people.models import CodeEdition
from wangqian.web.exact import warnings

pytestmark = pytest.mark.django_db
ADD, CHECK = "/operator/codes/job_category/add/", "/operator/codes/job_category/check/"
LATER = today() + timedelta(days=10)
TEXT = "代码,名称,审核提醒,停用\r\n13,工程与数字技术人员,,\r\n91,数字职业人员,no,\r\n80,,,是\r\n"


@pytest.fixture
def operator(cast: Cast) -> PageClient:
    return enter(cast.operator)


def given(**other: Any) -> dict[str, Any]:
    return {"effective_on": LATER.isoformat(), "source": "人社部公告", "whole": "changes", "text": TEXT} | other


def confirm(operator: PageClient, **other: Any) -> Any:
    """Tick and confirm what the page shows."""
    seen = next(one["value"] for one in read(operator.get(CHECK)).inputs if one.get("name") == "seen")
    return operator.post(CHECK, {"agreed": "on", "seen": seen} | other)


def text_of(response: Any) -> str:
    return str(response.content.decode())


# --- lists --------------------------------------------------------------------------------------


def test_every_table_is_listed_with_its_counts_and_source(operator: PageClient) -> None:
    page = text_of(operator.get("/operator/codes/"))
    for words in ("单位性质", "3501", "520", "GB/T 3304-1991", "2021-01-01"):
        assert words in page
    assert len(read(operator.get("/operator/codes/")).links) > 22


def test_a_table_shows_what_is_in_force_and_apart_what_is_not(operator: PageClient) -> None:
    there, gone = (text_of(operator.get(f"/operator/codes/employer_nature/{tab}")) for tab in ("", "?tab=gone"))
    assert ("科研设计单位" in there, "艰苦事业单位" in there) == (True, False)
    assert ("科研设计单位" in gone, "艰苦事业单位" in gone, "2020-12-31" in gone) == (False, True, True)
    assert operator.get("/operator/codes/nothing/").status_code == 404


def test_regions_are_found_and_paged(operator: PageClient) -> None:
    url = "/operator/codes/region/"
    assert "岳麓区" in text_of(operator.get(f"{url}?name=岳麓"))
    assert "430124" in text_of(operator.get(f"{url}?tab=gone&name=宁乡"))
    assert "共 999+ 条" in text_of(operator.get(url))
    assert operator.get(f"{url}?page=36&name=").status_code == 200
    assert operator.get(f"{url}?page=99999999999&name=%00%27&tab=x").status_code == 200


def test_the_lists_ask_for_nothing_per_row(operator: PageClient) -> None:
    found = []
    for url in ("/operator/codes/", "/operator/codes/region/", "/operator/codes/sex/"):
        operator.get(url)
        with CaptureQueriesContext(connection) as asked:
            operator.get(url)
        found.append(len(asked))
    assert found[1] == found[2]
    assert max(found) <= 8


def test_the_list_is_downloaded_as_it_is_uploaded(operator: PageClient) -> None:
    answer = operator.get("/operator/codes/job_category/list.csv")
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert rows[0] == ["代码", "名称", "审核提醒", "停用"]
    assert rows[1:] == [[row.code, row.name, row.extra["warn"], ""] for row in table("job_category")]
    again = operator.post(ADD, given(text=answer.content.decode("utf-8-sig"), whole="whole"))
    assert (again.status_code, "与现在的内容完全相同" in text_of(again)) == (422, True)


# --- from the upload to its day ------------------------------------------------------------------


def test_an_edition_is_checked_shown_confirmed_and_in_force_from_its_day(cast: Cast, operator: PageClient) -> None:
    assert operator.post(ADD, given())["Location"] == CHECK
    assert CodeEdition.objects.count() == 0
    page = text_of(operator.get(CHECK))
    for words in ("数字职业人员", "名称：工程技术人员 → 工程与数字技术人员", "军人", LATER.isoformat(), "人社部公告"):
        assert words in page
    assert confirm(operator)["Location"] == "/operator/codes/job_category/?tab=editions"
    made = CodeEdition.objects.get()
    assert (made.table, made.number, made.effective_on, made.whole) == ("job_category", 1, LATER, False)
    assert (made.added_by, made.added_as, made.source) == (cast.operator.user, cast.operator.membership, "人社部公告")
    assert Draft.objects.count() == 0
    assert "91" not in dict(table("job_category").choices())
    assert dict(table("job_category").choices(LATER))["91"] == "数字职业人员"
    listed = text_of(operator.get("/operator/codes/job_category/?tab=editions"))
    assert ("第 1 版" in listed, "未到生效日期" in listed, "撤回" in listed) == (True, True, True)


def test_the_tick_is_asked_for_and_nothing_is_added_without(operator: PageClient) -> None:
    operator.post(ADD, given())
    answer = confirm(operator, agreed="")
    assert (answer.status_code, CodeEdition.objects.count()) == (422, 0)


def test_what_was_not_shown_is_not_confirmed(operator: PageClient) -> None:
    operator.post(ADD, given())
    answer = confirm(operator, seen="0" * 64)
    assert (answer.status_code, CodeEdition.objects.count()) == (409, 0)
    assert "内容已经变化" in text_of(answer)


def test_another_edition_in_between_is_seen(cast: Cast, operator: PageClient) -> None:
    operator.post(ADD, given())
    seen = next(one["value"] for one in read(operator.get(CHECK)).inputs if one.get("name") == "seen")
    other = enter(cast.second_operator)
    other.post(ADD, given(text="代码,名称\n13,工程类\n", effective_on=(LATER - timedelta(days=1)).isoformat()))
    assert confirm(other).status_code == 302
    answer = operator.post(CHECK, {"agreed": "on", "seen": seen})
    assert (answer.status_code, CodeEdition.objects.count()) == (409, 1)
    assert "工程类 → 工程与数字技术人员" in text_of(answer)
    assert confirm(operator).status_code == 302
    assert [row.number for row in CodeEdition.objects.order_by("number")] == [1, 2]


def test_confirming_twice_adds_once(operator: PageClient) -> None:
    operator.post(ADD, given())
    seen = next(one["value"] for one in read(operator.get(CHECK)).inputs if one.get("name") == "seen")
    answers = [operator.post(CHECK, {"agreed": "on", "seen": seen})["Location"] for _twice in range(2)]
    assert answers == ["/operator/codes/job_category/?tab=editions", "/operator/codes/job_category/"]
    assert CodeEdition.objects.count() == 1


def test_what_was_typed_comes_back(operator: PageClient) -> None:
    operator.post(ADD, given())
    assert "工程与数字技术人员" in text_of(operator.get(ADD))
    wrong = text_of(operator.post(ADD, given(text="代码,名称\n13,甲甲甲\n13,乙乙乙\n")))
    assert ("甲甲甲" in wrong, "代码“13”与第2行重复" in wrong, "第 3 行" in wrong) == (True, True, True)


def test_one_to_come_is_withdrawn_and_one_in_force_is_not(cast: Cast, operator: PageClient) -> None:
    operator.post(ADD, given())
    confirm(operator)
    made = CodeEdition.objects.get()
    url = f"/operator/codes/editions/{made.pk}/withdraw/"
    assert enter(cast.school_reviewer).post(url).status_code == 404
    assert operator.get(url).status_code == 405
    operator.post(url)
    assert (CodeEdition.objects.count(), CodeEdition.objects.get(withdraws=made).added_by) == (2, cast.operator.user)
    assert "已撤回" in text_of(operator.get("/operator/codes/job_category/?tab=editions"))
    again = operator.post(url, follow=True)
    assert "这个版本已经撤回" in text_of(again)


# --- files ---------------------------------------------------------------------------------------


def file(content: bytes, name: str = "list.csv") -> dict[str, Any]:
    return given(text="", file=SimpleUploadedFile(name, content))


LINES = [["代码", "名称", "审核提醒"], ["91", "数字职业人员", "no"]]
CSV = "\n".join(",".join(line) for line in LINES)


@pytest.mark.parametrize(
    "upload",
    [
        file(CSV.encode()),
        file(CSV.encode("utf-8-sig")),
        file(CSV.encode("gb18030")),
        file(CSV.replace(",", "\t").encode()),
        file(xlsx(LINES), "list.xlsx"),
        given(text=CSV.replace(",", "\t")),
    ],
    ids=["utf-8", "mark", "gbk", "tabs", "xlsx", "pasted from a spreadsheet"],
)
def test_files_of_every_honest_kind_are_read(operator: PageClient, upload: dict[str, Any]) -> None:
    assert operator.post(ADD, upload).status_code == 302
    assert confirm(operator).status_code == 302
    assert dict(table("job_category").choices(LATER))["91"] == "数字职业人员"


@pytest.mark.parametrize(
    ("upload", "words"),
    [
        (given(text=""), "请选择名单文件，或者粘贴名单"),
        (given(text="   \n  "), "请选择名单文件，或者粘贴名单"),
        ({**file(CSV.encode()), "text": CSV}, "文件和粘贴只能用一种"),
        (file(b""), "文件是空的"),
        (file(b"\xff\xfe\x81\x00\x00"), "编码不是 UTF-8 或 GB18030"),
        (file(b"PK\x03\x04" + b"x" * 50), "与扩展名不符"),
        (file(b"PK\x03\x04" + b"x" * 50, "list.xlsx"), "无法读取"),
        (file(CSV.encode(), "list.xls"), "不支持旧格式"),
        (file(CSV.encode(), "list.exe"), "只能上传 .xlsx 或 .csv"),
        (file(b"x," * 1_200_000), "文件超过 2 MB"),
        (file(b'code,name\n91,"a\n'), "引号不完整"),
        (file("代码,名称,审核提醒\n91,=1+1,no\n".encode()), "公式"),
        (file("代码,名称,审核提醒\n91,＝cmd,no\n".encode()), "公式"),
        (file(f"代码,名称\n91,{'长' * 2000}\n".encode()), "超过1000个字"),
        (given(text="x" * 300_001), "内容太长"),
        (given(effective_on="soon"), "请按 2027-07-15 这样填写日期"),
        (given(effective_on="9999-12-31"), "生效日期应在"),
        (given(effective_on=""), "请选择生效日期"),
        (given(source=""), "请填写来源"),
        (given(source="长" * 201), "200"),
        (given(whole="perhaps"), "名单"),
        (given(text="\0,\0"), "空字符"),
    ],
)
def test_bad_input_gets_a_sentence_and_changes_nothing(operator: PageClient, upload: dict[str, Any], words: str) -> None:
    answer = operator.post(ADD, upload)
    assert (answer.status_code, CodeEdition.objects.count(), Draft.objects.count()) == (422, 0, 0)
    assert words in text_of(answer)


def test_a_whole_list_that_forgets_most_is_warned_of(operator: PageClient) -> None:
    operator.post(ADD, given(text="代码,名称\n10,公务员\n13,工程师\n", whole="whole"))
    page = text_of(operator.get(CHECK))
    assert ("将停用 16 个代码" in page, "只想改几个代码时" in page) == (True, True)


def test_a_hundred_mistakes_are_shown_in_a_table(operator: PageClient) -> None:
    rows = "".join(f"{number},甲{number},maybe\n" for number in range(100, 350))
    page = text_of(operator.post(ADD, given(text="代码,名称,审核提醒\n" + rows)))
    assert ("名单有 500 处问题" in page, "还有 300 处" in page) == (True, True)


def test_a_whole_list_of_regions_goes_through(operator: PageClient) -> None:
    content = operator.get("/operator/codes/region/list.csv").content.decode("utf-8-sig")
    content = content.replace("430182,宁乡市", "430183,宁乡区")
    url = "/operator/codes/region/add/"
    upload = file(content.encode("gb18030")) | {"whole": "whole"}
    assert operator.post(url, upload)["Location"] == "/operator/codes/region/check/"
    page = operator.get("/operator/codes/region/check/")
    assert ("宁乡区" in text_of(page), "宁乡市" in text_of(page)) == (True, True)
    seen = next(one["value"] for one in read(page).inputs if one.get("name") == "seen")
    assert operator.post("/operator/codes/region/check/", {"agreed": "on", "seen": seen}).status_code == 302
    rows = table("region")
    assert (rows.get("430182", LATER), rows.get("430182").name) == (None, "宁乡市")
    assert (rows.get("430183", LATER).name, rows.get("430183", LATER).parent) == ("宁乡区", "430100")
    assert CodeEdition.objects.get().whole is True


def test_who_states_other_people_is_warned(cast: Cast) -> None:
    """职位类别 90 (codes.md §2); reviewers read it among what they should notice (test_warnings.py)."""
    titles = [[one.title for one in warnings({"terms": {"job_category": code}}, cast.graduate)] for code in ("90", "13", "")]
    assert titles == [["职位类别为“其他人员”"], [], []]


def test_who_states_his_own_phone_as_the_contact_s_is_warned(cast: Cast) -> None:
    for phone, said in ((cast.graduate.user.phone, ["单位联系人的手机与您本人的相同"]), ("13900001111", [])):
        assert [one.title for one in warnings({"terms": {"contact_mobile": phone}}, cast.graduate)] == said


def test_nobody_else_sees_any_of_it(cast: Cast) -> None:
    urls = ["/operator/codes/", "/operator/codes/sex/", "/operator/codes/sex/list.csv", ADD, CHECK]
    everybody = (cast.graduate, cast.employer, cast.college_reviewer, cast.school_reviewer)
    assert {enter(actor).get(url).status_code for actor in everybody for url in urls} == {404}
    assert {enter(actor).post(url, given()).status_code for actor in everybody for url in (ADD, CHECK)} == {404}
    assert CodeEdition.objects.count() == 0
