"""Strangers who use up every share keep nobody out, and come no nearer (security.md A18, A21)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.conf import settings
from django.db import transaction
from django.http import HttpResponse

from tests.cast import Cast
from tests.screens.door import PASSWORD, ask, log_in, pause, sent, solved, with_password
from tests.screens.pages import PageClient
from wangqian.notices import knocks as answering
from wangqian.notices.models import Notice
from wangqian.people import knocks, limits
from wangqian.people.models import Actor, Knock, Throttle, User

WRONG, BESIDES = "账号或密码不正确", "今天登录还需要验证码"


@pytest.fixture
def graduate(cast: Cast) -> Actor:
    with_password(cast.graduate.user)
    return cast.graduate


def names(actor: Actor) -> list[str]:
    assert actor.membership.graduate
    return [actor.user.phone, actor.user.email, actor.membership.graduate.identity_number()]


def messages(user: User) -> int:
    return Notice.objects.filter(recipient=user, channel="sms").count()


def hours() -> None:
    """The shares of a minute and an hour begin anew; those of the day do not."""
    Throttle.objects.filter(key__regex=r"^(code|sent|strange)-(minute|hour)").delete()


def siege(actor: Actor) -> int:
    """All that strangers can do to one account in a day, from as many devices as they like; how many guesses they had at codes."""
    guesses = 0
    for name in names(actor):
        for path in ("/login/code/", "/login/reset/") if name != names(actor)[2] else ("/login/reset/",):
            for _try in range(8):
                who = PageClient()
                hours()
                if ask(who, path, name).status_code == 302:
                    answering.answer()
                    guesses += sum(who.post(f"{path}enter/", {"code": "not one"}).status_code == 422 for _guess in range(6))
        for _try in range(limits.LIMITS["guesses"].count + 3):
            log_in(PageClient(), name, "wrong-wrong-wrong", work=solved("login"))
        log_in(PageClient(), name, "wrong-wrong-wrong")  # the slow lane, too
    for row in Throttle.objects.filter(key__regex=r"^(misses|guesses|code-|strange-|slow)"):  # and 100 000 more
        row.count = max(row.count, *(limit.count for limit in limits.LIMITS.values()))
        row.save()
    pause()
    return guesses


def entered(who: PageClient, user: User) -> bool:
    assert who.post("/login/code/enter/", {"code": sent(user)})["Location"] == "/home/"
    return who.get("/home/").status_code == 200


@contextmanager
def undone() -> Iterator[None]:
    """What happens here has not happened: a siege takes longer than all that is tried after it."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def test_after_a_day_s_siege_the_owner_gets_in_at_once(graduate: Actor) -> None:
    """On a new device by password and code, whatever name he types; on a known one by either."""
    own, other = PageClient(), PageClient()
    for who in (own, other):
        assert log_in(who, graduate.user.phone)["Location"] == "/home/"
        who.post("/logout/")
    siege(graduate)
    for tried in (few_guesses, by_his_phone, by_another_name, another_code):
        with undone():
            tried(graduate)
    before = messages(graduate.user)
    assert log_in(own, graduate.user.phone, work=solved("login"))["Location"] == "/home/"
    pause()
    assert ask(other, "/login/code/", graduate.user.phone).status_code == 302 and entered(other, graduate.user)
    assert messages(graduate.user) == before + 1


def few_guesses(graduate: Actor) -> None:
    """Six digits, five tries a code, and only codes that were sent: at most 1 in 10 000 a day."""
    armed = Knock.objects.exclude(digest="").count()
    assert 0 < armed <= 2 * limits.LIMITS["strange-day"].count  # to the phone, to the address
    assert armed * Knock.TRIES <= 100 and messages(graduate.user) <= limits.LIMITS["strange-day"].count


def by_his_phone(graduate: Actor) -> None:
    before, new = messages(graduate.user), PageClient()
    page = log_in(new, graduate.user.phone, work=solved("login"))
    assert page["Location"] == "/login/code/enter/"
    assert BESIDES in new.get("/login/code/enter/").content.decode()
    assert entered(new, graduate.user)
    assert messages(graduate.user) == before + 1


def by_another_name(graduate: Actor) -> None:
    for name in names(graduate)[1:]:
        who = PageClient()
        assert log_in(who, name, work=solved("login"))["Location"] == "/login/code/enter/", name
        assert entered(who, graduate.user), name
        pause()


def another_code(graduate: Actor) -> None:
    """When the first did not come."""
    who = PageClient()
    log_in(who, graduate.user.phone, work=solved("login"))
    answering.answer()
    soon = who.post("/login/code/enter/", {"send_code": "1", "work": solved()})
    assert (soon.status_code, "1 分钟后再获取" in soon.content.decode()) == (429, True)
    pause()
    assert who.post("/login/code/enter/", {"send_code": "1", "work": solved()}).status_code == 302
    assert entered(who, graduate.user)


