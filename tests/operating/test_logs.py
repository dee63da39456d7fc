"""What stands in a log line: allowed keys, no message of an exception, no address; and that nobody logs past it."""

from __future__ import annotations

import ast
import io
import json
import logging
import logging.config
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import structlog
from django.conf import settings
from django.db import OperationalError

from tests.cast import Cast
from tests.screens.pages import PageClient, enter, read
from wangqian import logs, serving

CANARY = "曹文公", "13812345678", "430102200405010014", "u1@example.com", "QK7PM2XB9R4TZ8WD"
HOUSE = Path(settings.BASE) / "wangqian"


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """Every line of every logger, as production writes it."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logs.Strict())
    root, requests = logging.getLogger(), logging.getLogger("wangqian.requests")
    level = requests.level
    root.addHandler(handler)
    requests.setLevel(logging.INFO)
    try:
        yield stream
    finally:
        root.removeHandler(handler)
        requests.setLevel(level)


def lines(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def clean(stream: io.StringIO) -> bool:
    return not any(canary in stream.getvalue() for canary in CANARY)


def test_keys_that_are_not_allowed_are_dropped(written: io.StringIO) -> None:
    log = structlog.get_logger("wangqian.test")
    log.error("x happened", phone="13812345678", name="曹文公", email="u1@example.com", job="send", ip="10.0.0.1")
    (line,) = lines(written)
    assert set(line) == {"at", "level", "logger", "event", "job"}
    assert (line["level"], line["event"], line["job"]) == ("error", "x happened", "send")
    assert clean(written)


def test_red_control_with_the_list_widened_the_canary_appears(
    written: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logs, "KEYS", logs.KEYS | {"name"})
    structlog.get_logger("wangqian.test").error("x happened", name="曹文公")
    assert not clean(written)


def test_a_number_like_a_person_s_is_blanked_under_an_allowed_key(written: io.StringIO) -> None:
    uuid = UUID("01900000-0000-7000-8000-123456789012")
    structlog.get_logger("x").info("x", case="13812345678", about=uuid, object=f"agreement/{'12' * 32}", job="a430102200405010014")
    (line,) = lines(written)
    assert (line["case"], line["about"], line["object"], line["job"]) == ("…", str(uuid), f"agreement/{'12' * 32}", "a…")


def fail() -> None:
    try:
        int("曹文公")
    except ValueError as problem:
        raise RuntimeError("曹文公 13812345678") from problem


@pytest.mark.parametrize("logger", ["ours", "foreign"])
def test_an_exception_is_its_class_and_place(written: io.StringIO, logger: str) -> None:
    try:
        fail()
    except RuntimeError:
        if logger == "ours":
            structlog.get_logger("wangqian.x").exception("it failed")
        else:
            logging.getLogger("lib").exception("%s failed for %s", "曹文公", "13812345678")
    (line,) = lines(written)
    assert (line["error"], line["because"]) == ("RuntimeError", ["ValueError"])
    assert line["place"].startswith("test_logs.py:") and line["trace"][-1].endswith(" fail")
    assert clean(written)


@pytest.mark.parametrize(
    ("message", "args", "event"),
    [
        ("sent to %s in %d s", ("曹文公", 3), "sent to … in 3 s"),
        ("sent to %(who)s", ({"who": "曹文公"},), "sent to …"),
        ("曹文公 has 13812345678", (), "lib"),
        ("%s: %s", ("曹文公", "13812345678"), "lib"),
        ("%d of them", (13812345678,), "%d of them"),
    ],
)
def test_of_a_library_s_message_the_template_stays(
    written: io.StringIO, message: str, args: tuple[Any, ...], event: str
) -> None:
    logging.getLogger("lib").warning(message, *args)
    (line,) = lines(written)
    assert (line["event"], line["place"].split(":")[0]) == (event, "test_logs.py")
    assert clean(written)


def test_requests_are_told_by_route_and_never_by_address(cast: Cast, written: io.StringIO) -> None:
    case = cast.invited()
    client = enter(cast.graduate)
    client.get(f"/cases/{case.pk}/?name=曹文公")
    client.get("/verify/QK7PM2XB9R4TZ8WD/")
    client.get("/曹文公/13812345678/")
    client.get("/livez")
    told = [line for line in lines(written) if line["event"] == "request"]
    assert [(line["route"], line["method"], line["status"], line.get("about")) for line in told] == [
        ("case", "GET", 200, str(case.pk)),
        ("verify-code", "GET", 404, None),
        ("none", "GET", 404, None),
    ]
    assert len({line["request"] for line in told}) == 3 and all(len(line["request"]) == 8 for line in told)
    assert clean(written)


def test_a_bug_is_told_with_the_number_that_stands_on_the_page(
    cast: Cast, written: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_anything: object) -> None:
        raise RuntimeError("曹文公 13812345678")

    client = enter(cast.graduate)
    client.raise_request_exception = False
    monkeypatch.setattr("wangqian.web.graduate_home.tasks", broken)
    answer = client.get("/home/?x=13812345678")
    (failed,) = [line for line in lines(written) if line["level"] == "error"]
    assert (failed["error"], failed["route"], failed["status"]) == ("RuntimeError", "home", 500)
    assert failed["place"].startswith("test_logs.py:")
    number = failed["request"]
    assert f"错误编号 {number[:4]} {number[4:]}" in answer.content.decode()
    assert clean(written)


def test_a_busy_answer_has_a_number_and_a_refusal_has_none(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    def busy(*_anything: object) -> None:
        raise OperationalError("canceling statement due to lock timeout")

    client = enter(cast.graduate)
    client.raise_request_exception = False
    assert "错误编号" not in client.get("/nowhere/").content.decode()
    monkeypatch.setattr("wangqian.web.graduate_home.tasks", busy)
    answer = client.get("/home/")
    assert (answer.status_code, "错误编号" in answer.content.decode()) == (503, True)
    assert read(answer).headings == ["系统正忙，没有办理"]


def test_an_error_page_needs_no_database(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not even for the contact in its footer: what was read last is said."""

    def away(*_anything: object, **_more: object) -> None:
        raise OperationalError("the database is away")

    client = PageClient()
    client.raise_request_exception = False
    monkeypatch.setattr("wangqian.web.public.StartPage", away)
    monkeypatch.setattr("wangqian.people.models.support.Support.objects.first", away)
    assert client.get("/").status_code == 503


