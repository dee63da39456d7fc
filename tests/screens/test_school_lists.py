"""The school's lists, sheets and settings: exactly its place, in versions, in bounded queries."""

from __future__ import annotations

import re
from datetime import timedelta
from urllib.parse import quote

import pytest
from django.http import HttpResponse

from tests.cast import Cast
from tests.screens.pages import PageClient, enter, read, sought
from tests.screens.paper_states import returned
from tests.screens.school_stage import RELEASE, accepted, made_college, names
from wangqian.cases.models import Case
from wangqian.chart.words import FLOWS
from wangqian.people.clock import end_of, now
from wangqian.people.models import (
    AccessLog,
    Actor,
    Cohort,
    College,
    Membership,
    School,
    SchoolProfile,
    Throttle,
)
from wangqian.web.school_graduates import STAGES, stage

pytestmark = pytest.mark.django_db

@pytest.fixture
def other_college(cast: Cast) -> Actor:
    return made_college(cast)


# --- graduates ---------------------------------------------------------------------------------------


def test_graduates_of_my_place_only(cast: Cast, other_college: Actor) -> None:
    mine = cast.graduate.membership.graduate
    theirs = cast.graduate_named("他院生", other_college.membership.college).membership.graduate
    foreign = cast.outsider.membership.graduate
    assert mine and theirs and foreign
    people = {"college": cast.college_reviewer, "school": cast.school_reviewer, "other": cast.outsider_reviewer}
    seen = {name: names(enter(actor).get("/graduates/"), "/graduates/") for name, actor in people.items()}
    assert seen == {"college": ["曹文公"], "school": ["曹文公", "他院生"], "other": ["孟宪章"]}
    status = {
        (name, one.name, url): enter(actor).get(f"/graduates/{one.pk}/{url}").status_code
        for name, actor in people.items()
        for one in (mine, theirs, foreign)
        for url in ("", "identity/")
    }
    allowed = {("college", "曹文公"), ("school", "曹文公"), ("school", "他院生"), ("other", "孟宪章")}
    assert {key for key, code in status.items() if code == 200} == {
        (*key, url) for key in allowed for url in ("", "identity/")
    }
    assert {code for key, code in status.items() if key[:2] not in allowed} == {404}


def test_graduates_are_filtered(cast: Cast) -> None:
    cast.signed()
    cast.in_review(graduate=cast.graduate_named("审中"))
    cast.invited(graduate=cast.graduate_named("待应"))
    free = cast.graduate_named("未签", education="11", student_number="X99").membership.graduate
    assert free
    client = enter(cast.school_reviewer)
    for query, expected in (
        ("signing=signed", ["曹文公"]),
        ("signing=review", ["审中"]),
        ("signing=invited", ["待应"]),
        ("signing=none", ["未签"]),
        ("signing=x", ["曹文公", "审中", "待应", "未签"]),
        ("education=11", ["未签"]),
        (f"cohort={free.cohort_id}&college={free.college_id}&education=11", ["未签"]),
    ):
        assert names(client.get(f"/graduates/?{quote(query, safe='=&')}"), "/graduates/") == expected, query
    everybody = ["曹文公", "审中", "待应", "未签"]
    for typed, expected in (
        ({"name": "曹文公"}, ["曹文公"]),
        ({"name": "文"}, []),
        ({"number": "X9"}, ["未签"]),
        ({"name": "曹文公", "number": "X9"}, []),
        ({}, everybody),
    ):
        assert names(sought(client, "/graduates/", **typed), "/graduates/") == expected, typed


BOUND = {  # flow and state → the tag of the list, what stands under it
    "网签审核": ("学校审核中", "学校（院系）审核 · 越综合企业"),
    "网签": ("已签约", "越综合企业"),
    "协议审核": ("学校审核中", "协议审核中"),
    "协议退回": ("待学生办理", "协议审核待提交（老师退回）"),
    "盖章": ("待学生办理", "就业协议审核通过"),
    "盖章审核": ("学校审核中", "签约审核中"),
    "线下": ("已签约", ""),
    "登记审核": ("学校审核中", "登记审核中"),
    "登记退回": ("待学生办理", "登记待提交（老师退回）"),
    "登记": ("已登记", ""),
    "去向审核": ("学校审核中", "去向审核中 · 考研"),
    "去向退回": ("待学生办理", "去向待提交（老师退回） · 考研"),
    "去向": ("已登记", "考研"),
    "待就业": ("已登记", "待就业"),
    "作废审核": ("学校审核中", "作废审核中 · 考研"),
    "受邀": ("有邀请待应约", "1 份"),
    "草稿": ("未签约", ""),
    "已作废": ("未签约", ""),
}


