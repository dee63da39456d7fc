"""Gunicorn as in production (`tools/production.py`): threads, as many processes as there, on a free loopback port."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager

from bench.place import ROOT, Unable

WORKERS, THREADS = 2 * (os.cpu_count() or 1), 4
PATIENCE = 60  # seconds


@contextmanager
def serving(application: str, **environ: str) -> Iterator[int]:
    """The port on which `application` answers; the server ends with the block."""
    port = free_port()
    kind = ["--worker-class=gthread", "--no-control-socket", f"--workers={WORKERS}", f"--threads={THREADS}"]
    command = [sys.executable, "-m", "gunicorn", *kind, f"--bind=127.0.0.1:{port}", "--log-level=warning", application]
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(command, cwd=ROOT, env={**os.environ, **environ}, stderr=said)
        try:
            wait(process, port)
            yield port
        finally:
            process.terminate()
            process.wait(PATIENCE)
            said.seek(0)
            sys.stderr.write(said.read().decode()[-4000:])


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


def wait(process: subprocess.Popen[bytes], port: int) -> None:
    for _ in range(PATIENCE * 10):
        if process.poll() is not None:
            raise Unable("The server measured did not start; its lines say why.")
        with socket.socket() as attempt:
            if attempt.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise Unable("The server measured did not answer.")
