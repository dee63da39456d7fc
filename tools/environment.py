"""The project's own Python: `.venv` with locked requirements, compiled translations. Nothing twice."""

import contextlib
import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
LOCALE = ROOT / "wangqian" / "locale"
SECRETS = ("SECRET_KEY", "WANGQIAN_FIELD_KEYS", "WANGQIAN_INDEX_KEY")


Command = list[str | os.PathLike[str]]


class Failed(Exception):
    """A sentence for the person at the terminal; `code` is the exit code."""

    def __init__(self, sentence: str, code: int = 1) -> None:
        super().__init__(sentence)
        self.code = code


def say(sentence: str) -> None:
    """One line on stderr, so that stdout stays what the command itself prints."""
    print(sentence, file=sys.stderr, flush=True)


def prepare(lock: str) -> None:
    """Make `.venv` hold `requirements/<lock>.txt` and compile what translators changed. Raises Failed."""
    if _installed(lock) and not _stale_catalogues():
        return
    with _alone():
        if not _installed(lock):
            _install(lock)
        if _stale_catalogues():
            compiled = subprocess.call([PYTHON, "-m", "tools.translations", "compile"], cwd=ROOT)
            _check(compiled, "Compiling the translations")


def data_folder(environ: Mapping[str, str]) -> Path:
    """Where the database of the demo, files and collected static files are; made if missing."""
    folder = Path(environ.get("WANGQIAN_VAR") or ROOT / "var")
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def production_configuration(environ: Mapping[str, str]) -> list[str]:
    """Names of the variables that only a production installation sets."""
    found = [name for name in SECRETS if environ.get(name)]
    if not environ.get("DATABASE_URL", "sqlite:").startswith(("sqlite:", "sqlite3:")):
        found.append("DATABASE_URL")
    if environ.get("SITE_URL", "").startswith("https://"):
        found.append("SITE_URL")
    return found


def _stamp(lock: str) -> Path:
    return VENV / f"installed-{lock}"


def _digest(lock: str) -> str:
    return hashlib.sha256((ROOT / "requirements" / f"{lock}.txt").read_bytes()).hexdigest()


def _installed(lock: str) -> bool:
    return PYTHON.exists() and _stamp(lock).is_file() and _stamp(lock).read_text() == _digest(lock)


def _stale_catalogues() -> list[Path]:
    return [po for po in LOCALE.glob("*/LC_MESSAGES/*.po") if _newer(po, po.with_suffix(".mo"))]


def _newer(source: Path, made: Path) -> bool:
    return not made.exists() or source.stat().st_mtime_ns > made.stat().st_mtime_ns


@contextlib.contextmanager
def _alone() -> Iterator[None]:
    """One `./run` at a time changes the environment; a second one waits here, then finds the work done."""
    guard = ROOT / "var" / "run.lock"
    guard.parent.mkdir(exist_ok=True)
    with guard.open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield


def _install(lock: str) -> None:
    wanted, uv = ROOT / "requirements" / f"{lock}.txt", shutil.which("uv")
    digest = _digest(lock)
    if not PYTHON.exists():
        say("Making .venv …")
        shutil.rmtree(VENV, ignore_errors=True)
        _make_venv(uv)
    say(f"Installing requirements/{lock}.txt …")
    locked: Command = ["--require-hashes", "-r", wanted]
    # Compiled once, here: where processes may not write what they compile, each would do it anew.
    if not (uv and _quietly([uv, "pip", "install", "--quiet", "--compile-bytecode", "--python", PYTHON, *locked])):
        _install_with_pip(wanted)
    _stamp(lock).write_text(digest)
    if _pins("base") <= _pins(lock):  # the larger locks hold it: nobody waits for it a second time
        _stamp("base").write_text(_digest("base"))


def _pins(lock: str) -> set[str]:
    """`name==version` of every package of a lock."""
    lines = (ROOT / "requirements" / f"{lock}.txt").read_text().splitlines()
    return {line.split()[0] for line in lines if "==" in line and not line.startswith((" ", "#"))}


def _make_venv(uv: str | None) -> None:
    making: Command = [uv or "", "venv", "--quiet", "--python", sys.executable, VENV]
    if uv and _quietly(making):
        return
    shutil.rmtree(VENV, ignore_errors=True)
    made = subprocess.call([sys.executable, "-m", "venv", VENV], stdout=subprocess.DEVNULL)
    _check(made, "Making .venv (on Debian and Ubuntu it needs the package python3-venv)")


def _install_with_pip(wanted: Path) -> None:
    if not _quietly([PYTHON, "-m", "pip", "--version"]):
        _check(subprocess.call([PYTHON, "-m", "ensurepip"], stdout=subprocess.DEVNULL), "Adding pip to .venv")
    pip: Command = [PYTHON, "-m", "pip", "install", "--quiet", "--compile", "--disable-pip-version-check", "--no-input"]
    pip += ["--require-hashes", "-r", wanted]
    done = subprocess.run(pip, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    if done.returncode:
        say(done.stdout)
    _check(done.returncode, f"Installing requirements/{wanted.name}")


def _quietly(command: Command) -> bool:
    return subprocess.call(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) == 0


def _check(code: int, what: str) -> None:
    if code:
        raise Failed(f"{what} did not work; the lines above say why.")
