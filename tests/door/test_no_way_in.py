"""No sequence of requests without a code or a proof reaches an authenticated or a bound state (security.md A2, A20).

The stranger knows everything that classmates know and more: names, numbers, phones, schools, addresses of pages; never a password,
never a code. `WANGQIAN_SEQUENCES=2000` runs the whole of it.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from uuid import UUID

import pytest
from allauth.mfa.models import Authenticator
from django.db import transaction
from django.urls import resolve
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.answers import DESTINATIONS, OFFLINE, TERMINATION
from tests.authenticator import SoftAuthenticator
from tests.cast import Cast, number
from tests.door.house import House
from tests.flows.test_activating import issued, newcomer
from tests.notices.wechat_stage import Stage as Wechat
from tests.notices.weixin import openid
from tests.papers import RELEASE
from tests.screens.pages import PageClient, just_entered
from tests.screens.test_routes import routes
from wangqian.cases import engine
from wangqian.cases.models import Case, Proof
from wangqian.flows.outside import Meant
from wangqian.people import knocks, totp, wechat
from wangqian.people.clock import now
from wangqian.people.models import Actor, Capacity, Graduate, Knock, Membership, OutsideLink, Throttle, User, WechatLink
from wangqian.web import steps
from wangqian.web.door import urls as door
from wangqian.web.factors import app, fresh
from wangqian.web.factors import urls as factors
from wangqian.web.outside import login as outside_login
from wangqian.web.outside import urls as outside

pytestmark = pytest.mark.once
SEQUENCES = int(os.environ.get("WANGQIAN_SEQUENCES", "60"))
SEEN = re.compile(r'name="seen" value="([\w.]+)"')
ODD_CODES = ("", "0", "000000", "123456", "１２３４５６", "1234567", "' OR 1=1", "None", "\x00")


@dataclass
class Binding:
    """An act that binds: whose turn it is, the page of the step, and the right answers where it asks."""

    who: Actor
    url: str
    given: dict[str, str]


@dataclass
class Stage:
    """Who there is: somebody on a roster, a graduate with an open invitation, an employer's administrator, a teacher.

    And whose phone may be left open: each of `binding` has one act in reach that binds him. WeChat answers, and knows the graduate;
    another house answers too, and knows a stranger who has his name.
    """

    newcomer: Graduate
    invited: Case
    slip: Case
    people: list[User]
    binding: dict[str, Binding]
    wechat: Wechat
    house: House

    def guesses(self) -> list[str]:
        """Passwords that schools used to hand out."""
        found = []
        for graduate in (self.newcomer, self.invited.graduate):
            assert graduate
            number = graduate.identity_number()
            found += [number[-6:], number, f"{graduate.student_number}{number[-6:]}", graduate.phone, graduate.phone[-6:]]
        return [*found, "", "12345678", "wangqian"]


def bindings(cast: Cast, invited: Case) -> dict[str, Binding]:
    """What binds, by name; each of another person."""

    def on(case: Case, step: str, who: Actor, **given: str) -> Binding:
        return Binding(who, f"/cases/{case.pk}/do/{step}/", given)

    at_paper, at_destination, ending = (cast.graduate_named(name) for name in ("杜甫", "王维", "白居易"))
    signed, released = cast.signed(graduate=ending), cast.signed(graduate=cast.graduate_named("韩愈"))
    cast.ask_release(released, cast.school_reviewer, RELEASE)
    on_paper, registering = cast.begun("paper", at_paper), cast.begun("destination", at_destination, topic="looking")
    cast.hand_in(on_paper, "scan", at_paper)
    writer = cast.graduate_named("柳宗元")
    offline = cast.begun("offline", writer)
    paper = {**OFFLINE, "signed_on": f"{date.today() - timedelta(days=1)}"}
    return {
        "accept": on(invited, "accept", cast.graduate),
        "decline": on(invited, "decline", cast.graduate, about="pay", reason="起薪不合适"),
        "offline": on(offline, "submit", writer, **OFFLINE),
        "paper": on(on_paper, "submit", at_paper, **paper),
        "destination": on(registering, "submit", at_destination, **DESTINATIONS["looking"]),
        "release": on(released, "confirm_release", cast.second_school_user),
        "termination": Binding(ending, f"/start/online_termination/ask/case/{signed.pk}/", TERMINATION),
    }


@pytest.fixture
def stage(cast: Cast, wechat: Wechat, house: House) -> Stage:
    """Everybody's account is in use, with a password nobody knows."""
    invited, new = cast.invited(), newcomer(cast)
    wechat.bind(cast.graduate)
    house.knows("stranger", name=cast.graduate.user.name, identity_number=number(999_999), school_code=cast.school.code)
    slip, _code = issued(cast, newcomer(cast, "李白"))
    people = [one.user for one in (cast.graduate, cast.employer, cast.college_reviewer, cast.operator)]
    for user in people:
        user.phone_proven_at = user.email_proven_at = user.activated_at = now()
        user.set_password("此地无银 三百两 silver 300")
        user.save()
    return Stage(new, invited, slip, people, bindings(cast, invited), wechat, house)


