"""The pattern page (demo only): every part in every state, and with `?kind=` every kind of page, on invented data."""

from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from wangqian.web import doors, pages, samples
from wangqian.web.lists import Cell, Column, Row, Table
from wangqian.web.panels import Alert, Button, CodeProof, Fact, Fieldset, Link, Tag, Text
from wangqian.web.samples import SampleForm

ACT = Button("接受", method="submit", primary=True)
BACK = Link("返回全部样式", "?")


def desk(_request: HttpRequest) -> pages.Page:
    return pages.DeskPage(
        title="签约中",
        lead="已发出、正等待学生应约，或学生已同意、学校审核中的邀请。",
        buttons=[
            Button("导出", "#", icon="download"),
            Button("发起签约邀请", "#", primary=True, icon="plus"),
        ],
        tabs=samples.tabs(),
        filters=samples.filters(),
        clear_url="?kind=desk",
        columns=samples.columns(),
        rows=samples.rows(),
        empty=samples.empty(),
        pager=samples.pager(),
        batch=[Button("批量延长 7 天", method="submit", name="step", value="extend")],
        batch_note="批量操作会逐条给出结果。",
    )


def many(_request: HttpRequest) -> pages.Page:
    return pages.DeskPage(
        title="待办",
        lead="最早提交的在前。",
        columns=samples.columns(),
        rows=samples.rows(200, buttons=True),
        empty=samples.empty(),
        result=samples.result(),
        batch=[Button("通过", method="submit", primary=True, name="step", value="approve")],
    )


def nobody(_request: HttpRequest) -> pages.Page:
    return pages.DeskPage(
        title="学生收藏夹", tabs=samples.tabs(), columns=samples.columns(), rows=[], empty=samples.empty()
    )


def case(_request: HttpRequest) -> pages.Page:
    return pages.CasePage(
        title=f"{samples.LONG} · 网上签约",
        lead="2 天前提交 · 第 1 级，共 2 级",
        back=Link("返回待办", "#"),
        tags=[Tag("待您审核")],
        path=samples.path(2),
        turn=samples.turn(mine=False),
        buttons=[
            Button("通过", "#", primary=True),
            Button("退回修改", "#"),
            Button("解除", "#", danger=True, disabled_reason="签约完成之后才能由学校解除。"),
        ],
        panels=[samples.alert("warn"), samples.facts(), samples.changes(), samples.exact(is_open=False)],
        timeline=samples.timeline(),
        previous=Link("上一条", "#"),
        next=Link("下一条", "#"),
    )


def step(request: HttpRequest) -> pages.Page:
    """`?kind=step` as first shown; `?kind=step&errors=1` after a post with nothing filled in."""
    form = SampleForm({"hukou": "yes"}, {}) if "errors" in request.GET else SampleForm()
    return pages.StepPage(
        title="接受前，请再核对一次",
        back=Link("返回邀请", "#"),
        path=samples.path(),
        alerts=[samples.alert("warn")],
        panels=[samples.facts(change="#")],
        exact=samples.exact(),
        form=form,
        fieldsets=[
            Fieldset("岗位", ("title", "kind", "salary", "report_by")),
            Fieldset("户籍", ("hukou", "hukou_place")),
        ],
        proof=CodeProof(form["code"], "138****0001", wait_seconds=60),
        confirm="agreed",
        act=ACT,
        cancel=Link("再想想", "#"),
        saved="已保存 10:32 · 还未提交",
    )


