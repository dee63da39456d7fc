"""What the tests of the employer's pages share: entering, reading a page, a cast of cases in every state."""

from __future__ import annotations

import re
from html import unescape

from django.http import HttpResponse
from django.test import Client

from tests.cast import Cast
from wangqian.cases.engine import perform
from wangqian.cases.models import Case
from wangqian.chart.words import CLOCK
from wangqian.people.models import Actor

HOME = "/home/"


def entered(actor: Actor) -> Client:
    client = Client()
    client.force_login(actor.user)
    session = client.session
    session["membership"] = str(actor.membership.pk)
    session.save()
    return client


def words(response: HttpResponse) -> str:
    """What a person reads: no markup, single spaces."""
    text = re.sub(r"<(script|style).*?</\1>", " ", response.content.decode(), flags=re.S)
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", text)))


def tabs(response: HttpResponse) -> dict[str, int]:
    """Tab → count, as drawn."""
    nav = re.search(r'<nav class="tabs".*?</nav>', response.content.decode(), re.S)
    assert nav
    found = re.findall(r"<a[^>]*>\s*([^<\s]+).*?>(\d+)<", nav.group(), re.S)
    return {label: int(count) for label, count in found}


def rows(response: HttpResponse) -> list[str]:
    body = re.search(r"<tbody.*?</tbody>", response.content.decode(), re.S)
    lines = re.findall(r"<tr.*?</tr>", body.group(), re.S) if body else []
    return [re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", line))).strip() for line in lines]


def names(response: HttpResponse) -> set[str]:
    return {re.split(r"[. ]+", row)[1] for row in rows(response)}


def release(cast: Cast, case: Case) -> None:
    given = {"reason": "not_graduated", "basis": "延长学制决定 教字〔2027〕12 号"}
    cast.ask_release(case, cast.school_reviewer, given)
    cast.act(case, "confirm_release", cast.second_school_user)


def lapse(cast: Cast, case: Case) -> None:
    perform(cast.overdue(case), "lapse", by=CLOCK)


class Stage:
    """One graduate per situation with 越综合企业, named by the situation."""

    def __init__(self, cast: Cast) -> None:
        self.cast, self.employer = cast, cast.employer
        self.people: dict[str, Actor] = {}
        cast.reviewers()

    def graduate(self, name: str) -> Actor:
        self.people[name] = self.cast.graduate_named(name)
        return self.people[name]

    def invited(self, name: str) -> Case:
        return self.cast.invited(self.employer, self.graduate(name))

    def review(self, name: str) -> Case:
        return self.cast.in_review(self.employer, self.graduate(name))

    def signed(self, name: str) -> Case:
        return self.cast.signed(self.employer, self.graduate(name))

    def asked(self, name: str, by_employer: bool = False) -> Case:
        case = self.signed(name)
        return self.cast.termination(case, self.employer if by_employer else self.people[name])

    def agreed(self, name: str) -> Case:
        case = self.asked(name)
        self.cast.act(case, "accept", self.employer)
        return case

    def everything(self) -> None:
        cast, reason = self.cast, {"reason": "再商量"}
        cast.favour(self.employer, self.graduate("未邀"))
        self.invited("待应约")
        self.review("审核中")
        self.signed("已签")
        cast.act(self.invited("已拒"), "decline", self.people["已拒"])
        lapse(cast, self.invited("逾期"))
        refusal = {"about": "pay", "reason": "起薪写错"}
        cast.act(self.review("不通过"), "refuse", cast.college_reviewer, refusal)
        cast.act(self.invited("撤回"), "retract", self.employer)
        self.invited("失效")
        cast.signed(cast.other_employer, self.people["失效"])
        self.asked("学生申请")
        self.asked("单位申请", by_employer=True)
        self.agreed("解约审核")
        cast.act(self.agreed("解了"), "approve", cast.school_reviewer)
        release(cast, self.signed("解除"))
        cast.act(self.asked("不同意"), "decline", self.employer, reason)
        lapse(cast, self.asked("没回应"))
        cast.act(self.agreed("校不准"), "refuse", cast.school_reviewer, reason)
        cast.act(self.asked("又撤回"), "withdraw", self.people["又撤回"])
        cast.act(self.asked("先败后申"), "decline", self.employer, reason)
        again = Case.objects.get(graduate=self.people["先败后申"].membership.graduate, flow="online")
        cast.termination(again, self.people["先败后申"])