def test_the_list_says_of_every_bound_graduate_what_his_case_says(cast: Cast) -> None:
    """Flows 1, 3, 5 and 6: the tag, the filter that finds it, and nothing for what binds nobody."""
    who = {name: cast.graduate_named(name) for name in BOUND}
    cast.in_review(graduate=who["网签审核"])
    cast.signed(graduate=who["网签"])
    cast.offline_review(who["协议审核"])
    returned(cast, cast.offline_review(who["协议退回"]))
    cast.stamping(who["盖章"])
    cast.stamped_review(who["盖章审核"])
    cast.signed_on_paper(who["线下"])
    cast.paper_review(who["登记审核"])
    returned(cast, cast.paper_review(who["登记退回"]))
    cast.paper_registered(who["登记"])
    cast.destination_review(by=who["去向审核"])
    returned(cast, cast.destination_review(by=who["去向退回"]))
    cast.registered(by=who["去向"])
    cast.invited(graduate=who["待就业"])
    cast.registered("looking", by=who["待就业"])
    cast.act(cast.registered(by=who["已作废"]), "void", who["已作废"])
    cast.school.profiles.update(void_needs_review=True)
    cast.act(cast.registered(by=who["作废审核"]), "void", who["作废审核"])
    cast.invited(graduate=who["受邀"])
    cast.begun("destination", who["草稿"], topic="postgraduate")
    client = enter(cast.school_reviewer)
    page = client.get("/graduates/")
    assert {name: standing(page, name) for name in BOUND} == BOUND
    words = ("未签约", "有邀请待应约", "待学生办理", "学校审核中", "已签约", "已登记")
    stages = ("none", "invited", "own", "review", "signed", "registered")
    found = [names(client.get(f"/graduates/?signing={stage}"), "/graduates/") for stage in stages]
    assert found == [[name for name, (tag, _note) in BOUND.items() if tag == word] for word in words]


def standing(page: HttpResponse, name: str) -> tuple[str, str]:
    """The last cell of his row: the tag, and what is small under it."""
    row = next(row for row in re.findall(r'<tr role="row">.*?</tr>', page.content.decode(), re.S) if f">{name}</a>" in row)
    texts = re.findall(r">([^<>]+)<", row[row.index('data-label="签约状态"') :].replace("\n", ""))
    said = [text.strip() for text in texts if text.strip()]
    return said[0], said[1] if len(said) > 1 else ""


def test_every_state_that_binds_has_a_word_in_the_list() -> None:
    words = {stage(word) for flow in FLOWS.values() for word in flow.states.values() if word.holds}
    assert words == {"own", "review", "signed", "registered"}
    assert set(STAGES) == words | {"none", "invited"}


def test_the_full_number_is_shown_once_with_a_reason_on_record(cast: Cast) -> None:
    graduate = cast.graduate.membership.graduate
    assert graduate
    number, client = graduate.identity_number(), enter(cast.college_reviewer)
    sheet, url = f"/graduates/{graduate.pk}/", f"/graduates/{graduate.pk}/identity/"
    assert number not in client.get(sheet).content.decode()
    assert number not in client.get(url).content.decode()
    assert client.post(url, {"reason": ""}).status_code == 422
    assert AccessLog.objects.count() == 0
    answer = client.post(url, {"reason": "核对派遣材料"})
    assert (answer.status_code, number in answer.content.decode(), answer["Cache-Control"]) == (200, True, "no-store")
    row = AccessLog.objects.get()
    assert (row.subject, row.what, row.why, row.membership) == (
        graduate,
        "unmask",
        "核对派遣材料",
        cast.college_reviewer.membership,
    )
    after = client.get(sheet).content.decode()
    assert ("核对派遣材料" in after, number in after) == (True, False)


def test_reopening_is_offered_by_the_school_after_the_closing(cast: Cast) -> None:
    graduate = cast.graduate.membership.graduate
    assert graduate
    url, start = f"/graduates/{graduate.pk}/", f"/start/reopening/reopen/graduate/{graduate.pk}/"
    assert "本届登记还没有截止，不需要重新开放。" in enter(cast.school_reviewer).get(url).content.decode()
    Cohort.objects.filter(pk=graduate.cohort_id).update(closes_at=now() - timedelta(days=1))
    assert ("重新开放登记", start) in read(enter(cast.school_reviewer).get(url)).links
    assert start not in enter(cast.college_reviewer).get(url).content.decode()


