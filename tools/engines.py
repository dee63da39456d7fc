"""`./run test`: the tests on SQLite and, at the same time, on PostgreSQL where one answers; one closing line over both."""

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as ElementTree
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from tools.environment import PYTHON, ROOT, SECRETS, Command, Failed, prepare

# Tests bring their own configuration: what the caller's shell has set must not change their result; nor may it forbid to keep what
# was compiled, as hundreds of processes begin in them.
OUTSIDE = {*SECRETS, "DATABASE_URL", "SITE_URL", "ALLOWED_HOSTS", "WANGQIAN_DEMO", "WANGQIAN_BUILD", "PYTHONDONTWRITEBYTECODE"}
VENDORS = ("EMAIL_", "SMS_", "WANGQIAN_SEAL_", "WANGQIAN_LOG_", "WANGQIAN_TSA_", "WANGQIAN_SUPPORT_", "WANGQIAN_METRICS_")
BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# Of a whole run each engine has two rounds: what waits for browsers, servers and clocks runs beside what only counts.
APART = {"SQLite": ("documents", "journeys", "uploads"), "PostgreSQL": ("canary", "door", "fuzz", "kills", "operating", "races", "upgrade")}
NO_TESTS = 5  # pytest's exit code
CONNECT = "import os, psycopg; psycopg.connect(os.environ['CANDIDATE'], connect_timeout=1).close()"


@dataclass
class Result:
    """One run of pytest."""

    engine: str
    code: int
    seconds: float
    passed: int = 0
    failed: int = 0
    skipped: int = 0

    def line(self) -> str:
        said = f"{self.engine:<13} {counts(self)} in {self.seconds:.0f} s"
        return said if self.code in (0, 1, NO_TESTS) else f"{said}; pytest gave up with exit code {self.code}"


def test(arguments: list[str]) -> int:
    """every test on SQLite and on PostgreSQL where one answers; further arguments go to pytest"""
    prepare("dev")
    postgres, browser = postgres_url(), any(map(shutil.which, BROWSERS))
    _required(postgres, browser)
    with tempfile.TemporaryDirectory(prefix="wangqian-test-") as name:
        folder = Path(name)
        alongside = {"WANGQIAN_BESIDE": "postgres"} if postgres else {}
        rounds = _rounds("SQLite", folder, _sqlite(name) | alongside, browser, arguments)
        if postgres:
            rounds += _rounds("PostgreSQL", folder, _postgres(name, postgres), False, arguments)
        results = [_end(each) for each in rounds]
    return _close(results, browser)


def postgres_url() -> str | None:
    """The PostgreSQL of DATABASE_URL, else of WANGQIAN_TEST_POSTGRES, else of this machine, if it answers."""
    url = os.environ.get("DATABASE_URL", "")
    if not url.startswith(("postgres://", "postgresql://")):
        url = os.environ.get("WANGQIAN_TEST_POSTGRES") or "postgres://root@127.0.0.1/test"
    environ = os.environ | {"CANDIDATE": url}
    try:
        answer = subprocess.run(
            [PYTHON, "-c", CONNECT], env=environ, capture_output=True, timeout=10, check=False
        )
    except subprocess.TimeoutExpired:
        return None
    return None if answer.returncode else url


def counts(result: Result) -> str:
    """`3 passed, 0 failed`, and what was skipped if anything was."""
    said = f"{result.passed} passed, {result.failed} failed"
    return f"{said}, {result.skipped} skipped" if result.skipped else said


def read(report: Path, result: Result) -> Result:
    """Fill in the figures of pytest's own report (JUnit); a test in error has failed."""
    for suite in ElementTree.parse(report).iter("testsuite") if report.exists() else ():
        failed = int(suite.get("failures", 0)) + int(suite.get("errors", 0))
        skipped = int(suite.get("skipped", 0))
        result.failed += failed
        result.skipped += skipped
        result.passed += max(int(suite.get("tests", 0)) - failed - skipped, 0)
    return result


def _required(postgres: str | None, browser: bool) -> None:
    required = os.environ.get("WANGQIAN_REQUIRE", "").split(",")
    if "postgres" in required and not postgres:
        raise Failed("WANGQIAN_REQUIRE asks for postgres, and none answers (WANGQIAN_TEST_POSTGRES).")
    if "browser" in required and not browser:
        raise Failed("WANGQIAN_REQUIRE asks for browser, and no Chromium is installed.")


