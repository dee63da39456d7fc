"""One world and everybody's browser for a whole module of tests, which each find it as it was."""

from __future__ import annotations

import copy
import time
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from django.db import transaction
from pytest_django import DjangoDbBlocker

from tests.screens.pages import PageClient, enter, just_entered
from tests.screens.world import World
from wangqian.people.models import Actor
from wangqian.web.door.middleware import SEEN, SINCE


def client(actor: Actor | None) -> PageClient:
    return enter(actor) if actor else PageClient()


@dataclass
class Stage:
    """The world and everybody's browser, made once for the module."""

    world: World
    clients: dict[str, PageClient]

    def here(self) -> World:
        """The world for one test: what the test makes, it makes for itself, and the database forgets it afterwards."""
        return copy.copy(self.world)

    def browser(self, party: str) -> PageClient:
        """The party's browser as it was after logging in."""
        fresh, known = PageClient(), self.clients[party]
        fresh.cookies = copy.deepcopy(known.cookies)
        return fresh


def staying(actor: Actor | None) -> PageClient:
    """Somebody's browser, for whom the hour after logging in has not begun to run: the last test comes long after the first."""
    browser = client(actor)
    if actor:
        session, later = browser.session, int(time.time()) + 3600
        session.update(just_entered(actor, ago=-3600) | {SINCE: later, SEEN: later})
        session.save()
    return browser


@pytest.fixture(scope="module")
def stage(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Stage]:
    """In a transaction around those of the tests, which all go back to it."""
    with django_db_blocker.unblock(), transaction.atomic():
        world = World()
        _ = world.agreement, world.open_invitation
        yield Stage(world, {party: staying(actor) for party, actor in world.people.items()})
        transaction.set_rollback(True)
