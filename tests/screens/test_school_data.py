"""The school's side of a graduate's data on the pages: corrections by class, 学籍状态, confirmation one by one and in a batch."""

from __future__ import annotations

import pytest

from tests.cast import Cast, number
from tests.screens.filled import filled
from tests.screens.pages import PageClient, enter, read
from tests.screens.school_stage import RELEASE, made_college, names
from wangqian.notices.models import Notice
from wangqian.people.models import AccessLog, Actor, Graduate, GraduateChange, User

pytestmark = pytest.mark.django_db
REASON = {"reason": "核对了学籍证明"}


def mine(actor: Actor) -> Graduate:
    return Graduate.objects.select_related("person", "college").get(pk=actor.membership.graduate_id)


def form(client: PageClient, url: str) -> dict[str, str]:
    page = client.get(url)
    assert page.status_code == 200
    return filled(page.content)


def edit(client: PageClient, pk: object, **changed: str) -> object:
    url = f"/graduates/{pk}/edit/"
    return client.post(url, {**form(client, url), **changed}, follow=True)


def words(response: object) -> str:
    return response.content.decode()  # type: ignore[attr-defined]


def test_the_school_corrects_and_the_graduate_sees_before_and_after(cast: Cast) -> None:
    graduate, client = mine(cast.graduate), enter(cast.school_reviewer)
    page = edit(client, graduate.pk, major="软件工程", klass="1班", **REASON)
    assert "已更正曹文公的班级、专业，并已通知本人。本人须重新核对基本信息" in words(page)
    assert (mine(cast.graduate).major, mine(cast.graduate).klass, mine(cast.graduate).confirmed_at) == ("软件工程", "1班", None)
    notice = Notice.objects.get(template="direct.data_corrected", channel="inbox")
    assert "专业：计算机科学与技术 → 软件工程" in notice.body
    assert "班级：（空） → 1班" in notice.body and "核对了学籍证明" in notice.body
    assert notice.recipient == cast.graduate.user
    for reader, who in ((cast.graduate, "示范大学"), (cast.school_reviewer, "示范大学 李主任")):
        url = "/me/changes/" if reader is cast.graduate else f"/graduates/{graduate.pk}/changes/"
        seen = words(enter(reader).get(url))
        assert all(each in seen for each in ("计算机科学与技术", "软件工程", "核对了学籍证明", who)), who
    assert "李主任" not in words(enter(cast.graduate).get("/me/changes/"))


def test_untouched_fields_are_left_alone_even_where_they_would_not_pass(cast: Cast) -> None:
    """An origin without a code, as older rosters have it, does not stand in the way of another correction."""
    Graduate.objects.filter(pk=mine(cast.graduate).pk).update(origin="", origin_name="湖南省长沙市", years="四年整")
    page = edit(enter(cast.school_reviewer), mine(cast.graduate).pk, klass="2班", **REASON)
    assert "已更正曹文公的班级" in words(page)
    assert [row.field for row in GraduateChange.objects.all()] == ["klass"]
    assert mine(cast.graduate).origin_name == "湖南省长沙市"


def test_a_place_is_picked_to_the_county(cast: Cast) -> None:
    client, pk = enter(cast.college_reviewer), mine(cast.graduate).pk
    assert "请具体到区县" in words(edit(client, pk, origin="湖南省长沙市", **REASON))
    edit(client, pk, origin="湖南省长沙市岳麓区", **REASON)
    assert (mine(cast.graduate).origin, mine(cast.graduate).origin_name) == ("430104", "湖南省长沙市岳麓区")


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"major": ""}, "请填写专业"),
        ({"student_number": "", "exam_number": ""}, "考生号和学号不能都为空"),
        ({"identity": "430102200405010012", "identity_kind": "resident"}, "校验码不符"),
        ({"identity": "430102200405010012"}, "请选择证件类型"),
        ({"training_mode": "2"}, "须填写定向或委培单位"),
        ({"name": "曹\U0001f600"}, "不能印在协议书上的字符"),
        ({"years": "很久"}, "学制应为年数"),
        ({"major": "软" * 81}, "最多 80 个字"),
        ({"reason": ""}, "请填写更正原因"),
    ],
)
def test_what_does_not_fit_is_said_and_nothing_typed_is_lost(cast: Cast, given: dict[str, str], sentence: str) -> None:
    graduate, client = mine(cast.graduate), enter(cast.school_reviewer)
    url = f"/graduates/{graduate.pk}/edit/"
    answer = client.post(url, {**form(client, url), "klass": "9班", **REASON, **given})
    assert (answer.status_code, sentence in words(answer), "9班" in words(answer)) == (422, True, True)
    assert GraduateChange.objects.count() == 0


