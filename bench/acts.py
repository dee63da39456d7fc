"""One acceptance over HTTP, all included, against a bare view and against pgbench running its statements.

Ours: gunicorn as in production, a session cookie, the CSRF token, the confirm page's form with the text's hash, the key and
the one-time code; the code was issued before the clock starts. Recorded from the real view are the very statements
one acceptance sends. `bare`: a Django view without middleware sends the same statements with ready-made values — no rule,
no hash, no page. `writing`: a still barer view leaves out every plain SELECT but session and user, i.e. sends the locks,
the rows and the bookkeeping only. `pgbench`: the same statements from PostgreSQL's own client.
Rounds alternate; each ratio is the median of its rounds.
"""

from __future__ import annotations

import pickle
import statistics
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from bench import client, pgbench
from bench.recording import Statement, record
from bench.scene import Accept, Scene, http
from bench.server import serving

ROUNDS, REQUESTS, WARMING = 5, 400, 160
KEPT = ("django_session", "people_user")  # plain reads the barer view keeps


def measure(quick: bool = False) -> dict[str, Any]:
    """Ratios by name, with requests per second and the number of statements as parts."""
    rounds, requests = (2, 80) if quick else (ROUNDS, REQUESTS)
    scene = Scene(2 + 4 * (WARMING + rounds * requests))
    numbers = Numbers(scene)
    record(numbers.ready(1)[0])  # the first fills caches
    statements = record(numbers.ready(1)[0])
    rates = run(numbers, statements, rounds, requests)
    everybody_bound(scene)
    middle = {name: statistics.median(found) for name, found in rates.items()}
    parts = {f"{name}_per_s": round(value, 1) for name, value in middle.items()}
    parts |= {"statements": len(statements), "writing_statements": len(writing(statements)), "clients": client.CLIENTS}
    return {
        "act_vs_bare": ratio(rates, "bare"),
        "act_vs_writing": ratio(rates, "writing"),
        "act_vs_pgbench": ratio(rates, "pgbench"),
        "parts": parts,
    }


class Numbers:
    """Hands out invitations nobody has answered."""

    def __init__(self, scene: Scene) -> None:
        self.scene, self.next = scene, 1

    def ready(self, count: int) -> list[Accept]:
        first, self.next = self.next, self.next + count
        return self.scene.ready(first, self.next - 1)


def run(numbers: Numbers, statements: list[Statement], rounds: int, requests: int) -> dict[str, list[float]]:
    """Acceptances per second of each way, by round; the first round warms up and does not count."""
    rates: dict[str, list[float]] = {"ours": [], "bare": [], "writing": [], "pgbench": []}
    with ExitStack() as stack:
        ours = stack.enter_context(serving("wangqian.wsgi"))
        bare = stack.enter_context(bare_server(statements))
        barer = stack.enter_context(bare_server(writing(statements)))
        for turn in range(rounds + 1):
            count = requests if turn else WARMING
            found = {
                "ours": client.rate(ours, [http(one.path, one.form, one.cookies) for one in numbers.ready(count)]),
                "bare": client.rate(bare, plain(numbers.ready(count))),
                "writing": client.rate(barer, plain(numbers.ready(count))),
                "pgbench": pgbench.rate(statements, numbers.ready(count), client.CLIENTS),
            }
            for name, value in found.items():
                rates[name] += [value] if turn else []
    return rates


def plain(accepts: list[Accept]) -> list[bytes]:
    return [http("/accept/", accept.slots(), {}) for accept in accepts]


def bare_server(statements: list[Statement]) -> Any:
    """A server of bench/bare.py that runs these statements."""
    from contextlib import contextmanager

    @contextmanager
    def started() -> Iterator[int]:
        with tempfile.TemporaryDirectory() as folder:
            listed = Path(folder) / "statements"
            listed.write_bytes(pickle.dumps(statements))
            with serving("bench.bare", BENCH_STATEMENTS=str(listed), DJANGO_SETTINGS_MODULE="") as port:
                yield port

    return started()


def writing(statements: list[Statement]) -> list[Statement]:
    """Without the plain reads that rules, texts and hashes ask for."""

    def kept(statement: Statement) -> bool:
        words = statement.kind.split(" ", 2)
        return words[0] != "SELECT" or "FOR" in statement.kind or words[-1] in KEPT

    return [statement for statement in statements if kept(statement)]


def ratio(rates: dict[str, list[float]], other: str) -> float:
    return statistics.median(mine / theirs for mine, theirs in zip(rates["ours"], rates[other], strict=True))


def everybody_bound(scene: Scene) -> None:
    """All four ways did the whole act: every invitation is accepted, with its event and its outbox row."""
    from bench.copies import run as query

    (cases,) = query("SELECT count(*) FROM cases_case WHERE state = 'review' AND version = 2 AND holds")[0]
    (events,) = query(
        "SELECT count(*) FROM cases_event e JOIN cases_outbox o ON o.event_id = e.id WHERE step = 'accept'"
    )[0]
    assert cases == events == scene.count, f"{cases} cases, {events} events of {scene.count}"
