"""The reviewer's pages: exactly his place, one result per item of a batch, settings in versions, in bounded queries."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import quote

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.cast import Cast
from tests.screens.pages import PageClient, enter, read
from wangqian.cases.models import Case, CurrentDestination, Draft, Event, Proof
from wangqian.notices.queries import shown_code
from wangqian.people.clock import end_of, now
from wangqian.people.models import (
    AccessLog,
    Actor,
    Cohort,
    College,
    Graduate,
    Membership,
    School,
    SchoolProfile,
    Throttle,
)
from wangqian.web import paging
from wangqian.web.school_batch import SUBJECT

pytestmark = pytest.mark.django_db
RELEASE = {"reason": "withdrawn", "basis": "退学决定 1 号"}


def names(response: object, url: str = "/cases/") -> list[str]:
    """The rows of a list by their first cell."""
    return [text for text, href in read(response).links if href.startswith(url) and len(href) > len(url)]  # type: ignore[arg-type]


def accepted(cast: Cast, *people: str, college: College | None = None) -> list[Case]:
    """One case in review for each of these graduates."""
    return [cast.in_review(graduate=cast.graduate_named(name, college)) for name in people]


def at_school(cast: Cast, *people: str) -> list[Case]:
    """Cases that only the school still has to approve."""
    found = accepted(cast, *people)
    for case in found:
        cast.act(case, "approve", cast.college_reviewer)
    return [Case.objects.get(pk=case.pk) for case in found]


@pytest.fixture
def other_college(cast: Cast) -> Actor:
    college = College.objects.create(school=cast.school, name="文学院")
    return cast.actor("外院老师", "college", school=cast.school, college=college)


# --- the desk ----------------------------------------------------------------------------------------


def test_the_desk_shows_exactly_what_waits_in_my_place_oldest_first(cast: Cast, other_college: Actor) -> None:
    mine = accepted(cast, "甲一", "乙二", "丙三")
    accepted(cast, "他院生", college=other_college.membership.college)
    Case.objects.filter(pk=mine[2].pk).update(since=now() - timedelta(days=3))
    assert names(enter(cast.college_reviewer).get("/home/")) == ["丙三", "甲一", "乙二"]
    assert names(enter(other_college).get("/home/")) == ["他院生"]
    assert names(enter(cast.school_reviewer).get("/home/")) == []
    assert names(enter(cast.outsider_reviewer).get("/home/")) == []
    cast.act(mine[0], "approve", cast.college_reviewer)
    assert names(enter(cast.school_reviewer).get("/home/")) == ["甲一"]
    assert names(enter(cast.college_reviewer).get("/home/?tab=done")) == ["甲一"]


def test_a_counsellor_sees_his_class(cast: Cast) -> None:
    SchoolProfile.objects.filter(school=cast.school).update(signing_chain="counsellor,college,school")
    place = {"school": cast.school, "college": cast.college}
    mine, other = (
        cast.actor(name, "counsellor", klass=klass, **place) for name, klass in (("辅一", "1班"), ("辅二", "2班"))
    )
    cast.reviewers()
    cast.in_review(graduate=cast.graduate_named("一班生", klass="1班"))
    assert names(enter(mine).get("/home/")) == ["一班生"]
    assert names(enter(other).get("/home/")) == []
    assert names(enter(mine).get("/graduates/"), "/graduates/") == ["一班生"]
    assert names(enter(other).get("/graduates/"), "/graduates/") == []


def test_the_desk_is_filtered_by_kind_name_employer_college_and_cohort(cast: Cast) -> None:
    signed = cast.signed()
    at_school(cast, "甲一")
    asked = cast.termination(signed)
    cast.act(asked, "accept", cast.employer)
    client = enter(cast.school_reviewer)
    assert names(client.get("/home/")) == ["甲一"]
    assert names(client.get("/home/?tab=online_termination")) == ["曹文公"]
    for query, expected in (
        ("name=甲", ["甲一"]),
        ("name=乙", []),
        ("employer=越综合", ["甲一"]),
        ("employer=海纳", []),
        (f"college={cast.college.pk}", ["甲一"]),
        (f"college={cast.cohort.pk}", []),
        (f"cohort={cast.cohort.pk}", ["甲一"]),
        ("college=none&cohort=%00&page=x", ["甲一"]),
    ):
        assert names(client.get(f"/home/?{quote(query, safe='=&%')}")) == expected, query


def test_counts_and_pages_stop_at_a_thousand() -> None:
    assert [paging.many(count) for count in (0, 999, 1000)] == ["0", "999", "999+"]
    assert paging.tab("签约审核", "/", 1000, True).label == "签约审核 999+"
    assert paging.tab("签约审核", "/", 999, True).count == 999


def test_the_second_page_of_the_desk(cast: Cast) -> None:
    accepted(cast, *(f"生{number:02}" for number in range(23)))
    client = enter(cast.college_reviewer)
    first, second = client.get("/home/"), client.get("/home/?page=2")
    assert names(first) == [f"生{number:02}" for number in range(20)]
    assert names(second) == ["生20", "生21", "生22"]
    assert "第 21–23 条，共 23 条" in second.content.decode()


def counted(client: PageClient, url: str) -> int:
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert client.get(url).status_code == 200
    return len(queries)


def test_lists_ask_the_database_the_same_for_three_rows_and_for_thirty(cast: Cast) -> None:
    accepted(cast, "甲一", "乙二", "丙三")
    held = cast.signed()
    cast.act(held, "request_release", cast.school_reviewer, RELEASE)
    college, school = enter(cast.college_reviewer), enter(cast.school_reviewer)
    pages = [(college, "/home/"), (college, "/graduates/"), (school, "/school/cases/"), (school, "/graduates/")]
    pages += [(school, "/school/cases/?tab=signed"), (college, "/home/?tab=done")]
    few = [counted(*page) for page in pages]
    for case in accepted(cast, *(f"生{number:02}" for number in range(27))):
        if case.graduate and case.graduate.name < "生05":
            cast.act(case, "approve", cast.college_reviewer)
            cast.act(case, "approve", cast.school_reviewer)
    assert [counted(*page) for page in pages] == few


# --- the batch ---------------------------------------------------------------------------------------


def pick(client: PageClient, *cases: Case | str, flow: str = "online") -> None:
    picks = [str(case.pk if isinstance(case, Case) else case) for case in cases]
    answer = client.post("/desk/batch/", {"flow": flow, "pick": picks})
    assert (answer.status_code, answer["Location"]) == (302, "/desk/batch/confirm/")


def shown(client: PageClient) -> list[str]:
    """The lines "case:digest" of the list on the screen."""
    return [one["value"] for one in read(client.get("/desk/batch/confirm/")).inputs if one.get("name") == "item"]


def results(client: PageClient) -> str:
    return client.get("/desk/batch/confirm/").content.decode()


def agree(client: PageClient, items: list[str], **more: str) -> int:
    return client.post("/desk/batch/confirm/", {"item": items, "agreed": "on", **more}).status_code


def code(client: PageClient, actor: Actor, items: list[str]) -> str:
    assert client.post("/desk/batch/confirm/", {"item": items, "send_code": "1"}).status_code == 302
    return shown_code(actor.user)


def test_a_batch_before_the_last_level_needs_the_tick_and_no_code(cast: Cast) -> None:
    cases = accepted(cast, "甲一", "乙二")
    client = enter(cast.college_reviewer)
    pick(client, *cases)
    page = read(client.get("/desk/batch/confirm/"))
    assert [one["name"] for one in page.inputs if one.get("name") in ("code", "agreed")] == ["agreed"]
    items = shown(client)
    assert items == [f"{case.pk}:{case.versions.last().sha256}" for case in cases]  # type: ignore[union-attr]
    assert client.post("/desk/batch/confirm/", {"item": items}).status_code == 422
    assert agree(client, items) == 302
    assert [Case.objects.get(pk=case.pk).turn for case in cases] == ["school", "school"]
    assert "2 项中 2 项已通过" in results(client)
    assert list(Event.objects.filter(step="approve").values_list("proof", flat=True)) == [None, None]


def test_a_batch_at_the_last_level_takes_one_code_over_the_whole_list(cast: Cast) -> None:
    cases = at_school(cast, "甲一", "乙二", "丙三")
    client = enter(cast.school_reviewer)
    pick(client, *cases)
    items = shown(client)
    assert agree(client, items) == 422
    assert agree(client, items, code="000000") == 422
    digits = code(client, cast.school_reviewer, items)
    assert agree(client, items, code="x" + digits[1:]) == 422
    assert Case.objects.filter(state="signed").count() == 0
    assert agree(client, items, code=digits) == 302
    assert Case.objects.filter(state="signed", number__isnull=False).count() == 3
    assert CurrentDestination.objects.count() == 3
    proof = Proof.objects.get(
        step="online.approve", verified_at__isnull=False, issued_at=Proof.objects.latest("issued_at").issued_at
    )
    assert proof.items == sorted(items)
    assert Event.objects.filter(proof=proof, step="approve").count() == 3


def test_each_item_has_its_own_result(cast: Cast, other_college: Actor) -> None:
    """Approved meanwhile, changed meanwhile, refused by a rule, out of scope, and one that goes through."""
    good, taken, changed, suspended = accepted(cast, "好一", "先二", "变三", "停四")
    elsewhere = accepted(cast, "他院生", college=other_college.membership.college)[0]
    client = enter(cast.college_reviewer)
    pick(client, good, taken, changed, suspended, elsewhere)
    assert len(shown(client)) == 4
    items = [*shown(client), f"{elsewhere.pk}:{elsewhere.versions.last().sha256}"]  # type: ignore[union-attr]
    cast.act(taken, "approve", cast.actor("同事", "college", school=cast.school, college=cast.college))
    correct(cast, changed, major="软件工程")
    Graduate.objects.filter(pk=suspended.graduate_id).update(education_name="硕士生毕业")
    assert agree(client, items) == 302
    kept: dict[str, list[str]] = Draft.objects.get(subject=SUBJECT).data["results"]
    assert [kept[str(case.pk)][0] for case in (good, taken, changed, suspended, elsewhere)] == [
        "ok",
        "bad",
        "warn",
        "bad",
        "off",
    ]
    assert kept[str(taken.pk)][1] == "现在不由您办理此事项，请刷新页面查看最新状态。"
    assert kept[str(changed.pk)][1] == "内容在您核对之后有更新，没有通过；请打开事项核对后再审核。"
    assert kept[str(suspended.pk)][1].endswith("须由毕业生先重新确认本人信息。")
    assert [Case.objects.get(pk=case.pk).level for case in (good, taken, changed, suspended, elsewhere)] == [
        1,
        1,
        0,
        0,
        0,
    ]
    page = results(client)
    assert "5 项中 1 项已通过" in page
    assert "他院生" not in page


def correct(cast: Cast, case: Case, **fields: str) -> None:
    """The school corrects the graduate's facts and he confirms them: the text under review is a new version."""
    Graduate.objects.filter(pk=case.graduate_id).update(**fields)
    member = Membership.objects.select_related("user", "graduate").get(graduate=case.graduate_id)
    cast.act(case, "reconfirm", Actor(member))