def test_the_number_is_corrected_without_being_shown(cast: Cast) -> None:
    graduate, client, corrected = mine(cast.graduate), enter(cast.school_reviewer), number(8300)
    old = graduate.identity_number()
    url = f"/graduates/{graduate.pk}/edit/"
    assert old not in words(client.get(url))
    page = edit(client, graduate.pk, identity=corrected, identity_kind="resident", **REASON)
    assert corrected not in words(page) and mine(cast.graduate).identity_number() == corrected
    body = Notice.objects.get(template="direct.data_corrected", channel="inbox").body
    assert "证件号码：" in body and corrected not in body and old not in body
    seen = words(enter(cast.graduate).get("/me/changes/"))
    assert corrected not in seen and f"{corrected[:4]}**********{corrected[-4:]}" in seen


def test_somebody_elses_edit_meanwhile_is_not_overwritten(cast: Cast) -> None:
    graduate, client = mine(cast.graduate), enter(cast.school_reviewer)
    url = f"/graduates/{graduate.pk}/edit/"
    stale = form(client, url)
    edit(enter(cast.second_school_user), graduate.pk, major="软件工程", **REASON)
    answer = client.post(url, {**stale, "major": "网络工程", **REASON})
    assert (answer.status_code, "刚刚有变动" in words(answer), "软件工程" in words(answer)) == (409, True, True)
    assert mine(cast.graduate).major == "软件工程"


def test_each_capacity_sees_the_fields_of_its_class(cast: Cast) -> None:
    pk = mine(cast.graduate).pk
    counsellor = cast.counsellor("辅导员", mine(cast.graduate).klass)

    def fields(actor: Actor) -> set[str]:
        page = enter(actor).get(f"/graduates/{pk}/edit/")
        return {one.get("name", "") for one in read(page).inputs} if page.status_code == 200 else set()

    school, college = fields(cast.school_reviewer), fields(cast.college_reviewer)
    assert {"name", "identity", "major", "college", "political_status", "origin", "reason"} <= school
    assert {"political_status", "origin", "reason"} <= college
    assert not {"name", "identity", "major", "college"} & college
    assert not {"phone", "email", "home_address"} & (school | college)
    assert fields(counsellor) == set()
    forged = {"name": "曹文功", "seen": "", **REASON}
    assert enter(cast.college_reviewer).post(f"/graduates/{pk}/edit/", forged).status_code == 409
    assert mine(cast.graduate).name == "曹文公"


def test_moved_to_another_college_he_leaves_the_list(cast: Cast) -> None:
    other = made_college(cast)
    graduate = mine(cast.graduate)
    edit(enter(cast.school_reviewer), graduate.pk, college=str(other.membership.college_id), **REASON)
    assert names(enter(cast.college_reviewer).get("/graduates/"), "/graduates/") == []
    assert names(enter(other).get("/graduates/"), "/graduates/") == ["曹文公"]
    assert enter(cast.college_reviewer).get(f"/graduates/{graduate.pk}/").status_code == 404


# --- a marked review ----------------------------------------------------------------------------------


