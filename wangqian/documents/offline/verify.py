#!/usr/bin/env python3
"""离线核验：证据包、事件日志、日志头。只用 Python 3.8 以上的标准库，不联网，不使用平台的任何程序。

  python3 verify.py [证据包.zip 或解开的文件夹] [--key 指纹] [--seal 指纹]
  python3 verify.py log 导出的文件夹 [--head 留存的日志头.json …] [--key 指纹]
  python3 verify.py heads 旧日志头.json 新日志头.json 一致性证明.json keys.json [--key 指纹]

Exit code 0: nothing wrong was found (what could not be checked is said); 1: something is wrong; 2: not usable as called.
"""

from __future__ import annotations

import base64
import json
import re
import sys
import zipfile
from hashlib import new as digest_of
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    Events = list[tuple[dict[str, Any], str]]  # (body, hash) in order

# --- report ------------------------------------------------------------------------------------------


class Report:
    """Prints each finding; counts what is wrong and what could not be checked."""

    def __init__(self) -> None:
        self.wrong = self.open = 0

    def check(self, good: bool | None, what: str, otherwise: str = "") -> bool:
        """True is right, False wrong, None could not be checked here."""
        mark = {True: "[通过]", False: "[错误]", None: "[未核对]"}[good]
        print(mark, what if good else otherwise or what)
        self.wrong += good is False
        self.open += good is None
        return bool(good)

    def note(self, what: str) -> None:
        print("[说明]", what)

    def end(self) -> int:
        if self.wrong:
            print(f"结论：发现 {self.wrong} 处错误，这份材料不可信。")
            return 1
        rest = f"；另有 {self.open} 项未能核对，见上。" if self.open else "。"
        print(f"结论：没有发现错误{rest}")
        return 0


# --- DER, P-256, RSA ---------------------------------------------------------------------------------

P = 2**256 - 2**224 + 2**192 + 2**96 - 1
N = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
B = 0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B
G = (
    0x6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296,
    0x4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5,
)
EC, CURVE, RSA = "2a8648ce3d0201", "2a8648ce3d030107", "2a864886f70d010101"
HASHES = {"608648016503040201": "sha256", "608648016503040202": "sha384", "608648016503040203": "sha512"}
SIGNED_WITH = {
    **{f"2a8648ce3d04030{n}": name for n, name in ((2, "sha256"), (3, "sha384"), (4, "sha512"))},
    **{f"2a864886f70d01010{n}": name for n, name in (("b", "sha256"), ("c", "sha384"), ("d", "sha512"))},
}
INFO = {"sha256": "3031300d060960864801650304020105000420", "sha384": "3041300d060960864801650304020205000430",
        "sha512": "3051300d060960864801650304020305000440"}  # fmt: skip
DIGEST, STAMP, SIGNER, TST = "2a864886f70d010904", "2a864886f70d010910020e", "2a864886f70d010910022f", "2a864886f70d0109100104"


class Der:
    """One ASN.1 value: `tag`, `body`, `raw` (with its head); iterating gives its parts."""

    def __init__(self, data: bytes, at: int = 0) -> None:
        self.tag, size, start = data[at], data[at + 1], at + 2
        if size & 0x80:
            start += size & 0x7F
            size = int.from_bytes(data[at + 2 : start], "big")
        if start + size > len(data):
            raise ValueError("cut DER")
        self.body, self.raw = data[start : start + size], data[at : start + size]

    def parts(self) -> list[Der]:
        found, at = [], 0
        while at < len(self.body):
            found.append(Der(self.body, at))
            at += len(found[-1].raw)
        return found

    def __getitem__(self, at: int) -> Der:
        return self.parts()[at]

    @property
    def number(self) -> int:
        return int.from_bytes(self.body, "big")


Point = Any  # (x, y) of a point of P-256, None for the point at infinity


