"""The graduate's own data on his pages: the class of each field, what he edits, what he asks to have corrected."""

from __future__ import annotations

import pytest

from tests.cast import Cast
from tests.screens.filled import filled
from tests.screens.pages import PageClient, enter, read
from wangqian.cases.models import Case
from wangqian.notices.models import Notice
from wangqian.people.clock import now
from wangqian.people.models import Actor, Graduate, GraduateChange

pytestmark = pytest.mark.django_db
ASKED = {"major": "软件工程", "reason": "登记时写错"}


def mine(actor: Actor) -> Graduate:
    return Graduate.objects.select_related("person", "college").get(pk=actor.membership.graduate_id)


def words(response: object) -> str:
    return response.content.decode()  # type: ignore[attr-defined]


def save(client: PageClient, **changed: str) -> object:
    return client.post("/me/data/", {**filled(client.get("/me/data/").content), **changed}, follow=True)


def apply_url(actor: Actor) -> str:
    return f"/start/correction_request/fill/graduate/{actor.membership.graduate_id}/"


def begun(cast: Cast, client: PageClient) -> tuple[Case, str]:
    """A draft about the major, with its proof; the address of its form."""
    form = client.post(apply_url(cast.graduate), {"topic": "major"})["Location"]
    case = Case.objects.get(flow="correction_request")
    cast.hand_in(case, "evidence")
    return case, form


def test_every_group_says_its_class(cast: Cast) -> None:
    client = enter(cast.graduate)
    page = words(client.get("/me/"))
    assert [page.count(each) for each in ("不可修改，有误请申请更正", "学院确认前可修改", "可随时修改")] == [2, 1, 1]
    Graduate.objects.filter(pk=mine(cast.graduate).pk).update(college_confirmed_at=now())
    assert "学院确认前可修改；院系已经确认，有误请申请更正" in words(client.get("/me/"))


def test_he_edits_what_is_his(cast: Cast) -> None:
    client = enter(cast.graduate)
    page = save(client, political_status="13", origin="湖南省长沙市岳麓区", home_address="长沙市学苑路 1 号", qq="1234567")
    assert "已保存 4 项" in words(page)
    found = mine(cast.graduate)
    assert (found.political_status_name, found.origin, found.home_address, found.qq) == (
        "群众", "430104", "长沙市学苑路 1 号", "1234567",
    )  # fmt: skip
    assert {(row.source, row.capacity) for row in GraduateChange.objects.all()} == {("self", "graduate")}
    assert found.confirmed_at is not None and Notice.objects.count() == 0
    assert "没有改动" in words(save(client))
    seen = words(client.get("/me/changes/"))
    assert "共青团员" in seen and "群众" in seen and "本人修改" in seen


def test_after_the_confirmation_only_what_is_always_his(cast: Cast) -> None:
    client = enter(cast.graduate)
    before = filled(client.get("/me/data/").content)
    Graduate.objects.filter(pk=mine(cast.graduate).pk).update(college_confirmed_at=now())
    assert {"home_address", "qq", "home_phone", "home_postcode", "seen"} == set(filled(client.get("/me/data/").content))
    client.post("/me/data/", {**before, "political_status": "13"})
    assert mine(cast.graduate).political_status_name == "共青团员"
    assert "已保存 1 项" in words(save(client, home_address="新地址"))


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"qq": "12"}, "QQ号应为5至12位数字"),
        ({"home_postcode": "1"}, "邮政编码应为6位数字"),
        ({"origin": "亚特兰蒂斯"}, "没有找到"),
        ({"home_address": "长" * 201}, "最多 200 个字"),
        ({"political_status": "99"}, "请从列表中选择"),
        ({"home_phone": "abc"}, "电话号码"),
    ],
)
def test_what_does_not_fit_is_said_at_its_field(cast: Cast, given: dict[str, str], sentence: str) -> None:
    client = enter(cast.graduate)
    known = filled(client.get("/me/data/").content)
    answer = client.post("/me/data/", {**known, "former_police": "岳麓派出所", **given})
    assert (answer.status_code, sentence in words(answer), "岳麓派出所" in words(answer)) == (422, True, True)
    assert GraduateChange.objects.count() == 0


def test_forged_fields_change_nothing(cast: Cast) -> None:
    client = enter(cast.graduate)
    save(client, name="曹操", major="屠龙", phone="13800000000", confirmed_at="", status="moved")
    found = mine(cast.graduate)
    assert (found.name, found.major, found.status, GraduateChange.objects.count()) == ("曹文公", "计算机科学与技术", "enrolled", 0)


