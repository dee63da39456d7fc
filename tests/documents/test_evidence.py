"""The evidence package: complete, checked by one file of the standard library, and nothing of it can be changed unseen."""

from __future__ import annotations

import ast
import io
import json
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest
from pytest_django.fixtures import Settings

from tests.cast import Cast
from tests.devices import enrol, signed_proof
from tests.documents.authority import running
from tests.documents.test_seal import made, pair
from tests.log.books import SCRIPT, run
from wangqian.cases import log
from wangqian.cases.engine import perform
from wangqian.cases.models import Case, Event, Head, Terms
from wangqian.chart.words import Refused
from wangqian.documents import evidence, stamps
from wangqian.documents.offline import verify
from wangqian.people.models import AccessLog, Actor

Files = dict[str, bytes]
pytestmark = pytest.mark.once
FINE = "结论：没有发现错误。"


def unpacked(data: bytes) -> Files:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        assert package.testzip() is None
        return {name: package.read(name) for name in package.namelist()}


def packed(files: Files, place: Path) -> Path:
    place.write_bytes(evidence.zipped(files, log.now()))
    return place


def checked(files: Files, folder: Path, *options: str) -> tuple[int, list[str]]:
    """Exit code and lines of the script over a package."""
    done = run(packed(files, folder / "package.zip"), *options)
    assert done.stderr == ""
    return done.returncode, done.stdout.splitlines()


@pytest.fixture
def case(cast: Cast) -> Case:
    found = cast.signed()
    made(found)
    log.work()
    return found


@pytest.fixture
def whole(case: Case, cast: Cast) -> Files:
    return unpacked(evidence.package(case, cast.graduate))


def test_everything_is_in_it(case: Case, whole: Files) -> None:
    assert sorted(whole) == [
        "README.txt",
        "agreement.pdf",
        "case.json",
        *(f"events/{number:04}.json" for number in range(1, 6)),
        "log/head.json",
        "log/inclusion.json",
        "log/keys.json",
        "notes.json",
        "proofs.json",
        "seal/certificates.pem",
        "terms/001.json",
        "terms/002.json",
        "verify.py",
    ]
    assert whole["terms/002.json"] == case.versions.get(version=2).canonical
    assert whole["verify.py"] == SCRIPT.read_bytes()
    proofs = json.loads(whole["proofs.json"])
    assert {number: (one["method"], one["text"]) for number, one in proofs.items()} == {
        str(event.number): (event.proof_method, event.terms_sha256) for event in case.events.exclude(proof=None)
    }
    readme = whole["README.txt"].decode()
    assert "python3 verify.py" in readme and Head.objects.get().key_id in readme


@pytest.mark.parametrize("who", ["graduate", "employer", "school_reviewer"])
def test_checked_offline_for_each_reader(case: Case, cast: Cast, tmp_path: Path, who: str) -> None:
    reader: Actor = getattr(cast, who)
    code, lines = checked(unpacked(evidence.package(case, reader)), tmp_path)
    assert (code, lines[-1]) == (0, FINE)
    assert not [line for line in lines if line.startswith(("[错误]", "[未核对]"))]
    row = AccessLog.objects.get(what="evidence")
    assert (row.subject_id, row.actor, row.membership) == (case.graduate_id, reader.user, reader.membership)


def test_checked_where_it_was_unpacked(whole: Files, tmp_path: Path) -> None:
    for name, content in whole.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(content)
    assert run(script=tmp_path / "verify.py").returncode == 0


def test_the_fingerprints_may_be_given(whole: Files, tmp_path: Path) -> None:
    key, seal = Head.objects.get().key_id, verify.Certificate(verify.pem(whole["seal/certificates.pem"].decode())[0])
    assert checked(whole, tmp_path, "--key", key, "--seal", seal.fingerprint)[0] == 0
    assert checked(whole, tmp_path, "--key", "0" * 64)[0] == 1
    assert checked(whole, tmp_path, "--seal", "0" * 64)[0] == 1


def test_the_script_needs_the_standard_library_alone() -> None:
    tree = ast.parse(SCRIPT.read_text("utf-8"))
    named = {name.name.split(".")[0] for node in ast.walk(tree) if isinstance(node, ast.Import) for name in node.names}
    named |= {str(node.module).split(".")[0] for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert named <= sys.stdlib_module_names


# --- nothing can be changed unseen -------------------------------------------------------------------

CHECKED = [
    "agreement.pdf",
    "events/0002.json",
    "events/0005.json",
    "log/head.json",
    "log/inclusion.json",
    "log/keys.json",
    "proofs.json",
    "seal/certificates.pem",
    "terms/001.json",
    "terms/002.json",
]


@pytest.mark.parametrize("name", CHECKED)
def test_a_changed_character_is_found(whole: Files, tmp_path: Path, name: str) -> None:
    """Anywhere in a file whose every character counts; in JSON, in what stands between quotes or is a number."""
    random, content = Random(name), whole[name]
    exact = not name.endswith((".json", ".pem")) or name.startswith(("events", "terms"))
    places = range(len(content)) if exact else meaningful(name, content)
    for at in random.sample(places, min(5, len(places))):
        changed = content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :]
        assert checked({**whole, name: changed}, tmp_path)[0] == 1, (name, at, content[at - 20 : at + 20])


