"""An uploaded file is the agreement to the byte, or it is not: every byte flipped, anything added, other files."""

from __future__ import annotations

from hashlib import sha256
from random import Random

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.cast import Cast
from tests.documents.test_seal import appended, made, resaved, updated
from wangqian.cases.models import Case
from wangqian.chart.words import Refused
from wangqian.codes import serial
from wangqian.documents import seal, stamps
from wangqian.documents.marks import marks
from wangqian.documents.models import AGREEMENT, Artefact
from wangqian.documents.seal_key import holder
from wangqian.documents.verify_file import MOST, Checked, Verdict, by_file, kept, sealed_by_us
from wangqian.people.clock import now, today
from wangqian.people.models import AccessLog

IP = "192.0.2.1"
OURS, UNKNOWN = Checked(Verdict.OURS), Checked(Verdict.UNKNOWN)


def flip(data: bytes, at: int, bit: int = 1) -> bytes:
    return data[:at] + bytes([data[at] ^ bit]) + data[at + 1 :]


@pytest.fixture
def small(cast: Cast) -> bytes:
    """A sealed file of one empty page, stored as an agreement: short enough to try every byte through the door."""
    case = cast.signed()
    by = holder()
    assert by is not None
    data = seal.seal(stamps.blank(), by, "test").data
    made(case)  # the certificate is known
    artefact = Artefact.objects.get(case=case)
    Artefact.objects.create(
        case=case,
        terms=artefact.terms,
        kind=AGREEMENT,
        template="small",
        key="small.pdf",
        sha256=sha256(data).hexdigest(),
        size=len(data),
        pages=1,
        seal=artefact.seal,
        level="B-B",
        made_at=now(),
    )
    return data


def test_the_file_itself_gives_the_stored_facts(cast: Cast) -> None:
    case = cast.signed()
    artefact, data = made(case)
    found = by_file(data, IP, cast.other_employer)
    assert found.verdict is Verdict.KEPT and found.facts is not None and artefact.seal is not None
    assert dict(found.facts.rows()) == {
        "协议书编号": serial.pretty(case.number or ""),
        "毕业生": "曹**",
        "学校": "示范大学",
        "用人单位": "越综合企业",
        "签约日期": today(now()).isoformat(),
        "电子印章": "网签演示印章（仅供演示，无法律效力） · 不带可信时间戳",
    }
    assert (found.facts.state, found.facts.in_force) == ("有效", True)
    row = AccessLog.objects.get(what="verification")
    assert (row.subject_id, row.why, row.actor) == (case.graduate_id, "上传文件", cast.other_employer.user)


def test_the_state_is_live(cast: Cast) -> None:
    case = cast.signed()
    _artefact, data = made(case)
    termination = cast.termination(case)
    cast.act(termination, "accept", cast.employer)
    cast.act(termination, "approve", cast.school_reviewer)
    found = by_file(data, IP).facts
    assert found is not None and (found.state, found.in_force) == ("已解约", False)


@pytest.mark.once
def test_every_byte_flipped_is_found(cast: Cast) -> None:
    """All bytes of a real agreement: no flip has the hash of anything stored."""
    _artefact, data = made(cast.signed())
    stored = {bytes.fromhex(one) for one in Artefact.objects.values_list("sha256", flat=True)}
    assert sha256(data).digest() in stored
    before = sha256()
    view = memoryview(data)
    for at, byte in enumerate(data):  # the bytes before are hashed once
        changed = before.copy()
        changed.update(bytes([byte ^ 1]))
        changed.update(view[at + 1 :])
        assert changed.digest() not in stored, at
        before.update(view[at : at + 1])


@pytest.mark.once
def test_every_byte_flipped_is_found_by_the_verification(small: bytes) -> None:
    assert kept(small) is not None
    assert [at for at in range(len(small)) if kept(flip(small, at)) is not None] == []


def test_flips_through_the_door(cast: Cast) -> None:
    _artefact, data = made(cast.signed())
    random = Random(3)
    for bit in range(8):
        for at in [*random.sample(range(len(data)), 4), len(data) - 1]:
            found = by_file(flip(data, at, 1 << bit), IP)
            assert found.verdict in (Verdict.OURS, Verdict.UNKNOWN) and found.facts is None
    assert not AccessLog.objects.filter(what="verification").exists()


@pytest.mark.once
def test_control_the_seal_alone_misses_flips(small: bytes) -> None:
    """Why the hash comes first: a signature does not cover the place where it stands, nor all of its own form."""
    start = small.index(b"/Contents <") + len(b"/Contents <")
    end = small.index(b">", start)
    missed = 0
    for at in range(start, end, 3):
        found = next(marks(flip(small, at)), None)  # mostly the zeros behind the signature, in room kept for it
        missed += bool(found and found.fits and found.whole)
    assert missed > 500
    random = Random(5)
    for at in random.sample([*range(start - 200), *range(end + 2, len(small))], 300):
        found = next(marks(flip(small, at)), None)
        assert found is None or not (found.fits and found.whole)