def plus(a: Point, b: Point) -> Point:
    if a is None or b is None:
        return a or b
    if a[0] == b[0] and (a[1] + b[1]) % P == 0:
        return None
    slope = (3 * a[0] ** 2 - 3) * pow(2 * a[1], -1, P) if a == b else (b[1] - a[1]) * pow(b[0] - a[0], -1, P)
    x = (slope * slope - a[0] - b[0]) % P
    return x, (slope * (a[0] - x) - a[1]) % P


def times(k: int, point: Point) -> Point:
    found = None
    while k:
        found, k, point = (plus(found, point) if k & 1 else found), k >> 1, plus(point, point)
    return found


def ecdsa(public: bytes, digest: bytes, signature: bytes) -> bool:
    """P-256; the public key as an uncompressed point, the signature as DER."""
    x, y = int.from_bytes(public[1:33], "big"), int.from_bytes(public[33:], "big")
    pair = Der(signature)
    r, s = (part.number for part in pair.parts())
    whole = pair.tag == 0x30 and [part.tag for part in pair.parts()] == [2, 2] and pair.raw == signature
    if not whole or public[0] != 4 or (y * y - x**3 + 3 * x - B) % P or not (0 < r < N and 0 < s < N):
        return False
    e, w = int.from_bytes(digest[:32], "big"), pow(s, -1, N)
    point = plus(times(e * w % N, G), times(r * w % N, (x, y)))
    return point is not None and point[0] % N == r


def signature_right(spki: Der, name: str, data: bytes, signature: bytes) -> bool | None:
    """Whether `signature` over `data` is of this key; None for a kind of key this script cannot check."""
    kind, key = spki[0], spki[1].body[1:]
    digest = digest_of(name, data).digest()
    if kind[0].body.hex() == EC and kind[1].body.hex() == CURVE:
        return ecdsa(key, digest, signature)
    if kind[0].body.hex() != RSA:
        return None
    modulus, exponent = (part.number for part in Der(key).parts())
    size = (modulus.bit_length() + 7) // 8
    padded = b"\0\1" + b"\xff" * (size - len(digest) - 22) + b"\0" + bytes.fromhex(INFO[name]) + digest
    return pow(int.from_bytes(signature, "big"), exponent, modulus).to_bytes(size, "big") == padded


# --- certificates and the seal in the PDF ------------------------------------------------------------


class Certificate:
    """What is needed of an X.509 certificate."""

    def __init__(self, raw: bytes) -> None:
        self.raw, self.fingerprint = raw, sha256(raw).hexdigest()
        whole = Der(raw)
        self.signed, self.how, self.signature = whole[0].raw, whole[1][0].body.hex(), whole[2].body[1:]
        fields = [part for part in whole[0].parts() if part.tag != 0xA0]
        self.serial, self.issuer, self.subject, self.key = fields[0].number, fields[2].raw, fields[4], fields[5]
        self.valid = [moment(part) for part in fields[3].parts()]

    def name(self) -> str:
        """The common name, else the last one there is."""
        names = {pair[0][0].body.hex(): pair[0][1] for pair in self.subject.parts()}
        value = names.get("550403") or next(reversed(list(names.values())))
        return value.body.decode("utf-16-be" if value.tag == 0x1E else "utf-8", "replace")

    def signed_by(self, other: Certificate) -> bool | None:
        if self.issuer != other.subject.raw:
            return False
        name = SIGNED_WITH.get(self.how)
        return signature_right(other.key, name, self.signed, self.signature) if name else None


def moment(value: Der) -> str:
    """UTCTime or GeneralizedTime as "2027-05-12T08:00:00"."""
    text = value.body.decode()
    text = text if value.tag == 0x18 else ("20" if text < "50" else "19") + text
    return f"{text[:4]}-{text[4:6]}-{text[6:8]}T{text[8:10]}:{text[10:12]}:{text[12:14]}"


