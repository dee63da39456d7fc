"""What is asked of an agreement that is signed on paper (M003 §6 图17, §7, §8; flows 3, 4 and 5)."""

from __future__ import annotations

from collections.abc import Iterable

from wangqian.chart.fields import Days, Field, Input, Keep, Need
from wangqian.flows.needs import CONTACT, DOSSIER, MONEY_MOST, MORE, PAY, PLACE, POST

UNIT, PAPERS = "用人单位", "协议书"
RECEIVED = ("dossier_receipt", "!none")

UNIT_FIELDS = (
    Field(
        "employer_name",
        "单位名称",
        required=True,
        most=100,
        group=UNIT,
        help="写营业执照上的全称；输入几个字或信用代码，可以查找已知的单位",
        lookup="employers",
    ),
    Field("employer_uscc", "统一社会信用代码", Input.USCC, True, most=18, group=UNIT, lookup="employers"),
    Field("nature", "单位性质", Input.CODE, True, table="employer_nature", group=UNIT),
    Field("industry", "单位行业", Input.CODE, True, table="industry", group=UNIT),
    Field("region", "单位所在地", Input.REGION, True, most=6, group=UNIT, exact=True),
    Field("address", "详细通讯地址", required=True, most=200, group=UNIT, help="街道、门牌号"),
)
POST_FIELDS = (
    Field("job_category", "职位类别", Input.CODE, True, table="job_category", group=POST),
    Field("job_title", "职位名称", required=True, most=60, group=POST),
    Field("work_place", "实际工作地点", most=100, group=POST),
)
CONTACT_FIELDS = (
    Field("contact", "单位联系人", required=True, most=40, group=CONTACT, personal=True),
    Field("contact_phone", "联系人电话", Input.PHONE, most=30, group=CONTACT, personal=True),
    Field("contact_mobile", "联系人手机", Input.MOBILE, True, most=11, group=CONTACT, personal=True),
    Field("contact_email", "联系人邮箱", Input.EMAIL, True, most=100, group=CONTACT, personal=True),
)
PAY_FIELDS = (
    Field("trial", "试用期", Input.NUMBER, most=12, unit="个月", help="没有试用期可不填", group=PAY),
    Field("trial_pay", "试用起薪", Input.MONEY, most=MONEY_MOST, unit="元/月", group=PAY),
    Field("pay", "转正起薪", Input.MONEY, most=MONEY_MOST, unit="元/月", group=PAY),
    Field("damages", "违约金", Input.MONEY, most=MONEY_MOST, unit="元", help="双方都适用；一般不超过 5,000 元", group=PAY),
)
PLACE_FIELDS = (
    Field("report_place", "报到地点", most=100, group=PLACE),
    Field("report_by", "报到期限", Input.DATE, group=PLACE, days=Days.ANY),
)
DOSSIER_FIELDS = (
    Field("hukou", "单位是否解决户籍", Input.YESNO, True, group=DOSSIER),
    Field("hukou_address", "户口迁移地址", required=True, most=200, group=DOSSIER, when=("hukou", "yes")),
    Field("dossier_receipt", "档案接收", Input.CODE, True, table="dossier_receipt", group=DOSSIER),
    Field("dossier_unit", "档案转寄单位名称", required=True, most=100, group=DOSSIER, when=RECEIVED),
    Field("dossier_address", "档案转寄地址", required=True, most=200, group=DOSSIER, when=RECEIVED),
    Field("dossier_contact", "档案接收联系人", required=True, most=40, group=DOSSIER, when=RECEIVED, personal=True),
    Field("dossier_phone", "档案接收联系电话", Input.PHONE, True, most=30, group=DOSSIER, when=RECEIVED, personal=True),
    Field("dossier_postcode", "档案转寄邮编", Input.POSTCODE, most=6, group=DOSSIER, when=RECEIVED),
)
ADDITIONS = (Field("additions", "协议补充内容", Input.LINES, most=1000, group=MORE, personal=True),)
# 图17 in its order: who, which post, who answers for it, what is paid, where to report, household and dossier, what else.
ASKED = (*UNIT_FIELDS, *POST_FIELDS, *CONTACT_FIELDS, *PAY_FIELDS, *PLACE_FIELDS, *DOSSIER_FIELDS, *ADDITIONS)

