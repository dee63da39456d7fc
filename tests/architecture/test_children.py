"""Programs that live and die together: groups end, exit codes are passed on."""

import os
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tools import children as module
from tools.children import Children

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@pytest.fixture
def children(tmp_path: Path) -> Iterator[Children]:
    """Children of this process; the signal handlers are put back afterwards."""
    before = {number: signal.getsignal(number) for number in SIGNALS}
    ours = Children(tmp_path, os.environ)
    yield ours
    ours.stop()
    for child in ours.running.values():
        child.wait()
    for number, handler in before.items():
        signal.signal(number, handler)


def python(source: str) -> list[str | os.PathLike[str]]:
    return [sys.executable, "-c", source]


def wait_for(path: Path) -> str:
    deadline = time.monotonic() + 20
    while not (path.exists() and path.read_text()):
        assert time.monotonic() < deadline, f"{path.name} was never written"
        time.sleep(0.02)
    return path.read_text()


def alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except OSError:
        return False
    return state != "Z"


def test_finish_gives_the_exit_code(children: Children) -> None:
    assert children.finish("setup", python("raise SystemExit(7)")) == 7


def test_the_one_that_ends_is_named_with_its_code(children: Children) -> None:
    children.start("web", python("import time; time.sleep(60)"))
    children.start("worker", python("raise SystemExit(3)"))
    children.running["worker"].wait()
    assert children.ended() == ("worker", 3)


@pytest.mark.parametrize("number", SIGNALS)
def test_a_signal_asks_to_stop_and_interrupts_the_setting_up(
    children: Children, number: signal.Signals
) -> None:
    assert not children.stopping
    os.kill(os.getpid(), number)
    assert children.finish("setup", python("import time; time.sleep(60)")) == 0
    assert children.stopping


def test_stop_ends_grandchildren_too(children: Children, tmp_path: Path) -> None:
    grandchild = "import os, subprocess, sys, time; from pathlib import Path\n"
    grandchild += "started = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'])\n"
    grandchild += "Path('pid').write_text(str(started.pid)); time.sleep(60)"
    children.start("web", python(grandchild))
    pid = int(wait_for(tmp_path / "pid"))
    assert alive(pid)
    children.stop()
    assert (children.running["web"].poll(), alive(pid)) == (-signal.SIGTERM, False)


def test_one_that_does_not_listen_is_killed(
    children: Children, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "PATIENCE", 0.3)
    deaf = "import signal, time; from pathlib import Path\n"
    deaf += "signal.signal(signal.SIGTERM, signal.SIG_IGN); Path('deaf').write_text('yes'); time.sleep(60)"
    children.start("worker", python(deaf))
    wait_for(tmp_path / "deaf")
    children.stop()
    assert children.running["worker"].wait(10) == -signal.SIGKILL
