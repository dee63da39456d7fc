"""The evidence of a signed case as one zip, which `offline/verify.py` checks without us: file, texts, events, proofs, seal, log.

What stands in it is what its reader may read on the case page, plus the technical records (addresses, programs) that the
events' hashes cover: without them no event could be checked.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import override

from wangqian.cases import log, log_export
from wangqian.cases.models import Case, Event, Head, canonical
from wangqian.chart.words import Refused
from wangqian.codes.serial import pretty
from wangqian.documents import read
from wangqian.documents.models import Artefact
from wangqian.documents.offline import verify
from wangqian.documents.paper import LANGUAGE, seal_line
from wangqian.people.clock import now
from wangqian.people.identity import Erased
from wangqian.people.models import AccessLog, Actor, Capacity

FORMAT = "wangqian-evidence/1"
WHAT = "evidence"
MAY = (Capacity.GRADUATE, Capacity.EMPLOYER, Capacity.SCHOOL)  # the parties and the school itself, each in scope
README = Path(__file__).parent / "templates" / "evidence.txt"
PLAIN = ("id", "method", "step", "items_sha256")


def package(case: Case, reader: Actor) -> bytes:
    """The zip, and a line in the log that the graduate can read. Raises `Refused` when the person has been erased."""
    moment = now()
    try:
        files = dict(contents(case, moment))
    except Erased as gone:
        raise Refused("当事人的个人信息已按规定删除，不能再生成证据包。") from gone
    AccessLog.objects.create(
        actor=reader.user,
        membership=reader.membership,
        subject_id=case.graduate_id,
        what=WHAT,
        why=pretty(case.number or ""),
        ip=reader.ip or None,
        at=moment,
    )
    return zipped(files, moment)


def contents(case: Case, moment: datetime) -> Iterator[tuple[str, bytes]]:
    """(name, bytes) of every file of the package."""
    events = list(case.events.select_related("note", "proof").order_by("number"))
    for event in events:
        event.case = case  # whose key opens the notes
    artefact = read.newest_of(case)
    yield "case.json", pretty_json(about(case, events, artefact, moment))
    for version in case.versions.order_by("version"):
        version.case = case
        yield f"terms/{version.version:03}.json", version.canonical
    for event in events:
        yield f"events/{event.number:04}.json", canonical(event.body())
    yield "notes.json", pretty_json({str(event.number): note for event in events if (note := said(event))})
    yield "proofs.json", pretty_json({str(event.number): proven(event) for event in events if event.proof})
    if artefact:
        yield "agreement.pdf", read.pdf(artefact).read()
        if artefact.seal:
            yield "seal/certificates.pem", artefact.seal.chain.encode()
    head = Head.objects.last()
    if head:
        yield "log/head.json", pretty_json(log.head_json(head))
        yield "log/keys.json", pretty_json(log_export.public_keys())
        yield "log/inclusion.json", pretty_json(placed(events, head))
    yield "verify.py", Path(verify.__file__).read_bytes()
    yield "README.txt", readme(case, artefact, head, moment).encode()


def about(case: Case, events: list[Event], artefact: Artefact | None, moment: datetime) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "case": str(case.pk),
        "number": pretty(case.number or ""),
        "state": case.word.verify or case.word.label,
        "events": len(events),
        "made_at": spelled(moment),
        "site": settings.SITE_URL,
        "file": {"sha256": artefact.sha256, "level": artefact.level, "made_at": spelled(artefact.made_at)}
        if artefact
        else None,
    }


def said(event: Event) -> dict[str, Any] | None:
    """The words beside an event and the salt of their hash; None when there are none, or they were erased."""
    words = event.said
    return {"salt": bytes(event.note.salt).hex(), "words": words} if words else None


def proven(event: Event) -> dict[str, Any]:
    """The second proof: how, when, on which text. Of a batch only this line, but for a signature, which covers them all."""
    proof = event.proof
    assert proof is not None
    items = proof.items if proof.method == "passkey" else [one for one in proof.items if event.terms_sha256 in one]
    times = {name: spelled(at) for name in ("issued_at", "verified_at", "used_at") if (at := getattr(proof, name))}
    return {
        **{name: str(getattr(proof, name)) for name in PLAIN},
        "user": str(proof.user_id),
        "text": event.terms_sha256,
        "items": items,
        "evidence": proof.evidence,
        **times,
    }


def placed(events: list[Event], head: Head) -> dict[str, Any]:
    """Event number → its place in the log and the way from it to the head's root."""
    found = log.inclusion(events, head)
    return {
        str(event.number): dict(zip(("position", "path"), found[event.pk], strict=True))
        for event in events
        if event.pk in found
    }


def readme(case: Case, artefact: Artefact | None, head: Head | None, moment: datetime) -> str:
    with override(LANGUAGE):
        seal = seal_line(artefact.seal) if artefact else "协议书文件还没有生成"
        fingerprint = artefact.seal_id if artefact and artefact.seal_id else "（没有印章）"
    return README.read_text("utf-8").format(
        number=pretty(case.number or ""),
        state=case.word.verify or case.word.label,
        made=f"{timezone.localtime(moment):%Y-%m-%d %H:%M:%S}",
        site=settings.SITE_URL,
        seal=seal,
        fingerprint=fingerprint,
        key=head.key_id if head else "（还没有签名的日志头）",
    )


def zipped(files: dict[str, bytes], moment: datetime) -> bytes:
    """Deflated, dated with the moment of making."""
    out, local = io.BytesIO(), timezone.localtime(moment)
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in files.items():
            entry = zipfile.ZipInfo(name, local.timetuple()[:6])
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
            package.writestr(entry, content)
    return out.getvalue()


def pretty_json(content: Any) -> bytes:
    return json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True).encode()


def spelled(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds")
