"""How an import looks at each of its stages."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.paginator import Page as Slice
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from wangqian.exchange.models import Import, Stage
from wangqian.exchange.roster import desk, views
from wangqian.people.models import Actor
from wangqian.web.lists import Cell, Column, Row, Table
from wangqian.web.pages import Panel, UploadPage
from wangqian.web.paging import address, asked
from wangqian.web.panels import Alert, Button, Fact, Facts, Link, PathStep, Progress, Tag, Text, Tone
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
    found = views.errors(job, asked(request, "errors") or 1) if job.status == Stage.CHECKED else None
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
        panels=panels(request, job, found) if found is not None else [],
        buttons=buttons(request, job, form, found),
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


def panels(request: HttpRequest, job: Import, wrong: Slice[Any]) -> list[Panel]:
    """What the check found: counts, errors with cell and sentence, what would change, who is new."""
    found: list[Panel] = [
        Facts(
            _("检查结果"),
            [
                Fact(_("新增"), _("%(count)d 人") % {"count": job.new}),
                Fact(_("变更"), _("%(count)d 人") % {"count": job.changed}, note=_("下面列出每一处改动")),
                Fact(_("无变化"), _("%(count)d 人") % {"count": job.same}),
                Fact(
                    _("有错误"),
                    _("%(count)d 行") % {"count": job.errors},
                    tag=Tag(_("不会导入"), "bad") if job.errors else None,
                ),
            ],
        )
    ]
    if job.errors:
        found.append(error_table(request, wrong))
    if job.changed:
        found.append(change_table(request, views.changes(job, asked(request, "changes") or 1)))
    if job.new:
        found.append(new_table(request, views.additions(job, asked(request, "new") or 1)))
    return found


def error_table(request: HttpRequest, found: Slice[Any]) -> Table:
    rows = [
        Row(
            [
                Cell(one.cell or _("第 %(number)d 行") % {"number": row.number}),
                Cell(row.name),
                Cell(one.column),
                Cell(one.sentence),
            ]
        )
        for row in found.object_list
        for one in row.wrong
    ]
    names = (_("单元格"), _("姓名"), _("列"), _("问题"))
    return paged(request, _("错误"), "errors", names, rows, found)


def change_table(request: HttpRequest, found: Slice[Any]) -> Table:
    rows = [
        Row([Cell(row.name, note=row.student_number), Cell(one.label), Cell(one.old), Cell(one.new or _("（清空）"))])
        for row in found.object_list
        for one in row.changes
    ]
    return paged(request, _("将要变更"), "changes", (_("毕业生"), _("字段"), _("原为"), _("改为")), rows, found)


def new_table(request: HttpRequest, found: Slice[Any]) -> Table:
    rows = [
        Row([Cell(row.name), Cell(row.student_number), Cell(row.identity), Cell(row.college), Cell(row.major)])
        for row in found.object_list
    ]
    names = (_("姓名"), _("学号／考生号"), _("证件号码"), _("院系"), _("专业"))
    return paged(request, _("将要新增"), "new", names, rows, found)


def paged(
    request: HttpRequest, caption: str, name: str, labels: tuple[str, ...], rows: list[Row], found: Slice[Any]
) -> Table:
    """A table of one page, with the ways to the others as its buttons."""
    ways = []
    if found.has_previous():
        ways.append(Button(_("上一页"), address(request, **{name: found.previous_page_number()}), quiet=True))
    if found.has_next():
        ways.append(Button(_("下一页"), address(request, **{name: found.next_page_number()}), quiet=True))
    facts = {"first": found.start_index(), "last": found.end_index(), "count": found.paginator.count}
    note = _("第 %(first)d–%(last)d 行，共 %(count)d 行") % facts
    return Table(caption, [Column(label) for label in labels], rows, note=note, buttons=ways)


def buttons(request: HttpRequest, job: Import, form: forms.Form, wrong: Slice[Any] | None) -> list[Button]:
    """What can be done with it now; one of them is the way on."""
    again = Button(_("上传另一份文件"), reverse("roster"), primary=job.status == Stage.FAILED)
    if job.status in (Stage.FAILED, Stage.CANCELLED):
        return [again]
    if job.status == Stage.DONE:
        sheet = [errors_button(job)] if job.errors and job.rows.filter(status="error").exists() else []
        return [Button(_("查看毕业生"), reverse("graduates"), primary=True), *sheet, again]
    found = checked_buttons(request, job, form, wrong) if wrong is not None else []
    if job.status != Stage.CONFIRMING:
        found.append(Button(_("取消导入"), reverse("roster-cancel", args=[job.pk]), "post", quiet=True))
    return found


def checked_buttons(request: HttpRequest, job: Import, form: forms.Form, wrong: Slice[Any] | None) -> list[Button]:
    url, good = reverse("roster-confirm", args=[job.pk]), job.new + job.changed
    same = _("没有需要写入的内容：没有错误的行都与现有信息一致。")
    nothing = "" if good else same if job.same else _("没有可以写入的行，请改正错误后重新上传。")
    if not job.errors:
        found = [
            Button(
                _("全部确认，导入 %(count)d 行") % {"count": good}, url, "post", primary=True, disabled_reason=nothing
            )
        ]
    else:
        label = _("只导入正确的 %(count)d 行") % {"count": good}
        found = [
            Button(label, url, "post", primary=True, fields=[("only_good", "1")], disabled_reason=nothing),
            errors_button(job),
        ]
    if wrong is not None and not job.create_colleges and unknown_college(job, wrong):
        own = reverse("roster-import", args=[job.pk])
        found.append(Button(_("这些是新院系，一并建立"), own, "post", fields=[("colleges", "1")]))
    if form.fields and not asked(request, "meanings"):
        found.append(Button(_("指定未识别列的含义"), address(request, meanings=1), quiet=True))
    return found


def errors_button(job: Import) -> Button:
    return Button(_("下载错误清单"), reverse("roster-errors", args=[job.pk]), icon="download")


def unknown_college(job: Import, wrong: Slice[Any]) -> bool:
    """Whether one of the errors on this page stands in the column of the college."""
    columns = {header for header, key in job.headers if key == "szyx"}
    return any(one.column in columns for row in wrong.object_list for one in row.wrong)
