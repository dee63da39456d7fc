"""更正 and 修改 as the graduate reads them: what was changed and nothing else, each row with what stood there before (ux.md 13)."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from tests.cast import Cast
from tests.screens.filled import filled
from tests.screens.pages import PageClient, enter
from wangqian.cases.models import Case
from wangqian.people.models import Employer

pytestmark = pytest.mark.django_db
Row = tuple[str, str, str]  # label, before, after


def rows(markup: str) -> list[Row]:
    """The rows of the page's before and after."""
    found = re.search(r'<dl class="changes">(.*?)</dl>', markup, re.S)
    each = re.findall(r"<dt>(.*?)</dt>.*?<del>(.*?)</del>.*?<ins>(.*?)</ins>", found[1] if found else "", re.S)
    return [tuple(re.sub(r"<span.*?</span>|\s", "", words) for words in row) for row in each]  # type: ignore[misc]


def shown(who: PageClient, case: Case) -> list[Row]:
    return rows(who.get(f"/cases/{case.pk}/").content.decode())


def correct(cast: Cast, case: Case, **given: str) -> None:
    """更正 as the school does it: the form as it comes, a question or two answered otherwise, read through, sent."""
    cast.hand_in(case, "basis", cast.school_reviewer)
    who, url = enter(cast.school_reviewer), f"/cases/{case.pk}/do/correct/"
    check = who.post(url, filled(who.get(url).content) | {"because": "单位来函更正"} | given)
    done = who.post(check["Location"], filled(who.get(check["Location"]).content))
    assert (done.status_code, done["Location"]) == (302, f"/cases/{case.pk}/")


def signed_online(cast: Cast) -> Case:
    """With an employer whose place the platform knows."""
    employer = cast.employer.membership.employer
    assert employer
    Employer.objects.filter(pk=employer.pk).update(region_code="430104", region="湖南省长沙市岳麓区")
    return cast.signed()


ONE: dict[str, tuple[Callable[[Cast], Case], dict[str, str], Row]] = {
    "online": (signed_online, {"industry": "22"}, ("单位行业", "信息传输、软件和信息技术服务业", "制造业")),
    "online_terms": (signed_online, {"job_category": "13"}, ("职位类别", "科学研究人员", "工程技术人员")),
    "online_dossier": (signed_online, {"dossier_unit": "福州市人才中心"}, ("档案转寄单位名称", "越综合企业", "福州市人才中心")),
    "online_region": (signed_online, {"region": "430102"}, ("单位所在地", "湖南省长沙市岳麓区", "湖南省长沙市芙蓉区")),
    "offline": (lambda c: c.signed_on_paper(), {"industry": "34"}, ("单位行业", "制造业", "信息传输软件和信息技术服务业")),
    "paper": (lambda c: c.paper_registered(), {"job_category": "11"}, ("职位类别", "工程技术人员", "科学研究人员")),
}


@pytest.mark.parametrize("name", ONE)
def test_one_field_corrected_is_one_row_with_what_stood_there(cast: Cast, name: str) -> None:
    begin, given, row = ONE[name]
    case = begin(cast)
    correct(cast, case, **given)
    assert shown(enter(cast.graduate), case) == [row]


def test_what_another_type_no_longer_asks_is_said_to_be_gone(cast: Cast) -> None:
    """The dossier of a contract is asked otherwise than that of an admission; its receiver does not go without a word."""
    case = cast.registered("contract")
    given = {"topic": "postgraduate", "school_name": "中部大学", "level": "master", "study_major": "机械工程"}
    correct(cast, case, **given, school_region="420106", dossier_taken="no")
    assert ("档案转寄单位名称", "长沙市人才服务中心", "（空）") in shown(enter(cast.graduate), case)


def test_a_first_text_under_review_has_no_before(cast: Cast) -> None:
    case = cast.in_review()
    assert shown(enter(cast.college_reviewer), case) == []
