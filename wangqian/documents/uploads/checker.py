"""The child process seen from our side: what goes in, what comes out, and what it means when it ends.

Nothing it says is believed further than it must be: its answer is bounded, its words are looked up in a table, its pictures begin as
pictures do. A file that breaks it is refused; a child that does not come up, or is starved by other work, is `Trouble`.
"""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any

from django.conf import settings

from wangqian.documents.uploads.measures import ANSWER, PAGES, PICTURE, TEXT, TEXTS, WALL
from wangqian.documents.uploads.verdict import Bad

PYTHON = (sys.executable, "-E", "-s", "-B")
ENVIRONMENT = {"LANG": "C.UTF-8", "PATH": "/usr/bin:/bin"}  # none of our secrets
STARTING = 30.0  # seconds it may take to come up on a busy machine


class Trouble(Exception):
    """The check did not take place: the file is neither good nor bad."""


@dataclass(frozen=True)
class Checked:
    """A good file: a raster copy (JPEG) of each page, and the texts of its codes."""

    pictures: list[bytes]
    codes: list[list[str]] = field(default_factory=list)


def check(kind: str, data: bytes) -> Checked:
    """One file in a child of its own. Raises `Bad` or `Trouble`."""
    with Child(kind) as child:
        return child.look(kind, data)


class Child:
    """A running child; it takes `files` files before its hard limit of time ends it."""

    def __init__(self, kind: str, files: int = 1, command: Sequence[str] = ()) -> None:
        self.command = [*PYTHON, *(command or ("-m", "wangqian.documents.uploads.child", kind, str(files)))]
        self.buffer = b""

    def __enter__(self) -> Child:
        try:
            self.process = subprocess.Popen(
                self.command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                cwd=settings.BASE,
                env=ENVIRONMENT,
                start_new_session=True,
            )
        except OSError as problem:
            raise Trouble(f"the child was not started: {type(problem).__name__}") from problem
        assert self.process.stdin and self.process.stdout
        self.to, self.back = self.process.stdin.fileno(), self.process.stdout.fileno()
        for pipe in (self.to, self.back):
            os.set_blocking(pipe, False)
        self.deadline = time.monotonic() + STARTING
        try:
            if self.line(100) != b"ready":
                raise Trouble("the child said something else than ready")
        except Ended as ended:
            self.kill()
            raise Trouble("the child did not come up") from ended
        except Trouble:
            self.kill()
            raise
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.kill()

    def kill(self) -> None:
        """The child and whatever it might have started."""
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe:
                with suppress(OSError):
                    pipe.close()

    def look(self, kind: str, data: bytes) -> Checked:
        self.deadline = time.monotonic() + WALL
        try:
            self.send(json.dumps({"kind": kind, "size": len(data)}).encode() + b"\n" + data)
            said = json.loads(self.line(ANSWER))
            return self.believed(said)
        except Ended as ended:
            raise self.why() from ended
        except (ValueError, TypeError, KeyError) as garbled:  # a child that was taken over
            raise Bad("unreadable") from garbled

    def believed(self, said: Any) -> Checked:
        """Its answer, once it has the right shape. Raises Bad."""
        if "refused" in said:
            numbers = {str(name): int(value) for name, value in said["numbers"].items()}
            raise Bad(str(said["refused"]), **numbers)
        sizes = [int(size) for size in said["pages"]]
        codes = [[str(text)[:TEXT] for text in page][:TEXTS] for page in said["codes"]]
        if not 1 <= len(sizes) <= PAGES or len(codes) != len(sizes) or not all(0 < size <= PICTURE for size in sizes):
            raise Bad("unreadable")
        pictures = [self.take(size) for size in sizes]
        if not all(one.startswith(b"\xff\xd8\xff\xe0") and one.endswith(b"\xff\xd9") for one in pictures):
            raise Bad("unreadable")
        return Checked(pictures, codes)

    def why(self) -> Exception:
        """How the process ended while it had the file."""
        ran_out = time.monotonic() >= self.deadline
        if not ran_out:
            with suppress(subprocess.TimeoutExpired):
                self.process.wait(1)
        code = self.process.returncode
        self.kill()
        if code == -signal.SIGXCPU:
            return Bad("too_heavy")
        if (
            code is None or code == -signal.SIGKILL
        ):  # waited too long, or the machine ran out of memory: its own time was not used up
            return Trouble("the child was starved" if ran_out else "the child was killed")
        return Bad("unreadable")

    # --- pipes that neither side can block ---------------------------------------------------------------

    def send(self, data: bytes) -> None:
        view = memoryview(data)
        while view:
            self.wait(writing=True)
            try:
                view = view[os.write(self.to, view[:65536]) :]
            except BlockingIOError:
                continue
            except OSError as gone:
                raise Ended from gone

    def line(self, most: int) -> bytes:
        while b"\n" not in self.buffer:
            if len(self.buffer) > most:
                raise ValueError("a line without end")
            self.more()
        line, _, self.buffer = self.buffer.partition(b"\n")
        return line

    def take(self, size: int) -> bytes:
        parts, have = [self.buffer], len(self.buffer)
        while have < size:
            self.buffer = b""
            self.more()
            parts.append(self.buffer)
            have += len(self.buffer)
        whole = b"".join(parts)
        self.buffer = whole[size:]
        return whole[:size]

    def more(self) -> None:
        self.wait()
        try:
            part = os.read(self.back, 1 << 20)
        except BlockingIOError:
            return
        if not part:
            raise Ended
        self.buffer += part

    def wait(self, writing: bool = False) -> None:
        left = self.deadline - time.monotonic()
        ways = ([], [self.to]) if writing else ([self.back], [])
        if left <= 0 or not any(select.select(*ways, [], left)[:2]):
            raise Ended


class Ended(Exception):
    """The pipe closed, or the time ran out."""
