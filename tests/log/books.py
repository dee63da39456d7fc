"""Logs for the tests: exported as the product exports them, from cases of its own shape, by a key of its own."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from random import Random
from typing import Any

from wangqian.cases import log_key
from wangqian.cases.models import canonical
from wangqian.documents.offline import verify

SCRIPT = Path(verify.__file__)
START = datetime(2027, 5, 1, tzinfo=UTC)
Body = dict[str, Any]


class Book:
    """A log as its owner could write it: bodies in order, heads at some sizes, all signed with the owner's key."""

    def __init__(self, key: log_key.Key, bodies: Sequence[Body]) -> None:
        self.key, self.bodies, self.heads = key, list(bodies), []  # type: ignore[var-annotated]

    def head(self, size: int, at: datetime | None = None) -> Body:
        """A signed head over the first `size` events."""
        tree = verify.Tree()
        for body in self.bodies[:size]:
            tree.add(sha256(canonical(body)).digest())
        said = {
            "log": "localhost",
            "suite": "sha256",
            "size": size,
            "root": tree.root().hex(),
            "at": (at or START + timedelta(minutes=size)).isoformat(timespec="microseconds"),
            "key": self.key.id,
        }
        return {"head": said, "signature": self.key.sign(canonical(said)).hex()}

    def write(self, folder: Path, heads: Sequence[Body] | None = None) -> Path:
        """As `manage export_log` writes it; heads default to one at half the size and one at the end."""
        folder.mkdir(parents=True, exist_ok=True)
        heads = heads if heads is not None else [self.head(len(self.bodies) // 2), self.head(len(self.bodies))]
        (folder / "events.jsonl").write_bytes(b"".join(canonical(body) + b"\n" for body in self.bodies))
        (folder / "heads.jsonl").write_text("".join(json.dumps(head) + "\n" for head in heads), "utf-8")
        (folder / "keys.json").write_text(json.dumps({self.key.id: self.key.public}), "utf-8")
        return folder


def chained(bodies: Sequence[Body]) -> list[Body]:
    """The same with numbers and previous hashes made right: what somebody does who hides a change."""
    last: dict[str, tuple[int, str]] = {}
    made = []
    for body in bodies:
        number, previous = last.get(body["case"], (0, ""))
        whole = {**body, "number": number + 1, "previous": previous}
        last[body["case"]] = (number + 1, sha256(canonical(whole)).hexdigest())
        made.append(whole)
    return made


def history(random: Random, count: int = 1000, cases: int = 120) -> list[Body]:
    """Events of several cases, interleaved as they commit."""
    bodies = []
    for at in range(count):
        bodies.append(
            {
                "case": f"{random.randrange(cases):032x}",
                "at": (START + timedelta(seconds=at)).isoformat(timespec="microseconds"),
                "flow": "online",
                "step": random.choice(("invite", "accept", "approve", "filed")),
                "terms": random.randbytes(32).hex(),
                "data": {"reason": random.choice(("", "双方协商一致"))},
            }
        )
    return chained(bodies)


def run(*arguments: object, script: Path = SCRIPT) -> subprocess.CompletedProcess[str]:
    """The script as anybody runs it: another process, isolated, nothing of ours importable."""
    command = [sys.executable, "-I", "-S", str(script), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd="/")