def pem(text: str) -> list[bytes]:
    found = re.findall(r"-----BEGIN [A-Z ]+-----([A-Za-z0-9+/=\s]+)-----END", text)
    return [base64.b64decode("".join(block.split())) for block in found]


class Signed:
    """A CMS SignedData with one signer (RFC 5652)."""

    def __init__(self, raw: bytes) -> None:
        parts = Der(raw)[1][0].parts()
        content = parts[2].parts()
        self.kind = content[0].body.hex()
        self.content = content[1][0].body if len(content) > 1 else b""
        given = [part for part in parts[3:] if part.tag == 0xA0]
        self.certificates = [Certificate(one.raw) for one in given[0].parts() if one.tag == 0x30] if given else []
        signer = parts[-1][0].parts()
        self.name = HASHES[signer[2][0].body.hex()]
        self.attributes = signer[3]
        self.said = {one[0].body.hex(): one[1][0] for one in signer[3].parts()}
        self.signature = signer[5].body
        unsigned = signer[6].parts() if len(signer) > 6 else []
        self.stamp = next((one[1][0].raw for one in unsigned if one[0].body.hex() == STAMP), b"")
        named = signer[1][0].raw, signer[1][1].number
        self.signer = [one for one in self.certificates if (one.issuer, one.serial) == named][0]  # noqa: RUF015

    def right(self, data: bytes) -> bool | None:
        """Whether the signature covers `data`, and is the signer's."""
        if self.said[DIGEST].body != digest_of(self.name, data).digest():
            return False
        if SIGNER in self.said and sha256(self.signer.raw).digest() not in self.said[SIGNER].raw:
            return False
        return signature_right(self.signer.key, self.name, b"\x31" + self.attributes.raw[1:], self.signature)

    def stamped(self, data: bytes) -> tuple[bool | None, str]:
        """As a time stamp (RFC 3161) of `data`: (right, when)."""
        token = Der(self.content).parts()
        name = HASHES.get(token[2][0][0].body.hex(), "")
        if not name or token[2][1].body != digest_of(name, data).digest():
            return False, ""
        return self.right(self.content), moment(token[4])


RANGE = re.compile(rb"/ByteRange\s*\[\s*(\d{1,10})\s+(\d{1,10})\s+(\d{1,10})\s+(\d{1,10})\s*\]")


def seals(pdf: bytes) -> Iterator[tuple[Signed, bytes, bool]]:
    """(signature, the bytes it covers, whether it reaches the end of the file) in the order of the file."""
    for found in RANGE.finditer(pdf):
        start, size, after, rest = map(int, found.groups())
        raw = bytes.fromhex(pdf[start + size : after].strip(b"<>").decode())
        yield Signed(Der(raw).raw), pdf[start:size] + pdf[after : after + rest], start == 0 and after + rest == len(pdf)


def check_seal(report: Report, pdf: bytes, chain: list[Certificate], pinned: str) -> None:
    """The seal, its time stamp, the chain of certificates, and that nothing was added behind."""
    found = list(seals(pdf))
    if not report.check(bool(found), "文件中有电子印章", "文件中没有电子印章"):
        return
    seal, covered, _whole = found[0]
    report.check(found[-1][2], "最后一个签名覆盖到文件末尾", "文件末尾有签名没有覆盖的内容")
    right = seal.right(covered)
    report.check(right, f"电子印章完好，印章证书：{seal.signer.name()}", "电子印章与文件内容不符或无法核对")
    report.check(bool(chain) and seal.signer.raw == chain[0].raw, "印章证书就是包内所附的证书", "印章证书不是包内所附的证书")
    for at, lower in enumerate(chain):
        upper = chain[min(at + 1, len(chain) - 1)]
        report.check(lower.signed_by(upper), f"证书“{lower.name()}”由“{upper.name()}”签发", f"证书“{lower.name()}”的签发者无法核对")
    if seal.stamp:
        good, when = Signed(seal.stamp).stamped(seal.signature)
        report.check(good, f"时间戳完好，时间 {when}（UTC）", "时间戳不符或无法核对")
    else:
        report.note("印章没有可信时间戳；时间以事件和日志头为准")
    for later, data, _whole in found[1:]:
        good, when = later.stamped(data) if later.kind == TST else (False, "")
        report.check(good, f"文件时间戳完好，时间 {when}（UTC）", "文件后来又被签名或更改过")
    pin(report, "印章证书", seal.signer.fingerprint, pinned)


