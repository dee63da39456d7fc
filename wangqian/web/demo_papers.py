"""The demo's papers and other destinations (flows 3 to 6), each taken there through the door, with pictures through the gate."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from PIL import Image, ImageDraw

from wangqian.cases.engine import new_case
from wangqian.cases.models import Case
from wangqian.codes import uscc
from wangqian.documents import uploads
from wangqian.documents.uploads import Limits
from wangqian.people.clock import now, today
from wangqian.people.models import Actor

if TYPE_CHECKING:
    from wangqian.web.demo_cases import Player

UNITS = (
    ("长风零部件厂", "430104", "岳麓大道 1 号"),
    ("青禾农业合作社", "320102", "玄武大道 8 号"),
    ("明达会计师事务所", "310115", "张杨路 500 号"),
)
DOSSIER = {
    "hukou": "no",
    "dossier_receipt": "agent",
    "dossier_unit": "市人才服务中心",
    "dossier_address": "解放路 2 号",
    "dossier_contact": "孙老师",
    "dossier_phone": "0731-88880000",
}
STUDY = {"school_name": "中部大学", "level": "master", "study_major": "机械工程", "school_region": "420106", "dossier_taken": "no"}
SOLDIER = {"authority": "某区人民政府征兵办公室", "army_region": "430104"}
FREE = {"work": "独立插画师", "platform": "多个出版社", "income": "6000", "work_region": "430104"}
LOOKING = {"kind": "70-01", "plan": "正在参加两家单位的面试。", "help_wanted": "希望推荐本地岗位。"}


def agreement(number: int) -> dict[str, str]:
    name, region, address = UNITS[number % len(UNITS)]
    unit = {
        "employer_name": name,
        "employer_uscc": uscc.make("91430100", 7700 + number % len(UNITS)),
        "nature": "39",
        "industry": "22",
    }
    contact = {"contact": "钱主任", "contact_mobile": "13900002222", "contact_email": "hr@example.com"}
    post = {
        "job_category": "13",
        "job_title": "工艺工程师",
        "pay": "8000",
        "damages": "3000",
        "report_by": "2027-07-15",
    }
    return {**unit, "region": region, "address": address, **contact, **post, **DOSSIER}


def picture(words: str) -> bytes:
    """A sheet of paper as somebody photographed it."""
    sheet = Image.new("RGB", (900, 1270), (236, 234, 228))
    draw = ImageDraw.Draw(sheet)
    draw.rectangle((60, 60, 840, 1210), fill=(252, 251, 247), outline=(120, 120, 120), width=2)
    for line in range(14):
        draw.line((110, 220 + line * 60, 790 - (line * 37) % 160, 220 + line * 60), fill=(70, 70, 80), width=4)
    draw.ellipse((560, 960, 760, 1160), outline=(200, 40, 40), width=8)
    draw.text((110, 120), words, fill=(30, 30, 40))
    kept = io.BytesIO()
    sheet.save(kept, "JPEG", quality=80)
    return kept.getvalue()


class Papers:
    """Takes one graduate after the other down a plot of flows 3 to 6."""

    def __init__(self, player: Player) -> None:
        self.player, self.number = player, 0

    def put(self, case: Case, slot: str, by: Actor) -> None:
        self.number += 1
        data = picture(f"demo {self.number}")
        uploads.receive(case, slot, f"照片{self.number}.jpg", data, owner=by.user, limit=Limits())

    def begun(self, flow: str, by: Actor, **given: str) -> Case:
        return self.player.go(new_case(flow, by.membership.graduate), "fill", by, given)

    def up(self, case: Case, step: str, state: str, given: dict[str, str] | None = None) -> Case:
        while case.state == state:
            case = self.player.go(case, step, self.player.reviewer(case), given)
        return case

    def offline(self, by: Actor, until: str) -> Case:
        case = self.begun("offline", by)
        if until == "draft":
            return case
        case = self.player.go(case, "submit", by, agreement(self.number))
        if until == "returned":
            given = {"about": "employer_uscc", "fault": "wrong", "reason": "信用代码与营业执照不一致，请对照执照修改。"}
            return self.player.go(case, "send_back", self.player.reviewer(case), given)
        if until == "review":
            return case
        case = self.up(case, "approve", "review")
        if until == "stamping":
            return case
        self.put(case, "scan", by)
        case = self.player.go(case, "hand_in", by)
        return case if until == "stamped_review" else self.up(case, "approve_paper", "stamped_review")

    def paper(self, by: Actor, until: str) -> Case:
        case = self.begun("paper", by)
        self.put(case, "scan", by)
        case = self.player.go(case, "submit", by, {**agreement(self.number), "signed_on": str(today(now()))})
        return case if until == "review" else self.up(case, "approve", "review")

    def destination(self, by: Actor, topic: str, given: dict[str, str], until: str) -> Case:
        case = self.begun("destination", by, topic=topic)
        if topic != "looking":
            self.put(case, "evidence", by)
        case = self.player.go(case, "submit", by, given)
        return case if until == "review" else self.up(case, "approve", "review")

    def ending(self, by: Actor) -> Case:
        case = self.player.go(new_case("offline_termination", parent=self.offline(by, "signed")), "apply", by)
        self.put(case, "letter", by)
        given = {"reason": "05", "explanation": "个人发展方向有变化，双方已经协商一致。"}
        return self.player.go(case, "submit", by, given)

    def disputed(self, by: Actor) -> Case:
        case = self.destination(by, "postgraduate", STUDY, "registered")
        given = {"about": "录取专业", "reason": "登记的专业名称与录取通知书不一致。"}
        return self.player.go(new_case("dispute", parent=case), "dispute", by, given)


def play_papers(player: Player, graduates: list[Actor]) -> None:
    papers, people = Papers(player), iter(graduates)
    for until in ("draft", "returned", "review", "review", "stamping", "stamping", "stamped_review", "signed"):
        papers.offline(next(people), until)
    for until in ("review", "registered"):
        papers.paper(next(people), until)
    for topic, given, until in (
        ("postgraduate", STUDY, "review"),
        ("freelance", FREE, "review"),
        ("looking", LOOKING, "registered"),
        ("conscript", SOLDIER, "registered"),
    ):
        papers.destination(next(people), topic, given, until)
    papers.ending(next(people))
    papers.disputed(next(people))
