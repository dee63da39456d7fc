"""生源导入: upload → check → correct → confirm (ux.md 11). The engine is `wangqian.exchange.roster`; school users only."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from wangqian.cases.act import NotYours
from wangqian.chart.words import Refused
from wangqian.exchange.models import Import
from wangqian.exchange.roster import desk, sheets
from wangqian.people.models import Actor, Capacity, Cohort, School
from wangqian.web.frame import acting, show
from wangqian.web.roster_page import detail_page, list_page, progress_of

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class UploadForm(forms.Form):
    cohort = forms.ChoiceField(label=gettext_lazy("届别"))
    file = forms.FileField(
        label=gettext_lazy("生源信息文件"),
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv"}),
        help_text=gettext_lazy(".xlsx（30 MB 以内）或 .csv（60 MB 以内）；先检查，确认后才会写入"),
    )
    create_colleges = forms.BooleanField(
        label=gettext_lazy("文件中有新的院系时，确认后一并建立"),
        required=False,
        help_text=gettext_lazy("不勾选时，没有登记过的院系按错误列出"),
    )

    def __init__(self, school: School, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.cohorts = {str(one.pk): one for one in Cohort.objects.filter(school=school).order_by("-year")}
        years = [(pk, _("%(year)d 届") % {"year": one.year}) for pk, one in self.cohorts.items()]
        self.fields["cohort"].choices = years  # type: ignore[attr-defined]


class MeaningForm(forms.Form):
    """One question per header that was not recognised: which field is it? Remembered for the school."""

    def __init__(self, job: Import, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        options = [("", _("按原样保存")), *desk.choices(job)]
        self.headers = {f"column_{place}": header for place, header, key in desk.meanings(job) if header and not key}
        for name, header in self.headers.items():
            self.fields[name] = forms.ChoiceField(label=header, choices=options, required=False)

    def given(self) -> dict[str, str]:
        return {header: self.cleaned_data[name] for name, header in self.headers.items()}


class CollegesForm(forms.Form):
    colleges = forms.ChoiceField(choices=[("1", "1"), ("0", "0")])


class GoodForm(forms.Form):
    only_good = forms.BooleanField(required=False)


def the_import(actor: Actor, pk: UUID) -> Import:
    try:
        return desk.the_import(actor, pk)
    except NotYours as gone:
        raise Http404 from gone


@acting(Capacity.SCHOOL)
def imports(request: HttpRequest, actor: Actor) -> HttpResponse:
    """What was imported, and the form of a new upload."""
    school = actor.membership.school
    assert school is not None
    if request.method != "POST":
        return show(request, list_page(actor, UploadForm(school)))
    form = UploadForm(school, request.POST, request.FILES)
    if form.is_valid():
        job = received(actor, school, form)
        if job is not None:
            messages.success(
                request, _("已收到“%(file)s”，正在检查；检查完成前不会写入任何内容。") % {"file": job.filename}
            )
            return redirect("roster-import", job.pk)
    return show(request, list_page(actor, form), 422)


def received(actor: Actor, school: School, form: UploadForm) -> Import | None:
    """The import, or None with the sentence at the field: nothing was kept."""
    given = form.cleaned_data
    cohort, file = form.cohorts[given["cohort"]], given["file"]
    try:
        return desk.receive(actor, school, cohort, file.name, file.chunks(), create_colleges=given["create_colleges"])
    except Refused as refused:
        form.add_error("file", str(refused))
        return None


@acting(Capacity.SCHOOL)
def detail(request: HttpRequest, actor: Actor, pk: UUID) -> HttpResponse:
    """One import as it stands; POST says what unknown columns mean, or that new colleges are meant."""
    job = the_import(actor, pk)
    form = MeaningForm(job)
    if request.method != "POST":
        return show(request, detail_page(request, job, form))
    colleges = CollegesForm(request.POST)
    form = MeaningForm(job, request.POST)
    if not colleges.is_valid() and not form.is_valid():
        return show(request, detail_page(request, job, form), 422)
    try:
        if colleges.is_valid():
            desk.allow_colleges(actor, job, colleges.cleaned_data["colleges"] == "1")
        else:
            desk.assign(actor, job, form.given())
    except Refused as refused:
        messages.warning(request, str(refused))
    else:
        messages.success(request, _("已按您的选择重新检查。"))
    return redirect("roster-import", pk)


@acting(Capacity.SCHOOL)
@require_safe
def progress(request: HttpRequest, actor: Actor, pk: UUID) -> HttpResponse:
    """The progress bar alone, for polling."""
    job = the_import(actor, pk)
    return render(request, "parts/progress.page.html", {"progress": progress_of(job)})


@acting(Capacity.SCHOOL)
@require_POST
def confirm(request: HttpRequest, actor: Actor, pk: UUID) -> HttpResponse:
    """Everything, or the good rows alone."""
    job, form = the_import(actor, pk), GoodForm(request.POST)
    form.is_valid()
    try:
        desk.confirm(job, actor, form.cleaned_data["only_good"])
    except Refused as refused:
        messages.warning(request, str(refused))
    else:
        messages.success(request, _("已确认，正在写入 %(count)d 名毕业生的信息。") % {"count": job.new + job.changed})
    return redirect("roster-import", pk)


@acting(Capacity.SCHOOL)
@require_POST
def cancel(request: HttpRequest, actor: Actor, pk: UUID) -> HttpResponse:
    job = the_import(actor, pk)
    try:
        desk.cancel(job, actor)
    except Refused as refused:
        messages.warning(request, str(refused))
    else:
        messages.success(
            request, _("已取消“%(file)s”的导入，上传的内容已删除，没有写入任何信息。") % {"file": job.filename}
        )
    return redirect("roster")


@acting(Capacity.SCHOOL)
@require_safe
def errors(request: HttpRequest, actor: Actor, pk: UUID) -> Any:
    """The wrong rows as a sheet to correct and upload again; the download is written down."""
    job = the_import(actor, pk)
    if not job.rows.filter(status="error").exists():
        raise Http404
    answer = StreamingHttpResponse(sheets.error_sheet(job, actor), content_type=XLSX)
    answer["Content-Disposition"] = f'attachment; filename="errors-{job.uploaded_at:%Y%m%d-%H%M}.xlsx"'
    return answer


@acting(Capacity.SCHOOL)
@require_safe
def template(request: HttpRequest, actor: Actor) -> HttpResponse:
    answer = HttpResponse(sheets.template(), content_type=XLSX)
    answer["Content-Disposition"] = 'attachment; filename="roster-template.xlsx"'
    return answer
