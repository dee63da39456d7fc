"""What the tables are called, for people."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

TITLES = {
    "country": gettext_lazy("国家和地区"),
    "destination": gettext_lazy("毕业去向类别"),
    "document_kind": gettext_lazy("证件类型"),
    "dossier_receipt": gettext_lazy("档案接收"),
    "dossier_transfer": gettext_lazy("档案转递类型"),
    "study_level": gettext_lazy("攻读层次"),
    "education": gettext_lazy("学历"),
    "employer_nature": gettext_lazy("单位性质"),
    "enterprise_kind": gettext_lazy("企业类型"),
    "enterprise_size": gettext_lazy("单位规模"),
    "ethnicity": gettext_lazy("民族"),
    "hardship": gettext_lazy("困难生类别"),
    "hukou_transfer": gettext_lazy("户口迁移类型"),
    "industry": gettext_lazy("单位行业"),
    "industry_division": gettext_lazy("国民经济行业大类"),
    "job_category": gettext_lazy("工作职位类别"),
    "political_status": gettext_lazy("政治面貌"),
    "province": gettext_lazy("省级行政区"),
    "region": gettext_lazy("行政区划"),
    "release_reason": gettext_lazy("学校解除原因"),
    "sex": gettext_lazy("性别"),
    "teacher_training": gettext_lazy("师范生类别"),
    "termination_reason": gettext_lazy("解约原因"),
    "training_mode": gettext_lazy("培养方式"),
    "urban_rural": gettext_lazy("城乡生源"),
}


# Columns of the tables, also as headers of the lists that operators download and upload.
COLUMNS = {
    "code": gettext_noop("代码"),
    "name": gettext_noop("名称"),
    "parent": gettext_noop("上级代码"),
    "ended": gettext_noop("停用"),
    "address_required": gettext_noop("需要地址"),
    "aliases": gettext_noop("别名"),
    "can_sign": gettext_noop("可以签约"),
    "confirmed": gettext_noop("见于官方文本"),
    "disability": gettext_noop("残疾"),
    "employment": gettext_noop("就业困难"),
    "evidence": gettext_noop("依据材料"),
    "external": gettext_noop("外部代码"),
    "family": gettext_noop("家庭困难"),
    "group_2021": gettext_noop("2021版分组"),
    "group_2024": gettext_noop("2024版分组"),
    "least": gettext_noop("最少"),
    "level": gettext_noop("层级"),
    "most": gettext_noop("最多"),
    "note": gettext_noop("备注"),
    "outcome": gettext_noop("毕业或结业"),
    "placed": gettext_noop("计入落实"),
    "prefix": gettext_noop("前缀"),
    "section": gettext_noop("门类"),
    "successor": gettext_noop("后继代码"),
    "uscc_prefix": gettext_noop("信用代码前缀"),
    "warn": gettext_noop("审核提醒"),
    "years_max": gettext_noop("最长年数"),
}
# Values of those columns, where they are words of ours and no code.
VALUES = {
    "yes": gettext_noop("是"),
    "no": gettext_noop("否"),
    "dial": gettext_noop("由学校设置"),
    "province": gettext_noop("省级"),
    "prefecture": gettext_noop("地级"),
    "county": gettext_noop("县级"),
    "group": gettext_noop("归类用"),
}
# Read from a header in any of these spellings.
SPELLINGS = {label: column for column, label in COLUMNS.items()} | {column: column for column in COLUMNS}


def title(name: str) -> str:
    return str(TITLES[name])


def header(column: str) -> str:
    return _(COLUMNS[column])


def value(said: str) -> str:
    return _(VALUES[said]) if said in VALUES else said