def pin(report: Report, what: str, found: str, wanted: str) -> None:
    if wanted:
        report.check(found == wanted.lower().replace(":", ""), f"{what}的指纹与您给出的一致", f"{what}的指纹与您给出的不同：{found}")
    else:
        report.note(f"{what}的 SHA-256 指纹是 {found}，请与平台公布的核对")


# --- the tree of the log (RFC 9162) ------------------------------------------------------------------


def leaf(digest: bytes) -> bytes:
    return sha256(b"\0" + digest).digest()


def node(left: bytes, right: bytes) -> bytes:
    return sha256(b"\1" + left + right).digest()


def included(position: int, size: int, start: bytes, path: list[bytes]) -> bytes:
    """The root that the leaf and its path lead to (RFC 9162 §2.1.3.2); b"" for a path of the wrong length."""
    at, last, found = position, size - 1, start
    for step in path:
        if last == 0:
            return b""
        if at & 1 or at == last:
            found = node(step, found)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            found = node(found, step)
        at, last = at >> 1, last >> 1
    return found if last == 0 else b""


def consistent(old: int, new: int, old_root: bytes, new_root: bytes, path: list[bytes]) -> bool:
    """RFC 9162 §2.1.4.2: the log of `new` events begins with the log of `old` events."""
    if not 0 < old <= new:
        return False
    if old == new:
        return not path and old_root == new_root
    path = [old_root, *path] if old & (old - 1) == 0 else path
    at, last = old - 1, new - 1
    while at & 1:
        at, last = at >> 1, last >> 1
    if not path:
        return False
    first = second = path[0]
    for step in path[1:]:
        if last == 0:
            return False
        if at & 1 or at == last:
            first, second = node(step, first), node(step, second)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            second = node(second, step)
        at, last = at >> 1, last >> 1
    return first == old_root and second == new_root and last == 0


class Tree:
    """Grows leaf by leaf; knows its root at every size."""

    def __init__(self) -> None:
        self.size = 0
        self.full: list[bytes] = []

    def add(self, digest: bytes) -> None:
        found, size = leaf(digest), self.size
        while size & 1:
            found, size = node(self.full.pop(), found), size >> 1
        self.full.append(found)
        self.size += 1

    def root(self) -> bytes:
        if not self.full:
            return sha256(b"").digest()
        found = self.full[-1]
        for left in reversed(self.full[:-1]):
            found = node(left, found)
        return found


def canonical(content: Any) -> bytes:
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def check_head(report: Report, signed: dict[str, Any], keys: dict[str, str], pinned: str) -> None:
    """A head is signed by the key it names."""
    head, raw = signed["head"], (pem(keys.get(signed["head"]["key"], "")) or [b""])[0]
    what = f"日志头（{head['size']} 个事件，{head['at'][:19]} UTC）的签名"
    if report.check(sha256(raw).hexdigest() == head["key"], "日志公钥与它的编号相符", "没有日志头所用的公钥，或公钥与编号不符"):
        right = signature_right(Der(raw), "sha256", canonical(head), bytes.fromhex(signed["signature"]))
        report.check(right, f"{what}正确", f"{what}不正确")
    pin(report, "日志公钥", head["key"], pinned)


# --- an exported log ---------------------------------------------------------------------------------


