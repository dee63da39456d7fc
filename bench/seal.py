"""What the seal adds to a paper (P-256, checked before it is kept), beside rendering, turn by turn; and how fast a log is checked."""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from hashlib import sha256
from pathlib import Path
from typing import Any

from bench.pdf import ROUNDS, WARMING, sample, timed

EVENTS = 20_000


def measure() -> dict[str, float]:
    """`seal_ms`: median milliseconds to seal an agreement; what rendering it takes; events a second checked."""
    from django.conf import settings

    from wangqian.documents import seal
    from wangqian.documents.printing import compile_pdf
    from wangqian.documents.seal_key import holder

    settings.SEAL_DEMO = True  # a key of this folder alone
    by = holder()
    assert by is not None
    rendering, sealing = [], []
    for at in range(WARMING + ROUNDS):
        paper = sample(at)
        pdf = compile_pdf(paper)
        rendering.append(timed(lambda: compile_pdf(paper)))  # noqa: B023 — called at once
        sealing.append(timed(lambda: seal.seal(pdf, by, "bench").data))  # noqa: B023
    seconds = statistics.median(sealing[WARMING:])
    plain = statistics.median(rendering[WARMING:])
    return {
        "seal_ms": seconds * 1000,
        "render_ms": plain * 1000,
        "seal_vs_render": seconds / plain,
        **log_rates(),
    }


def log_rates() -> dict[str, float]:
    """Events a second that the offline script checks, start-up included."""
    with tempfile.TemporaryDirectory() as name:
        bodies, folder = history(), Path(name)
        write(folder, bodies)
        from wangqian.documents.offline import verify

        command = [sys.executable, "-I", "-S", verify.__file__, "log", str(folder)]
        start = time.perf_counter()
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        return {"verify_log_events_s": EVENTS / (time.perf_counter() - start)}


def history() -> list[dict[str, Any]]:
    """Events of cases of five events each, in the shape of real ones."""
    bodies, previous = [], ""
    for at in range(EVENTS):
        number = at % 5 + 1
        body = {
            "case": f"{at // 5:032x}",
            "number": number,
            "previous": previous if number > 1 else "",
            "at": "2027-05-12T08:00:00.000000+00:00",
            "flow": "online",
            "step": "approve",
            "terms": "0" * 64,
            "agent": "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36",
            "data": {"artefact_sha256": "0" * 64},
        }
        previous = digest(body).hex()
        bodies.append(body)
    return bodies


def digest(body: dict[str, Any]) -> bytes:
    from wangqian.cases.models import canonical

    return sha256(canonical(body)).digest()


def write(folder: Path, bodies: list[dict[str, Any]]) -> None:
    """As the log is exported, with one signed head."""
    import json

    from wangqian.cases import log_key
    from wangqian.cases.models import canonical
    from wangqian.documents.offline import verify

    tree, key = verify.Tree(), log_key.current()
    for body in bodies:
        tree.add(digest(body))
    head = {"at": "", "key": key.id, "log": "", "root": tree.root().hex(), "size": len(bodies), "suite": "sha256"}
    signed = {"head": head, "signature": key.sign(canonical(head)).hex()}
    (folder / "events.jsonl").write_bytes(b"".join(canonical(body) + b"\n" for body in bodies))
    (folder / "heads.jsonl").write_text(json.dumps(signed) + "\n", encoding="utf-8")
    (folder / "keys.json").write_text(json.dumps({key.id: key.public}), encoding="utf-8")


