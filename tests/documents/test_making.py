"""From the signing to the stored file: once, whatever dies in between; the legal state never waits for it."""

from __future__ import annotations

from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from django.db import DatabaseError, transaction

from tests.cast import Cast
from wangqian.cases.models import Case, Event, Outbox, broken_link
from wangqian.chart.words import FLOWS
from wangqian.documents import make, paper
from wangqian.documents.make import BY_HAND, claim, failed, finish, retry, work
from wangqian.documents.models import Artefact
from wangqian.documents.read import agreement_state, pdf
from wangqian.people.clock import now

UNPRINTABLE = "\U0002b740"  # 𫝀, CJK Extension D


def objects(files: Path) -> list[Path]:
    return sorted(path for path in files.rglob("*") if path.is_file())


def filings(case: Case) -> list[Event]:
    return list(case.events.filter(step="filed").order_by("number"))


def due_again() -> None:
    """The lease of a dead worker has run out."""
    Outbox.objects.filter(consumer="documents").update(next_at=now() - timedelta(seconds=1))


def test_a_signing_becomes_a_file_a_row_and_an_event(cast: Cast, files: Path) -> None:
    case = cast.signed()
    assert agreement_state(case) == ("making", None)
    assert work() == 1  # the college's approval is no signing
    artefact = Artefact.objects.get()
    stored = files / artefact.key
    digest = sha256(stored.read_bytes()).hexdigest()
    assert objects(files) == [stored]
    assert artefact.key == f"agreement/{now():%Y}/{digest[:2]}/{digest}.pdf"
    assert (artefact.case_id, artefact.sha256, artefact.size) == (case.pk, digest, stored.stat().st_size)
    assert (artefact.template, artefact.pages) == ("2026-1/2", 2)
    event = filings(case)[0]
    assert artefact.seal is not None
    assert event.data == {
        "artefact_sha256": digest,
        "template": "2026-1/2",
        "pages": "2",
        "seal": "B-B",
        "seal_subject": "网签演示印章（仅供演示，无法律效力）",
        "seal_serial": artefact.seal.serial,
        "seal_certificate": artefact.seal.fingerprint,
        "stamp": "none",
    }
    assert (event.capacity, event.user, event.target) == ("system", None, "signed")
    assert broken_link(Case.objects.get(pk=case.pk)) is None
    assert agreement_state(case) == ("ready", artefact)
    assert not Outbox.objects.filter(consumer="documents").exists()


def test_nothing_is_made_before_the_last_level(cast: Cast, files: Path) -> None:
    case = cast.in_review()
    cast.act(case, "approve", cast.college_reviewer)
    assert (work(), objects(files), Artefact.objects.count()) == (0, [], 0)
    assert agreement_state(Case.objects.get(pk=case.pk)) == ("none", None)


def test_work_takes_no_more_than_its_limit(cast: Cast) -> None:
    cast.signed()
    cast.signed(cast.other_employer, cast.graduate_named("李斯"))
    assert [work(1), work(1), work(1)] == [1, 1, 0]


def test_a_second_delivery_makes_nothing(cast: Cast, files: Path) -> None:
    case = cast.signed()
    work()
    Outbox.objects.create(event=case.events.get(step="approve", target="signed"), consumer="documents")
    assert (work(), Artefact.objects.count(), len(filings(case)), len(objects(files))) == (1, 1, 1, 1)


def test_killed_between_object_and_row(cast: Cast, files: Path) -> None:
    case = cast.signed()
    event = case.events.get(step="approve", target="signed")
    Outbox.objects.filter(consumer="documents").exclude(event=event).delete()
    assert claim() is not None
    stored = files / make.make(event).key  # and here the worker dies
    assert (objects(files), Artefact.objects.count(), work()) == ([stored], 0, 0)
    due_again()
    assert work() == 1
    artefact = Artefact.objects.get()  # sealed anew: the dead worker's file is in no row, and nobody gets it
    assert (objects(files), len(filings(case))) == (sorted({stored, files / artefact.key}), 1)
    assert (pdf(artefact).read(), artefact.sha256) != (stored.read_bytes(), stored.stem)


