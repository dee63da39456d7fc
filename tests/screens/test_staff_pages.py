"""工作人员, 院系, 班级 and 学校设置 on the pages: who sees them, what is said, what becomes of open sessions."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from tests.cast import Cast
from tests.screens.filled import filled
from tests.screens.pages import PageClient, enter, read
from wangqian.cases.models import Case
from wangqian.notices.models import Notice
from wangqian.people.clock import now
from wangqian.people.models import (
    Actor,
    Cohort,
    College,
    Membership,
    SchoolChange,
    SchoolProfile,
    User,
)

pytestmark = pytest.mark.django_db
NEW = {"person": "周老师", "phone": "13911112222", "email": "zhou@example.com"}


MEMBER = re.compile(r"/school/staff/[0-9a-f-]{36}/")


def listed(client: PageClient) -> list[str]:
    """The people of the list."""
    return [text for text, href in read(client.get("/school/staff/")).links if MEMBER.fullmatch(href)]


def words(response: object) -> str:
    return response.content.decode()  # type: ignore[attr-defined]


def college_manages(cast: Cast) -> None:
    SchoolProfile.objects.filter(school=cast.school).update(college_manages_counsellors=True)


def add(client: PageClient, kind: str, college: College | None = None, **more: str) -> object:
    given = {**NEW, "kind": kind, "college": str(college.pk) if college else "", **more}
    return client.post("/school/staff/add/", given, follow=True)


# --- the list and the person --------------------------------------------------------------------------


def test_only_administrators_see_staff(cast: Cast) -> None:
    college_manages(cast)
    dean = cast.actor("院系管理员", "college", school=cast.school, college=cast.college, admin=True)
    people = {
        "school admin": cast.school_reviewer,
        "school": cast.second_school_user,
        "dean": dean,
        "college": cast.college_reviewer,
        "counsellor": cast.counsellor("辅导员", "1班"),
        "other school": cast.outsider_reviewer,
        "graduate": cast.graduate,
        "employer": cast.employer,
        "operator": cast.operator,
    }
    status = {who: enter(actor).get("/school/staff/").status_code for who, actor in people.items()}
    allowed = {"school admin", "dean", "other school"}
    assert status == {who: 200 if who in allowed else 404 for who in people}
    menu = {who: "/school/staff/" in words(enter(actor).get("/home/")) for who, actor in people.items()}
    assert menu == {who: who in allowed for who in people}
    assert listed(enter(dean)) == ["辅导员"]
    assert set(listed(enter(cast.school_reviewer))) == {
        "李主任", "赵老师", "院系管理员", "王老师", "辅导员",
    }  # fmt: skip
    for path in ("/school/staff/colleges/", f"/school/staff/colleges/{cast.college.pk}/"):
        assert enter(dean).get(path).status_code == enter(cast.second_school_user).get(path).status_code == 404


def test_a_foreign_member_looks_like_a_missing_one(cast: Cast) -> None:
    college_manages(cast)
    other = College.objects.create(school=cast.school, name="文学院")
    dean = cast.actor("院系管理员", "college", school=cast.school, college=cast.college, admin=True)
    theirs, foreign = cast.counsellor("外院辅导员", college=other), cast.outsider_reviewer
    client = enter(dean)

    def answers(pk: object) -> list[bytes]:
        paths = ("", "classes/", "stop/", "move/")
        found = [client.get(f"/school/staff/{pk}/{path}") for path in paths]
        assert {one.status_code for one in found} == {404}
        from tests.screens.test_routes import TOKEN

        return [TOKEN.sub(b"", one.content) for one in found]

    missing = answers("01900000-0000-7000-8000-000000000000")
    assert answers(theirs.membership.pk) == answers(foreign.membership.pk) == missing
    assert answers(cast.college_reviewer.membership.pk) == missing  # of his college, but no counsellor


def test_a_person_is_added_and_told(cast: Cast) -> None:
    _ = cast.college
    client = enter(cast.school_reviewer)
    assert "password" not in words(client.get("/school/staff/add/"))
    page = add(client, "college", cast.college)
    assert "已添加周老师，并已通知本人用手机验证码登录" in words(page)
    made = Membership.objects.get(user__memberships__known_as__isnull=False, kind="college")
    assert (made.called, made.user.has_usable_password()) == ("周老师", False)
    notice = Notice.objects.get(template="direct.staff_added", channel="inbox")
    assert (notice.recipient, "院系（信息学院）" in notice.body) == (made.user, True)
    assert "尚未登录" in words(client.get("/school/staff/"))


def test_the_answer_is_the_same_whether_the_phone_was_known(cast: Cast) -> None:
    _ = cast.college
    known = cast.user("另有其名", phone_proven_at=now())
    client = enter(cast.school_reviewer)
    fresh, again = add(client, "college", cast.college), add(client, "college", cast.college, phone=known.phone)
    alike = [words(one).replace(NEW["phone"][-4:], "").replace(known.phone[-4:], "") for one in (fresh, again)]
    assert all("已添加周老师，并已通知本人用手机验证码登录" in one and "另有其名" not in one for one in alike)
    assert "另有其名" not in words(client.get("/school/staff/"))
    assert listed(client).count("周老师") == 2


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"person": ""}, "请填写姓名"),
        ({"phone": "123"}, "请填写 11 位手机号码"),
        ({"email": "x"}, "请填写完整的邮箱地址"),
        ({"kind": "operator"}, "不在"),
        ({"college": ""}, "请选择院系"),
        ({"college": "01900000-0000-7000-8000-000000000000"}, "不在"),
    ],
)
def test_a_wrong_person_is_refused(cast: Cast, given: dict[str, str], sentence: str) -> None:
    _ = cast.college
    client = enter(cast.school_reviewer)
    before = User.objects.count()
    answer = client.post("/school/staff/add/", {**NEW, "kind": "college", "college": str(cast.college.pk), **given})
    assert answer.status_code == 422 and User.objects.count() == before
    assert sentence == "不在" or sentence in words(answer)


def test_a_counsellor_gets_classes_from_the_roster(cast: Cast) -> None:
    for place in range(3):
        cast.graduate_named(f"一班{place}", klass="1班")
    cast.graduate_named("二班生", klass="2班")
    SchoolProfile.objects.filter(school=cast.school).update(signing_chain="counsellor,college,school")
    client = enter(cast.school_reviewer)
    page = add(client, "counsellor", cast.college)
    made = Membership.objects.get(kind="counsellor")
    url = f"/school/staff/{made.pk}/classes/"
    assert page.redirect_chain[-1][0] == url  # type: ignore[attr-defined]
    assert "2027 届 1班（3 人）" in words(page) and "2027 届 2班（1 人）" in words(page)
    assert "2 个班级没有辅导员" in words(client.get("/school/staff/"))
    saved = client.post(url, {"classes": [f"{cast.cohort.pk}|1班"]}, follow=True)
    assert "所带班级已保存" in words(saved)
    assert "1 个班级没有辅导员" in words(client.get("/school/staff/"))
    notice = Notice.objects.get(template="direct.staff_changed", channel="inbox")
    assert "所带班级：（空） → 2027 1班" in notice.body
    rows = words(client.get("/school/staff/classes/"))
    assert "周老师" in rows and "没有辅导员" in rows
    assert client.post(url, {"classes": ["x|y"]}).status_code == 422


@pytest.mark.parametrize("what", ["stop", "name"])
def test_an_act_is_explained_then_done(cast: Cast, what: str) -> None:
    client, pk = enter(cast.school_reviewer), cast.college_reviewer.membership.pk
    url = f"/school/staff/{pk}/{what}/"
    assert client.get(url).status_code == 200 and SchoolChange.objects.count() == 0
    assert client.post(url, follow=True).status_code == 200
    member = Membership.objects.get(pk=pk)
    assert (member.active, member.admin) == ((False, False) if what == "stop" else (True, True))
    assert Notice.objects.filter(template="direct.staff_changed", channel="inbox").count() == 1
    page = words(client.get(f"/school/staff/{pk}/"))
    assert "修改记录" in page and "李主任" in page
    assert "王老师" in words(client.get("/school/staff/history/"))


def test_nobody_changes_himself_and_the_page_says_so(cast: Cast) -> None:
    client, pk = enter(cast.school_reviewer), cast.school_reviewer.membership.pk
    assert "须由另一位管理员更改" in words(client.get(f"/school/staff/{pk}/"))
    for what in ("stop", "unname"):
        assert "不能更改自己的权限" in words(client.post(f"/school/staff/{pk}/{what}/", follow=True))
    assert Membership.objects.get(pk=pk).admin


def test_another_capacity_is_another_membership(cast: Cast) -> None:
    client, pk = enter(cast.school_reviewer), cast.college_reviewer.membership.pk
    page = client.post(f"/school/staff/{pk}/move/", {"kind": "school", "college": ""}, follow=True)
    assert "已调整王老师的身份" in words(page)
    assert "身份：院系 → 学校" in words(page)
    assert not Membership.objects.get(pk=pk).active


def test_an_open_session_ends_at_the_next_request(cast: Cast) -> None:
    """A7: a role removed between two requests of an open session; also when it was only changed."""
    for what in ("stop", "name"):
        target = cast.actor(f"某老师{what}", "college", school=cast.school, college=cast.college)
        session = enter(target)
        assert session.get("/home/").status_code == 200
        enter(cast.school_reviewer).post(f"/school/staff/{target.membership.pk}/{what}/")
        answer = session.get("/home/")
        assert (answer.status_code, answer["Location"].split("?")[0]) == (302, "/login/"), what


def test_a_stopped_administrator_manages_nothing_with_an_open_page(cast: Cast) -> None:
    second = cast.actor("副主任", "school", school=cast.school, admin=True)
    session, pk = enter(second), cast.college_reviewer.membership.pk
    enter(cast.school_reviewer).post(f"/school/staff/{second.membership.pk}/unname/")
    assert session.post(f"/school/staff/{pk}/stop/").status_code in (302, 404)
    assert Membership.objects.get(pk=pk).active


# --- colleges -----------------------------------------------------------------------------------------


def test_colleges_on_the_page(cast: Cast) -> None:
    client = enter(cast.school_reviewer)
    assert "已添加新学院" in words(client.post("/school/staff/colleges/", {"name": "新学院"}, follow=True))
    assert "学校已有这个名称的院系" in words(client.post("/school/staff/colleges/", {"name": "新学院"}))
    url = f"/school/staff/colleges/{College.objects.get(name='新学院').pk}/"
    assert "已改名为未来学院" in words(client.post(url, {"name": "未来学院"}, follow=True))
    assert "已停用未来学院" in words(client.post(url, {"act": "stop"}, follow=True))
    assert "已恢复未来学院" in words(client.post(url, {"act": "restore"}, follow=True))
    assert cast.graduate
    busy = f"/school/staff/colleges/{cast.college.pk}/"
    dead = [text for text, attrs in read(client.get(busy)).buttons if attrs.get("aria-disabled") == "true"]
    assert dead == ["停用院系"]
    assert "还有 1 名登记未截止的毕业生" in words(client.post(busy, {"act": "stop"}, follow=True))
    history = words(client.get("/school/staff/history/"))
    assert "名称：新学院 → 未来学院" in history and "状态：在用 → 已停用" in history


# --- settings -----------------------------------------------------------------------------------------


def settings(client: PageClient, **changed: str) -> object:
    known = filled(client.get("/school/profile/").content)
    return client.post("/school/profile/", {**known, **changed}, follow=True)


def test_a_change_of_the_dates_is_recorded_and_said_to_those_it_concerns(cast: Cast) -> None:
    _ = cast.cohort, cast.graduate
    client = enter(cast.school_reviewer)
    old = filled(client.get("/school/profile/").content)["closes_2027"]
    new = (now() + timedelta(days=150)).date().isoformat()
    page = words(settings(client, closes_2027=new, phone="021-55550199"))
    assert f"电话：“021-55550100”改为“021-55550199”；2027 届截止日期：“{old}”改为“{new}”" in page
    row = SchoolChange.objects.get(what="settings")
    assert (row.by, row.before, row.after) == (
        cast.school_reviewer.membership,
        {"phone": "021-55550100", "closes_2027": old},
        {"phone": "021-55550199", "closes_2027": new},
    )
    assert "学校调整了本届登记的截止时间" in words(enter(cast.graduate).get("/home/"))
    assert "学校调整了本届登记的截止时间" not in words(enter(cast.outsider).get("/home/"))
    assert "没有事项因截止而自动结束" in words(client.get("/school/profile/"))


def test_closing_at_once_asks_for_a_tick(cast: Cast) -> None:
    _ = cast.cohort
    client = enter(cast.school_reviewer)
    assert "close_now" not in filled(client.get("/school/profile/").content)
    past = {"opens_2027": "2026-01-01", "closes_2027": "2026-02-01"}
    asked = settings(client, **past)
    assert "请确认要立即截止" in words(asked) and Cohort.objects.get(pk=cast.cohort.pk).closes_at > now()
    known = filled(asked.content)  # type: ignore[attr-defined]
    client.post("/school/profile/", {**known, "close_now": "on"})
    assert Cohort.objects.get(pk=cast.cohort.pk).closes_at < now()
    assert "学校设置已保存" in words(settings(client, office="就业处"))  # closed already: nothing to ask


def test_a_flow_that_is_not_offered_starts_nothing(cast: Cast) -> None:
    from wangqian.chart.words import Refused

    earlier = cast.invited()
    client = enter(cast.school_reviewer)
    known = filled(client.get("/school/profile/").content)
    known.pop("offers_online")
    client.post("/school/profile/", known)
    with pytest.raises(Refused, match="没有开通线上签约"):
        cast.invited(cast.other_employer)
    cast.reviewers()
    cast.act(earlier, "accept", cast.graduate)
    assert "开通线上签约：“是”改为“否”" in words(client.get("/school/profile/"))


def test_the_office_is_named_to_graduates_and_employers(cast: Cast) -> None:
    case = cast.invited()
    for reader in (cast.graduate, cast.employer):
        page = words(enter(reader).get(f"/cases/{case.pk}/"))
        assert "学校就业部门" in page and "021-55550100" in page
    assert "021-55550100" in words(enter(cast.graduate).get("/home/"))


def office_rows(actor: Actor, case: Case) -> list[tuple[str, str]]:
    """The panel 学校就业部门 of the case's page, row by row."""
    page = words(enter(actor).get(f"/cases/{case.pk}/"))
    panel = page[page.index("学校就业部门</h") :].partition("</dl>")[0]
    rows = re.findall(r"<dt>(.*?)</dt>\s*<dd[^>]*>(.*?)</dd>", panel, re.S)
    return [tuple(re.sub(r"<[^>]+>", "", part).strip() for part in row) for row in rows]  # type: ignore[misc]


