"""Every step of every flow that a person takes, asked and confirmed with what nobody should send: never a 5xx."""

from __future__ import annotations

import copy
import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import transaction
from django.urls import reverse
from pytest_django import DjangoDbBlocker

from tests.cast import Cast
from tests.fuzz.draw import Draw, broken
from tests.fuzz.steps import FROM, GIVEN, STEPS, Place, made, place, reached
from tests.screens.pages import PageClient, enter
from tests.screens.test_buttons import REACH
from wangqian.chart.words import FLOWS
from wangqian.people.models import Actor

pytestmark = pytest.mark.postgres
REQUESTS = int(os.environ.get("WANGQIAN_FUZZ", "2"))
Scene = tuple[Cast, Any]


@pytest.fixture(scope="module")
def scene(request: pytest.FixtureRequest, django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Scene]:
    """What the steps with the same source are about, in a transaction around those of their tests."""
    with django_db_blocker.unblock(), transaction.atomic():
        cast = Cast()
        yield cast, made(cast, request.param)
        transaction.set_rollback(True)


def browsers(found: Place, stranger: Actor) -> dict[str, PageClient]:
    return {found.party: enter(found.actor), "stranger": enter(stranger), "anonymous": PageClient()}


def as_it_was(clients: dict[str, PageClient]) -> Callable[[str], PageClient]:
    """Each time as after logging in."""

    def browser(party: str) -> PageClient:
        client = PageClient()
        client.cookies = copy.deepcopy(clients[party].cookies)
        return client

    return browser


def test_what_is_read_once_more_has_right_answers() -> None:
    read = {(slug, name) for slug, name in STEPS if FLOWS[slug].steps[name].shows and FLOWS[slug].steps[name].needs}
    assert set(GIVEN) == read


def test_a_step_and_a_state_share_no_name_here() -> None:
    assert set(FROM) & set(REACH) == set()


@pytest.mark.filterwarnings("default")
@pytest.mark.parametrize(
    ("scene", "flow", "name"),
    [(reached(flow, name), flow, name) for flow, name in STEPS],
    indirect=["scene"],
    ids=[f"{flow}-{name}" for flow, name in STEPS],
)
def test_never_a_server_error(scene: Scene, flow: str, name: str, db: None) -> None:
    cast, about = copy.copy(scene[0]), scene[1]
    found = place(cast, flow, name, about)
    clients = browsers(found, cast.outsider)
    errors: list[str] = []
    browser = as_it_was(clients)
    for route in (found.route, f"{found.route}-confirm"):
        page = browser(found.party).get(reverse(route, kwargs=found.kwargs))
        unasked = route != found.route and found.step.needs and not found.step.shows
        assert page.status_code == 200 or unasked, route
        forms = None
        for method, requests in (("GET", max(REQUESTS // 2, 1)), ("POST", REQUESTS)):
            draw = Draw(route, found.kwargs, method, browser, [found.party], list(clients), forms)
            errors, forms = errors + broken(draw, requests), draw.forms
    assert errors == []
