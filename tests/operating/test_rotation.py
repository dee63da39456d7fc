"""The master key turns while the site runs, may be stopped anywhere, and afterwards the old key is needed for nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.models import Model

from tests.cast import Cast, edit
from tests.exchange.files import national, person, upload
from tests.screens.pages import enter
from wangqian.cases.models import Case, Draft, Note, Terms
from wangqian.exchange import vault
from wangqian.exchange.models import StagedRow
from wangqian.flows.favourites import find
from wangqian.notices.expand import expand
from wangqian.notices.models import Notice
from wangqian.operating import rotation
from wangqian.people import identity, recovery
from wangqian.people.clock import now
from wangqian.people.models import AccessLog, EmployerDossier, Graduate, PersonKey, User
from wangqian.people.models.kept import OPENED
from wangqian.people.sessions import SessionStore
from wangqian.people.vault import Sealed

OLD, NEW = "old:" + "33" * 32, "new:" + "44" * 32


@pytest.fixture
def full(cast: Cast, settings: Any, tmp_path: Path) -> Cast:
    """Something in every place that the old key covers."""
    settings.MEDIA_ROOT = str(tmp_path)
    settings.FIELD_KEYS = OLD
    PersonKey.objects.all().delete()
    fresh_kept_key()
    refused = cast.in_review()
    cast.act(refused, "refuse", cast.college_reviewer, {"about": "pay", "reason": "起薪有误"})
    cast.certified_anew = cast.employer_named("新单位", certified=False)  # type: ignore[attr-defined]
    employer = cast.certified_anew.membership.employer  # type: ignore[attr-defined]
    cast.start("certification", "certify", cast.operator, {"note": "执照已由张三核对"}, employer=employer)
    expand()
    Draft.objects.create(owner=cast.graduate.user, subject="x", data={"contact": "张三"}, saved_at=now())
    graduate = cast.graduate.membership.graduate
    assert graduate
    find(cast.employer, graduate.name, "resident", graduate.identity_number(), graduate.school_id)
    AccessLog.objects.create(actor=cast.operator.user, subject=graduate, what="unmask", why="与张三核对", at=now())
    upload(cast, national([person(1), person(2)]))
    recovery.renew(cast.employer.user)
    enter(cast.graduate)
    return cast


def fresh_kept_key() -> None:
    """As `migrate` makes it, under the key of now."""
    from wangqian.people.models import KeptKey
    from wangqian.people.models.kept import make_kept_key

    KeptKey.objects.all().delete()
    make_kept_key()


def everything() -> dict[str, object]:
    """Whatever is sealed, opened."""
    OPENED.forget()
    found: dict[str, object] = {}
    for place in sealed_columns():
        model, name = place
        for row in model._default_manager.order_by("pk"):
            found[f"{model.__name__}.{name}.{row.pk}"] = getattr(row, name)
    found |= {f"number.{one.pk}": one.identity_number() for one in Graduate.objects.select_related("person")}
    found |= {f"row.{row.pk}": vault.open_row(row.source_id, row.number, row.sealed) for row in StagedRow.objects.all()}
    for job in rotation.Import.objects.exclude(file=""):
        found[f"file.{job.pk}"] = vault.fetch(job.pk, job.file)
    for user in User.objects.all():
        found[f"recovery.{user.pk}"] = recovery.left(user) and sorted(codes(user))
    for session in rotation.Session.objects.all():
        found[f"session.{session.pk}"] = SessionStore(session.pk).load()["_auth_user_id"]
    return found


def codes(user: User) -> list[str]:
    from wangqian.people import mfa

    kept = recovery.of(user)
    assert kept
    return [mfa.unseal(user.pk, code) for code in kept.data["codes"]]


def sealed_columns() -> list[tuple[type[Model], str]]:
    from django.apps import apps

    return [
        (model, field.attname)
        for model in apps.get_models()
        for field in model._meta.concrete_fields
        if isinstance(field, Sealed)
    ]


def test_afterwards_the_old_key_is_needed_for_nothing(full: Cast, settings: Any, capsys: Any) -> None:
    before = everything()
    assert len(before) > 60
    settings.FIELD_KEYS = f"{NEW},{OLD}"
    with pytest.raises(CommandError, match=r"people_personkey\.wrapped: 1 still under an older key"):
        call_command("rotate_keys", "--check")
    call_command("rotate_keys")
    said = capsys.readouterr().out
    for place in ("people_graduate.private", "people_keptkey.wrapped", "cases_case.key", "notices_notice.body", "uploads"):
        assert place in said, place
    assert said.endswith("Everything is under the newest key.\n")
    settings.FIELD_KEYS = NEW
    assert everything() == before
    call_command("rotate_keys", "--check")


def test_without_turning_the_old_key_cannot_go(full: Cast, settings: Any) -> None:
    settings.FIELD_KEYS = NEW
    with pytest.raises(KeyError):
        everything()


def test_no_row_that_the_database_keeps_from_change_is_touched(full: Cast, settings: Any) -> None:
    texts, log = (list(model.objects.order_by("pk").values()) for model in (Terms, AccessLog))
    notes, dossiers = (list(model.objects.order_by("pk").values()) for model in (Note, EmployerDossier))
    settings.FIELD_KEYS = f"{NEW},{OLD}"
    call_command("rotate_keys")
    assert [list(model.objects.order_by("pk").values()) for model in (Terms, AccessLog, Note, EmployerDossier)] == [
        texts, log, notes, dossiers,
    ]  # fmt: skip


def test_stopped_in_the_middle_it_goes_on(full: Cast, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    before, usual, calls = everything(), rotation.renew, []

    def killed_at_the_fifth(place: rotation.Place, keys: list[Any]) -> int:
        calls.append(place.name)
        if len(calls) == 5:
            raise KeyboardInterrupt
        return usual(place, keys)

    settings.FIELD_KEYS = f"{NEW},{OLD}"
    at_the_start = rotation.left()
    monkeypatch.setattr(rotation, "renew", killed_at_the_fifth)
    with pytest.raises(KeyboardInterrupt):
        call_command("rotate_keys")
    monkeypatch.setattr(rotation, "renew", usual)
    assert 0 < sum(rotation.left().values()) < sum(at_the_start.values())
    assert everything() == before, "half turned, everything opens"
    call_command("rotate_keys")
    settings.FIELD_KEYS = NEW
    assert everything() == before


def test_what_is_written_meanwhile_stays(full: Cast, settings: Any) -> None:
    settings.FIELD_KEYS = f"{NEW},{OLD}"
    place = next(one for one in rotation.places() if one.name == "people_graduate.private")
    (graduate,) = Graduate.objects.all()
    stale = [row.pk for row in place.rows() if place.stale(row) is not None]
    assert stale == [graduate.pk]
    edit(graduate, phone="13700000000")  # after it was read, before it was locked
    assert rotation.renew(place, stale) == 0
    assert Graduate.objects.get().phone == "13700000000"


def test_batches(full: Cast, settings: Any) -> None:
    settings.FIELD_KEYS = f"{NEW},{OLD}"
    place = next(one for one in rotation.places() if one.name == "notices_notice.body")
    count = Notice.objects.count()
    assert count > 3
    assert (rotation.turn(place, batch=2), rotation.turn(place, batch=2)) == (count, 0)


def test_a_file_in_a_workers_hands_is_left_for_the_next_time(full: Cast, settings: Any) -> None:
    settings.FIELD_KEYS = f"{NEW},{OLD}"
    job = rotation.Import.objects.exclude(file="").get()
    rotation.Import.objects.filter(pk=job.pk).update(claim=job.pk)
    assert (rotation.turn_files(), rotation.left()["uploads"]) == (0, 1)
    assert default_storage.listdir(vault.FOLDER)[1] == [Path(job.file).name]


@pytest.mark.parametrize("value", ["", "2026-11-21T00:00:00+00:00", "AAAA", "不是", "AQM="])
def test_other_words_in_a_structure_are_left_as_they_are(value: str) -> None:
    assert rotation.in_json({"shown_at": value, "last": 3, "none": None}, "x") is None


def test_a_certification_opens_without_a_person(full: Cast) -> None:
    (case,) = Case.objects.filter(graduate=None)
    assert Note.objects.get(event__case=case).words == {"note": "执照已由张三核对"}
    assert identity.key_name(bytes(case.key)) == "old"




def test_what_the_master_key_covers_can_be_written_again(db: None) -> None:
    """Else the old key could never go: append-only rows are under the kept key or a case's."""
    sql = "SELECT tbl_name FROM sqlite_master WHERE type = 'trigger' AND sql LIKE '%append only%'"
    if connection.vendor == "postgresql":
        sql = "SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname = 'append_only'"
    with connection.cursor() as cursor:
        cursor.execute(sql)
        guarded = {name for (name,) in cursor.fetchall()}
    assert {"cases_terms", "people_accesslog"} <= guarded
    assert guarded & {place.model._meta.db_table for place in rotation.places()} == set()
