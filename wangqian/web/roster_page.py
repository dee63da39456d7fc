"""How an import looks at each of its stages."""

from __future__ import annotations

from django import forms
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from wangqian.exchange.models import Import, Stage
from wangqian.exchange.roster import desk
from wangqian.people.models import Actor
from wangqian.web.lists import Cell, Column, Row, Table
from wangqian.web.pages import Panel, UploadPage
from wangqian.web.paging import asked
from wangqian.web.panels import Alert, Button, Link, PathStep, Progress, Tag, Text, Tone
from wangqian.web.roster_findings import cancel_button, errors_button, panels
from wangqian.web.wording import clock

WORKING = (Stage.UPLOADED, Stage.CHECKING, Stage.CONFIRMING)
TONES: dict[str, Tone] = {
    Stage.MAPPING: "warn",
    Stage.CHECKED: "warn",
    Stage.DONE: "ok",
    Stage.FAILED: "bad",
    Stage.CANCELLED: "off",
}
STOPS = (gettext_lazy("上传文件"), gettext_lazy("检查"), gettext_lazy("核对并确认"), gettext_lazy("导入完成"))
REACHED = {Stage.UPLOADED: 1, Stage.CHECKING: 1, Stage.MAPPING: 1, Stage.CHECKED: 2, Stage.CONFIRMING: 3, Stage.DONE: 4}
RULES = (
    gettext_lazy("一行一名毕业生；可以用模板，也可以用学校自己的表头。"),
    gettext_lazy("同一份文件再次导入不会重复：按考生号、学号、证件号认人。"),
    gettext_lazy("空白单元格不会清除已有内容；要清除请填“[清空]”。"),
    gettext_lazy("不认识的列按原样保存，不会丢失。"),
)
RECENT = 30


def list_page(actor: Actor, form: forms.Form) -> UploadPage:
    """The form, and the last imports under it."""
    rows = [import_row(job) for job in desk.imports_for(actor)[:RECENT]]
    names = (_("文件"), _("届别"), _("上传时间"), _("结果"), _("状态"))
    past: Panel = Table(_("最近的导入"), [Column(name) for name in names], rows)
    if not rows:
        past = Text(_("最近的导入"), [_("还没有导入过。选好届别和文件后上传；检查结果会先给您看，确认后才写入。")])
    return UploadPage(
        title=_("生源导入"),
        lead=_("上传后先检查并列出全部问题，由您确认后才写入。"),
        path=path(None),
        form=form,
        act=Button(_("上传并检查"), method="submit", primary=True, icon="upload"),
        template_link=Link(_("下载模板"), reverse("roster-template")),
        rules=[str(rule) for rule in RULES],
        panels=[past],
    )


def import_row(job: Import) -> Row:
    counted = job.status in (Stage.CHECKED, Stage.CONFIRMING, Stage.DONE)
    cells = [
        Cell(job.filename),
        Cell(job.cohort.year),
        Cell(clock(job.uploaded_at), note=job.uploaded_by.name),
        Cell(summary(job) if counted else ""),
        Cell(tag=Tag(_(job.label), TONES.get(job.status, "info"))),
    ]
    return Row(cells, reverse("roster-import", args=[job.pk]))


def summary(job: Import) -> str:
    facts = {"new": job.new, "changed": job.changed, "same": job.same, "errors": job.errors}
    return _("新增 %(new)d · 变更 %(changed)d · 无变化 %(same)d · 错误 %(errors)d") % facts


def path(job: Import | None) -> list[PathStep]:
    """上传 → 检查 → 核对并确认 → 完成; an import that was refused or given up stopped at the check."""
    stopped = job is not None and job.status in (Stage.FAILED, Stage.CANCELLED)
    here = 0 if job is None else 1 if stopped else REACHED[Stage(job.status)]
    words = ["done" if place < here else "failed" if stopped and place == here else "now" if place == here else "later"
             for place in range(len(STOPS))]  # fmt: skip
    return [PathStep(str(label), word) for label, word in zip(STOPS, words, strict=True)]  # type: ignore[arg-type]