def test_where_and_when_papers_are_attested_is_said_where_the_school_filled_it_in(cast: Cast) -> None:
    """鉴证地点 and 鉴证时间, typed in 学校设置, stand in the matters of graduates and employers (flows.md §12)."""
    case, client = cast.invited(), enter(cast.school_reviewer)
    before = [("学校", "示范大学"), ("部门", "就业指导中心"), ("联系人", "就业办"), ("电话", "021-55550100")]
    for reader in (cast.graduate, cast.employer):
        assert office_rows(reader, case) == before
    known = filled(client.get("/school/profile/").content)
    attested = {"attestation_place": "学生服务中心 108 室", "attestation_hours": "周二、周四 13:30–16:30"}
    client.post("/school/profile/", known | attested)
    for reader in (cast.graduate, cast.employer):
        assert office_rows(reader, case) == [*before, ("鉴证地点", "学生服务中心 108 室"), ("鉴证时间", "周二、周四 13:30–16:30")]
    said = words(client.get("/school/profile/"))
    assert "鉴证地点：“（空）”改为“学生服务中心 108 室”；鉴证时间：“（空）”改为“周二、周四 13:30–16:30”" in said
    assert "学生服务中心 108 室" in words(enter(cast.second_school_user).get("/school/profile/"))




# --- classes: nothing of another class or college ------------------------------------------------------


