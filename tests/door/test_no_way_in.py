"""No sequence of requests without a code or a proof reaches an authenticated or a bound state (security.md A2, A20).

The stranger knows everything that classmates know and more: names, numbers, phones, schools, addresses of pages; never a password,
never a code. `WANGQIAN_SEQUENCES=2000` runs the whole of it.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.cast import Cast
from tests.flows.test_activating import issued, newcomer
from tests.screens.pages import PageClient
from wangqian.cases import engine
from wangqian.cases.models import Case, Proof
from wangqian.people import knocks
from wangqian.people.clock import now
from wangqian.people.models import Capacity, Graduate, Knock, Membership, Throttle, User
from wangqian.web import steps

pytestmark = pytest.mark.once
SEQUENCES = int(os.environ.get("WANGQIAN_SEQUENCES", "60"))
SEEN = re.compile(r'name="seen" value="(\w+)"')
ODD_CODES = ("", "0", "000000", "123456", "１２３４５６", "1234567", "' OR 1=1", "None", "\x00")


@dataclass
class Stage:
    """Who there is: somebody on a roster, a graduate with an open invitation, an employer's administrator, a teacher."""

    newcomer: Graduate
    invited: Case
    slip: Case
    people: list[User]

    def guesses(self) -> list[str]:
        """Passwords that schools used to hand out."""
        found = []
        for graduate in (self.newcomer, self.invited.graduate):
            assert graduate
            number = graduate.identity_number()
            found += [number[-6:], number, f"{graduate.student_number}{number[-6:]}", graduate.phone, graduate.phone[-6:]]
        return [*found, "", "12345678", "wangqian"]


@pytest.fixture
def stage(cast: Cast) -> Stage:
    """Everybody's account is in use, with a password nobody knows."""
    invited, new = cast.invited(), newcomer(cast)
    slip, _code = issued(cast, newcomer(cast, "李白"))
    people = [one.user for one in (cast.graduate, cast.employer, cast.college_reviewer, cast.operator)]
    for user in people:
        user.phone_proven_at = user.email_proven_at = user.activated_at = now()
        user.set_password("此地无银 三百两 silver 300")
        user.save()
    return Stage(new, invited, slip, people)


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


def bind(step: str, page: str, code: str, client: PageClient, stage: Stage) -> None:
    """With the very text the page shows: only the proof is missing."""
    url = f"/cases/{stage.invited.pk}/do/{step}/{page}"
    shown = SEEN.search(client.get(url).content.decode())
    client.post(url, {"agreed": "on", "code": code, "key": "k" * 20, "seen": shown[1] if shown else "0" * 64})


def look(path: str, client: PageClient, stage: Stage) -> None:
    client.get(path.format(case=stage.invited.pk))


def forget(_client: PageClient, _stage: Stage) -> None:
    """Time passes: the limits by the minute begin anew."""
    Throttle.objects.all().delete()


WHO = st.integers(0, 2)
CODES = st.one_of(st.sampled_from(ODD_CODES), st.integers(0, 999_999).map(lambda n: f"{n:06d}"))
PASSWORDS = st.sampled_from(["绿蚁新醅酒 red clay 7", "短"])
ENTERING = ("/activate/code/", "/login/code/enter/", "/login/reset/enter/", "/login/second/", "/account/again/")
SETTING = ("/activate/password/", "/login/reset/new/", "/account/password/set/", "/account/password/")
PAGES = (
    "/home/", "/switch/", "/me/", "/cases/{case}/", "/cases/{case}/do/accept/", "/activate/password/", "/login/reset/new/",
    "/account/", "/account/sessions/", "/account/factors/", "/resets/", "/demo/messages/",
)  # fmt: skip
ACTS = st.one_of(
    st.builds(partial, st.just(activate), WHO),
    st.builds(partial, st.just(slip), WHO, CODES),
    st.builds(partial, st.just(code_at), st.sampled_from(ENTERING), CODES),
    st.builds(partial, st.just(log_in), st.integers(0, 3), st.integers(0, 40)),
    st.builds(partial, st.just(ask), st.sampled_from(("/login/code/", "/login/reset/", "/login/names/")), st.integers(0, 3)),
    st.builds(lambda url, word: post(url, password1=word, password2=word, oldpassword=""), st.sampled_from(SETTING), PASSWORDS),
    st.builds(partial, st.just(bind), st.sampled_from(("accept", "decline")), st.sampled_from(("", "confirm/")), CODES),
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
        "invited": Case.objects.get(pk=stage.invited.pk).state,
        "slip": Case.objects.get(pk=stage.slip.pk).state,
    }


def sequences(check: Callable[[list[Act]], None], hunt: bool = False) -> None:
    """Run `check` on that many drawn sequences; a hunt ends at the first find, as it was found."""
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
    rules(given(drawn)(check))()


def nobody_enters(stage: Stage, hunt: bool = False) -> None:
    before = state(stage)

    def check(acts: list[Act]) -> None:
        with undone():
            client = PageClient()
            for act in acts:
                act(client, stage)
                assert "_auth_user_id" not in client.session
            assert state(stage) == before

    sequences(check, hunt)


def nobody_is_bound(stage: Stage, cast: Cast, hunt: bool = False) -> None:
    """At a phone left open: the person is logged in, and whoever holds it has no code."""
    before = state(stage)

    def check(acts: list[Act]) -> None:
        with undone():
            client = PageClient().enter(cast.graduate)
            for act in acts:
                act(client, stage)
            after = state(stage)
            if after["invited"] == "declined":  # binds nobody, and takes no proof
                after["invited"] = "invited"
            assert after == before

    sequences(check, hunt)


def test_a_stranger_gets_in_nowhere(stage: Stage) -> None:
    nobody_enters(stage)


def test_a_session_without_a_proof_binds_nobody(stage: Stage, cast: Cast) -> None:
    nobody_is_bound(stage, cast)


def test_red_control_codes_that_are_not_compared_let_him_in(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(knocks, "right", lambda row, code: row.user_id is not None)
    with pytest.raises(AssertionError):
        nobody_enters(stage, hunt=True)


def test_red_control_acts_that_ask_for_no_proof_bind_him(
    stage: Stage, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "require_proof", lambda act, text: None)
    monkeypatch.setattr(steps, "proven", lambda request, subject, form: None)
    with pytest.raises(AssertionError):
        nobody_is_bound(stage, cast, hunt=True)
