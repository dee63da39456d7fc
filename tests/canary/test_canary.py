"""The canary person: after everything, her number, phone and rare name stand in no log, address, figure, error, header, column."""

from __future__ import annotations

import io
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import structlog
from django.conf import settings as django_settings
from django.db import connection
from prometheus_client import REGISTRY, generate_latest

from tests.canary import ears
from tests.canary.ears import Mailbox, Watched
from tests.canary.story import ALL, EMAIL, NAME, NUMBER, PHONE, WORDS, Story
from tests.canary.words import hits
from tests.cast import Cast
from tests.conftest import REQUIRED
from tests.notices.conftest import Vendors
from tests.notices.wechat_stage import Stage
from wangqian.operating.exposition import Figures


@dataclass
class Heard:
    story: Story
    mails: Mailbox
    log: io.StringIO


@pytest.fixture
def heard(
    transactional_db: None, vendors: Vendors, wechat: Stage, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Heard]:
    """The whole story told once, to everybody who listens."""
    mails = Mailbox()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_USE_TLS = "127.0.0.1", mails.port, False
    settings.MEDIA_ROOT = str(tmp_path)
    Watched.listening()
    connection.force_debug_cursor = True  # every statement with its values, offered to the log
    with ears.logged() as log:
        story = Story(Cast(), vendors, wechat)
        story.told(monkeypatch)
        yield Heard(story, mails, log)
    connection.force_debug_cursor = False
    mails.shutdown(), mails.server_close()


def test_she_is_nowhere_to_be_found(heard: Heard) -> None:
    nowhere(heard)
    in_no_backup()


def nowhere(heard: Heard) -> None:
    stored = {name: found for name, value in ears.columns() if (found := hits(ALL, value))}
    assert stored == {}, "columns"
    assert hits(ALL, ears.database_files()) == set(), "the files of the database"
    assert hits(ALL, heard.log.getvalue()) == set(), "the log"
    assert {one for one in Watched.addresses if hits(ALL, one)} == set(), "addresses"
    assert {one for one in Watched.answered if hits(WORDS, one)} == set(), "headers of answers"
    assert [page for page in Watched.refusals if hits(ALL, page)] == [], "pages of errors"
    figures = generate_latest(REGISTRY).decode() + repr(list(Figures().collect()))
    assert hits(ALL, figures) == set(), "figures"
    assert {one for one in heard.mails.headers() if hits(ALL, one)} == set(), "headers of mails"
    sealed = b"".join(path.read_bytes() for path in Path(django_settings.MEDIA_ROOT).rglob("*.sealed"))
    assert hits(ALL, sealed) == set(), "uploads"
    # The listeners heard something: otherwise all of this says nothing.
    assert len(Watched.addresses) > 1000 and heard.log.getvalue().count("\n") > 5000 and len(Watched.refusals) >= 8
    assert NAME.said in heard.mails.bodies() and any(PHONE.said in one["phone"] for one in heard.story.vendors.aliyun.taken)
    assert "wangqian_requests_total" in figures
    assert len({one["template_id"] for one in heard.story.wechat.weixin.sent}) == 3, "she was written to by WeChat"


def in_no_backup() -> None:
    if connection.vendor == "postgresql" and not shutil.which("pg_dump") and "postgres" not in REQUIRED:
        pytest.skip("pg_dump is not installed; everything else was looked at")
    copy = ears.dump()
    assert b"people_graduate" in copy and len(copy) > 100_000
    assert hits(ALL, copy) == set()
    # Red control: one word in one plain column, and the same look finds it, there and in the columns.
    with connection.cursor() as cursor:
        cursor.execute("UPDATE people_college SET name = %s", [f"信息学院 {NAME.said}"])
        cursor.execute("UPDATE people_school SET hours = %s", [PHONE.said.encode().hex()])
    assert {one.split(" as ")[0] for one in hits(ALL, ears.dump())} == {"name", "phone"}
    found = {name for name, value in ears.columns() if hits(ALL, value)}
    assert found == {"people_college.name", "people_school.hours"}


# --- the look itself ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "hidden",
    [
        lambda word: word.encode(),
        lambda word: f"x{word}y".encode("utf-16"),
        lambda word: word.encode("gb18030"),
        lambda word: word.encode().hex().encode(),
        lambda word: ("\\x" + f'{{"name": "{word}"}}'.encode().hex()).encode(),
        lambda word: __import__("base64").b64encode(f"a{word}".encode()),
        lambda word: __import__("base64").b64encode(f"ab{word}bc".encode()),
        lambda word: __import__("base64").urlsafe_b64encode(f"{{'name': '{word}'}}".encode()),
        lambda word: __import__("gzip").compress(word.encode()),
        lambda word: __import__("base64").b64encode(__import__("zlib").compress(b"......" + word.encode() * 3)),
        lambda word: __import__("json").dumps({"a": word}).encode(),
        lambda word: __import__("urllib.parse", fromlist=["quote"]).quote(word).encode(),
    ],
)
def test_every_spelling_is_seen(hidden: Any) -> None:
    for word in (NAME, NUMBER, PHONE, EMAIL):
        assert {one.split(" as ")[0] for one in hits(ALL, hidden(word.said))} == {word.name}


def test_random_bytes_are_nobody() -> None:
    assert hits(ALL, os.urandom(200_000)) == set()


def test_the_listeners_hear(db: None) -> None:
    """Red control: a log line, an address, a header of a mail, an error page."""
    Watched.listening()
    with ears.logged() as log:
        structlog.get_logger("wangqian.x").info(f"imported {NAME.said}")
        Watched().get("/verify/", {"name": NAME.said})
    assert {one.split(" as ")[0] for one in hits(ALL, log.getvalue())} == {"name"}
    assert any(hits(WORDS, one) for one in Watched.addresses)
    mails = Mailbox()
    mails.mails.append(f"Subject: =?utf-8?q?=E7=A6=A4=E9=9D=90=E9=BE=98?=\r\nTo: {EMAIL.said}\r\n\r\n".encode())
    (subject,) = [one for one in mails.headers() if hits(ALL, one) and one.endswith(NAME.said)]
    mails.shutdown(), mails.server_close()
    assert subject == f"Subject: {NAME.said}"
