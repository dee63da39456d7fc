"""Files as people see them: the box of a slot on a step's page, the viewer beside what a reviewer decides on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from wangqian.cases.act import Act
from wangqian.cases.files import Sender, slots
from wangqian.cases.models import Case, Evidence, EvidenceState
from wangqian.cases.queries import moves
from wangqian.chart.fields import Field
from wangqian.codes import serial
from wangqian.documents.uploads.measures import FILES
from wangqian.flows.correction_request import CorrectionRequest
from wangqian.flows.scans import read
from wangqian.people.clock import now
from wangqian.people.identity import Erased
from wangqian.people.models import Actor, Capacity
from wangqian.web.case_forms import form_links
from wangqian.web.file_panels import EvidenceFile, EvidenceViewer, UploadBox, UploadedFile
from wangqian.web.panels import Picture, Tag

REVIEWERS = (Capacity.COUNSELLOR, Capacity.COLLEGE, Capacity.SCHOOL, Capacity.OPERATOR)  # each in scope of the case
READERS = (Capacity.GRADUATE, *REVIEWERS)  # an employer with an account hands in nothing and looks at nothing
UNCONCERNED = (Capacity.COUNSELLOR, CorrectionRequest.slug)  # a college or school decides; identity papers are handed in
THUMBNAILS = 6  # of one file; the rest is counted


class Ways:
    """Where a box and its files lead, and whose files stand in it: those of this account."""

    def __init__(self, sender: Sender) -> None:
        self.sender = sender

    def add(self, case: Case, slot: str) -> str:
        return reverse("files", args=[case.pk, slot])

    def page(self, row: Evidence, number: int) -> str:
        return reverse("file-page", args=[row.pk, number])

    def turn(self, row: Evidence) -> str:
        return reverse("file-turn", args=[row.pk])

    def drop(self, row: Evidence) -> str:
        return reverse("file-drop", args=[row.pk])


USUAL = Ways(Sender())  # to look, and nothing else


def slot_field(case: Case, actor: Actor, slot: str) -> Field | None:
    """The field for which this actor may hand in files now: one of a step that he is offered on the case, disabled or not.

    A step may be disabled just because files are missing; whether it can be taken, the door decides.
    """
    for move in moves(case, actor):
        if not move.step.starts and (field := file_fields(Act(case, move.step, actor, now(), source=case.word)).get(slot)):
            return field
    return None


def file_fields(act: Act) -> dict[str, Field]:
    """What the step asks to be handed in beside its form, by slot."""
    return {field.name: field for _need, field in slots(act.step.asks(act))}


def most(field: Field) -> int:
    return min(field.most, FILES)


def boxes(act: Act, lacking: Mapping[str, str] | None = None) -> list[UploadBox]:
    """One per field of files that the step asks for; `lacking` says by slot what is wrong with what is in it."""
    ways, wrong = Ways(Sender.of(act.by)), {slot: [sentence] for slot, sentence in (lacking or {}).items()}
    return [box(act.case, field, ways, wrong.get(slot, ())) for slot, field in file_fields(act).items()]


def box(case: Case, field: Field, ways: Ways, errors: Sequence[str] = (), said: str = "") -> UploadBox:
    return UploadBox(
        slot=field.name,
        title=_(field.label),
        help=_(field.help) if field.help else "",
        files=[uploaded(row, ways) for row in ways.sender.files(case, field) if not told(row)],
        url=ways.add(case, field.name),
        most=most(field),
        required=field.required or field.least > 0,
        errors=errors,
        said=said,
        links=form_links(case, field.name) if case.turn == Capacity.GRADUATE else (),
    )


def told(row: Evidence) -> bool:
    """Refused in the moment it was sent: the sentence stood at the box then."""
    return row.state == EvidenceState.REFUSED and row.tries <= 1


def uploaded(row: Evidence, ways: Ways) -> UploadedFile:
    accepted, mine = row.state == EvidenceState.ACCEPTED, ways.sender.may_change(row)
    return UploadedFile(
        key=str(row.pk),
        name=name_of(row),
        facts=facts(row),
        pictures=pictures(row, ways)[:THUMBNAILS] if accepted else (),
        said=_(row.refusal) if row.refusal else "" if accepted else _("检查完成后才能使用，请过几分钟刷新本页。"),
        tag=None if accepted else Tag(_("没有接收"), "bad") if row.state == EvidenceState.REFUSED else Tag(_("检查中"), "warn"),
        turn_url=ways.turn(row) if accepted and mine else "",
        drop_url=ways.drop(row) if mine else "",
    )


def name_of(row: Evidence) -> str:
    try:
        return str(row.name)
    except Erased:
        return _("（已删除）")


def facts(row: Evidence) -> str:
    parts = [ngettext("%(n)d 页", "%(n)d 页", row.pages) % {"n": row.pages}] if row.pages else []
    return " · ".join([*parts, weight(row.size)])


def weight(size: int) -> str:
    return f"{size / 2**20:.1f} MB" if size >= 2**20 else f"{max(1, size // 1024)} KB"


def pictures(row: Evidence, ways: Ways = USUAL) -> list[Picture]:
    words = {"name": name_of(row), "all": row.pages}
    return [
        Picture(ways.page(row, number), _("%(name)s 第 %(n)d 页，共 %(all)d 页") % {**words, "n": number})
        for number in range(1, row.pages + 1)
    ]


def withheld(row: Evidence, actor: Actor) -> bool:
    """What no act rests on yet is its sender's own, however it came; what an office never decides on is not its to read."""
    theirs = row.bound_at is not None and (actor.membership.kind, row.case.flow) != UNCONCERNED
    return not theirs and row.owner_id != actor.user.pk


def read_words(words: str, case: Case) -> str:
    """What a bar code says, for people: a page of ours by whose, which and of what version; any other as it is."""
    found = read(words)
    if found is None:
        return words
    if found.code != serial.normal(case.verification_code or ""):
        return _("另一份协议书的第 %(page)d 页") % {"page": found.page}
    return _("这份协议书第 %(version)d 版的第 %(page)d 页，共 %(pages)d 页") % found._asdict()


def viewer(title: str, rows: Iterable[Evidence], actor: Actor) -> EvidenceViewer:
    """What was handed in, for whoever reads the case; the originals for reviewers alone."""
    may = actor.membership.kind in REVIEWERS
    files = [
        EvidenceFile(
            name_of(row),
            f"{facts(row)} · {date_format(localtime(row.uploaded_at), 'Y-m-d H:i')}",
            pictures(row),
            list(dict.fromkeys(read_words(words, row.case) for page in row.codes for words in page)) if may else (),
            reverse("file-original", args=[row.pk]) if may else "",
        )
        for row in rows
        if row.shown and not withheld(row, actor)
    ]
    return EvidenceViewer(title, files)
