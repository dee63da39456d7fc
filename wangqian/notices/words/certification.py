"""What is said when the operator certifies an employer."""

from __future__ import annotations

from wangqian.notices.words.text import Text

TEXTS = {
    "certify.employer": Text(
        "贵单位已通过认证",
        "平台已完成{employer}的认证，现在可以向毕业生发起签约邀请。\n"
        "下一步：在“学生收藏夹”中加入毕业生，填好“档案信息管理”，然后发起邀请。",
        sms="{employer}已通过网签平台认证，可以向毕业生发起签约邀请。",
    ),
}