def test_where_no_page_can_be_drawn_the_words_are_said(
    cast: Cast, written: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_anything: object, **_more: object) -> None:
        raise RuntimeError("曹文公")

    client = PageClient()
    client.raise_request_exception = False
    monkeypatch.setattr("wangqian.web.public.show", broken)
    answer = client.get("/")
    assert (answer.status_code, answer["Content-Type"]) == (500, "text/plain; charset=utf-8")
    assert "系统出了问题，没有办理\n错误编号 " in answer.content.decode()
    assert "error page not drawn" in {line["event"] for line in lines(written)} and clean(written)


def test_a_poisoned_host_is_told_without_its_words(cast: Cast, written: io.StringIO) -> None:
    assert PageClient().get("/login/", headers={"Host": "u1@example.com"}).status_code == 400
    assert {line["event"] for line in lines(written)} >= {"request"}
    assert clean(written)


def test_the_server_s_own_lines_pass_the_same_filter(written: io.StringIO) -> None:
    server = logging.getLogger("gunicorn.error")
    handlers, propagate = server.handlers, server.propagate
    server.handlers, server.propagate = [], True
    try:
        server.info("Listening at: %s (%s)", "http://127.0.0.1:8000", 7)
        server.error("Error handling request %s", "/verify/QK7PM2XB9R4TZ8WD/?name=曹文公")
        server.warning("Invalid request from ip=10.0.0.1: 曹文公")
    finally:
        server.handlers, server.propagate = handlers, propagate
    assert [line["event"] for line in lines(written)] == [
        "Listening at: http://127.0.0.1:8000 (7)",
        "Error handling request …",
        "gunicorn.error",
    ]
    assert clean(written) and "10.0.0.1" not in written.getvalue()
    wanted = serving.logconfig_dict["loggers"]["gunicorn.error"]  # type: ignore[index]
    assert wanted == {"handlers": [], "propagate": True}


def test_a_line_that_cannot_be_written_breaks_nothing() -> None:
    record = logging.LogRecord("x", logging.INFO, __file__, 1, {"event": "y", "trace": 3}, (), None)
    record.created = float("nan")
    assert json.loads(logs.Strict().format(record))["event"] == "log line failed"


def test_for_people_at_a_terminal(written: io.StringIO) -> None:
    record = logging.LogRecord("wangqian.worker", logging.ERROR, __file__, 1, {"event": "job failed", "job": "send"}, (), None)
    record.created = 0.0
    assert logs.Strict(readable=True).format(record) == "00:00:00 error job failed job=send"


# --- nobody logs past it -------------------------------------------------------------------------------


SAYS = {"debug", "info", "warning", "error", "exception", "critical", "log"}
EXEMPT = {"logs.py", "documents/offline/verify.py"}  # the filter itself; a script for terminals without our code


def modules() -> list[Path]:
    found = (path for path in HOUSE.rglob("*.py") if "migrations" not in path.parts)
    return sorted(path for path in found if str(path.relative_to(HOUSE)) not in EXEMPT)


def breaches(source: str) -> list[str]:
    """`logging.getLogger`, `print`, an event that is put together, a key that would be dropped."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import | ast.ImportFrom):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else [node.module or ""]
            found += ["logging"] if "logging" in names else []
        if not isinstance(node, ast.Call):
            continue
        if isinstance(node.func, ast.Name) and node.func.id == "print":
            found.append("print")
        logger = node.func.value if isinstance(node.func, ast.Attribute) else None
        if isinstance(logger, ast.Name) and logger.id in ("log", "_log", "logger") and node.func.attr in SAYS:  # type: ignore[attr-defined]
            plain = len(node.args) == 1 and isinstance(node.args[0], ast.Constant)
            found += [] if plain else ["event"]
            found += [f"key {word.arg}" for word in node.keywords if word.arg not in logs.KEYS | {"exc_info"}]
    return found


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(HOUSE)))
def test_every_module_logs_by_keys(path: Path) -> None:
    assert breaches(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("import logging", ["logging"]),
        ("from logging import getLogger", ["logging"]),
        ("print(graduate.name)", ["print"]),
        ('log.info(f"{graduate} signed")', ["event"]),
        ('log.info("%s signed", graduate)', ["event"]),
        ('log.info("signed", name=graduate.name)', ["key name"]),
        ('log.info("signed", case=case.pk)', []),
    ],
)
def test_a_planted_breach_is_found(source: str, found: list[str]) -> None:
    assert breaches(source) == found
