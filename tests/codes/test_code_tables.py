"""The shipped tables equal the official lists, typed here by hand, in both directions."""

import re
from datetime import date

import pytest

from wangqian.codes.table import names, table

NATURES = """10 机关 · 20 科研设计单位 · 21 高等教育单位 · 22 中初教育单位 · 23 医疗卫生单位 ·
29 其他事业单位 · 31 国有企业 · 32 三资企业 · 39 其他企业 · 40 部队 · 55 农村建制村 · 56 城镇社区 ·
25 艰苦事业单位 · 35 艰苦行业企业 · 99 其他"""
INDUSTRIES = """11 A 农林牧渔业 · 21 B 采矿业 · 22 C 制造业 · 23 D 电力热力燃气及水生产和供应业 ·
24 E 建筑业 · 31 F 批发和零售业 · 32 G 交通运输仓储和邮政业 · 33 H 住宿和餐饮业 ·
34 I 信息传输软件和信息技术服务业 · 35 J 金融业 · 36 K 房地产业 · 37 L 租赁和商务服务业 ·
38 M 科学研究和技术服务业 · 39 N 水利环境和公共设施管理业 · 41 O 居民服务修理和其他服务业 · 42 P 教育 ·
43 Q 卫生和社会工作 · 44 R 文化体育和娱乐业 · 45 S 公共管理社会保障和社会组织 · 46 T 国际组织 ·
80 - 军队"""
JOBS = """10 公务员 · 11 科学研究人员 · 13 工程技术人员 · 17 农林牧渔业技术人员 · 19 卫生专业技术人员 ·
21 经济业务人员 · 22 金融业务人员 · 23 法律专业人员 · 24 教学人员 · 25 文学艺术工作人员 ·
26 体育工作人员 · 27 新闻出版和文化工作人员 · 29 其他专业技术人员 · 30 办事人员和有关人员 ·
40 商业和服务业人员 · 60 生产和运输设备操作人员 · 80 军人 · 90 其他人员"""
EDUCATION = """01 博士 博士生毕业 · 03 博士 博士生结业 · 11 硕士 硕士生毕业 · 13 硕士 硕士生结业 ·
25 二学位 二学位毕业 · 26 二学位 二学位结业 · 31 本科 本科生毕业 · 33 本科 本科生结业 ·
41 专科 专科生毕业 · 43 专科 专科生结业 · 61 高职 高职毕业 · 63 高职 高职结业"""
TRAINING = "1 yes 非定向 · 2 no 定向 · 3 dial 在职 · 4 no 委培 · 5 yes 自筹"
HARDSHIP = """0 非困难生 · 1 就业困难 · 2 家庭困难 · 3 就业困难和家庭困难 · 4 残疾 · 5 就业困难和残疾 ·
6 家庭困难和残疾 · 7 就业困难、家庭困难和残疾"""
POLITICAL = """01 中共党员 · 02 预备党员 · 03 共青团员 · 04 民革党员 · 05 民盟盟员 · 06 民建会员 ·
07 民进会员 · 08 农工党党员 · 09 致公党党员 · 10 九三学社社员 · 11 台盟盟员 · 12 无党派人士 · 13 群众"""
ETHNICITIES = """01 汉族 · 02 蒙古族 · 03 回族 · 04 藏族 · 05 维吾尔族 · 06 苗族 · 07 彝族 · 08 壮族 ·
09 布依族 · 10 朝鲜族 · 11 满族 · 12 侗族 · 13 瑶族 · 14 白族 · 15 土家族 · 16 哈尼族 · 17 哈萨克族 ·
18 傣族 · 19 黎族 · 20 傈僳族 · 21 佤族 · 22 畲族 · 23 高山族 · 24 拉祜族 · 25 水族 · 26 东乡族 ·
27 纳西族 · 28 景颇族 · 29 柯尔克孜族 · 30 土族 · 31 达斡尔族 · 32 仫佬族 · 33 羌族 · 34 布朗族 ·
35 撒拉族 · 36 毛南族 · 37 仡佬族 · 38 锡伯族 · 39 阿昌族 · 40 普米族 · 41 塔吉克族 · 42 怒族 ·
43 乌孜别克族 · 44 俄罗斯族 · 45 鄂温克族 · 46 德昂族 · 47 保安族 · 48 裕固族 · 49 京族 · 50 塔塔尔族 ·
51 独龙族 · 52 鄂伦春族 · 53 赫哲族 · 54 门巴族 · 55 珞巴族 · 56 基诺族 · 97 其他 · 98 外国血统"""
PROVINCES = """11 北京市 · 12 天津市 · 13 河北省 · 14 山西省 · 15 内蒙古自治区 · 21 辽宁省 ·
22 吉林省 · 23 黑龙江省 · 31 上海市 · 32 江苏省 · 33 浙江省 · 34 安徽省 · 35 福建省 · 36 江西省 ·
37 山东省 · 41 河南省 · 42 湖北省 · 43 湖南省 · 44 广东省 · 45 广西壮族自治区 · 46 海南省 · 50 重庆市 ·
51 四川省 · 52 贵州省 · 53 云南省 · 54 西藏自治区 · 61 陕西省 · 62 甘肃省 · 63 青海省 ·
64 宁夏回族自治区 · 65 新疆维吾尔自治区 · 71 台湾省 · 81 香港特别行政区 · 82 澳门特别行政区"""
REASONS = """考取研究生/第二学位 · 录取公务员/事业单位/选调生 · 应征入伍/基层项目 · 出国出境 ·
个人职业规划变化 · 家庭或健康原因 · 未取得毕业/学位证书 · 单位岗位取消/经营变化 · 单位变更协议内容 ·
未通过体检/背景调查/资格审查 · 信息填写错误重新签约 · 双方协商其他"""

