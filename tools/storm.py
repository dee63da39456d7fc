"""`./run storm`: the long versions of the longest tests, on PostgreSQL, one after the other, with a table at the end."""

import hashlib
import os
import subprocess
import tempfile
import time
import xml.etree.ElementTree as ElementTree
from dataclasses import dataclass
from pathlib import Path

from tools.engines import OUTSIDE, Result, counts, postgres_url, read
from tools.environment import PYTHON, ROOT, Command, Failed, prepare

# What the caller's shell says to the site, to its tests or to pytest must not change what is measured.
FOREIGN = ("WANGQIAN_", "DATABASE_", "DJANGO_", "EMAIL_", "SMS_", "PYTEST_", "HYPOTHESIS_")


@dataclass(frozen=True)
class Storm:
    """A test that takes its size from a variable."""

    what: str
    tests: str
    variable: str
    figure: str


STORMS = {
    "kills": Storm("kill -9 of web, worker and database", "tests/kills", "WANGQIAN_KILLS", "200"),
    "door": Storm("sequences without code or proof", "tests/door/test_no_way_in.py", "WANGQIAN_SEQUENCES", "2000"),
    "fuzz": Storm("requests per route and method", "tests/fuzz", "WANGQIAN_FUZZ", "200"),
    "journeys": Storm("every journey, phone and desktop", "tests/journeys", "WANGQIAN_SIZES", "both"),
    "machine": Storm("random lives × steps, rare bugs", "tests/machine", "WANGQIAN_MACHINE", "500x50"),
    "races": Storm("graduates with ten invitations each", "tests/races", "WANGQIAN_RACES", "1000"),
    "papers": Storm("agreements read back", "tests/documents/test_agreement_pdf.py", "WANGQIAN_PAPERS", "500"),
    "neutral": Storm("questions about somebody and nobody", "tests/door/test_neutral.py", "WANGQIAN_NEUTRAL", "2000"),
}


def storm(arguments: list[str]) -> int:
    """the long tests at full size: kills, door, fuzz, journeys, machine, races, papers, neutral; or those named (needs PostgreSQL)"""
    unknown = [name for name in arguments if name not in STORMS]
    if unknown:
        raise Failed(f"There is no storm “{unknown[0]}”. There are: {', '.join(STORMS)}.", 2)
    prepare("dev")
    url = postgres_url()
    if not url:
        raise Failed("Storms are for PostgreSQL, and none answers (WANGQIAN_TEST_POSTGRES).")
    lines, codes = [], []
    for name in arguments or STORMS:
        result, said = _blow(name, url)
        lines.append(_line(name, result, said))
        codes.append(result.code)
    print(f"\n{'storm':<9}{'what':<38}{'figure':>8}{'seconds':>9}  result", *lines, sep="\n", flush=True)
    return next((code for code in codes if code), 0)


def environ_of(name: str, url: str, folder: str) -> dict[str, str]:
    """The shell's variables but for ours, and a database of the storm's own: it may blow beside `./run test`."""
    kept = {key: value for key, value in os.environ.items() if key not in OUTSIDE and not key.startswith(FOREIGN)}
    database = f"test_storm_{hashlib.sha256(str(ROOT).encode()).hexdigest()[:8]}"
    own = {"DATABASE_URL": url, "WANGQIAN_TEST_DB": database, "WANGQIAN_VAR": folder}
    # Required: nothing is skipped for want of a server. Storm: nothing is left to the round on SQLite.
    return kept | own | {"WANGQIAN_REQUIRE": "postgres", "WANGQIAN_STORM": name, STORMS[name].variable: STORMS[name].figure}


def _blow(name: str, url: str) -> tuple[Result, str]:
    """One storm, and what its test has to say of it."""
    print(f"── {name}", flush=True)
    with tempfile.TemporaryDirectory(prefix="wangqian-storm-") as folder:
        report, start = Path(folder) / "report.xml", time.monotonic()
        command: Command = [PYTHON, "-m", "pytest", "-p", "no:cacheprovider", f"--junit-xml={report}", STORMS[name].tests]
        process = subprocess.Popen(command, cwd=ROOT, env=environ_of(name, url, folder))
        try:
            process.wait()
        except KeyboardInterrupt:
            process.wait()  # it heard the same and clears away what it started
            raise
        result = read(report, Result(name, process.returncode, time.monotonic() - start))
        return result, _said(report)


def _said(report: Path) -> str:
    found = ElementTree.parse(report).iter("property") if report.exists() else ()
    return "; ".join(one.get("value", "") for one in found if one.get("name") == "said")


def _line(name: str, result: Result, said: str) -> str:
    about = STORMS[name]
    told = "; ".join(filter(None, (counts(result), said)))
    return f"{name:<9}{about.what:<38}{about.figure:>8}{result.seconds:>9.0f}  {told}"
