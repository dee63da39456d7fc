"""毕业去向登记信息表 (codes.md §6): what a graduate confirmed, with the numbers by which others check it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, ClassVar, Literal

from django.utils.translation import gettext as _

from wangqian.chart.words import FAILED, VOID
from wangqian.codes.serial import pretty
from wangqian.documents import blocks, qr
from wangqian.documents.agreement import Block
from wangqian.documents.printing import lines
from wangqian.flows.departure import current, standing
from wangqian.flows.models import Departure
from wangqian.flows.scans import mark
from wangqian.people.clock import today
from wangqian.people.models import Graduate

GRADUATE = {
    "name": "姓名",
    "sex_name": "性别",
    "identity": "证件号码",
    "ethnicity_name": "民族",
    "exam_number": "考生号",
    "student_number": "学号",
    "education_name": "学历",
    "major": "专业",
    "training_mode_name": "培养方式",
    "years": "学制",
    "origin_name": "生源所在地",
}
FILE = {
    "dossier_transfer_name": "档案转递类型",
    "kept_years": "保留年限",
    "dossier_unit": "接收单位名称",
    "dossier_address": "接收单位地址",
    "dossier_contact": "接收联系人",
    "dossier_phone": "联系电话",
    "dossier_postcode": "邮政编码",
}
HOUSEHOLD = {"hukou_transfer_name": "户口迁移类型", "hukou_address": "迁往地址"}
YEARS = {"1": "一年", "2": "两年"}


@dataclass(frozen=True)
class CertificatePaper:
    """All it says. A pure function of the version: `at` is when the graduate confirmed that."""

    name: ClassVar[str] = "毕业去向登记信息表"
    template: ClassVar[str] = "certificate.typ"
    counted: ClassVar[bool] = True

    number: str  # 转递编号, as stored
    code: str  # 核验编号, as stored
    site: str
    version: int
    terms_sha256: str
    school: str
    cohort: str
    blocks: tuple[Block, ...]
    at: datetime
    seal: str = ""

    @property
    def dated(self) -> datetime:
        return self.at

    @property
    def verify_url(self) -> str:
        return f"{self.site}/verify/{self.code}"

    @property
    def day(self) -> date:
        return today(self.at)

    def marks(self, pages: int) -> list[str]:
        return [mark(self.site, self.code, self.version, page, pages) for page in range(1, pages + 1)]

    def data(self, pages: int) -> dict[str, object]:
        return {
            "number": pretty(self.number),
            "code": pretty(self.code),
            "url": f"{self.site}/verify/",
            "codes": [qr.svg(said, border=0).decode() for said in self.marks(pages)],
            "version": self.version,
            "sha256": self.terms_sha256,
            "school": self.school,
            "cohort": self.cohort,
            "blocks": [{"title": block.title, "lines": lines(block.rows)} for block in self.blocks],
            "day": f"{self.day.year} 年 {self.day.month} 月 {self.day.day} 日",
            "seal": self.seal,
        }

    def texts(self) -> Iterator[tuple[str, str]]:
        yield _("学校"), self.school
        yield _("核验网址"), self.verify_url
        yield _("电子印章"), self.seal
        for block in self.blocks:
            for label, value in block.rows:
                yield from ((label, label), (label, value))


def tables(content: Mapping[str, Any]) -> Iterator[Block]:
    """The tables of facts, in the order printed; of the identity number the masked form."""
    yield Block("毕业生", given(GRADUATE, content["graduate"]))
    to = content["destination"]
    sort = to["name"] + (f"（{to['subclass_name']}）" if to["subclass_name"] else "")
    head = (("毕业去向类别", f"{to['code']} {sort}"), ("登记日期", to["since"]))
    yield Block("毕业去向", (*head, *((label, value) for label, value in content["stated"])))
    went = content["transfer"]
    yield Block("档案转递", given(FILE, {**went, "kept_years": YEARS.get(went["kept_years"], "")}))
    yield Block("户口迁移", given(HOUSEHOLD, went))
    yield Block("学校", given(blocks.SCHOOL, content["school"]))


def given(labels: Mapping[str, str], values: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """What is known of it."""
    return tuple((label, values[name]) for name, label in labels.items() if values.get(name))


@dataclass(frozen=True)
class Certificate:
    """A graduate's newest one. `state` is the word of now: 有效, 已变更, 已解约, 已解除, 已作废."""

    departure: Departure
    state: str
    in_force: bool
    file: Literal["ready", "making", "failed", "none"]

    @property
    def transfer_number(self) -> str:
        return pretty(self.departure.transfer_number)

    @property
    def verification_code(self) -> str:
        return pretty(self.departure.case.verification_code or "")

    @property
    def authorised(self) -> bool:
        return self.departure.authorised_at is not None


def certificate_of(graduate: Graduate) -> Certificate | None:
    """The newest 登记信息表 of a graduate, in force or not; None before his first 离校确认."""
    from wangqian.documents.read import agreement_state  # which knows how papers are made, this one too

    departure = standing(graduate).latest
    if departure is None:
        return None
    state = word_of(departure)
    return Certificate(departure, state, state == IN_FORCE, agreement_state(departure.case)[0])


IN_FORCE, CHANGED = "有效", "已变更"


def word_of(departure: Departure) -> str:
    """In force while its entry is; afterwards what became of what it rested on."""
    if current(departure):
        return IN_FORCE
    basis = departure.entry.case.word
    return basis.verify if basis.kind in (VOID, FAILED) and basis.verify else CHANGED
