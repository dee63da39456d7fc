"""One login over HTTP, all included, against the bare hash: the same gunicorn, checking one password per request.

Ours: form, CSRF, limits in the database, look-up by blind index, Argon2id, a session under a new key, the list of sessions. The
limits count but refuse nothing (hundreds of logins a second come from one address), and answers are not held back to their floor.
"""

from __future__ import annotations

import secrets
import statistics
from typing import Any

from bench import client
from bench.people import PASSWORD, people
from bench.scene import http
from bench.server import serving

ROUNDS, REQUESTS, WARMING = 5, 200, 80


def measure(quick: bool = False) -> dict[str, Any]:
    """The ratio, with logins and hashes per second and the time of one hash as parts."""
    from wangqian.people import tuning

    rounds, requests = (2, 40) if quick else (ROUNDS, REQUESTS)
    users = people(WARMING + rounds * requests)
    posts = [http("/login/", *form(user.phone)) for user in users]
    rates: dict[str, list[float]] = {"logins": [], "hashes": []}
    environ = {"WANGQIAN_LIMITS": "track", "WANGQIAN_EQUAL_MS": "0"}
    bare = {"BENCH_HASH": users[0].password, "BENCH_PASSWORD": PASSWORD}
    with serving("wangqian.wsgi", **environ) as ours, serving("bench.barehash", **bare) as hashes:
        for turn in range(rounds + 1):
            lot, posts = posts[: requests if turn else WARMING], posts[requests if turn else WARMING :]
            found = {"logins": client.rate(ours, lot), "hashes": client.rate(hashes, lot)}
            for name, value in found.items():
                rates[name] += [value] if turn else []
    ratio = statistics.median(one / other for one, other in zip(rates["logins"], rates["hashes"], strict=True))
    parts = {f"{name}_per_s": round(statistics.median(found), 1) for name, found in rates.items()}
    return {"login_vs_argon2": ratio, "parts": {**parts, "one_hash_ms": round(tuning.measure(*tuning.LEAST).ms, 1)}}


def form(login: str) -> tuple[dict[str, str], dict[str, str]]:
    token = secrets.token_hex(16)
    return {"csrfmiddlewaretoken": token, "login": login, "password": PASSWORD}, {"csrftoken": token}