def test_repeating_a_batch_doubles_nothing(cast: Cast) -> None:
    cases = accepted(cast, "甲一", "乙二")
    client = enter(cast.college_reviewer)
    pick(client, *cases)
    items = shown(client)
    assert [agree(client, items) for _time in range(2)] == [302, 302]
    assert Event.objects.filter(step="approve").count() == 2
    assert Event.objects.filter(case=cases[0]).count() == 3


def test_a_batch_that_stopped_half_way_goes_on_with_the_rest_under_the_same_code(cast: Cast) -> None:
    cases = at_school(cast, "甲一", "乙二", "丙三")
    client = enter(cast.school_reviewer)
    pick(client, *cases)
    items = shown(client)
    digits = code(client, cast.school_reviewer, items)
    assert agree(client, items[:1], code=digits) == 302
    page = read(client.get("/desk/batch/confirm/"))
    assert [one["value"] for one in page.inputs if one.get("name") == "item"] == items[1:]
    assert [one["name"] for one in page.inputs if one.get("name") in ("code", "agreed")] == ["agreed"]
    assert agree(client, items[1:]) == 302
    assert Case.objects.filter(state="signed").count() == 3


def test_a_code_for_another_list_is_not_taken(cast: Cast) -> None:
    first, second = at_school(cast, "甲一", "乙二")
    client = enter(cast.school_reviewer)
    pick(client, first)
    digits = code(client, cast.school_reviewer, shown(client))
    pick(client, first, second)
    assert agree(client, shown(client), code=digits) == 422
    assert Case.objects.filter(state="signed").count() == 0


