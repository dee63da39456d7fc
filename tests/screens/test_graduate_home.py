"""The graduate's home says what waits for his word, also where the state says it is done; and nothing that is no longer so."""

from __future__ import annotations

from tests.answers import VERIFIED
from tests.cast import Cast
from tests.documents.test_departure import STAY, confirmed
from tests.papers import acted, again, corrected, disputed
from tests.screens.employer_stage import words
from tests.screens.pages import enter
from wangqian.cases.models import Case
from wangqian.people.models import Actor

NOTHING, ASKED = "现在没有等您处理的事项", "学校更正了登记的内容。请核对"


def home(by: Actor) -> str:
    return words(enter(by).get("/home/"))


def test_a_correction_waits_for_his_word(cast: Cast) -> None:
    case = cast.registered()
    assert NOTHING in home(cast.graduate) and ASKED not in home(cast.graduate)
    corrected(cast, case)
    page = home(cast.graduate)
    assert NOTHING not in page and ASKED in page and "待您确认更正" in page
    assert "无需就业协议去向登记：学校有更正，待您确认" in page
    assert "先确认学校的更正；有异议的，等学校答复以后再办理" in page
    acted(cast, again(case), "confirm_correction", cast.graduate)
    page = home(cast.graduate)
    assert NOTHING in page and ASKED not in page and "请核对登记的去向、档案和户口" in page


def test_what_he_disputes_waits_for_the_school(cast: Cast) -> None:
    case = cast.registered()
    corrected(cast, case)
    disputed(cast, case)
    page = home(cast.graduate)
    assert NOTHING in page and ASKED not in page
    assert "先确认学校的更正；有异议的，等学校答复以后再办理" in page


def test_a_confirmation_of_what_is_over_is_called_so(cast: Cast) -> None:
    signed = cast.signed_on_paper()
    left = confirmed(cast, STAY)
    assert "确认之后登记的内容有变动" not in home(cast.graduate)
    acted(cast, cast.ending(signed), "approve", cast.school_reviewer, VERIFIED)
    page = home(cast.graduate)
    assert "登记已变动 离校确认" in page and "确认之后登记的内容有变动，这次确认不再代表现在的登记。" in page
    client = enter(cast.graduate)
    page = words(client.get(f"/cases/{left.pk}/"))
    assert "登记已变动" in page and "确认之后登记的内容有变动" in page
    other = Case.objects.get(pk=signed.pk)
    assert "确认之后登记的内容有变动" not in words(client.get(f"/cases/{other.pk}/"))


def test_the_entrusted_are_told_the_one_thing_there_is(cast: Cast) -> None:
    by = cast.graduate_named("文某", training_mode="2")
    page = home(by)
    assert "定向、委培毕业生不在网上签约，在下面办理“定向/委培毕业去向补充登记”。" in page
    assert "请从下面的入口办理“定向/委培毕业去向补充登记”" in page
    assert "只有“定向/委培毕业去向补充登记”一类，填写后由学校审核。" in page
    assert "等单位发来邀请" not in page and "升学、参军" not in page
    graduate = by.membership.graduate
    assert graduate
    form = enter(by).get(f"/start/destination/fill/graduate/{graduate.pk}/").content.decode()
    assert form.count('type="radio"') == 1 and 'value="entrusted" checked' in form