def meaningful(name: str, content: bytes) -> list[int]:
    """Places of hashes, signatures and proven values: not the times a proof was asked for, nor the key's line of PEM."""
    import re

    if name == "proofs.json":
        found = re.finditer(rb'"(?:text|method|id)": "([^"]+)"', content)
        return [at for one in found for at in range(*one.span(1))]
    if name.endswith(".pem") or name == "log/keys.json":
        # the first letters of each PEM line: base64, of which the last bits of all may be without meaning
        return [one.start(1) for one in re.finditer(rb"(?:\n|\\n)([A-Za-z0-9+/])[A-Za-z0-9+/]{20,}", content)]
    return [at for one in re.finditer(rb"[0-9a-f]{64,}", content) for at in range(*one.span())]


def without(name: str) -> Callable[[Files], Files]:
    return lambda files: {key: value for key, value in files.items() if key != name}


def swapped(a: str, b: str) -> Callable[[Files], Files]:
    return lambda files: {**files, a: files[b], b: files[a]}


def renumbered(files: Files) -> Files:
    """The third event is gone and nobody counts."""
    case = {**json.loads(files["case.json"]), "events": 4}
    events = [files[name] for name in sorted(files) if name.startswith("events/")]
    rest = {name: content for name, content in files.items() if not name.startswith("events/")}
    kept = events[:2] + events[3:]
    return {**rest, "case.json": json.dumps(case).encode()} | {f"events/{at:04}.json": one for at, one in enumerate(kept, 1)}


def reason_changed(files: Files) -> Files:
    proofs = json.loads(files["proofs.json"])
    proofs["2"]["text"] = proofs["1"]["text"]
    return {**files, "proofs.json": json.dumps(proofs).encode()}


def another_seal(files: Files) -> Files:
    """The certificate beside the seal is somebody else's of the same name."""
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        _key, certificate = pair(Path(folder), name="网签演示印章（仅供演示，无法律效力）")
        return {**files, "seal/certificates.pem": certificate.read_bytes()}


