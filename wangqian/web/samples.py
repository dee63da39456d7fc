"""Invented parts for the pattern page: every part in every tone and state."""

from datetime import datetime, timedelta

from django import forms
from django.templatetags.static import static
from django.utils import timezone

from wangqian.web.lists import BatchResult, Cell, Column, Filter, Pager, ResultLine, Row, Tab, Table
from wangqian.web.pages import Chrome, MenuItem, Panel
from wangqian.web.panels import (
    Alert,
    Button,
    Change,
    Changes,
    Clause,
    EmptyState,
    ExactText,
    Fact,
    Facts,
    Link,
    PathStep,
    Picture,
    Progress,
    Tag,
    Task,
    Tasks,
    Text,
    Timeline,
    TimelineItem,
    Tone,
    TurnCard,
)

TONES: tuple[Tone, ...] = ("info", "ok", "warn", "bad", "off")
LONG = "迪丽热巴·阿卜杜热西提·艾则孜江"
FIRM = "示范省越综合企业（集团）股份有限公司华东区域研究发展中心"


class SampleForm(forms.Form):
    """One field of each sort."""

    title = forms.CharField(label="岗位名称", max_length=60, help_text="按劳动合同上的写法填写。")
    kind = forms.ChoiceField(
        label="职位类别", choices=[("", "请选择"), ("10", "公务员"), ("11", "科学研究人员")]
    )
    salary = forms.IntegerField(
        label="转正起薪", min_value=1, widget=forms.NumberInput(attrs={"data-unit": "元/月"})
    )
    report_by = forms.DateField(label="报到期限", widget=forms.DateInput)
    hukou = forms.ChoiceField(
        label="是否解决户籍", choices=[("yes", "是"), ("no", "否")], widget=forms.RadioSelect
    )
    hukou_place = forms.CharField(
        label="户口迁往何处",
        required=False,
        widget=forms.TextInput(attrs={"data-when": "hukou=yes"}),
        help_text="选“是”时填写。",
    )
    benefits = forms.MultipleChoiceField(
        label="福利",
        choices=[("1", "五险一金"), ("2", "补充医疗"), ("3", "住房补贴")],
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    note = forms.CharField(label="其他约定", max_length=500, required=False, widget=forms.Textarea)
    paper = forms.FileField(label="佐证材料", required=False, help_text="PDF 或照片，不超过 10 MB。")
    code = forms.CharField(
        label="手机验证码",
        max_length=6,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code"}),
    )
    agreed = forms.BooleanField(label="我已读过协议全文（第 1 版），同意与越综合企业签约")


def due(days: int = 2, hours: int = 5) -> datetime:
    """A deadline some way off."""
    return timezone.now() + timedelta(days=days, hours=hours, minutes=30)


def chrome(user: str = "王老师", capacity: str = "示范大学 · 信息学院", *, menu: int = 4) -> Chrome:
    """A frame with a menu, messages and the demo's banner."""
    items = [("待办", 37, True), ("毕业生", 0, False), ("学生名单", 0, False), ("设置", 0, False)]
    return Chrome(
        user_name=user,
        capacity=capacity,
        menu=[MenuItem(label, "#", active, count) for label, count, active in items[:menu]],
        inbox_url="#" if user else "",
        inbox_count=3,
        switch_url="#",
        logout_url="#",
        login_url="#",
        contact="示范大学就业指导中心 021-5555 0100（工作日 9:00–17:00）",
        links=[Link("验证协议", "#"), Link("使用说明", "#")],
        demo="演示环境：人物、单位和数据都是虚构的。",
        demo_code="246810",
        demo_link=Link("查看全部“已发送”的消息", "#"),
    )


def alert(tone: Tone) -> Alert:
    return Alert(
        tone, "接受后您与越综合企业互相约束", "其他单位的邀请将只能查看。", ["违约金 5,000 元由双方约定"]
    )


def path(at: int = 1, *, failed: bool = False) -> list[PathStep]:
    """The progress bar with stop `at` current, or failed there."""
    here = "failed" if failed else "now"
    labels = ("单位发起", "您应约", "学校审核", "签约完成")
    return [PathStep(l, "done" if i < at else here if i == at else "later") for i, l in enumerate(labels)]


def turn(*, mine: bool = True, primary: bool = False) -> TurnCard:
    if not mine:
        note = "本院系一般 1–3 个工作日。您现在不用做什么。"
        began = timezone.now() - timedelta(days=2)
        return TurnCard(
            Tag("学校审核中", "warn"), "海纳科技 · 后端工程师", note, since=began, mine=False, url="#"
        )
    act = Button("查看并答复", "#", primary=primary)
    return TurnCard(Tag("待您应约"), f"{FIRM} · 研究员", "逾期后单位可再次邀请。", due(), buttons=[act])


def tasks() -> Tasks:
    lines = [
        Task("核对基本信息", "done", "11 月 3 日已确认", "#"),
        Task("签约或登记去向", "now", "现在可办 · 有 2 份邀请等您答复", "#"),
        Task("档案与户口", "later", "去向审核通过后自动带出"),
        Task("离校确认", "failed", "尚不能办 —— 因为去向被退回"),
    ]
    return Tasks("我的事项", lines)


def facts(title: str = "岗位与待遇", *, change: str = "") -> Facts:
    rows = [
        Fact("单位名称", FIRM, tag=Tag("已认证", "ok"), change_url=change),
        Fact("岗位名称", "研究员", change_url=change),
        Fact("转正起薪", "12,000 元/月", note="试用期 3 个月，起薪 9,000 元/月", change_url=change),
        Fact("证件号码", "4311********1680", link=Link("显示", "#")),
        Fact("档案转递地址", "", change_url=change),
        Fact("其他约定", "一、提供集体宿舍。\n二、服务期内可申请在职学习。", long=True, change_url=change),
    ]
    return Facts(title, rows, note="来源：学校名单，2026-11-03 导入。有误请联系示范大学就业指导中心。")


def timeline() -> Timeline:
    now = timezone.now()
    says = [
        ("王老师（信息学院）", "退回修改", "warn", "岗位名称与佐证材料不一致，请按盖章件填写。"),
        ("曹文公（毕业生）", "接受签约", "ok", ""),
        ("系统", "短信未送达，已改发邮件", "bad", ""),
        (FIRM, "发起签约邀请", "info", ""),
        ("系统", "单位已收藏", "off", ""),
    ]
    return Timeline(
        "经过",
        [
            TimelineItem(now - timedelta(hours=7 * n), w, t, note, tone)  # type: ignore[arg-type]
            for n, (w, t, tone, note) in enumerate(says)
        ],
    )


def exact(*, is_open: bool = True) -> ExactText:
    clauses = [
        Clause("第一条　岗位", [f"甲方聘用乙方在研究员岗位工作，工作地点为北京市海淀区。甲方：{FIRM}。"]),
        Clause("第二条　报酬", ["试用期三个月，月薪 9,000 元；转正后月薪 12,000 元（壹万贰仟元整）。"]),
    ]
    return ExactText("协议全文", clauses, "第 1 版", "9f2c4be1a7d05c83e6f1b2a4907d3c55" * 2, is_open)


def changes() -> Changes:
    return Changes(
        "更正前后",
        [Change("专业", "计算机科学", "计算机科学与技术", "依据学籍核对"), Change("手机", "", "138****0001")],
    )


def result() -> BatchResult:
    lines = [
        ResultLine("曹文公", "已通过，转学校审核。", "ok", "#"),
        ResultLine("李清照", "没有通过：对方已撤回邀请。", "bad"),
        ResultLine("沈括", "已通过，但短信未送达。", "warn"),
        ResultLine(LONG, "跳过：已由他人处理。", "off"),
    ]
    return BatchResult("批量通过：4 条中 2 条成功", lines, "没有成功的仍在待办里。")


def progress(done: int = 62_000, *, finished: bool = False, tone: Tone = "info") -> Progress:
    return Progress(
        "正在检查名单",
        done,
        100_000,
        "已检查 62,000 行，发现 14 处问题；可以离开本页。",
        next_url="#",
        finished=finished,
        tone=tone,
    )


def empty() -> EmptyState:
    return EmptyState("还没有收藏学生", "收藏之后才能发起签约邀请。", Button("添加学生", "#"), "users")


def prose() -> Text:
    links = [Link("使用说明", "#", "从收到邀请到打印协议", "file-text")]
    return Text(
        "没有收到邀请？", ["请先告诉单位您的应约码。"], ["应约码每天更换", "不要把验证码告诉别人"], links
    )


def picture() -> Picture:
    return Picture(static("img/sample-page.svg"), "协议书第 1 页", "第 1 页，共 2 页", 595, 842)


def columns() -> list[Column]:
    plain = [Column(t) for t in ("证件号码", "毕业院校", "专业", "最新状态", "轮到谁")]
    return [Column("学生姓名"), *plain, Column("最新操作时间", sort_url="#", sorted="ascending")]


def rows(count: int = 8, *, buttons: bool = False) -> list[Row]:
    names = ("曹文公", "李清照", "沈括", LONG)
    marks = (Tag("等待学生应约"), Tag("学校审核中", "warn"), Tag("已签约", "ok"), Tag("学生拒绝", "bad"))
    return [row(n, names[n % 4], marks[n % 4], buttons=buttons) for n in range(count)]


def row(number: int, name: str, tag: Tag, *, buttons: bool) -> Row:
    late = number % 4 == 2
    cells = [
        Cell(name),
        Cell("4311********1680"),
        Cell("江南理工大学" if late else "示范大学"),
        Cell("计算机科学与技术"),
        Cell(
            tag=tag,
            note="短信未送达，已改发邮件" if late else "还剩 2 天 5 小时",
            note_tone="bad" if late else "off",
        ),
        Cell("毕业生" if number % 2 else None),
        Cell("2026-11-16 17:19"),
    ]
    locked = "已由他人处理" if number == 5 else ""
    ends = [Button("撤回", "#", "post", fields=[("id", str(number))])] if buttons else []
    return Row(cells, "#", f"case-{number}", locked=locked, buttons=ends)


def tabs() -> list[Tab]:
    names = ("学生收藏夹", "签约中", "已签约", "签约失败", "解约中", "已解约", "解约失败", "失效")
    counts = (48, 12, 96, 7, 1, 3, 0, 4)
    return [Tab(n, "#", counts[i], i == 1, "warn" if n == "解约中" else "off") for i, n in enumerate(names)]


def filters() -> list[Filter]:
    states = [("", "全部"), ("invited", "等待学生应约"), ("review", "学校审核中")]
    return [
        Filter("state", "最新状态", "", "select", states),
        Filter("name", "学生姓名"),
        Filter("after", "不早于", "", "date"),
    ]


def pager() -> Pager:
    return Pager("第 21–40 条，共 96 条", "#", "#", "#")


def buttons() -> list[Button]:
    """Every sort of button."""
    return [
        Button("接受", "#", primary=True),
        Button("导出", "#", icon="download"),
        Button("撤回", "#", "post", danger=True),
        Button("解除", "#", danger=True, primary=True),
        Button("再想想", "#", quiet=True),
        Button("接受", disabled_reason="您已接受另一家单位的邀请；解约之后才能再接受。"),
    ]


def everything() -> list[Panel]:
    """Every panel."""
    kinds: list[Panel] = [
        turn(),
        turn(mine=False),
        tasks(),
        facts(),
        facts("请核对", change="#"),
        changes(),
        timeline(),
    ]
    kinds += [
        exact(is_open=False),
        result(),
        progress(),
        progress(100_000, finished=True, tone="ok"),
        empty(),
        prose(),
    ]
    return [*kinds, Table("列表", columns(), rows(4, buttons=True)), picture()]