# --- corrections --------------------------------------------------------------------------------------


def test_from_the_list_to_the_answer(cast: Cast) -> None:
    cast.reviewers()
    client, url = enter(cast.graduate), apply_url(cast.graduate)
    assert ("申请更正", url) in read(client.get("/me/corrections/")).links
    assert filled(client.get(f"{url}?topic=major").content)["topic"] == "major"
    case, form = begun(cast, client)
    assert "继续填写" in words(client.get("/home/")) and "学籍证明" in words(client.get(form))
    done = client.post(form, ASKED, follow=True)
    assert done.redirect_chain[-1][0] == f"/cases/{case.pk}/"
    assert "计算机科学与技术" in words(done) and "软件工程" in words(done) and "待学校处理" in words(done)
    school = enter(cast.school_reviewer)
    assert "更正申请" in words(school.get("/home/")) and "专业" in words(school.get("/home/?tab=correction_request"))
    accept = f"/cases/{case.pk}/do/grant/"
    assert "计算机科学与技术" in words(school.get(accept)) and "扫描件.jpg" in words(school.get(accept))
    assert school.post(accept, {"basis": ""}).status_code == 422
    assert school.post(accept, {**filled(school.get(accept).content), "basis": "学籍证明原件"}).status_code == 302
    assert mine(cast.graduate).major == "软件工程"
    me = enter(cast.graduate)
    assert me.get("/me/corrections/").status_code == 200 and "已更正" in words(me.get("/me/corrections/"))
    assert "按更正申请更正" in words(me.get("/me/changes/"))


def test_asked_before_confirming(cast: Cast) -> None:
    """核对基本信息 offers it; every other page still leads back there."""
    cast.reviewers()
    Graduate.objects.filter(pk=mine(cast.graduate).pk).update(confirmed_at=None)
    client = enter(cast.graduate)
    assert ("申请更正", "/me/corrections/") in read(client.get("/me/confirm/")).links
    case, form = begun(cast, client)
    done = client.post(form, ASKED, follow=True)
    assert done.redirect_chain[-1][0] == f"/cases/{case.pk}/"
    assert client.get(f"/cases/{case.pk}/do/withdraw/").status_code == 200
    assert client.post(f"/cases/{case.pk}/do/withdraw/", {"key": "k"}).status_code == 302
    assert Case.objects.get(pk=case.pk).state == "withdrawn"
    other = cast.invited()
    for shut in ("/home/", f"/cases/{other.pk}/", f"/cases/{other.pk}/do/decline/"):
        assert client.get(shut)["Location"] == "/me/confirm/", shut
    for open_one in ("/me/data/", "/me/corrections/", "/me/changes/"):
        assert client.get(open_one).status_code == 200


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"major": ""}, "请填写专业"),
        ({"reason": ""}, "请填写原因"),
        ({"major": "软|" * 60}, "最多"),
    ],
)
def test_a_wrong_request_is_said_and_nothing_typed_is_lost(cast: Cast, given: dict[str, str], sentence: str) -> None:
    typed = {**ASKED, **given, "reason": given.get("reason", "我写的原因")}
    client = enter(cast.graduate)
    _case, form = begun(cast, client)
    answer = client.post(form, typed)
    assert (answer.status_code, sentence in words(answer)) == (422, True)
    assert "reason" in given or "我写的原因" in words(answer)
    assert Case.objects.get().state == "draft"


def test_only_for_oneself(cast: Cast) -> None:
    other = cast.graduate_named("同学")
    for by in (other, cast.employer, cast.college_reviewer, cast.school_reviewer, cast.outsider):
        answer = enter(by).get(apply_url(cast.graduate))
        assert answer.status_code == 404
        assert enter(by).post(apply_url(cast.graduate), {"topic": "major"}).status_code == 404
    assert Case.objects.count() == 0


def test_lists_ask_the_database_the_same_for_one_and_for_many(cast: Cast) -> None:
    from tests.screens.test_school import counted

    client = enter(cast.graduate)
    fields = {"major": "软件工程", "klass": "1班", "years": "5", "branch": "南校区", "major_direction": "安全"}

    def ask(name: str) -> None:
        cast.ask_correction(name, fields[name])

    ask("major")
    save(client, qq="10001")
    urls = ("/me/corrections/", "/me/changes/")
    few = [(client.get(url), counted(client, url))[1] for url in urls]
    for name in fields:
        if name != "major":
            ask(name)
    for serial in range(6):
        save(client, qq=f"2000{serial}")
    assert [counted(client, url) for url in urls] == few
