"""What is said when a graduate asks for a correction, and when it is answered."""

from __future__ import annotations

from wangqian.notices.words.text import Text

TEXTS = {
    "apply.at_school.school": Text(
        "有更正申请待处理",
        "{graduate}申请更正：{about}。请核对证明材料后同意或说明原因。",
    ),
    "apply.at_college.college": Text(
        "有更正申请待处理",
        "{graduate}申请更正：{about}。请核对证明材料后同意、说明原因，或转学校处理。",
    ),
    "pass_on.school": Text(
        "院系转来更正申请",
        "{graduate}申请更正：{about}。院系转请学校处理。\n{said}",
    ),
    "pass_on.graduate": Text(
        "您的更正申请已转学校",
        "您申请更正的“{about}”由院系转请学校处理，处理后会通知您。\n{said}",
    ),
    "grant.graduate": Text(
        "您申请更正的信息已更正",
        "{school}已按您的申请更正：\n{corrected}\n{said}\n"
        "在“我的信息”中可以查看更改记录。涉及姓名、证件号码、学历、专业或培养方式的，须重新核对基本信息。",
        sms="{school}更改了您的登记信息，请登录网签平台核对，如有不符请与其联系。",
    ),
    "refuse.graduate": Text(
        "您的更正申请没有通过",
        "您申请更正的“{about}”没有更正，登记的内容不变。\n{said}\n补齐材料后可以再次申请；如有疑问，请联系{contact}。",
    ),
}