def test_a_worker_that_comes_too_late_changes_nothing(cast: Cast) -> None:
    case = cast.signed()
    event = case.events.get(step="approve", target="signed")
    Outbox.objects.filter(consumer="documents").exclude(event=event).delete()
    slow = claim()
    assert slow is not None
    its_own = make.make(event)
    due_again()
    work()
    finish(slow, event, its_own)
    assert (Artefact.objects.count(), len(filings(case))) == (1, 1)


def test_terminated_before_the_file_was_made(cast: Cast, files: Path) -> None:
    """The agreement existed, so its paper does; the ended case takes no event."""
    case = cast.signed()
    termination = cast.termination(case)
    cast.act(termination, "accept", cast.employer)
    cast.act(termination, "approve", cast.school_reviewer)
    work()
    case = Case.objects.get(pk=case.pk)
    assert (case.state, filings(case), broken_link(case)) == ("terminated", [], None)
    assert agreement_state(case) == ("ready", Artefact.objects.get())
    assert [path.stem for path in objects(files)] == [Artefact.objects.get().sha256]
    assert not failed().exists()


def test_what_cannot_be_printed_waits_for_a_person(cast: Cast, files: Path) -> None:
    case = cast.signed(graduate=cast.graduate_named(f"王{UNPRINTABLE}"))
    assert (work(), work()) == (1, 0)
    row = failed().get()
    sentence = (
        f"“姓名”中的「{UNPRINTABLE} (U+2B740)」字体中没有字形，暂不能生成协议书；"
        "请运行维护人员在 WANGQIAN_FONT_DIR 中加入补充字库。"
    )
    assert (row.event.case_id, row.next_at, row.tries) == (case.pk, BY_HAND, 1)
    assert row.error.splitlines()[0] == sentence
    assert agreement_state(case) == ("failed", f"协议书暂不能生成：{row.error}")
    assert (Case.objects.get(pk=case.pk).state, objects(files)) == ("signed", [])
    retry(row)
    assert agreement_state(case) == ("making", None)
    assert (work(), failed().get().tries, Artefact.objects.count()) == (1, 2, 0)


def test_a_storage_out_of_order_is_tried_again_later(cast: Cast, files: Path) -> None:
    case = cast.signed()
    files.write_text("no folder")
    work()
    row = failed().get()
    assert row.error == "生成文件时出错（NotADirectoryError），系统会自动重试"
    assert row.next_at is not None
    assert timedelta(seconds=50) < row.next_at - now() <= timedelta(minutes=1)
    assert (work(), agreement_state(case)) == (0, ("making", None))
    files.unlink()
    due_again()
    assert (work(), failed().count(), agreement_state(case)) == (1, 0, ("ready", Artefact.objects.get()))


def test_waits_grow_to_an_hour(cast: Cast, files: Path) -> None:
    cast.signed()
    files.write_text("no folder")
    waits = []
    for _round in range(8):
        due_again()
        work()
        until = failed().get().next_at
        assert until is not None
        waits.append(round((until - now()) / timedelta(minutes=1)))
    assert waits == [1, 2, 4, 8, 16, 32, 60, 60]


def test_a_new_template_never_changes_an_old_paper(cast: Cast, files: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    old = cast.signed()
    work()
    before = {path: path.read_bytes() for path in objects(files)}
    monkeypatch.setattr(paper, "LAYOUT", "3")
    new = cast.signed(cast.other_employer, cast.graduate_named("李斯"))
    Outbox.objects.create(event=old.events.get(step="approve", target="signed"), consumer="documents")
    work()
    made = Artefact.objects.order_by("made_at").values_list("case", "template")
    assert list(made) == [(old.pk, "2026-1/2"), (new.pk, "2026-1/3")]
    assert {path: path.read_bytes() for path in objects(files) if path in before} == before


def test_an_artefact_cannot_be_changed_or_removed(cast: Cast) -> None:
    cast.signed()
    work()
    for act in (lambda: Artefact.objects.update(sha256="0" * 64), lambda: Artefact.objects.all().delete()):
        with pytest.raises(DatabaseError, match="append only"), transaction.atomic():
            act()


def test_people_cannot_file(cast: Cast) -> None:
    case = cast.signed()
    assert not FLOWS["online"].steps["filed"].who.admits(cast.school_reviewer.membership, case)