def test_an_open_review_is_marked_until_he_confirms_again(cast: Cast) -> None:
    case = cast.in_review()
    edit(enter(cast.school_reviewer), case.graduate_id, major="软件工程", **REASON)
    desk, page = enter(cast.college_reviewer).get("/home/"), enter(cast.college_reviewer).get(f"/cases/{case.pk}/")
    assert "信息有更正，待本人重新确认" in words(desk) and "毕业生信息有更正，待本人重新确认" in words(page)
    me = enter(cast.graduate)
    assert me.get(f"/cases/{case.pk}/")["Location"] == "/me/confirm/"
    confirm = read(me.get("/me/confirm/"))
    seen = next(one["value"] for one in confirm.inputs if one.get("name") == "seen")
    assert me.post("/me/confirm/", {"seen": seen}).status_code == 302
    assert "重新确认本人信息" in words(me.get(f"/cases/{case.pk}/"))
    cast.act(case, "reconfirm", cast.graduate)
    assert "待本人重新确认" not in words(enter(cast.college_reviewer).get(f"/cases/{case.pk}/"))


def test_he_confirms_what_he_read(cast: Cast) -> None:
    """Somebody changes his data between the page and the click: asked again, with the new content."""
    Graduate.objects.filter(pk=mine(cast.graduate).pk).update(confirmed_at=None)
    me = enter(cast.graduate)
    seen = next(one["value"] for one in read(me.get("/me/confirm/")).inputs if one.get("name") == "seen")
    edit(enter(cast.school_reviewer), mine(cast.graduate).pk, major="软件工程", **REASON)
    for given in ({"seen": seen}, {}):
        again = me.post("/me/confirm/", given, follow=True)
        assert "刚刚有变动" in words(again) and "软件工程" in words(again)
    assert mine(cast.graduate).confirmed_at is None


# --- 学籍状态 ------------------------------------------------------------------------------------------


def test_leaving_waits_for_the_release(cast: Cast) -> None:
    case = cast.signed()
    client, url = enter(cast.school_reviewer), f"/graduates/{case.graduate_id}/status/"
    assert "请先由学校解除" in words(client.get(url))
    answer = client.post(url, {"status": "withdrawn", "reason": "退学决定 1 号"})
    assert (answer.status_code, mine(cast.graduate).status) == (409, "enrolled")
    cast.ask_release(case, cast.school_reviewer, RELEASE)
    cast.act(case, "confirm_release", cast.second_school_user)
    assert "学籍状态已改为“退学”" in words(client.post(url, {"status": "withdrawn", "reason": "退学决定 1 号"}, follow=True))
    notice = Notice.objects.get(template="direct.data_corrected", channel="inbox")
    assert "学籍状态：在读 → 退学" in notice.body and "退学决定 1 号" in notice.body
    assert "在读" in words(enter(cast.graduate).get("/me/changes/"))


# --- the college's confirmation -----------------------------------------------------------------------


def picks(client: PageClient) -> list[tuple[str, bool]]:
    boxes = [one for one in read(client.get("/graduates/")).inputs if one.get("name") == "pick"]
    return [(one["value"], "disabled" in one) for one in boxes]


def test_a_batch_of_confirmations(cast: Cast) -> None:
    first, second = mine(cast.graduate), mine(cast.graduate_named("李清照"))
    waiting = mine(cast.graduate_named("未核对", confirmed_at=None))
    foreign = mine(cast.graduate_named("他院生", made_college(cast).membership.college))
    client = enter(cast.college_reviewer)
    assert picks(client) == [(str(first.pk), False), (str(second.pk), False), (str(waiting.pk), True)]
    given = {"pick": [str(one.pk) for one in (first, second, waiting, foreign)]}
    page = words(client.post("/graduates/confirm/", given, follow=True))
    assert "已确认 2 名毕业生的信息" in page and "没有确认：未核对。毕业生还没有核对基本信息" in page
    assert "他院生" not in page
    at = {one.name: one.college_confirmed_at is not None for one in Graduate.objects.all()}
    assert at == {"曹文公": True, "李清照": True, "未核对": False, "他院生": False}
    assert Notice.objects.filter(template="direct.data_confirmed", channel="inbox").count() == 2
    assert "可修改" in words(enter(cast.graduate).get("/me/")) and "申请更正" in words(enter(cast.graduate).get("/me/"))
    assert "政治面貌" not in words(enter(cast.graduate).get("/me/data/"))