def test_a_batch_of_nothing_of_too_much_and_of_nonsense(cast: Cast) -> None:
    client = enter(cast.college_reviewer)
    many = [f"01900000-0000-7000-8000-{number:012}" for number in range(101)]
    for given in ({}, {"pick": []}, {"pick": many}, {"pick": ["x"]}, {"pick": many[:1], "flow": "certification"}):
        answer = client.post("/desk/batch/", {"flow": "online", **given})
        assert (answer.status_code, answer["Location"]) == (302, "/home/"), given
    assert Draft.objects.count() == 0
    assert client.get("/desk/batch/confirm/")["Location"] == "/home/"
    pick(client, many[0])
    assert "1 项中 0 项已通过" in results(client)
    assert agree(client, ["x", f"{many[0]}:short"]) == 302
    assert client.get("/desk/batch/").status_code == 405


def test_the_batch_page_asks_the_database_the_same_for_two_and_for_twelve(cast: Cast) -> None:
    cases = accepted(cast, *(f"生{number:02}" for number in range(12)))
    client = enter(cast.college_reviewer)
    few = (pick(client, *cases[:2]), counted(client, "/desk/batch/confirm/"))[1]
    assert (pick(client, *cases), counted(client, "/desk/batch/confirm/"))[1] == few


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
        ("name=文", ["曹文公"]),
        ("number=X9", ["未签"]),
        ("education=11", ["未签"]),
        (f"cohort={free.cohort_id}&college={free.college_id}&name=未", ["未签"]),
    ):
        assert names(client.get(f"/graduates/?{quote(query, safe='=&')}"), "/graduates/") == expected, query


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
    cast.act(case, "request_release", cast.school_reviewer, RELEASE)
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


# --- settings ----------------------------------------------------------------------------------------

SETTINGS = {
    "signing_chain": "school",
    "termination_chain": "college,school",
    "days_to_respond": "20",
    "one_user_many_levels": "on",
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
        form for form in read(client.get("/home/")).forms if form.get("method") == "post"
    ]
    assert client.post("/school/profile/", {**SETTINGS, "base": "1"}).status_code == 200
    assert SchoolProfile.objects.filter(school=cast.school).count() == 1
    assert enter(cast.college_reviewer).get("/school/profile/").status_code == 404