def test_red_control_without_a_share_of_his_own_he_is_kept_out(graduate: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    """As if known and unknown were one: what strangers used up is gone."""
    monkeypatch.setattr(answering, "STRANGERS", ())
    monkeypatch.setitem(limits.LIMITS, "code-day", limits.Limit(10, limits.DAY))
    siege(graduate)
    Throttle.objects.filter(key__regex=r"^sent-(minute|hour)").delete()
    who = PageClient()
    log_in(who, graduate.user.phone, work=solved("login"))
    before = messages(graduate.user)
    answering.answer()
    assert messages(graduate.user) == before == limits.LIMITS["sent-day"].count


def test_beyond_the_share_right_and_wrong_passwords_and_nobody_look_alike(graduate: Actor) -> None:
    """And only the owner's phone learns which it was."""
    phone, nobody = graduate.user.phone, f"{graduate.user.phone[:3]}9999{graduate.user.phone[-4:]}"
    for name in (phone, nobody):
        for _try in range(limits.LIMITS["guesses"].count):
            limits.allowed("guesses", name)
    said = []
    for name, word in ((phone, PASSWORD), (phone, "wrong-wrong-wrong"), (nobody, PASSWORD)):
        who = PageClient()
        first = log_in(who, name, word, work=solved("login"))
        page = who.get(first["Location"])
        wrong = who.post("/login/code/enter/", {"code": "000000"})
        said.append((first.status_code, first["Location"], bare(page), wrong.status_code, bare(wrong)))
    assert said[0] == said[1] == said[2]
    assert [bool(row.user_id) for row in Knock.objects.order_by("made_at")] == [True, False, False]
    answering.answer()
    assert messages(graduate.user) == 1


def bare(page: HttpResponse) -> str:
    return re.sub(r'(name="csrfmiddlewaretoken" value="|data-challenge="|data-wait=")[^"]*"', "", page.content.decode())


def test_no_message_after_a_password_without_a_challenge(graduate: Actor) -> None:
    for _try in range(limits.LIMITS["guesses"].count):
        limits.allowed("guesses", graduate.user.phone)
    assert log_in(PageClient(), graduate.user.phone).status_code == 302  # the slow lane, once
    page = log_in(PageClient(), graduate.user.phone)
    assert (page.status_code, "10 分钟内只能提交一次" in page.content.decode()) == (429, True)
    assert Knock.objects.count() == 1


def test_right_passwords_use_nothing_up_and_spellings_are_one_name(graduate: Actor) -> None:
    phone, identity = graduate.user.phone, names(graduate)[2]
    for _try in range(limits.LIMITS["guesses"].count + 2):
        assert log_in(PageClient(), phone)["Location"] == "/home/"
    hidden, split = f"{identity[:9]}\u2060{identity[9:]}", f"{identity[:6]} {identity[6:]}"
    for spelled in (identity, f"\u200b{identity}", split, identity.lower(), hidden):
        assert WRONG in log_in(PageClient(), spelled, "wrong-wrong-wrong", work=solved("login")).content.decode()
    assert limits.spent("guesses", limits.spelled(identity)) == 5


def test_a_code_opens_nothing_before_it_was_sent_nor_when_it_was_not(graduate: Actor) -> None:
    who = PageClient()
    ask(who, "/login/code/", graduate.user.phone)
    code = Knock.objects.get().code
    assert who.post("/login/code/enter/", {"code": code}).status_code == 422
    answering.answer()
    assert who.post("/login/code/enter/", {"code": code}).status_code == 302
    pause()
    for _try in range(limits.LIMITS["strange-hour"].count):
        limits.allowed("strange-hour", "sms", graduate.user.phone)
    late = PageClient()
    ask(late, "/login/code/", graduate.user.phone)
    code = Knock.objects.latest("made_at").code
    answering.answer()
    assert late.post("/login/code/enter/", {"code": code}).status_code == 422


def test_red_control_a_code_armed_at_once_could_be_guessed_unsent(graduate: Actor) -> None:
    who = PageClient()
    ask(who, "/login/code/", graduate.user.phone)
    row = Knock.objects.get()
    knocks.arm(row)
    assert who.post("/login/code/enter/", {"code": row.code}).status_code == 302


def test_watching_the_limits_asks_for_no_second_proof(graduate: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "LIMITS", "track")
    for _try in range(limits.LIMITS["guesses"].count + 3):
        log_in(PageClient(), graduate.user.phone, "wrong-wrong-wrong")
    assert log_in(PageClient(), graduate.user.phone)["Location"] == "/home/"
