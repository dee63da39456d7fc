"""Tampered logs, eight kinds: found by the script that does not know us. Each with the control that must miss it."""

from __future__ import annotations

import json
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from random import Random

import pytest

from tests.log.books import SCRIPT, Body, Book, chained, history, run
from wangqian.cases import log_key
from wangqian.cases.models import canonical

Bodies = list[Body]
Tamper = Callable[[Random, Bodies], Bodies]
EVENTS, TRIES = 1000, 25


def flipped(random: Random, bodies: Bodies) -> Bodies:
    """One bit of one event's text."""
    at = random.randrange(len(bodies))
    reason = bytearray(bodies[at]["terms"].encode())
    place = random.randrange(len(reason))
    reason[place] ^= 1
    return [*bodies[:at], {**bodies[at], "terms": reason.decode()}, *bodies[at + 1 :]]


def removed(random: Random, bodies: Bodies) -> Bodies:
    at = random.randrange(len(bodies) - 1)
    return bodies[:at] + bodies[at + 1 :]


def swapped(random: Random, bodies: Bodies) -> Bodies:
    a, b = sorted(random.sample(range(len(bodies)), 2))
    return [*bodies[:a], bodies[b], *bodies[a + 1 : b], bodies[a], *bodies[b + 1 :]]


def inserted(random: Random, bodies: Bodies) -> Bodies:
    """A case that never was, complete in itself."""
    at = random.randrange(len(bodies))
    return [*bodies[:at], {**bodies[at], "case": "f" * 32, "number": 1, "previous": ""}, *bodies[at:]]


def cut(random: Random, bodies: Bodies) -> Bodies:
    """The tail is gone."""
    return bodies[: random.randrange(1, len(bodies))]


def forked(random: Random, bodies: Bodies) -> Bodies:
    """Another history from some event on, of the same length, whole in itself."""
    at = random.randrange(len(bodies))
    other = [{**body, "terms": random.randbytes(32).hex()} for body in bodies[at:]]
    return chained(bodies[:at] + other)


def rechained(random: Random, bodies: Bodies) -> Bodies:
    """One event changed, and every hash after it computed anew."""
    return chained(flipped(random, bodies))


def replayed(random: Random, bodies: Bodies) -> Bodies:
    """An event a second time, at the end."""
    return [*bodies, bodies[random.randrange(len(bodies))]]


KINDS: list[Tamper] = [flipped, removed, swapped, inserted, cut, forked, rechained, replayed]
# Whole in themselves: no chain, and no head signed by their author, tells them from the truth; a kept head does.
WHOLE = {"inserted", "cut", "forked", "rechained"}


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Book:
    key = log_key.loaded("", "", tmp_path_factory.mktemp("keys") / "log.pem")
    return Book(key, history(Random(20270501), EVENTS))


@pytest.fixture
def kept(book: Book, tmp_path: Path) -> Path:
    """What somebody outside was mailed an hour ago."""
    path = tmp_path / "kept.json"
    path.write_text(json.dumps(book.head(EVENTS)), "utf-8")
    return path


def test_the_true_log_is_found_true(book: Book, kept: Path, tmp_path: Path) -> None:
    done = run("log", book.write(tmp_path / "log"), "--head", kept, "--key", book.key.id)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[-1] == "结论：没有发现错误。"


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_found(book: Book, kept: Path, tmp_path: Path, kind: Tamper) -> None:
    """By an operator who has the log's key too: he signs new heads over what he made of it."""
    other = Book(book.key, kind(Random(1), book.bodies))
    done = run("log", other.write(tmp_path / "log"), "--head", kept)
    assert (done.returncode, done.stderr) == (1, "")
    assert "结论：发现" in done.stdout


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_found_without_the_key(book: Book, tmp_path: Path, kind: Tamper) -> None:
    """By somebody with the database alone: the heads are the true ones, and no kept head is needed."""
    heads = [book.head(EVENTS // 2), book.head(EVENTS)]
    other = Book(book.key, kind(Random(2), book.bodies))
    assert run("log", other.write(tmp_path / "log", heads)).returncode == 1


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_found_wherever(book: Book, kind: Tamper) -> None:
    """Every place it may happen gives another root, or breaks a chain; in process, for speed."""
    from wangqian.documents.offline import verify

    truth = {size: book.head(size)["head"]["root"] for size in (EVENTS,)}
    for seed in range(TRIES):
        tree = verify.Tree()
        for body in kind(Random(seed), book.bodies):
            tree.add(sha256(canonical(body)).digest())
        assert (tree.size, tree.root().hex()) != (EVENTS, truth[EVENTS])


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_control_without_a_kept_head(book: Book, tmp_path: Path, kind: Tamper) -> None:
    """Off: what is whole in itself and signed by its author passes, what only breaks a chain does not."""
    other = Book(book.key, kind(Random(1), book.bodies))
    done = run("log", other.write(tmp_path / "log"))
    assert done.returncode == (0 if kind.__name__ in WHOLE else 1)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_control_without_the_root(book: Book, kept: Path, tmp_path: Path, kind: Tamper) -> None:
    """Off: the chains alone miss what is whole in itself; the count alone finds the cut tail and what was added."""
    blind = weakened(tmp_path, "report.check(not differing", "report.check(True")
    other = Book(book.key, kind(Random(1), book.bodies))
    done = run("log", other.write(tmp_path / "log", [book.head(EVENTS)]), "--head", kept, script=blind)
    assert done.returncode == (0 if kind.__name__ in ("forked", "rechained") else 1)


def test_control_without_the_chains(book: Book, kept: Path, tmp_path: Path) -> None:
    """Off: chains are not what finds a flipped bit in the middle; the root is. Both off: nothing does."""
    other = Book(book.key, flipped(Random(1), book.bodies)).write(tmp_path / "log", [book.head(EVENTS)])
    blind = weakened(tmp_path, "report.check(not broken", "report.check(True")
    assert run("log", other, "--head", kept, script=blind).returncode == 1
    blind = weakened(tmp_path, "report.check(not differing", "report.check(True", blind)
    assert run("log", other, "--head", kept, script=blind).returncode == 0


@pytest.mark.parametrize("place", ["size", "root", "at", "log", "key"])
def test_a_head_that_was_changed_is_not_signed(book: Book, kept: Path, tmp_path: Path, place: str) -> None:
    signed = json.loads(kept.read_text("utf-8"))
    value = signed["head"][place]
    signed["head"][place] = value - 1 if place == "size" else ("1" if value[0] == "0" else "0") + value[1:]
    kept.write_text(json.dumps(signed), "utf-8")
    assert run("log", book.write(tmp_path / "log"), "--head", kept).returncode == 1


def test_a_head_of_another_key_is_refused_when_the_key_is_pinned(book: Book, tmp_path: Path) -> None:
    impostor = Book(log_key.loaded("", "", tmp_path / "other.pem"), book.bodies)
    folder = impostor.write(tmp_path / "log")
    assert run("log", folder).returncode == 0
    assert run("log", folder, "--key", book.key.id).returncode == 1


def weakened(folder: Path, check: str, instead: str, script: Path = SCRIPT) -> Path:
    """The script with one of its checks always content."""
    source = script.read_text("utf-8")
    assert source.count(check) == 1
    made = folder / f"blind-{len(check)}.py"
    made.write_text(source.replace(check, instead), "utf-8")
    return made