def check_log(report: Report, folder: Path, kept: list[Path], pinned: str) -> None:
    """Every event against its case's chain and against every head, those somebody kept first."""
    keys = json.loads((folder / "keys.json").read_text("utf-8"))
    given = [json.loads(line) for line in (folder / "heads.jsonl").read_text("utf-8").splitlines()]
    outside = [json.loads(path.read_text("utf-8")) for path in kept]
    if not report.check(bool(given), f"导出中有 {len(given)} 个日志头", "导出中没有日志头"):
        return
    for signed in [given[-1], *outside]:
        check_head(report, signed, keys, pinned)
    wanted: dict[int, set[str]] = {}
    for signed in [*given, *outside]:
        wanted.setdefault(signed["head"]["size"], set()).add(signed["head"]["root"])
    tree = chained(report, folder / "events.jsonl", wanted)
    missed = sorted(size for size in wanted if size > tree.size)
    report.check(not missed, f"共 {tree.size} 个事件，没有缺尾", f"只有 {tree.size} 个事件，而日志头说有 {missed[-1:]} 个")
    more = tree.size - max(wanted)
    report.check(more <= 0, "没有日志头之后多出的事件", f"多出 {more} 个没有日志头的事件")
    if not outside:
        report.note("没有给出您自己留存的日志头（--head）：只能核对这份导出自身是否前后一致")


def chained(report: Report, events: Path, wanted: dict[int, set[str]]) -> Tree:
    """Read all events once; each must follow the last of its case, each root must be as signed."""
    tree = Tree()
    last: dict[str, tuple[int, str]] = {}  # case → number and hash of its last event
    broken: list[int] = []
    differing: list[int] = []
    with events.open("rb") as lines:
        for position, line in enumerate(lines):
            if tree.size in wanted and wanted[tree.size] != {tree.root().hex()}:
                differing.append(tree.size)
            body, digest = readable(line), sha256(line.rstrip(b"\n")).digest()
            number, previous = last.get(str(body.get("case")), (0, ""))
            if (body.get("number"), body.get("previous")) != (number + 1, previous):
                broken.append(position)
            last[str(body.get("case"))] = (number + 1, digest.hex())
            tree.add(digest)
    if tree.size in wanted and wanted[tree.size] != {tree.root().hex()}:
        differing.append(tree.size)
    report.check(not broken, "每个事项的事件号连续、前后相接", f"事件不相接，最早在第 {broken[:1]} 位，共 {len(broken)} 处")
    report.check(not differing, "每个日志头的根与事件相符", f"与日志头不符，最早在 {differing[:1]} 个事件处")
    return tree


def readable(line: bytes) -> dict[str, Any]:
    try:
        body = json.loads(line)
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}


def check_heads(report: Report, paths: list[Path], pinned: str) -> None:
    """Two heads and the proof that the newer one's log begins with the older one's."""
    old, new, proof, keys = (json.loads(path.read_text("utf-8")) for path in paths)
    for signed in (old, new):
        check_head(report, signed, keys, pinned)
    a, b = old["head"], new["head"]
    path = [bytes.fromhex(step) for step in proof["path"]]
    good = consistent(a["size"], b["size"], bytes.fromhex(a["root"]), bytes.fromhex(b["root"]), path)
    report.check(good, "新日志以旧日志为开头，没有改动", "新日志不是旧日志的延续：旧的内容被改动过")


# --- an evidence package -----------------------------------------------------------------------------

def check_package(report: Report, files: dict[str, bytes], key: str, seal: str) -> None:
    """All parts of one case against each other, the seal and the signed log."""
    case = json.loads(files["case.json"])
    report.note(f"编号 {case['number']}，制作于 {case['made_at'][:19]}（UTC）时状态“{case['state']}”：这一行只是说明，没有核对")
    events = [(json.loads(files[name]), sha256(files[name]).hexdigest()) for name in named(files, "events/")]
    check_events(report, events, case)
    check_texts(report, events, [files[name] for name in named(files, "terms/")])
    check_beside(report, events, json.loads(files["notes.json"]), json.loads(files["proofs.json"]))
    check_pdf(report, events, files, seal)
    check_inclusion(report, events, files, key)


