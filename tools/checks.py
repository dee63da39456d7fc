"""`./run check`: everything that reads the code instead of running it, with a table at the end."""

import os
import subprocess
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from tools.environment import PYTHON, ROOT, VENV, Failed, prepare

BIN = VENV / "bin"
OWN = ("DATABASE_URL", "WANGQIAN_DEMO")
MANAGE = (str(PYTHON), "manage.py")
CHECKS: dict[str, tuple[str, ...]] = {
    "mypy": (str(BIN / "mypy"),),
    "ruff": (str(BIN / "ruff"), "check", "--quiet", ".", "run"),
    "imports": (str(BIN / "lint-imports"),),
    "migrations": (*MANAGE, "makemigrations", "--check", "--dry-run"),
    "charts": (*MANAGE, "charts", "--check"),
    "sms": (*MANAGE, "sms_templates", "--check"),
    "translations": (str(PYTHON), "-m", "tools.translations", "check"),
    "architecture": (str(PYTHON), "-m", "pytest", "-p", "no:cacheprovider", "tests/architecture"),
}


@dataclass
class Outcome:
    """What one check said."""

    name: str
    code: int
    output: str


def check(arguments: list[str]) -> int:
    """ruff, mypy, layers, migrations, generated docs, SMS templates, translations, architecture; or those named"""
    unknown = [name for name in arguments if name not in CHECKS]
    if unknown:
        raise Failed(f"There is no check “{unknown[0]}”. There are: {', '.join(CHECKS)}.", 2)
    prepare("dev")
    with tempfile.TemporaryDirectory(prefix="wangqian-check-") as folder, ThreadPoolExecutor(2) as pool:
        environ = _environ(folder)
        outcomes = list(pool.map(lambda name: _run(name, environ), arguments or CHECKS))
    for outcome in outcomes:
        if outcome.code:
            print(f"── {outcome.name}\n{outcome.output.strip()}\n")
    for outcome in outcomes:
        print("✗" if outcome.code else "✓", outcome.name)
    failed = sum(bool(outcome.code) for outcome in outcomes)
    print(f"{len(outcomes) - failed} checks passed, {failed} failed")
    return 1 if failed else 0


def _environ(folder: str) -> dict[str, str]:
    """Stand-ins for the secrets, an empty folder for data: a check depends on the sources alone."""
    without = {name: value for name, value in os.environ.items() if name not in OWN}
    return without | {"WANGQIAN_BUILD": "1", "WANGQIAN_VAR": folder, "PYTHONUTF8": "1", "NO_COLOR": "1"}


def _run(name: str, environ: dict[str, str]) -> Outcome:
    with subprocess.Popen(
        CHECKS[name], cwd=ROOT, env=environ, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as started:
        output, _ = started.communicate()
    return Outcome(name, started.returncode, output)
