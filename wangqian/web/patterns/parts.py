"""Parts in every tone and state."""

from datetime import datetime, timedelta

from django.templatetags.static import static
from django.utils import timezone

from wangqian.web.file_panels import EvidenceFile, EvidenceViewer, UploadBox, UploadedFile
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
    Progressing,
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


def due(days: int = 2, hours: int = 5) -> datetime:
    """A deadline some way off."""
    return timezone.now() + timedelta(days=days, hours=hours, minutes=30)


def alert(tone: Tone) -> Alert:
    return Alert(
        tone, "接受后您与越综合企业互相约束", "其他单位的邀请将只能查看。", ["违约金 5,000 元由双方约定"]
    )


def path(at: int = 1, *, failed: bool = False) -> list[PathStep]:
    """The progress bar with stop `at` current, or failed there."""
    here: Progressing = "failed" if failed else "now"
    labels = ("单位发起", "您应约", "学校审核", "签约完成")
    states: list[Progressing] = ["done" if i < at else here if i == at else "later" for i in range(4)]
    return [PathStep(label, state) for label, state in zip(labels, states, strict=True)]


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


def progress(
    done: int = 62_000, *, finished: bool = False, tone: Tone = "info", poll_url: str = ""
) -> Progress:
    return Progress(
        "正在检查名单",
        done,
        100_000,
        f"已检查 {done:,} 行，发现 14 处问题；可以离开本页。",
        next_url="#",
        finished=finished,
        tone=tone,
        poll_url=poll_url,
    )


def empty() -> EmptyState:
    return EmptyState("还没有收藏学生", "收藏之后才能发起签约邀请。", Button("添加学生", "#"), "users")


def prose() -> Text:
    shut = Link("未签就业协议申请签约", "", "学校没有开通此项登记，请与学校就业部门联系。")
    links = [Link("使用说明", "#", "从收到邀请到打印协议", "file-text"), shut]
    return Text(
        "没有收到邀请？",
        ["请先告诉单位您的应约码。"],
        ["应约码每天更换", "不要把验证码告诉别人"],
        links,
        pictures=page_pictures("协议书", 2),
    )


def picture() -> Picture:
    return Picture(static("img/sample-page.svg"), "协议书第 1 页", "第 1 页，共 2 页", 595, 842)


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


def page_pictures(name: str, pages: int) -> list[Picture]:
    return [Picture(static("img/sample-page.svg"), f"{name} 第 {n} 页，共 {pages} 页") for n in range(1, pages + 1)]


def upload(slot: str = "scan", *, empty: bool = False, errors: bool = False) -> UploadBox:
    """A box with a file in each state, or with nothing in it yet."""
    wrong = ["“协议.docx”：不支持 .docx 文件。请导出为 PDF，或打印盖章后拍照上传。"] if errors else []
    first, second = "就业协议书（盖章）第1页.jpg", "扫描件.pdf"
    waiting = "检查完成后才能使用，请过几分钟刷新本页。"
    files = [
        UploadedFile(f"{slot}-1", first, "1 页 · 2.4 MB", page_pictures(first, 1), turn_url="#", drop_url="#"),
        UploadedFile(f"{slot}-2", second, "3 页 · 860 KB", page_pictures(second, 3), turn_url="#", drop_url="#"),
        UploadedFile(f"{slot}-3", "IMG_2231.jpg", "3.1 MB", said=waiting, tag=Tag("检查中", "warn"), drop_url="#"),
    ]
    title, help_ = ("盖章后的协议书", "请拍全四角，字迹和印章清楚。") if slot == "scan" else ("其他材料", "")
    return UploadBox(slot, title, help_, [] if empty else files, "#", 5, slot == "scan", wrong, "已上传 2 个文件。" if errors else "")


def viewer() -> EvidenceViewer:
    files = [
        EvidenceFile("就业协议书（盖章）.pdf", "2 页 · 1.2 MB", page_pictures("就业协议书（盖章）.pdf", 2), ["QMHT-0001"], "#"),
        EvidenceFile("录用通知.jpg", "1 页 · 640 KB", page_pictures("录用通知.jpg", 1), (), "#"),
    ]
    return EvidenceViewer("上传的材料", files, "图片是平台重新生成的副本，原件另存。")