def named(files: dict[str, bytes], folder: str) -> list[str]:
    return sorted(name for name in files if name.startswith(folder))


def check_events(report: Report, events: Events, case: dict[str, Any]) -> None:
    previous, good = "", True
    for number, (body, digest) in enumerate(events, 1):
        good &= (body["case"], body["number"], body["previous"]) == (case["case"], number, previous)
        previous = digest
    good &= len(events) == case["events"] > 0
    report.check(good, f"{len(events)} 个事件编号连续、前后相接", "事件不完整，或被改动、调换、增加、删除过")


def check_texts(report: Report, events: Events, texts: list[bytes]) -> None:
    """Every version is named by an event, every event's version is there."""
    found, wanted = {sha256(text).hexdigest() for text in texts}, {body["terms"] for body, _ in events if body["terms"]}
    good = found == wanted and len(found) == len(texts)
    report.check(good, f"{len(texts)} 个版本的约定内容与事件中的摘要一致", "约定内容与事件中的摘要不一致")


def check_beside(report: Report, events: Events, notes: dict[str, Any], proofs: dict[str, Any]) -> None:
    """Words beside an event by their salted hash; second proofs by what they were bound to."""
    for body, _digest in events:
        number, note, proof = body["number"], notes.get(str(body["number"])), proofs.get(str(body["number"]))
        if note:
            salted = sha256(bytes.fromhex(note["salt"]) + canonical(note["words"])).hexdigest()
            report.check(salted == body["note"], f"事件 {number} 的说明与事件中的摘要一致", f"事件 {number} 的说明被改动过")
        elif body["note"]:
            report.check(None, f"事件 {number} 的说明不在包内（已删除或您无权查看）")
        if proof:
            bound = (proof["id"], proof["method"], proof["text"]) == (body["proof"], body["proof_method"], body["terms"])
            bound &= any(line.endswith(":" + body["terms"]) for line in proof["items"])
            what = f"事件 {number} 的二次验证（{proof['method']}）针对的就是当时的约定内容"
            report.check(bound, what, f"事件 {number} 的二次验证与约定内容不符")
            if proof["method"] == "passkey":
                report.check(passkey(proof), f"事件 {number} 的通行密钥签名正确", f"事件 {number} 的通行密钥签名不正确或无法核对")
        elif body["proof"]:
            report.check(None, f"事件 {number} 的二次验证记录不在包内")
    strange = (set(notes) | set(proofs)) - {str(body["number"]) for body, _ in events}
    report.check(not strange, "说明和验证都属于包内的事件", "有不属于任何事件的说明或验证")


def passkey(proof: dict[str, Any]) -> bool | None:
    """The device's signature (WebAuthn) over the hash of who does what on which texts."""
    said = proof["evidence"]
    bound = {"items_sha256": proof["items_sha256"], "nonce": said["nonce"], "proof": proof["id"]}
    challenge = sha256(canonical({**bound, "step": proof["step"], "user": proof["user"]})).digest()
    client = json.loads(unpadded(said["client_data"]))
    asked = base64.urlsafe_b64encode(challenge).rstrip(b"=").decode()
    texts = sha256(canonical(proof["items"])).hexdigest() == proof["items_sha256"]
    if not texts or (client["type"], client["challenge"]) != ("webauthn.get", asked):
        return False
    data = unpadded(said["authenticator_data"]) + sha256(unpadded(said["client_data"])).digest()
    return signature_right(Der(base64.b64decode(said["public_key"])), "sha256", data, unpadded(said["signature"]))


