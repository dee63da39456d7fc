"""What the fonts cannot print is refused, naming the field; a supplementary font heals it."""

from dataclasses import replace
from pathlib import Path

import pypdfium2 as pdfium
import pytest
from django.core.exceptions import ImproperlyConfigured
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen

from wangqian.documents.agreement import Block, Paper
from wangqian.documents.fonts import faces
from wangqian.documents.glyphs import CannotPrint, invisible, missing, require
from wangqian.documents.printing import compile_pages, compile_pdf

RARE = "\U0002a6d6"  # the last ideograph of Extension B, in no face of the wheel


def named(paper: Paper, name: str) -> Paper:
    return replace(paper, blocks=(Block("毕业生", (("姓名", name), ("性别", "女"))),))


def supplementary_font(folder: Path) -> None:
    """A font with one glyph, a square, for the rare character."""
    builder, pen = FontBuilder(1000), TTGlyphPen(None)
    pen.moveTo((100, 0))
    for corner in ((100, 800), (900, 800), (900, 0)):
        pen.lineTo(corner)
    pen.closePath()
    builder.setupGlyphOrder([".notdef", "rare"])
    builder.setupCharacterMap({ord(RARE): "rare"})
    builder.setupGlyf({".notdef": TTGlyphPen(None).glyph(), "rare": pen.glyph()})
    builder.setupHorizontalMetrics({".notdef": (1000, 0), "rare": (1000, 100)})
    builder.setupHorizontalHeader(ascent=880, descent=-120)
    names = {"familyName": "Supplement", "styleName": "Regular", "psName": "Supplement-Regular"}
    builder.setupNameTable(names)
    builder.setupOS2(sTypoAscender=880, usWinAscent=880, usWinDescent=120)
    builder.setupPost()
    builder.save(folder / "supplement.ttf")


def test_a_character_without_glyph_is_refused_naming_field_and_character(paper: Paper) -> None:
    for make in (compile_pdf, compile_pages):
        with pytest.raises(CannotPrint) as refused:
            make(named(paper, f"王{RARE}"))
        assert refused.value.sentences == (
            f"“姓名”中的「{RARE} (U+2A6D6)」字体中没有字形，暂不能生成协议书；"
            "请运行维护人员在 WANGQIAN_FONT_DIR 中加入补充字库。",
        )


def test_every_field_is_named_once(paper: Paper) -> None:
    faulty = replace(named(paper, RARE + RARE), clauses=(RARE, RARE), state_mark="\U0001f600")
    with pytest.raises(CannotPrint) as refused:
        require(faulty)
    assert [sentence.split("”")[0] for sentence in refused.value.sentences] == [
        "“状态标记",
        "“姓名",
        "“协议条款",
    ]


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("王\u202e芳", "U+202E"),
        ("王\u200b芳", "U+200B"),
        ("王\x00芳", "U+0000"),
        ("王\t芳", "U+0009"),
        ("王\r芳", "U+000D"),
        ("王\ud800芳", "U+D800"),
        ("王\u2028芳", "U+2028"),
        ("王\xad芳", "U+00AD"),
        ("王\u2066芳", "U+2066"),
    ],
)
def test_what_cannot_be_seen_is_refused(paper: Paper, name: str, code: str) -> None:
    with pytest.raises(CannotPrint) as refused:
        compile_pdf(named(paper, name))
    assert refused.value.sentences == (f"“姓名”中含有不可见的控制字符（{code}），不能印在协议书上；请删去后重新提交。",)


def test_coverage_of_the_bundled_font() -> None:
    assert missing("阿依古丽·买买提，王䶮㛃䒟 O'Neill ①￥") == []
    assert missing(f"{RARE}中{RARE}\U0001f600") == [RARE, "\U0001f600"]
    assert missing("葛\U000e0100") == ["\U000e0100"]  # a variation selector would silently change the shape
    assert missing("\ue863") == ["\ue863"]  # private use: a name typed with an old GB 18030 font
    assert invisible("第一行\r\n第二行\n") == []


def test_a_supplementary_font_prints_what_was_missing(paper: Paper, tmp_path: Path, settings: object) -> None:
    supplementary_font(tmp_path)
    settings.WANGQIAN_FONT_DIR = str(tmp_path)  # type: ignore[attr-defined]
    assert faces().families == ("Noto Sans CJK SC", "Supplement")
    assert missing(f"王{RARE}\U0001f600") == ["\U0001f600"]
    document = pdfium.PdfDocument(compile_pdf(named(paper, f"王{RARE}芳")))
    page = document[0]
    text = page.get_textpage()
    assert f"王{RARE}芳" in text.get_text_range()
    text.close()
    page.close()
    document.close()


def test_a_font_folder_that_does_not_exist_is_a_fault_of_configuration(tmp_path: Path, settings: object) -> None:
    settings.WANGQIAN_FONT_DIR = str(tmp_path / "absent")  # type: ignore[attr-defined]
    with pytest.raises(ImproperlyConfigured, match="WANGQIAN_FONT_DIR"):
        faces()
