"""A phone or an address that somebody else wrote down, proven as it stands: the words say so, and no code is asked for twice."""

from __future__ import annotations

import pytest

from tests.cast import Cast
from tests.screens.door import pause, sent, solved, with_password
from tests.screens.pages import PageClient, enter, read
from wangqian.notices.models import Notice
from wangqian.notices.queries import shown_code
from wangqian.people.identity import keyed, masked_email, masked_phone
from wangqian.people.models import AccessLog, Actor, Knock, Throttle, User
from wangqian.web.door.own_form import NewForm

PHONE, OTHER = "/account/phone/", "13811112222"


@pytest.fixture
def graduate(cast: Cast) -> Actor:
    """Neither is proven; the roster says the same."""
    user, row = with_password(cast.graduate.user, phone_proven_at=None, email_proven_at=None), cast.graduate.membership.graduate
    assert row
    row.phone, row.email = user.phone, user.email
    row.save()
    return cast.graduate


def first(who: PageClient, actor: Actor, path: str, value: str) -> tuple[int, str]:
    """The code that shows it is he; (status, where it leads)."""
    who.post(path, {"value": value, "send_code": "1"})
    answered = who.post(path, {"value": value, "code": shown_code(actor.user), "work": solved("contact")})
    return answered.status_code, answered.get("Location", "")


def test_a_phone_that_stays_is_called_so_and_takes_one_code(graduate: Actor) -> None:
    who, phone = enter(graduate), graduate.user.phone
    page = who.get(PHONE)
    assert read(page).headings[0] == "验证手机号"
    said = page.content.decode()
    assert [word in said for word in (f'value="{phone}"', "还没有验证过", "新手机号", "不是新填的号码")] == [True, True, False, False]
    assert first(who, graduate, PHONE, phone) == (302, "/account/")
    assert f"{masked_phone(phone)} 已验证。" in who.get("/account/").content.decode()
    user = User.objects.get(pk=graduate.user.pk)
    assert (user.phone, bool(user.phone_proven_at), bool(user.email_proven_at)) == (phone, True, False)
    assert not Knock.objects.exists() and not Notice.objects.filter(template="direct.contact_changed").exists()
    assert not AccessLog.objects.exists()


@pytest.mark.parametrize("code", ["", "000000"])
def test_it_is_not_proven_without_the_code(graduate: Actor, code: str) -> None:
    who, phone = enter(graduate), graduate.user.phone
    who.post(PHONE, {"value": phone, "send_code": "1"})
    assert shown_code(graduate.user) != code
    answered = who.post(PHONE, {"value": phone, "code": code})
    assert (answered.status_code, read(answered).headings[0]) == (422, "验证手机号")
    assert User.objects.get(pk=graduate.user.pk).phone_proven_at is None


def test_an_address_that_stays_takes_a_code_to_his_phone_and_one_to_it(graduate: Actor) -> None:
    who, email = enter(graduate), graduate.user.email
    assert read(who.get("/account/email/")).headings[0] == "验证邮箱"
    assert first(who, graduate, "/account/email/", email) == (302, "/account/contact/enter/")
    assert read(who.get("/account/contact/enter/")).headings[0] == "验证邮箱"
    assert User.objects.get(pk=graduate.user.pk).email_proven_at is None
    assert who.post("/account/contact/enter/", {"code": sent(graduate.user)})["Location"] == "/account/"
    assert f"{masked_email(email)} 已验证。" in who.get("/account/").content.decode()
    user = User.objects.get(pk=graduate.user.pk)
    assert (user.email, bool(user.email_proven_at), bool(user.phone_proven_at)) == (email, True, False)


def test_another_one_instead_is_a_change_and_is_told(graduate: Actor) -> None:
    who = enter(graduate)
    asked = who.post(PHONE, {"value": OTHER, "send_code": "1"})
    assert read(asked).headings[0] == "修改手机号"
    said = asked.content.decode()
    assert "新手机号" in said and "验证码发到您现在的手机，不是新填的号码。" in said
    Throttle.objects.filter(key__startswith="proof-").delete()
    assert first(who, graduate, PHONE, OTHER) == (302, "/account/contact/enter/")
    assert who.post("/account/contact/enter/", {"code": sent(graduate.user)})["Location"] == "/account/"
    assert f"已改为 {masked_phone(OTHER)}。" in who.get("/account/").content.decode()
    assert Notice.objects.filter(template="direct.contact_changed", channel="sms").count() == 2


def test_one_s_own_proven_phone_is_changed_and_not_shown(graduate: Actor) -> None:
    with_password(graduate.user)
    page = enter(graduate).get(PHONE)
    assert read(page).headings[0] == "修改手机号" and graduate.user.phone not in page.content.decode()


def swapped(actor: Actor) -> bool:
    """A code for another number is entered after somebody wrote that number down: whether it is proven, without a code to it."""
    who = enter(actor)
    pause()
    Throttle.objects.filter(key__startswith="proof-").delete()
    who.post(PHONE, {"value": OTHER, "send_code": "1"})
    code = shown_code(actor.user)
    user = User.objects.get(pk=actor.user.pk)
    user.phone = OTHER
    user.save(update_fields=["phone", "phone_index"])
    who.post(PHONE, {"value": OTHER, "code": code, "work": solved("contact")})
    return User.objects.get(pk=actor.user.pk).phone_proven_at is not None


def test_a_code_to_the_old_number_proves_no_number_written_down_since(graduate: Actor) -> None:
    assert not swapped(graduate)


def test_red_control_were_both_one_item_it_would(graduate: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(NewForm, "items", lambda form: [keyed("contact", form.kind.column, form.cleaned_data["value"])])
    assert swapped(graduate)
