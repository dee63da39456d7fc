"""Each check finds what is wrong, and says what to do; where nothing is wrong it says so."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.migrations.recorder import MigrationRecorder

from tests.cast import Cast
from tests.documents.test_seal import pair
from wangqian.cases import log
from wangqian.cases.models import Outbox
from wangqian.documents import make
from wangqian.notices import budget, trouble
from wangqian.notices.models import Notice
from wangqian.operating import beats, figures
from wangqian.operating.checks import CHECKS, database, files, keys, machine, passwords, services
from wangqian.operating.findings import Check, Finding, Mark, ok
from wangqian.operating.models import Beat
from wangqian.people.clock import now
from wangqian.people.models import PersonKey
from wangqian.worker import Job

pytestmark = pytest.mark.django_db
GOOD_KEY = "ab" * 32


def wrong(finding: Finding) -> bool:
    """Wrong, and never without a sentence that says what to do."""
    assert finding.said and (bool(finding.remedy) or finding.mark is not Mark.BAD)
    return finding.mark is Mark.BAD


def execute(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def production(settings: Any) -> None:
    settings.DEMO = settings.TESTING = False


# --- the database ------------------------------------------------------------------------------------


def test_writable_and_a_database_that_takes_no_writes(db: None) -> None:
    assert not wrong(database.writable())
    postgres = connection.vendor == "postgresql"
    with transaction.atomic():
        execute("SET TRANSACTION READ ONLY" if postgres else "PRAGMA query_only = ON")
        try:
            assert wrong(database.writable())
        finally:
            if not postgres:
                execute("PRAGMA query_only = OFF")
            transaction.set_rollback(True)
    assert not wrong(database.writable())


def test_settings_that_may_lose_an_acknowledged_act_are_found(settings: Any) -> None:
    settings.CHECKSUMS_ELSEWHERE = True
    assert not wrong(database.durability())
    postgres = connection.vendor == "postgresql"
    execute("SET LOCAL synchronous_commit = off" if postgres else "PRAGMA foreign_keys = OFF")
    if not postgres:  # SQLite lets nobody change it inside a transaction: the setting wanted is another one then
        return
    assert wrong(database.durability())
    assert "synchronous_commit=off" in database.durability().said


def test_each_pragma_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    if connection.vendor != "sqlite":
        assert database.waits().mark is Mark.OK
        return
    assert not wrong(database.pragmas())
    for name in database.PRAGMAS:
        with monkeypatch.context() as patch:
            patch.setitem(database.PRAGMAS, name, "something else")
            assert f"{name}=" in database.pragmas().said and wrong(database.pragmas())


@pytest.mark.postgres
@pytest.mark.parametrize("name", sorted(database.WAITS))
def test_waiting_for_ever_is_found(name: str) -> None:
    assert not wrong(database.waits())
    execute(f"SET LOCAL {name} = 0")
    assert wrong(database.waits())


@pytest.mark.postgres
def test_checksums_are_wanted_unless_the_disk_keeps_them(settings: Any) -> None:
    on = database.value("SHOW data_checksums") == "on"
    settings.CHECKSUMS_ELSEWHERE = False
    assert wrong(database.durability()) is not on
    settings.CHECKSUMS_ELSEWHERE = True
    assert not wrong(database.durability())


def test_a_migration_that_was_not_run_is_found() -> None:
    assert not wrong(database.migrations())
    MigrationRecorder(connection).migration_qs.filter(app="operating").delete()
    assert "operating.0001_initial" in database.migrations().said


# --- keys ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ring", "mark"),
    [
        (f"a:{GOOD_KEY}", Mark.OK),
        (f"b:{GOOD_KEY},a:{'cd' * 32}", Mark.OK),
        (f"a:{GOOD_KEY},a:{'cd' * 32}", Mark.BAD),
        ("a:1234", Mark.BAD),
        (GOOD_KEY, Mark.BAD),
        (f":{GOOD_KEY}", Mark.BAD),
        ("", Mark.BAD),
        (f"a:{GOOD_KEY},demo:{'11' * 32}", Mark.BAD),
    ],
)
def test_the_ring_of_master_keys(settings: Any, ring: str, mark: Mark) -> None:
    production(settings)
    settings.FIELD_KEYS = ring
    finding = keys.field_keys()
    assert finding.mark is mark
    assert GOOD_KEY not in finding.said + finding.remedy and "cdcd" not in finding.said + finding.remedy


@pytest.mark.parametrize(
    ("name", "value", "mark"),
    [
        ("INDEX_KEY", GOOD_KEY, Mark.OK),
        ("INDEX_KEY", "22" * 32, Mark.BAD),
        ("INDEX_KEY", "xyz", Mark.BAD),
        ("SECRET_KEY", "k7" + GOOD_KEY + "Zq5-wErTyUiOp", Mark.OK),
        ("SECRET_KEY", "short", Mark.BAD),
        ("SECRET_KEY", "x" * 60, Mark.BAD),
        ("SECRET_KEY", "demo-only-not-a-secret-" + "x" * 40, Mark.BAD),
    ],
)
def test_the_other_keys_in_production(settings: Any, name: str, value: str, mark: Mark) -> None:
    production(settings)
    setattr(settings, name, value)
    finding = (keys.index_key if name == "INDEX_KEY" else keys.secret_key)()
    assert (finding.mark, value in finding.said + finding.remedy) == (mark, False)


def test_the_demo_s_keys_are_said_in_the_demo_and_wrong_in_production(settings: Any) -> None:
    looks = (keys.field_keys, keys.index_key, keys.secret_key)
    settings.SECRET_KEY = "demo-only-not-a-secret-" + "x" * 40
    settings.FIELD_KEYS, settings.INDEX_KEY = "demo:" + "11" * 32, "22" * 32
    assert {look().mark for look in looks} == {Mark.OFF}
    production(settings)
    assert {look().mark for look in looks} == {Mark.BAD}


def test_a_ring_that_does_not_open_what_stands_in_the_database_is_found(cast: Cast, settings: Any) -> None:
    assert cast.graduate and PersonKey.objects.exists()
    assert not wrong(keys.opening())
    settings.FIELD_KEYS = f"other:{GOOD_KEY}"
    assert wrong(keys.opening())


# --- the machine ---------------------------------------------------------------------------------------


def test_storage_that_cannot_be_written(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "files"
    assert not wrong(files.storage())
    assert list(settings.MEDIA_ROOT.iterdir()) == []
    (tmp_path / "file").touch()
    settings.MEDIA_ROOT = tmp_path / "file" / "folder"
    assert wrong(files.storage())


def test_a_full_disk_and_a_wrong_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    assert 0 < machine.free() < 1
    assert (wrong(machine.room(0.0)), wrong(machine.room(1.1))) == (False, True)
    assert abs(machine.offset()) < machine.OFFSET and not wrong(machine.time())
    monkeypatch.setattr(machine, "OFFSET", -1.0)
    assert wrong(machine.time())


def test_a_character_no_font_has_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    assert not wrong(machine.fonts_and_printing())
    monkeypatch.setattr(machine, "SAMPLE", "就业\U0002b739")
    assert "\U0002b739" in machine.fonts_and_printing().said and wrong(machine.fonts_and_printing())


def test_holidays_that_are_not_known_yet_are_said_and_alarm_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    assert machine.holidays().mark in (Mark.OK, Mark.OFF)
    monkeypatch.setattr(machine.workdays, "KNOWN_UNTIL", date(2020, 12, 31))
    assert (machine.holidays().mark, "2020-12-31" in machine.holidays().said) == (Mark.OFF, True)
    monkeypatch.setattr(machine.workdays, "KNOWN_UNTIL", date(2199, 12, 31))
    assert machine.holidays().mark is Mark.OK


def test_catalogues_must_be_compiled(settings: Any, tmp_path: Path) -> None:
    folder = tmp_path / "en" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    settings.LOCALE_PATHS = [tmp_path]
    (folder / "django.po").touch()
    assert wrong(machine.languages())
    (folder / "django.mo").touch()
    assert not wrong(machine.languages())


@pytest.mark.parametrize(
    ("url", "hosts", "mark"),
    [
        ("https://sign.example.edu.cn", ["sign.example.edu.cn"], Mark.OK),
        ("https://sign.example.edu.cn", [".example.edu.cn"], Mark.OK),
        ("https://sign.example.edu.cn", ["example.com"], Mark.BAD),
        ("https://sign.example.edu.cn", ["*"], Mark.BAD),
        ("https://sign.example.edu.cn", ["sign.example.edu.cn", "*"], Mark.BAD),
        ("http://sign.example.edu.cn", ["sign.example.edu.cn"], Mark.BAD),
        ("", ["localhost"], Mark.BAD),
    ],
)
def test_the_address(settings: Any, url: str, hosts: list[str], mark: Mark) -> None:
    production(settings)
    settings.SITE_URL, settings.ALLOWED_HOSTS = url, hosts
    assert machine.address().mark is mark


def test_a_hash_that_takes_too_long_is_found(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.ARGON2 = (1, 64, 1)
    assert passwords.hashing().mark is Mark.OK
    took = iter([70.0, 51.0, 60.0, 70.0, 49.0, 60.0])
    monkeypatch.setattr(passwords.tuning, "one", lambda *_setting: next(took))
    slow = passwords.hashing()
    assert wrong(slow) and "51 毫秒" in slow.said and "tune_passwords" in slow.remedy
    assert not wrong(passwords.hashing())  # once quick enough: it was the machine, not the setting


def test_leaked_passwords_are_recommended_and_must_be_readable(settings: Any, tmp_path: Path) -> None:
    settings.BREACHED_PASSWORDS = ""
    none = passwords.leaked()
    assert none.mark is Mark.OFF and "WANGQIAN_BREACHED_PASSWORDS" in none.remedy
    settings.BREACHED_PASSWORDS = str(tmp_path / "leaked.txt")
    assert wrong(passwords.leaked())
    (tmp_path / "leaked.txt").write_text("password\n")
    assert wrong(passwords.leaked())
    (tmp_path / "leaked.txt").write_text("000000005AD76BD555C1D6D771DE417A4B87E4B4:10\n")
    assert passwords.leaked().mark is Mark.OK


# --- what else must run --------------------------------------------------------------------------------


def beat(*jobs: Job) -> None:
    beats.beat(jobs, 10.0, 20.0)


def test_a_worker_that_runs_fails_or_fell_silent() -> None:
    assert services.worker().said == "后台进程没有运行。" and wrong(services.worker())
    job = Job("send", lambda: 3)
    job.attempt(1.0)
    beat(job)
    assert not wrong(services.worker())
    job.run = lambda: 1 // 0
    job.attempt(1.0)
    beat(job)
    assert "send" in services.worker().said and wrong(services.worker())
    Beat.objects.update(beat_at=now() - beats.SILENT - timedelta(minutes=1))
    assert services.worker().said == "后台进程 3 分钟没有动静。" and wrong(services.worker())


def test_what_waits_too_long_is_found_and_what_is_put_off_does_not_count(cast: Cast) -> None:
    assert not wrong(services.relay())
    notice = Notice.objects.create(
        recipient=cast.graduate.user,
        channel="email",
        template="online.invite",
        body="…",
        created_at=now(),
        next_at=now() - timedelta(minutes=6),
    )
    assert wrong(services.relay())
    Notice.objects.filter(pk=notice.pk).update(tries=1, state="failed")
    assert not wrong(services.relay())


def test_an_event_nobody_looked_at_counts(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    cast.invited()
    monkeypatch.setattr("wangqian.operating.figures.LATE", timedelta(0))
    assert wrong(services.relay())
    Outbox.objects.update(tries=1, error="ValueError")
    assert not wrong(services.relay())


def test_messages_given_up_and_papers_without_a_glyph(cast: Cast) -> None:
    assert not wrong(services.dead_letters()) and not wrong(services.papers())
    Notice.objects.create(
        recipient=cast.graduate.user, channel="email", template="x", body="…", state="dead", created_at=now()
    )
    cast.signed()
    Outbox.objects.filter(consumer="documents").update(next_at=make.BY_HAND, error="缺字")
    assert wrong(services.dead_letters()) and wrong(services.papers())


def test_the_alarm_of_messages_goes_off_again_in_each_way(cast: Cast) -> None:
    """Sent again, settled, gone by another channel, long ago: else one mistyped number would hide every later failure."""
    person, operator, moment = cast.graduate.user, cast.operator.user, now()
    given = {"recipient": person, "template": "online.invite", "body": "…", "created_at": moment}
    sent_again, settled, replaced, old = (
        Notice.objects.create(**{**given, "template": f"online.{number}"}, channel="sms", state="dead") for number in range(4)
    )
    left = [figures.dead_letters()]
    assert trouble.retry(sent_again, operator)
    left.append(figures.dead_letters())
    assert trouble.settle(settled, operator)
    left.append(figures.dead_letters())
    Notice.objects.create(**given, channel="email", state="queued", instead_of=replaced)
    left.append(figures.dead_letters())
    assert wrong(services.dead_letters())
    Notice.objects.filter(pk=old.pk).update(created_at=moment - trouble.RECENT)
    left.append(figures.dead_letters())
    assert left == [4, 3, 2, 1, 0]
    assert not wrong(services.dead_letters())


@pytest.mark.parametrize("template", ["direct.code", "direct.link"])
def test_what_is_asked_for_anew_is_no_alarm(cast: Cast, template: str) -> None:
    Notice.objects.create(recipient=cast.graduate.user, channel="sms", template=template, body="…", state="dead", created_at=now())
    assert not wrong(services.dead_letters())


def test_a_budget_nearly_used_up(settings: Any) -> None:
    settings.SMS_BUDGET = 10
    assert budget.spend(7) and not wrong(services.sms_budget())
    assert budget.spend(1) and wrong(services.sms_budget())
    settings.SMS_BUDGET = 0
    assert services.sms_budget().mark is Mark.OFF


def test_without_any_channel_nobody_gets_a_code(settings: Any) -> None:
    assert not wrong(services.connected())
    production(settings)
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST = settings.SMS_PROVIDER = settings.SMS_FALLBACK = ""
    assert wrong(services.connected())
    settings.EMAIL_HOST = "mail.example.edu.cn"
    assert services.connected().mark is Mark.OFF


def test_the_log_of_events_must_be_signed(cast: Cast) -> None:
    cast.invited()
    assert wrong(services.event_log())
    log.work()
    assert not wrong(services.event_log())


def test_the_seal_signs_and_verifies(settings: Any) -> None:
    assert services.seal_works().mark is Mark.OK
    settings.SEAL_KEY = settings.SEAL_CERTIFICATE = "/nowhere.pem"
    assert wrong(services.seal()) and wrong(services.seal_works())


@pytest.mark.parametrize(("days", "mark"), [(400, Mark.OK), (89, Mark.BAD), (None, Mark.OFF)])
def test_a_certificate_is_renewed_in_time(settings: Any, tmp_path: Path, days: int | None, mark: Mark) -> None:
    if days:
        key, certificate = pair(tmp_path, days=days)
        settings.SEAL_KEY, settings.SEAL_CERTIFICATE = str(key), str(certificate)
    assert services.seal_expiry().mark is mark


# --- all of them ---------------------------------------------------------------------------------------


def test_names_are_unlike_and_a_check_that_breaks_is_a_finding() -> None:
    assert len({check.name for check in CHECKS}) == len(CHECKS)
    assert {check.name for check in CHECKS if check.ready} == {
        "writable",
        "durability",
        "waits",
        "migrations",
        "relay",
        "last_room",
    }
    broken = Check("broken", "坏", lambda: ok(str(1 // 0)))
    finding = broken.finding()
    assert wrong(finding) and "ZeroDivisionError" in finding.said
