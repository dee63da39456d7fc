"""A region as a field: typed, chosen, picked; and the list behind the picker."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.cast import Cast
from tests.screens.pages import PageClient, enter, read
from tests.screens.test_operator import EMPLOYER
from wangqian.cases.forms import facts, form_class
from wangqian.cases.region import RegionField
from wangqian.chart.fields import Field, Input, Keep, Need
from wangqian.people.models import Employer

pytestmark = pytest.mark.django_db

PLACES = Need(
    "places",
    "地区",
    (
        Field("work", "工作所在地", Input.REGION, required=True),
        Field("origin", "生源所在地", Input.REGION, exact=True, revoked=True),
        Field("other", "其他地区", Input.REGION, required=True, when=("work", "430104")),
    ),
    Keep.TERMS,
)


def answered(**given: str) -> dict[str, str]:
    form = form_class(PLACES)(data=given)
    assert form.is_valid(), form.errors
    return form.answers()


def refused(**given: str) -> dict[str, list[str]]:
    form = form_class(PLACES)(data=given)
    assert not form.is_valid()
    return {name: [str(one) for one in errors] for name, errors in form.errors.items()}


# --- the answer -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "code", "name"),
    [
        ("湖南省长沙市", "430100", "湖南省长沙市"),
        ("湖南", "430000", "湖南省"),
        ("310115", "310115", "上海市浦东新区"),
        (" 上海市 / 浦东新区 ", "310115", "上海市浦东新区"),
        ("上海市市辖区", "310100", "上海市市辖区"),
        ("广东省东莞市", "441900", "广东省东莞市"),
        ("崇川区", "320613", "江苏省南通市崇川区"),
    ],
)
def test_the_code_and_the_full_name_of_the_day_are_kept(typed: str, code: str, name: str) -> None:
    found = answered(work=typed)
    assert (found["work"], found["work_name"], found["origin"], found["origin_name"]) == (code, name, "", "")
    assert facts(PLACES, found) == [("工作所在地", name)]


@pytest.mark.parametrize(
    ("typed", "code", "name"),
    [
        ("430124", "430124", "湖南省长沙市宁乡县"),
        ("430124 湖南省长沙市宁乡县", "430124", "湖南省长沙市宁乡县"),
        ("宁乡县", "430124", "湖南省长沙市宁乡县"),
        ("湖北省仙桃市", "429004", "湖北省仙桃市"),
        ("广东省东莞市", "441900", "广东省东莞市"),
        ("香港", "810000", "香港特别行政区"),
    ],
)
def test_an_origin_may_be_of_another_day(typed: str, code: str, name: str) -> None:
    found = answered(work="310115", origin=typed)
    assert (found["origin"], found["origin_name"]) == (code, name)


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        ("work", "", "请填写工作所在地"),
        ("work", "鼓楼区", "有 4 个地方都叫“鼓楼区”，请选择是哪一个"),
        ("work", "430124", "“湖南省长沙市宁乡县”已撤销，请填写现在的名称"),
        ("work", "岳麓", "没有找到“岳麓”，请从下面选择或换一种写法"),
        ("work", "火星", "没有找到“火星”，请填写完整的省、市、区县名称或六位代码"),
        ("work", "999999", "没有找到“999999”，请填写完整的省、市、区县名称或六位代码"),
        ("work", "430104 北京市", "没有找到“430104 北京市”，请填写完整的省、市、区县名称或六位代码"),
        ("work", "%(x)s%s{}", "没有找到“%(x)s%s{}”，请填写完整的省、市、区县名称或六位代码"),
        ("work", "<script>", "没有找到“<script>”，请填写完整的省、市、区县名称或六位代码"),
        ("work", "长" * 99, "没有找到这个地方，请填写完整的省、市、区县名称或六位代码"),
        ("work", "长" * 101, "最多 100 个字，现在有 101 个"),
        ("work", "湖\0南", "含有不能使用的控制字符，请删除后重填"),
        ("origin", "长沙市", "请具体到区县：“湖南省长沙市”中的哪一个"),
        ("origin", "上海市", "请具体到区县：“上海市”中的哪一个"),
    ],
)
def test_what_is_not_one_place_gets_a_sentence(field: str, typed: str, sentence: str) -> None:
    assert refused(**{"work": "310115", field: typed})[field] == [sentence]


def test_a_conditional_region_is_asked_when_it_applies() -> None:
    assert refused(work="430104") == {"other": ["请填写其他地区"]}
    assert answered(work="430104", other="北京")["other_name"] == "北京市"
    assert answered(work="430100", other="什么")["other"] == ""


def offered(typed: str, **options: bool) -> list[str]:
    field = RegionField(**options)
    with pytest.raises(Exception, match=r"."):
        field.clean(typed)
    return [place.name for place in field.offered]


def test_what_it_may_have_meant_is_offered() -> None:
    assert offered("鼓楼区") == [
        "江苏省南京市鼓楼区", "江苏省徐州市鼓楼区", "福建省福州市鼓楼区", "河南省开封市鼓楼区",
    ]  # fmt: skip
    assert offered("岳麓") == ["湖南省长沙市岳麓区"]
    assert offered("430124") == ["湖南省长沙市宁乡市"]
    assert offered("长沙市", exact=True)[:2] == ["湖南省长沙市芙蓉区", "湖南省长沙市天心区"]
    assert offered("火星") == []


# --- without JavaScript ----------------------------------------------------------------------------


@pytest.fixture
def operator(cast: Cast) -> PageClient:
    return enter(cast.operator)


def test_a_name_of_several_is_chosen_on_the_page(operator: PageClient) -> None:
    url = "/operator/employers/"
    again = operator.post(url, {**EMPLOYER, "region": "鼓楼区"})
    sheet = read(again)
    choices = [one["value"] for one in sheet.inputs if one.get("name") == "region" and one.get("type") == "radio"]
    assert (again.status_code, choices) == (422, ["320106", "320302", "350102", "410204"])
    assert not any("checked" in one for one in sheet.inputs if one.get("type") == "radio")
    # A browser sends both: the line as it stands and, after it, the choice.
    assert operator.post(url, {**EMPLOYER, "region": ["鼓楼区", "350102"]}).status_code == 302
    made = Employer.objects.get(uscc=EMPLOYER["uscc"])
    assert (made.region_code, made.region) == ("350102", "福建省福州市鼓楼区")


def test_what_was_chosen_stands_in_the_line_again(operator: PageClient) -> None:
    again = operator.post("/operator/employers/", {**EMPLOYER, "region": ["鼓楼区", "350102"], "name": ""})
    (line,) = [one for one in read(again).inputs if one.get("id") == "id_region"]
    assert line["value"] == "福建省福州市鼓楼区"


def test_an_employer_is_where_it_is_today(operator: PageClient) -> None:
    again = operator.post("/operator/employers/", {**EMPLOYER, "region": "430124"})
    assert "已撤销，请填写现在的名称" in again.content.decode()
    operator.post("/operator/employers/", {**EMPLOYER, "region": "浦东新区"})
    made = Employer.objects.get(uscc=EMPLOYER["uscc"])
    assert (made.region_code, made.region) == ("310115", "上海市浦东新区")
    assert "310115" in operator.get(f"/operator/employers/{made.pk}/").content.decode()


def test_a_nature_that_does_not_fit_the_credit_code_is_doubted(operator: PageClient) -> None:
    operator.post("/operator/employers/", {**EMPLOYER, "nature": "10"})
    made = Employer.objects.get(uscc=EMPLOYER["uscc"])
    page = operator.get(f"/operator/employers/{made.pk}/").content.decode()
    assert "信用代码以 91 开头的单位，性质一般是：国有企业、三资企业、其他企业。请核对" in page


def test_a_revoked_origin_says_what_became_of_it(cast: Cast) -> None:
    graduate = cast.graduate.membership.graduate
    assert graduate
    graduate.origin, graduate.origin_name = "430124", "湖南省长沙市宁乡县"
    graduate.save(update_fields=["origin", "origin_name"])
    words = "430124（已撤销，现为湖南省长沙市宁乡市）"
    assert words in enter(cast.graduate).get("/me/").content.decode()
    assert words in enter(cast.school_reviewer).get(f"/graduates/{graduate.pk}/").content.decode()


# --- the list behind the picker --------------------------------------------------------------------


def listed(query: str) -> list[str]:
    return [words for words, _attrs in read(PageClient().get(f"/regions/?{query}")).buttons]


def test_typing_finds_places_by_the_name_of_the_field() -> None:
    assert listed("as=region&region=岳麓") == ["湖南省长沙市岳麓区"]
    assert listed("as=region&region=沧浪") == []
    assert listed("as=region&region=沧浪&revoked=1") == ["江苏省苏州市沧浪区 已撤销"]
    assert listed("as=region&region=湖南&exact=1")[0] == "湖南省 ›"
    assert len(listed("as=region&region=湖")) == 8
    assert listed("as=region&region=") == listed("as=&=x") == listed("") == []


def test_steps_lead_from_the_country_to_the_county() -> None:
    assert listed("in=")[:2] == ["北京市 ›", "天津市 ›"]
    assert len(listed("in=")) == 34
    assert listed("in=430000")[:4] == ["全国", "就选“湖南省”", "长沙市 ›", "株洲市 ›"]
    assert listed("in=430000&exact=1")[:2] == ["全国", "长沙市 ›"]
    assert listed("in=430100&exact=1") == [
        "全国", "湖南省", "芙蓉区", "天心区", "岳麓区", "开福区", "雨花区", "望城区", "长沙县", "浏阳市", "宁乡市",
    ]  # fmt: skip
    assert listed("in=310000&exact=1")[:2] == ["全国", "黄浦区"]
    assert listed("in=nonsense") == listed("in=430124") == listed("in=")


@pytest.mark.parametrize("query", ["in=%00", "as=x&x=%00%27%22", "in=' OR 1=1", "as=in&in=4301", "as=x&x=" + "长" * 900])
def test_any_query_gets_an_answer(query: str) -> None:
    assert PageClient().get(f"/regions/?{query}").status_code == 200


def test_the_list_is_public_data_that_browsers_may_keep(cast: Cast) -> None:
    assert Client().get("/regions/?in=")["Cache-Control"] == "public, max-age=3600"
    somebody = enter(cast.graduate)
    answers = [somebody.get("/regions/?in=") for _twice in range(2)]
    for answer in answers:
        assert answer["Cache-Control"] == ("no-store" if answer.cookies else "private, max-age=3600")
    assert not answers[1].cookies
    assert enter(cast.graduate).get("/me/")["Cache-Control"] == "no-store"
    assert Client().post("/regions/").status_code == 405
