"""What agreements say, as tables of facts with their official labels, in the order printed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from wangqian.cases.forms import facts
from wangqian.chart.fields import Field, Need
from wangqian.documents.agreement import Block
from wangqian.documents.amounts import amount_words
from wangqian.documents.printing import Rows
from wangqian.flows.agreement_needs import (
    ADDITIONS,
    CONTACT_FIELDS,
    DOSSIER_FIELDS,
    PAY_FIELDS,
    PLACE_FIELDS,
    POST_FIELDS,
    UNIT_FIELDS,
)
from wangqian.flows.needs import TERMS

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
# The questions of flow 3 under the headings of the printed form.
PRINTED = (
    ("用人单位", (*UNIT_FIELDS, *CONTACT_FIELDS)),
    ("双方约定", (*POST_FIELDS, *PAY_FIELDS, *PLACE_FIELDS, *ADDITIONS)),
    ("户籍与档案", DOSSIER_FIELDS),
)


def online(content: Mapping[str, Any]) -> Iterator[Block]:
    """Flow 1. The identity number is no part of them."""
    yield Block("毕业生", named(GRADUATE, content["graduate"]))
    yield Block("用人单位", named(EMPLOYER, content["employer"]))
    yield Block("双方约定", tuple(agreed(TERMS, content["terms"])))
    if content["dossier"]:
        yield Block("档案转寄", tuple(row for row in named(DOSSIER, content["dossier"]) if row[1]))
    yield Block("学校", named(SCHOOL, content["school"]))


def on_paper(content: Mapping[str, Any]) -> Iterator[Block]:
    """Flow 3, from what the graduate stated about the employer."""
    yield Block("毕业生", named(GRADUATE, content["graduate"]))
    for title, fields in PRINTED:
        yield Block(title, tuple(agreed(asking(fields, content["terms"]), content["terms"])))
    yield Block("学校", named(SCHOOL, content["school"]))


def asking(fields: Sequence[Field], terms: Mapping[str, str]) -> Need:
    """A part of a form, whose conditions look at answers of the whole."""
    return Need("part", "", tuple(replace(one, when=None) for one in fields if terms.get(one.name)))


def named(labels: Mapping[str, str], values: Mapping[str, str]) -> Rows:
    return tuple((label, values[name]) for name, label in labels.items())


def agreed(need: Need, terms: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Every term that was asked and answered; damages also in capital numerals."""
    for label, value in facts(need, terms):
        words = f"（{amount_words(Decimal(terms['damages']))}）" if label == DAMAGES else ""
        yield label, value + words
