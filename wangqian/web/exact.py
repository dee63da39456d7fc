"""The content of a version on the screen: facts by group, the full text, and what deserves a warning."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from wangqian.cases.forms import asked, facts, typed_in
from wangqian.cases.models import Case, digest
from wangqian.cases.queries import content_of
from wangqian.chart.fields import Need
from wangqian.codes.table import table
from wangqian.flows.agreement_needs import ENDING, OFFLINE, PAPER, REGISTRATION
from wangqian.flows.correction_request import CorrectionRequest
from wangqian.flows.destinations import destinations
from wangqian.flows.dispute import Dispute
from wangqian.flows.favourites import looked_up
from wangqian.flows.needs import TERMINATION, TERMS
from wangqian.flows.texts import graduate_block
from wangqian.people.models import CERTIFIED, Actor, Employer, Graduate
from wangqian.web import departure_panels
from wangqian.web.data_panels import request_panels
from wangqian.web.known import signs_online
from wangqian.web.pages import Panel
from wangqian.web.panels import Alert, Clause, ExactText, Fact, Facts
from wangqian.web.subjects import Subject
from wangqian.web.words import said

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
AGREEMENTS = ("invitation", "agreement", "offline", "paper")
OWN = (GRADUATE[0], ("identity", gettext_lazy("证件号码")), *GRADUATE[1:])
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
    if content.get("form") == "departure/1":
        return departure_panels.sections(content)
    if content.get("form") == "termination/1":
        about = [
            (_("协议编号"), content["agreement"]),
            (_("用人单位"), content["employer"]),
            (_("毕业生"), content["graduate"]),
        ]
        return [(_("要解除的协议"), about, False), (_("解约申请"), facts(TERMINATION, content), True)]
    if content.get("form") == "ending/1":
        about = [(_("协议编号"), content["agreement"]), (_("用人单位"), content["employer"]), (_("毕业生"), content["graduate"])]
        found = [(_("要解除的协议"), [row for row in about if row[1]], False), (_("解约申请"), facts(ENDING, content), True)]
        return [*found, *attached(content)]
    if "terms" not in content:
        return []
    found = kind_of(content)
    found += [(title, group, True) for title, group in grouped(form_of(content), content["terms"])]
    found += attached(content)
    if content.get("dossier"):
        found.append((_("档案转寄"), rows(content["dossier"], DOSSIER), False))
    if registration := content.get("registration"):
        found += [(_("登记信息（学校更正）"), facts(REGISTRATION, registration), False)]
    shown = BLOCKS if form_of(content) is TERMS else BLOCKS[1:]
    found += [(str(title), rows(content[name], names), False) for name, title, names in shown if name in content]
    if "school" in content:
        found.append((_("学校"), rows(content["school"], SCHOOL), False))
    return found


def form_of(content: dict[str, Any]) -> Need:
    """The form that a version answers."""
    kind = content.get("type")
    return destinations()[kind["slug"]].need if kind else FORMS.get(content["form"], TERMS)


def kind_of(content: dict[str, Any]) -> list[tuple[str, list[tuple[str, str]], bool]]:
    """Of another destination: its type, as it is reported."""
    kind = content.get("type")
    if not kind:
        return []
    names = table("destination")
    reported = " · ".join(names.name_of(code) for code in (kind["code"], kind["subclass"]) if code)
    return [(_("毕业去向"), [(_("去向类型"), _(kind["label"])), (_("登记为"), reported)], True)]


def attached(content: dict[str, Any]) -> list[tuple[str, list[tuple[str, str]], bool]]:
    """Which files belong to it, by their fingerprints."""
    found = [one for files in content.get("files", {}).values() for one in files]
    words = _("%(pages)s 页，SHA-256 %(sha256)s")
    listed = [(_("第 %(at)d 个文件") % {"at": at}, words % one) for at, one in enumerate(found, 1)]
    return [(_("随附材料"), listed, True)] if listed else []


FORMS = {"offline/1": OFFLINE, "paper/1": PAPER}


def grouped(need: Need, answers: dict[str, str]) -> list[tuple[str, list[tuple[str, str]]]]:
    """The answered questions under their headings, in the form's order."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for field in typed_in(need):
        if asked(field, answers):
            single = Need(need.name, need.title, (replace(field, when=None),), need.keep)
            groups.setdefault(_(field.group), []).extend(facts(single, answers))
    return [(title, found) for title, found in groups.items() if found]


