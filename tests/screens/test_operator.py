"""The operator's pages and commands: schools and employers come in, failures are seen and tried again."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.cast import Cast
from tests.screens.door import come_in
from tests.screens.pages import PageClient, enter, read
from wangqian.cases.models import Event, Outbox
from wangqian.codes import uscc
from wangqian.notices.models import Notice
from wangqian.people.clock import now
from wangqian.people.models import AccessLog, Actor, Cohort, College, Employer, Membership, School, SchoolProfile, User

pytestmark = pytest.mark.django_db

PERSON = {
    "person": "何主任",
    "phone": "13700001234",
    "email": "he@example.com",
}
SCHOOL = {"code": "10777", "name": "滨江学院", "year": "2027", **PERSON}
EMPLOYER = {
    "name": "新来科技有限公司",
    "uscc": uscc.make("91310000", 77),
    "nature": "39",
    "industry": "34",
    "region": "上海市",
    "address": "上海市浦东新区 1 号",
    "postcode": "200120",
    **PERSON,
}


@pytest.fixture
def operator(cast: Cast) -> PageClient:
    return enter(cast.operator)


def first_page(phone: str) -> str:
    """Where the first login by a code to this phone leads."""
    return str(come_in(phone).get("/home/")["Location"])


# --- schools -----------------------------------------------------------------------------------------


def test_a_school_comes_with_profile_cohort_and_an_administrator_who_can_log_in(operator: PageClient) -> None:
    answer = operator.post("/operator/schools/", SCHOOL)
    school = School.objects.get(code="10777")
    assert answer["Location"] == f"/operator/schools/{school.pk}/"
    assert SchoolProfile.objects.filter(school=school, version=1).count() == 1
    cohort = Cohort.objects.get(school=school)
    assert (cohort.year, cohort.opens_at.isoformat(), cohort.closes_at.isoformat()) == (
        2027,
        "2026-08-31T16:00:00+00:00",
        "2027-08-31T16:00:00+00:00",
    )
    member = Membership.objects.get(school=school)
    assert (member.kind, member.admin, member.user.name, member.user.phone) == ("school", True, "何主任", "13700001234")
    assert (member.called, member.user.has_usable_password()) == ("何主任", False)
    assert first_page("13700001234") == "/account/password/set/"
    shown = operator.get(f"/operator/schools/{school.pk}/").content.decode()
    assert ["何主任" in shown, "137****1234" in shown, "13700001234" in shown] == [True, True, False]


@pytest.mark.parametrize(
    "wrong",
    [
        {"code": "1077"},
        {"code": "10001"},
        {"name": "示范大学"},
        {"year": "27"},
        {"phone": "12345"},
        {"email": "he@"},
        {"person": ""},
    ],
)
def test_a_school_with_something_wrong_is_not_made(cast: Cast, operator: PageClient, wrong: dict[str, str]) -> None:
    assert cast.school
    answer = operator.post("/operator/schools/", {**SCHOOL, **wrong})
    assert answer.status_code == 422
    assert (School.objects.count(), [one.name for one in User.objects.all() if one.name == "何主任"]) == (1, [])


def test_only_the_operator_sees_these_pages(cast: Cast) -> None:
    urls = ["/operator/schools/", f"/operator/schools/{cast.school.pk}/", "/operator/employers/"]
    urls.append(f"/operator/employers/{cast.employer.membership.employer_id}/")
    everybody = (cast.graduate, cast.employer, cast.college_reviewer, cast.school_reviewer)
    assert {enter(actor).get(url).status_code for actor in everybody for url in urls} == {404}
    assert {enter(actor).post(url, SCHOOL).status_code for actor in everybody for url in urls} == {404}
    assert {enter(cast.operator).get(url).status_code for url in urls} == {200}


def test_lists_are_filtered_and_ask_the_same_for_three_and_for_thirty(cast: Cast, operator: PageClient) -> None:
    for serial in range(2):
        cast.school_named(f"2000{serial}", f"学院{serial}")
        cast.employer_named(f"单位{serial}", certified=bool(serial))
    queries = []
    for more in range(2):
        for url in ("/operator/schools/", "/operator/employers/", "/home/"):
            with CaptureQueriesContext(connection) as asked:
                assert operator.get(url).status_code == 200
            queries.append(len(asked))
        for serial in range(27 if not more else 0):
            cast.school_named(f"3{serial:04}", f"大学{serial}")
            cast.employer_named(f"企业{serial}")
    assert queries[:3] == queries[3:]
    assert rows(operator, "/operator/employers/?certified=no") == ["单位0"]
    assert rows(operator, "/operator/employers/?name=单位") == ["单位1", "单位0"]
    assert rows(operator, "/operator/schools/?name=20001") == ["学院1"]


def rows(client: PageClient, url: str) -> list[str]:
    start = url.partition("?")[0]
    links = read(client.get(url)).links
    return [text for text, href in links if href.startswith(start) and len(href) > len(start) and "?" not in href]


# --- employers ---------------------------------------------------------------------------------------


def test_an_employer_comes_with_a_first_user_and_is_then_certified(cast: Cast, operator: PageClient) -> None:
    answer = operator.post("/operator/employers/", EMPLOYER)
    employer = Employer.objects.get(uscc=EMPLOYER["uscc"])
    assert answer["Location"] == f"/operator/employers/{employer.pk}/"
    assert (employer.nature_name, employer.industry_name, employer.certified) == (
        "其他企业",
        "信息传输软件和信息技术服务业",
        False,
    )
    assert first_page("13700001234") == "/account/password/set/"
    start = f"/start/certification/certify/employer/{employer.pk}/"
    assert ("认证通过", start) in read(operator.get(answer["Location"])).links
    assert operator.post(start, {"note": "已核对营业执照原件"}).status_code == 302
    assert Employer.objects.get(pk=employer.pk).certified is True
    shown = operator.get(answer["Location"]).content.decode()
    assert ["已核对营业执照原件" in shown, "提请暂停／撤销认证" in shown, "认证通过" in shown] == [True, True, True]
    assert "该单位已经认证。" in operator.get(start).content.decode()
    assert Event.objects.get(flow="certification").user == cast.operator.user


def test_a_code_whose_check_fails_passes_only_with_a_reason_that_stays_on_record(
    cast: Cast, operator: PageClient
) -> None:
    good = EMPLOYER["uscc"]
    wrong = good[:17] + ("A" if good[17] != "A" else "B")
    first = operator.post("/operator/employers/", {**EMPLOYER, "uscc": wrong})
    assert (first.status_code, "仍按此代码添加的原因" in first.content.decode(), Employer.objects.count()) == (
        422,
        True,
        0,
    )
    assert "仍按此代码添加的原因" not in operator.get("/operator/employers/?add=1").content.decode()
    for broken in ("123", good[:16] + "I" + good[17], ""):
        given = {**EMPLOYER, "uscc": broken, "pass_reason": "证书如此"}
        assert operator.post("/operator/employers/", given).status_code == 422
    assert (
        operator.post("/operator/employers/", {**EMPLOYER, "uscc": wrong, "pass_reason": "证书如此"}).status_code == 302
    )
    assert Employer.objects.get().uscc == wrong
    row = AccessLog.objects.get()
    assert (row.actor, row.what, row.why) == (cast.operator.user, "uscc_let_pass", f"{wrong} 证书如此")
    again = {**EMPLOYER, "uscc": wrong.lower(), "pass_reason": "证书如此"}
    assert "该统一社会信用代码的单位已在平台上。" in operator.post("/operator/employers/", again).content.decode()


# --- what failed -------------------------------------------------------------------------------------


def notice(actor: Actor, state: str, template: str = "online.invite") -> Notice:
    return Notice.objects.create(
        recipient=actor.user,
        channel="email",
        template=template,
        body="内容不给平台看",
        address="u***@example.com",
        state=state,
        outcome="failed",
        tries=6,
        created_at=now(),
    )


def test_failed_messages_are_shown_without_their_words_and_tried_again(cast: Cast, operator: PageClient) -> None:
    dead = notice(cast.graduate, "dead")
    notice(cast.graduate, "sent")
    shown = operator.get("/home/").content.decode()
    assert ["多次失败，已停止重试" in shown, "内容不给平台看" in shown] == [True, False]
    again = {"notice": str(dead.pk), "home": "on"}
    assert operator.post("/operator/messages/", again)["Location"] == "/home/"
    dead.refresh_from_db()
    assert (dead.state, dead.tries) == ("queued", 0)
    assert operator.post("/operator/messages/", again)["Location"] == "/home/"
    assert "这条消息不需要重试" in operator.get("/home/").content.decode()


def test_a_paper_that_could_not_be_made_is_tried_again(cast: Cast, operator: PageClient) -> None:
    case = cast.signed()
    row = Outbox.objects.filter(consumer="documents").latest("id")
    Outbox.objects.filter(pk=row.pk).update(error="缺少字形：𬭎", tries=3, next_at=now() + timedelta(days=1))
    shown = operator.get("/home/").content.decode()
    assert ["缺少字形：𬭎" in shown, str(case.number) in shown] == [True, True]
    assert f'action="/operator/papers/{row.pk}/retry/"' in shown
    assert operator.post(f"/operator/papers/{row.pk}/retry/")["Location"] == "/home/"
    assert Outbox.objects.get(pk=row.pk).next_at is None


def test_what_cannot_be_retried_is_not_found(cast: Cast, operator: PageClient) -> None:
    cast.signed()
    Outbox.objects.filter(consumer="documents").update(error="缺少字形：𬭎", next_at=now() + timedelta(days=1))
    row, fine = Outbox.objects.get(consumer="documents"), Outbox.objects.exclude(consumer="documents").latest("id")
    for pk in (fine.pk, row.pk + 1000, "x", "5" * 30):
        assert operator.post(f"/operator/papers/{pk}/retry/").status_code == 404, pk
    assert operator.get(f"/operator/papers/{row.pk}/retry/").status_code == 405
    assert enter(cast.school_reviewer).post(f"/operator/papers/{row.pk}/retry/").status_code == 404
    assert Outbox.objects.get(pk=row.pk).next_at is not None


# --- commands ----------------------------------------------------------------------------------------


def run(command: str, **options: Any) -> str:
    said = io.StringIO()
    call_command(command, stdout=said, **{"name": "何主任", "phone": "13700001234", "email": "", **options})
    return said.getvalue()


def test_the_first_operator_of_an_installation() -> None:
    said = run("create_operator")
    member = Membership.objects.select_related("user").get()
    assert (member.kind, member.user.name, member.user.has_usable_password()) == ("operator", "何主任", False)
    assert said == (
        "operator created, enters by a code to 137****1234 (/login/code/); "
        f"without SMS and e-mail: manage changepassword {member.user.username}\n"
    )
    assert first_page("13700001234") == "/account/password/set/"


@pytest.mark.parametrize("wrong", [{"phone": "1"}, {"name": ""}, {"email": "he@"}])
def test_an_account_with_something_wrong_is_not_made(wrong: dict[str, str]) -> None:
    with pytest.raises(CommandError):
        run("create_operator", **wrong)
    assert User.objects.count() == 0


def test_a_second_capacity_goes_to_the_account_whose_phone_it_is(cast: Cast) -> None:
    """Proven: his. Waiting: the same person, again. In use under an unproven phone: somebody else, so a new account."""
    for state, accounts in (({"phone_proven_at": now()}, 0), ({}, 0), ({"activated_at": now()}, 1)):
        before = User.objects.count()
        user = cast.user("本人", **state)
        run("create_operator", name="何主任", phone=user.phone)
        member = Membership.objects.latest("created_at")
        assert (member.user == user, User.objects.count() - before) == (not accounts, 1 + accounts)
        assert (member.called, member.user.name) == ("何主任", "何主任" if accounts else "本人")


def test_members_of_schools_colleges_classes_and_employers(cast: Cast) -> None:
    assert cast.college
    employer = cast.employer.membership.employer
    assert employer
    places = (
        {"kind": "school", "school": "10001", "admin": True},
        {"kind": "college", "school": "10001", "college": "信息学院"},
        {"kind": "counsellor", "school": "10001", "college": "信息学院"},
        {"kind": "employer", "employer": employer.uscc.lower()},
    )
    for serial, place in enumerate(places):
        run("add_member", phone=f"1370000{serial:04}", name="何老师", **place)
    made = [one for one in Membership.objects.order_by("created_at") if one.called == "何老师"]
    assert [(one.kind, one.place(), one.admin) for one in made] == [
        ("school", "示范大学", True),
        ("college", "示范大学 信息学院", False),
        ("counsellor", "示范大学 信息学院", False),
        ("employer", "越综合企业", False),
    ]


@pytest.mark.parametrize(
    "place",
    [
        {"kind": "school", "school": "99999"},
        {"kind": "college", "school": "10001", "college": "没有学院"},
        {"kind": "counsellor", "school": "10001"},
        {"kind": "employer", "employer": "91"},
    ],
)
def test_a_place_that_does_not_exist_is_said(cast: Cast, place: dict[str, str]) -> None:
    College.objects.create(school=cast.school, name="信息学院")
    with pytest.raises(CommandError):
        run("add_member", **place)
    assert User.objects.count() == 0
