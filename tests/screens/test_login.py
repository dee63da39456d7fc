"""Logging in: by whatever one remembers, by code, and what a stranger learns (nothing)."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.cast import Cast, number
from tests.screens.door import PASSWORD, ask, come_in, log_in, pause, sent, solved, with_password
from tests.screens.pages import PageClient
from wangqian.notices.channels import CHANNELS
from wangqian.notices.models import Notice
from wangqian.operating.checks import services
from wangqian.operating.findings import Mark
from wangqian.people import limits
from wangqian.people.clock import now
from wangqian.people.models import Actor, Capacity, Knock, Membership, Throttle, User

WRONG = "账号或密码不正确"
TOKENS = re.compile(rb'(name="csrfmiddlewaretoken" value="|data-challenge=")[^"]*"')


def identity_of(actor: Actor) -> str:
    assert actor.membership.graduate
    return actor.membership.graduate.identity_number()


@pytest.fixture
def graduate(cast: Cast) -> Actor:
    with_password(cast.graduate.user)
    return cast.graduate


# --- by what one logs in -----------------------------------------------------------------------------


def test_by_phone_mail_identity_number_and_account_name(graduate: Actor) -> None:
    user = graduate.user
    for typed in (
        user.phone, f"+86 {user.phone}", user.email, user.email.upper(), identity_of(graduate), identity_of(graduate).lower(),
        user.username,
    ):  # fmt: skip
        who = PageClient()
        answer = log_in(who, typed)
        assert (answer.status_code, answer.get("Location")) == (302, "/home/"), typed
        assert who.get("/home/").status_code == 200


@pytest.mark.parametrize("kind", ["phone", "email"])
def test_an_address_that_is_not_proven_is_no_login_name(graduate: Actor, kind: str) -> None:
    user = graduate.user
    setattr(user, f"{kind}_proven_at", None)
    user.save()
    answer = log_in(PageClient(), getattr(user, kind))
    assert (answer.status_code, WRONG in answer.content.decode()) == (422, True)


def test_whoever_was_switched_off_or_has_no_password_is_a_miss_like_any_other(cast: Cast, graduate: Actor) -> None:
    User.objects.filter(pk=graduate.user.pk).update(is_active=False)
    off = log_in(PageClient(), graduate.user.phone)
    cast.employer.user.phone_proven_at = now()
    cast.employer.user.save()
    none = log_in(PageClient(), cast.employer.user.phone)
    unknown = log_in(PageClient(), "13900009999")
    assert {TOKENS.sub(b"", one.content.replace(typed.encode(), b"")) for one, typed in (
        (off, graduate.user.phone), (none, cast.employer.user.phone), (unknown, "13900009999"))
    } == {TOKENS.sub(b"", unknown.content.replace(b"13900009999", b""))}  # fmt: skip
    assert [off.status_code, none.status_code, unknown.status_code] == [422] * 3


def test_what_was_typed_is_not_kept_in_the_session(graduate: Actor) -> None:
    who = PageClient()
    log_in(who, identity_of(graduate))
    assert identity_of(graduate) not in str(dict(who.session.items()))


def test_it_goes_on_to_the_page_asked_for_and_never_to_another_site(graduate: Actor) -> None:
    for wanted, to in (("/me/", "/me/"), ("https://evil.example/", "/home/"), ("//evil.example/", "/home/")):
        answer = PageClient().post(f"/login/?next={wanted}", {"login": graduate.user.phone, "password": PASSWORD})
        assert answer["Location"] == to


def test_login_brings_a_new_session_key(graduate: Actor) -> None:
    who = PageClient()
    who.get("/login/")
    session = who.session
    session["planted"] = "1"
    session.save()
    before = session.session_key
    log_in(who, graduate.user.phone)
    assert who.session.session_key != before


# --- by code -----------------------------------------------------------------------------------------


def test_a_code_to_a_proven_phone_or_address(graduate: Actor) -> None:
    for typed in (graduate.user.phone, graduate.user.email):
        who = come_in(typed)
        assert who.get("/home/").status_code == 200
        pause()


def test_the_first_entry_of_somebody_an_administrator_wrote_down(cast: Cast) -> None:
    user = User.objects.create_user("new", name="新老师", phone="13700001234")
    Membership.objects.create(user=user, kind=Capacity.SCHOOL, school=cast.school)
    who = come_in("13700001234")
    user.refresh_from_db()
    assert user.phone_proven_at and user.activated_at
    assert who.get("/home/")["Location"] == "/account/password/set/"
    assert who.get("/graduates/")["Location"] == "/account/password/set/"
    short = who.post("/account/password/set/", {"password1": "short", "password2": "short"})
    assert (short.status_code, "密码至少 12 位，现在是 5 位。" in short.content.decode()) == (422, True)
    done = who.post("/account/password/set/", {"password1": PASSWORD, "password2": PASSWORD})
    assert done["Location"] == "/home/"
    assert who.get("/home/").status_code == 200
    assert log_in(PageClient(), "13700001234")["Location"] == "/home/"


def test_an_unproven_phone_of_an_account_in_use_is_no_way_in(cast: Cast) -> None:
    """An administrator's slip of the finger must not let a stranger in."""
    user = with_password(cast.employer.user, phone_proven_at=None)
    who = PageClient()
    ask(who, "/login/code/", user.phone)
    assert Knock.objects.latest("made_at").user is None


