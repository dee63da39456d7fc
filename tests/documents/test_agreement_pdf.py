"""What is printed equals the data: generated agreements (`WANGQIAN_PAPERS`) read back whole, and the same file each time."""

import os
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from random import Random

import pytest

from tests.documents.reading import expected, read_back, squeezed
from wangqian.documents.agreement import Block, Paper, Record, pretty_number
from wangqian.documents.fonts import faces
from wangqian.documents.printing import compile_pdf
from wangqian.flows import wording

MANY = int(os.environ.get("WANGQIAN_PAPERS", "120"))
SPECIAL = "#include \"x\" $x$ \\ *bold* _em_ `raw` @ref <label> [c] // c /* d */ #{1+1} ~ -- --- 'q' = - + fi ffi"
CITIZENS = (
    "张伟",
    "欧阳靖",
    "阿依古丽·买买提",
    "尼玛·才仁卓玛",
    "王䶮",
    "李㛃",
    "赵䒟",
    "Anne-Marie O'Neill",
    "#set page()",
    "$x$",
)
RARE = "".join(chr(code) for code in range(0x3400, 0x4DB6) if code in faces().characters)
COMMON = "中华人民共和国上海智能制造工业软件研究院集团股份有限公司（）科技教育医院信息大学·—，。；：“”、《》"
# They share a glyph with another ideograph; pdfium (not poppler) loses them beside it: a paper of their own.
TWINS = "\U00029fd7\U0002f82c\U0002f8db\U0002f9b2"


def words(random: Random, longest: int, alphabet: str = COMMON) -> str:
    return "".join(random.choices(alphabet, k=random.randint(1, longest)))


def name(random: Random) -> str:
    return random.choice(CITIZENS) + random.choice(("", random.choice(RARE), words(random, 3, RARE)))


def supplement(random: Random) -> str:
    """Up to 1 000 characters with line breaks, typst's own signs and long words."""
    parts = [
        SPECIAL,
        "\n第二行\r\n第三行",
        words(random, 300),
        words(random, 60, RARE),
        "x" * random.randint(1, 150),
    ]
    random.shuffle(parts)
    return ("，".join(parts) + words(random, 600))[:1000]


def generated(random: Random) -> Paper:
    digest = sha256(random.randbytes(8)).hexdigest()
    start = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=random.randrange(30_000_000))
    graduate, company = name(random), words(random, 60)
    mail = words(random, 40, "abcdefgh.-_") + "@example.com"
    signed = [
        ("用人单位", company, "发起签约邀请"),
        ("毕业生", graduate, "接受"),
        ("学校", "某某大学", "审核通过"),
    ]
    return Paper(
        number=f"202610353{random.choice(('31', '41'))}{random.randrange(10**6):06}{random.choice('0AKX*')}",
        verification_code=words(random, 12, "23456789ABCDEFGH"),
        verify_url="https://wangqian.example.edu.cn/v/" + words(random, 12, "23456789ABCDEFGH"),
        version=random.randint(1, 12),
        terms_sha256=digest,
        state_mark="",
        blocks=(
            Block(
                "毕业生",
                (("姓名", graduate), ("民族", "维吾尔族"), ("政治面貌", ""), ("家庭地址", words(random, 80))),
            ),
            Block(
                "用人单位",
                (("单位名称", company), ("统一社会信用代码", "91350100M000100Y43"), ("联系人邮箱", mail)),
            ),
            Block(
                "双方约定",
                (
                    ("违约金", "5,000 元（伍仟元整）"),
                    ("协议补充内容", supplement(random)),
                    ("试用期", "3 个月"),
                ),
            ),
            Block("学校", (("院系", words(random, 30)), ("联系电话", "021-5555 0000"))),
        ),
        clauses=wording.clauses(),
        records=tuple(Record(*who, "短信验证码", start + timedelta(hours=at), digest) for at, who in enumerate(signed)),
    )


@pytest.mark.once
def test_text_of_generated_agreements_equals_their_data() -> None:
    for seed in range(MANY):
        paper = generated(Random(seed))
        body, footers = read_back(compile_pdf(paper))
        assert body == expected(paper), f"seed {seed}"
        for at, footer in enumerate(footers, 1):
            assert footer == squeezed(
                f"编号{pretty_number(paper.number)}第{paper.version}版第{at}页·共{len(footers)}页"
                f"核验网址{paper.verify_url}核验编号{paper.verification_code}"
            ), f"seed {seed}"


def test_every_ideograph_of_the_font_reads_back_as_itself(paper: Paper) -> None:
    """A reader that copies a rare name gets the character it shows, not a look-alike."""
    codes = [code for code in sorted(faces().characters) if 0x3400 <= code < 0xA000 or code > 0x1FFFF]
    common = "".join(chr(code) for code in codes if chr(code) not in TWINS)
    for text in (TWINS, *(common[start : start + 5000] for start in range(0, len(common), 5000))):
        said = replace(paper, blocks=(Block("全部", (("汉字", text),)),))
        assert read_back(compile_pdf(said))[0] == expected(said)


def test_the_same_paper_is_the_same_file_and_another_is_not(paper: Paper) -> None:
    first = compile_pdf(paper)
    compile_pdf(replace(paper, version=2))
    assert compile_pdf(replace(paper)) == first
    assert compile_pdf(replace(paper, version=2)) != first