OFFICIAL = {
    "employer_nature": NATURES,
    "job_category": JOBS,
    "hardship": HARDSHIP,
    "political_status": POLITICAL,
    "ethnicity": ETHNICITIES,
    "teacher_training": "1 普通师范生 · 2 非师范生 · 12 公费师范生",
    "sex": "1 男 · 2 女",
    "urban_rural": "urban 城镇 · rural 农村",
    "dossier_transfer": "origin 转回生源地 · employer 签约单位接收 · agent 托管单位接收 ·"
    "superior 上级主管单位接收 · further_study 升学学校接收 · kept 保留学校 · none 不接收",
    "dossier_receipt": "employer 签约单位接收 · agent 托管单位接收 · superior 上级主管单位接收 · none 不接收",
    "hukou_transfer": "unit 迁入单位集体户 · talent 迁入人才市场集体户 · origin 迁回生源地 · school 升学迁入学校 · stay 不迁移",
    "release_reason": "not_graduated 未毕业或延长学制 · withdrawn 退学 · deceased 去世 ·"
    "employer_gone 单位注销或失联 · court 裁判仲裁 · duplicate_or_false 重复或虚假",
    "enterprise_kind": "state 国有企业 · private 民营企业 · foreign 外商独资 · joint 中外合资 ·"
    "shareholding 股份制 · collective 集体 · self_employed 个体工商户 · public 机关事业单位 ·"
    "social 社会组织 · other 其他",
    "enterprise_size": "01 少于50人 · 02 50-99人 · 03 100-499人 · 04 500-999人 ·"
    "05 1000-9999人 · 06 10000人以上",
    "study_level": "doctor 博士研究生 · master 硕士研究生 · second_bachelor 第二学士学位 · bachelor 本科 · other 其他（语言、预科等）",
    "document_kind": "resident 居民身份证 · residence_permit 港澳台居民居住证 · passport 护照 · other 其他",
}
WITH_A_FACT = {
    "education": ("level", EDUCATION),
    "training_mode": ("can_sign", TRAINING),
    "industry": ("section", INDUSTRIES),
}
COUNTS = {
    "country": 248, "destination": 46, "document_kind": 4, "dossier_receipt": 4, "dossier_transfer": 7, "education": 12,
    "employer_nature": 15, "enterprise_kind": 10, "enterprise_size": 6, "ethnicity": 58, "hardship": 8, "hukou_transfer": 5,
    "industry": 21, "industry_division": 97, "job_category": 18, "political_status": 13, "province": 34, "region": 4088,
    "release_reason": 6, "sex": 2, "study_level": 5, "teacher_training": 3, "termination_reason": 12, "training_mode": 5,
    "urban_rural": 2,
}  # fmt: skip


def listed(text: str, cells: int) -> list[list[str]]:
    return [item.split(maxsplit=cells - 1) for item in text.split("·")]


def stripped(rows: list[list[str]]) -> list[list[str]]:
    return sorted([cell.strip() for cell in row] for row in rows)


def test_every_table_is_counted():
    assert {name: len(table(name)) for name in names()} == COUNTS


