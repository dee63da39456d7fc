"""What is said when a graduate objects to what is registered about him. `{kind}`: the type of destination."""

from __future__ import annotations

from wangqian.notices.words.text import Text

TEXTS = {
    "dispute.school": Text(
        "{graduate}对登记的去向提出异议",
        "{graduate}对登记的去向（{kind}）提出异议。\n{said}\n"
        "请核实，并在 {due} 前答复。成立的，请先在原登记上办理更正，再答复毕业生。",
    ),
    "add.school": Text(
        "{graduate}补充了异议的证明材料",
        "{graduate}对登记的去向（{kind}）提出的异议补充了证明材料。\n{said}\n请核实并答复。",
    ),
    "remind.school": Text(
        "{graduate}的异议还有约 {left}到期",
        "{graduate}对登记的去向（{kind}）提出的异议，答复期限到 {due} 为止，还没有答复。\n请尽快核实并答复。",
    ),
    "lapse.school": Text(
        "{graduate}的异议逾期没有答复",
        "{graduate}对登记的去向（{kind}）提出的异议到 {due} 没有得到答复，已超过 5 个工作日。\n异议继续有效，请立即核实并答复。",
    ),
    "lapse.graduate": Text(
        "您的异议学校还没有答复",
        "您对登记的去向（{kind}）提出的异议到 {due} 没有得到答复。异议继续有效，已再次提醒学校。\n也可以直接联系{contact}。",
    ),
    "uphold.graduate": Text(
        "您的异议成立",
        "{school}核实后认为您对登记的去向（{kind}）提出的异议成立。\n{said}\n"
        "请在原登记的页面核对更正后的内容，属实的请确认；仍有不符的，可以再次提出异议。",
        sms="学校已答复您对去向登记的异议，请登录网签平台查看。",
    ),
    "reject.graduate": Text(
        "您的异议不成立",
        "{school}核实后没有更改登记的去向（{kind}）。\n{said}\n"
        "仍有不同意见的，可以补充证明材料再次提出，或联系{contact}。",
        sms="学校已答复您对去向登记的异议，请登录网签平台查看。",
    ),
    "withdraw.school": Text(
        "{graduate}撤回了异议",
        "{graduate}撤回了对登记的去向（{kind}）提出的异议，登记的内容不变，您无需办理。",
    ),
}
