"""毕业去向类别: classes, groups of both editions, sub-classes."""

from wangqian.codes.table import table

# code, name, group of 2021, group of 2024, 落实
CLASSES = [
    ("10", "签就业协议形式就业", "协议和合同就业", "单位就业", "yes"),
    ("11", "签劳动合同形式就业", "协议和合同就业", "单位就业", "yes"),
    ("12", "其他录用形式就业", "灵活就业", "单位就业", "yes"),
    ("27", "科研助理、管理助理", "协议和合同就业", "单位就业", "yes"),
    ("46", "应征义务兵", "协议和合同就业", "单位就业", "yes"),
    ("50", "国家基层项目", "协议和合同就业", "单位就业", "yes"),
    ("51", "地方基层项目", "协议和合同就业", "单位就业", "yes"),
    ("75", "自主创业", "创业", "自主创业", "yes"),
    ("76", "自由职业", "灵活就业", "自由职业", "yes"),
    ("80", "升学", "升学", "升学(境内)", "yes"),
    ("85", "出国、出境", "升学", "升学(境外)", "yes"),
    ("70", "待就业", "待就业", "待就业", "no"),
    ("71", "不就业拟升学", "暂不就业", "暂不就业", "no"),
    ("72", "其他暂不就业", "暂不就业", "暂不就业", "no"),
]
SUB_CLASSES = {
    "10": "就业协议书; 公招接收函; 士官(军士)/文职; 医学规培; 国际组织任职; 出国出境工作; 定向/委培",
    "27": "科研助理; 管理助理",
    "50": "特岗教师(国家); 三支一扶; 西部计划",
    "51": "选调生; 特岗教师(地方); 农技特岗; 乡村医生; 乡村教师; 其他",
    "75": "注册公司/个体户; 孵化机构内创业; 电子商务创业",
    "80": "研究生(考研); 第二学士学位(考双); 专科升普通本科",
    "85": "深造",
    "70": "求职中; 签约中; 拟参加公招考试; 拟创业; 拟应征入伍",
    "72": "暂不就业; 拟出国出境",
}
# The manual's own list (M003 §9) and the code each entry is reported under.
MANUAL = {
    "公招接收函": "10",
    "士官": "10",
    "医学规培": "10",
    "国际组织任职": "10",
    "出国出境工作": "10",
    "签劳动合同": "11",
    "科研助理管理助理": "27",
    "应征义务兵": "46",
    "国家基层项目": "50",
    "地方基层项目": "51",
    "自主创业": "75",
    "自由职业": "76",
    "专升本": "80",
    "考研": "80",
    "第二学士学位": "80",
    "出国出境深造": "85",
    "定向/委培补充登记": "10",
    "待就业": "70",
    "不就业拟升学": "71",
    "其他暂不就业": "72",
}
FACTS = ("group_2021", "group_2024", "placed")


def test_the_fourteen_classes_are_the_official_ones():
    shipped = [row for row in table("destination") if not row.parent]
    assert [(row.code, row.name, *(row.extra[fact] for fact in FACTS)) for row in shipped] == CLASSES


# What proves a class (codes.md §1): typed from the table there.
EVIDENCE = {
    "10": "双方签订的就业协议书，或有人事权的上级主管部门出具的接收函；实习协议、单位自制的表格不能作为依据",
    "11": "劳动合同的首页和签字页",
    "12": "单位出具的聘用证明，或本人的收入证明；灵活就业登记表",
    "27": "高校、科研机构或企业出具的证明",
    "46": "预定兵通知书或入伍通知书",
    "50": "录取文件或接收证明",
    "51": "录取文件或接收证明",
    "75": "载明本人的营业执照，或与本人公司签订的协议；孵化机构的协议；网店网址、页面截图和收入流水",
    "76": "本人签字的证明，经院系和学校负责人审批",
    "80": "录取通知书或调档函（调档政审函）",
    "85": "国（境）外学校的录取通知书；出国出境工作不属于本类",
    "70": "本人声明",
    "71": "本人声明",
    "72": "本人声明",
}
OF_SUB_CLASSES = {
    "10-01": "双方签订的就业协议书；实习协议、单位自制的表格不能作为依据",
    "10-02": "有人事权的上级主管部门出具的接收函；公务员为就业协议书或录用公函",
    "10-03": "入伍凭证或协议",
    "10-04": "住院医师规范化培训合同",
    "10-05": "国际组织出具的任职函件",
    "10-06": "境外单位的聘用函件或工作签证",
    "10-07": "定向或委托培养协议书，或有人事权的上级主管部门出具的接收函",
    "75-01": "载明本人的营业执照，或与本人公司签订的协议",
    "75-02": "与孵化机构签订的协议",
    "75-03": "网店网址、页面截图和收入流水",
}


def test_every_class_and_sub_class_says_what_proves_it():
    expected = {row.code: OF_SUB_CLASSES.get(row.code, EVIDENCE[row.code[:2]]) for row in table("destination")}
    assert {row.code: row.extra["evidence"] for row in table("destination")} == expected


def test_choices_are_the_classes_and_children_the_sub_classes():
    destinations = table("destination")
    assert destinations.choices() == [(code, name) for code, name, *_facts in CLASSES]
    shipped = {code: [name for _code, name in destinations.children(code)] for code, *_rest in CLASSES}
    expected = {code: text.split("; ") for code, text in SUB_CLASSES.items()}
    assert shipped == {code: expected.get(code, []) for code, *_rest in CLASSES}


def test_sub_classes_count_as_their_class_and_leave_the_external_code_to_the_province():
    destinations = table("destination")
    for row in destinations:
        if row.parent:
            above = destinations.get(row.parent)
            assert [row.extra[fact] for fact in FACTS] == [above.extra[fact] for fact in FACTS]
            assert row.extra["external"] == ""


def test_the_words_of_the_manual_are_understood():
    found = {word: table("destination").find(word) for word in MANUAL}
    assert {word: row and (row.parent or row.code) for word, row in found.items()} == MANUAL


def test_a_published_count_gives_the_same_rate_in_both_editions():
    counted = {"11": 3145, "75": 18, "12": 46, "76": 11, "80": 1112, "70": 731, "72": 19}
    destinations = table("destination")
    shares: dict[str, dict[str, int]] = {"group_2021": {}, "group_2024": {}}
    for edition, groups in shares.items():
        for code, count in counted.items():
            group = destinations.get(code).extra[edition]
            groups[group] = groups.get(group, 0) + count
    total = sum(counted.values())
    assert total == 5082
    assert round(100 * shares["group_2021"]["协议和合同就业"] / total, 2) == 61.89
    assert round(100 * shares["group_2021"]["灵活就业"] / total, 2) == 1.12
    assert round(100 * shares["group_2024"]["单位就业"] / total, 2) == 62.79
    assert round(100 * shares["group_2024"]["自由职业"] / total, 2) == 0.22
    placed = sum(count for code, count in counted.items() if destinations.get(code).extra["placed"] == "yes")
    # 4332 / 5082: rates are made from counts; the sum of the rounded rates of each edition drifts around it.
    assert round(100 * placed / total, 2) == 85.24