@pytest.mark.parametrize("name", OFFICIAL)
def test_codes_and_names_are_the_official_ones(name):
    assert sorted([row.code, row.name] for row in table(name)) == stripped(listed(OFFICIAL[name], 2))


@pytest.mark.parametrize("name", WITH_A_FACT)
def test_codes_facts_and_names_are_the_official_ones(name):
    fact, text = WITH_A_FACT[name]
    shipped = sorted([row.code, row.extra[fact] or "-", row.name] for row in table(name))
    assert shipped == stripped(listed(text, 3))


def test_provinces_are_the_34_of_the_standard():
    expected = [[f"{code}0000", code, name] for code, name in stripped(listed(PROVINCES, 2))]
    assert sorted([row.code, row.extra["prefix"], row.name] for row in table("province")) == expected


def test_termination_reasons_are_numbered_in_the_official_order():
    expected = [(f"{number:02d}", name.strip()) for number, name in enumerate(REASONS.split("·"), 1)]
    assert [(row.code, row.name) for row in table("termination_reason")] == expected


def test_every_row_has_a_source_and_no_code_is_given_twice():
    for name in names():
        rows = list(table(name))
        assert all(row.source for row in rows), name
        assert len({(row.code, row.valid_from) for row in rows}) == len(rows), name


UNDATED = """country document_kind dossier_receipt dossier_transfer education employer_nature enterprise_kind enterprise_size hardship
hukou_transfer job_category release_reason study_level teacher_training termination_reason training_mode urban_rural"""


def test_what_has_a_dated_standard_begins_on_its_day():
    """A day stands in a row wherever its source names a standard with its year; the regions tell their own days."""
    for name in set(names()) - {"region"}:
        for row in table(name):
            assert bool(row.valid_from) or not re.search(r"GB/T [\d.]+-\d{4}", row.source), (name, row)
    assert {name for name in names() if not any(row.valid_from for row in table(name))} == set(UNDATED.split())
    assert {row.valid_from for row in table("province")} == {date(2008, 2, 1)}


def test_every_name_leads_back_to_its_class():
    for name in names():
        codes = table(name)
        for code, label in codes.choices():
            assert codes.find(label) == codes.by_name(label) == codes.find(code) == codes.get(code), (
                name,
                code,
            )


def test_every_alias_leads_to_its_row_and_none_is_claimed_twice():
    for name in names():
        codes = table(name)
        claims = [(alias, row) for row in codes for alias in row.aliases]
        assert len({alias for alias, _row in claims}) == len(claims), name
        assert [codes.find(alias) for alias, _row in claims] == [row for _alias, row in claims], name


def test_divisions_belong_to_the_section_of_their_industry():
    divisions, industries = table("industry_division"), table("industry")
    assert [row.code for row in divisions] == [f"{number:02d}" for number in range(1, 98)]
    assert all(row.extra["section"] == industries.get(row.parent).extra["section"] for row in divisions)
    sections = "".join(row.extra["section"] for row in divisions)
    counts = [sections.count(letter) for letter in "ABCDEFGHIJKLMNOPQRST"]
    assert counts == [5, 7, 31, 3, 4, 2, 8, 2, 3, 4, 1, 2, 3, 4, 3, 1, 2, 5, 6, 1]
    assert divisions.find("软件和信息技术服务业").parent == "34"


def test_hardship_is_the_sum_of_its_three_causes():
    for row in table("hardship"):
        causes = [row.extra[cause] == "yes" for cause in ("employment", "family", "disability")]
        assert int(row.code) == sum(2**place for place, cause in enumerate(causes) if cause)


def test_only_a_dossier_that_travels_needs_an_address():
    needed = {row.code for row in table("dossier_receipt") if row.extra["address_required"] == "yes"}
    assert needed == {"employer", "agent", "superior"}
    assert table("dossier_transfer").get("kept").extra["years_max"] == "2"


def test_natures_know_the_credit_codes_they_come_with():
    prefixes = {row.code: row.extra["uscc_prefix"] for row in table("employer_nature")}
    assert {code for code, prefix in prefixes.items() if prefix == "12"} == {
        "20",
        "21",
        "22",
        "23",
        "25",
        "29",
    }
    assert (prefixes["10"], prefixes["55"], prefixes["31"], prefixes["39"]) == ("11", "54", "91", "91;92;93")


def test_reviewers_are_warned_of_one_job_category():
    assert [row.code for row in table("job_category") if row.extra["warn"] == "yes"] == ["90"]