# --- all cases of the school -------------------------------------------------------------------------


def test_the_schools_cases_by_state(cast: Cast) -> None:
    cast.signed()
    accepted(cast, "审中")
    refused = accepted(cast, "不过")[0]
    cast.act(refused, "refuse", cast.college_reviewer, {"about": "pay", "reason": "薪资有误，请核实"})
    client = enter(cast.school_reviewer)
    seen = {tab: names(client.get(f"/school/cases/?tab={tab}")) for tab in ("review", "signed", "ended")}
    assert seen == {"review": ["审中"], "signed": ["曹文公"], "ended": ["不过"]}
    assert enter(cast.college_reviewer).get("/school/cases/").status_code == 404
    assert names(enter(cast.outsider_reviewer).get("/school/cases/?tab=signed")) == []


def test_a_release_that_waits_for_a_second_person_is_marked(cast: Cast) -> None:
    case = cast.signed()
    client = enter(cast.school_reviewer)
    assert "待确认解除</div>" not in client.get("/school/cases/?tab=signed").content.decode()
    cast.ask_release(case, cast.school_reviewer, RELEASE)
    assert "待确认解除</div>" in client.get("/school/cases/?tab=signed").content.decode()
    assert names(client.get("/school/cases/?tab=signed&release=1")) == ["曹文公"]
    Throttle.objects.all().delete()
    cast.act(case, "withdraw_release", cast.school_reviewer, {"reason": "误提"})
    assert names(client.get("/school/cases/?tab=signed&release=1")) == []


def test_levels_without_reviewers_are_shown_to_the_administrator(cast: Cast) -> None:
    accepted(cast, "甲一")
    alone = "有审核级没有在岗的审核人"
    admin, colleague = enter(cast.school_reviewer), enter(cast.second_school_user)
    assert alone not in admin.get("/school/cases/").content.decode()
    Membership.objects.filter(pk=cast.college_reviewer.membership.pk).update(active=False)
    College.objects.create(school=cast.school, name="文学院")
    page = admin.get("/school/cases/").content.decode()
    assert "信息学院：院系级没有审核人，1 项在等待" in page
    assert "文学院：院系级没有审核人</li>" in page
    assert alone not in colleague.get("/school/cases/").content.decode()


@pytest.mark.parametrize("kind", ["signing", "termination", "agreement", "stamped", "registration"])
@pytest.mark.parametrize("level", ["counsellor", "college"])
def test_of_every_chain_a_level_without_reviewers_is_shown(cast: Cast, kind: str, level: str) -> None:
    chains = dict.fromkeys(("signing", "termination", "agreement", "stamped", "registration"), "school")
    cast.school.profiles.update(**{f"{name}_chain": chain for name, chain in chains.items()}, offers_offline=False)
    _ = cast.college
    admin = enter(cast.school_reviewer)
    assert unmanned(admin) == []
    cast.school.profiles.update(**{f"{kind}_chain": f"{level},school"})
    assert unmanned(admin) == [f"信息学院：{'院系' if level == 'college' else '辅导员'}级没有审核人"]


def test_the_heads_whom_freelancing_needs_are_shown_whatever_the_chains(cast: Cast) -> None:
    """Until somebody is appointed a case of it waits, even where the school reviews everything alone."""
    chains = dict.fromkeys(("signing", "termination", "agreement", "stamped", "registration"), "school")
    cast.school.profiles.update(**{f"{name}_chain": chain for name, chain in chains.items()})
    _ = cast.college
    admin = enter(cast.school_reviewer)
    assert unmanned(admin) == ["信息学院：院系级没有审核人"]
    head = cast.college_reviewer.membership
    assert unmanned(admin) == []
    assert cast.destination_review("freelance").turn == "college"
    Membership.objects.filter(pk=head.pk).update(active=False)
    assert unmanned(admin) == ["信息学院：院系级没有审核人，1 项在等待"]


def unmanned(admin: PageClient) -> list[str]:
    return re.findall(r"<li>([^<]*级没有审核人[^<]*)</li>", admin.get("/school/cases/").content.decode())


# --- settings ----------------------------------------------------------------------------------------

