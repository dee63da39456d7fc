"""The agreement to be stamped, read back: its text and the code on each page are its data, also on a photograph."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from random import Random

import pypdfium2 as pdfium
import pytest
import zxingcpp
from PIL import Image

from tests.documents.photo import photographed
from tests.documents.reading import CHINESE_DIGITS, squeezed
from wangqian.codes import serial
from wangqian.documents.agreement import Block, pretty_number
from wangqian.documents.printing import compile_pages, compile_pdf, page_count
from wangqian.documents.stamping import MARK, StampingPaper
from wangqian.flows import wording
from wangqian.flows.scans import Mark, read

HASH = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
SITE = "https://wangqian.example.edu.cn"
MANY = 8
TOP, FOOT = 842 - 122, 60  # points: above stands the header of a page, below its footer
NAMES = ("曹文公", "阿依古丽·买买提", "欧阳靖", "司马相如", "李𬤝", "王㛃", "Jean-Pierre Müller")
UNITS = ("长风零部件厂", "某某智能制造（上海）有限公司", "江南第一人民医院", "Beijing Xiangyun Data & Cloud Co., Ltd. 北京祥云数据")
PIECES = (
    "提供单身宿舍。",
    "每月补贴餐费 300 元，",
    "服务期内取得职称的，奖励 5,000 元；",
    "报到时须持毕业证书。\n",
    "详见 https://example.com/a/long/path ",
)


def generated(at: Random) -> StampingPaper:
    """An agreement of invented people, short or long."""
    more = "".join(at.choice(PIECES) for _ in range(at.choice((0, 3, 12, 200)))).strip()
    blocks = (
        Block("毕业生", (("姓名", at.choice(NAMES)), ("性别", "女"), ("家庭地址", at.choice(("", "湖南省长沙市岳麓区" * 3))))),
        Block("用人单位", (("单位名称", at.choice(UNITS)), ("统一社会信用代码", "91350100M000100Y43"), ("联系人邮箱", "hr@example.com"))),
        Block("双方约定", (("职位名称", "工艺工程师"), ("违约金", "5,000 元（伍仟元整）"), ("协议补充内容", more or "无"))),
        Block("学校", (("学校名称", "示范大学"), ("院系", "信息学院"))),
    )
    stem = "".join(at.choices(serial.UNAMBIGUOUS, k=serial.VERIFICATION_LENGTH - 1))
    code = stem + serial.check_char(stem, serial.UNAMBIGUOUS)
    return StampingPaper(
        number=serial.agreement_number(2027, "10001", "31", at.randint(1, 999_999)),
        code=code,
        pretty_code=serial.pretty(code),
        site=SITE,
        version=at.randint(1, 12),
        terms_sha256=HASH,
        blocks=blocks,
        clauses=wording.clauses(wording.STAMPED),
        at=datetime(2026, 5, 12, 16, tzinfo=UTC),
        seal=at.choice(("未加盖电子印章", "示范大学就业专用章（证书序列号 7F）")),
    )


def papers() -> Iterator[StampingPaper]:
    at = Random(20270601)
    return (generated(at) for _ in range(MANY))


def read_back(pdf: bytes) -> tuple[str, list[str], list[str]]:
    """(text between headers and footers, each header, each footer), squeezed."""
    body, headers, footers = "", [], []
    with pdfium.PdfDocument(pdf) as document:
        for page in document:
            text = page.get_textpage()
            body += text.get_text_bounded(top=TOP, bottom=FOOT)
            headers.append(squeezed(text.get_text_bounded(bottom=TOP)))
            footers.append(squeezed(text.get_text_bounded(top=FOOT)))
            text.close()
            page.close()
    return squeezed(body), headers, footers


def expected(paper: StampingPaper) -> str:
    said = "高校毕业生就业协议书"
    for block in paper.blocks:
        said += block.title + "".join(label + (value or "—") for label, value in block.rows)
    said += "协议条款"
    for at, clause in enumerate(paper.clauses):
        said += "第" + ("十" if at >= 10 else "") + CHINESE_DIGITS[at % 10] + "条" + clause
    day = "日期年月日"
    said += f"签署与审核毕业生本人已阅读并同意本协议的全部内容。毕业生签名{day}"
    said += f"用人单位本单位同意录用，并同意本协议的全部内容。（加盖单位公章）负责人或经办人签名{day}"
    said += f"院系意见（加盖院系公章）经办人签名{day}学校就业部门意见（加盖就业部门公章）经办人签名{day}"
    said += "请双方核对全部内容后签字盖章，并把每一页拍照或扫描回传；拍摄时请让四角的标记和二维码都在画面内。"
    return squeezed(said + f"本版约定内容摘要（SHA-256）{paper.terms_sha256}电子印章{paper.seal}")


def codes_on(picture: Image.Image) -> list[str]:
    return [one.text for one in zxingcpp.read_barcodes(picture.convert("L")) if one.format == zxingcpp.BarcodeFormat.QRCode]


def rendered(pdf: bytes, scale: float) -> list[Image.Image]:
    with pdfium.PdfDocument(pdf) as document:
        return [page.render(scale=scale, grayscale=True).to_pil() for page in document]


@pytest.mark.once
def test_text_and_codes_of_agreements_are_their_data_also_photographed() -> None:
    lengths, photos, at = set(), 0, Random(7)
    for paper in papers():
        pdf = compile_pdf(paper)
        pages = page_count(pdf)
        body, headers, footers = read_back(pdf)
        assert body == expected(paper)
        top = f"{MARK}协议书编号{pretty_number(paper.number)}第{paper.version}版核验编号{paper.pretty_code}是否生效以扫码核验的结果为准"
        assert headers == [top] * pages
        assert footers == [f"核验网址{paper.verify_url}第{one}页共{pages}页" for one in range(1, pages + 1)]
        for number, picture in enumerate(rendered(pdf, 150 / 72), 1):
            said = Mark(paper.code, paper.version, number, pages)
            for seen in (picture, photographed(picture, at)):
                assert [read(code) for code in codes_on(seen)] == [said]
                photos += 1
        lengths.add(pages)
    assert lengths == {2, 4} and photos >= 2 * 2 * MANY


def test_the_same_paper_is_the_same_file() -> None:
    paper = next(papers())
    assert compile_pdf(paper) == compile_pdf(paper)


def test_pictures_in_the_site_bear_the_same_codes() -> None:
    import io

    paper = next(papers())
    pictures = [Image.open(io.BytesIO(one)) for one in compile_pages(paper)]
    assert [codes_on(one) for one in pictures] == [[said] for said in paper.marks(len(pictures))]


def test_a_page_has_a_mark_in_each_corner() -> None:
    """Eight millimetres from the edges, solid black, nothing else there."""
    for page in rendered(compile_pdf(next(papers())), 4):
        mm = page.width / 210
        for right in (False, True):
            for low in (False, True):
                x = page.width - 9 * mm if right else 9 * mm
                y = page.height - 8.2 * mm if low else 8.2 * mm
                assert page.getpixel((int(x), int(y))) < 40
                inner = (page.width - 14 * mm if right else 10 * mm, page.height - 14 * mm if low else 10 * mm)
                assert page.crop((*map(int, inner), int(inner[0] + 3 * mm), int(inner[1] + 3 * mm))).getextrema() == (255, 255)
