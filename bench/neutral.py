"""Whether the time of an answer tells a hit from a miss: the area under the curve of the best threshold, 0.5 being nothing at all.

Each question of `kinds` is asked 2 000 times (`WANGQIAN_NEUTRAL`) about somebody there is and as often about nobody, in random order, over
a few connections, against the site as in production but for the limits, which count and refuse nothing (`untired.py`). The same is
asked with the floor of `web/equal.py` switched off: what the floor hides.
"""

from __future__ import annotations

import os
import random
import secrets
import threading
import time
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from bench import client
from bench.people import people, phone
from bench.scene import http, logged_in
from bench.server import serving

SAMPLES, CONNECTIONS = int(os.environ.get("WANGQIAN_NEUTRAL", "2000")), 4
# Codes can be asked for; no worker runs, so none is sent.
CONNECTED = {"EMAIL_HOST": "localhost", "SMS_PROVIDER": "aliyun"}
CONNECTED |= {f"SMS_ALIYUN_{name}": "bench" for name in ("KEY_ID", "KEY_SECRET", "SIGN")}
Form = dict[str, str]


@dataclass(frozen=True)
class Kind:
    """A question: its address, what it answers with, and the forms that ask about somebody and about nobody; `session` as whom."""

    path: str
    status: bytes
    hit: Callable[[int], Form]
    miss: Callable[[int], Form]
    session: str = ""


