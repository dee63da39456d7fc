"""代码表: every official table with its rows of today and of before, its editions, and the list to download."""

from __future__ import annotations

import csv
import io
from collections import Counter
from datetime import date

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from wangqian.codes.edition_check import Reader
from wangqian.codes.region import normal
from wangqian.codes.rows import Code
from wangqian.codes.table import names, table, today
from wangqian.codes.titles import COLUMNS, header, title, value
from wangqian.people import editions
from wangqian.people.models import Actor, Capacity, CodeEdition
from wangqian.web.frame import acting, show
from wangqian.web.lists import Cell, Column, Filter, Row, Tab
from wangqian.web.pages import DeskPage
from wangqian.web.paging import address, asked, page_number, pager
from wangqian.web.panels import Button, EmptyState, Link, Tag
from wangqian.web.wording import clock, day

SIZE = 100
SHOWN = 30  # characters of a fact in a list


def known(name: str) -> str:
    """The name of a table, else the 404 of what does not exist."""
    if name not in names():
        raise Http404
    return name


@acting(Capacity.OPERATOR)
@require_safe
def codes(request: HttpRequest, actor: Actor) -> HttpResponse:
    """What there is: how many codes, since when, from where."""
    editions.refresh()
    counts = Counter(editions.in_force().values_list("table", flat=True))
    labels = (_("代码表"), _("在用"), _("已停用"), _("最近一次变化"), _("来源"))
    page = DeskPage(
        title=_("代码表"),
        tab_sentence=_("官方代码随版本自带；有新的官方版本时可在这里添加，不需要升级系统。已经保存的记录保留当时的代码和名称。"),
        columns=[Column(label, number=number in (1, 2)) for number, label in enumerate(labels)],
        rows=[table_row(name, counts[name]) for name in sorted(names(), key=title)],
        empty=EmptyState(_("没有代码表")),
    )
    return show(request, page)


def table_row(name: str, added: int) -> Row:
    rows, on = list(table(name)), today()
    there = [row for row in rows if row.valid_on(on)]
    sources = Counter(row.source for row in there)
    begun = max((row.valid_from for row in rows if row.valid_from and row.valid_from <= on), default=None)
    source = sources.most_common(1)[0][0] if sources else ""
    cells = [
        Cell(title(name), note=_("后来添加 %(count)d 版") % {"count": added} if added else ""),
        Cell(len(there)),
        Cell(len({row.code for row in rows} - {row.code for row in there})),
        Cell(day(begun) if begun else "—"),
        Cell(source, note=_("等 %(count)d 种") % {"count": len(sources)} if len(sources) > 1 else ""),
    ]
    return Row(cells, reverse("code-table", args=[name]))


@acting(Capacity.OPERATOR)
@require_safe
def code_table(request: HttpRequest, actor: Actor, name: str) -> HttpResponse:
    """Rows in force, rows of before and to come, editions: three tabs."""
    editions.refresh()
    rows, on, tab = list(table(known(name))), today(), asked(request, "tab")
    there, gone = [row for row in rows if row.valid_on(on)], [row for row in rows if not row.valid_on(on)]
    added = list(CodeEdition.objects.filter(table=name).select_related("added_by", "withdrawal").order_by("-number"))
    added = [row for row in added if row.withdraws_id is None]
    chosen = gone if tab == "gone" else there
    found, number = matching(chosen, asked(request, "name")), page_number(request)
    listed = [] if tab == "editions" else found[(number - 1) * SIZE : number * SIZE]
    tabs = [("", _("在用"), len(there)), ("gone", _("停用和未生效"), len(gone)), ("editions", _("后来的版本"), len(added))]
    adding = Button(_("添加新版本"), reverse("edition-add", args=[name]), primary=True, icon="plus")
    page = DeskPage(
        title=title(name),
        back=Link(_("代码表"), reverse("codes")),
        buttons=[adding, Button(_("下载现行名单"), reverse("code-list", args=[name]), icon="download")],
        tabs=[Tab(label, address(request, tab=key, page="", name=""), count, key == tab) for key, label, count in tabs],
        columns=edition_columns() if tab == "editions" else code_columns(),
        rows=[edition_row(row, on) for row in added] if tab == "editions" else [code_row(row) for row in listed],
        filters=[] if tab == "editions" else [
            Filter("name", _("代码或名称"), asked(request, "name")), Filter("tab", "", tab, "hidden"),
        ],
        clear_url=address(request, name="", page="") if asked(request, "name") else "",
        empty=EmptyState(_("没有后来添加的版本") if tab == "editions" else _("没有符合条件的代码")),
        pager=None if tab == "editions" else pager(request, len(found), number, SIZE),
    )  # fmt: skip
    return show(request, page)


def matching(rows: list[Code], words: str) -> list[Code]:
    wanted = normal(words)
    return [row for row in rows if row.code.startswith(wanted) or wanted in normal(row.name)] if wanted else rows


def code_columns() -> list[Column]:
    return [Column(label) for label in (_("代码"), _("名称"), _("起止"), _("说明"), _("来源"))]


def code_row(row: Code) -> Row:
    facts = [f"{header(fact)}：{value(said)[:SHOWN]}" for fact, said in row.extra.items() if said]
    above = [_("上级 %(code)s") % {"code": row.parent}] if row.parent else []
    cells = [row.code, row.name, span(row), "；".join([*above, *facts]), row.source]
    return Row([Cell(cell) for cell in cells])


def span(row: Code) -> str:
    """The days of a row; what is not known is left open."""
    begins, ends = (day(when) if when else "" for when in (row.valid_from, row.valid_to))
    return _("%(begins)s 至 %(ends)s") % {"begins": begins or "…", "ends": ends or "…"} if begins or ends else "—"


def edition_columns() -> list[Column]:
    return [Column(label) for label in (_("版本"), _("生效日期"), _("来源"), _("添加人"), _("状态"))]


def edition_row(row: CodeEdition, on: date) -> Row:
    """Who added it and whether it can still be taken back."""
    withdrawal = getattr(row, "withdrawal", None)
    coming = row.effective_on is not None and row.effective_on > on
    state = Tag(_("未到生效日期"), "warn") if coming else Tag(_("已生效"), "ok")
    kind = _("完整名单") if row.whole else _("只列变化")
    cells = [
        Cell(_("第 %(number)d 版") % {"number": row.number}, note=kind),
        Cell(day(row.effective_on) if row.effective_on else ""),
        Cell(row.source),
        Cell(row.added_by.name, note=clock(row.added_at)),
        Cell(tag=Tag(_("已撤回"), "off") if withdrawal else state),
    ]
    back = Button(_("撤回"), reverse("edition-withdraw", args=[row.pk]), "post", quiet=True)
    return Row(cells, buttons=[back] if coming and not withdrawal else [])


@acting(Capacity.OPERATOR)
@require_safe
def code_list(request: HttpRequest, actor: Actor, name: str) -> HttpResponse:
    """What is in force today, as CSV: to be edited and uploaded again as an edition."""
    editions.refresh()
    rows = [row for row in table(known(name)) if row.valid_on(today())]
    columns = Reader(name, today(), True, "").columns
    made = io.StringIO()
    writer = csv.writer(made)
    writer.writerow([COLUMNS[column] for column in columns])
    for row in rows:
        cells = {"code": row.code, "name": row.name, "parent": row.parent, "ended": "", **row.extra}
        writer.writerow([cells[column] for column in columns])
    answer = HttpResponse("\ufeff" + made.getvalue(), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}-{today():%Y%m%d}.csv"'
    return answer
