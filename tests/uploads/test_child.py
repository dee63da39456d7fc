"""The process in which files are opened: little memory, little time, no secrets, nothing written; and what its end means."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from tests.uploads.making import jpeg, pdf
from wangqian.documents.uploads import checker
from wangqian.documents.uploads.checker import Child, Trouble
from wangqian.documents.uploads.verdict import Bad


def child(body: str, ready: str = "main") -> Child:
    """A child that does something else with its file; `data` is the file."""
    source = f"""
from wangqian.documents.uploads import child, measures
import os, sys, time, resource
def look(kind, data):
{body}
{"child.CPU = 1; child.main('jpeg', 1, look)" if ready == "main" else ready}
"""
    return Child("jpeg", command=("-c", source))


def outcome(body: str) -> str:
    with child(body) as running:
        try:
            return str(running.look("jpeg", b"x" * 300).codes)
        except Bad as bad:
            return bad.word
        except Trouble as trouble:
            return f"trouble: {trouble}"


def picture(codes: str) -> str:
    """Answers with a picture and what it found out."""
    return f"    return [{jpeg()[:60]!r} + b'\\xff\\xd9'], [[{codes}]]"


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("    x = [bytearray(1 << 28) for _ in range(9)]", "too_heavy"),
        ("    while True: pass", "too_heavy"),
        ("    os.abort()", "unreadable"),
        ("    os._exit(3)", "unreadable"),
        ("    raise ValueError('a bug')", "unreadable"),
        ("    os.kill(os.getpid(), 9)", "trouble: the child was killed"),
        ("    return [b'<html>'], [['a']]", "unreadable"),
        ("    return [], []", "unreadable"),
        ("    return [b'\\xff\\xd8\\xff\\xe0' + b'a' * 5_000_000 + b'\\xff\\xd9'], [[]]", "unreadable"),
        ("    print('{\"pages\": [1'); sys.stdout.flush(); os._exit(0)", "unreadable"),
        ("    print('x' * 3_000_000); sys.stdout.flush(); time.sleep(60)", "unreadable"),
        ("    raise RecursionError", "too_heavy"),
    ],
)
def test_what_its_end_means(body: str, said: str) -> None:
    assert outcome(body) == said


def test_one_that_waits_too_long_is_ended_and_says_nothing_of_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checker, "WALL", 0.5)
    began = time.monotonic()
    with child("    time.sleep(60)") as running:
        pid = running.process.pid
        with pytest.raises(Trouble, match="starved"):
            running.look("jpeg", b"x" * 300)
    assert time.monotonic() - began < 20
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_what_it_started_ends_with_it(tmp_path: Path) -> None:
    """Root may start processes whatever the limit says; they are in its group."""
    with child("    pid = os.fork()\n    if pid == 0: time.sleep(60)\n" + picture("str(pid)")) as running:
        started = int(running.look("jpeg", b"x").codes[0][0])
    for _ in range(100):
        if not alive(started):
            return
        time.sleep(0.05)
    raise AssertionError("it lives")


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def test_it_has_none_of_our_secrets_and_writes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY", "canary")
    place = tmp_path / "written"
    said = outcome(
        f"    found = [','.join(sorted(os.environ)), str('django' in sys.modules), str(len(os.listdir('/proc/self/fd')) < 6)]\n"
        f"    try:\n        open({str(place)!r}, 'wb', buffering=0).write(b'x')\n    except OSError as no: found += [type(no).__name__]\n"
        + picture("*found")
    )
    assert said == "[['LANG,PATH', 'False', 'True', 'OSError']]"
    assert place.read_bytes() == b""


def test_its_limits() -> None:
    said = outcome("    r = resource\n" + picture("*[str(r.getrlimit(w)) for w in (r.RLIMIT_AS, r.RLIMIT_FSIZE, r.RLIMIT_CORE)]"))
    assert said == "[['(1073741824, 1073741824)', '(0, 0)', '(0, 0)']]"


@pytest.mark.parametrize("ready", ["raise SystemExit(1)", "print('something else')", "import no_such_library", ""])
def test_a_child_that_does_not_come_up_says_nothing_of_the_file(ready: str) -> None:
    with pytest.raises(Trouble), child("    pass", ready=ready or "pass"):
        pass


def test_a_program_that_is_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checker, "PYTHON", ("/nowhere/python",))
    with pytest.raises(Trouble):
        checker.check("jpeg", jpeg())


def test_many_drawings_within_drawings_run_out_of_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Small on disk, endless to draw: the limit of time ends it."""
    source = "from wangqian.documents.uploads import child; child.CPU = 1; child.main('pdf', 1)"
    with Child("pdf", command=("-c", source)) as running, pytest.raises(Bad, match="too_heavy"):
        running.look("pdf", laughing())


def laughing() -> bytes:
    from pikepdf import Array, Dictionary, Name, Pdf, Stream

    def change(made: Pdf) -> None:
        inner = made.make_indirect(Stream(made, b"0 0 500 700 re f " * 50, Subtype=Name.Form, BBox=Array([0, 0, 595, 842])))
        for _ in range(8):
            names = Dictionary(XObject=Dictionary(X=inner))
            outer = Stream(made, b"/X Do " * 10, Subtype=Name.Form, BBox=Array([0, 0, 595, 842]), Resources=names)
            inner = made.make_indirect(outer)
        made.pages[0].obj.Resources = Dictionary(XObject=Dictionary(X=inner))
        made.pages[0].obj.Contents = Stream(made, b"/X Do")

    return pdf(change)
