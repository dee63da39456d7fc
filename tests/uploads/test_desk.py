"""Files in their slots: sealed, checked before anybody sees them, in order, limited, turned, dropped; and what a kill leaves."""

from __future__ import annotations

from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from cryptography.exceptions import InvalidTag
from django.db import connection
from PIL import Image

from tests.cast import Cast
from tests.uploads.looking import unclean
from tests.uploads.making import drawing, jpeg, paper_with_code, pdf, saved
from tests.uploads.stage import a_case
from wangqian.cases.models import Case, Evidence, EvidenceState, EvidenceSweep
from wangqian.chart.words import Refused
from wangqian.documents import shelf, uploads
from wangqian.documents.read import Damaged
from wangqian.documents.uploads import Limits, checker, desk, jobs, objects
from wangqian.documents.uploads.checker import Checked, Trouble
from wangqian.documents.uploads.verdict import Bad
from wangqian.operating.checks import files as checks
from wangqian.operating.findings import Mark
from wangqian.people import identity, limits
from wangqian.people.clock import now
from wangqian.people.models import Throttle

DAY = timedelta(days=1)


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The check without its process, where the process is not what is looked at."""
    seen: list[str] = []

    def check(kind: str, data: bytes) -> Checked:
        seen.append(kind)
        return Checked([jpeg()] * (2 if kind == "pdf" else 1), [["code"]] * (2 if kind == "pdf" else 1))

    monkeypatch.setattr(checker, "check", check)
    return seen


def broken(*_any: object) -> Checked:
    raise Trouble("no child today")


def bad(*_any: object) -> Checked:
    raise Bad("active")


def photo(number: int) -> bytes:
    return saved(drawing(320, 240 + number), "JPEG")


def every_object(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def test_a_photo_from_hand_to_page(cast: Cast, case: Case, folder: Path) -> None:
    """Through the real child: the copy is clean, the original as it came, and on disk nothing can be read."""
    exif = Image.Exif()
    exif[0x010F] = "canary-maker"
    data = saved(paper_with_code("https://example.edu.cn/verify/1", 900, 1200), "JPEG", exif=exif, quality=85)
    row = uploads.receive(case, "scan", "/tmp/曹文公 协议书.JPG", data, owner=cast.graduate.user)
    found = Evidence.objects.get(pk=row.pk)
    assert (found.state, found.kind, found.pages, found.size) == ("accepted", "jpeg", 1, len(data))
    assert (found.name, found.codes, found.sha256) == (
        "曹文公 协议书.JPG",
        [["https://example.edu.cn/verify/1"]],
        sha256(data).hexdigest(),
    )
    assert uploads.original(found) == data and b"canary-maker" in data
    assert unclean(uploads.page(found, 1)) == "" and b"canary-maker" not in uploads.page(found, 1)
    stored = every_object(folder)
    assert len(stored) == 2
    assert all(b"\xff\xd8\xff" not in path.read_bytes()[:40] and b"canary" not in path.read_bytes() for path in stored)
    assert found.key == f"evidence/{found.uploaded_at:%Y}/{sha256(stored[0].read_bytes()).hexdigest()[:2]}/{stored[0].name}"
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, codes FROM cases_evidence")
        assert not any("协议书".encode() in bytes(value) or b"example" in bytes(value) for value in cursor.fetchone())


def test_a_pdf_of_several_pages(cast: Cast, case: Case) -> None:
    row = uploads.receive(case, "scan", "a.pdf", pdf(pages=3), owner=cast.graduate.user)
    assert (row.kind, row.pages, len(row.codes)) == ("pdf", 3, 3)
    assert len({uploads.page(row, number) for number in (1, 2, 3)}) == 3
    for number in (0, 4):
        with pytest.raises(Refused):
            uploads.page(row, number)


def test_a_bad_file_leaves_its_row_with_the_sentence_and_is_never_usable(cast: Cast, case: Case) -> None:
    with pytest.raises(Refused) as refused:
        uploads.receive(case, "scan", "a.jpg", jpeg()[:-400], owner=cast.graduate.user)
    (row,) = Evidence.objects.all()
    assert (row.state, row.refusal, row.pages) == ("refused", str(refused.value), 0)
    assert uploads.usable(case, "scan") == []
    for look in (lambda: uploads.page(row, 1), lambda: uploads.original(row)):
        with pytest.raises(Refused):
            look()
    assert shelf.read(row.key), "kept for thirty days"


@pytest.mark.parametrize(("name", "data"), [("a.exe", jpeg()), ("a.jpg", b""), ("a.pdf", jpeg()), ("a.jpg", b"\0" * 11_000_000)])
def test_what_needs_no_look_leaves_nothing(cast: Cast, case: Case, folder: Path, name: str, data: bytes) -> None:
    with pytest.raises(Refused):
        uploads.receive(case, "scan", name, data, owner=cast.graduate.user)
    assert not Evidence.objects.exists() and every_object(folder) == []


# --- quarantine --------------------------------------------------------------------------------------------


def test_a_check_that_does_not_take_place_leaves_the_file_in_quarantine(cast: Cast, case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checker, "check", broken)
    row = uploads.receive(case, "scan", "a.jpg", jpeg(), owner=cast.graduate.user)
    assert (row.state, uploads.usable(case, "scan")) == ("quarantine", [])
    for look in (lambda: uploads.page(row, 1), lambda: uploads.original(row)):
        with pytest.raises(Refused):
            look()
    assert uploads.recheck() == 0, "somebody is at it"
    Evidence.objects.update(checked_at=now() - jobs.LEASE)
    monkeypatch.undo()
    assert uploads.recheck() == 1
    assert [one.pk for one in uploads.usable(case, "scan")] == [row.pk]
    assert Evidence.objects.get().pages == 1


def test_the_worker_gives_up_after_some_tries_and_says_so(cast: Cast, case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checker, "check", broken)
    uploads.receive(case, "scan", "a.jpg", jpeg(), owner=cast.graduate.user)
    for _ in range(desk.TRIES - 1):
        assert Evidence.objects.get().state == "quarantine"
        Evidence.objects.update(checked_at=now() - jobs.LEASE)
        assert uploads.recheck() == 1
    row = Evidence.objects.get()
    assert (row.state, row.refusal, row.tries) == ("refused", desk.GIVEN_UP, desk.TRIES)


def test_the_worker_refuses_what_is_bad(cast: Cast, case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checker, "check", broken)
    uploads.receive(case, "scan", "a.pdf", pdf(), owner=cast.graduate.user)
    Evidence.objects.update(checked_at=now() - jobs.LEASE)
    monkeypatch.setattr(checker, "check", bad)
    assert uploads.recheck() == 1
    assert "脚本" in Evidence.objects.get().refusal


def test_a_verdict_stands_whoever_comes_later(cast: Cast, case: Case, quick: list[str]) -> None:
    row = uploads.receive(case, "scan", "a.jpg", jpeg(), owner=cast.graduate.user)
    assert desk.settle(row, EvidenceState.REFUSED, refusal="x").state == "accepted"
    assert Evidence.objects.get().refusal == ""


@pytest.mark.parametrize("where", ["original", "row", "check", "pages", "verdict"])
def test_a_kill_anywhere_leaves_nothing_unchecked_in_sight(
    cast: Cast, case: Case, quick: list[str], monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    """Killed just before each of the steps: what is left is found and, where there is a row, finished by the worker."""

    class Killed(BaseException):
        pass

    def kill(*_any: object, **_more: object) -> Any:
        raise Killed

    places = {
        "original": (objects, "keep_original"),
        "row": (desk, "keep"),
        "check": (checker, "check"),
        "pages": (objects, "keep_pages"),
        "verdict": (desk, "settle"),
    }
    with monkeypatch.context() as patched:
        patched.setattr(*places[where], kill)
        with pytest.raises(Killed):
            uploads.receive(case, "scan", "a.jpg", jpeg(), owner=cast.graduate.user)
    assert uploads.usable(case, "scan") == []
    sweep = uploads.compare()
    assert (sweep.missing, sweep.damaged) == (0, 0)
    assert sweep.stray == (1 if where == "row" else 0), "an object nobody knows is found"
    Evidence.objects.update(checked_at=now() - jobs.LEASE)
    assert uploads.recheck() == (0 if where in ("original", "row") else 1)
    assert len(uploads.usable(case, "scan")) == (0 if where in ("original", "row") else 1)
    after = uploads.compare()
    assert (after.missing, after.damaged, after.stray) == (0, 0, 1 if where == "row" else 0)


def test_red_control_the_row_first_would_leave_rows_without_objects(cast: Cast, case: Case, quick: list[str]) -> None:
    row = uploads.receive(case, "scan", "a.jpg", jpeg(), owner=cast.graduate.user)
    shelf.remove(row.key)
    assert (uploads.compare().missing, checks.kept().mark) == (1, Mark.BAD)
    with pytest.raises(Damaged):
        uploads.original(row)


# --- slots -------------------------------------------------------------------------------------------------


def test_order_limit_and_the_same_file_twice(cast: Cast, case: Case, quick: list[str]) -> None:
    user = cast.graduate.user
    rows = [uploads.receive(case, "scan", f"{n}.jpg", photo(n), owner=user, limit=Limits(files=3)) for n in range(3)]
    assert [row.position for row in rows] == [0, 1, 2]
    assert uploads.receive(case, "scan", "again.jpg", photo(1), owner=user, limit=Limits(files=3)).pk == rows[1].pk
    with pytest.raises(Refused, match="最多上传"):
        uploads.receive(case, "scan", "3.jpg", photo(3), owner=user, limit=Limits(files=3))
    uploads.receive(case, "letter", "3.jpg", photo(3), owner=user)
    uploads.drop(rows[0])
    late = uploads.receive(case, "scan", "4.jpg", photo(4), owner=user, limit=Limits(files=3))
    assert [row.pk for row in uploads.usable(case, "scan")] == [rows[1].pk, rows[2].pk, late.pk]
    assert Evidence.objects.count() == 5


def test_one_taken_again_stands_where_the_old_one_stood(cast: Cast, case: Case, quick: list[str]) -> None:
    first, second = (uploads.receive(case, "scan", f"{n}.jpg", photo(n), owner=cast.graduate.user) for n in (1, 2))
    new = uploads.receive(case, "scan", "3.jpg", photo(3), owner=cast.graduate.user)
    uploads.replace(first, new)
    assert [row.pk for row in uploads.usable(case, "scan")] == [new.pk, second.pk]


def test_limits_count_by_user_and_by_link(cast: Cast, case: Case, quick: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(limits.LIMITS, "upload", limits.Limit(2, limits.HOUR, "过多"))
    link, user = case.pk, cast.graduate.user
    for number, who in enumerate([{"owner": user}, {"owner": user}, {"link": link}, {"link": link}]):
        uploads.receive(case, "scan", f"{number}.jpg", photo(number), **who)  # type: ignore[arg-type]
    for who in ({"owner": user}, {"link": link}):
        with pytest.raises(limits.Over):
            uploads.receive(case, "scan", "9.jpg", photo(9), **who)  # type: ignore[arg-type]
    assert Throttle.objects.filter(key__startswith="upload:").count() == 2
    assert set(Evidence.objects.values_list("owner", "link")) == {(user.pk, None), (None, link)}


def test_turning_goes_round_and_is_a_note_alone(cast: Cast, case: Case) -> None:
    row = uploads.receive(case, "scan", "a.jpg", photo(0), owner=cast.graduate.user)
    plain = uploads.page(row, 1)
    shapes = []
    for degrees in (90, 180, 270, 0):
        uploads.turn(row)
        assert Evidence.objects.get().turned == row.turned == degrees
        shown = uploads.page(row, 1)
        assert shown.endswith(plain[2:])
        from io import BytesIO

        from PIL import ImageOps

        shapes.append(ImageOps.exif_transpose(Image.open(BytesIO(shown))).size)
    assert shapes == [(240, 320), (320, 240), (240, 320), (320, 240)]


# --- sealed ------------------------------------------------------------------------------------------------


def test_an_object_moved_to_another_row_or_page_does_not_open(cast: Cast, case: Case, quick: list[str]) -> None:
    one, other = (uploads.receive(case, "scan", f"{n}.pdf", pdf(pages=n), owner=cast.graduate.user) for n in (1, 2))
    other.key = one.key
    for read in (lambda: uploads.original(other), lambda: uploads.page(other, 1)):
        with pytest.raises(Damaged):
            read()
    shelf.keep(one.page_key(2), shelf.read(one.page_key(1)) or b"")
    with pytest.raises(Damaged):
        uploads.page(one, 2)
    with pytest.raises(InvalidTag):
        identity.decrypt_bytes(a_case(cast).open_key(), shelf.read(one.key) or b"", one.place("original"))


def test_an_erased_person_is_erased_from_his_files(cast: Cast, case: Case, quick: list[str]) -> None:
    row = uploads.receive(case, "scan", "曹文公.jpg", jpeg(), owner=cast.graduate.user)
    cast.graduate.membership.graduate.person.destroy()  # type: ignore[union-attr]
    again = Evidence.objects.get(pk=row.pk)
    for read in (lambda: again.name, lambda: again.codes, lambda: uploads.page(again, 1), lambda: uploads.original(again)):
        with pytest.raises(identity.Erased):
            read()


# --- after thirty days, and every night --------------------------------------------------------------------


def test_refused_and_dropped_objects_go_after_thirty_days_bound_ones_stay(cast: Cast, case: Case, quick: list[str], folder: Path) -> None:
    user = cast.graduate.user
    dropped, bound, _kept, recent = (uploads.receive(case, "scan", f"{n}.jpg", photo(n), owner=user) for n in range(4))
    Evidence.objects.filter(pk=bound.pk).update(bound_at=now())
    for row in (dropped, bound, recent):
        uploads.drop(row)
    Evidence.objects.exclude(pk=recent.pk).filter(dropped_at__isnull=False).update(dropped_at=now() - jobs.KEEP)
    Evidence.objects.create(
        case=case, slot="scan", name="x", codes=[], kind="jpeg", size=1, sha256="0" * 64, state="refused", refusal="坏",
        key=objects.keep_original(Evidence(case=case), b"x", now()), uploaded_at=now(), checked_at=now() - jobs.KEEP,
    )  # fmt: skip
    assert len(every_object(folder)) == 9
    assert uploads.tidy() == 2
    assert len(every_object(folder)) == 6
    assert dict(Evidence.objects.values_list("pk", "key"))[dropped.pk] == ""
    assert Evidence.objects.get(pk=bound.pk).shown and uploads.original(Evidence.objects.get(pk=bound.pk)) == photo(1)
    assert (uploads.tidy(), EvidenceSweep.objects.count()) == (0, 1), "the comparison comes once a night"
    assert (EvidenceSweep.objects.get().missing, EvidenceSweep.objects.get().stray) == (0, 0)
    EvidenceSweep.objects.update(at=now() - DAY)
    uploads.tidy()
    assert EvidenceSweep.objects.count() == 2


def test_the_night_finds_changed_bytes_and_lets_old_strays_go(
    cast: Cast, case: Case, quick: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    row = uploads.receive(case, "scan", "a.jpg", jpeg(), owner=cast.graduate.user)
    shelf.keep("evidence/2026/ab/" + "a" * 64, b"left behind")
    assert checks.kept().mark is Mark.OFF, "no comparison yet"
    found = uploads.compare()
    assert (found.rows, found.objects_found, found.missing, found.damaged, found.stray) == (1, 3, 0, 0, 1)
    assert checks.kept().mark is Mark.OK
    changed = bytearray(shelf.read(row.key) or b"")
    changed[40] ^= 1
    shelf.keep(row.key, bytes(changed))
    monkeypatch.setattr(jobs, "modified", lambda name: now() - jobs.KEEP - DAY)
    found = uploads.compare()
    assert (found.missing, found.damaged, found.stray, checks.kept().mark) == (0, 1, 1, Mark.BAD)
    assert (shelf.read("evidence/2026/ab/" + "a" * 64), uploads.compare().stray) == (None, 0)


def test_waiting_files_are_a_finding(cast: Cast, case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    assert checks.checked().mark is Mark.OK
    monkeypatch.setattr(checker, "check", broken)
    uploads.receive(case, "scan", "a.jpg", jpeg(), owner=cast.graduate.user)
    assert checks.checked().mark is Mark.OK
    Evidence.objects.update(uploaded_at=now() - timedelta(minutes=11))
    assert checks.checked().mark is Mark.BAD


def test_a_storage_that_takes_nothing(cast: Cast, case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_any: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(shelf, "keep", full)
    with pytest.raises(Refused, match="暂时存不进去"):
        uploads.receive(case, "scan", "a.jpg", jpeg(), owner=cast.graduate.user)
    assert not Evidence.objects.exists()
