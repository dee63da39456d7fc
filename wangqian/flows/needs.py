"""What people are asked for: each form declared once (M003 图17, M004 §5; flows 1 and 2)."""

from __future__ import annotations

from wangqian.chart.fields import Field, Input, Keep, Need

POST, PAY, PLACE, CONTACT, DOSSIER, MORE = "岗位", "待遇", "报到", "签约联系人", "户籍与档案", "其他约定"
MONEY_MOST = 10_000_000

TERMS = Need(
    "terms",
    "签约内容",
    (
        Field("job_category", "拟录用职位类别", Input.CODE, True, table="job_category", group=POST),
        Field("job_title", "拟录用岗位名称", required=True, most=60, group=POST),
        Field("work_place", "实际工作地点", most=100, group=POST),
        Field("trial", "试用期", Input.NUMBER, most=12, unit="个月", help="没有试用期可不填", group=PAY),
        Field("trial_pay", "试用起薪", Input.MONEY, most=MONEY_MOST, unit="元/月", group=PAY),
        Field("pay", "转正起薪", Input.MONEY, most=MONEY_MOST, unit="元/月", group=PAY),
        Field(
            "damages",
            "违约金",
            Input.MONEY,
            most=MONEY_MOST,
            unit="元",
            help="双方都适用；一般不超过 5,000 元",
            group=PAY,
        ),
        Field("report_place", "报到地点", most=100, group=PLACE),
        Field("report_by", "报到期限", Input.DATE, group=PLACE),
        Field("hukou", "是否解决户籍", Input.YESNO, True, group=DOSSIER),
        Field("hukou_address", "户口迁移地址", required=True, most=200, group=DOSSIER, when=("hukou", "yes")),
        Field(
            "dossier_receipt",
            "档案接收",
            Input.CODE,
            True,
            table="dossier_receipt",
            help="接收档案时，自动附上“档案信息管理”中的转寄单位、地址和联系人",
            group=DOSSIER,
        ),
        Field("contact", "签约联系人", required=True, most=40, group=CONTACT, personal=True),
        Field("contact_phone", "联系人电话", Input.PHONE, most=30, group=CONTACT, personal=True),
        Field("contact_mobile", "联系人手机", Input.MOBILE, True, most=11, group=CONTACT, personal=True),
        Field("contact_email", "联系人邮箱", Input.EMAIL, True, most=100, group=CONTACT, personal=True),
        Field(
            "valid_days",
            "应约有效期",
            Input.NUMBER,
            True,
            least=1,
            most=30,
            initial="7",
            unit="天",
            help="1 至 30 天，到第 n 天的 24:00 为止",
            group=MORE,
        ),
        Field("additions", "协议补充内容", Input.LINES, most=1000, group=MORE, personal=True),
    ),
    Keep.TERMS,
)

EXTENSION = Need(
    "extension",
    "延长应约有效期",
    (Field("until", "延长至", Input.DATE, True, help="到这一天的 24:00；最晚为发出邀请后第 30 天"),),
    Keep.DATA,
)

DECLINING = Need(
    "declining",
    "拒绝原因",
    (Field("reason", "拒绝原因", Input.LINES, most=300, help="单位会看到"),),
)

RETRACTING = Need(
    "retracting",
    "撤回原因",
    (Field("reason", "撤回原因", Input.LINES, most=300, help="毕业生会看到"),),
)

ABOUT = (
    ("graduate", "毕业生信息"),
    ("employer", "用人单位信息"),
    *((field.name, field.label) for field in TERMS.fields),
    ("other", "其他"),
)

REFUSAL = Need(
    "refusal",
    "不通过的原因",
    (
        Field("about", "哪一项", Input.CHOICE, True, choices=ABOUT),
        Field(
            "reason",
            "原因",
            Input.LINES,
            True,
            most=500,
            help="写明什么问题、怎样改；毕业生和单位都会看到，单位据此再次发起",
        ),
    ),
)

TERMINATION = Need(
    "termination",
    "解约申请",
    (
        Field("reason", "解约原因", Input.CODE, True, table="termination_reason"),
        Field("explanation", "解约说明", Input.LINES, True, most=500, personal=True),
    ),
    Keep.TERMS,
)

TERMINATION_REFUSAL = Need(
    "termination_refusal",
    "不同意的原因",
    (Field("reason", "原因", Input.LINES, True, most=500, help="对方会看到；签约仍然有效"),),
)

RELEASE = Need(
    "release",
    "学校解除",
    (
        Field("reason", "解除原因", Input.CODE, True, table="release_reason"),
        Field(
            "basis",
            "依据文书",
            required=True,
            most=200,
            help="文书名称、文号和日期，例如：延长学制决定 教字〔2027〕12 号",
        ),
        Field("document", "依据文书的扫描件", Input.FILES, True, least=1, most=6, help="扫描件或照片；确认的老师据此核对", anew=True),
        Field("explanation", "说明", Input.LINES, most=500),
    ),
)

WITHDRAW_RELEASE = Need("withdraw_release", "撤回提请", (Field("reason", "原因", Input.LINES, True, most=300),))

SLIP = Need(
    "slip",
    "发放激活码",
    (
        Field("reason", "原因", Input.LINES, True, most=300, help="例如：登记的手机号已停用，本人到场更正"),
        Field("papers", "当面核对的证件", required=True, most=100, help="例如：居民身份证、学生证；与本人、与学校登记一致"),
    ),
)

WITHDRAW_SLIP = Need("withdraw_slip", "撤回激活码", (Field("reason", "原因", Input.LINES, True, most=300),))

REOPENING = Need(
    "reopening",
    "重新开放登记",
    (
        Field("until", "开放至", Input.DATE, True, help="到这一天的 24:00"),
        Field("reason", "原因", Input.LINES, True, most=300),
    ),
)

CERTIFICATION = Need(
    "certification",
    "认证说明",
    (Field("note", "核对说明", Input.LINES, True, most=500, help="核对了哪些材料、由谁核对"),),
)

SUSPENSION = Need(
    "suspension",
    "暂停或撤销的原因",
    (Field("reason", "原因", Input.LINES, True, most=500, help="确认后单位会看到；写明事实、依据和怎样恢复"),),
)

WITHDRAW_SUSPENSION = Need(
    "withdraw_suspension", "撤回提请", (Field("reason", "原因", Input.LINES, True, most=300),)
)

RESTORING = Need(
    "restoring",
    "恢复认证",
    (Field("reason", "恢复的理由", Input.LINES, True, most=500, help="单位会看到；写明问题如何解决、由谁核实"),),
)