def test_another_class_looks_like_what_does_not_exist(cast: Cast) -> None:
    """A counsellor's scope on every page that shows one graduate or one case: byte for byte like a missing one."""
    from tests.screens.test_routes import TOKEN

    SchoolProfile.objects.filter(school=cast.school).update(signing_chain="counsellor,college,school")
    cast.reviewers()
    other = College.objects.create(school=cast.school, name="文学院")
    later = cast.school.cohorts.create(year=2028, opens_at=cast.cohort.opens_at, closes_at=cast.cohort.closes_at)
    people = {
        "own": cast.graduate_named("本班", klass="1班"),
        "other class": cast.graduate_named("外班", klass="2班"),
        "other cohort": cast.graduate_named("下届", klass="1班", cohort=later),
        "other college": cast.graduate_named("外院", other, klass="1班"),
        "no class": cast.graduate_named("无班"),
    }
    counsellor = cast.counsellor("辅导员", "1班")
    for extra in ("2班",):
        cast.counsellor("别的辅导员", extra)
    client = enter(counsellor)

    def answers(graduate: object, case: object) -> list[tuple[int, bytes]]:
        urls = (f"/graduates/{graduate}/", f"/graduates/{graduate}/identity/", f"/graduates/{graduate}/changes/")
        found = [client.get(url) for url in (*urls, f"/cases/{case}/", f"/cases/{case}/do/approve/")]
        return [(one.status_code, TOKEN.sub(b"", one.content)) for one in found]

    nobody = "01900000-0000-7000-8000-000000000000"
    missing = answers(nobody, nobody)
    assert {status for status, _content in missing} == {404}
    for who, actor in people.items():
        case = cast.in_review(graduate=actor)
        got = answers(actor.membership.graduate_id, case.pk)
        assert ({status for status, _ in got} == {200}) if who == "own" else (got == missing), who
    moved = people["other class"].membership.graduate
    assert moved is not None
    from wangqian.flows.corrections import STAFF, Why, correct

    correct(moved.pk, {"klass": "1班"}, cast.school_reviewer, Why(STAFF, "调班"))
    case = moved.cases.get()
    assert {status for status, _ in answers(moved.pk, case.pk)} == {200}


def test_without_the_class_in_the_scope_another_class_is_seen(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """The red control of the matrix."""
    from django.db.models import Q

    from wangqian.flows import parties

    other = cast.graduate_named("外班", klass="2班").membership.graduate_id
    client = enter(cast.counsellor("辅导员", "1班"))
    assert client.get(f"/graduates/{other}/").status_code == 404
    monkeypatch.setattr(parties, "among", lambda *_given: Q())
    assert client.get(f"/graduates/{other}/").status_code == 200
