"""The content of a version on the screen: facts by group, the full text, and what deserves a warning."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from wangqian.cases.forms import asked, facts
from wangqian.cases.models import digest
from wangqian.chart.fields import Need
from wangqian.flows.needs import TERMINATION, TERMS
from wangqian.web.pages import Panel
from wangqian.web.panels import Alert, Clause, ExactText, Fact, Facts
from wangqian.web.subjects import Subject

ADVISED_DAMAGES = Decimal(5000)

EMPLOYER = (
    ("name", gettext_lazy("单位名称")),
    ("uscc", gettext_lazy("统一社会信用代码")),
    ("nature_name", gettext_lazy("单位性质")),
    ("industry_name", gettext_lazy("单位行业")),
    ("address", gettext_lazy("通讯地址")),
    ("postcode", gettext_lazy("邮编")),
)
GRADUATE = (
    ("name", gettext_lazy("姓名")),
    ("sex_name", gettext_lazy("性别")),
    ("ethnicity_name", gettext_lazy("民族")),
    ("political_status_name", gettext_lazy("政治面貌")),
    ("training_mode_name", gettext_lazy("培养方式")),
    ("education_name", gettext_lazy("学历")),
    ("major", gettext_lazy("专业")),
    ("student_number", gettext_lazy("学号")),
    ("years", gettext_lazy("学制")),
    ("home_address", gettext_lazy("家庭地址")),
    ("phone", gettext_lazy("联系电话")),
)
SCHOOL = (
    ("name", gettext_lazy("学校")),
    ("college", gettext_lazy("院系")),
    ("cohort", gettext_lazy("届别")),
    ("office", gettext_lazy("就业部门")),
    ("contact", gettext_lazy("联系人")),
    ("phone", gettext_lazy("电话")),
)
DOSSIER = (
    ("unit", gettext_lazy("档案转寄单位")),
    ("address", gettext_lazy("档案转寄地址")),
    ("contact", gettext_lazy("档案接收联系人")),
    ("phone", gettext_lazy("档案接收电话")),
    ("postcode", gettext_lazy("邮政编码")),
)
BLOCKS = (("employer", gettext_lazy("用人单位"), EMPLOYER), ("graduate", gettext_lazy("毕业生"), GRADUATE))


def rows(block: dict[str, str], names: Any) -> list[tuple[str, str]]:
    return [(str(label), block[name]) for name, label in names if block.get(name)]


def sections(content: dict[str, Any]) -> list[tuple[str, list[tuple[str, str]], bool]]:
    """(title, rows, is it the actor's to change) in reading order: what was agreed first, who they are after."""
    if content.get("form") == "termination/1":
        about = [
            (_("协议编号"), content["agreement"]),
            (_("用人单位"), content["employer"]),
            (_("毕业生"), content["graduate"]),
        ]
        return [(_("要解除的协议"), about, False), (_("解约申请"), facts(TERMINATION, content), True)]
    if "terms" not in content:
        return []
    found = [(title, group, True) for title, group in grouped(TERMS, content["terms"])]
    if content["dossier"]:
        found.append((_("档案转寄"), rows(content["dossier"], DOSSIER), False))
    found += [(str(title), rows(content[name], names), False) for name, title, names in BLOCKS if name in content]
    if "school" in content:
        found.append((_("学校"), rows(content["school"], SCHOOL), False))
    return found


def grouped(need: Need, answers: dict[str, str]) -> list[tuple[str, list[tuple[str, str]]]]:
    """The answered questions under their headings, in the form's order."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for field in need.fields:
        if asked(field, answers):
            single = Need(need.name, need.title, (replace(field, when=None),), need.keep)
            groups.setdefault(_(field.group), []).extend(facts(single, answers))
    return [(title, found) for title, found in groups.items() if found]


def panels(content: dict[str, Any], change: str = "") -> list[Panel]:
    """Cards of facts; `change` is where the actor corrects what is his."""
    return [
        Facts(title, [Fact(*row, long=len(row[1]) > 40) for row in found], change_url=change if mine else "")
        for title, found, mine in sections(content)
    ]


def full(content: dict[str, Any]) -> ExactText:
    """The whole text that is signed, with its fingerprint."""
    clauses = [
        Clause(title, [f"{label}：{value}" for label, value in found]) for title, found, _mine in sections(content)
    ]
    if content.get("clauses"):
        numbered = [f"{number}. {text}" for number, text in enumerate(content["clauses"], 1)]
        clauses.append(Clause(_("协议条款"), numbered))
    return ExactText(_("协议全文") if "terms" in content else _("全文"), clauses, digest=digest(content))


def warnings(content: dict[str, Any]) -> list[Alert]:
    """What the actor should notice before he binds himself; never a block (`codes.md` §8)."""
    terms = content.get("terms", {})
    found = []
    if Decimal(terms.get("damages") or 0) > ADVISED_DAMAGES:
        said = _("约定的违约金为 %(amount)s 元，一般不超过 5,000 元。请确认双方都清楚。")
        found.append(Alert("warn", _("违约金高于一般水平"), said % {"amount": f"{Decimal(terms['damages']):,.0f}"}))
    if terms.get("pay") and Decimal(terms["pay"]) < Decimal(terms.get("trial_pay") or 0):
        found.append(Alert("warn", _("转正起薪低于试用起薪"), _("请核对两项金额是否填反。")))
    return found


def about(subject: Subject) -> list[Panel]:
    """Above a form: whom it concerns."""
    graduate, employer = subject.case.graduate, subject.case.employer
    found: list[Panel] = []
    if graduate and subject.actor.membership.kind != "graduate":
        found.append(
            Facts(
                _("毕业生"),
                [
                    Fact(_("姓名"), graduate.name),
                    Fact(_("证件号码"), graduate.masked_identity()),
                    Fact(_("学校"), f"{graduate.school} · {graduate.college}"),
                    Fact(_("学历专业"), f"{graduate.education_name} · {graduate.major}"),
                ],
            )
        )
    elif employer and graduate:
        found.append(Facts(_("用人单位"), [Fact(_("单位名称"), employer.name), Fact(_("信用代码"), employer.uscc)]))
    if graduate is None and employer:
        found.append(Facts(_("用人单位"), [Fact(_("单位名称"), employer.name), Fact(_("信用代码"), employer.uscc)]))
    return found
