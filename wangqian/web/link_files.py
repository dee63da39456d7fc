"""The stamped pages handed in by a capability link: only what came by this very link is seen, turned, dropped, counted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from wangqian.cases.files import Sender
from wangqian.cases.models import Case, Evidence
from wangqian.documents import uploads
from wangqian.flows.agreement_needs import SCAN
from wangqian.notices import deliver
from wangqian.web.file_panels import EvidenceFile, EvidenceViewer, UploadBox
from wangqian.web.link_door import Visit, proven
from wangqian.web.upload_boxes import Ways, box, facts, name_of, pictures
from wangqian.web.uploads import FilesForm, answered, received, said, served


class LinkWays(Ways):
    """A box's addresses under the link's own."""

    def __init__(self, visit: Visit) -> None:
        super().__init__(Sender(link=visit.link.pk))
        self.visit = visit

    def add(self, case: Case, slot: str) -> str:
        return self.visit.url("link-files")

    def page(self, row: Evidence, number: int) -> str:
        return self.visit.url("link-file-page", row.pk, number)

    def turn(self, row: Evidence) -> str:
        return self.visit.url("link-file-turn", row.pk)

    def drop(self, row: Evidence) -> str:
        return self.visit.url("link-file-drop", row.pk)


def box_of(visit: Visit, errors: Sequence[str] = (), done: str = "") -> UploadBox:
    return replace(box(visit.case, SCAN, LinkWays(visit), errors, done), title=_("第二步：上传盖章的协议书"))


def viewer_of(visit: Visit) -> EvidenceViewer:
    """What was uploaded, page by page, as the school will see it."""
    ways = LinkWays(visit)
    rows = uploads.usable(visit.case, SCAN.name, visit.link.pk)
    return EvidenceViewer(_("盖章的就业协议书"), [EvidenceFile(name_of(row), facts(row), pictures(row, ways)) for row in rows])


@require_POST
@proven
def add(request: HttpRequest, visit: Visit) -> HttpResponse:
    """One file or several; each is answered by itself."""
    form = FilesForm(request.POST, request.FILES)
    if not form.is_valid():
        return boxed(request, visit, [str(sentence) for found in form.errors.values() for sentence in found])
    taken, errors = received(form, visit.case, SCAN, Sender(link=visit.link.pk), link=visit.link.pk)
    if taken:
        deliver.tell_uploaded(visit.link)
    return boxed(request, visit, errors, said(taken))


def boxed(request: HttpRequest, visit: Visit, errors: Sequence[str] = (), done: str = "") -> HttpResponse:
    return answered(request, box_of(visit, errors, done), reverse("link", args=[visit.secret]))


def row_of(visit: Visit, pk: UUID) -> Evidence:
    """A file of this link that was not dropped; any other does not exist here."""
    row = uploads.listed(visit.case, SCAN.name, visit.link.pk).filter(pk=pk).first()
    if row is None:
        raise Http404
    return row


@require_safe
@proven
def page(request: HttpRequest, visit: Visit, pk: UUID, number: int) -> HttpResponse:
    """The raster copy."""
    row = row_of(visit, pk)
    return served(request, lambda: uploads.page(row, number), "image/jpeg")


@require_POST
@proven
def drop(request: HttpRequest, visit: Visit, pk: UUID) -> HttpResponse:
    return changed(request, visit, pk, uploads.drop, _("已删除。"))


@require_POST
@proven
def turn(request: HttpRequest, visit: Visit, pk: UUID) -> HttpResponse:
    return changed(request, visit, pk, uploads.turn, _("已旋转。"))


def changed(request: HttpRequest, visit: Visit, pk: UUID, change: Callable[[Evidence], None], done: str) -> HttpResponse:
    change(row_of(visit, pk))
    return boxed(request, visit, done=done)