def panels(content: dict[str, Any], change: str = "") -> list[Panel]:
    """Cards of facts; `change` is where the actor corrects what is his."""
    return [
        Facts(title, [Fact(*row, long=len(row[1]) > 40 or "\n" in row[1]) for row in found], change_url=change if mine else "")
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
    agreed = content.get("form", "").partition("/")[0] in AGREEMENTS
    return ExactText(_("协议全文") if agreed else _("全文"), clauses, digest=digest(content))


def warnings(content: dict[str, Any], actor: Actor) -> list[Alert]:
    """What the actor should notice before he binds himself; never a block (`codes.md` §8). Of the rest reviewers are told apart."""
    terms = content.get("terms", {})
    found = []
    if Decimal(terms.get("damages") or 0) > ADVISED_DAMAGES:
        said = _("约定的违约金为 %(amount)s 元，一般不超过 5,000 元。请确认双方都清楚。")
        found.append(Alert("warn", _("违约金高于一般水平"), said % {"amount": f"{Decimal(terms['damages']):,.0f}"}))
    if terms.get("pay") and Decimal(terms["pay"]) < Decimal(terms.get("trial_pay") or 0):
        found.append(Alert("warn", _("转正起薪低于试用起薪"), _("请核对两项金额是否填反。")))
    if actor.membership.party == "school":
        return found
    code = terms.get("employer_uscc")
    if code and Employer.objects.filter(CERTIFIED, uscc=code).exists() and signs_online(actor):
        found.append(Alert("info", _("该单位已在平台注册，可请其线上邀请"), _("线上签约不用打印盖章；仍要线下签约的，请继续。")))
    if terms.get("contact_mobile") and terms["contact_mobile"] == actor.user.phone and actor.membership.kind == "graduate":
        said = _("请核对是不是单位的人。自己的手机不能收“用人单位协助回传”的短信，审核时会特别留意。")
        found.append(Alert("warn", _("单位联系人的手机与您本人的相同"), said))
    job = table("job_category").get(terms.get("job_category", ""))
    if job and job.extra["warn"] == "yes":
        said = _("请核对有没有更合适的类别；审核时会特别留意。")
        found.append(Alert("warn", _("职位类别为“%(name)s”") % {"name": job.name}, said))
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
                    *([Fact(_("证件号码"), graduate.masked_identity())] if may_read_number(subject.actor, graduate) else []),
                    Fact(_("学校"), f"{graduate.school} · {graduate.college}"),
                    Fact(_("学历专业"), f"{graduate.education_name} · {graduate.major}"),
                ],
            )
        )
    elif employer and graduate:
        found.append(Facts(_("用人单位"), [Fact(_("单位名称"), employer.name), Fact(_("信用代码"), employer.uscc)]))
    if graduate and subject.actor.membership.kind == "graduate" and subject.step.writes and subject.case.version:
        found.append(own_block(graduate))
    if graduate is None and employer:
        found.append(Facts(_("用人单位"), [Fact(_("单位名称"), employer.name), Fact(_("信用代码"), employer.uscc)]))
    if subject.case.flow == CorrectionRequest.slug and subject.case.version:
        found += request_panels(subject.case)
    if subject.case.flow == Dispute.slug and subject.case.version:
        found += objection(subject.case)
    return found


def may_read_number(actor: Actor, graduate: Graduate) -> bool:
    """Masked: whoever reviews; an employer that has typed it itself."""
    member = actor.membership
    return member.kind != "employer" or looked_up(member.employer).filter(subject=graduate).exists()


def own_block(graduate: Graduate) -> Panel:
    """学生信息 of the manual's forms: what is taken over from the school's register (M003 §6.1)."""
    known = rows({**graduate_block(graduate), "identity": graduate.masked_identity()}, OWN)
    note = _("由学校登记，会写入您提交的内容；有误请先在“我的信息”中申请更正。")
    folded = _("%(name)s · 详细信息") % {"name": graduate.name}
    return Facts(_("学生信息"), [Fact(*row) for row in known], note=note, folded=folded)


def objection(case: Case) -> list[Panel]:
    """What the graduate objects to, in his words."""
    rows = said(case, case.events.select_related("note").get(number=1))
    return [Facts(_("异议的内容"), [Fact(*row, long=True) for row in rows])] if rows else []


def registered(case: Case) -> list[Panel]:
    """What is registered now of what he objects to."""
    content = content_of(case.parent) if case.parent else {}
    return panels(content) if content else []
