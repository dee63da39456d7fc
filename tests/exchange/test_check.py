"""Every mistake in a row is found at once, with its cell and a sentence."""

from __future__ import annotations

import pytest

from tests.cast import Cast
from tests.exchange.files import PINYIN, counts, identity, national, person, table, upload, xlsx
from wangqian.exchange.roster import desk
from wangqian.exchange.roster.views import errors
from wangqian.exchange.roster.work import work
from wangqian.people.models import College, Graduate

BAD_CHECK = identity(1)[:17] + ("0" if identity(1)[17] != "0" else "1")
CASES = {
    "no name": ({"xm": ""}, {"C2": "缺少姓名"}),
    "no identity": ({"sfzh": "", "csrq": ""}, {"B2": "缺少身份证号"}),
    "no degree": ({"xldm": "", "xl": ""}, {"M2": "缺少学历"}),
    "no major": ({"zy": ""}, {"P2": "缺少专业"}),
    "no training mode": ({"pyfsdm": "", "pyfs": ""}, {"R2": "缺少培养方式"}),
    "no college": ({"szyx": ""}, {"AE2": "缺少所在院系"}),
    "no number": ({"ksh": "", "xh": ""}, {"AG2": "考生号和学号至少填一项"}),
    "check digit": ({"sfzh": BAD_CHECK}, {"B2": "身份证号的校验码不符，请逐位核对是否输错"}),
    "15 digits": ({"sfzh": "430102040801001"}, {"B2": "15位的旧身份证号已停用，请填写18位身份证号"}),
    "sex": ({"xbdm": "2", "xb": "女"}, {"E2": "性别与身份证号不符"}),
    "birthday": ({"csrq": "2004-08-02"}, {"AH2": "出生日期与身份证号不符"}),
    "code against name": ({"xldm": "41"}, {"M2": "代码“41”与名称“本科生毕业”不一致"}),
    "unknown code": (
        {"pyfsdm": "9", "pyfs": ""},
        {"R2": "“9”不在代码表中，应为：1 非定向、2 定向、3 在职、4 委培、5 自筹"},
    ),
    "unknown name": ({"mzdm": "", "mz": "火星族"}, {"G2": "“火星族”不在代码表中"}),
    "unknown college": ({"szyx": "法学院"}, {"AE2": "本校没有院系“法学院”。本校院系有：信息学院"}),
    "another school": (
        {"yxdm": "10002", "yxmc": "江南理工大学"},
        {"J2": "院校代码不是本校的10001", "K2": "院校名称不是本校“示范大学”"},
    ),
    "another year": ({"bysj": "2026-06-30"}, {"Z2": "毕业时间是2026年，与本届（2027届）不符"}),
    "years the wrong way": ({"rxsj": "2028"}, {"Y2": "入学时间不早于毕业时间"}),
    "no such day": ({"bysj": "20270631"}, {"Z2": "没有这样的日期"}),
    "not a day": ({"rxsj": "大一"}, {"Y2": "日期应写作 20270701、2027-07-01 或 2027年7月"}),
    "phone": ({"mobilephone": "1390000000"}, {"AM2": "手机号码应为11位数字"}),
    "e-mail": ({"email": "s1#example.com"}, {"AN2": "邮箱应形如 name@example.com"}),
    "qq": ({"qq": "0123"}, {"AO2": "QQ号应为5至12位数字"}),
    "home phone": ({"jtdh": "无人接听"}, {"AQ2": "电话号码只能由数字、空格和 + - ( ) 组成"}),
    "postcode": ({"jtyb": "41000"}, {"AR2": "邮政编码应为6位数字"}),
    "region": ({"syszddm": "990000"}, {"U2": "地区代码前两位不是任何省级行政区的代码"}),
    "region against name": ({"syszddm": "310101"}, {"V2": "生源所在地与生源所在地代码不在同一个省份"}),
    "years of study": ({"xz": "很久"}, {"X2": "学制应为年数，如 4 或 2.5"}),
    "yes or no": ({"hksfzrxx": "也许"}, {"AK2": "应填“是”或“否”"}),
    "too long": ({"zy": "长" * 81}, {"P2": "超过80个字"}),
    "line break": ({"jtdz": "长沙市\n芙蓉区"}, {"AP2": "第4个字是换行或不可见的字符，请删除"}),
    "invisible": ({"xm": "学生\u200b乙"}, {"C2": "第3个字是换行或不可见的字符，请删除"}),
    "digits in a name": ({"xm": "学生1"}, {"C2": "姓名应由文字组成，不含数字"}),
    "student number": ({"xh": "2023/1"}, {"AG2": "只能由24位以内的数字和字母组成"}),
    "entrusted": ({"pyfsdm": "2", "pyfs": "定向"}, {"T2": "定向、委培的毕业生须填写定向或委培单位"}),
    "identity elsewhere": ({"zyfx": identity(3)}, {"Q2": "此格含有身份证号码；证件号码只能填在证件号一列"}),
    "clearing what must be": ({"xm": "[清空]", "szyx": "[清空]"}, {"C2": "此项不能清空", "AE2": "此项不能清空"}),
    "several at once": (
        {"xm": "", "mobilephone": "1", "xz": "x", "szyx": "法学院"},
        {
            "C2": "缺少姓名",
            "X2": "学制应为年数，如 4 或 2.5",
            "AE2": "本校没有院系“法学院”。本校院系有：信息学院",
            "AM2": "手机号码应为11位数字",
        },
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_mistakes(cast: Cast, case: str) -> None:
    cells, expected = CASES[case]
    job = upload(cast, national([person(1, **cells)]))
    assert (job.status, *counts(job)) == ("checked", 0, 0, 0, 1), job.error
    (row,) = errors(job)
    assert row.number == 2
    assert {wrong.cell: wrong.sentence for wrong in row.wrong} == expected
    assert len(row.wrong) == len(expected)


GOOD = {
    "codes alone": {"xb": "", "mz": "", "zzmm": "", "xl": "", "pyfs": "", "sfslb": "", "knslb": ""},
    "names alone": {"xbdm": "", "mzdm": "", "zzmmdm": "", "xldm": "", "pyfsdm": "", "sfslbdm": "", "knslbdm": ""},
    "spellings": {
        "xldm": "",
        "xl": "本科",
        "mz": "汉",
        "mzdm": "1",
        "zzmm": "团员",
        "szyx": " 信息学院 ",
        "xz": "四年",
    },
    "full width": {"sfzh": "".join(chr(ord(c) + 0xFEE0) for c in identity(1)), "mobilephone": "+86 139-0000-0001"},
    "silent sex and birthday": {"xbdm": "", "xb": "", "csrq": ""},
    "less exact": {"csrq": "200408", "rxsj": "2023年9月", "bysj": "2027"},
    "only one number": {"ksh": ""},
    "entrusted with unit": {"pyfsdm": "4", "pyfs": "委培", "dxhwpdw": "长沙市第一医院"},
    "a minority name": {"xm": "买买提·吐尔逊"},
    "county of another name": {"syszddm": "632801", "syszd": "海南藏族自治州"},
}


@pytest.mark.parametrize("case", GOOD)
def test_what_is_right_passes(cast: Cast, case: str) -> None:
    job = upload(cast, national([person(1, **GOOD[case])]))
    assert (counts(job), [row.wrong for row in errors(job)]) == ((1, 0, 0, 0), [])


def test_a_number_the_spreadsheet_has_rounded(cast: Cast) -> None:
    row: dict[str, object] = dict(person(1), sfzh=int(identity(1)[:17] + "1"))
    job = upload(cast, xlsx([PINYIN, [row[key] for key in PINYIN]]))
    (found,) = errors(job)
    assert [(wrong.cell, wrong.column, wrong.sentence) for wrong in found.wrong] == [
        ("B2", "sfzh", "此格是数字格式，末几位已被表格软件改变。请把该列设为文本格式，重新填写")
    ]


def test_rows_that_repeat_each_other_name_each_other(cast: Cast) -> None:
    rows = [person(1), person(2), person(3, xh="202300001"), person(4, sfzh=identity(2), xbdm="", xb="")]
    job = upload(cast, national(rows))
    assert counts(job) == (0, 0, 0, 4)
    assert [[(wrong.cell, wrong.sentence) for wrong in row.wrong] for row in errors(job)] == [
        [("AG2", "与第4行的学号相同")],
        [("B3", "与第5行的证件号相同")],
        [("AG4", "与第2行的学号相同")],
        [("B5", "与第3行的证件号相同")],
    ]


def test_other_documents(cast: Cast) -> None:
    headers = [*PINYIN, "证件类型"]
    passport = [*table([person(1, sfzh="E12345678", csrq="2004-01-01")])[0], "护照"]
    silent = [*table([person(2, sfzh="E12345679", xb="", xbdm="")])[0], "护照"]
    job = upload(cast, xlsx([headers, passport, silent]))
    assert counts(job) == (1, 0, 0, 1)
    assert [[(wrong.cell, wrong.sentence) for wrong in row.wrong] for row in errors(job)] == [[("E3", "缺少性别")]]
    desk.confirm(job, cast.school_reviewer, only_good=True)
    work()
    graduate = Graduate.objects.get()
    assert (graduate.identity_kind, graduate.identity_number()) == ("passport", "E12345678")


def test_colleges_are_made_only_when_asked_for(cast: Cast) -> None:
    content = national([person(1, szyx="法学院"), person(2, szyx="法学院"), person(3)])
    job = upload(cast, content, create_colleges=True)
    assert (counts(job), job.new_colleges) == ((3, 0, 0, 0), ["法学院"])
    assert "确认后将新建院系：法学院" in job.notes
    assert sorted(College.objects.values_list("name", flat=True)) == ["信息学院"]
    desk.allow_colleges(cast.school_reviewer, job, False)
    work()
    job.refresh_from_db()
    assert (counts(job), job.new_colleges) == ((1, 0, 0, 2), [])
    desk.allow_colleges(cast.school_reviewer, job, True)
    work()
    job.refresh_from_db()
    desk.confirm(job, cast.school_reviewer, only_good=False)
    work()
    assert Graduate.objects.filter(college__name="法学院", school=cast.school).count() == 2
    assert College.objects.filter(school=cast.school).count() == 2


def test_blank_rows_keep_the_count_of_the_spreadsheet(cast: Cast) -> None:
    lines = [PINYIN, *table([person(1)]), [], [None] * 3, *table([person(2, xm="")])]
    job = upload(cast, xlsx(lines))
    assert (counts(job), job.total) == ((1, 0, 0, 1), 2)
    assert [(row.number, row.wrong[0].cell) for row in errors(job)] == [(5, "C5")]


def test_pages_of_errors(cast: Cast) -> None:
    job = upload(cast, national([person(serial, xm="") for serial in range(1, 61)]))
    assert [row.number for row in errors(job, 2)] == list(range(52, 62))
    assert (errors(job, "x").number, errors(job, 99).number, errors(job).paginator.num_pages) == (1, 2, 2)