@pytest.mark.parametrize("change", [appended, updated, resaved], ids=lambda change: change.__name__)
def test_a_file_that_was_touched_is_not_ours_to_confirm(cast: Cast, change: object) -> None:
    _artefact, data = made(cast.signed())
    assert by_file(change(data), IP) in (OURS, UNKNOWN)  # type: ignore[operator]


def test_sealed_by_us_but_not_kept_is_said(cast: Cast) -> None:
    _artefact, data = made(cast.signed())
    by = holder()
    assert by is not None
    assert by_file(seal.seal(stamps.blank(), by, "another").data, IP) == OURS
    assert by_file(appended(data), IP) == OURS
    assert by_file(stamps.blank(), IP) == UNKNOWN


def test_a_seal_of_somebody_else_is_unknown(cast: Cast, tmp_path_factory: pytest.TempPathFactory) -> None:
    from wangqian.documents import seal_key

    made(cast.signed())
    stranger = seal_key.demo(tmp_path_factory.mktemp("stranger") / "keys" / "seal-demo.pem")
    assert by_file(seal.seal(stamps.blank(), stranger, "x").data, IP) == UNKNOWN


def test_an_old_certificate_is_still_ours(cast: Cast, settings: object, tmp_path_factory: pytest.TempPathFactory) -> None:
    _artefact, data = made(cast.signed())
    settings.VAR = tmp_path_factory.mktemp("renewed")  # type: ignore[attr-defined]
    assert by_file(data, IP).verdict is Verdict.KEPT
    assert by_file(appended(data), IP) == OURS


HOSTILE = {
    "nothing behind": b"%PDF-1.7\n/ByteRange [0 5 9 9]",
    "backwards": b"%PDF-1.7\n/ByteRange [0 20 10 5]" + b"<00>" * 20,
    "not hex": b"%PDF-1.7\n/ByteRange [0 9 40 9]" + b"x" * 60,
    "no DER": b"%PDF-1.7\n/ByteRange [0 34 44 4]    <3003020100>    ",
    "huge numbers": b"%PDF-1.7\n/ByteRange [0 9999999999 9999999999 9999999999]",
    "many": b"%PDF-1.7\n" + b"/ByteRange [0 9 40 9]" * 50_000,
    "blanks": b"%PDF-1.7\n" + (b"/ByteRange" + b" " * 1000) * 1000,
    "deep": b"%PDF-1.7\n" + b"[" * 500_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_whatever_is_sent_is_answered(db: None, name: str) -> None:
    assert by_file(HOSTILE[name], IP) == UNKNOWN


def test_any_bytes_where_the_signature_should_be(small: bytes) -> None:
    """The parser of signatures meets bytes anybody may have put there."""
    random = Random(7)
    start = small.index(b"/Contents <") + len(b"/Contents <")
    end = small.index(b">", start)
    for _try in range(300):
        digits = bytearray(small[start:end])
        for at in random.sample(range(900), random.randint(1, 40)):
            digits[at] = random.choice(b"0123456789abcdef")
        sealed_by_us(small[:start] + bytes(digits) + small[end:])


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "这个文件是空的，请重新选择协议书的 PDF 文件。"),
        (b"\x89PNG\r\n" + b"x" * 2000, "这不是 PDF 文件。请选择从本平台下载的协议书 PDF；照片和截图请改用编号核验。"),
        (b"x" * 2000 + b"%PDF-1.7", "这不是 PDF 文件。请选择从本平台下载的协议书 PDF；照片和截图请改用编号核验。"),
        (b"%PDF-" + b"x" * MOST, "文件超过 10 MB，不是本平台生成的协议书；请选择协议书的 PDF 文件。"),
    ],
)
def test_what_is_no_pdf_is_refused_in_words(db: None, data: bytes, sentence: str) -> None:
    with pytest.raises(Refused) as refused:
        by_file(data, IP)
    assert str(refused.value) == sentence


def test_a_miss_reads_nothing_of_anybody(cast: Cast) -> None:
    """Two misses of a kind cost the same, whatever is stored."""
    made(cast.signed())

    def statements(data: bytes) -> int:
        with CaptureQueriesContext(connection) as seen:
            by_file(data, IP)
        return len(seen)

    statements(stamps.blank())
    assert statements(stamps.blank()) == statements(stamps.blank() + b" ")


def test_nothing_of_the_file_is_kept(cast: Cast, files: object) -> None:
    made(cast.signed())
    before = sorted(files.rglob("*"))  # type: ignore[attr-defined]
    by_file(stamps.blank() + b"A secret of the sender", IP)
    assert sorted(files.rglob("*")) == before  # type: ignore[attr-defined]


def test_a_graduate_may_see_it_also_when_the_file_was_never_stored(cast: Cast) -> None:
    """No artefact, no facts: an agreement being made is not found by any file."""
    case = cast.signed()
    assert Case.objects.get(pk=case.pk).number
    assert by_file(stamps.blank(), IP) == UNKNOWN
