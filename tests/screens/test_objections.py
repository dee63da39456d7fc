"""异议 on the school's pages: the tab of the desk in its own words, and the way from the objection to 更正."""

from __future__ import annotations

import re

import pytest

from tests.answers import DESTINATIONS
from tests.cast import Cast
from tests.papers import RELEASE, again, disputed
from tests.screens.filled import filled
from tests.screens.pages import enter, read
from wangqian.cases.models import Case
from wangqian.cases.tick import tick
from wangqian.people.models import Actor
from wangqian.web.wording import clock, until

pytestmark = pytest.mark.django_db
COLUMNS = ["毕业生", "哪一项", "登记", "提出时间", "应答复于"]


def words(markup: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", markup).split())


def desk(cast: Cast, tab: str = "dispute") -> tuple[str, list[str], list[list[str]]]:
    """The sentence, the heads and the rows of a tab of the school's home."""
    page = enter(cast.school_reviewer).get(f"/home/?tab={tab}").content.decode()
    sentence = re.search(r'<p class="desk-sentence">(.*?)</p>', page, re.S)
    lines = re.findall(r"<tr\b.*?</tr>", page, re.S)
    grid = [[words(one) for one in re.findall(r"<t[hd]\b[^>]*>(.*?)</t[hd]>", line, re.S)] for line in lines]
    return words(sentence[1]) if sentence else "", grid[0] if grid else [], grid[1:]


def test_the_tab_has_its_own_sentence_and_columns(cast: Cast) -> None:
    case = disputed(cast, cast.signed())
    other = cast.graduate_named("李同学")
    wait = disputed(cast, cast.registered("looking", other), other)
    assert case.respond_by and wait.respond_by
    sentence, heads, rows = desk(cast)
    assert sentence == "毕业生对登记的去向提出的异议，先提出的在前；请核实后答复：有误的先办理“更正”，无误的说明情况。"
    assert heads == COLUMNS
    assert [row[:3] for row in rows] == [
        ["曹文公", "单位行业", "线上签约 越综合企业"],
        ["李同学", "单位行业", "待就业"],
    ]
    assert [[row[3], row[4].partition(" 还剩")[0]] for row in rows] == [
        [f"{clock(one.opened_at)} 刚刚", until(one.respond_by)] for one in (case, wait) if one.respond_by
    ]


def test_what_is_overdue_is_marked_before_and_after_the_clock_has_run(cast: Cast) -> None:
    case = cast.overdue(disputed(cast, cast.registered()))
    assert desk(cast)[2][0][4].endswith("已超过期限")
    assert tick() == 1
    assert Case.objects.get(pk=case.pk).state == "late"
    assert desk(cast)[2][0][4].endswith("已超过期限")


def test_the_first_to_object_stands_first_late_or_not(cast: Cast) -> None:
    first = disputed(cast, cast.registered())
    other = cast.graduate_named("李同学")
    second = disputed(cast, cast.registered("looking", other), other)
    cast.overdue(first)
    assert tick() == 1 and again(first).since > second.since
    assert [row[0] for row in desk(cast)[2]] == ["曹文公", "李同学"]


def test_requests_for_correction_keep_their_words(cast: Cast) -> None:
    _ = cast.school_reviewer
    cast.ask_correction("name", "曹武公")
    sentence, heads, rows = desk(cast, "correction_request")
    assert sentence == "毕业生请您更正的登记信息，先申请的在前；请核对证明材料后同意或说明原因。"
    assert heads == ["毕业生", "院系／专业", "更正哪一项", "申请时间"]
    assert [row[2] for row in rows] == ["姓名"]


# --- from the objection to 更正 ----------------------------------------------------------------------------


def to_correct(actor: Actor, case: Case) -> list[str]:
    return [url for label, url in read(enter(actor).get(f"/cases/{case.pk}/")).links if label == "去更正"]


def test_the_school_goes_straight_to_the_correction_and_comes_back(cast: Cast) -> None:
    entry = cast.registered()
    case = disputed(cast, entry)
    way = f"/cases/{entry.pk}/do/correct/?then=%2Fcases%2F{case.pk}%2F"
    assert to_correct(cast.school_reviewer, case) == [way]
    assert to_correct(cast.graduate, case) == []
    cast.hand_in(entry, "basis", cast.school_reviewer)
    who = enter(cast.school_reviewer)
    given = filled(who.get(way).content) | {"school_name": "南方大学", "because": "录取通知书"}
    given |= {name: value for name, value in (("topic", entry.topic), *DESTINATIONS[entry.topic].items()) if name != "school_name"}
    check = who.post(way.partition("?")[0], given)
    assert check.status_code == 302
    done = who.post(check["Location"].partition("?")[0], filled(who.get(check["Location"]).content))
    assert (done.status_code, done["Location"]) == (302, f"/cases/{case.pk}/")
    assert again(entry).unconfirmed_at is not None
    cast.act(case, "uphold", cast.school_reviewer, {"answer": "已更正"})
    assert to_correct(cast.school_reviewer, case) == []


def test_no_way_where_nothing_may_be_corrected(cast: Cast) -> None:
    entry = cast.registered()
    case = disputed(cast, entry)
    cast.ask_release(entry, cast.school_reviewer, RELEASE)
    page = enter(cast.school_reviewer).get(f"/cases/{case.pk}/")
    dead = {text for text, attrs in read(page).buttons if attrs.get("aria-disabled") == "true"}
    assert "去更正" in dead and to_correct(cast.school_reviewer, case) == []
    cast.act(entry, "withdraw_release", cast.second_school_user, {"reason": "撤回"})
    cast.act(entry, "void", cast.graduate)
    assert "去更正" not in enter(cast.school_reviewer).get(f"/cases/{case.pk}/").content.decode()
