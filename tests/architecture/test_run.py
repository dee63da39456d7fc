"""The command line of the house: what it needs, what it offers, what it refuses."""

import ast
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
INSIDE = {"extract.py", "translations.py"}  # these run in the project's environment
STANDARD = [ROOT / "run", *sorted(path for path in (ROOT / "tools").glob("*.py") if path.name not in INSIDE)]
LOCKS = ("base", "bench", "dev")
LOCKED = re.compile(r"[a-z0-9-]+==[A-Za-z0-9.+!]+( ; [^\\]+)? \\|    --hash=sha256:[0-9a-f]{64}( \\)?")


def run(*arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
    """`./run` without the caller's configuration."""
    plain = {"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/"), "PYTHONUTF8": "1"}
    command = [sys.executable, ROOT / "run", *arguments]
    return subprocess.run(
        command, env=plain | environ, capture_output=True, text=True, timeout=60, check=False
    )


def imported(path: Path) -> set[str]:
    """First names of the modules a file imports."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names.add((node.module or "").partition(".")[0])
    return names


@pytest.mark.parametrize("path", STANDARD, ids=lambda path: path.name)
def test_needs_the_standard_library_only(path: Path) -> None:
    assert imported(path) - set(sys.stdlib_module_names) - {"tools"} == set()


@pytest.mark.parametrize("path", STANDARD, ids=lambda path: path.name)
def test_starts_before_the_environment_exists(path: Path) -> None:
    assert (
        re.findall(r"(?:from|import) tools\.(?:extract|translations)", path.read_text(encoding="utf-8")) == []
    )


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_file_holds_versions_and_hashes_and_nothing_else(lock: str) -> None:
    lines = (ROOT / "requirements" / f"{lock}.txt").read_text().splitlines()
    assert [line for line in lines if not LOCKED.fullmatch(line)] == []
    assert len(lines) > 50


def test_the_locks_agree_on_every_version_they_share() -> None:
    pinned: dict[str, set[str]] = {}
    for lock in LOCKS:
        for line in (ROOT / "requirements" / f"{lock}.txt").read_text().splitlines():
            if "==" in line and not line.startswith(" "):
                name, _, rest = line.partition("==")
                pinned.setdefault(name, set()).add(rest.split()[0])
    assert {name: versions for name, versions in pinned.items() if len(versions) > 1} == {}


def test_without_arguments_it_lists_its_commands() -> None:
    shown = run()
    listed = re.findall(r"^  \./run (\w+)", shown.stdout, re.MULTILINE)
    assert (shown.returncode, shown.stderr) == (0, "")
    assert listed == ["demo", "test", "check", "storm", "serve", "worker", "manage", "bench", "translate", "guide"]


def test_an_unknown_command_check_or_storm_is_refused() -> None:
    command, check, storm = run("dmeo"), run("check", "rufff"), run("storm", "hail")
    assert (command.returncode, command.stderr) == (2, "There is no command “dmeo”. `./run` lists them.\n")
    assert check.returncode == 2
    assert check.stderr.startswith("There is no check “rufff”. There are: ")
    known = "kills, door, fuzz, journeys, machine, races, papers, neutral"
    assert (storm.returncode, storm.stderr) == (2, f"There is no storm “hail”. There are: {known}.\n")


def test_a_storm_is_what_it_is_whatever_the_shell_says(monkeypatch: pytest.MonkeyPatch) -> None:
    from tools.storm import STORMS, environ_of

    for name in ("WANGQIAN_KILLS", "WANGQIAN_EQUAL_MS", "SITE_URL", "SECRET_KEY", "PYTEST_ADDOPTS", "EMAIL_HOST", "WANGQIAN_TEST_DB"):
        monkeypatch.setenv(name, "3")
    for name, storm in STORMS.items():
        given = environ_of(name, "postgres://here", "/tmp/x")
        assert {key: value for key, value in given.items() if value == "3"} == {}
        assert (given[storm.variable], given["DATABASE_URL"]) == (storm.figure, "postgres://here")
        assert {other.variable for other in STORMS.values()} & set(given) == {storm.variable}
        assert (ROOT / storm.tests.partition("::")[0]).exists()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", "postgres://wangqian@db.invalid/wangqian"),
        ("DATABASE_URL", "postgresql://wangqian@db.invalid/wangqian"),
        ("SECRET_KEY", "x" * 50),
        ("WANGQIAN_FIELD_KEYS", "a:" + "33" * 32),
        ("WANGQIAN_INDEX_KEY", "44" * 32),
        ("SITE_URL", "https://sign.school.example"),
    ],
)
def test_the_demo_refuses_a_production_configuration(name: str, value: str) -> None:
    refused = run("demo", **{name: value})
    sentence = (
        "The demo lets anybody enter as anybody, so it does not start on a production configuration "
        f"(set here: {name}). Production starts with `./run serve` and `./run worker`.\n"
    )
    assert (refused.returncode, refused.stdout, refused.stderr) == (1, "", sentence)


def test_production_refuses_the_demo() -> None:
    refused = run("serve", WANGQIAN_DEMO="1")
    assert (refused.returncode, refused.stdout) == (1, "")
    assert refused.stderr.startswith("WANGQIAN_DEMO is set")


@pytest.mark.parametrize("port", ["abc", "0", "65536", "-1", "８０"])
def test_the_demo_refuses_a_port_that_is_none(port: str) -> None:
    refused = run("demo", PORT=port)
    assert (refused.returncode, refused.stderr) == (
        2,
        f"PORT must be a number from 1 to 65535, not “{port}”.\n",
    )


def test_an_old_python_gets_a_sentence() -> None:
    """The first lines of `run`, on a Python that says it is 3.9."""
    pretend = f"import sys, runpy; sys.version_info = (3, 9, 2); runpy.run_path({str(ROOT / 'run')!r})"
    said = subprocess.run([sys.executable, "-c", pretend], capture_output=True, text=True, check=False)
    assert said.returncode == 1
    assert said.stderr == "Wangqian needs Python 3.11 or newer; this is 3.9. Try: python3.11 run\n"
