"""Reading a PDF back, and what a paper must then say."""

import re
from zoneinfo import ZoneInfo

import pypdfium2 as pdfium

from wangqian.documents.agreement import Paper, pretty_number

FOOT = 61  # points from the foot of the page: below stands the footer
CHINESE_DIGITS = "一二三四五六七八九十"


def squeezed(text: str) -> str:
    """Without whitespace. U+FFFE and U+0002 are how pdfium reports a hyphen at the end of a line."""
    return re.sub(r"\s+", "", text.replace("\ufffe", "-").replace("\x02", "-"))


def read_back(pdf: bytes) -> tuple[str, list[str]]:
    """(text above the footers, each footer), squeezed."""
    document = pdfium.PdfDocument(pdf)
    body, footers = "", []
    for page in document:
        text = page.get_textpage()
        body += text.get_text_bounded(bottom=FOOT)
        footers.append(squeezed(text.get_text_bounded(top=FOOT)))
        text.close()
        page.close()
    document.close()
    return squeezed(body), footers


def expected(paper: Paper) -> str:
    """The whole text of a paper as its data say it, in reading order, squeezed."""
    said = f"高校毕业生就业协议书协议书编号{pretty_number(paper.number)}核验编号{paper.verification_code}"
    said += f"版本第{paper.version}版扫码核验协议状态"
    for block in paper.blocks:
        said += block.title + "".join(label + (value or "—") for label, value in block.rows)
    said += "协议条款"
    for at, clause in enumerate(paper.clauses):
        said += "第" + ("十" if at >= 10 else "") + CHINESE_DIGITS[at % 10] + "条" + clause
    said += "签署与审核记录签署方名称事项与验证方式北京时间"
    for record in paper.records:
        at = record.at.astimezone(ZoneInfo("Asia/Shanghai")).strftime("%Y-%m-%d%H:%M:%S")
        said += f"{record.who}{record.name}{record.act}{record.method}{at}内容摘要{record.sha256}"
    said += f"本版约定内容摘要（SHA-256）{paper.terms_sha256}"
    return squeezed(said + (f"电子印章{paper.seal}" if paper.seal else ""))
