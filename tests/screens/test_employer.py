"""The employer's workbench: every case in its tab, what the rows say, filters, paging, query counts."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.cast import Cast
from tests.screens.employer_stage import HOME, Stage, entered, names, rows, tabs, words
from tests.screens.pages import sought
from wangqian.cases.queries import starts
from wangqian.flows import favourites
from wangqian.flows.online import OnlineSigning
from wangqian.people.clock import now
from wangqian.people.models import Employer, Graduate

SIGNED_NOW = {"已签", "学生申请", "单位申请", "解约审核", "不同意", "没回应", "校不准", "又撤回", "先败后申"}
EXPECTED = {
    "favourites": ("学生收藏夹", None),
    "signing": ("签约中", {"待应约", "审核中"}),
    "signed": ("已签约", SIGNED_NOW),
    "failed": ("签约失败", {"已拒", "逾期", "不通过"}),
    "ending": ("解约中", {"学生申请", "单位申请", "解约审核", "先败后申"}),
    "ended": ("已解约", {"解了", "解除"}),
    "unended": ("解约失败", {"不同意", "没回应", "校不准"}),
    "void": ("失效", {"撤回", "失效"}),
}


def test_every_case_stands_in_its_tab(cast: Cast) -> None:
    stage = Stage(cast)
    stage.everything()
    client = entered(cast.employer)
    counts = {label: len(who) if who is not None else len(stage.people) for label, who in EXPECTED.values()}
    for slug, (_label, who) in EXPECTED.items():
        page = client.get(HOME, {"tab": slug})
        assert page.status_code == 200
        assert tabs(page) == counts
        assert names(page) == (set(stage.people) if who is None else who), slug
    assert "4 份解约申请待您回应" not in words(client.get(HOME))
    assert "2 份解约申请待您回应（2027 届）" in words(client.get(HOME))  # 学生申请, 先败后申
    assert tabs(entered(cast.other_employer).get(HOME))["已签约"] == 1


def test_rows_say_what_the_state_is_and_what_can_be_done(cast: Cast) -> None:
    stage = Stage(cast)
    stage.everything()
    client, graduate = entered(cast.employer), stage.people["待应约"].membership.graduate
    assert graduate
    favourites.seen(cast.employer, graduate.pk)
    found = {row.split()[1]: row for slug in EXPECTED for row in rows(client.get(HOME, {"tab": slug}))}
    by_tab = {slug: rows(client.get(HOME, {"tab": slug})) for slug in EXPECTED}

    def row(slug: str, name: str) -> str:
        return next(line for line in by_tab[slug] if f" {name} " in line)

    assert len(found) == len(stage.people)
    assert re.search(r"等待学生应约 还剩 \d+ 天.* 毕业生 .*查看详情$", row("signing", "待应约"))
    assert re.search(r"学生已签约，学校审核中 第 1 级，共 2 级 信息学院 .*查看详情$", row("signing", "审核中"))
    assert row("failed", "已拒").endswith("查看详情 再次发起签约")
    assert re.search(r"待您回应解约 还剩 \d+ 天.* 您 .*查看详情 查看协议$", row("ending", "学生申请"))
    assert "等待学生回应" in row("ending", "单位申请")
    assert "解约失败（学校审核不通过）" in row("unended", "校不准")
    assert "已签约 解约中：等待学生回应" in row("signed", "单位申请")
    assert "已签约 解约失败（逾期未回应）" in row("signed", "没回应")
    assert re.search(r"又撤回 .* 已签约 — 无 ", row("signed", "又撤回"))
    assert row("favourites", "未邀").endswith("发起签约邀请 移出")
    assert row("favourites", "待应约").endswith("查看详情")
    assert row("favourites", "已签").endswith("查看详情")
    assert graduate.masked_identity() in row("signing", "待应约") and "由应约码添加" in row("signing", "审核中")
    assert graduate.identity_number() not in " ".join(by_tab["signing"])


def test_filters(cast: Cast) -> None:
    stage = Stage(cast)
    stage.invited("欧阳一")
    stage.review("欧阳二")
    stage.invited("司马三")
    client = entered(cast.employer)
    graduate = stage.people["司马三"].membership.graduate
    assert graduate
    favourites.seen(cast.employer, graduate.pk)
    number = graduate.identity_number()

    def shown(**asked: Any) -> set[str]:
        return names(client.get(HOME, {"tab": "signing", **asked}))

    def sought_for(**typed: str) -> set[str]:
        return names(sought(client, f"{HOME}?tab=signing", **typed))

    assert shown(state="review") == {"欧阳二"}
    assert sought_for(name="欧阳一") == {"欧阳一"}
    assert sought_for(name=" 欧阳　一 ") == {"欧阳一"}, "as typed by anybody"
    assert sought_for(name="欧阳") == set(), "whole names alone"
    assert sought_for(state="invited", name="欧阳一") == {"欧阳一"}
    assert sought_for(state="review", name="欧阳一") == set()
    assert sought_for(number=number) == {"司马三"}
    assert sought_for(number=f" {number.lower()} ") == {"司马三"}
    assert sought_for(number=number[:17]) == set()
    assert shown(name="欧阳一", number=number) == {"欧阳一", "欧阳二", "司马三"}, "an address finds nobody"
    assert names(sought(client, f"{HOME}?tab=favourites", number=number)) == {"司马三"}
    assert names(client.get(HOME, {"tab": "favourites", "state": "none"})) == set()
    cast.favour(cast.employer, stage.graduate("未邀四"))
    assert names(client.get(HOME, {"tab": "favourites", "state": "none"})) == {"未邀四"}
    assert names(client.get(HOME, {"tab": "favourites", "state": "review"})) == {"欧阳二"}
    page = sought(client, f"{HOME}?tab=signing", number=number)
    assert f'value="{number}"' in page.content.decode(), "what was typed stands in its field"
    assert not re.search(rf'(href|action)="[^"]*{number}', page.content.decode())
    assert "没有符合条件的记录" in words(sought(client, f"{HOME}?tab=signing", name="没有"))


@pytest.mark.parametrize(
    "asked",
    [
        {"tab": "没有", "year": "abc", "page": "-1", "state": "x"},
        {"year": "99999999999", "page": "99999999"},
        {"name": "\0", "number": "\0", "tab": "signing"},
        {"name": "x" * 999, "number": "9" * 999},
        {"q": "nobody's key", "page": "2"},
    ],
)
def test_nonsense_in_the_address_is_ignored(cast: Cast, asked: dict[str, str]) -> None:
    cast.invited()
    page = entered(cast.employer).get(HOME, asked)
    assert page.status_code == 200
    assert tabs(page)["签约中"] == 1


def test_cohorts_are_apart(cast: Cast) -> None:
    cast.invited()
    later = type(cast.cohort).objects.create(
        school=cast.school, year=2028, opens_at=cast.cohort.opens_at, closes_at=cast.cohort.closes_at
    )
    cast.invited(graduate=cast.graduate_named("下一届", cohort=later))
    client = entered(cast.employer)
    assert names(client.get(HOME, {"tab": "signing"})) == {"下一届"}
    assert names(client.get(HOME, {"tab": "signing", "year": 2027})) == {"曹文公"}
    assert "切换到 2028 届" in words(client.get(HOME, {"year": 2027}))
    client = entered(cast.other_employer)
    assert "收藏夹里还没有这一届的学生" in words(client.get(HOME))


def test_paging(cast: Cast) -> None:
    for number in range(21):
        cast.favour(cast.employer, cast.graduate_named(f"学生{number}"))
    client = entered(cast.employer)
    first, second = (client.get(HOME, {"tab": "favourites", "page": page}) for page in (1, 2))
    assert (len(rows(first)), len(rows(second))) == (20, 1)
    assert "第 21–21 条，共 21 条" in words(second)
    assert names(first) | names(second) == {f"学生{number}" for number in range(21)}


@pytest.mark.parametrize("tab", ["favourites", "signing", "failed", "ending"])
def test_queries_do_not_grow_with_rows(cast: Cast, tab: str) -> None:
    stage = Stage(cast)
    client = entered(cast.employer)

    def more(first: int, last: int) -> None:
        for number in range(first, last):
            name = f"某{number}"
            case = stage.asked(name) if tab == "ending" else stage.invited(name)
            if tab == "failed":
                cast.act(case, "decline", stage.people[name])

    def queries() -> int:
        with CaptureQueriesContext(connection) as found:
            page = client.get(HOME, {"tab": tab})
        assert len(rows(page)) == min(len(stage.people), 20)
        return len(found)

    more(0, 3)
    client.get(HOME)  # the first page of a session notes that he is here
    few = queries()
    more(3, 30)
    assert queries() == few


def test_the_list_refuses_as_the_door_does(cast: Cast) -> None:
    closed = cast.cohort_of(cast.outsider_school, opens=-60, closes=-1)
    coming = type(closed).objects.create(
        school=cast.school, year=2029, opens_at=now() + timedelta(days=1), closes_at=now() + timedelta(days=9)
    )
    people = {
        "可邀": cast.graduate_named("可邀"),
        "定向": cast.graduate_named("定向", training_mode="2"),
        "退学": cast.graduate_named("退学", status="withdrawn"),
        "截止": cast.graduate_named("截止", cast.outsider_college, closed),
        "重开": cast.graduate_named("重开", cast.outsider_college, closed, reopened_until=now() + timedelta(days=1)),
        "未到": cast.graduate_named("未到", cohort=coming),
        "未收藏": cast.graduate_named("未收藏"),
        "等答复": cast.graduate_named("等答复"),
        "过期": cast.graduate_named("过期"),
        "三次": cast.graduate_named("三次"),
    }
    for name, who in people.items():
        if name != "未收藏":
            cast.favour(cast.employer, who)
    cast.invited(graduate=people["等答复"])
    cast.overdue(cast.invited(graduate=people["过期"]))
    for _time in range(3):
        cast.act(cast.invited(graduate=people["三次"]), "retract", cast.employer)
    employer = cast.employer.membership.employer
    assert employer
    listed = [Graduate.objects.select_related("cohort").get(pk=one.membership.graduate_id) for one in people.values()]
    for certified in (now(), None):
        Employer.objects.filter(pk=employer.pk).update(certified_at=certified)
        employer.refresh_from_db()
        found = favourites.refusals(employer, listed, now())
        for graduate in listed:
            (move,) = starts(OnlineSigning, cast.employer, graduate=graduate, employer=employer)
            assert str(found.get(graduate.pk)) == str(move.refusal), graduate.name
    assert len({str(one) for one in favourites.refusals(employer, listed, now()).values()}) == 1


def test_disabled_invitation_says_why(cast: Cast) -> None:
    cast.favour(cast.employer, cast.graduate_named("定向生", training_mode="2"))
    page = entered(cast.employer).get(HOME, {"tab": "favourites"})
    assert "发起签约邀请 该毕业生不符合网上签约条件。" in rows(page)[0]
