"""What a graduate says when he leaves: where dossier and household registration go, as far as nothing decides it (codes.md §6)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from wangqian.chart.fields import Field, Input, Keep, Need
from wangqian.codes.table import table

FILE, HOUSEHOLD, CONSENT = "档案", "户口", "核验授权"
FURTHER = ("80", "85")  # 升学, 出国出境
ADDRESSED = ("dossier_transfer", "!kept")
WHERE = (
    Field("dossier_unit", "档案接收单位名称", required=True, most=100, group=FILE, when=ADDRESSED, help="写全称，不写简称"),
    Field("dossier_address", "档案接收单位地址", required=True, most=200, group=FILE, when=ADDRESSED),
    Field("dossier_contact", "档案接收联系人", required=True, most=40, group=FILE, when=ADDRESSED, personal=True),
    Field("dossier_phone", "档案接收联系电话", Input.PHONE, True, most=30, group=FILE, when=ADDRESSED, personal=True),
    Field("dossier_postcode", "邮政编码", Input.POSTCODE, most=6, group=FILE, when=ADDRESSED),
    Field(
        "kept_years",
        "保留年限",
        Input.CHOICE,
        True,
        choices=(("1", "一年"), ("2", "两年")),
        group=FILE,
        when=("dossier_transfer", "kept"),
        help="学校最多保留两年，期间落实去向的应及时办理转递",
    ),
)
MOVING = Field("hukou_address", "户口迁往地址", most=200, group=HOUSEHOLD, when=("hukou_transfer", "!stay"), help="不清楚的可不填")


def choice(name: str, label: str, of: str, codes: Iterable[str], initial: str, group: str, help: str = "") -> Field:
    rows = tuple((code, table(of).name_of(code)) for code in codes)
    return Field(name, label, Input.CHOICE, True, choices=rows, initial=initial, group=group, help=help)


def dossier_codes(destination: str) -> tuple[str, ...]:
    """Where a dossier can go that nobody undertook to take."""
    return (*(("further_study",) if destination in FURTHER else ()), "origin", "agent", "kept")


def hukou_codes(destination: str, undertaken: bool) -> tuple[str, ...]:
    """Where the household registration can go: with an employer that settles it, or without."""
    if undertaken:
        return ("unit", "talent")
    return (*(("school",) if destination in FURTHER else ()), "origin", "talent", "stay")


def transfer_form(destination: str, dossier: Mapping[str, str], hukou: Mapping[str, str], partner: str = "") -> Need:
    """The questions that are left, given what is in force decides of them."""
    fields: tuple[Field, ...] = ()
    if not dossier:
        codes = dossier_codes(destination)
        which = choice("dossier_transfer", "档案转递类型", "dossier_transfer", codes, codes[0], FILE)
        unit = replace(WHERE[0], initial=partner if codes[0] == "further_study" else "")
        fields = (which, unit, *WHERE[1:])
    codes = hukou_codes(destination, bool(hukou))
    asked = choice("hukou_transfer", "户口迁移类型", "hukou_transfer", codes, codes[0] if hukou else "", HOUSEHOLD)
    return Need("transfer", "档案和户口", (*fields, asked, *(() if hukou else (MOVING,))), Keep.TERMS)


# Every question, for the chart and for labels.
TRANSFER = Need(
    "transfer",
    "档案和户口",
    (
        choice("dossier_transfer", "档案转递类型", "dossier_transfer", ("further_study", "origin", "agent", "kept"), "", FILE),
        *WHERE,
        choice("hukou_transfer", "户口迁移类型", "hukou_transfer", ("unit", "talent", "school", "origin", "stay"), "", HOUSEHOLD),
        MOVING,
    ),
    Keep.TERMS,
)
CONSENTING = Need(
    "consenting",
    "核验授权",
    (
        Field(
            "authorise",
            "允许持有编号的人核验登记信息表",
            Input.YESNO,
            True,
            group=CONSENT,
            help="公安户籍、档案接收单位等凭编号和姓名、或扫码，可以查到这份表是否有效；不显示单位和您的联系方式。可以随时收回",
        ),
    ),
    Keep.DATA,
)


def named(answers: Mapping[str, Any], name: str) -> str:
    """The name of the day of a chosen code."""
    code = answers.get(name, "")
    return table(name).name_of(code) if code else ""