Act = Callable[[PageClient, Stage], None]


def post(url: str, **fields: str) -> Act:
    return lambda client, stage: void(client.post(url, fields))


def void(_response: object) -> None:
    """The answer does not matter; what it left behind does."""


def facts(stage: Stage, who: int) -> dict[str, str]:
    graduate = (stage.newcomer, stage.invited.graduate, stage.slip.graduate)[who]
    assert graduate
    number = graduate.identity_number()
    return {"school": str(graduate.school_id), "name": graduate.name, "kind": "resident", "number": number}


def activate(who: int, client: PageClient, stage: Stage) -> None:
    client.post("/activate/", facts(stage, who))


def slip(who: int, code: str, client: PageClient, stage: Stage) -> None:
    client.post("/activate/slip/", {**facts(stage, who), "code": code, "phone": "13799998888"})


def code_at(url: str, code: str, client: PageClient, _stage: Stage) -> None:
    """A guess that happens to be right is not what is tested: it is one in a million, five times per code."""
    if all(row.code != "".join(code.split()) for row in Knock.objects.all()):
        client.post(url, {"code": code})


def log_in(who: int, guess: int, client: PageClient, stage: Stage) -> None:
    user, guesses = stage.people[who], stage.guesses()
    name = (user.phone, user.email, user.username)[guess % 3]
    client.post("/login/", {"login": name, "password": guesses[guess % len(guesses)]})


def ask(url: str, who: int, client: PageClient, stage: Stage) -> None:
    user = stage.people[who]
    client.post(url, {"login": (user.phone, user.email)[who % 2], "send_code": "1"})


def bind(name: str, code: str, client: PageClient, stage: Stage) -> None:
    """Right answers, then the very text the page shows: only the proof is missing."""
    found = stage.binding[name]
    if found.given:
        client.post(found.url, {**found.given, "key": f"ask-{name}"})
    shown = SEEN.search(client.get(f"{found.url}confirm/").content.decode())
    client.post(f"{found.url}confirm/", {"agreed": "on", "code": code, "key": f"act-{name}", "seen": shown[1] if shown else "0" * 64})


def by_passkey(url: str, name: str, client: PageClient, stage: Stage) -> None:
    """A key of the stranger's own answers whatever the site asks for, to open an account or to be added to one."""
    key, begun = SoftAuthenticator(), client.post(url, {"name": name, "begin_passkey": "1"})
    if not begun.get("Content-Type", "").startswith("application/json") or begun.status_code != 200:
        return
    options = json.loads(begun.content)
    options = options if "publicKey" in options else {"publicKey": options}
    creating = "user" in options["publicKey"]
    client.post(url, {"name": name, "assertion": key.create(options) if creating else key.get(options)})


def by_own_app(client: PageClient, _stage: Stage) -> None:
    """The page shows a secret, and an app of the stranger's own makes the code of it."""
    client.get("/account/factors/app/")
    shown = client.session.get(app.SECRET)
    client.post("/account/factors/app/", {"code": totp.code_at(shown, totp.counter_now()) if shown else "123456"})


