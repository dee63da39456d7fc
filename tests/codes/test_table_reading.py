"""How a table is looked up, and how its editions follow each other."""

from datetime import date
from pathlib import Path

import pytest

from wangqian.codes.table import Code, Table, read, table

HEADER = "code,name,valid_from,valid_to,parent,source\n"


def edition(code: str, name: str, begins: str = "", ends: str = "", parent: str = "") -> Code:
    day = date.fromisoformat
    return Code(code, name, day(begins) if begins else None, day(ends) if ends else None, parent, "test")


@pytest.mark.parametrize(
    ("name", "text", "code"),
    [
        ("education", "01", "01"),
        ("education", "1", "01"),
        ("education", " ０１ ", "01"),
        ("education", "本科", "31"),
        ("education", "本科生 毕业", "31"),
        ("education", "\u3000本科生毕业\ufeff", "31"),
        ("sex", "01", "1"),
        ("hardship", "00", "0"),
        ("hardship", "就业困难家庭困难和残疾", "7"),
        ("teacher_training", "2", "2"),
        ("teacher_training", "12", "12"),
        ("industry", "农、林、牧、渔业", "11"),
        ("industry", "信息传输、软件和信息技术服务业", "34"),
        ("ethnicity", "汉", "01"),
        ("ethnicity", "汉族", "01"),
        ("political_status", "中共预备党员", "02"),
        ("employer_nature", "其他企业（民营企业、集体企业、个体工商户等）", "39"),
        ("province", "上海", "310000"),
        ("destination", "研究生（考研）", "80-01"),
        ("destination", "51-06", "51-06"),
        ("destination", "其他", None),
        ("document_kind", "其他", "other"),
        ("education", "", None),
        ("education", "99", None),
        ("education", "本", None),
        ("sex", "0", None),
    ],
)
def test_a_cell_of_a_file_is_understood_or_not(name, text, code):
    found = table(name).find(text)
    assert (found and found.code) == code


def test_by_name_takes_the_official_name_only():
    assert table("education").by_name("本科生毕业").code == "31"
    assert table("education").by_name("本科") is None
    assert table("education").by_name("本科生 毕业") is None


def test_an_unknown_code_has_no_name_and_says_so():
    assert table("sex").get("3") is None
    with pytest.raises(KeyError, match="no code '3' in table 'sex'"):
        table("sex").name_of("3")


def test_an_unknown_table_is_named():
    with pytest.raises(KeyError, match="no code table 'sexes'"):
        table("sexes")


def test_revoked_codes_are_readable_and_not_offered():
    natures = table("employer_nature")
    offered = {code for code, _name in natures.choices()}
    assert {"25", "35", "99"} & offered == set()
    assert [natures.name_of(code) for code in ("25", "35", "99")] == ["艰苦事业单位", "艰苦行业企业", "其他"]
    assert {code for code, _name in natures.choices(date(2020, 12, 31))} == offered | {"25", "35", "99"}


def test_each_day_has_its_edition():
    codes = Table("t", [edition("1", "旧名", "", "2020-12-31"), edition("1", "新名", "2021-01-01")])
    assert len(codes) == 2
    assert codes.choices(date(2020, 12, 31)) == [("1", "旧名")]
    assert codes.choices(date(2021, 1, 1)) == [("1", "新名")]
    assert codes.get("1", date(2019, 5, 1)).name == "旧名"
    assert codes.name_of("1") == "新名"
    assert codes.find("旧名").name == "旧名"


def test_an_edition_to_come_changes_nothing_today():
    codes = Table("t", [edition("1", "今名"), edition("1", "后名", "9000-01-01")])
    assert codes.name_of("1") == "今名"
    assert codes.choices() == [("1", "今名")]
    assert codes.choices(date(9000, 1, 1)) == [("1", "后名")]


def test_a_code_outside_its_days_is_none_on_that_day_and_readable_without():
    years = [("2000-01-01", "2000-12-31"), ("2002-01-01", "2002-12-31")]
    codes = Table("t", [edition("1", "名", begins, ends) for begins, ends in years])
    assert codes.get("1", date(2001, 6, 1)) is None
    assert codes.get("1").valid_from == date(2002, 1, 1)


def test_a_class_claims_its_name_before_a_sub_class_and_a_valid_row_before_a_revoked_one():
    losers = [edition("1-1", "甲", parent="1"), edition("9", "乙", ends="2000-01-01")]
    codes = Table("t", [*losers, edition("1", "甲"), edition("2", "乙")])
    assert (codes.find("甲").code, codes.find("乙").code) == ("1", "2")


def test_two_rows_of_one_day_are_a_mistake():
    with pytest.raises(ValueError, match="two rows of code '1'"):
        Table("t", [edition("1", "甲"), edition("1", "乙")])


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("code,name\n1,甲\n", "lacks the columns valid_from, valid_to, parent, source"),
        (HEADER + "1,甲,,,,\n", "line 2 needs code, name and source"),
        (HEADER + "1,甲,,,\n", "line 2 has another number of cells"),
        (HEADER + "1,甲,,,,s,more\n", "line 2 has another number of cells"),
        (HEADER + "1,甲,soon,,,s\n", "Invalid isoformat string"),
    ],
)
def test_a_broken_table_is_refused(tmp_path: Path, text, sentence):
    path = tmp_path / "broken.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match=sentence):
        read(path)


def test_a_row_cannot_be_changed():
    row = table("sex").get("1")
    with pytest.raises(TypeError):
        row.extra["name"] = "x"
    assert len({*table("sex")}) == 2
