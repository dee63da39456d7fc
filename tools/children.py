"""Programs that live and die together: Ctrl-C, SIGTERM and a closed terminal end them all."""

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path
from types import FrameType

from tools.environment import Command

PATIENCE = 10.0  # seconds between asking a group to end and ending it


class Children:
    """`start`, look with `ended`, `stop`. `stopping` turns true when a signal asks for it."""

    def __init__(self, folder: Path, environ: Mapping[str, str]) -> None:
        self.folder, self.environ = folder, environ
        self.stopping = False
        self.running: dict[str, subprocess.Popen[bytes]] = {}
        for asked in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(asked, self._ask)

    def _ask(self, _number: int, _frame: FrameType | None) -> None:
        self.stopping = True

    def start(self, name: str, command: Command) -> None:
        """Start a program in a process group of its own."""
        self.running[name] = subprocess.Popen(
            command, cwd=self.folder, env=dict(self.environ), stdin=subprocess.DEVNULL, start_new_session=True
        )

    def finish(self, name: str, command: Command) -> int:
        """Run a program to its end and give its exit code; 0 when a signal asked to stop meanwhile."""
        self.start(name, command)
        while not self.stopping:
            code = self.running[name].poll()
            if code is not None:
                return code
            time.sleep(0.05)
        return 0

    def ended(self) -> tuple[str, int] | None:
        """Name and exit code of a program that has ended."""
        for name, child in self.running.items():
            code = child.poll()
            if code is not None:
                return name, code
        return None

    def forget(self, name: str) -> None:
        """Leave out a program that has done its work."""
        del self.running[name]

    def stop(self) -> None:
        """End every group: politely, and after PATIENCE seconds not."""
        self._signal(signal.SIGTERM)
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline and self._signal(0):
            time.sleep(0.05)
        self._signal(signal.SIGKILL)

    def _signal(self, number: int) -> bool:
        """Send to every group; whether any still has a living member."""
        alive = False
        for child in self.running.values():
            child.poll()  # a leader that is not waited for would keep its group alive
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(child.pid, number)
                alive = True
        return alive
