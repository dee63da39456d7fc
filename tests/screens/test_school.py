"""The reviewer's pages: exactly his place, one result per item of a batch, settings in versions, in bounded queries."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import quote

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.cast import Cast
from tests.screens.pages import PageClient, enter, read, sought
from tests.screens.school_stage import RELEASE, accepted, at_school, made_college, names
from wangqian.cases.models import Case, CurrentDestination, Draft, Event, Proof
from wangqian.notices.queries import shown_code
from wangqian.people.clock import now
from wangqian.people.models import (
    Actor,
    Graduate,
    Membership,
    SchoolProfile,
)
from wangqian.web import paging
from wangqian.web.school_batch import SUBJECT

pytestmark = pytest.mark.django_db

@pytest.fixture
def other_college(cast: Cast) -> Actor:
    return made_college(cast)




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


def test_what_graduates_voided_is_on_record_in_their_place(cast: Cast, other_college: Actor) -> None:
    for name in ("甲一", "乙二", "他院生"):
        by = cast.graduate_named(name)
        case = cast.registered(by=by)
        if name != "乙二":
            cast.act(case, "void", by)
    Case.objects.filter(pk=case.pk).update(college=other_college.membership.college)
    assert names(enter(cast.college_reviewer).get("/home/?tab=voided")) == ["甲一"]
    assert names(enter(other_college).get("/home/?tab=voided")) == ["他院生"]
    assert names(enter(cast.school_reviewer).get("/home/?tab=voided")) == ["他院生", "甲一"]
    assert names(enter(cast.outsider_reviewer).get("/home/?tab=voided")) == []


def test_a_counsellor_sees_his_class(cast: Cast) -> None:
    SchoolProfile.objects.filter(school=cast.school).update(signing_chain="counsellor,college,school")
    mine, other = cast.counsellor("辅一", "1班"), cast.counsellor("辅二", "2班")
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
        ("name=乙", ["甲一"]),  # no name from an address
        ("employer=越综合", ["甲一"]),
        ("employer=海纳", []),
        (f"college={cast.college.pk}", ["甲一"]),
        (f"college={cast.cohort.pk}", []),
        (f"cohort={cast.cohort.pk}", ["甲一"]),
        ("college=none&cohort=%00&page=x", ["甲一"]),
    ):
        assert names(client.get(f"/home/?{quote(query, safe='=&%')}")) == expected, query
    for name, expected in (("甲一", ["甲一"]), ("甲", []), ("乙", [])):
        assert names(sought(client, "/home/?tab=online", name=name)) == expected, name


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
    cast.ask_release(held, cast.school_reviewer, RELEASE)
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