def progress_of(job: Import) -> Progress:
    """The bar while the worker has it; asked again until it rests."""
    own = reverse("roster-import", args=[job.pk])
    titles = {Stage.UPLOADED: _("等待检查"), Stage.CHECKING: _("正在检查"), Stage.CONFIRMING: _("正在写入")}
    if job.status not in titles:
        return Progress(
            _(job.label), job.processed, job.total, _("处理完了，请查看结果。"), next_url=own, finished=True
        )
    sentence = _("可以离开这个页面，稍后回来看结果。")
    if job.status == Stage.UPLOADED:
        sentence = _("前面的文件处理完就开始。可以离开这个页面，稍后回来看结果。")
    url = reverse("roster-progress", args=[job.pk])
    return Progress(titles[Stage(job.status)], job.processed, job.total or None, sentence, url, next_url=own)


def detail_page(request: HttpRequest, job: Import, form: forms.Form) -> UploadPage:
    mapping = bool(form.fields) and (job.status == Stage.MAPPING or (job.status == Stage.CHECKED and form.is_bound))
    mapping = mapping or (job.status == Stage.CHECKED and bool(asked(request, "meanings")) and bool(form.fields))
    return UploadPage(
        title=_("生源导入：%(file)s") % {"file": job.filename},
        lead=_("%(year)d 届 · %(at)s 由 %(who)s 上传")
        % {"year": job.cohort.year, "at": clock(job.uploaded_at), "who": job.uploaded_by.name},
        back=Link(_("生源导入"), reverse("roster")),
        tags=[Tag(_(job.label), TONES.get(job.status, "info"))],
        alerts=alerts(job),
        path=path(job),
        progress=progress_of(job) if job.status in WORKING else None,
        form=form if mapping else None,
        act=Button(_("按此重新检查"), method="submit", primary=True) if mapping else None,
        rules=[_("选择每一列对应的字段；学校的表头只需指定一次，以后会记住。"), _("不用的列选“按原样保存”。")]
        if mapping
        else [],
        panels=panels(request, job, bool(form.fields) and not mapping) if job.status == Stage.CHECKED else [],
        buttons=buttons(job),
    )


def alerts(job: Import) -> list[Alert]:
    if job.status == Stage.FAILED:
        return [Alert("bad", _("这份文件没有通过检查，没有写入任何内容"), job.error)]
    if job.status == Stage.CANCELLED:
        return [Alert("info", _("这次导入已取消，没有写入任何内容"))]
    if job.status == Stage.DONE:
        return [Alert("ok", _("导入完成"), done(job))]
    tone: Tone = "warn" if job.status == Stage.MAPPING else "info"
    return [Alert(tone, _("请留意"), items=job.notes)] if job.notes else []


def done(job: Import) -> str:
    facts = {"new": job.new, "changed": job.changed, "same": job.same, "errors": job.errors}
    said = _("新增 %(new)d 人，变更 %(changed)d 人，%(same)d 人没有变化。") % facts
    if job.errors:
        said += _("有 %(errors)d 行因错误没有导入，改正后可再次上传。") % facts
    return said


def buttons(job: Import) -> list[Button]:
    """What can be done with it now; one of them is the way on."""
    again = Button(_("上传另一份文件"), reverse("roster"), primary=job.status == Stage.FAILED)
    if job.status in (Stage.FAILED, Stage.CANCELLED):
        return [again]
    if job.status == Stage.DONE:
        sheet = [errors_button(job)] if job.errors and job.rows.filter(status="error").exists() else []
        return [Button(_("查看毕业生"), reverse("graduates"), primary=True), *sheet, again]
    if job.status in (Stage.CHECKED, Stage.CONFIRMING):  # a checked one has its decisions beside the counts
        return []
    return [cancel_button(job)]
