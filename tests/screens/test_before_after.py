"""更正 and 修改 as the graduate reads them: what was changed and nothing else, each row with what stood there before (ux.md 13)."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from tests.answers import DESTINATIONS, OFFLINE
from tests.cast import Cast
from tests.papers import FAULT, other_major
from tests.screens.filled import filled
from tests.screens.pages import PageClient, enter
from wangqian.cases.models import Case
from wangqian.people.models import Actor, College, Employer

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
    page = who.get(url)
    if "topic" in given:  # whose form comes first
        page = who.post(url, filled(page.content) | {"topic": given["topic"]})
    check = who.post(url, filled(page.content) | {"because": "单位来函更正"} | given)
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


# --- until he confirms: all of it -------------------------------------------------------------------------


def revise(cast: Cast, case: Case, by: Actor, **given: str) -> None:
    topic = Case.objects.get(pk=case.pk).topic
    cast.act(case, "revise", by, {"topic": topic, **DESTINATIONS["contract"], "because": "与证明材料一致", **given})


def twice_revised(cast: Cast) -> Case:
    """The type by the college, the post by the school; then registered."""
    case = cast.destination_review("contract")
    revise(cast, case, cast.college_reviewer, topic="employed")
    cast.act(case, "approve", cast.college_reviewer)
    revise(cast, case, cast.school_reviewer, job_title="设计师")
    cast.act(case, "approve", cast.second_school_user)
    return case


def revised_then_renewed(cast: Cast) -> Case:
    """What he is asked of his own data in between confirms nothing that the college did."""
    case = cast.destination_review("contract")
    revise(cast, case, cast.college_reviewer, job_title="设计师")
    other_major(case)
    cast.act(case, "reconfirm", cast.graduate)
    return cast.approved(case)


def renewed_then_revised(cast: Cast) -> Case:
    """What he confirmed of his own data before is his word."""
    case = cast.destination_review("contract")
    other_major(case)
    cast.act(case, "reconfirm", cast.graduate)
    revise(cast, case, cast.college_reviewer, job_title="设计师")
    return cast.approved(case)


def twice_corrected(cast: Cast) -> Case:
    case = cast.signed_on_paper()
    correct(cast, case, industry="34")
    correct(cast, case, job_category="11")
    return case


def there_and_back(cast: Cast) -> Case:
    """And once more otherwise."""
    case = cast.paper_registered()
    for industry in ("34", "22"):
        correct(cast, case, industry=industry)
    correct(cast, case, job_category="11")
    return case


INDUSTRY, JOB, POST = ONE["offline"][2], ONE["paper"][2], ("职位名称", "工艺工程师", "设计师")
MAJOR = ("专业", "计算机科学与技术", "软件工程")
ALL: dict[str, tuple[Callable[[Cast], Case], list[Row]]] = {
    "twice_revised": (twice_revised, [("去向类型", "签劳动合同", "聘用证明"), POST]),
    "revised_then_renewed": (revised_then_renewed, [POST, MAJOR]),
    "renewed_then_revised": (renewed_then_revised, [POST]),
    "twice_corrected": (twice_corrected, [INDUSTRY, JOB]),
    "there_and_back": (there_and_back, [JOB]),
}


@pytest.mark.parametrize("name", ALL)
def test_he_reads_all_that_he_confirms_on_the_page_and_above_the_text(cast: Cast, name: str) -> None:
    begin, expected = ALL[name]
    case, who = begin(cast), enter(cast.graduate)
    url = f"/cases/{case.pk}/do/confirm_correction/"
    assert (shown(who, case), rows(who.get(url).content.decode())) == (expected, expected)
    assert shown(enter(cast.school_reviewer), case) == expected
    cast.act(case, "confirm_correction", cast.graduate)
    assert shown(who, case) == []
    correct(cast, case, region="430102")
    assert shown(who, case) == [("单位所在地", "湖南省长沙市岳麓区", "湖南省长沙市芙蓉区")], "what he confirmed is his word"


def test_what_he_confirms_again_of_himself_stands_beside_what_the_school_changed(cast: Cast) -> None:
    case = cast.destination_review("contract")
    revise(cast, case, cast.college_reviewer, job_title="设计师")
    other_major(case)
    page = enter(cast.graduate).get(f"/cases/{case.pk}/do/reconfirm/").content.decode()
    assert rows(page) == [POST, MAJOR]


def test_who_reviews_reads_what_he_changed_himself(cast: Cast) -> None:
    """Nothing of the school's waits for a word: the last two texts are compared, with the school as it is printed."""
    case = cast.offline_review()
    cast.act(case, "send_back", cast.college_reviewer, FAULT)
    College.objects.filter(pk=cast.college.pk).update(name="软件学院")
    cast.act(case, "resubmit", cast.graduate, {**OFFLINE, "job_title": "设计师"})
    assert shown(enter(cast.college_reviewer), case) == [POST, ("院系", "信息学院", "软件学院")]
    assert shown(enter(cast.graduate), case) == []
