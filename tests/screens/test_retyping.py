"""修改类型及信息 and 更正: another type chosen asks its own questions at once, and what is about to change is shown before it does."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.answers import DESTINATIONS
from tests.cast import Cast
from tests.papers import again
from tests.screens.filled import filled
from tests.screens.pages import PageClient, enter, read
from tests.screens.test_before_after import rows
from wangqian.cases.models import Case

pytestmark = pytest.mark.django_db
Place = tuple[PageClient, Case, str]


def revising(cast: Cast) -> Place:
    case = cast.destination_review("contract")
    return enter(cast.college_reviewer), case, f"/cases/{case.pk}/do/revise/"


def correcting(cast: Cast) -> Place:
    case = cast.registered("contract")
    cast.hand_in(case, "basis", cast.school_reviewer)
    return enter(cast.school_reviewer), case, f"/cases/{case.pk}/do/correct/"


both = pytest.mark.parametrize("place", [revising, correcting])


def asked(answer: Any) -> set[str]:
    return {one["name"] for one in read(answer).inputs if one.get("name")}


def calm(answer: Any) -> bool:
    page = answer.content.decode()
    return answer.status_code == 200 and "处需要修改" not in page and "has-error" not in page


@both
def test_the_form_follows_the_type_and_keeps_what_it_still_asks(cast: Cast, place: Callable[[Cast], Place]) -> None:
    who, case, url = place(cast)
    page = who.get(url)
    assert {"job_title", "employer_name"} <= asked(page) and not {"level", "study_major"} & asked(page)
    (select,) = [one for one in read(page).inputs if one.get("name") == "topic"]
    assert (select["hx-post"], select["hx-trigger"]) == ("", "change")
    values = filled(page.content) | {"because": "与证明材料一致"}
    study = who.post(url, values | {"topic": "postgraduate"})
    assert calm(study) and {"level", "study_major"} <= asked(study) and "job_title" not in asked(study)
    assert filled(study.content)["because"] == "与证明材料一致"
    back = who.post(url, filled(study.content) | {"topic": "employed"})
    assert calm(back)
    shown = filled(back.content)
    assert (shown["job_title"], shown["employer_name"]) == (values["job_title"], values["employer_name"])
    assert again(case).topic == "contract" and again(case).version == case.version


@both
def test_by_its_button_without_a_script(cast: Cast, place: Callable[[Cast], Place]) -> None:
    who, _case, url = place(cast)
    page = who.get(url)
    assert "换成这一类型" in {label for label, _attrs in read(page).buttons}
    typed = filled(page.content) | {"employer_name": ""}
    same = who.post(url, typed | {"retype": "1"})
    assert calm(same) and filled(same.content)["employer_name"] == "", "it checks nothing and goes nowhere"
    assert "level" in asked(who.post(url, typed | {"topic": "postgraduate", "retype": "1"}))


@both
def test_what_is_wrong_with_the_type_that_is_shown_is_said(cast: Cast, place: Callable[[Cast], Place]) -> None:
    who, _case, url = place(cast)
    study = who.post(url, filled(who.get(url).content) | {"topic": "postgraduate"})
    answer = who.post(url, filled(study.content))
    assert answer.status_code == 422 and "处需要修改" in answer.content.decode()


@both
def test_what_changes_is_read_before_it_does(cast: Cast, place: Callable[[Cast], Place]) -> None:
    who, case, url = place(cast)
    values = filled(who.get(url).content) | {"because": "与证明材料一致"}
    check = who.get(who.post(url, values | {"job_title": "设计师"})["Location"]).content.decode()
    assert "这次改动的内容" in check and rows(check) == [("职位名称", DESTINATIONS["contract"]["job_title"], "设计师")]
    other = who.post(url, filled(who.get(url).content) | {"topic": "employed"})
    check = who.get(who.post(url, filled(other.content))["Location"]).content.decode()
    assert rows(check)[0] == ("去向类型", "签劳动合同", "聘用证明") and again(case).topic == "contract"


def test_an_agreement_has_no_type_and_shows_what_changes(cast: Cast) -> None:
    case = cast.paper_registered()
    cast.hand_in(case, "basis", cast.school_reviewer)
    who, url = enter(cast.school_reviewer), f"/cases/{case.pk}/do/correct/"
    page = who.get(url)
    assert "换成这一类型" not in page.content.decode()
    values = filled(page.content) | {"because": "单位来函"}
    check = who.get(who.post(url, values | {"region": "430102"})["Location"]).content.decode()
    assert rows(check) == [("单位所在地", "湖南省长沙市岳麓区", "湖南省长沙市芙蓉区")]
    unchanged = who.get(who.post(url, filled(who.get(url).content) | {"region": values["region"]})["Location"])
    assert rows(unchanged.content.decode()) == []