def from_wechat(code: str, right: bool, client: PageClient, stage: Stage) -> None:
    """Back from WeChat as somebody it knows and we do not, or with a code it never gave."""
    client.get("/login/wechat/", HTTP_USER_AGENT="MicroMessenger/8.0.50")
    kept = client.session.get("wechat_login") or {}
    given = stage.wechat.weixin.came_with(openid("stranger")) if right else code
    client.get("/login/wechat/back/", {"code": given, "state": kept.get("state", code)})


def from_house(code: str, right: bool, client: PageClient, stage: Stage) -> None:
    """Back from the other house as its stranger, or with a code it never gave."""
    to = client.get("/login/outside/").get("Location", "")
    if to.startswith("http"):  # else he is in already, or has asked too often
        given = stage.house.login(to, "stranger")
        client.get("/login/outside/back/", given if right else {**given, "code": code})


def new_contact(what: str, code: str, client: PageClient, _stage: Stage) -> None:
    """A phone or an address of the stranger's own, and a guess at the code that went to the old one."""
    value = {"phone": "13799998888", "email": "stranger@example.com"}[what]
    client.post(f"/account/{what}/", {"value": value, "send_code": "1"})
    client.post(f"/account/{what}/", {"value": value, "code": code})


def look(path: str, client: PageClient, stage: Stage) -> None:
    client.get(path.format(case=stage.invited.pk))


def press(path: str, code: str, client: PageClient, stage: Stage) -> None:
    """A button without the page it stands on."""
    url = path.format(person=stage.people[2].memberships.get().pk)
    client.post(url, {"code": code, "password": code, "assertion": code, "name": "备用", "state": code, "because": "遗失", "agreed": "on"})


def forget(_client: PageClient, _stage: Stage) -> None:
    """Time passes: the limits by the minute begin anew."""
    Throttle.objects.all().delete()


WHO = st.integers(0, 2)
CODES = st.one_of(st.sampled_from(ODD_CODES), st.integers(0, 999_999).map(lambda n: f"{n:06d}"))
PASSWORDS = st.sampled_from(["绿蚁新醅酒 red clay 7", "短"])
ENTERING = (
    "/activate/code/", "/login/code/enter/", "/login/reset/enter/", "/login/second/", "/account/again/", "/account/contact/enter/",
)  # fmt: skip
# Beside the page that asks: with nothing, with a guess, with what would be done.
PRESSED = (
    "/account/factors/", "/account/factors/passkey/1/", "/account/factors/passkey/1/remove/", "/account/factors/app/",
    "/account/factors/app/remove/", "/account/factors/codes/", "/account/factors/codes/show/", "/account/factors/codes/new/",
    "/account/factors/codes/download/", "/account/again/send/", "/account/none/", "/account/wechat/", "/account/wechat/code/",
    "/account/wechat/drop/", "/account/wechat/unbind/", "/account/sessions/1/end/", "/login/outside/", "/login/outside/back/",
    "/login/wechat/", "/login/wechat/back/", "/login/passkey/", "/hooks/wechat/", "/resets/new/{person}/", "/resets/{person}/confirm/",
    "/resets/{person}/withdraw/",
)  # fmt: skip
PASSKEYS = ("/login/passkey/", "/login/second/", "/account/factors/passkey/", "/account/again/")
SETTING = ("/activate/password/", "/login/reset/new/", "/account/password/set/", "/account/password/")
PAGES = (
    "/home/", "/switch/", "/me/", "/cases/{case}/", "/cases/{case}/do/accept/", "/activate/password/", "/login/reset/new/",
    "/account/", "/account/sessions/", "/account/factors/", "/account/factors/codes/", "/account/factors/codes/show/",
    "/account/factors/app/", "/account/factors/app/picture.svg", "/account/wechat/", "/account/wechat/qr.svg", "/resets/",
    "/demo/messages/",
)  # fmt: skip
BINDING = ("accept", "decline", "offline", "paper", "destination", "release", "termination")
ACTS = st.one_of(
    st.builds(partial, st.just(activate), WHO),
    st.builds(partial, st.just(slip), WHO, CODES),
    st.builds(partial, st.just(code_at), st.sampled_from(ENTERING), CODES),
    st.builds(partial, st.just(log_in), st.integers(0, 3), st.integers(0, 40)),
    st.builds(partial, st.just(ask), st.sampled_from(("/login/code/", "/login/reset/", "/login/names/")), st.integers(0, 3)),
    st.builds(lambda url, word: post(url, password1=word, password2=word, oldpassword=""), st.sampled_from(SETTING), PASSWORDS),
    st.builds(partial, st.just(bind), st.sampled_from(BINDING), CODES),
    st.builds(partial, st.just(press), st.sampled_from(PRESSED), CODES),
    st.builds(partial, st.just(by_passkey), st.sampled_from(PASSKEYS), st.just("备用")),
    st.just(by_own_app),
    st.builds(partial, st.sampled_from((from_wechat, from_house)), CODES, st.booleans()),
    st.builds(partial, st.just(new_contact), st.sampled_from(("phone", "email")), CODES),
    st.builds(partial, st.just(look), st.sampled_from(PAGES)),
    st.builds(lambda who: post("/demo/enter/", **{"as": who}), st.sampled_from(("1", "00000000-0000-7000-8000-000000000000"))),
    st.just(forget),
)


