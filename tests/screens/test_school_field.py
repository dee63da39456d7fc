"""Which school: of a few one chooses, of many one types the name; what is not a name is told those that come near."""

from __future__ import annotations

import pytest
from django.http import HttpResponse
from django.urls import reverse

from tests.cast import Cast
from tests.door.test_activation import facts
from tests.screens.employer_stage import words
from tests.screens.pages import PageClient, enter
from wangqian.people.models import School
from wangqian.web.school_field import FEW

pytestmark = pytest.mark.once
URL = "/activate/"


def many() -> list[str]:
    """Made besides those of the cast; answers all names as the list has them."""
    schools = [School(code=f"9{at:04}", name=f"江南第{at}大学") for at in range(FEW + 1)]
    School.objects.bulk_create([*schools, School(code="99999", name="停办学院", active=False)])
    return list(School.objects.filter(active=True).order_by("name").values_list("name", flat=True))


def suggested(page: HttpResponse) -> list[str]:
    _before, _tag, rest = page.content.decode().partition('<datalist id="id_school_names">')
    return [each.split('"')[1] for each in rest.partition("</datalist>")[0].split("<option ")[1:]]


def test_few_are_a_list_many_are_typed(cast: Cast) -> None:
    page = PageClient().get(URL).content.decode()
    assert '<select name="school"' in page and "datalist" not in page
    names = many()
    page = PageClient().get(URL)
    assert suggested(page) == names
    assert '<input type="text" name="school"' in page.content.decode()


@pytest.mark.parametrize("how", ["name", "code"])
def test_the_whole_name_or_the_code_is_the_school(cast: Cast, how: str) -> None:
    many()
    graduate = cast.graduate.membership.graduate
    assert graduate
    given = {**facts(graduate), "school": f" {getattr(graduate.school, how)} "}
    client = enter(cast.employer)
    assert "查到的学生" in words(client.post(reverse("add-favourite"), given))


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("江南第1大", "请填写学校的全称，例如：江南第1大学"),
        ("第1", "请填写学校的全称，例如：江南第10大学、江南第11大学、江南第12大学、江南第13大学、江南第14大学"),
        ("停办学院", "没有名称包含“停办学院”的学校，请核对校名，填写全称"),
        ("", "请选择学校"),
        ("江" * 10_000, "没有这所学校，请从列表中选择"),
        ("江\0南", "没有这所学校，请从列表中选择"),
        ("<b>", "没有名称包含“<b>”的学校，请核对校名，填写全称"),
    ],
)
def test_what_is_no_name_is_told_what_comes_near_and_kept(cast: Cast, typed: str, said: str) -> None:
    many()
    graduate = cast.graduate.membership.graduate
    assert graduate
    page = PageClient().post(URL, {**facts(graduate), "school": typed})
    assert page.status_code == 422
    assert said in words(page)
    if 0 < len(typed) < 10 and "<" not in typed and "\0" not in typed:
        assert f'name="school" value="{typed}"' in page.content.decode()
