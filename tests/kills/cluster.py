"""A PostgreSQL of its own, which may be killed: made in a temporary folder, started again as often as needed."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

PATIENCE = 60.0  # seconds


def programs() -> Path | None:
    """The folder of initdb and pg_ctl; None when PostgreSQL's server is not installed here."""
    found = shutil.which("initdb")
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return Path(found).parent if found else installed[-1].parent if installed else None


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


def children(pid: int) -> list[int]:
    """Pids of the processes a process started; none when it is gone."""
    try:
        return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


def title(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")
    except OSError:
        return ""


class Cluster:
    """`options` are given to the server, as in `synchronous_commit=off`; `like` is a halted one whose data is copied."""

    def __init__(self, options: Sequence[str] = (), like: Cluster | None = None) -> None:
        bin_folder = programs()
        assert bin_folder
        self.bin, self.port, self.options = bin_folder, free_port(), options
        self.folder = Path(tempfile.mkdtemp(prefix="wangqian-kills-"))
        self.owner: list[str] = []
        if os.getuid() == 0:  # the server refuses to run as root
            shutil.chown(self.folder, "postgres")
            self.owner = ["runuser", "-u", "postgres", "--"]
        if like:
            self.run("cp", "-a", str(like.data), str(self.folder))
        else:
            made = ("-U", "postgres", "--auth=trust", "-E", "UTF8", "--data-checksums", "--no-sync")
            self.run(str(self.bin / "initdb"), "-D", str(self.data), *made)
        self.start()

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def url(self) -> str:
        return f"postgres://postgres@127.0.0.1:{self.port}/postgres"

    def run(self, program: str, *arguments: str) -> int:
        command = [*self.owner, program, *arguments]
        return subprocess.run(command, cwd="/tmp", stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False).returncode

    def control(self, *arguments: str) -> int:
        return self.run(str(self.bin / "pg_ctl"), "-D", str(self.data), *arguments)

    def start(self) -> None:
        """Until it answers: the children of a killed server hold port and memory for a moment."""
        settings = ["listen_addresses=127.0.0.1", f"port={self.port}", f"unix_socket_directories={self.folder}", *self.options]
        given = " ".join(f"-c {one}" for one in settings)
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            if self.control("-l", str(self.folder / "log"), "-w", "-o", given, "start") == 0:
                return
            time.sleep(0.1)
        raise RuntimeError((self.folder / "log").read_text()[-2000:])

    def pid(self) -> int:
        return int((self.data / "postmaster.pid").read_text().split("\n", 1)[0])

    def kill_server(self) -> None:
        os.kill(self.pid(), signal.SIGKILL)

    def kill_backend(self) -> bool:
        """One connection's process; the server then throws out all others and recovers."""
        backends = [pid for pid in children(self.pid()) if "127.0.0.1" in title(pid)]
        for pid in backends[:1]:
            os.kill(pid, signal.SIGKILL)
        return bool(backends)

    def alive(self) -> bool:
        try:
            os.kill(self.pid(), 0)
        except (OSError, ValueError):
            return False
        return True

    def halt(self) -> None:
        """Everything written down, so that the data can be copied."""
        self.control("-m", "fast", "-w", "stop")

    def stop(self) -> None:
        self.control("-m", "immediate", "stop")
        shutil.rmtree(self.folder, ignore_errors=True)
