"""Files of a case: handed in, turned and dropped by whoever is asked for them; looked at by whoever reads the case."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST, require_safe

from wangqian.cases.files import Sender
from wangqian.cases.models import Case, Evidence, EvidenceState
from wangqian.chart.fields import Field
from wangqian.chart.words import Refused
from wangqian.documents import uploads
from wangqian.documents.read import Damaged
from wangqian.documents.uploads import Limits
from wangqian.documents.uploads.measures import BYTES, MB
from wangqian.flows.correction_request import CorrectionRequest
from wangqian.people.clock import now
from wangqian.people.identity import Erased
from wangqian.people.models import AccessLog, Actor
from wangqian.web.file_panels import UploadBox
from wangqian.web.frame import acting, before_confirming_where, came_from, show
from wangqian.web.pages import PlainPage
from wangqian.web.panels import Alert
from wangqian.web.subjects import about_correction, visible_case
from wangqian.web.upload_boxes import READERS, REVIEWERS, Ways, box, most, name_of, slot_field, withheld

SANDBOX = "default-src 'none'; sandbox"
WHAT = "upload"  # of the line in the log that the graduate reads


class Several(forms.FileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Some files, each as it came; what is wrong with one is said of that one."""

    widget = Several

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile[bytes]]:
        files = [file for file in (data if isinstance(data, list | tuple) else [data]) if file]
        if not files:
            raise forms.ValidationError(self.error_messages["required"])
        return files


class FilesForm(forms.Form):
    files = FilesField(error_messages={"required": gettext_lazy("请先选择照片或文件。")})  # type: ignore[assignment]
    replaces = forms.UUIDField(required=False)


@acting()
@before_confirming_where(about_correction)
@require_POST
def add(request: HttpRequest, actor: Actor, pk: UUID, slot: str) -> HttpResponse:
    """One file or several; each is answered by itself."""
    case = visible_case(actor, pk)
    field, sender = the_field(case, actor, slot), Sender.of(actor)
    form = FilesForm(request.POST, request.FILES)
    if not form.is_valid():
        return answer(request, case, field, sender, [str(sentence) for found in form.errors.values() for sentence in found])
    taken, errors = received(form, case, field, sender, owner=actor.user)
    return answer(request, case, field, sender, errors, said(taken))


def received(form: FilesForm, case: Case, field: Field, sender: Sender, **whose: Any) -> tuple[list[Evidence], list[str]]:
    """What was taken, and a sentence for each file that was not; `whose` is `owner` or `link`."""
    old = replaced(case, field, sender, form.cleaned_data["replaces"])
    taken, errors = [], []
    for file in form.cleaned_data["files"]:
        try:
            taken.append(receive(case, field, file, old, **whose))
        except Refused as refused:
            errors.append(_("“%(name)s”：%(why)s") % {"name": file.name or "", "why": str(refused)})
    if old and taken:
        uploads.replace(old, taken[0])
    return taken, errors


def the_field(case: Case, actor: Actor, slot: str) -> Field:
    field = slot_field(case, actor, slot)
    if field is None:
        raise Http404
    return field


def replaced(case: Case, field: Field, sender: Sender, pk: UUID | None) -> Evidence | None:
    """The file that is taken again; one that is not there any more, or is not the sender's, is none."""
    found = sender.files(case, field).filter(pk=pk).first() if pk else None
    return found if found and sender.may_change(found) else None