def way(*acts: Act) -> list[Act]:
    return [forget, *acts]


# The order in which pages follow each other, so that a door left open is walked through, not only knocked at.
WAYS = st.one_of(
    st.builds(
        lambda who, code, word: way(
            partial(activate, who), partial(code_at, "/activate/code/", code), post(SETTING[0], password1=word, password2=word)
        ),
        WHO, CODES, PASSWORDS,
    ),
    st.builds(
        lambda who, code: way(partial(ask, "/login/code/", who), partial(code_at, "/login/code/enter/", code)),
        st.integers(0, 3), CODES,
    ),
    st.builds(
        lambda who, code, word: way(
            partial(ask, "/login/reset/", who),
            partial(code_at, "/login/reset/enter/", code),
            post("/login/reset/new/", password1=word, password2=word),
        ),
        st.integers(0, 3), CODES, PASSWORDS,
    ),
    st.lists(ACTS, min_size=1, max_size=5),
)  # fmt: skip


@contextmanager
def undone() -> Iterator[None]:
    """What one sequence did is undone before the next."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def state(stage: Stage) -> dict[str, object]:
    """Everything that must not change."""
    return {
        "members": Membership.objects.filter(kind=Capacity.GRADUATE).count(),
        "passwords": sorted(User.objects.filter(pk__in=[u.pk for u in stage.people]).values_list("password", flat=True)),
        "usable": sum(user.has_usable_password() for user in User.objects.all()),
        "proven": User.objects.exclude(phone_proven_at=None).count(),
        "proofs": Proof.objects.exclude(verified_at=None).count(),
        "factors": Authenticator.objects.count(),
        "ways": (WechatLink.objects.count(), OutsideLink.objects.count()),
        "contacts": sorted((user.phone, user.email) for user in User.objects.all()),
        "cases": {str(case.pk): (case.state, case.holds) for case in Case.objects.all()},
    }


def sequences(check: Callable[[str, list[Act]], None], hunt: bool = False) -> None:
    """Run `check` on that many drawn sequences, each with the name of a binding act; a hunt ends at the first find, as it was found."""
    rules = settings(
        max_examples=SEQUENCES,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
        derandomize=SEQUENCES < 500,
        report_multiple_bugs=False,
        phases=(Phase.generate,) if hunt else (Phase.generate, Phase.shrink),
    )
    drawn = st.lists(WAYS, min_size=1, max_size=4).map(lambda ways: [act for one in ways for act in one])
    rules(given(st.sampled_from(BINDING), drawn)(check))()


def nobody_enters(stage: Stage, hunt: bool = False) -> None:
    before = state(stage)

    def check(_name: str, acts: list[Act]) -> None:
        with undone():
            client = PageClient()
            for act in acts:
                act(client, stage)
                assert "_auth_user_id" not in client.session
            assert state(stage) == before

    sequences(check, hunt)


def left_open(actor: Actor) -> PageClient:
    """His browser, a quarter of an hour after he logged in."""
    client = PageClient().enter(actor)
    session = client.session
    session.update(just_entered(actor, ago=900))
    session.save()
    return client


def at_a_phone_left_open(stage: Stage, before: dict[str, object], name: str, acts: list[Act]) -> None:
    """The person is logged in, and whoever holds it has no code: he goes for the act that binds, then wherever he likes."""
    with undone():
        client = left_open(stage.binding[name].who)
        for act in [partial(bind, name, "123456"), *acts]:
            act(client, stage)
        after = state(stage)
        cases = after["cases"]
        assert isinstance(cases, dict)
        if cases[str(stage.invited.pk)] == ("declined", False):  # binds nobody, and takes no proof
            cases[str(stage.invited.pk)] = ("invited", False)
        assert after == before


def nobody_is_bound(stage: Stage) -> None:
    before = state(stage)
    sequences(lambda name, acts: at_a_phone_left_open(stage, before, name, acts))


def test_a_stranger_gets_in_nowhere(stage: Stage) -> None:
    nobody_enters(stage)


def test_a_session_without_a_proof_binds_nobody(stage: Stage) -> None:
    nobody_is_bound(stage)


# What of the door, the factors and the other houses is in no sequence, and why.
ELSEWHERE = {
    "account_logout": "it only ends what is open",
}


def test_every_address_of_door_factors_and_other_houses_is_tried() -> None:
    asked = {f"/login/{name}" for name in ("", "code/", "reset/", "names/")} | {"/activate/", "/activate/slip/"}
    paths = {*asked, "/account/phone/", "/account/email/", *ENTERING, *SETTING, *PRESSED, *PAGES, *PASSKEYS}
    tried = {resolve(path.format(case=UUID(int=0), person=UUID(int=0))).url_name for path in paths}
    own = {str(one.name) for urls in (door, factors, outside) for one in urls.urlpatterns}
    own |= {name for name, pattern in routes().items() if str(pattern.pattern).startswith("account/")}
    assert own - tried == set(ELSEWHERE)


def test_red_control_codes_that_are_not_compared_let_him_in(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(knocks, "right", lambda row, code: row.user_id is not None)
    with pytest.raises(AssertionError):
        nobody_enters(stage, hunt=True)


@pytest.mark.parametrize("way", [from_wechat, from_house])
def test_red_control_another_house_that_speaks_for_everybody_lets_him_in(
    way: Callable[[str, bool, PageClient, Stage], None], stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So far the way back goes: whom they mean alone keeps him out."""
    graduate = stage.people[0]
    monkeypatch.setattr(wechat, "owner", lambda openid: graduate)
    monkeypatch.setattr(outside_login, "meant", lambda said, school: Meant(user=graduate))
    client = PageClient()
    way("123456", True, client, stage)
    assert "_auth_user_id" in client.session


@pytest.mark.parametrize("name", [name for name in BINDING if name != "decline"])
def test_red_control_acts_that_ask_for_no_proof_bind_him(name: str, stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each of them: the proof alone is what was missing."""
    monkeypatch.setattr(engine, "require_proof", lambda act, text: None)
    monkeypatch.setattr(steps, "proven", lambda request, subject, form: None)
    with pytest.raises(AssertionError):
        at_a_phone_left_open(stage, state(stage), name, [])


def test_red_control_a_session_that_may_do_everything_adds_a_factor(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """As just after logging in, when nothing is asked again."""
    monkeypatch.setattr(fresh, "lately", lambda request: True)
    for act in (by_own_app, partial(by_passkey, "/account/factors/passkey/", "备用")):
        with pytest.raises(AssertionError):
            at_a_phone_left_open(stage, state(stage), "accept", [act])