def sheet(_request: HttpRequest) -> pages.Page:
    return pages.SheetPage(
        title="曹文公",
        lead="2027 届 · 示范大学 · 信息学院 · 计算机科学与技术",
        tags=[Tag("已签约", "ok"), Tag("信息已核对", "off")],
        buttons=[Button("更正", "#")],
        panels=[samples.facts("基本信息"), samples.facts("联系方式")],
        side=[samples.prose()],
        timeline=samples.timeline(),
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
    form = SampleForm({}, {}) if "errors" in request.GET else SampleForm()
    for name in set(form.fields) - {"paper"}:
        del form.fields[name]
    return pages.UploadPage(
        title="导入毕业生名单",
        lead="上传、检查、确认三步；确认之前什么都不会改变。",
        back=Link("返回学生名单", "#"),
        path=samples.path(),
        form=form,
        act=Button("上传并检查", method="submit", primary=True),
        rules=["xlsx 或 csv，第一行是表头", "最多 100,000 行"],
        template_link=Link("下载模板", "#"),
        progress=samples.progress(),
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
        filters=samples.filters()[:1],
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
        panels=[samples.prose()],
        act=Button("保存", method="submit", primary=True),
    )


def home(_request: HttpRequest) -> pages.Page:
    entries = [
        Link("未签就业协议申请签约", "#", "单位没有注册，由您填写，盖章后回传", "file-text"),
        Link("已签就业协议登记信息", "#", "手里已有盖好章的纸质协议", "list-check"),
        Link("无需就业协议去向登记", "#", "升学、参军、创业、劳动合同、待就业等", "school"),
    ]
    return doors.HomePage(
        title="您好，曹文公",
        lead="2027 届 · 示范大学 · 信息学院 · 计算机科学与技术",
        waiting=[samples.turn(primary=True), samples.turn()],
        tasks=samples.tasks(),
        others=[samples.turn(mine=False)],
        entries_title="没有收到邀请？",
        entries=entries,
    )


def start(_request: HttpRequest) -> pages.Page:
    who = [
        Button(f"{name}（{note}）", "#", "post")
        for name, note in (("曹文公", "有 2 份邀请"), (samples.LONG, "已签约"))
    ]
    doors_ = [
        ("学生登录", "查看邀请、应约、下载协议", "user"),
        ("单位登录", "收藏学生、发起签约邀请", "building"),
        ("学校登录", "导入名单、审核、统计", "school"),
    ]
    return doors.StartPage(
        title="毕业生网上签约",
        lead="毕业生、用人单位和学校在同一份协议上签约、审核、验证。",
        entries=[
            doors.Entry(title, says, Button(title, "#", primary=icon == "user"), icon)
            for title, says, icon in doors_
        ],
        enter_as=[doors.EnterAs(group, who) for group in ("毕业生", "用人单位", "审核老师")],
        enter_note="不用密码；数据可以随意改动。",
        links=[Link("验证一份协议", "#", icon="shield-check")],
    )


def login(request: HttpRequest) -> pages.Page:
    form = SampleForm({}) if "errors" in request.GET else SampleForm()
    for name in set(form.fields) - {"title", "code"}:
        del form.fields[name]
    return doors.LoginPage(
        title="学生登录",
        lead="用学校登记的手机号登录。",
        form=form,
        proof=CodeProof(form["code"]),
        help=["收不到验证码？请联系学校。"],
        act=Button("登录", method="submit", primary=True),
        links=[Link("单位登录", "#")],
    )


def preview(_request: HttpRequest) -> pages.Page:
    return doors.PreviewPage(
        title="就业协议书",
        lead="编号 WQ2027-000123 · 已签约",
        pictures=[samples.picture()] * 2,
        back=Link("返回", "#"),
        copy_url="https://example.org/agreements/WQ2027-000123",
        buttons=[Button("下载 PDF", "#", primary=True, icon="download")],
    )


def verify(request: HttpRequest) -> pages.Page:
    form = SampleForm()
    for name in set(form.fields) - {"title"}:
        del form.fields[name]
    rows = [Fact("协议编号", "WQ2027-000123"), Fact("毕业生", "曹＊公"), Fact("用人单位", samples.FIRM)]
    found = doors.Verified(
        tag=Tag("已签约", "ok"),
        sentence="这份协议有效。",
        rows=rows,
        checked_at=timezone.now(),
        domain="example.org",
    )
    miss = "编号或姓名不对，请照协议书上的写法再试一次。"
    return doors.VerifyPage(
        title="验证协议",
        lead="只显示协议的当前状态。",
        form=form,
        act=Button("查询", method="submit", primary=True),
        result=None if "miss" in request.GET else found,
        miss=miss,
    )


def error(_request: HttpRequest) -> pages.Page:
    return doors.ErrorPage(
        code="404",
        title="没有找到这一页",
        lead="可能是地址不完整，也可能您没有查看它的权限。",
        sentences=["从消息里的链接进来的，请先登录再打开。"],
        buttons=[Button("回到首页", "/", primary=True)],
    )


KINDS: dict[str, Callable[[HttpRequest], pages.Page]] = {
    view.__name__: view
    for view in (
        desk,
        many,
        nobody,
        case,
        step,
        sheet,
        upload,
        report,
        plain,
        home,
        start,
        login,
        preview,
        verify,
        error,
    )
}


def pattern(request: HttpRequest) -> HttpResponse:
    """All parts; with `?kind=` one kind of page."""
    kind = request.GET.get("kind", "")
    if kind and kind not in KINDS:
        raise Http404
    if kind:
        page, frame = KINDS[kind](request), samples.chrome()
        if kind in ("start", "login", "verify", "error"):
            frame = samples.chrome("", menu=0)
        return render(request, page.template, {"page": page, "chrome": frame})
    links = [Link(name, f"?kind={name}") for name in KINDS]
    links += [Link(f"{name}（有误）", f"?kind={name}&errors=1") for name in ("step", "upload", "login")]
    page = pages.PlainPage(
        title="全部样式", lead="每个部件的每种状态。", alerts=[Alert(t, t) for t in samples.TONES]
    )
    context = {"page": page, "chrome": samples.chrome(), "s": samples, "kinds": Text("页面种类", links=links)}
    return render(request, "pages/pattern.html", context | {"form": SampleForm({"hukou": "no"}, {})})