def receive(case: Case, field: Field, file: UploadedFile[bytes], old: Evidence | None, **whose: Any) -> Evidence:
    """What is too large is not even read."""
    if (file.size or 0) > BYTES:
        raise Refused("文件超过 {most} MB。请压缩图片或降低扫描分辨率后再上传。", most=BYTES // MB)
    limit = Limits(files=most(field) + (1 if old else 0))
    return uploads.receive(case, field.name, file.name or "", file.read(), limit=limit, anew=field.anew, **whose)


def said(taken: list[Evidence]) -> str:
    """What came of it: "" when nothing was taken."""
    waiting = sum(row.state == EvidenceState.QUARANTINE for row in taken)
    words = []
    if len(taken) > waiting:
        good = len(taken) - waiting
        words.append(ngettext("已上传 %(n)d 个文件。", "已上传 %(n)d 个文件。", good) % {"n": good})
    if waiting:
        words.append(
            ngettext("%(n)d 个文件已收到，检查完成后才能使用。", "%(n)d 个文件已收到，检查完成后才能使用。", waiting)
            % {"n": waiting}
        )
    return " ".join(words)


def answer(request: HttpRequest, case: Case, field: Field, sender: Sender, errors: list[str], done: str = "") -> HttpResponse:
    return answered(request, box(case, field, Ways(sender), errors, done), came_from(request))


def answered(request: HttpRequest, found: UploadBox, back: str) -> HttpResponse:
    """The box alone where a script asked for it, else back to the page it stands on."""
    if request.headers.get("HX-Request"):
        return render(request, "parts/upload.page.html", {"box": found})
    for sentence in found.errors:
        messages.error(request, sentence)
    if found.said:
        messages.success(request, found.said)
    return redirect(f"{back}#files-{found.slot}")


# --- one file ------------------------------------------------------------------------------------------------


def of_correction(actor: Actor, words: dict[str, Any]) -> bool:
    """Whether an address is about a file of a correction request, which is made before 核对信息."""
    return Evidence.objects.filter(pk=words["pk"], case__flow=CorrectionRequest.slug).exists()


def visible_evidence(actor: Actor, pk: UUID) -> Evidence:
    """A file of a case in scope; what is not shown on the case's page does not exist."""
    row = Evidence.objects.filter(pk=pk).first()
    if row is None or actor.membership.kind not in READERS:
        raise Http404
    row.case = visible_case(actor, row.case_id, ())
    if withheld(row, actor):
        raise Http404
    return row


@acting()
@before_confirming_where(of_correction)
@require_safe
def page(request: HttpRequest, actor: Actor, pk: UUID, number: int) -> HttpResponse:
    """The raster copy: the only picture of a file that a browser ever shows."""
    row = visible_evidence(actor, pk)
    return served(request, lambda: uploads.page(row, number), "image/jpeg")


@acting(*REVIEWERS)
@require_safe
def original(request: HttpRequest, actor: Actor, pk: UUID) -> HttpResponse:
    """The bytes as they came, to be kept and not shown; written down, and the graduate reads it."""
    row = visible_evidence(actor, pk)
    response = served(request, lambda: uploads.original(row), "application/octet-stream")
    if response.status_code == 200:
        response["Content-Disposition"] = content_disposition_header(True, name_of(row)) or "attachment"
        AccessLog.objects.create(
            actor=actor.user,
            membership=actor.membership,
            subject_id=row.case.graduate_id,
            what=WHAT,
            why=name_of(row),
            ip=actor.ip or None,
            at=now(),
        )
    return response


def served(request: HttpRequest, read: Callable[[], bytes], kind: str) -> HttpResponse:
    """Bytes that a browser may neither run nor keep nor take for something else."""
    try:
        data = read()
    except (Damaged, OSError) as trouble:
        said = str(trouble) if isinstance(trouble, Damaged) else _("文件暂时读不出来，请过几分钟再试。")
        return show(request, PlainPage(title=_("文件读不出来"), alerts=[Alert("bad", said)]), 503)
    except (Refused, Erased) as gone:
        raise Http404 from gone
    response = HttpResponse(data, content_type=kind)
    response["Content-Security-Policy"] = SANDBOX
    response["X-Content-Type-Options"] = "nosniff"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    response["Cache-Control"] = "no-store"
    return response


@acting()
@before_confirming_where(of_correction)
@require_POST
def drop(request: HttpRequest, actor: Actor, pk: UUID) -> HttpResponse:
    return changed(request, actor, pk, uploads.drop, _("已删除。"))


@acting()
@before_confirming_where(of_correction)
@require_POST
def turn(request: HttpRequest, actor: Actor, pk: UUID) -> HttpResponse:
    return changed(request, actor, pk, uploads.turn, _("已旋转。"))


def changed(request: HttpRequest, actor: Actor, pk: UUID, change: Callable[[Evidence], None], done: str) -> HttpResponse:
    """By whose file it is, where he may hand in files now; another's is his to look at alone."""
    row, sender = visible_evidence(actor, pk), Sender.of(actor)
    if not sender.may_change(row):
        raise Http404
    case = visible_case(actor, row.case_id)
    field = the_field(case, actor, row.slot)
    change(row)
    return answer(request, case, field, sender, [], done)
