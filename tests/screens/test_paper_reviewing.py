"""What reviewers and graduates see of flows 3 to 6 around a decision: whose data, which files, what comes next, what is true."""

from __future__ import annotations

import re

import pytest

from tests.answers import DESTINATIONS, OFFLINE, SCHOOL
from tests.cast import Cast
from tests.flows.test_destination import TYPES
from tests.papers import FAULT, REFUSAL, again, other_major
from tests.screens.pages import enter, read
from tests.screens.school_stage import names
from tests.screens.test_school import pick, results
from wangqian.cases.models import Case
from wangqian.chart.words import Refused
from wangqian.people.clock import now
from wangqian.people.models import Cohort, Employer, Membership

pytestmark = pytest.mark.django_db


def words(page: object) -> str:
    return page.content.decode()  # type: ignore[attr-defined]


@pytest.mark.parametrize("flow", ["offline", "paper", "destination"])
def test_forms_show_the_graduate_what_the_school_says_of_him(cast: Cast, flow: str) -> None:
    case = cast.begun(flow, **({"topic": "postgraduate"} if flow == "destination" else {}))
    page = words(enter(cast.graduate).get(f"/cases/{case.pk}/do/submit/"))
    graduate = cast.graduate.membership.graduate
    assert graduate is not None
    told = ("学生信息", graduate.name, graduate.masked_identity(), graduate.major, graduate.student_number)
    assert [one for one in told if str(one) not in page] == []
    assert graduate.identity_number() not in page


# codes.md §1, flow 6: where each type says with whom; a wait says nothing.
WITH_WHOM = {
    "employer_name": ("civil", "residency", "contract", "employed", "assistant", "entrusted"),
    "authority": ("sergeant", "conscript"),
    "foreign_name": ("international", "abroad_work", "abroad_study"),
    "project": ("national_project", "local_project"),
    "company_name": ("business",),
    "work": ("freelance",),
    "school_name": ("bachelor", "postgraduate", "second_bachelor"),
    "": ("looking", "preparing", "not_now"),
}


def test_the_filter_finds_what_the_column_shows_of_every_type(cast: Cast) -> None:
    shown = {topic: f"去往{topic}" if column else "" for column, topics in WITH_WHOM.items() for topic in topics}
    assert len(shown) == 21
    for column, topics in WITH_WHOM.items():
        for topic in topics:
            by = cast.graduate_named(f"学生{topic}", training_mode="2" if topic == "entrusted" else "1")
            case = cast.begun("destination", by, topic=topic)
            cast.hand_in(case, "evidence", by)
            cast.act(case, "submit", by, {**TYPES[topic][2], **({column: shown[topic]} if column else {})})
    client = enter(cast.college_reviewer)
    for topic, whom in shown.items():
        found = client.get("/home/", {"tab": "destination", "employer": whom or "去往无处"})
        column = re.findall(r'data-label="单位或学校">\s*<div class="value">([^<]*)', words(found))
        assert (names(found), [cell.strip() for cell in column]) == (([f"学生{topic}"], [whom]) if whom else ([], [])), topic


def handed(cast: Cast, name: str) -> Case:
    case = cast.begun("destination", topic="postgraduate")
    cast.hand_in(case, "evidence", name=name)
    cast.act(case, "submit", cast.graduate, SCHOOL)
    return case


def test_the_evidence_lies_beside_every_decision(cast: Cast) -> None:
    case = handed(cast, "录取通知书.jpg")
    reviewer = enter(cast.college_reviewer)
    for step in ("approve", "send_back", "refuse"):
        assert "录取通知书.jpg" in words(reviewer.get(f"/cases/{case.pk}/do/{step}/")), step


def test_what_was_replaced_stands_apart(cast: Cast) -> None:
    case = handed(cast, "旧的.jpg")
    cast.act(case, "send_back", cast.college_reviewer, FAULT)
    case.evidence.update(dropped_at=now())
    cast.hand_in(case, "evidence", name="新的.jpg")
    cast.act(case, "resubmit", cast.graduate, SCHOOL)
    reviewer = enter(cast.college_reviewer)
    whole = words(reviewer.get(f"/cases/{case.pk}/"))
    _before, now_in_force, former = whole.partition("新的.jpg")[0], whole.index("新的.jpg"), whole.index("以前提交的材料")
    assert now_in_force < former < whole.index("旧的.jpg")
    decision = words(reviewer.get(f"/cases/{case.pk}/do/approve/"))
    assert ("新的.jpg" in decision, "旧的.jpg" in decision) == (True, False)


def test_after_a_decision_the_next_one_is_one_click_away(cast: Cast) -> None:
    first = handed(cast, "a.jpg")
    second = cast.destination_review(by=cast.graduate_named("刘同学"))
    reviewer = enter(cast.college_reviewer)
    cast.act(first, "approve", cast.college_reviewer)
    assert ("下一项", f"/cases/{second.pk}/") in read(reviewer.get(f"/cases/{first.pk}/")).links
    cast.act(second, "approve", cast.college_reviewer)
    assert "下一项" not in [label for label, _url in read(reviewer.get(f"/cases/{second.pk}/")).links]


def test_the_desk_finds_employers_that_have_no_account(cast: Cast) -> None:
    case = cast.offline_review()
    reviewer = enter(cast.college_reviewer)

    def found(name: str) -> bool:
        return f"/cases/{case.pk}/" in words(reviewer.get(f"/home/?tab=agreement&employer={name}"))

    assert found(OFFLINE["employer_name"][:4]) and not found("没有这家")