# What is reported of an agreement and may be corrected without its paper (flows.md §5–6): 性质, 行业, 职位类别, 地区, 档案, 户口.
REGISTRATION = Need("registration", "登记信息", (*UNIT_FIELDS[2:5], POST_FIELDS[0], *DOSSIER_FIELDS), Keep.TERMS)
SCAN_HELP = "盖章、签字后的每一页都要有；可以拍照或上传扫描的 PDF，字迹和印章要清楚"
SCAN = Field("scan", "盖章的就业协议书", Input.FILES, True, least=1, most=12, help=SCAN_HELP, group=PAPERS)
OFFLINE = Need("offline", "就业协议信息", ASKED, Keep.TERMS)
PAPER = Need(
    "paper",
    "已签的就业协议",
    (
        *ASKED,
        Field("signed_on", "协议签订日期", Input.DATE, True, days=Days.PAST, group=PAPERS, help="协议书上双方签字盖章中较晚的日期"),
        SCAN,
    ),
    Keep.TERMS,
)
STAMPED = Need("stamped", "回传盖章的就业协议书", (SCAN,))
ASSISTANCE = Need(
    "assistance",
    "请用人单位协助回传",
    (
        Field(
            "mobile",
            "单位联系人手机",
            Input.MOBILE,
            True,
            most=11,
            help="短信会发到这个号码；必须是单位联系人的，不能填您自己的",
            personal=True,
        ),
    ),
)
GIVING_UP = Need("giving_up", "取消申请的原因", (Field("reason", "原因", Input.LINES, True, most=300, help="学校会看到"),))
LETTER = Field(
    "letter", "解约函", Input.FILES, True, least=1, most=6, help="与单位协商一致签订的解约函等材料；可以先下载模板填写、盖章"
)
ENDING = Need(
    "ending",
    "解约申请",
    (
        Field("reason", "解约原因", Input.CODE, True, table="termination_reason"),
        Field("explanation", "解约说明", Input.LINES, True, most=500, personal=True),
        LETTER,
    ),
    Keep.TERMS,
)
CHECKED_BY = (("phone", "电话核实"), ("visit", "当面核实"), ("letter", "书面或邮件核实"), ("other", "其他方式"))
VERIFICATION = Need(
    "verification",
    "与用人单位核实",
    (
        Field("by", "核实方式", Input.CHOICE, True, choices=CHECKED_BY),
        Field("whom", "向谁核实", required=True, most=60, help="姓名和职务，例如：人事部张三", personal=True),
        Field("on", "核实日期", Input.DATE, True, days=Days.PAST),
    ),
)

FAULTS = (
    ("wrong", "填写有误"),
    ("missing", "缺少"),
    ("unreadable", "看不清"),
    ("differs", "与材料不一致"),
    ("other", "其他问题"),
)


def about(fields: Iterable[Field]) -> tuple[tuple[str, str], ...]:
    """What a reviewer may find fault with: the questions of a form, and the graduate's own data."""
    return (*((field.name, field.label) for field in fields), ("graduate", "毕业生信息"), ("other", "其他"))


def returning(choices: tuple[tuple[str, str], ...]) -> Need:
    """退回修改 names the field, the kind of fault, and a sentence (ux.md 12)."""
    return Need(
        "returning",
        "退回修改",
        (
            Field("about", "哪一项", Input.CHOICE, True, choices=choices),
            Field("fault", "什么问题", Input.CHOICE, True, choices=FAULTS),
            Field("reason", "怎样修改", Input.LINES, True, most=500, help="毕业生会看到，按此修改后重新提交"),
        ),
    )


def refusing(choices: tuple[tuple[str, str], ...]) -> Need:
    """不通过 ends the matter; the reason says why and what is left to do."""
    return Need(
        "refusing",
        "不通过的原因",
        (
            Field("about", "哪一项", Input.CHOICE, True, choices=choices),
            Field("reason", "原因", Input.LINES, True, most=500, help="写明为什么不能通过、还可以怎样办；毕业生会看到"),
        ),
    )
