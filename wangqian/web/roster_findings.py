"""What the check of an import found: counts, errors with cell and sentence, changes, additions, and what can be done."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Page as Slice
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from wangqian.exchange.models import Import
from wangqian.exchange.roster import views
from wangqian.web.lists import Cell, Column, Row, Table
from wangqian.web.pages import Panel
from wangqian.web.paging import address, asked
from wangqian.web.panels import Button, Fact, Facts, Tag


def panels(request: HttpRequest, job: Import, unknown: bool) -> list[Panel]:
    """What the check found: counts with what can be decided, errors, what would change, who is new.

    `unknown`: some columns were not recognised, and their form is not on the page already.
    """
    wrong = views.errors(job, asked(request, "errors") or 1)
    found: list[Panel] = [
        Facts(
            _("检查结果"),
            [
                Fact(_("新增"), _("%(count)d 人") % {"count": job.new}),
                Fact(
                    _("变更"),
                    _("%(count)d 人") % {"count": job.changed},
                    note=_("下面列出每一处改动") if job.changed else "",
                ),
                Fact(_("无变化"), _("%(count)d 人") % {"count": job.same}),
                Fact(
                    _("有错误"),
                    _("%(count)d 行") % {"count": job.errors},
                    tag=Tag(_("不会导入"), "bad") if job.errors else None,
                ),
            ],
            buttons=checked_buttons(request, job, wrong, unknown),
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
        Row([Cell(row.name), Cell(row.student_number), Cell(one.label), Cell(one.old), Cell(one.new or _("（清空）"))])
        for row in found.object_list
        for one in row.changes
    ]
    return paged(
        request, _("将要变更"), "changes", (_("毕业生"), _("学号"), _("字段"), _("原为"), _("改为")), rows, found
    )


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


def checked_buttons(request: HttpRequest, job: Import, wrong: Slice[Any], unknown: bool) -> list[Button]:
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
    if not job.create_colleges and unknown_college(job, wrong):
        own = reverse("roster-import", args=[job.pk])
        found.append(Button(_("这些是新院系，一并建立"), own, "post", fields=[("colleges", "1")]))
    if unknown:
        found.append(Button(_("指定未识别列的含义"), address(request, meanings=1), quiet=True))
    return [*found, cancel_button(job)]


def cancel_button(job: Import) -> Button:
    return Button(_("取消导入"), reverse("roster-cancel", args=[job.pk]), "post", quiet=True)


def errors_button(job: Import) -> Button:
    return Button(_("下载错误清单"), reverse("roster-errors", args=[job.pk]), icon="download")


def unknown_college(job: Import, wrong: Slice[Any]) -> bool:
    """Whether one of the errors on this page stands in the column of the college."""
    columns = {header for header, key in job.headers if key == "szyx"}
    return any(one.column in columns for row in wrong.object_list for one in row.wrong)