def measure(quick: bool = False) -> dict[str, Any]:
    """The worst kind's area, and each kind's with and without the floor."""
    samples = 40 if quick else SAMPLES
    asked = kinds(samples)
    held, bare = areas(asked, samples), areas(asked, samples // 4, WANGQIAN_EQUAL_MS="0")
    parts = {f"{name}_auc": round(value, 3) for name, value in held.items()}
    parts |= {f"{name}_auc_without_floor": round(value, 3) for name, value in bare.items()}
    return {"neutral_auc": max(held.values()), "parts": {**parts, "samples": f"{samples} + {samples}"}}


def kinds(samples: int) -> dict[str, Kind]:
    """Every question whose answer must not tell. A hit is as near to one as a stranger can come: all right but what he cannot know."""
    from tests.cast import Cast

    return {**at_the_door(people(samples)), **by_facts(Cast())}


def at_the_door(users: list[Any]) -> dict[str, Kind]:
    """Questions by phone or address."""
    word = {"password": "not-the-password"}
    return {
        "login": Kind(
            "/login/",
            b"422",
            lambda turn: {"login": users[turn].phone, **word},
            lambda turn: {"login": phone(turn, "158"), **word},
        ),
        "code": Kind(
            "/login/code/",
            b"302",
            lambda turn: {"login": users[turn].email},
            lambda turn: {"login": f"nobody{turn}@example.com"},
        ),
        "reset": Kind(
            "/login/reset/",
            b"302",
            lambda turn: {"login": users[turn].email},
            lambda turn: {"login": f"no{turn}@example.com"},
        ),
        "names": Kind(
            "/login/names/",
            b"302",
            lambda turn: {"login": users[turn].email},
            lambda turn: {"login": f"unknown{turn}@example.com"},
        ),
    }


def by_facts(cast: Any) -> dict[str, Kind]:
    """Questions by name and number: the number is somebody's or nobody's, the name is wrong; at activation every fact is right.

    There all facts are what classmates know, and what comes of them no stranger may see. A slip is out, and its code is wrong.
    """
    from tests.cast import number
    from tests.flows.test_activating import issued, newcomer

    someone, signed = cast.graduate_named("测量人").membership.graduate, str(cast.signed().number)
    other, actor = altered(signed), cast.employer
    actor.user.set_password(secrets.token_hex(16))
    actor.user.save()
    fact = {"kind": "resident", "school": str(someone.school_id)}
    identity, unknown = someone.identity_number(), number(99_999)

    def asked(whose: str, name: str) -> Callable[[int], Form]:
        return lambda turn: {**fact, "name": f"{name}{turn}", "number": whose}

    new = newcomer(cast)
    right = {"school": str(new.school_id), "name": new.name, "number": new.identity_number()}
    holder = newcomer(cast, "李白")
    issued(cast, holder)
    slip = {"school": str(holder.school_id), "name": holder.name, "number": holder.identity_number(), "code": "K7MPX2Q9RA"}
    slip |= {"kind": "resident", "phone": "13799998888"}
    there, nobody = asked(identity, "甲"), asked(unknown, "乙")
    return {
        "activation": Kind(
            "/activate/",
            b"302",
            lambda turn: {**fact, **right},
            lambda turn: {**fact, **right, "number": unknown},
        ),
        "slip": Kind("/activate/slip/", b"422", lambda turn: slip, lambda turn: {**slip, "number": unknown}),
        "search": Kind("/favourites/add/", b"200", there, nobody, session=session(actor.membership)),
        "verification": Kind(
            "/verify/",
            b"200",
            lambda turn: {"number": signed, "name": f"甲{turn}"},
            lambda turn: {"number": other, "name": f"乙{turn}"},
        ),
    }


def session(membership: Any) -> str:
    made = logged_in(membership, {})
    made.save(force_insert=True)
    key: str = made.session_key
    return key


def altered(number: str) -> str:
    """A number of the same school and year that nobody has, with its check character."""
    from wangqian.codes import serial

    for tail in range(900_000, 999_999):
        body = number[: len(number) - 7] + f"{tail:06d}"
        for check in "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ*":
            if serial.agreement_valid(body + check):
                return body + check
    raise AssertionError("no such number")


def areas(asked: dict[str, Kind], samples: int, **environ: str) -> dict[str, float]:
    with serving("bench.untired", **CONNECTED, **environ) as port:
        for kind in asked.values():
            area(port, kind, min(samples, 40))  # warm
        return {name: area(port, kind, samples) for name, kind in asked.items()}


def area(port: int, kind: Kind, samples: int) -> float:
    """The area under the curve, whichever of both is slower."""
    times: dict[bool, list[float]] = {True: [], False: []}
    questions = [(there, turn) for turn in range(samples) for there in (True, False)]
    random.Random(samples).shuffle(questions)
    lots = [questions[at::CONNECTIONS] for at in range(CONNECTIONS)]
    threads = [threading.Thread(target=ask, args=(port, kind, lot, times)) for lot in lots]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [len(found) for found in times.values()] == [samples, samples], "not every question was answered"
    found = under_the_curve(times[True], times[False])
    return max(found, 1 - found)


def ask(port: int, kind: Kind, lot: Sequence[tuple[bool, int]], times: dict[bool, list[float]]) -> None:
    """One connection's questions, each timed from its last byte out to the answer's last byte in."""
    connection = client.opened(port)
    for there, turn in lot:
        token = secrets.token_hex(16)
        form = {"csrfmiddlewaretoken": token, **(kind.hit(turn) if there else kind.miss(turn))}
        cookies = {"csrftoken": token, **({"sessionid": kind.session} if kind.session else {})}
        connection.sendall(http(kind.path, form, cookies))
        start = time.perf_counter()
        answer = client.read(connection)
        spent = time.perf_counter() - start
        assert answer[9:12] == kind.status, answer[:1000]
        times[there].append(spent)
        if b"Connection: close" in answer:
            connection = client.opened(port)
    connection.close()


def under_the_curve(hits: Sequence[float], misses: Sequence[float]) -> float:
    """How often a hit took longer than a miss (Mann-Whitney), ties counting half."""
    order = sorted(misses)
    below = sum(bisect_left(order, one) for one in hits)
    upto = sum(bisect_right(order, one) for one in hits)
    return (below + upto) / (2 * len(hits) * len(misses))
