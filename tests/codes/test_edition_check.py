"""A list of codes read as an edition: every mistake at once, each with its line; what is right becomes before and after."""

from __future__ import annotations

import csv
import io
from datetime import date

import pytest

from wangqian.codes.edition_check import MOST_ROWS, Reader, Reading
from wangqian.codes.edition_kept import changed_facts, stored, written
from wangqian.codes.table import names, table
from wangqian.codes.titles import COLUMNS, TITLES

DAY = date(2026, 12, 1)


def read(name: str, text: str, whole: bool = False, on: date = DAY) -> Reading:
    rows = enumerate(csv.reader(io.StringIO(text)), 1)
    return Reader(name, on, whole, "文号").read([(line, cells) for line, cells in rows if any(cells)])


def said(reading: Reading) -> list[tuple[int, str]]:
    return [(one.line, one.sentence) for one in reading.problems]


HEAD = "代码,名称,审核提醒,停用\n"
WRONG = [
    ("job_category", "", [(1, "第一行应为列名，其中要有“代码”"), (1, "第一行应为列名，其中要有“名称”")]),
    ("job_category", "代码\n91\n", [(1, "第一行应为列名，其中要有“名称”")]),
    ("job_category", "代码,名称,名称\n91,甲,甲\n", [(1, "同一列名出现了两次")]),
    ("job_category", "代码,名称,颜色\n", [(1, "不认识的列：颜色。本表的列有：代码、名称、审核提醒、停用")]),
    ("job_category", HEAD, [(0, "第一行之后没有任何内容")]),
    ("job_category", HEAD + "91,,no,\n", [(2, "缺少名称")]),
    ("job_category", HEAD + ",甲,no,\n", [(2, "缺少代码")]),
    ("job_category", HEAD + "91,甲,,\n", [(2, "新的代码还要填“审核提醒”")]),
    ("job_category", HEAD + "91,甲,maybe,\n", [(2, "“审核提醒”应为：no、yes")]),
    ("job_category", HEAD + "91,甲,no,也许\n", [(2, "“停用”一列应填“是”或留空")]),
    ("job_category", HEAD + "91,甲,no,\n91,乙,no,\n", [(3, "代码“91”与第2行重复")]),
    ("job_category", HEAD + "91,甲,no,\n92,甲,no,\n", [(3, "名称“甲”与第2行相同")]),
    ("job_category", HEAD + "911,甲,no,\n", [(2, "代码“911”应为 2 位")]),
    ("job_category", HEAD + "7,甲,no,\n", [(2, "代码“7”应为 2 位")]),
    ("teacher_training", "代码,名称\n123,甲\n", [(2, "代码“123”超过 2 位")]),
    ("job_category", HEAD + "9A,甲,no,\n", [(2, "代码“9A”只能由数字组成")]),
    ("job_category", HEAD + f"91,{'长' * 31},no,\n", [(2, "名称超过30个字")]),
    ("job_category", HEAD + f"91,{'长' * 201},no,\n", [(2, "有一格超过200个字"), (2, "名称超过30个字")]),
    ("job_category", HEAD + "91,甲\u202e乙,no,\n", [(2, "有换行或不可见的字符，请删除")]),
    ("job_category", HEAD + "91,甲,no,,多\n", [(2, "比第一行多出了内容")]),
    ("job_category", HEAD + "91,,,是\n", [(2, "缺少名称"), (2, "表中没有在用的代码“91”，无从停用")]),
    ("job_category", HEAD + "10,公务员,no,\n", [(0, "与现在的内容完全相同，不需要添加")]),
    ("education", "代码,名称\n1,博士生毕业\n", [
        (2, "代码“1”像是丢了前面的 0，表中是“01”；请把该列设为文本格式"),
    ]),
    ("education", "代码,名称\n51,中专\n", [
        (2, "新的代码还要填“层级”"), (2, "新的代码还要填“毕业或结业”"), (2, "新的代码还要填“见于官方文本”"),
    ]),
    ("region", "代码,名称\n4301,长沙市\n", [(2, "代码“4301”应为 6 位")]),
    ("region", "代码,名称\n990101,某县\n", [(2, "990101 某县 的上级代码 990000 不在表中或同时停用")]),
    ("industry_division", "代码,名称,上级代码,门类\n98,新业,99,U\n", [(2, "98 新业 的上级代码 99 不在表中或同时停用")]),
]  # fmt: skip


