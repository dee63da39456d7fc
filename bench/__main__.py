"""`./run bench`: every measurement, as a table or (`--json`) as one JSON object name → {value, aim, ok, parts}.

Ratios are of one run on one machine; run it where nothing else runs. `--only NAME` (repeatable) selects, `--quick` measures little
and proves only that everything works.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from dataclasses import asdict, dataclass, field
from importlib import import_module
from typing import Any

from bench.place import ROOT, Unable, place


@dataclass(frozen=True)
class Aim:
    """What a value should be: at least (`least`) or at most."""

    value: float
    least: bool = True

    def met(self, value: float) -> bool:
        return value >= self.value if self.least else value <= self.value

    def __str__(self) -> str:
        return f"{'≥' if self.least else '≤'} {self.value:g}"


@dataclass(frozen=True)
class Result:
    """A measured value; `ok` is None where it is shown without an aim."""

    value: float
    aim: str = ""
    ok: bool | None = None
    parts: dict[str, Any] = field(default_factory=dict)


AIMS = {
    "act_vs_bare": Aim(0.5),
    "act_vs_pgbench": Aim(0.08),
    "desk_1m_vs_10k": Aim(1.3, least=False),
    "import_vs_django_import_export": Aim(20),
    "import_100k_s": Aim(20, least=False),
    "import_100k_mb": Aim(600, least=False),
    "pdf_vs_weasyprint": Aim(5),
    "seal_ms": Aim(60, least=False),
    "login_vs_argon2": Aim(0.5),
    "neutral_auc": Aim(0.55, least=False),
    "review_20_vs_1": Aim(1.5, least=False),
}
MEASURES = {  # module → what it measures
    "pdf": ("pdf_vs_weasyprint",),
    "seal": ("seal_ms",),
    "acts": ("act_vs_bare", "act_vs_writing", "act_vs_pgbench"),
    "imports": ("import_vs_django_import_export", "import_100k_s", "import_100k_mb"),
    "desk": ("desk_1m_vs_10k",),
    "login": ("login_vs_argon2",),
    "neutral": ("neutral_auc",),
    "uploads": ("upload_ms", "upload_vs_pillow"),
    "reviewing": ("review_20_vs_1",),
}


def main(arguments: list[str]) -> int:
    """Exit code 0 when everything was measured, 1 when it could not be; a missed aim is shown, not punished."""
    parser = argparse.ArgumentParser(prog="./run bench", description="Measured ratios, each in one run on one machine.")
    parser.add_argument("--json", action="store_true", help="one JSON object instead of the table")
    parser.add_argument("--only", action="append", choices=[name for names in MEASURES.values() for name in names])
    parser.add_argument("--quick", action="store_true", help="small sizes: shows that it works, not how fast")
    parser.add_argument("--here", choices=MEASURES, help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    try:
        if options.here:
            print(json.dumps(measured_here(options.here, options.quick)))
            return 0
        results = everything(options)
    except Unable as reason:
        print(reason, file=sys.stderr)
        return 1
    if options.json:
        print(json.dumps({name: asdict(result) for name, result in results.items()}, ensure_ascii=False))
    return 0


def everything(options: argparse.Namespace) -> dict[str, Result]:
    """Each measurement in a process and a database of its own, one after the other."""
    results: dict[str, Result] = {}
    for module, names in MEASURES.items():
        if not options.only or set(options.only) & set(names):
            results |= judged(elsewhere(module, options.quick), options.only)
            if not options.json:
                show(results, names)
    return results


def elsewhere(module: str, quick: bool) -> dict[str, Any]:
    command = [sys.executable, "-m", "bench", "--here", module, *(["--quick"] if quick else [])]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode:
        raise Unable(f"{module} could not be measured; the lines above say why.")
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def measured_here(module: str, quick: bool) -> dict[str, Any]:
    """Values by name, and "parts"."""
    with place():
        found: dict[str, Any] = import_module(f"bench.{module}").measure(
            **({} if module in ("pdf", "seal") else {"quick": quick})
        )
    if "parts" not in found:
        found = {name: found.pop(name) for name in MEASURES[module]} | {"parts": found}
    return found


def judged(found: dict[str, Any], only: list[str] | None) -> dict[str, Result]:
    """Values with their aims; the parts stand with the first value of the measurement."""
    parts = found.pop("parts")
    made: dict[str, Result] = {}
    for name, value in found.items():
        aim = AIMS.get(name)
        if not only or name in only:
            said, met = (str(aim), aim.met(value)) if aim else ("", None)
            made[name] = Result(round(value, 3), said, met, {} if made else parts)
    return made


def show(results: dict[str, Result], names: tuple[str, ...]) -> None:
    """The rows of one measurement, printed when it is done."""
    for name in names:
        if result := results.get(name):
            word = {True: "ok", False: "MISSED", None: ""}[result.ok]
            print(f"{name:<32} {result.value:>10.3f}  {result.aim:<8} {word}", flush=True)
            for part, value in result.parts.items():
                print(f"    {part:<28} {value:>10}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
