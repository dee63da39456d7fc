"""No sequence of requests without a code or a proof reaches an authenticated or a bound state (security.md A2, A20).

The stranger knows everything that classmates know and more: names, numbers, phones, schools, addresses of pages; never a password,
never a code. `WANGQIAN_SEQUENCES=2000` runs the whole of it.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from uuid import UUID

import pytest
from allauth.mfa.models import Authenticator
from django.db import transaction
from django.urls import resolve
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.cast import Cast, number
from tests.door.house import House
from tests.door.strangers import (
    BINDING,
    ENTERING,
    PAGES,
    PASSKEYS,
    PRESSED,
    SETTING,
    WAYS,
    Act,
    Stage,
    bind,
    bindings,
    by_own_app,
    by_passkey,
    from_house,
    from_wechat,
)
from tests.flows.test_activating import issued, newcomer
from tests.notices.wechat_stage import Stage as Wechat
from tests.screens.pages import PageClient, just_entered
from tests.screens.test_routes import routes
from wangqian.cases import engine
from wangqian.cases.models import Case, Proof
from wangqian.flows.outside import Meant
from wangqian.people import knocks, wechat
from wangqian.people.clock import now
from wangqian.people.models import Actor, Capacity, Membership, OutsideLink, User, WechatLink
from wangqian.web import steps
from wangqian.web.door import urls as door
from wangqian.web.factors import fresh
from wangqian.web.factors import urls as factors
from wangqian.web.outside import login as outside_login
from wangqian.web.outside import urls as outside

pytestmark = pytest.mark.once
SEQUENCES = int(os.environ.get("WANGQIAN_SEQUENCES", "30"))


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
