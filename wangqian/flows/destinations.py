"""The types of destination that need no agreement (M003 §9, codes.md §1): a row of `destinations.csv` each, its form made from it.

A type names the groups of questions it asks and the evidence it wants; nothing about it stands anywhere else.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from wangqian.chart.fields import Days, Field, Input, Keep, Need
from wangqian.codes.table import table
from wangqian.flows.agreement_needs import (
    CONTACT_FIELDS,
    DOSSIER_FIELDS,
    PAY_FIELDS,
    PLACE_FIELDS,
    POST_FIELDS,
    UNIT_FIELDS,
)
from wangqian.flows.needs import DOSSIER, POST

FILE = Path(__file__).with_name("destinations.csv")
TYPE, SCHOOL, ABROAD, ARMY, PROJECT, OWN, PLAN = "去向类型", "升学", "境外", "部队", "项目", "创业和自由职业", "打算"
ENTRUSTED = "entrusted"
WAITING = ("looking", "preparing", "not_now")  # they must not stand in the way of a real destination
WAITS = ("70", "71", "72")  # the same by their codes: nothing is settled yet
TAKEN = ("dossier_taken", "yes")
ONLINE_SHOP = "75-03"  # 电子商务创业
HEADS = ("college", "school")  # who each approve what `heads` of the file says (codes.md §1, 76)
MONTHLY = PAY_FIELDS[2]
UNIT_CODE = replace(UNIT_FIELDS[1], required=False, help="没有统一社会信用代码的单位可不填")

GROUPS: dict[str, tuple[Field, ...]] = {
    "kind": (Field("kind", "具体类型", Input.CODE, True, table="destination", most=8, group=TYPE),),
    "unit": (*UNIT_FIELDS, *CONTACT_FIELDS),
    "post": POST_FIELDS,
    "job": POST_FIELDS[:2],
    "terms": (MONTHLY, *PLACE_FIELDS),
    "contract": (
        Field("contract_from", "合同开始日期", Input.DATE, group=POST, days=Days.ANY),
        Field("contract_years", "合同期限", Input.NUMBER, least=0, most=30, unit="年", help="无固定期限的可不填", group=POST),
    ),
    "dossier": DOSSIER_FIELDS,
    "army": (
        Field("authority", "征兵机关或部队", required=True, most=100, group=ARMY, help="例如：某某县人民政府征兵办公室"),
        Field("army_region", "入伍地", Input.REGION, True, most=6, group=ARMY),
        Field("enlisted_on", "批准入伍日期", Input.DATE, group=ARMY, days=Days.ANY),
    ),
    "abroad": (
        Field("country", "国家或地区", Input.CODE, True, table="country", group=ABROAD),
        Field("foreign_name", "单位或组织名称", required=True, most=150, group=ABROAD, help="按证明材料上的写法；可以用外文"),
        Field("foreign_city", "所在城市", most=60, group=ABROAD),
    ),
    "post_abroad": (POST_FIELDS[0], POST_FIELDS[1]),
    "study_abroad": (
        Field("country", "国家或地区", Input.CODE, True, table="country", group=ABROAD),
        Field("foreign_name", "学校名称", required=True, most=150, group=ABROAD, help="按录取通知书上的写法；可以用外文"),
        Field("level", "攻读层次", Input.CODE, True, table="study_level", group=SCHOOL),
        Field("study_major", "录取专业", required=True, most=100, group=SCHOOL),
    ),
    "school": (
        Field("school_name", "录取学校全称", required=True, most=100, group=SCHOOL, help="按录取通知书上的写法，不写简称"),
        Field("school_uscc", "学校的统一社会信用代码", Input.USCC, most=18, group=SCHOOL),
        Field("level", "录取层次", Input.CODE, True, table="study_level", group=SCHOOL),
        Field("study_major", "录取专业", required=True, most=100, group=SCHOOL),
        Field("school_region", "学校所在地", Input.REGION, True, most=6, group=SCHOOL),
    ),
    "taken": (
        Field(
            "dossier_taken", "录取学校是否调取档案", Input.YESNO, True, group=DOSSIER, help="以调档函为准；还不知道的选“否”，离校确认时再填"
        ),
        *(replace(field, when=TAKEN) for field in DOSSIER_FIELDS[3:]),
    ),
    "project": (
        Field("project", "项目全称", required=True, most=100, group=PROJECT),
        Field("organiser", "组织单位", required=True, most=100, group=PROJECT),
        Field("project_post", "服务单位和岗位", required=True, most=100, group=PROJECT),
        Field("project_region", "服务地", Input.REGION, True, most=6, group=PROJECT, exact=True),
        Field("project_years", "服务期", Input.NUMBER, least=0, most=10, unit="年", group=PROJECT),
    ),
    "company": (
        Field("company_name", "企业、店铺或孵化机构名称", required=True, most=100, group=OWN),
        Field("company_uscc", "统一社会信用代码", Input.USCC, most=18, group=OWN, help="网店没有的可不填"),
        Field("shop", "网店网址", required=True, most=200, group=OWN, when=("kind", ONLINE_SHOP)),
        Field("role", "本人的身份", required=True, most=40, group=OWN, help="例如：法定代表人、股东、经营者"),
        Field("company_industry", "行业", Input.CODE, True, table="industry", group=OWN),
        Field("company_region", "所在地", Input.REGION, True, most=6, group=OWN, exact=True),
    ),
    "freelance": (
        Field("work", "从事的工作", required=True, most=100, group=OWN, help="例如：自由撰稿人、翻译、中介服务"),
        Field("platform", "主要平台或服务对象", most=100, group=OWN),
        Field("income", "月均收入", Input.MONEY, most=10_000_000, unit="元/月", group=OWN),
        Field("work_region", "常住地", Input.REGION, True, most=6, group=OWN),
    ),
    "plan": (
        Field("plan", "打算和进展", Input.LINES, True, most=300, group=PLAN, personal=True),
        Field(
            "help_wanted", "希望学校提供的帮助", Input.LINES, most=300, group=PLAN, personal=True, help="例如：推荐岗位、政策咨询、就业见习"
        ),
    ),
}


@dataclass(frozen=True)
class Destination:
    """One type: what it is called, its official code, what it asks."""

    slug: str
    label: str
    code: str  # of the table `destination`: a class, or the sub-class that the type is
    group: str
    help: str
    need: Need
    both_heads: bool  # `HEADS` each approve it, whatever the school's chain

    def codes(self, terms: dict[str, str]) -> tuple[str, str]:
        """(class, sub-class) of what was stated; the sub-class may be unknown."""
        chosen = terms.get("kind") or self.code
        row = table("destination").get(chosen)
        parent = row.parent if row else ""
        return (parent, chosen) if parent else (chosen, "")


def need_of(slug: str, label: str, code: str, groups: list[str], evidence: str, least: int) -> Need:
    """The form of a type; a wait asks for no evidence but takes it."""
    fields = [field for group in groups for field in GROUPS[group]]
    fields = [replace(field, parent=code) if field.name == "kind" else field for field in fields]
    helped = evidence or "有相关材料的可以上传"
    files = Field("evidence", "证明材料", Input.FILES, least > 0, least=least, most=20, help=helped)
    return Need(f"destination_{slug}", label, (*once(fields), files), Keep.TERMS)


def once(fields: list[Field]) -> tuple[Field, ...]:
    """The first of each name."""
    return tuple({field.name: field for field in reversed(fields)}[name] for name in dict.fromkeys(f.name for f in fields))


@cache
def destinations() -> dict[str, Destination]:
    """Every type by its slug, in the order of the file."""
    with FILE.open(encoding="utf-8", newline="") as file:
        return {row["slug"]: made(row) for row in csv.DictReader(file)}


def of_both_heads() -> list[Destination]:
    return [one for one in destinations().values() if one.both_heads]


def made(row: dict[str, str]) -> Destination:
    need = need_of(row["slug"], row["label"], row["code"], row["fields"].split(), row["evidence"], int(row["least"]))
    return Destination(row["slug"], row["label"], row["code"], row["group"], row["help"], need, row["heads"] == "both")


# Every question of every type, once: the typed columns.
ANY = Need("destination", "去向信息", once([field for group in GROUPS.values() for field in group]), Keep.TERMS)
