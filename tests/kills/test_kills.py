"""`kill -9` of web, worker and database under load: nothing acknowledged is lost or doubled, no message missing or invented.

Half of the clients reopen registrations, which any number of times is lawful, so that only the key keeps one intention one act;
half sign, which binds, is proven, and happens once. The commit's size is small; `WANGQIAN_KILLS=200` runs the whole storm.
"""

from __future__ import annotations

import json
import os
import random
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest

from tests.conftest import REQUIRED
from tests.kills import window
from tests.kills.clients import Client, History
from tests.kills.cluster import Cluster, programs
from tests.kills.post import Post
from tests.kills.site import Installation, Site, python

KILLS = int(os.environ.get("WANGQIAN_KILLS", "8"))
CLIENTS = 6
ACTS = 5 * CLIENTS  # begun from one kill to the next: some done, some under way when it comes, no backlog
WEIGHTS = {"web worker": 8, "worker": 7, "backend": 4, "web": 3, "database": 3}
pytestmark = [
    pytest.mark.postgres,
    pytest.mark.skipif(programs() is None and "postgres" not in REQUIRED, reason="PostgreSQL's server is not installed"),
]


@dataclass
class Storm:
    """What was done, and what is left."""

    history: History
    found: dict[str, Any]
    taken: list[str]
    killed: Counter[str] = field(default_factory=Counter)

    @property
    def acknowledged(self) -> Counter[str]:
        """How many acts were acknowledged, by what they are and whom or what they are about."""
        return Counter(f"{act.kind} {act.about}" for act in self.history.acts if act.acknowledged)

    @property
    def signed(self) -> list[str]:
        """The invitations whose acceptance was acknowledged."""
        return sorted(act.about for act in self.history.acts if act.acknowledged and act.kind == "accept")

    @property
    def lost(self) -> Counter[str]:
        """Acknowledged acts of which nothing is left."""
        return self.acknowledged - Counter(self.found["about"])

    @property
    def invented(self) -> Counter[str]:
        """Acts that nobody meant: one intention done twice."""
        return Counter(self.found["about"]) - self.acknowledged

    @property
    def missing(self) -> set[str]:
        """Messages of acts that happened, and that somebody did not get."""
        return set(self.found["untold"]) | set(self.found["mails"]) - set(self.taken)

    @property
    def phantoms(self) -> set[str]:
        return set(self.taken) - set(self.found["mails"])


@pytest.fixture(scope="module")
def installed() -> Iterator[Installation]:
    ready = Installation(CLIENTS * (KILLS + 1))  # invitations: when none is left open, all clients reopen
    yield ready
    ready.remove()


@contextmanager
def site(installed: Installation, *options: str, application: str = "wangqian.wsgi") -> Iterator[Site]:
    cluster, post = Cluster(options, like=installed.cluster), Post()
    try:
        started = Site(installed, cluster, post, application)
        try:
            yield started
        finally:
            started.stop()
    finally:
        post.shutdown()
        post.server_close()
        cluster.stop()


def weather(here: Site, kills: list[str], signing: bool = False, repeat_key: bool = True, aimed: bool = False) -> Storm:
    """Clients act while things are killed one after the other, each only after acts have got through again.

    Aimed, a kill comes while an act is in the window that a red control opens; else at any moment.
    """
    history, offers = History(), list(here.people["offers"])
    clients = [
        Client(here.port, here.people, history, offers if signing and number % 2 else [], repeat_key) for number in range(CLIENTS)
    ]
    for client in clients:
        client.start()
    for victim in kills:
        progress(here, history)
        if aimed:
            window.seen(here.environ["WANGQIAN_VAR"])
        else:
            time.sleep(random.uniform(0.0, 0.08))
        strike(here, victim)
    progress(here, history)
    history.done.set()
    deadline = time.monotonic() + 240
    while any(client.is_alive() for client in clients) and time.monotonic() < deadline:
        here.mend()
        time.sleep(0.1)
    here.settled()
    found = json.loads(python(here.environ, "-m", "tests.kills.check"))
    return Storm(history, found, list(here.post.taken), Counter(kills))


def progress(here: Site, history: History) -> None:
    """Let acts begin, and wait until as many as there are clients were acknowledged from now on."""
    target, end = history.acknowledged() + CLIENTS, time.monotonic() + 240
    history.allowed.release(ACTS)
    while history.acknowledged() < target:
        here.mend()
        assert not history.strange, history.strange
        assert time.monotonic() < end, here.said()[-3000:]
        time.sleep(0.02)


def strike(here: Site, victim: str) -> None:
    if victim == "web worker":
        here.kill_web_worker()
    elif victim == "web":
        here.kill_web()
    elif victim == "worker":
        here.kill_worker()
    elif victim == "backend":
        here.cluster.kill_backend()
    else:
        here.cluster.kill_server()


def drawn(kills: int) -> list[str]:
    """Every kind at least once, the rest by weight."""
    rest = random.choices(list(WEIGHTS), list(WEIGHTS.values()), k=max(0, kills - len(WEIGHTS)))
    chosen = [*WEIGHTS, *rest]
    random.shuffle(chosen)
    return chosen


def test_nothing_lost_doubled_missing_or_invented(
    installed: Installation, record_testsuite_property: Callable[[str, object], None]
) -> None:
    with site(installed) as here:
        storm = weather(here, drawn(KILLS), signing=True)
    found, copies = storm.found, len(storm.taken) - len(set(storm.taken))
    repeated = sum(act.tries > 1 for act in storm.history.acts)
    said = f"{storm.acknowledged.total()} acts, {len(storm.signed)} of them signed, {repeated} repeated"
    record_testsuite_property("said", f"{said}; {len(storm.taken)} mails, {copies} of them twice")
    assert storm.history.strange == []
    assert sorted(found["keys"]) == sorted(act.form["key"] for act in storm.history.acts if act.acknowledged)
    assert (storm.lost, storm.invented) == (Counter(), Counter())
    assert (found["bound"], found["proofs"]) == (storm.signed, len(storm.signed)) and storm.signed
    assert found["broken"] == []
    assert (storm.missing, storm.phantoms, found["twice"], found["unsent"]) == (set(), set(), [], 0)
    assert copies <= KILLS - storm.killed["web worker"]  # one in flight per kill of worker or database


def test_red_control_a_commit_that_does_not_wait_loses_acts(installed: Installation) -> None:
    with site(installed, "synchronous_commit=off", "wal_writer_delay=10000") as here:
        storm = weather(here, ["database"] * 3)
    assert storm.lost


def test_red_control_without_the_key_acts_are_done_twice(installed: Installation) -> None:
    with site(installed, application="tests.kills.late_answer") as here:
        storm = weather(here, ["web"] * 2, repeat_key=False, aimed=True)
    assert storm.invented


def test_red_control_messages_after_the_commit_go_missing(installed: Installation) -> None:
    with site(installed, application="tests.kills.on_commit") as here:
        storm = weather(here, ["web"] * 2, aimed=True)
    assert storm.missing and not storm.lost
