"""From a signed case to its paper: what the version says, and who signed it, when and how."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.utils.translation import override

from wangqian.cases.forms import facts
from wangqian.cases.models import Case, Event, Terms
from wangqian.chart.words import DONE, FLOWS
from wangqian.codes import serial
from wangqian.documents.agreement import Block, Paper, Record
from wangqian.documents.amounts import amount_words
from wangqian.flows.needs import TERMS
from wangqian.people.models import Capacity

LAYOUT = "1"  # raised with every change of what is printed or of how it looks
LANGUAGE = "zh-hans"  # the paper is a Chinese document, whatever language its reader's screen has
RECORDED = ("invite", "accept", "reconfirm", "approve")
METHODS = {"": "登录账号", "sms": "短信验证码", "email": "邮件验证码", "totp": "动态口令", "passkey": "通行密钥"}
GRADUATE = {
    "name": "姓名",
    "sex_name": "性别",
    "ethnicity_name": "民族",
    "political_status_name": "政治面貌",
    "training_mode_name": "培养方式",
    "education_name": "学历",
    "major": "专业",
    "student_number": "学号",
    "years": "学制",
    "phone": "联系电话",
    "home_address": "家庭地址",
}
EMPLOYER = {
    "name": "单位名称",
    "uscc": "统一社会信用代码",
    "nature_name": "单位性质",
    "industry_name": "单位行业",
    "address": "通讯地址",
    "postcode": "邮政编码",
}
SCHOOL = {
    "name": "学校名称",
    "college": "院系",
    "office": "就业部门",
    "contact": "联系人",
    "phone": "联系电话",
    "cohort": "毕业年份",
}
DOSSIER = {
    "unit": "转寄单位名称",
    "address": "转寄地址",
    "contact": "转寄联系人",
    "phone": "转寄联系电话",
    "postcode": "转寄邮政编码",
}
DAMAGES = next(field.label for field in TERMS.fields if field.name == "damages")


class NoPaper(LookupError):
    """The case has not been signed."""


def signings() -> QuerySet[Event]:
    """The events that made an agreement: steps that a document follows, into an achieved state."""
    papers = {step.name for flow in FLOWS.values() for step in flow.steps.values() if step.paper}
    achieved = {state.name for flow in FLOWS.values() for state in flow.states.values() if state.kind is DONE}
    found = Event.objects.filter(step__in=papers, target__in=achieved)
    return found.select_related("terms", "case").order_by("number")


def makes_paper(event: Event) -> bool:
    """Whether this event is the signing itself; an intermediate level's approval is not."""
    chart = FLOWS[event.flow]
    return chart.steps[event.step].paper and chart.states[event.target].kind is DONE


def template_of(terms: Terms) -> str:
    """The template a version is printed with today: its edition of clauses, and the layout."""
    return f"{terms.content['wording']}/{LAYOUT}"


def paper_for(case: Case) -> Paper:
    """The paper of a signed case, as signed, whatever happened since. Raises NoPaper before it is signed."""
    event = signings().filter(case=case).last()
    if event is None:
        raise NoPaper(str(case.pk))
    return paper_of(event)


def paper_of(signing: Event) -> Paper:
    """The paper of a signing event: a pure function of its version and the events up to it."""
    case, terms = signing.case, signing.terms
    assert terms is not None and case.number and case.verification_code
    content = terms.content
    with override(LANGUAGE):
        return Paper(
            number=case.number,
            verification_code=serial.pretty(case.verification_code),
            verify_url=f"{settings.SITE_URL}/verify/{case.verification_code}",
            version=terms.version,
            terms_sha256=terms.sha256,
            state_mark="",
            blocks=tuple(blocks(content)),
            clauses=tuple(content["clauses"]),
            records=tuple(record(event, content) for event in acts(signing)),
        )


def blocks(content: Mapping[str, Any]) -> Iterator[Block]:
    """The tables of facts, in the order printed. The identity number is no part of them."""
    yield Block("毕业生", named(GRADUATE, content["graduate"]))
    yield Block("用人单位", named(EMPLOYER, content["employer"]))
    yield Block("双方约定", tuple(agreed(content["terms"])))
    if content["dossier"]:
        yield Block("档案转寄", tuple(row for row in named(DOSSIER, content["dossier"]) if row[1]))
    yield Block("学校", named(SCHOOL, content["school"]))


def named(labels: Mapping[str, str], values: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    return tuple((label, values[name]) for name, label in labels.items())


def agreed(terms: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Every term that was asked and answered; damages also in capital numerals."""
    for label, value in facts(TERMS, terms):
        words = f"（{amount_words(Decimal(terms['damages']))}）" if label == DAMAGES else ""
        yield label, value + words


def acts(signing: Event) -> QuerySet[Event]:
    """The binding acts up to the signing, in order."""
    before = signing.case.events.filter(step__in=RECORDED, number__lte=signing.number)
    return before.select_related("user").order_by("number")


def record(event: Event, content: Mapping[str, Any]) -> Record:
    """Parties sign under the names the version gives them, reviewers under their own."""
    assert event.user is not None
    parties = {Capacity.GRADUATE: "graduate", Capacity.EMPLOYER: "employer"}
    capacity = Capacity(event.capacity)
    party = parties.get(capacity)
    return Record(
        who=str(capacity.label),
        name=content[party]["name"] if party else event.user.name,
        act=FLOWS[event.flow].steps[event.step].label,
        method=METHODS[event.proof_method],
        at=event.at,
        sha256=event.terms_sha256,
    )