def _inside(folder: str) -> dict[str, str]:
    own = {name for name in os.environ if name in OUTSIDE or name.startswith(VENDORS)}
    own |= {"WANGQIAN_BESIDE", "WANGQIAN_TEST_SHARED"}
    kept = {name: value for name, value in os.environ.items() if name not in own}
    return kept | {"WANGQIAN_VAR": folder}


def _sqlite(folder: str) -> dict[str, str]:
    return _inside(folder) | {"WANGQIAN_TEST_DB": str(Path(folder) / "test.sqlite3")}


def _postgres(folder: str, url: str) -> dict[str, str]:
    """A database per checkout: two checkouts may test at once, and a broken run leaves one name, not many."""
    name = f"test_wangqian_{hashlib.sha256(str(ROOT).encode()).hexdigest()[:8]}"
    return {"WANGQIAN_TEST_DB": name} | _inside(folder) | {"DATABASE_URL": url}


@dataclass
class Round:
    """A run of pytest under way; it writes to a file, so that two at a time can be read one after the other."""

    engine: str
    folder: Path
    process: subprocess.Popen[bytes]
    start: float

    @property
    def said(self) -> Path:
        return self.folder / f"{self.engine}.log"

    @property
    def report(self) -> Path:
        return self.folder / f"{self.engine}.xml"


def _rounds(engine: str, folder: Path, environ: dict[str, str], browser: bool, arguments: list[str]) -> list[Round]:
    """One round of what was asked for; of a whole run two, each with a database of its own."""
    if arguments:
        return [_begin(engine, folder, environ, browser, arguments)]
    apart, environ = [f"tests/{name}" for name in APART[engine]], environ | {"WANGQIAN_TEST_SHARED": str(folder)}
    second = environ | {"WANGQIAN_TEST_DB": f"{environ['WANGQIAN_TEST_DB']}_2"}
    rest = [f"--ignore={each}" for each in apart]
    return [_begin(engine, folder, environ, browser, rest), _begin(f"{engine} 2", folder, second, browser, apart)]


def _begin(engine: str, folder: Path, environ: dict[str, str], browser: bool, arguments: list[str]) -> Round:
    """All rounds at once: none alone keeps a core busy. Each has a folder of its own for files and keys."""
    own = folder / engine
    own.mkdir()
    chosen = [] if browser else ["-m", "not browser"]
    command: Command = [PYTHON, "-m", "pytest", f"--junit-xml={folder / engine}.xml", *chosen, *arguments]
    with (folder / f"{engine}.log").open("wb") as said:
        process = subprocess.Popen(command, cwd=ROOT, env=environ | {"WANGQIAN_VAR": str(own)}, stdout=said, stderr=said)
    return Round(engine, folder, process, time.monotonic())


def _end(run: Round) -> Result:
    """Wait, showing what is said while it is said."""
    print(f"── {run.engine}", flush=True)
    with run.said.open("rb") as said:
        while run.process.poll() is None:
            _show(said)
            time.sleep(0.3)
        seconds = time.monotonic() - run.start
        _show(said)
    return read(run.report, Result(run.engine, run.process.returncode, seconds))


def _show(said: BinaryIO) -> None:
    sys.stdout.buffer.write(said.read())
    sys.stdout.buffer.flush()


def _close(results: list[Result], browser: bool) -> int:
    """Print what each engine gave and the sum; the exit code is 0 only if no run failed and something ran."""
    total = Result("", 0, 0)
    print()
    for result in results:
        print(result.line())
        total.passed, total.failed = total.passed + result.passed, total.failed + result.failed
        total.skipped += result.skipped
    if not any(result.engine.startswith("PostgreSQL") for result in results):
        print("PostgreSQL    not tested: none answers")
    if not browser:
        print("Browser       not tested: no Chromium is installed")
    print(counts(total), flush=True)
    bad = [result.code for result in results if result.code not in (0, NO_TESTS)]
    return bad[0] if bad else NO_TESTS * all(result.code for result in results)


if __name__ == "__main__":
    raise SystemExit(0 if postgres_url() else 1)
