"""How fast a paper is made: our renderer against WeasyPrint, the same content, font and PDF/A level, both warmed."""

from __future__ import annotations

import base64
import logging
import os
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from html import escape
from pathlib import Path
from typing import Any

ROUNDS, WARMING = 20, 3
SHORT = 16  # characters of a value that fits beside another
SHOWN = "%Y-%m-%d %H:%M:%S"


def measure() -> dict[str, float]:
    """`pdf_vs_weasyprint` (theirs / ours, larger is better), and the median milliseconds of each.

    Every round renders another agreement, turn by turn. Needs requirements/bench.txt and configured settings.
    """
    from wangqian.documents.printing import compile_pdf

    render = weasyprint_renderer()
    ours, theirs = [], []
    for at in range(WARMING + ROUNDS):
        paper = sample(at)
        page = html(paper)
        ours.append(timed(lambda: compile_pdf(paper)))  # noqa: B023 — called at once
        theirs.append(timed(lambda: render(page)))  # noqa: B023
    mine, other = statistics.median(ours[WARMING:]), statistics.median(theirs[WARMING:])
    return {"pdf_vs_weasyprint": other / mine, "pdf_ms": mine * 1000, "weasyprint_ms": other * 1000}


def timed(act: Callable[[], bytes]) -> float:
    """Seconds; the result must be a PDF."""
    start = time.perf_counter()
    made = act()
    spent = time.perf_counter() - start
    assert made.startswith(b"%PDF-")
    return spent


def sample(at: int) -> Any:
    """The at-th agreement of an invented graduate."""
    from wangqian.documents.agreement import Block, Paper, Record
    from wangqian.flows import wording

    code, digest = f"7KQ2M9XD4TRE{at:04}", sha256(str(at).encode()).hexdigest()
    moment = datetime(2027, 5, 12, 8, tzinfo=UTC) + timedelta(minutes=at)
    acts = (
        ("用人单位", "越综合企业", "发起签约邀请"),
        ("毕业生", f"曹文公{at}", "接受"),
        ("院系", "王老师", "审核通过"),
        ("学校", "李主任", "审核通过"),
    )
    return Paper(
        number=f"202710001310000{at:02}K",
        verification_code=code,
        verify_url=f"https://wangqian.example.edu.cn/verify/{code}",
        version=2,
        terms_sha256=digest,
        state_mark="",
        blocks=tuple(Block(title, rows) for title, rows in tables(at)),
        clauses=wording.clauses(),
        records=tuple(Record(*act, "短信验证码", moment, digest) for act in acts),
    )


def tables(at: int) -> tuple[tuple[str, tuple[tuple[str, str], ...]], ...]:
    return (
        (
            "毕业生",
            (
                ("姓名", f"曹文公{at}"),
                ("性别", "男"),
                ("民族", "汉族"),
                ("政治面貌", "共青团员"),
                ("学历", "本科生毕业"),
                ("专业", "计算机科学与技术"),
                ("学号", f"S{at:07}"),
                ("家庭地址", "湖南省长沙市岳麓区麓山南路 1 号"),
            ),
        ),
        (
            "用人单位",
            (
                ("单位名称", "越综合企业"),
                ("统一社会信用代码", "91350100M000100Y43"),
                ("单位行业", "信息传输、软件和信息技术服务业"),
                ("通讯地址", "福州市鼓楼区 1 号"),
            ),
        ),
        (
            "双方约定",
            (
                ("拟录用岗位名称", "研究员"),
                ("试用期", "3 个月"),
                ("转正起薪", f"{12000 + at:,} 元/月"),
                ("违约金", "5,000 元（伍仟元整）"),
                ("联系人邮箱", "hr@example.com"),
                ("协议补充内容", "甲方提供住宿；入职前参加培训，费用由甲方承担。" * 8),
            ),
        ),
        ("学校", (("学校名称", "示范大学"), ("院系", "信息学院"), ("联系电话", "021-55550100"))),
    )


def html(paper: Any) -> str:
    """The same paper as a page for WeasyPrint: same texts, tables, QR, sizes and margins."""
    from wangqian.documents import qr

    picture = base64.b64encode(qr.svg(paper.verify_url, border=0)).decode()
    blocks = "".join(f"<h2>{block.title}</h2><table>{rows(block.rows)}</table>" for block in paper.blocks)
    clauses = "".join(f"<p>第{at}条 {escape(text)}</p>" for at, text in enumerate(paper.clauses, 1))
    records = "".join(
        f"<tr><td>{r.who}<td>{r.name}<td>{r.act} {r.method}<td>{r.at:{SHOWN}}<tr><td>内容摘要<td colspan=3>{r.sha256}"
        for r in paper.records
    )
    return (
        f"<!doctype html><html lang=zh><title>高校毕业生就业协议书 {paper.number}</title><style>{STYLE}</style>"
        f"<h1>高校毕业生就业协议书</h1><img alt=核验二维码 src='data:image/svg+xml;base64,{picture}'>"
        f"<table>{rows((('协议书编号', paper.number), ('核验编号', paper.verification_code)))}</table>{blocks}"
        f"<h2>协议条款</h2>{clauses}<h2>签署与审核记录</h2><table>{records}</table>"
        f"<p>本版约定内容摘要（SHA-256）{paper.terms_sha256}</p>"
    )


def rows(pairs: tuple[tuple[str, str], ...]) -> str:
    """Short facts two on a line, as on ours."""
    made, beside = "", False
    for label, value in pairs:
        short = len(value) <= SHORT
        start = "" if beside and short else "<tr>"
        made += f"{start}<th>{escape(label)}<td{'' if short else ' colspan=3'}>{escape(value)}"
        beside = short and bool(start)
    return made


STYLE = """
@page { size: A4; margin: 19mm 21mm 24mm; @bottom-right { content: "第 " counter(page) " 页"; font: 7.5pt "Noto Sans Mono CJK SC" } }
body { font: 9.5pt "Noto Sans CJK SC"; line-height: 1.35; color: #1c2733 } h1 { font-size: 25pt; font-weight: normal }
h2 { font-size: 11.5pt; font-weight: normal; color: #17498a } img { width: 27mm }
table { width: 100%; border-collapse: collapse } td, th { border-top: .4pt solid #c3ccd6; padding: 5pt; text-align: left }
th { font-weight: normal; width: 29mm; color: #5a6775 } td { overflow-wrap: anywhere } p { margin: 6pt 0 }
"""


def weasyprint_renderer() -> Callable[[str], bytes]:
    """WeasyPrint with the one font of ours, at the PDF/A level of ours."""
    from wangqian.documents.fonts import BUNDLED

    folder = Path(tempfile.mkdtemp(prefix="fontconfig-"))
    conf = folder / "fonts.conf"
    conf.write_text(
        f"<fontconfig><dir>{escape(str(BUNDLED.parent))}</dir><cachedir>{folder}</cachedir></fontconfig>",
        encoding="utf-8",
    )
    os.environ["FONTCONFIG_FILE"] = str(conf)  # read when WeasyPrint first looks for a font
    logging.getLogger("weasyprint.progress").setLevel(logging.ERROR)
    from weasyprint import HTML
    from weasyprint.text.fonts import FontConfiguration

    fonts = FontConfiguration()

    def render(page: str) -> bytes:
        made: bytes = HTML(string=page).write_pdf(font_config=fonts, pdf_variant="pdf/a-2a")
        return made

    return render
