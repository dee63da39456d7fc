"""Forms to download, filled in as far as a case knows them: 解约函 (flow 4), 灵活就业登记表 and 自由职业证明 (flow 6).

They are printed, completed and signed by hand; nothing of them is kept or sealed, so there is nothing to verify.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from django.utils.translation import override

from wangqian.cases.forms import facts
from wangqian.cases.models import Case
from wangqian.cases.queries import content_of
from wangqian.chart.fields import Need
from wangqian.chart.words import DONE
from wangqian.codes.serial import pretty
from wangqian.documents.paper import LANGUAGE
from wangqian.documents.printing import compile_pages, compile_pdf, lines
from wangqian.documents.slip import plain
from wangqian.flows.agreement_needs import POST_FIELDS, UNIT_FIELDS
from wangqian.flows.destinations import destinations
from wangqian.people.clock import now, today

BLANK = "＿" * 6
AGREEMENTS = ("online", "offline", "paper")


@dataclass(frozen=True)
class Form:
    """One page: facts, sentences, places for signatures (title, what is signed by whom, seal). "" is left blank to be filled in."""

    template: ClassVar[str] = "letter.typ"
    counted: ClassVar[bool] = False

    title: str
    to: str
    facts: tuple[tuple[str, str], ...]
    sentences: tuple[str, ...]
    signatures: tuple[tuple[str, str, str], ...]
    dated: datetime

    def texts(self) -> Iterator[tuple[str, str]]:
        """Nobody waits for a font here: what no font has is printed as □ (slip.py)."""
        return iter(())

    def data(self, pages: int) -> dict[str, object]:
        known = tuple((label, plain(value)) for label, value in self.facts)
        return {
            "title": self.title,
            "to": plain(self.to),
            "lines": lines(known),
            "sentences": [plain(one) for one in self.sentences],
            "signatures": self.signatures,
        }


def forms_for(case: Case) -> dict[str, str]:
    """The forms a case can fill in: name in the address, title."""
    return {name: title for name, (title, fits, _make) in FORMS.items() if fits(case)}


def form_pdf(case: Case, name: str) -> bytes:
    """The PDF of a form. Raises KeyError for one that this case does not have."""
    with override(LANGUAGE):
        return compile_pdf(filled_in(case, name))


def form_pages(case: Case, name: str) -> list[bytes]:
    """The same as PNG of every page. Raises KeyError as `form_pdf`."""
    with override(LANGUAGE):
        return compile_pages(filled_in(case, name))


def filled_in(case: Case, name: str) -> Form:
    title, fits, make = FORMS[name]
    if not fits(case):
        raise KeyError(name)
    return make(case, title)


def ends_agreement(case: Case) -> bool:
    """An agreement in force, or its termination on paper."""
    return case.flow == "offline_termination" or (case.flow in AGREEMENTS and case.word.kind is DONE)


def of_type(topic: str) -> Callable[[Case], bool]:
    return lambda case: case.flow == "destination" and case.topic == topic


def about(case: Case) -> dict[str, str]:
    """The graduate, as registered now."""
    graduate = case.graduate
    assert graduate
    return {
        "姓名": graduate.name,
        "学号": graduate.student_number or "",
        "院系": graduate.college.name,
        "专业": graduate.major,
        "学历": graduate.education_name,
        "联系电话": graduate.phone,
    }


def office(case: Case) -> str:
    school = case.graduate.school if case.graduate else None
    return f"{school.name}{school.office}" if school else ""


def release_letter(case: Case, title: str) -> Form:
    """Both sides say that they end the agreement, and who owes what."""
    agreement = case.parent if case.flow == "offline_termination" and case.parent else case
    agreement.graduate = case.graduate
    content = content_of(agreement)
    unit, number = content.get("employer", {"name": ""}), pretty(agreement.number or "")
    events = agreement.events.filter(target=agreement.state) if agreement.flow == "online" else agreement.events.none()
    signed = events.order_by("number").first()  # a paper was signed when its parties say
    day = signed_day(content, signed.at if signed else None)
    reason = content_of(case).get("reason_name", "") if case.flow == "offline_termination" else ""
    who = about(case)
    rows = {"用人单位（甲方）": unit["name"], "统一社会信用代码": unit.get("uscc", ""), "毕业生（乙方）": who.pop("姓名"), **who}
    numbered = f"（编号 {number}）" if number else ""
    return Form(
        title=title,
        to=office(case),
        facts=(*rows.items(), ("解约原因", reason)),
        sentences=(
            f"甲乙双方于 {day} 签订高校毕业生就业协议书{numbered}。现经双方协商一致，同意解除该协议，自双方签字盖章、学校审核通过之日起，"
            "双方不再受该协议约束。",
            f"违约责任（勾选一项）：□ 双方互不承担违约责任。□ {BLANK}方向对方支付违约金{BLANK}元，□ 已结清 □ 约定于{BLANK}前结清。",
            "双方对本次解约没有其他争议。本函一式三份，双方和学校各执一份。",
        ),
        signatures=(("用人单位（甲方）", "负责人或经办人签名", "（加盖单位公章）"), ("毕业生（乙方）", "毕业生签名", "")),
        dated=now(),
    )


def signed_day(content: Mapping[str, Any], at: datetime | None) -> str:
    stated = content.get("terms", {}).get("signed_on")
    if stated:
        return str(stated)
    return today(at).isoformat() if at else BLANK


def answers(case: Case, labels: tuple[str, ...], need: Need) -> dict[str, str]:
    """What the newest version says to these questions; the rest is left blank."""
    terms = content_of(case).get("terms", {})
    known = dict(facts(Need("known", "", tuple(one for one in need.fields if not one.personal)), terms)) if terms else {}
    return {label: known.get(label, "") for label in labels}


def flexible(case: Case, title: str) -> Form:
    """12 其他录用形式就业: the employer's statement."""
    labels = (*(field.label for field in (*UNIT_FIELDS, *POST_FIELDS)), "转正起薪")
    asked = answers(case, labels, destinations()[case.topic].need)
    asked["月收入"] = asked.pop("转正起薪")
    return Form(
        title=title,
        to=office(case),
        facts=(*about(case).items(), *asked.items()),
        sentences=(
            f"兹证明上述毕业生自{BLANK}起在本单位从事以上工作，属于聘用（灵活就业）。所填内容真实，如有变动将及时告知学校。",
        ),
        signatures=(("用人单位", "负责人或经办人签名", "（加盖单位公章）"), ("毕业生", "毕业生签名", "")),
        dated=now(),
    )


def freelance(case: Case, title: str) -> Form:
    """76 自由职业: the graduate's own statement, seen by the heads of college and school."""
    labels = ("从事的工作", "主要平台或服务对象", "月均收入", "常住地")
    return Form(
        title=title,
        to=office(case),
        facts=(*about(case).items(), *answers(case, labels, destinations()[case.topic].need).items()),
        sentences=("本人以上述自由职业为主要收入来源，没有与单位建立劳动关系。所填内容真实，愿意接受学校核查；情况有变动的，及时告知学校。",),
        signatures=(
            ("毕业生", "毕业生签名", ""),
            ("院系负责人意见", "负责人签名", "（加盖院系公章）"),
            ("学校就业部门负责人意见", "负责人签名", "（加盖就业部门公章）"),
        ),
        dated=now(),
    )


FORMS: dict[str, tuple[str, Callable[[Case], bool], Callable[[Case, str], Form]]] = {
    "release-letter": ("解约函", ends_agreement, release_letter),
    "flexible": ("灵活就业登记表", of_type("employed"), flexible),
    "freelance": ("自由职业证明", of_type("freelance"), freelance),
}