def test_a_batch_says_what_the_last_level_brings_about_and_what_to_notice(cast: Cast) -> None:
    case = cast.offline_review()
    college = enter(cast.college_reviewer)
    pick(college, case, flow="agreement")
    page = results(college)
    assert OFFLINE["employer_name"] in page and "通过后转下一级" in page and "平台第一次见到这家单位" in page
    cast.act(case, "approve", cast.college_reviewer)
    school = enter(cast.school_reviewer)
    pick(school, case, flow="agreement")
    page = results(school)
    assert "最后一级，通过后生成协议书" in page and "签约完成" not in page


def test_the_graduate_s_own_words_need_no_confirmation(cast: Cast) -> None:
    case = handed(cast, "a.jpg")
    given = {"topic": "postgraduate", **DESTINATIONS["postgraduate"], "study_major": "材料", "because": "与通知书一致"}
    cast.act(case, "revise", cast.college_reviewer, given)
    assert again(case).unconfirmed_at is not None
    cast.act(case, "send_back", cast.college_reviewer, FAULT)
    cast.act(case, "resubmit", cast.graduate, SCHOOL)
    assert again(case).unconfirmed_at is None


def test_who_approves_what_he_edited_is_said_to_everybody(cast: Cast) -> None:
    case = handed(cast, "a.jpg")
    cast.act(case, "approve", cast.college_reviewer)
    given = {"topic": "postgraduate", **DESTINATIONS["postgraduate"], "study_major": "材料", "because": "与通知书一致"}
    cast.act(case, "revise", cast.school_reviewer, given)
    Membership.objects.filter(school=cast.school, kind="school").exclude(pk=cast.school_reviewer.membership.pk).update(active=False)
    cast.act(case, "approve", cast.school_reviewer)
    assert "审核的内容由本人修改过" in words(enter(cast.graduate).get(f"/cases/{case.pk}/"))


def test_a_paper_stamped_before_a_correction_is_sent_back(cast: Cast) -> None:
    case = cast.stamping()
    cast.hand_in(case, "scan")
    cast.act(case, "hand_in", cast.graduate)
    other_major(case)
    assert "毕业生的信息在盖章后有更正" in words(enter(cast.college_reviewer).get(f"/cases/{case.pk}/"))
    with pytest.raises(Refused, match="请退回修改，由毕业生重新生成协议书"):
        cast.act(case, "approve_paper", cast.college_reviewer)
    cast.act(case, "send_paper_back", cast.college_reviewer, FAULT)
    cast.act(case, "reconfirm_paper", cast.graduate)
    assert again(case).state == "stamping"


def test_an_invitation_beside_a_registered_wait_is_his_to_answer(cast: Cast) -> None:
    cast.registered("looking")
    case = cast.invited()
    home = words(enter(cast.graduate).get("/home/"))
    assert "查看并答复" in home and "只能查看" not in home
    assert "轮到您办理" in words(enter(cast.graduate).get(f"/cases/{case.pk}/"))


def test_entries_say_before_the_click_why_not_now(cast: Cast) -> None:
    page = words(enter(cast.graduate).get("/home/"))
    assert "不需要就业协议。" in page and "已有一份签约" not in page
    cast.in_review()
    assert words(enter(cast.graduate).get("/home/")).count("您已有一份签约（登记）在办理或生效中，解除、取消或作废") == 3
    Case.objects.update(holds=False)
    Cohort.objects.update(closes_at=now())
    assert words(enter(cast.graduate).get("/home/")).count("本届登记已截止，请联系学校。") == 4, "the alert, and each entry"


def test_the_paper_is_downloaded_by_the_manual_s_own_label(cast: Cast) -> None:
    from wangqian.documents import make

    case = cast.stamping()
    make.work()
    labels = [label for label, url in read(enter(cast.graduate).get(f"/cases/{case.pk}/")).links if url.endswith("agreement.pdf")]
    assert labels == ["点击下载电子协议书"]


def test_what_was_refused_is_filled_in_again_with_what_was_typed(cast: Cast) -> None:
    case = cast.offline_review()
    cast.act(case, "refuse", cast.college_reviewer, REFUSAL)
    anew = cast.start("offline", "fill", cast.graduate, {}, parent=again(case))
    page = read(enter(cast.graduate).get(f"/cases/{anew.pk}/do/submit/"))
    inputs = {one["name"]: one.get("value") for one in page.inputs if "name" in one}
    asked = ("employer_name", "employer_uscc", "address", "contact", "contact_mobile", "job_title", "dossier_unit")
    assert {name: inputs[name] for name in asked} == {name: OFFLINE[name] for name in asked}


@pytest.mark.parametrize("certified", [True, False])
def test_an_employer_on_the_platform_could_be_asked_to_invite(cast: Cast, certified: bool) -> None:
    case, employer = cast.begun("offline"), cast.employer.membership.employer
    assert employer is not None
    if not certified:
        Employer.objects.filter(pk=employer.pk).update(suspended_at=now())
    who = enter(cast.graduate)
    page = who.post(f"/cases/{case.pk}/do/submit/", {**OFFLINE, "employer_uscc": employer.uscc}, follow=True)
    assert ("该单位已在平台注册，可请其线上邀请" in words(page)) is certified