def test_a_graduate_who_has_not_activated_gets_no_code(cast: Cast) -> None:
    assert cast.graduate
    ask(PageClient(), "/login/code/", cast.graduate.user.phone)
    assert (Knock.objects.latest("made_at").user, sent()) == (None, "")


def test_a_code_serves_once_in_its_own_session_and_for_its_own_purpose(graduate: Actor) -> None:
    who, other = PageClient(), PageClient()
    ask(who, "/login/code/", graduate.user.phone)
    code = sent(graduate.user)
    pause()
    ask(other, "/login/code/", "13900009999")
    assert other.post("/login/code/enter/", {"code": code}).status_code == 422
    pause()
    ask(other, "/login/reset/", "13900008888")
    assert other.post("/login/reset/enter/", {"code": code}).status_code == 422
    assert who.post("/login/code/enter/", {"code": code}).status_code == 302
    assert PageClient().post("/login/code/enter/", {"code": code})["Location"] == "/login/code/"
    assert Knock.objects.exclude(used_at=None).count() == 1


def test_five_tries_and_ten_minutes(graduate: Actor) -> None:
    who = PageClient()
    ask(who, "/login/code/", graduate.user.phone)
    code = sent(graduate.user)
    wrong = "000000" if code != "000000" else "000001"
    said = [who.post("/login/code/enter/", {"code": wrong}).content.decode() for _try in range(5)]
    assert ["次数过多" in one for one in said] == [False] * 4 + [True]
    assert who.post("/login/code/enter/", {"code": code}).status_code == 422
    pause()
    ask(who, "/login/code/", graduate.user.phone)
    code = sent(graduate.user)
    Knock.objects.filter(used_at=None).update(made_at=now() - timedelta(minutes=11))
    late = who.post("/login/code/enter/", {"code": code})
    assert (late.status_code, "已失效" in late.content.decode()) == (422, True)