CHANGES: dict[str, Callable[[Files], Files]] = {
    "file gone": without("agreement.pdf"),
    "event gone": without("events/0003.json"),
    "last event gone": without("events/0005.json"),
    "event gone and renumbered": renumbered,
    "events swapped": swapped("events/0002.json", "events/0003.json"),
    "event doubled": lambda files: {**files, "events/0006.json": files["events/0005.json"]},
    "version gone": without("terms/001.json"),
    "version added": lambda files: {**files, "terms/003.json": b"{}"},
    "file with an end": lambda files: {**files, "agreement.pdf": files["agreement.pdf"] + b"\n"},
    "proof of another text": reason_changed,
    "note of nobody": lambda files: {**files, "notes.json": b'{"9": {"salt": "00", "words": {}}}'},
    "seal of another": another_seal,
    "no certificate": without("seal/certificates.pem"),
    "no case": without("case.json"),
    "nonsense": lambda files: {**files, "log/head.json": b"[]"},
    "no numbers": lambda files: {**files, "log/inclusion.json": b'{"1": 5}'},
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_is_found(whole: Files, tmp_path: Path, change: str) -> None:
    code, lines = checked(CHANGES[change](whole), tmp_path)
    assert code == 1 and lines[-1].startswith("结论：发现 ")


def test_what_is_no_package_is_said(tmp_path: Path) -> None:
    (tmp_path / "x.zip").write_bytes(b"nothing")
    done = run(tmp_path / "x.zip")
    assert (done.returncode, done.stderr) == (1, "")
    assert run("a", "b", "c").returncode == 2


# --- what may be missing -----------------------------------------------------------------------------


def test_before_the_first_head_the_place_is_open(cast: Cast, tmp_path: Path) -> None:
    case = cast.signed()
    made(case)
    code, lines = checked(unpacked(evidence.package(case, cast.graduate)), tmp_path)
    assert (code, lines[-1]) == (0, "结论：没有发现错误；另有 1 项未能核对，见上。")


def test_an_event_younger_than_the_head_is_open_and_an_older_one_missing_is_wrong(
    cast: Cast, case: Case, tmp_path: Path
) -> None:
    cast.ask_release(case, cast.school_reviewer, {"reason": "court", "basis": "裁决书 1 号"})
    case = Case.objects.get(pk=case.pk)
    files = unpacked(evidence.package(case, cast.graduate))
    assert checked(files, tmp_path)[1][-1] == "结论：没有发现错误；另有 1 项未能核对，见上。"
    proofs = json.loads(files["log/inclusion.json"])
    del proofs["2"]
    assert checked({**files, "log/inclusion.json": json.dumps(proofs).encode()}, tmp_path)[0] == 1


def test_words_beside_an_event_are_checked_and_may_be_erased(cast: Cast, case: Case, tmp_path: Path) -> None:
    cast.ask_release(case, cast.school_reviewer, {"reason": "court", "basis": "裁决书 1 号"})
    log.work()
    files = unpacked(evidence.package(Case.objects.get(pk=case.pk), cast.graduate))
    assert json.loads(files["notes.json"])["6"]["words"]["basis"] == "裁决书 1 号"
    assert (checked(files, tmp_path)[1])[-1] == FINE
    changed = files["notes.json"].replace("裁决书 1 号".encode(), "裁决书 2 号".encode())
    assert checked({**files, "notes.json": changed}, tmp_path)[0] == 1
    assert checked({**files, "notes.json": b"{}"}, tmp_path)[1][-1] == "结论：没有发现错误；另有 1 项未能核对，见上。"


def test_unsealed_is_said(cast: Cast, settings: Settings, tmp_path: Path) -> None:
    settings.SEAL_DEMO = False
    case = cast.signed()
    made(case)
    log.work()
    files = unpacked(evidence.package(case, cast.graduate))
    code, lines = checked(files, tmp_path)
    assert (code, lines[-1], "seal/certificates.pem" in files) == (0, FINE, False)
    assert "[说明] 这份协议书未加盖电子印章" in lines
    assert "电子印章：未加盖电子印章" in files["README.txt"].decode()


def test_time_stamps_are_checked(cast: Cast, settings: Settings, tmp_path: Path) -> None:
    with running(tmp_path / "authority") as authority:
        for name, value in authority.files().items():
            setattr(settings, name, value)
        settings.SEAL_DEMO, settings.TSA_URL = False, f"{authority.url}/tsa"
        case = cast.signed()
        made(case)
        stamps.stamper.cache_clear()
    log.work()
    files = unpacked(evidence.package(case, cast.graduate))
    code, lines = checked(files, tmp_path)
    assert (code, lines[-1]) == (0, FINE), "\n".join(line for line in lines if "通过" not in line)
    stamped = [line.split("完好")[0] for line in lines if "时间戳完好" in line]
    assert stamped == ["[通过] 时间戳", "[通过] 文件时间戳"]
    assert "[通过] 证书“示范大学电子印章”由“示例根”签发" in lines


def test_a_passkey_is_checked(cast: Cast, tmp_path: Path) -> None:
    cast.reviewers()
    case = cast.invited()
    text, proof = signed_proof(cast, case, cast.graduate, enrol(cast.graduate))
    perform(case, "accept", by=cast.graduate, seen=text, proof=proof)
    cast.act(case, "approve", cast.college_reviewer)
    cast.act(case, "approve", cast.school_reviewer)
    case = Case.objects.get(pk=case.pk)
    made(case)
    log.work()
    files = unpacked(evidence.package(case, cast.graduate))
    code, lines = checked(files, tmp_path)
    assert (code, lines[-1]) == (0, FINE)
    assert "[通过] 事件 2 的通行密钥签名正确" in lines
    for name in ("signature", "client_data", "authenticator_data", "public_key", "nonce"):
        proofs = json.loads(files["proofs.json"])
        value = proofs["2"]["evidence"][name]
        proofs["2"]["evidence"][name] = value[:-9] + ("A" if value[-9] != "A" else "B") + value[-8:]
        assert checked({**files, "proofs.json": json.dumps(proofs).encode()}, tmp_path)[0] == 1, name


def test_an_erased_person_has_no_package(cast: Cast, case: Case) -> None:
    """Erasing destroys the person's key; the sentence is the page's, nothing breaks."""
    graduate = Case.objects.get(pk=case.pk).graduate
    assert graduate is not None
    graduate.person.destroy()
    with pytest.raises(Refused, match="已按规定删除"):
        evidence.package(Case.objects.get(pk=case.pk), cast.graduate)


def test_a_signing_of_long_ago_is_as_good(cast: Cast, case: Case, whole: Files, tmp_path: Path) -> None:
    """More events after it, a later head: the package made then still checks, and so does one made now."""
    cast.termination(case)
    cast.signed(cast.other_employer, cast.graduate_named("李斯"))
    log.work()
    assert checked(whole, tmp_path)[0] == 0
    assert checked(unpacked(evidence.package(case, cast.graduate)), tmp_path)[1][-1] == FINE
    assert Event.objects.count() > Terms.objects.count()
