"""Employers' search for one name, closed by misses: the school sees it and opens it again (security.md §2.1)."""

from __future__ import annotations

import pytest
from django.http import HttpResponse

from tests.cast import Cast
from tests.screens.employer_stage import entered, words
from tests.screens.pages import read
from tests.screens.test_employer_search import asked, found, missed
from wangqian.flows import favourites
from wangqian.people import limits
from wangqian.people.models import AccessLog, Actor

SHUT, BUTTON = "查询已对所有单位关闭", "重新开放查询"
MISSES = limits.LIMITS["look-up-target"].count


def page(cast: Cast, who: Actor) -> HttpResponse:
    return entered(who).get(f"/graduates/{cast.graduate.membership.graduate_id}/")


def url(cast: Cast) -> str:
    return f"/graduates/{cast.graduate.membership.graduate_id}/search/"


def test_the_school_sees_it_and_opens_it_again(cast: Cast) -> None:
    employer, school = entered(cast.employer), entered(cast.school_reviewer)
    missed(employer, cast.graduate, MISSES - 1)
    assert SHUT not in words(page(cast, cast.school_reviewer))
    missed(employer, cast.graduate, 1)
    assert not found(asked(employer, cast.graduate))
    shown = page(cast, cast.school_reviewer)
    assert SHUT in words(shown) and url(cast) in [form["action"] for form in read(shown).forms]

    after = school.post(url(cast), follow=True)
    assert "已重新开放，单位又可以按姓名和证件号查到曹文公" in words(after) and SHUT not in words(after)
    assert found(asked(employer, cast.graduate))
    logged = AccessLog.objects.exclude(what="look_up").get()
    assert (logged.what, logged.subject, logged.membership) == (
        "look_up_reopened", cast.graduate.membership.graduate, cast.school_reviewer.membership,
    )  # fmt: skip
    assert "学校重新开放了单位对您的查询" in words(entered(cast.graduate).get("/me/"))


def test_misses_count_anew_afterwards(cast: Cast) -> None:
    employer = entered(cast.employer)
    missed(employer, cast.graduate, MISSES)
    entered(cast.school_reviewer).post(url(cast))
    missed(employer, cast.graduate, MISSES)
    assert not found(asked(employer, cast.graduate)) and SHUT in words(page(cast, cast.school_reviewer))


def test_open_it_is_nothing_to_open(cast: Cast) -> None:
    after = entered(cast.school_reviewer).post(url(cast), follow=True)
    assert "查询没有关闭，不需要重新开放" in words(after) and not AccessLog.objects.exists()


def test_the_college_sees_it_and_is_told_who_opens_it(cast: Cast) -> None:
    missed(entered(cast.employer), cast.graduate, MISSES)
    shown = page(cast, cast.college_reviewer)
    assert SHUT in words(shown) and "请联系学校就业部门" in words(shown) and BUTTON not in words(shown)


@pytest.mark.parametrize("who", ["outsider_reviewer", "college_reviewer", "graduate", "employer", "operator"])
def test_for_anybody_else_it_is_not_there(cast: Cast, who: str) -> None:
    missed(entered(cast.employer), cast.graduate, MISSES)
    assert entered(getattr(cast, who)).post(url(cast)).status_code == 404
    graduate = cast.graduate.membership.graduate
    assert graduate and favourites.shut_until(graduate) is not None and not AccessLog.objects.exists()


def test_the_graduate_is_told_and_shown_the_way_that_stays_open(cast: Cast) -> None:
    me = entered(cast.graduate)
    assert "单位现在不能按姓名和证件号查到您" not in words(me.get("/me/"))
    missed(entered(cast.employer), cast.graduate, MISSES)
    shown = me.get("/me/")
    assert "单位现在不能按姓名和证件号查到您" in words(shown) and "/me/code/" in [href for _text, href in read(shown).links]


def test_red_control_without_clearing_it_stays_closed(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    employer = entered(cast.employer)
    missed(employer, cast.graduate, MISSES)
    monkeypatch.setattr(limits, "clear", lambda *_given: None)
    entered(cast.school_reviewer).post(url(cast))
    assert not found(asked(employer, cast.graduate))
