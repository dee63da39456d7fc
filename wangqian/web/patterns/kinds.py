"""The seven kinds of page."""

from django.http import HttpRequest
from django.utils import timezone
from django.utils.datastructures import MultiValueDict

from wangqian.web import pages
from wangqian.web.lists import Cell, Column, Row, Table
from wangqian.web.panels import Button, CodeProof, Elsewhere, Fieldset, Link, Tag
from wangqian.web.patterns import lists, parts
from wangqian.web.patterns.frame import SampleForm


def desk(_request: HttpRequest) -> pages.Page:
    return pages.DeskPage(
        title="签约中",
        lead="已发出、正等待学生应约，或学生已同意、学校审核中的邀请。",
        buttons=[
            Button("导出", "#", icon="download"),
            Button("发起签约邀请", "#", primary=True, icon="plus"),
        ],
        tabs=lists.tabs(),
        filters=lists.filters(),
        clear_url="?kind=desk",
        columns=lists.columns(),
        rows=lists.rows(),
        empty=parts.empty(),
        pager=lists.pager(),
        batch=[Button("批量延长 7 天", method="submit", name="step", value="extend")],
        batch_note="批量操作会逐条给出结果。",
    )


def many(_request: HttpRequest) -> pages.Page:
    return pages.DeskPage(
        title="待办",
        lead="最早提交的在前。",
        columns=lists.columns(),
        rows=lists.rows(200, buttons=True),
        empty=parts.empty(),
        result=lists.result(),
        batch=[Button("通过", method="submit", primary=True, name="step", value="approve")],
    )


def nobody(_request: HttpRequest) -> pages.Page:
    return pages.DeskPage(
        title="学生收藏夹", tabs=lists.tabs(), columns=lists.columns(), rows=[], empty=parts.empty()
    )


def case(_request: HttpRequest) -> pages.Page:
    return pages.CasePage(
        title=f"{parts.LONG} · 网上签约",
        lead="2 天前提交 · 第 1 级，共 2 级",
        back=Link("返回待办", "#"),
        tags=[Tag("待您审核")],
        path=parts.path(2),
        turn=parts.turn(mine=False),
        buttons=[
            Button("通过", "#", primary=True),
            Button("退回修改", "#"),
            Button("解除", "#", danger=True, disabled_reason="签约完成之后才能由学校解除。"),
        ],
        panels=[parts.alert("warn"), parts.facts(), parts.changes(), parts.exact(is_open=False)],
        timeline=parts.timeline(),
        previous=Link("上一条", "#"),
        next=Link("下一条", "#"),
    )


def step(request: HttpRequest) -> pages.Page:
    """`?kind=step` as first shown; `?kind=step&errors=1` after a post with nothing filled in."""
    form = SampleForm({"hukou": "yes"}, MultiValueDict()) if "errors" in request.GET else SampleForm()
    return pages.StepPage(
        title="接受前，请再核对一次",
        back=Link("返回邀请", "#"),
        path=parts.path(),
        alerts=[parts.alert("warn")],
        panels=[parts.facts(change="#")],
        exact=parts.exact(),
        form=form,
        fieldsets=[
            Fieldset("岗位", ("title", "kind", "salary", "report_by")),
            Fieldset("户籍", ("hukou", "hukou_place")),
        ],
        proof=CodeProof(form["code"], "138****0001", wait_seconds=60, passkey=True),
        confirm="agreed",
        act=Button("接受", method="submit", primary=True),
        cancel=Link("再想想", "#"),
        saved="已保存 10:32 · 还未提交",
    )


def uploads(_request: HttpRequest) -> pages.Page:
    """A step that asks for files beside its form."""
    form = SampleForm()
    for name in set(form.fields) - {"title", "note"}:
        del form.fields[name]
    return pages.StepPage(
        title="提交盖章件",
        lead="把盖好章的协议书拍照或扫描上传。",
        back=Link("返回", "#"),
        form=form,
        uploads=[parts.upload(), parts.upload("letter", empty=True)],
        act=Button("提交", method="submit", primary=True),
        cancel=Link("取消", "#"),
        elsewhere=Elsewhere("这份表在别的页面或设备上改过（10:32）。", "#", "0", ["单位名称", "职位名称"]),
    )


def sheet(_request: HttpRequest) -> pages.Page:
    return pages.SheetPage(
        title="曹文公",
        lead="2027 届 · 示范大学 · 信息学院 · 计算机科学与技术",
        tags=[Tag("已签约", "ok"), Tag("信息已核对", "off")],
        buttons=[Button("更正", "#")],
        panels=[parts.facts("基本信息"), parts.facts("联系方式")],
        side=[parts.prose()],
        timeline=parts.timeline(),
    )


def problems() -> Table:
    line = [Cell("第 18 行"), Cell("SFZH"), Cell("431102************"), Cell("证件号码校验位不对，请核对。")]
    return Table(
        "发现 1 处问题",
        [Column(t) for t in ("位置", "列", "内容", "问题")],
        [Row(line)],
        note="空白不会清除已有内容。",
    )


def upload(request: HttpRequest) -> pages.Page:
    form = SampleForm({}, MultiValueDict()) if "errors" in request.GET else SampleForm()
    for name in set(form.fields) - {"paper"}:
        del form.fields[name]
    return pages.UploadPage(
        title="导入毕业生名单",
        lead="上传、检查、确认三步；确认之前什么都不会改变。",
        back=Link("返回学生名单", "#"),
        path=parts.path(),
        form=form,
        act=Button("上传并检查", method="submit", primary=True),
        rules=["xlsx 或 csv，第一行是表头", "最多 100,000 行"],
        template_link=Link("下载模板", "#"),
        progress=parts.progress(),
        panels=[problems()],
        buttons=[
            Button("导入没有问题的 99,986 行", "#", "post"),
            Button("下载问题清单", "#", icon="download"),
        ],
    )


def report(_request: HttpRequest) -> pages.Page:
    columns = [
        Column("学院"),
        Column("毕业生", number=True),
        Column("已签约", number=True),
        Column("签约率", number=True),
    ]
    rows = [Row([Cell("信息学院"), Cell("1,204"), Cell("866"), Cell("71.9%")])]
    foot = [Cell("合计"), Cell("1,204"), Cell("866"), Cell("71.9%")]
    return pages.ReportPage(
        title="签约进度",
        filters=lists.filters()[1:2],
        as_of=timezone.now(),
        buttons=[Button("下载表格", "#", icon="download")],
        figures=[
            pages.Figure(label="已签约", value="866", note="占 71.9%"),
            pages.Figure(label="审核中", value="41"),
        ],
        panels=[Table("按学院", columns, rows, foot)],
    )


def plain(_request: HttpRequest) -> pages.Page:
    return pages.PlainPage(
        title="设置",
        lead="只影响以后发起的事项。",
        form=SampleForm(),
        panels=[parts.prose()],
        act=Button("保存", method="submit", primary=True),
    )
