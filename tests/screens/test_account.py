"""账号与安全: passwords, forgotten ones, own phone and address, several capacities."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.conf import settings

from tests.cast import Cast
from tests.screens.door import PASSWORD, ask, come_in, inside, log_in, out, pause, sent, with_password
from tests.screens.pages import PageClient, enter, read
from wangqian.notices.deliver import answer, inbox
from wangqian.notices.models import Notice
from wangqian.notices.queries import shown_code
from wangqian.people import accounts
from wangqian.people.clock import now
from wangqian.people.models import AccessLog, Actor, Capacity, Graduate, Knock, User
from wangqian.web.middleware import KIND, SESSION_KEY

NEW = "song-hua-jiang-shang-9"


@pytest.fixture
def graduate(cast: Cast) -> Actor:
    with_password(cast.graduate.user)
    return cast.graduate


# --- passwords ---------------------------------------------------------------------------------------


def test_changing_the_password_ends_the_other_sessions_and_keeps_this_one(graduate: Actor) -> None:
    here, there = inside(graduate), inside(graduate)
    before = here.session.session_key
    given = {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW}
    assert here.post("/account/password/", given)["Location"] == "/account/"
    assert [out(here), out(there), here.session.session_key == before] == [False, True, False]
    assert "密码已修改" in str([one.subject for one in inbox(graduate.user)])
    assert log_in(PageClient(), graduate.user.phone, NEW)["Location"] == "/home/"
    assert log_in(PageClient(), graduate.user.phone, PASSWORD).status_code == 422


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"oldpassword": "wrong"}, "现在的密码不正确"),
        ({"password2": "other-other-other"}, "两次输入的密码不一样"),
        ({"password1": "", "password2": ""}, "请填写新密码"),
        ({"password1": "short-1", "password2": "short-1"}, "密码至少 12 位，现在是 7 位"),
    ],
)
def test_what_is_wrong_with_a_new_password_is_said(graduate: Actor, given: dict[str, str], said: str) -> None:
    who = inside(graduate)
    answered = who.post("/account/password/", {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW, **given})
    page = answered.content.decode()
    assert (answered.status_code, said in page) == (422, True)
    assert NEW not in page and PASSWORD not in page


def test_a_password_from_one_s_own_data_is_refused(graduate: Actor) -> None:
    row = graduate.membership.graduate
    assert row
    password = f"kq-{row.identity_number()[10:14]}-vbn-zhe"
    given = {"oldpassword": PASSWORD, "password1": password, "password2": password}
    answered = inside(graduate).post("/account/password/", given)
    assert (answered.status_code, "密码中有您的证件号码里连续的 4 个字符" in answered.content.decode()) == (422, True)


def test_ten_wrong_old_passwords_and_no_more_for_a_while(graduate: Actor) -> None:
    who = inside(graduate)
    given = {"oldpassword": "wrong", "password1": NEW, "password2": NEW}
    assert [who.post("/account/password/", given).status_code for _try in range(11)] == [422] * 11
    right = who.post("/account/password/", {**given, "oldpassword": PASSWORD})
    assert (right.status_code, "密码错误次数过多" in right.content.decode()) == (422, True)


def test_where_passwords_grow_old_an_old_one_is_changed_first(graduate: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "PASSWORDS", "dengbao")
    User.objects.filter(pk=graduate.user.pk).update(password_set_at=now() - timedelta(days=91))
    who = PageClient()
    log_in(who, graduate.user.phone)
    assert who.get("/home/")["Location"] == "/account/password/"
    given = {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW}
    assert who.post("/account/password/", given)["Location"] == "/account/"
    assert who.get("/home/").status_code == 200


# --- forgotten ---------------------------------------------------------------------------------------


def reset(who: PageClient, typed: str) -> None:
    assert ask(who, "/login/reset/", typed)["Location"] == "/login/reset/enter/"


@pytest.mark.parametrize("by", ["phone", "email", "identity"])
def test_a_forgotten_password_is_set_anew_by_a_code(graduate: Actor, by: str) -> None:
    there, who, row = inside(graduate), PageClient(), graduate.membership.graduate
    assert row
    reset(who, {"phone": graduate.user.phone, "email": graduate.user.email, "identity": row.identity_number()}[by])
    assert who.get("/login/reset/new/")["Location"] == "/login/reset/enter/"
    assert who.post("/login/reset/enter/", {"code": sent(graduate.user)})["Location"] == "/login/reset/new/"
    weak = who.post("/login/reset/new/", {"password1": "short", "password2": "short"})
    assert (weak.status_code, "密码至少" in weak.content.decode()) == (422, True)
    assert who.post("/login/reset/new/", {"password1": NEW, "password2": NEW})["Location"] == "/login/"
    assert out(there)
    assert who.post("/login/reset/new/", {"password1": NEW, "password2": NEW}).status_code == 302
    assert log_in(PageClient(), graduate.user.phone, NEW)["Location"] == "/home/"
    told = Notice.objects.filter(recipient=graduate.user, template="direct.password_changed")
    assert set(told.values_list("channel", flat=True)) == {"inbox", "sms", "email"}


def test_a_reset_goes_to_the_account_s_own_address_not_to_what_was_typed(graduate: Actor) -> None:
    row = graduate.membership.graduate
    assert row
    reset(PageClient(), row.identity_number())
    assert Knock.objects.get().channel == "sms"
    pause()
    User.objects.filter(pk=graduate.user.pk).update(phone_proven_at=None)
    reset(PageClient(), graduate.user.username)
    assert Knock.objects.latest("made_at").channel == "email"
    User.objects.filter(pk=graduate.user.pk).update(email_proven_at=None)
    pause()
    reset(PageClient(), f"{graduate.user.username} ")
    assert Knock.objects.latest("made_at").user is None


@pytest.mark.parametrize("path", ["/login/reset/", "/login/code/"])
def test_who_gets_no_code_is_shown_the_way_to_activate(graduate: Actor, path: str) -> None:
    """Those who come by another door have nothing to activate."""
    for door, way in (("student", True), ("employer", False)):
        pause()
        who = PageClient()
        assert ask(who, f"{path}?as={door}", graduate.user.phone).status_code == 302
        page = who.get(f"{path}enter/?as={door}")
        assert "毕业生还没有激活账号的，这里收不到验证码，请先激活账号。" in page.content.decode()
        assert ("/activate/" in [href for _text, href in read(page).links]) is way


def test_nobody_sets_a_password_without_the_code(graduate: Actor) -> None:
    who = PageClient()
    assert who.get("/login/reset/new/")["Location"] == "/login/reset/"
    reset(who, graduate.user.phone)
    sent(graduate.user)
    for path in ("/login/reset/new/", "/login/reset/enter/"):
        who.post(path, {"password1": NEW, "password2": NEW})
    assert log_in(PageClient(), graduate.user.phone, NEW).status_code == 422


def test_login_names_are_sent_and_never_shown(graduate: Actor) -> None:
    who, row = PageClient(), graduate.membership.graduate
    assert row
    answered = ask(who, "/login/names/", row.identity_number())
    assert answered["Location"] == "/login/"
    page = who.get("/login/").content.decode()
    said = re.sub(r'data-challenge="[^"]*"', "", page)  # random digits of its own
    assert "如果有这个账号" in said and graduate.user.phone[-4:] not in said
    answer()
    told = {one.channel: one.body for one in Notice.objects.filter(recipient=graduate.user, template="direct.login_names")}
    assert set(told) == {"inbox", "sms", "email"}
    assert told["sms"].startswith(f"您登录网签平台可以用手机138****{graduate.user.phone[-4:]}、证件号码、邮箱u***@")
    assert graduate.user.phone not in "".join(told.values()) and row.identity_number() not in "".join(told.values())


# --- own phone and address ---------------------------------------------------------------------------


def change(who: PageClient, actor: Actor, path: str, value: str) -> str:
    """Prove that it is he, then that the new one is his; the last answer."""
    who.post(path, {"value": value, "send_code": "1"})
    first = who.post(path, {"value": value, "code": shown_code(actor.user)})
    assert first["Location"] == "/account/contact/enter/", first.content.decode()
    return str(who.post("/account/contact/enter/", {"code": sent(actor.user)}).get("Location", "refused"))


def test_a_new_phone_is_proven_and_the_roster_follows(graduate: Actor) -> None:
    who, old = inside(graduate), graduate.user.phone
    assert change(who, graduate, "/account/phone/", "13811112222") == "/account/"
    user, row = User.objects.get(pk=graduate.user.pk), Graduate.objects.get(pk=graduate.membership.graduate_id)
    assert (user.phone, bool(user.phone_proven_at), row.phone) == ("13811112222", True, "13811112222")
    assert AccessLog.objects.filter(subject=row, what="contact_changed").count() == 1
    assert log_in(PageClient(), "13811112222")["Location"] == "/home/"
    assert log_in(PageClient(), old).status_code == 422
    told = Notice.objects.filter(recipient=user, channel="sms", template="direct.contact_changed")
    assert {one.parting or user.phone for one in told} == {old, "13811112222"}
    assert [one.address for one in told if one.parting] == [f"{old[:3]}****{old[-4:]}"]
    assert [one.subject for one in inbox(user)] == ["您的联系方式已修改"]


def test_a_new_address_too_and_for_employers_and_staff(cast: Cast) -> None:
    for actor in (cast.employer, cast.school_reviewer):
        with_password(actor.user)
        assert change(enter(actor), actor, "/account/email/", f"{actor.user.username}.new@example.com") == "/account/"
        pause()
    user = User.objects.get(pk=cast.employer.user.pk)
    assert (user.email, bool(user.email_proven_at)) == (f"{user.username}.new@example.com", True)


def test_a_code_for_one_number_does_not_take_another(graduate: Actor) -> None:
    who = inside(graduate)
    who.post("/account/phone/", {"value": "13811112222", "send_code": "1"})
    code = shown_code(graduate.user)
    other = who.post("/account/phone/", {"value": "13811113333", "code": code})
    assert (other.status_code, "又有改动" in other.content.decode()) == (422, True)
    assert who.post("/account/phone/", {"value": "1381111222", "code": code}).status_code == 422
    assert who.post("/account/contact/enter/", {"code": code})["Location"] == "/account/"


def test_a_number_that_is_another_account_s_is_said_once_it_is_proven(cast: Cast, graduate: Actor) -> None:
    taken = with_password(cast.employer.user)
    who = inside(graduate)
    who.post("/account/phone/", {"value": taken.phone, "send_code": "1"})
    who.post("/account/phone/", {"value": taken.phone, "code": shown_code(graduate.user)})
    last = who.post("/account/contact/enter/", {"code": sent(graduate.user)})
    assert (last.status_code, "已经是另一个账号的登录方式" in last.content.decode()) == (422, True)
    graduate.user.refresh_from_db()
    assert graduate.user.phone != taken.phone


def test_the_page_masks_and_says_what_is_proven(graduate: Actor) -> None:
    user = graduate.user
    User.objects.filter(pk=user.pk).update(email_proven_at=None)
    page = inside(graduate).get("/account/").content.decode()
    assert user.phone not in page and user.email not in page
    assert [f"{user.phone[:3]}****{user.phone[-4:]}" in page, "已验证" in page, "未验证" in page] == [True] * 3


def test_the_language_is_his_own_choice(graduate: Actor) -> None:
    who = inside(graduate)
    assert who.post("/account/", {"language": "en"})["Location"] == "/account/"
    assert '<html lang="en">' in who.get("/account/").content.decode()
    assert who.post("/account/", {"language": "fr"}).status_code == 422


# --- several capacities ------------------------------------------------------------------------------


def test_one_account_several_capacities_seen_and_switched(cast: Cast, graduate: Actor) -> None:
    employers = [cast.employer, cast.other_employer]
    for one in employers:
        accounts.give(graduate.user, Capacity.EMPLOYER, employer=one.membership.employer)
    accounts.give(graduate.user, Capacity.COLLEGE, school=cast.school, college=cast.college)
    mine = {one.pk: one for one in graduate.user.memberships.all()}
    who = PageClient()
    log_in(who, graduate.user.phone)
    page = who.get("/switch/").content.decode()
    assert all(word in page for word in ("示范大学 信息学院", "越综合企业", "海纳科技", "毕业生"))
    pages = {"graduate": "/me/", "employer": "/dossier/", "college": "/graduates/"}
    for pk, membership in mine.items():
        assert who.post("/switch/", {"as": str(pk)})["Location"] == "/home/"
        top = read(who.get("/home/"))
        assert "/switch/" in [href for _text, href in top.links]
        got = {kind: who.get(path).status_code for kind, path in pages.items()}
        assert got == {kind: 200 if kind == membership.kind else 404 for kind in pages}
        assert (who.session[SESSION_KEY], who.session[KIND]) == (str(pk), membership.kind)


def test_a_capacity_of_another_or_one_that_ended_is_not_switched_to(cast: Cast, graduate: Actor) -> None:
    ended = accounts.give(graduate.user, Capacity.EMPLOYER, employer=cast.employer.membership.employer)
    accounts.take(ended)
    who = inside(graduate)
    for pk in (ended.pk, cast.other_employer.membership.pk, "nonsense"):
        assert who.post("/switch/", {"as": str(pk)}).status_code == 404
    session = who.session
    session[SESSION_KEY] = str(cast.other_employer.membership.pk)
    session.save()
    assert who.get("/dossier/").status_code == 404
    assert who.get("/me/").status_code == 200


# --- the door's pages --------------------------------------------------------------------------------


def test_each_door_of_the_start_page_has_its_words(cast: Cast) -> None:
    who = PageClient()
    links = read(who.get("/")).links
    for door, title in (("student", "学生登录"), ("employer", "单位登录"), ("school", "学校登录")):
        assert (title, f"/login/?as={door}") in links
        page = read(who.get(f"/login/?as={door}"))
        assert page.headings == [title]
        ways = [href for _text, href in page.links]
        assert f"/login/code/?as={door}" in ways and f"/login/reset/?as={door}" in ways
        assert ("/activate/" in ways) is (door == "student")
    assert read(who.get("/login/?as=nobody")).headings == ["登录"]


def test_whoever_has_begun_by_code_may_still_choose_the_password(graduate: Actor) -> None:
    who = PageClient()
    ask(who, "/login/code/", graduate.user.phone)
    assert who.get("/login/").status_code == 200
    assert log_in(who, graduate.user.phone)["Location"] == "/home/"


def test_an_account_without_a_capacity_can_leave(cast: Cast) -> None:
    user = with_password(cast.user("无身份"))
    who = PageClient()
    log_in(who, user.phone)
    assert who.get("/home/")["Location"] == "/account/none/"
    page = read(who.get("/account/none/"))
    assert page.headings == ["您的账号现在没有可用的身份"]
    assert "/logout/" in [form["action"] for form in page.forms]
    assert who.post("/logout/")["Location"] == "/"
    assert enter(cast.employer).get("/account/none/")["Location"] == "/home/"


def test_every_page_of_the_door_is_ours(graduate: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    """allauth's own templates are never looked for: the only engine has ours alone."""
    assert [engine["BACKEND"] for engine in settings.TEMPLATES] == ["django.template.backends.jinja2.Jinja2"]
    who = PageClient()
    for path in ("/login/", "/login/code/", "/login/reset/", "/login/names/"):
        page = who.get(path).content.decode()
        assert re.search(r"<title>[一-鿿]+ · 网签</title>", page), path
    come_in(graduate.user.phone)
