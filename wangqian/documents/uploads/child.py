"""The process in which files are opened: a fresh interpreter without our environment, with little memory and time, that writes nothing.

On stdin, for each file: a line of JSON {"kind", "size"} and the bytes. On stdout: "ready" once it can work; then for each file a line
of JSON, `{"refused": word, "numbers": {…}}` or `{"pages": [sizes of the pictures], "codes": […]}`, and the pictures.
Whatever happens to it after "ready" is the file's doing; before, ours.
"""

from __future__ import annotations

import json
import resource
import sys
from collections.abc import Callable
from typing import BinaryIO

from wangqian.documents.uploads.measures import CPU, MEMORY

Look = Callable[[str, bytes], tuple[list[bytes], list[list[str]]]]


def confine(files: int) -> None:
    """For good: this process cannot raise them again."""
    for what, most in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_FSIZE, 0),  # pipes are no files
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NOFILE, 32),
        (resource.RLIMIT_CPU, (CPU + 1) * files + 1),  # `ration` stays below, and its signal tells why the process ended
    ):
        resource.setrlimit(what, (most, most))


def alone() -> None:
    """No process and no thread of its own; after everything is loaded."""
    resource.setrlimit(resource.RLIMIT_NPROC, (0, 0))


def ration() -> None:
    """The time of the next file; the hard limit stands above."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    _soft, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (min(hard, int(used.ru_utime + used.ru_stime) + CPU), hard))


def look(kind: str, data: bytes) -> tuple[list[bytes], list[list[str]]]:
    """Pictures and codes of every page. Raises Bad."""
    if kind == "pdf":
        from wangqian.documents.uploads import papers

        pages = papers.look(data)
    else:
        from wangqian.documents.uploads import pictures

        pages = pictures.look(kind, data)
    return [page.picture for page in pages], [page.texts for page in pages]


def load(kind: str) -> None:
    """What the first file needs, before its bytes are taken."""
    from wangqian.documents.uploads import pictures  # noqa: F401

    if kind == "pdf":
        from wangqian.documents.uploads import papers  # noqa: F401


def answer(look_at: Look, kind: str, data: bytes) -> tuple[dict[str, object], list[bytes]]:
    """What is said of one file, and its pictures."""
    from wangqian.documents.uploads.verdict import Bad

    try:
        pictures, codes = look_at(kind, data)
    except Bad as bad:
        return {"refused": bad.word, "numbers": bad.numbers}, []
    except (MemoryError, RecursionError):
        return {"refused": "too_heavy", "numbers": {}}, []
    return {"pages": [len(one) for one in pictures], "codes": codes}, pictures


def serve(source: BinaryIO, sink: BinaryIO, look_at: Look = look) -> None:
    """File after file, until there are no more."""
    while line := source.readline(200):
        head = json.loads(line)
        data = source.read(head["size"])
        ration()
        said, pictures = answer(look_at, head["kind"], data)
        sink.write(json.dumps(said).encode() + b"\n")
        sink.writelines(pictures)
        sink.flush()


def main(kind: str, files: int = 1, look_at: Look = look) -> None:
    confine(files)
    load(kind)
    alone()
    sys.stdout.buffer.write(b"ready\n")
    sys.stdout.buffer.flush()
    serve(sys.stdin.buffer, sys.stdout.buffer, look_at)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
