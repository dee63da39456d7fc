"""The site as in production: web and worker processes that are killed and started again, and what they are told."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import psycopg

from tests.kills.cluster import Cluster, children, free_port
from tests.kills.post import Post
from tools.environment import ROOT
from tools.production import gunicorn

WEB_WORKERS = 2


def settings(cluster: Cluster, folder: Path, mail_port: int) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("WANGQIAN_", "EMAIL_", "DATABASE_"))}
    return kept | {
        "DJANGO_SETTINGS_MODULE": "wangqian.settings",
        "DATABASE_URL": cluster.url,
        "WANGQIAN_VAR": str(folder),
        "WANGQIAN_SECOND_FACTOR": "offered",
        "SECRET_KEY": "k" * 50,
        "WANGQIAN_FIELD_KEYS": "kills:" + "33" * 32,
        "WANGQIAN_INDEX_KEY": "44" * 32,
        "ALLOWED_HOSTS": "localhost",
        "SITE_URL": "http://localhost",
        "EMAIL_HOST": "127.0.0.1",
        "EMAIL_PORT": str(mail_port),
    }


def python(environ: dict[str, str], *command: str) -> str:
    """What a program of ours prints, run with the site's settings; it must succeed."""
    done = subprocess.run([sys.executable, *command], cwd=ROOT, env=environ, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout


class Installation:
    """Tables, static files and people, made once; every site of a run begins with a copy."""

    def __init__(self, invitations: int) -> None:
        self.var = Path(tempfile.mkdtemp(prefix="wangqian-kills-"))
        self.cluster = Cluster(["fsync=off"])  # nothing is killed while it is made
        environ = settings(self.cluster, self.var, 9)
        python(environ, "manage.py", "migrate", "--verbosity=0")
        python(environ, "manage.py", "collectstatic", "--no-input", "--verbosity=0")
        self.people: dict[str, Any] = json.loads(python(environ, "-m", "tests.kills.seed", str(invitations)))
        self.cluster.halt()

    def remove(self) -> None:
        shutil.rmtree(self.cluster.folder, ignore_errors=True)
        shutil.rmtree(self.var, ignore_errors=True)


class Site:
    """`application` is the WSGI module: a red control puts its own there."""

    def __init__(self, installed: Installation, cluster: Cluster, post: Post, application: str = "wangqian.wsgi") -> None:
        self.cluster, self.post, self.port, self.people = cluster, post, free_port(), installed.people
        self.folder = Path(tempfile.mkdtemp(prefix="wangqian-kills-"))
        shutil.copytree(installed.var, self.folder, dirs_exist_ok=True)
        self.log = (self.folder / "log").open("wb")
        self.environ = settings(cluster, self.folder, post.port)
        self.web_command = [str(part) for part in gunicorn([f"127.0.0.1:{self.port}"], f"--workers={WEB_WORKERS}", "--threads=4")]
        self.web_command[-1] = application
        self.worker_command = [sys.executable, "manage.py", "worker"]
        self.web, self.worker = self.begin(self.web_command), self.begin(self.worker_command)

    def begin(self, command: list[str]) -> subprocess.Popen[bytes]:
        return subprocess.Popen(command, cwd=ROOT, env=self.environ, stdout=self.log, stderr=self.log)

    def mend(self) -> None:
        """Start what is not running; the supervisor of a real installation does the same."""
        if not self.cluster.alive():
            self.cluster.start()
        if self.web.poll() is not None:
            self.web = self.begin(self.web_command)
        if self.worker.poll() is not None:
            self.worker = self.begin(self.worker_command)

    def kill_web_worker(self) -> bool:
        found = children(self.web.pid)
        for pid in found[:1]:
            os.kill(pid, signal.SIGKILL)
        return bool(found)

    def kill_web(self) -> None:
        """The master and all its workers at once, as when a machine goes."""
        for pid in [self.web.pid, *children(self.web.pid)]:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.web.wait()

    def kill_worker(self) -> None:
        self.worker.kill()
        self.worker.wait()

    def stop(self) -> None:
        """Nobody needs it any more, so nobody waits for it."""
        self.kill_worker()
        self.kill_web()
        self.log.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def said(self) -> str:
        return (self.folder / "log").read_text(errors="replace")

    def settled(self) -> None:
        """Everything is told: the leases of killed workers are over (tests move the deadline), then nothing is left to send."""
        self.worker.terminate()
        self.worker.wait(60)
        self.mend()
        with psycopg.connect(self.cluster.url) as connection:
            connection.execute("UPDATE cases_outbox SET next_at = NULL WHERE next_at IS NOT NULL")
            connection.execute("UPDATE notices_notice SET next_at = now() WHERE next_at > now()")
        self.until("SELECT count(*) FROM cases_outbox WHERE consumer = 'notices'")
        self.until("SELECT count(*) FROM notices_notice WHERE next_at IS NOT NULL AND state NOT IN ('dead')")

    def until(self, question: str, patience: float = 240.0) -> None:
        """Wait until a query of one number answers 0."""
        end, left = time.monotonic() + patience, None
        while time.monotonic() < end:
            self.mend()
            try:
                with psycopg.connect(self.cluster.url, connect_timeout=5) as connection:
                    left = connection.execute(question).fetchone()
                if left == (0,):
                    return
            except psycopg.OperationalError:
                pass
            time.sleep(0.1)
        raise AssertionError(f"still {left} after {patience:.0f} s: {question}\n{self.said()[-3000:]}")
