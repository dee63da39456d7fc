"""Lists: tabs, filters, rows, results."""

from wangqian.web.lists import BatchResult, Cell, Column, Filter, Pager, ResultLine, Row, Tab
from wangqian.web.panels import Button, Tag
from wangqian.web.patterns.parts import LONG


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
        Filter("kind", "", "desk", "hidden"),
        Filter("state", "最新状态", "", "select", states),
        Filter("name", "学生姓名"),
        Filter("after", "不早于", "", "date"),
    ]


def pager() -> Pager:
    return Pager("第 21–40 条，共 96 条", "#", "#", "#")


def result() -> BatchResult:
    lines = [
        ResultLine("曹文公", "已通过，转学校审核。", "ok", "#"),
        ResultLine("李清照", "没有通过：对方已撤回邀请。", "bad"),
        ResultLine("沈括", "已通过，但短信未送达。", "warn"),
        ResultLine(LONG, "跳过：已由他人处理。", "off"),
    ]
    return BatchResult("批量通过：4 条中 2 条成功", lines, "没有成功的仍在待办里。")
