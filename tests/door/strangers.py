"""What a stranger tries at every door, and what he could bind where somebody left a phone open: the acts and ways that are drawn."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial

from hypothesis import strategies as st

from tests.answers import DESTINATIONS, OFFLINE, TERMINATION
from tests.authenticator import SoftAuthenticator
from tests.cast import Cast
from tests.door.house import House
from tests.notices.wechat_stage import Stage as Wechat
from tests.notices.weixin import openid
from tests.papers import RELEASE
from tests.screens.pages import PageClient
from wangqian.cases.models import Case
from wangqian.people import totp
from wangqian.people.models import Actor, Graduate, Knock, Throttle, User
from wangqian.web.factors import app

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