@pytest.mark.parametrize(("name", "text", "problems"), WRONG)
def test_what_is_wrong_is_said_with_its_line(name: str, text: str, problems: list[tuple[int, str]]) -> None:
    assert said(read(name, text)) == problems


def test_a_city_does_not_end_without_its_counties() -> None:
    found = said(read("region", "代码,名称,停用\n430100,,是\n"))
    assert found[1] == (0, "430102 芙蓉区 的上级代码 430100 不在表中或同时停用")
    assert len(found) == 10


def test_everything_is_said_at_once() -> None:
    text = HEAD + "91,,,\n13,工程,no,\n13,工程,no,\n92,乙,maybe,x\n"
    assert [line for line, _sentence in said(read("job_category", text))] == [2, 2, 4, 5, 5]


def test_a_list_without_end_is_refused() -> None:
    rows = "".join(f"{number:06d},某县{number}\n" for number in range(100_000, 100_010 + MOST_ROWS))
    assert said(read("region", "代码,名称\n" + rows))[-1] == (0, f"超过 {MOST_ROWS} 行，请核对是否选错了文件")


def test_the_day_comes_after_what_is_there() -> None:
    text = "代码,名称,上级代码,门类\n98,新业,34,I\n"
    early = read("industry_division", text, on=date(2017, 10, 1))
    assert said(early) == [(0, "生效日期应晚于 2017-10-01：本表已有自该日起的内容")]
    assert said(read("industry_division", text, on=date(2017, 10, 2))) == []


def kinds(reading: Reading) -> list[tuple[str, bool, bool]]:
    return [(one.code, one.before is not None, one.after is not None) for one in reading.changes]


def test_changes_alone_leave_the_rest() -> None:
    found = read("job_category", HEAD + "13,工程师,,\n91,新职业,no,\n80,,,是\n")
    assert (said(found), kinds(found)) == ([], [("13", True, True), ("91", False, True), ("80", True, False)])
    assert changed_facts(found.changes[0]) == ["名称：工程技术人员 → 工程师"]
    assert found.edition.rows[0].extra["warn"] == "no"


def test_a_whole_list_ends_what_it_leaves_out() -> None:
    found = read("sex", "代码,名称\n1,男\n9,未说明\n", whole=True)
    assert (said(found), kinds(found)) == ([], [("9", False, True), ("2", True, False)])


def test_a_new_county_finds_its_city_and_level() -> None:
    found = read("region", "代码,名称,停用\n430105,开福新区,\n430183,新县,\n439001,直辖新市,\n430121,长沙县,是\n")
    assert said(found) == []
    rows = {row.code: (row.parent, row.extra["level"]) for row in found.edition.rows}
    assert rows == {"430105": ("430100", "county"), "430183": ("430100", "county"), "439001": ("430000", "county")}


def test_the_downloaded_list_is_no_change() -> None:
    for name in names():
        reader = Reader(name, DAY, True, "文号")
        cells = [[COLUMNS[column] for column in reader.columns]]
        for row in table(name):
            if row.valid_on(DAY):
                facts = {"code": row.code, "name": row.name, "parent": row.parent, "ended": "", **row.extra}
                cells.append([facts[column] for column in reader.columns])
        assert said(reader.read(enumerate(cells, 1))) == [(0, "与现在的内容完全相同，不需要添加")], name


def test_what_is_kept_is_read_again() -> None:
    found = read("job_category", HEAD + "13,工程师,,\n80,,,是\n")
    again = stored("job_category", written(found.edition), DAY, False, "文号")
    assert again == found.edition
    whole = read("urban_rural", "代码,名称\nurban,城镇\n", whole=True)
    assert stored("urban_rural", written(whole.edition), DAY, True, "文号") == whole.edition


def test_facts_learnt_since_are_those_of_the_code() -> None:
    """A release may give a table another column: an edition kept before must still be read."""
    kept = "code,name,parent,ended\n13,工程师,,\n91,新职业,,\n"
    rows = stored("job_category", kept, DAY, False, "文号").rows
    assert [(row.code, row.extra["warn"]) for row in rows] == [("13", "no"), ("91", "")]


def test_every_table_has_a_title_and_every_column_a_label() -> None:
    assert set(TITLES) == set(names())
    facts = {fact for name in names() for row in table(name) for fact in row.extra}
    assert facts | {"code", "name", "parent", "ended"} == set(COLUMNS)
    assert len(set(COLUMNS.values())) == len(COLUMNS)