def test_all_of_a_filter_at_once(cast: Cast) -> None:
    made = [mine(cast.graduate_named(f"生{place:02}", klass="1班")) for place in range(25)]
    other = mine(cast.graduate_named("硕士", education="11"))
    client = enter(cast.college_reviewer)
    page = client.post("/graduates/confirm/?education=31", {"everybody": "on"}, follow=True)
    assert "已确认 25 名毕业生的信息" in words(page)
    assert page.redirect_chain[0][0] == "/graduates/?education=31"
    assert not mine_confirmed(other) and all(mine_confirmed(one) for one in made)
    searched = client.post("/graduates/confirm/?q=abc", {"everybody": "on"}, follow=True)
    assert "没有可以确认的毕业生" in words(searched)
    assert not mine_confirmed(other)


def mine_confirmed(graduate: Graduate) -> bool:
    return Graduate.objects.get(pk=graduate.pk).college_confirmed_at is not None


def test_a_batch_of_nothing_and_of_nonsense(cast: Cast) -> None:
    client = enter(cast.college_reviewer)
    for given in ({}, {"pick": ["x"]}, {"pick": ["01900000-0000-7000-8000-000000000000"] * 3}):
        assert client.post("/graduates/confirm/", given).status_code == 302
    assert enter(cast.counsellor("辅导员", "1班")).post("/graduates/confirm/", {}).status_code == 404


def test_one_is_confirmed_and_taken_back_on_his_page(cast: Cast) -> None:
    graduate, client = mine(cast.graduate), enter(cast.school_reviewer)
    page = client.post("/graduates/confirm/", {"pick": str(graduate.pk), "one": "on"}, follow=True)
    assert page.redirect_chain[0][0] == f"/graduates/{graduate.pk}/"
    url = f"/graduates/{graduate.pk}/unconfirm/"
    assert client.post(url, {"reason": ""}).status_code == 422
    assert "已撤销对曹文公信息的确认" in words(client.post(url, {"reason": "材料有误"}, follow=True))
    assert "材料有误" in Notice.objects.get(template="direct.confirmation_withdrawn", channel="inbox").body
    assert "还没有确认" in words(client.post(url, {"reason": "x"}, follow=True))


# --- a requested number -------------------------------------------------------------------------------


def test_a_requested_number_is_read_in_full_only_with_a_reason_on_record(cast: Cast) -> None:
    graduate, wanted = mine(cast.graduate), number(8400)
    case = cast.ask_correction("identity", wanted, identity_kind="resident")
    client = enter(cast.school_reviewer)
    for url in (f"/cases/{case.pk}/", f"/cases/{case.pk}/do/grant/", "/home/"):
        assert wanted not in words(client.get(url)), url
    assert wanted not in words(enter(cast.graduate).get(f"/cases/{case.pk}/"))
    page = words(client.post(f"/graduates/{graduate.pk}/identity/", {"reason": "核对更正申请"}))
    assert wanted in page and graduate.identity_number() in page
    assert [(row.what, row.why) for row in AccessLog.objects.filter(subject=graduate)] == [("unmask", "核对更正申请")]
    bodies = " ".join(notice.body for notice in Notice.objects.all())
    assert wanted not in bodies


def test_nobody_who_was_never_told_is_told(cast: Cast) -> None:
    """A graduate without an account yet: the edit stands, there is nobody to tell."""
    graduate = mine(cast.graduate)
    User.objects.filter(pk=cast.graduate.user.pk).update(is_active=True)
    cast.graduate.membership.delete()
    edit(enter(cast.school_reviewer), graduate.pk, major="软件工程", **REASON)
    assert (mine_major(graduate), Notice.objects.count()) == ("软件工程", 0)


def mine_major(graduate: Graduate) -> str:
    return Graduate.objects.get(pk=graduate.pk).major


