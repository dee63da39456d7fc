"""What may stand in a log line: allowed keys, safe shapes, and of an exception its class and places, never its message.

Every line of every library passes here (`settings.LOGGING`). Our own code says `log.info("what happened", key=value)`; keys
that are not in `KEYS` are dropped. Of other people's messages the template stays, what is filled in does not.
"""

from __future__ import annotations

import json
import logging
import re
import sys
import traceback
from collections.abc import Mapping, MutableMapping
from datetime import UTC, datetime
from pathlib import PurePath
from typing import Any
from uuid import UUID

import structlog

# Names of things, never of people. A new key needs a reason, and a value that is no personal datum.
KEYS = frozenset(
    {
        "event", "level", "logger", "at",
        "request", "route", "method", "status", "ms", "about",  # a request; `about` is the UUID in its address
        "flow", "step", "case", "rule", "notice", "channel", "outcome", "code",
        "job", "jobs", "found", "took", "object", "roster", "check", "port", "pid",
        "error", "place", "trace", "because",
    }
)  # fmt: skip
LIFE_OF_THE_SERVER = ("gunicorn.error", logging.INFO)  # started, listening, stopping: no request in it
WORD = re.compile(r"[0-9A-Za-z-]{11,}")
DIGEST = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{32,128}")  # a UUID, a hash
LONG_NUMBER = re.compile(r"\d{11,}[Xx]?")  # what a phone or an identity number looks like
MOST = 300  # characters of a value
FRAMES, LONGEST = 12, 50  # of a way through the code, of a list


def configure(warnings: bool = True) -> None:
    """Our loggers hand their keys to the handlers of the standard library; so do Python's own `warnings`."""
    logging.captureWarnings(warnings)
    structlog.configure(
        processors=[structlog.stdlib.filter_by_level, allowed, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )


def allowed(_logger: Any, _method: str, said: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """What we say, before any handler sees it: the exception by class and place, only the keys that may stand."""
    problem = exception_of(said.pop("exc_info", None))
    said = {**structlog.contextvars.get_contextvars(), **said, **(raised(problem) if problem else {})}
    return {key: shown(value) for key, value in said.items() if key in KEYS and value not in ("", None)}


class Strict(logging.Formatter):
    """One line per record: JSON, or for people at a terminal `readable`."""

    def __init__(self, readable: bool = False) -> None:
        super().__init__()
        self.readable = readable

    def format(self, record: logging.LogRecord) -> str:
        try:
            line = entry(record)
        except Exception as problem:  # a log line must never break what it tells of
            line = {"event": "log line failed", "logger": record.name, "error": type(problem).__name__}
        return plain(line) if self.readable else json.dumps(line, ensure_ascii=False)


def entry(record: logging.LogRecord) -> dict[str, Any]:
    """The record as allowed keys with safe values."""
    said = record.msg if isinstance(record.msg, dict) else foreign(record)
    line = {
        "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
        "level": record.levelname.lower(),
        "logger": record.name,
    }
    return line | dict(allowed(None, "", said))


def foreign(record: logging.LogRecord) -> dict[str, Any]:
    """What a library said: its template, where it stands, and the request it speaks of by route and status."""
    request = getattr(record, "request", None)
    match = getattr(request, "resolver_match", None)
    return {
        "event": template(record),
        "place": f"{record.filename}:{record.lineno}",
        "route": match.view_name if match else "",
        "status": getattr(record, "status_code", ""),
        "exc_info": record.exc_info,
    }


def template(record: logging.LogRecord) -> str:
    """The message with its blanks left blank. A message without blanks may have been put together: its logger's name stands for it."""
    if (record.name, record.levelno) == LIFE_OF_THE_SERVER:
        return record.getMessage()
    if not record.args or not isinstance(record.msg, str):
        return record.name
    args = record.args
    safe = {k: blank(v) for k, v in args.items()} if isinstance(args, Mapping) else tuple(blank(value) for value in args)
    try:
        said = record.msg % safe
    except (TypeError, ValueError):  # a number wanted where a blank stands
        said = record.msg
    return said if re.search(r"[^\W\d_]", said) else record.name


def blank(value: object) -> object:
    """Small numbers and UUIDs as they are; anything else could be anybody's."""
    if isinstance(value, UUID) or (isinstance(value, int | float) and abs(value) < 10**9):
        return value
    return "…"


def shown(value: object) -> object:
    if isinstance(value, bool | int | float):
        return value
    if isinstance(value, list | tuple):
        return [shown(each) for each in value[:LONGEST]]
    if isinstance(value, str | UUID):
        return WORD.sub(without_numbers, str(value)[:MOST])
    return type(value).__name__


def without_numbers(word: re.Match[str]) -> str:
    return word[0] if DIGEST.fullmatch(word[0]) else LONG_NUMBER.sub("…", word[0])


def exception_of(info: Any) -> BaseException | None:
    """The exception behind any of the forms in which loggers take one."""
    if info is True:
        info = sys.exc_info()
    if isinstance(info, tuple):
        info = info[1]
    return info if isinstance(info, BaseException) else None


def raised(problem: BaseException) -> dict[str, Any]:
    """Class, place, the way there, and the classes behind it."""
    behind, causes = problem.__cause__ or problem.__context__, list[str]()
    while behind is not None and len(causes) < FRAMES:
        causes.append(type(behind).__name__)
        behind = behind.__cause__ or behind.__context__
    frames = traceback.extract_tb(problem.__traceback__)[-FRAMES:]
    return {
        "error": type(problem).__name__,
        "place": place(problem),
        "trace": [f"{spot(frame)} {frame.name}" for frame in frames],
        "because": causes or "",
    }


def place(problem: BaseException) -> str:
    """Where it was raised: "deliver.py:42"; "" when it never was."""
    frames = traceback.extract_tb(problem.__traceback__)
    return spot(frames[-1]) if frames else ""


def spot(frame: traceback.FrameSummary) -> str:
    return f"{PurePath(frame.filename).name}:{frame.lineno}"


def plain(line: Mapping[str, Any]) -> str:
    """`17:19:03 error job failed job=send error=OSError place=sms.py:42` (UTC)."""
    rest = " ".join(
        f"{key}={','.join(map(str, value)) if isinstance(value, list) else value}"
        for key, value in line.items()
        if key not in ("at", "level", "event", "logger", "trace")
    )
    head = f"{str(line.get('at', ''))[11:19]} {line.get('level', 'error')} {line.get('event', '')}"
    return f"{head} {rest}".rstrip()
