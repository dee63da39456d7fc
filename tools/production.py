"""`./run serve`: the web process of production, configured by the environment only."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from tools.environment import PYTHON, ROOT, VENV, Command, Failed, data_folder, prepare

EXCEPTION = re.compile(r"^[a-z]\w*(?:\.\w+)+: (.+)", re.MULTILINE)  # the sentence under a traceback
# Checks of the doctor that must hold before the first request. What passes by itself (a worker behind, a database failing over)
# is left to /readyz: a server that did not start for it would not come back either.
STARTING = ("durability", "waits", "migrations")
STATIC = ROOT / "wangqian" / "web" / "static"
# How processes begin and end; `wangqian/serving.py` adds its log lines, the metrics and the way SIGTERM is taken.
LIFETIME = (
    "--config=python:wangqian.serving",
    "--max-requests=5000",
    "--max-requests-jitter=500",
    "--graceful-timeout=30",
)


def serve(arguments: list[str]) -> int:
    """the web process of production; further arguments go to gunicorn"""
    if os.environ.get("WANGQIAN_DEMO") == "1":
        raise Failed("WANGQIAN_DEMO is set, and the demo lets anybody enter as anybody: `./run demo`.")
    prepare("base")
    data_folder(os.environ)
    # A query of a page may take five seconds; what the worker does may take longer.
    os.environ.setdefault("WANGQIAN_STATEMENT_SECONDS", "5")
    _migrated()
    _settled()
    command = collect_static(os.environ)
    if command and subprocess.call([PYTHON, "manage.py", *command], cwd=ROOT):
        raise Failed("Collecting the static files did not work; the lines above say why.")
    bind = os.environ.get("WANGQIAN_BIND") or f"127.0.0.1:{os.environ.get('PORT') or 8000}"
    workers = os.environ.get("WEB_CONCURRENCY") or str(2 * (os.cpu_count() or 1))
    web = gunicorn([bind], f"--workers={workers}", "--threads=4", *LIFETIME, *arguments)
    os.chdir(ROOT)
    sys.stdout.flush()
    os.execv(web[0], [str(part) for part in web])


def gunicorn(binds: list[str], *options: str) -> Command:
    """Gunicorn with threads. The master loads all there is, once; workers are forked from it, and share its memory.

    No control socket, which two installations of one user would share.
    """
    listen = [f"--bind={bind}" for bind in binds]
    kind = ["--worker-class=gthread", "--preload", "--no-control-socket"]
    return [VENV / "bin" / "gunicorn", *kind, *listen, *options, "wangqian.wsgi"]


def collect_static(environ: Mapping[str, str]) -> tuple[str, ...] | None:
    """The command that collects the static files; None when what is collected is newer than every source."""
    made = data_folder(environ) / "static" / "staticfiles.json"
    if made.is_file() and _newest(STATIC) < made.stat().st_mtime_ns:
        return None
    return "collectstatic", "--no-input", "--verbosity=0"


def _newest(folder: Path) -> int:
    return max((path.stat().st_mtime_ns for path in folder.rglob("*")), default=0)


def _migrated() -> None:
    """Refuse to serve with tables of another version, or with half a configuration."""
    check: Command = [PYTHON, "manage.py", "migrate", "--check", "--verbosity=0"]
    done = subprocess.run(check, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode and "Traceback" in done.stderr:
        said = EXCEPTION.findall(done.stderr) or done.stderr.strip().splitlines()
        raise Failed(f"The configuration does not work: {said[-1]}")
    if done.returncode:
        raise Failed("The database is not that of this version. Run `./run manage migrate` first, once.")


def _settled() -> None:
    """Refuse to serve on a database that may lose what it acknowledged, or lets somebody wait for ever."""
    check: Command = [PYTHON, "manage.py", "doctor", "--json", "--language", "en", "--only", *STARTING]
    done = subprocess.run(check, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=False)
    if not done.returncode:
        return
    try:
        wrong = [f"{row['said']} {row['remedy']}" for row in json.loads(done.stdout) if row["mark"] == "bad"]
    except ValueError:
        raise Failed("The checks before the start did not work; the lines above say why.") from None
    raise Failed("\n".join(["The database is not set as this version needs it, so it does not serve.", *wrong]))