def test_codes_are_not_stored_where_they_are_sent(graduate: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("wangqian.notices.knocks.shows", lambda: False)
    monkeypatch.setattr("wangqian.notices.direct.shows", lambda: False)
    ask(PageClient(), "/login/code/", graduate.user.phone)
    row = Knock.objects.get()
    code = row.code
    assert sent(graduate.user) == ""
    notice = Notice.objects.get(recipient=graduate.user, channel="sms")
    assert code not in notice.body


def test_where_nothing_is_connected_it_is_said_to_everybody_alike(graduate: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("wangqian.notices.direct.CHANNELS", {**CHANNELS, "sms": Unconnected()})
    said = [ask(PageClient(), "/login/code/", typed) for typed in (graduate.user.phone, "13900009999")]
    assert [(one.status_code, "还没有接通短信或邮件" in one.content.decode()) for one in said] == [(409, True)] * 2
    assert ask(PageClient(), "/login/code/", graduate.user.email).status_code == 302


class Unconnected:
    def connected(self) -> bool:
        return False


# --- neutral -----------------------------------------------------------------------------------------


def both(path: str, hit: str, miss: str, **more: str) -> tuple[list[bytes], list[int], list[int]]:
    """(bytes, statuses, numbers of queries) of the same post about somebody and about nobody."""
    bodies, statuses, queries = [], [], []
    for typed in (hit, miss):
        Throttle.objects.all().delete()
        who = PageClient()
        who.get(path)
        with CaptureQueriesContext(connection) as asked:
            answer = who.post(path, {"login": typed, "work": solved(), **more})
        following = who.get(answer["Location"]) if answer.status_code == 302 else answer
        bodies.append(answer.get("Location", "").encode() + TOKENS.sub(b"", following.content))
        statuses.append(answer.status_code)
        queries.append(len(asked))
    return bodies, statuses, queries


@pytest.mark.parametrize("path", ["/login/", "/login/code/", "/login/reset/", "/login/names/"])
def test_hit_and_miss_are_the_same_bytes_and_ask_the_database_the_same(graduate: Actor, path: str) -> None:
    hit = graduate.user.phone
    more = {"password": "wrong-wrong-wrong"} if path == "/login/" else {}
    miss = f"{hit[:3]}9999{hit[-4:]}"  # masked alike
    bodies, statuses, queries = both(path, hit, miss, **more)
    assert bodies[0].replace(hit.encode(), b"") == bodies[1].replace(miss.encode(), b"")
    assert statuses[0] == statuses[1]
    assert queries[0] == queries[1]


def test_identity_numbers_of_somebody_and_nobody_are_answered_alike(graduate: Actor) -> None:
    bodies, statuses, queries = both("/login/reset/", identity_of(graduate), number(4711))
    assert (bodies[0], statuses[0], queries[0]) == (bodies[1], statuses[1], queries[1])


def test_a_wrong_code_says_the_same_to_everybody(graduate: Actor) -> None:
    said = []
    for typed in (graduate.user.phone, f"{graduate.user.phone[:3]}9999{graduate.user.phone[-4:]}"):
        who = PageClient()
        ask(who, "/login/code/", typed)
        said.append(TOKENS.sub(b"", who.post("/login/code/enter/", {"code": "not one"}).content))
        pause()
    assert said[0] == said[1]


# --- limits and the challenge ------------------------------------------------------------------------


def test_after_five_misses_a_challenge_and_the_right_password_gets_in(graduate: Actor) -> None:
    phone = graduate.user.phone
    for _try in range(5):
        log_in(PageClient(), phone, "wrong-wrong-wrong")
    slow = log_in(PageClient(), phone)  # without a script: the slow lane, once
    assert slow.status_code == 302
    for _try in range(5):
        log_in(PageClient(), phone, "wrong-wrong-wrong")
    assert log_in(PageClient(), phone, "wrong-wrong-wrong").status_code == 429  # the slow lane was used up above
    assert log_in(PageClient(), phone, work=solved("login"))["Location"] == "/home/"


def test_tries_without_the_challenge_cost_the_owner_nothing(graduate: Actor) -> None:
    """100 000 tries by somebody who solves nothing: none is looked at, and the owner is not kept out."""
    phone = graduate.user.phone
    for _try in range(30):
        log_in(PageClient(), phone, "wrong-wrong-wrong")
    assert limits.spent("guesses", phone) <= 7
    assert log_in(PageClient(), phone, work=solved("login"))["Location"] == "/home/"


def test_a_challenge_serves_once_for_its_purpose_and_not_after_twenty_minutes(
    graduate: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    work = solved()
    assert PageClient().post("/login/code/", {"login": graduate.user.phone, "work": work}).status_code == 302
    pause()
    for bad in (work, solved("login"), "nonsense", "e30=", solved()[:-8]):
        answer = PageClient().post("/login/code/", {"login": graduate.user.email, "work": bad})
        assert (answer.status_code, "安全验证已过期" in answer.content.decode()) == (422, True), bad[:20]
    monkeypatch.setattr("wangqian.web.challenge.LIVES", timedelta(seconds=-5))
    old = solved()
    monkeypatch.undo()
    assert PageClient().post("/login/code/", {"login": graduate.user.email, "work": old}).status_code == 422


def test_no_sms_before_a_challenge_but_by_the_slow_lane(graduate: Actor) -> None:
    who = PageClient()
    assert who.post("/login/code/", {"login": graduate.user.phone}).status_code == 302
    pause()
    again = who.post("/login/code/", {"login": graduate.user.phone})
    assert (again.status_code, "10 分钟内只能提交一次" in again.content.decode()) == (429, True)
    assert Knock.objects.count() == 1


def test_one_code_a_minute_three_an_hour_six_a_day_for_strangers_from_however_many_places(graduate: Actor) -> None:
    phone = graduate.user.phone
    ask(PageClient(), "/login/code/", phone)
    sent()
    soon = ask(PageClient(), "/login/code/", phone)
    assert (soon.status_code, "1 分钟后再获取" in soon.content.decode()) == (429, True)
    for _hour in range(4):
        for _try in range(8):
            pause()
            ask(PageClient(), "/login/code/", phone)
            sent()
        assert Knock.objects.count() <= 3 * (_hour + 1)
        Throttle.objects.filter(key__regex=r"^(code|sent|strange)-hour").delete()
    assert Knock.objects.count() == 6
    assert Notice.objects.filter(recipient=graduate.user, channel="sms").count() == 6


def test_one_phone_s_share_holds_whatever_was_typed(graduate: Actor) -> None:
    """By phone, by number, by account name: it is one phone that rings. Who asks is not told."""
    for typed in (graduate.user.phone, identity_of(graduate), graduate.user.username):
        assert ask(PageClient(), "/login/reset/", typed).status_code == 302
        sent()
    assert Notice.objects.filter(recipient=graduate.user, channel="sms").count() == 1


def test_many_accounts_one_guess_each_raise_an_alarm(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    heard: list[tuple[str, str]] = []
    monkeypatch.setattr(limits, "LISTENERS", [lambda name, outcome: heard.append((name, outcome))])
    monkeypatch.setitem(limits.LIMITS, "spray", limits.Limit(10, timedelta(minutes=5)))
    monkeypatch.setitem(limits.LIMITS, "device", limits.Limit(100, timedelta(minutes=1)))
    for serial in range(13):
        log_in(PageClient(), f"1390000{serial:04}", "Sunshine-2027-go")
    assert heard.count(("spray", "alarm")) == 1
    assert services.spraying().mark is Mark.BAD
    heard.clear()
    for _try in range(5):
        log_in(PageClient(), "13900000001", "Sunshine-2027-go")
    assert ("spray", "alarm") not in heard


def test_track_only_counts_and_refuses_nothing(graduate: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "LIMITS", "track")
    heard: list[tuple[str, str]] = []
    monkeypatch.setattr(limits, "LISTENERS", [lambda name, outcome: heard.append((name, outcome))])
    for _try in range(3):
        assert ask(PageClient(), "/login/code/", graduate.user.phone).status_code == 302
    assert heard.count(("code-minute", "tracked")) == 2
    for _try in range(7):
        log_in(PageClient(), graduate.user.phone, "wrong-wrong-wrong")
    assert log_in(PageClient(), graduate.user.phone)["Location"] == "/home/"


def test_red_control_without_limits_nothing_stops(graduate: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Throttle, "spend", classmethod(lambda *_args, **_named: True))
    for _try in range(12):
        assert ask(PageClient(), "/login/code/", graduate.user.phone).status_code == 302
    assert Knock.objects.count() == 12


def test_the_limits_are_the_providers_own() -> None:
    """1 a minute, 5 an hour, 10 a day before login, 3 and 6 of them for strangers; 1 a minute, 10 an hour for proofs."""
    counts = {name: (limit.count, limit.window.total_seconds()) for name, limit in limits.LIMITS.items()}
    assert [counts[f"sent-{span}"] for span in ("minute", "hour", "day")] == [(1, 60), (5, 3600), (10, 86400)]
    assert [counts[f"code-{span}"] for span in ("minute", "hour", "day")] == [(1, 60), (3, 3600), (6, 86400)]
    assert [counts[f"strange-{span}"] for span in ("hour", "day")] == [(3, 3600), (6, 86400)]
    assert [counts["proof-minute"], counts["proof-hour"]] == [(1, 60), (10, 3600)]
    assert [counts["misses"], counts["guesses"], counts["address"]] == [(5, 900), (25, 86400), (600, 60)]
    assert [counts["totp"], counts["totp-day"], counts["recovery"], counts["again"]] == [(5, 600), (50, 86400), (5, 600), (5, 600)]
    assert [counts["passkey-address"], counts["proof-passkey"]] == [(600, 60), (30, 600)]
    assert [counts["reset-look"], counts["sms-day"]] == [(60, 3600), (100, 86400)]


def test_a_login_costs_the_same_however_often_one_is_logged_in(graduate: Actor) -> None:
    counts = []
    for _time in range(6):
        with CaptureQueriesContext(connection) as asked:
            log_in(PageClient(), graduate.user.phone)
        counts.append(len(asked))
    assert len(set(counts[1:])) == 1, counts