SETTINGS = {
    "signing_chain": "school",
    "termination_chain": "college,school",
    "agreement_chain": "college,school",
    "stamped_chain": "college,school",
    "registration_chain": "college,school",
    "days_to_respond": "20",
    "one_user_many_levels": "on",
    "offers_online": "on",
    "office": "就业处",
    "contact": "周老师",
    "phone": "021-55550111",
    "hours": "工作日 9:00–17:00",
    "opens_2027": "2026-10-01",
    "closes_2027": "2027-09-15",
}


def test_saving_settings_makes_a_new_version_and_leaves_started_cases_alone(cast: Cast) -> None:
    started = accepted(cast, "甲一")[0]
    client = enter(cast.school_reviewer)
    assert client.post("/school/profile/", {**SETTINGS, "base": "1"}).status_code == 302
    last = SchoolProfile.objects.get(school=cast.school, version=2)
    dials = (
        last.signing_chain,
        last.termination_chain,
        last.days_to_respond,
        last.in_service_can_sign,
        last.one_user_many_levels,
    )
    assert dials == ("school", "college,school", 20, False, True)
    assert last.edited_by == cast.school_reviewer.user
    school = School.objects.get(pk=cast.school.pk)
    assert (school.office, school.contact, school.phone) == ("就业处", "周老师", "021-55550111")
    cohort = Cohort.objects.get(pk=cast.cohort.pk)
    assert (cohort.opens_at.isoformat(), cohort.closes_at.isoformat()) == (
        "2026-09-30T16:00:00+00:00",
        "2027-09-15T16:00:00+00:00",
    )
    started = Case.objects.select_related("profile").get(pk=started.pk)
    assert (started.chain, started.profile.version if started.profile else 0) == ("college,school", 1)
    assert accepted(cast, "乙二")[0].chain == "school"
    page = client.get("/school/profile/").content.decode()
    assert "签约审核：“院系 → 学校”改为“学校”；解约审核：“学校”改为“院系 → 学校”" in page
    assert "李主任" in page


def test_saving_without_a_change_makes_no_version(cast: Cast) -> None:
    assert cast.cohort
    client = enter(cast.school_reviewer)
    client.post("/school/profile/", {**SETTINGS, "base": "1"})
    assert client.post("/school/profile/", {**SETTINGS, "base": "2"}).status_code == 302
    assert SchoolProfile.objects.filter(school=cast.school).count() == 2


def test_settings_saved_by_somebody_else_meanwhile_are_not_overwritten(cast: Cast) -> None:
    assert cast.cohort
    client = enter(cast.school_reviewer)
    client.post("/school/profile/", {**SETTINGS, "base": "1"})
    assert client.post("/school/profile/", {**SETTINGS, "base": "1", "office": "别名"}).status_code == 409
    assert School.objects.get(pk=cast.school.pk).office == "就业处"


def test_a_cohort_is_added_and_wrong_dates_are_refused(cast: Cast) -> None:
    assert cast.cohort
    client = enter(cast.school_reviewer)
    for wrong in (
        {"year": "2027", "year_opens": "2027-10-01"},
        {"year": "2028"},
        {"year": "2028", "year_opens": "2028-10-01", "year_closes": "2028-09-01"},
        {"closes_2027": "2026-01-01"},
        {"days_to_respond": "0"},
        {"closes_2027": "9999-12-31"},
        {"opens_2027": "0001-01-01"},
        {"signing_chain": "school,college"},
    ):
        assert client.post("/school/profile/", {**SETTINGS, "base": "1", **wrong}).status_code == 422, wrong
    assert SchoolProfile.objects.filter(school=cast.school).count() == 1
    client.post("/school/profile/", {**SETTINGS, "base": "1", "year": "2028", "year_opens": "2027-10-01"})
    made = Cohort.objects.get(school=cast.school, year=2028)
    assert made.closes_at == end_of(made.closes_at.date())
    assert made.closes_at.isoformat() == "2028-08-31T16:00:00+00:00"


def test_colleagues_read_the_settings_and_change_nothing(cast: Cast) -> None:
    client = enter(cast.second_school_user)
    assert read(client.get("/school/profile/")).forms == [
        form for form in read(client.get("/inbox/")).forms if form.get("method") == "post"
    ]
    assert client.post("/school/profile/", {**SETTINGS, "base": "1"}).status_code == 404
    assert SchoolProfile.objects.filter(school=cast.school).count() == 1
    assert enter(cast.college_reviewer).get("/school/profile/").status_code == 404