def unpadded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def check_pdf(report: Report, events: Events, files: dict[str, bytes], seal: str) -> None:
    """The file whose hash an event holds; its seal."""
    filed = [body["data"] for body, _ in events if body["step"] == "filed"]
    pdf, chain = files.get("agreement.pdf"), pem(files.get("seal/certificates.pem", b"").decode())
    if pdf is None:
        report.check(False if filed else None, "包内没有协议书文件")
        return
    digest = sha256(pdf).hexdigest()
    mine = next((data for data in filed if data["artefact_sha256"] == digest), filed[-1] if filed else {})  # of one version each
    if not filed:
        report.check(None, "没有记录协议书文件的事件，文件不能由事件核对")
    else:
        same = digest == mine["artefact_sha256"]
        report.check(same, "协议书文件与事件中记录的 SHA-256 一致", "协议书文件与事件中记录的不一致")
    if chain:
        check_seal(report, pdf, [Certificate(raw) for raw in chain], seal)
    else:
        report.note("这份协议书未加盖电子印章")
    if filed:
        recorded, given = mine.get("seal_certificate", ""), sha256(chain[0]).hexdigest() if chain else ""
        report.check(recorded == given, "印章与事件中记录的一致", "印章与事件中记录的不一致")


def check_inclusion(report: Report, events: Events, files: dict[str, bytes], key: str) -> None:
    """Every event stands in the signed log."""
    if "log/head.json" not in files:
        report.check(None, "包内没有签名的日志头：事件是否在日志中不能核对")
        return
    signed, proofs = json.loads(files["log/head.json"]), json.loads(files["log/inclusion.json"])
    check_head(report, signed, json.loads(files["log/keys.json"]), key)
    head = signed["head"]
    proved = max((int(number) for number in proofs), default=0)
    for body, digest in events:
        number, proof = body["number"], proofs.get(str(body["number"]))
        if proof:
            path = [bytes.fromhex(step) for step in proof["path"]]
            good = included(proof["position"], head["size"], leaf(bytes.fromhex(digest)), path).hex() == head["root"]
            report.check(good, f"事件 {number} 在日志第 {proof['position']} 位", f"事件 {number} 不在签名的日志中")
        elif number < proved:
            report.check(False, f"事件 {number} 没有日志证明，而更晚的事件有")
        else:
            report.check(None, f"事件 {number} 还没有日志证明（晚于日志头，请过几分钟重新下载证据包）")


# --- from the command line ---------------------------------------------------------------------------


def opened(path: Path) -> dict[str, bytes]:
    """The files of a package, zipped or unpacked."""
    if path.is_dir():
        found = (one for one in path.rglob("*") if one.is_file())
        return {one.relative_to(path).as_posix(): one.read_bytes() for one in found}
    with zipfile.ZipFile(path) as package:
        return {name: package.read(name) for name in package.namelist()}


def split(arguments: list[str]) -> tuple[list[str], dict[str, list[str]]]:
    """Plain arguments, and the values of --options."""
    plain: list[str] = []
    options: dict[str, list[str]] = {"--head": [], "--key": [], "--seal": []}
    rest = list(arguments)
    while rest:
        one = rest.pop(0)
        if one in options and rest:
            options[one].append(rest.pop(0))
        elif one.startswith("--"):
            raise SystemExit(__doc__)
        else:
            plain.append(one)
    return plain, options


def main(arguments: list[str]) -> int:
    plain, options = split(arguments)
    key, seal = "".join(options["--key"]), "".join(options["--seal"])
    report = Report()
    try:
        if plain[:1] == ["log"] and len(plain) == 2:
            check_log(report, Path(plain[1]), [Path(name) for name in options["--head"]], key)
        elif plain[:1] == ["heads"] and len(plain) == 5:
            check_heads(report, [Path(name) for name in plain[1:]], key)
        elif len(plain) < 2:
            check_package(report, opened(Path(plain[0] if plain else Path(__file__).parent)), key, seal)
        else:
            print(__doc__)
            return 2
    except (ArithmeticError, KeyError, LookupError, OSError, TypeError, ValueError, zipfile.BadZipFile) as problem:
        report.check(False, f"材料不完整或格式不对，无法读取（{type(problem).__name__}）")
    return report.end()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
